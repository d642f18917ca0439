"""The pool as a board: a column for each standing, a card for each member, and the moves that a person may make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action, may
from landgis.area import mu
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead
from landgis.domain.catalogue import plain_name
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import Membership, MoveReason, Standing, Tier, by_hand
from landgis.domain.rival import Rival
from landgis.errors import Conflict, NotReady, Overtaken
from landgis.frames.spec import rows_of
from landgis.services.planning.plan_forms import substitute
from landgis.services.pooling.members import Wish, members, story
from landgis.services.pooling.move_members import move_member
from landgis.services.register.inventory import newest_run
from landgis.services.runs.verdicts_now import verdicts_heard

PER_COLUMN = 50
"""Cards that a column shows at first; it says how many there are."""


@dataclass(frozen=True)
class Card:
    """A member as its card shows it.

    Attributes
    ----------
    parcel_id, member_id, step
        Who it is, and the number of its last move: a move of it must know this one.
    standing, tier
        How it stands, and in which of the two pools.
    town_name, use_code
        Where it lies and what is planned there; '' where not known, or where the parcel has ended.
    area_ha
        公顷 as published; None where the parcel has ended.
    verdict
        Of the newest final run about the parcel as it stands now; None: it was not judged so.
    reason_zh, reason_en, note, by, since
        Why it was moved last, by whom, when (ISO).
    """

    parcel_id: str
    member_id: str
    step: int
    standing: Standing
    tier: Tier
    town_name: str
    use_code: str
    area_ha: Decimal | None
    verdict: Outcome | None
    reason_zh: str
    reason_en: str
    note: str
    by: str
    since: str


@dataclass(frozen=True)
class Column:
    """A standing, its cards and its totals.

    Attributes
    ----------
    standing
        The standing.
    cards
        As many as were asked for, by parcel number.
    count, area_ha, area_mu
        Of all cards of the standing under the filter, shown or not.
    """

    standing: Standing
    cards: tuple[Card, ...]
    count: int
    area_ha: Decimal
    area_mu: Decimal


@dataclass(frozen=True)
class PoolBoard:
    """The board of a district.

    Attributes
    ----------
    district
        Key.
    columns
        From lead to withdrawn.
    moves
        From standing → to standing → reasons that a person may give; empty for who may not move.
    towns
        Town names in the pool, for the filter.
    run_id
        The run whose verdicts the cards show; None: never screened.
    substitute
        Whether that run stands on stand-in data.
    overtaken
        Why no card shows its verdict, Chinese and English: a layer that the run judged by speaks no more. None: it does.
    """

    district: str
    columns: tuple[Column, ...]
    moves: Mapping[Standing, Mapping[Standing, tuple[MoveReason, ...]]]
    towns: tuple[str, ...]
    run_id: str | None
    substitute: bool
    overtaken: tuple[str, str] | None


def pool_board(
    database: Database,
    person: Person,
    district: str,
    as_of: date,
    *,
    town: str = "",
    text: str = "",
    shown: int = PER_COLUMN,
) -> PoolBoard:
    """Look at the pool of a district as a board.

    Parameters
    ----------
    as_of
        The day on which the layers that the newest run judged by must still speak: no card says clear by an old one.
    town
        Name of one town; empty: all.
    text
        Part of a parcel number; case, dashes and full width make no difference.
    shown
        Cards that a column shows.

    Raises
    ------
    NotAllowed
        By policy.
    """
    person.require(Action.READ_POOL)
    table = pd.concat(
        [members(database, person, district), members(database, person, district, Wish(standing=Standing.WITHDRAWN))],
        ignore_index=True,
    ).sort_values("parcel_id", kind="stable")
    towns = tuple(sorted({name for name in table["town_name"] if isinstance(name, str) and name}))
    run, told, why = _verdicts(database, district, table["parcel_id"].tolist(), as_of)
    cards = [_card(row, told) for row in rows_of(table)]
    wanted = [card for card in cards if _meets(card, town, text)]
    moves = {before: by_hand(before) for before in Standing} if may(person.role, Action.MOVE_MEMBER) else {}
    columns = tuple(_column(each, wanted, shown) for each in Standing)
    stand_in = run is not None and substitute(database, run)
    return PoolBoard(district, columns, moves, towns, run.run_id if run else None, stand_in, why)


def move_card(
    database: Database, person: Person, parcel_id: str, seen_step: int, after: Standing, reason: MoveReason, note: str
) -> Membership:
    """Move a member that was looked at at a certain step of its way.

    Parameters
    ----------
    seen_step
        Number of the last move that the person saw.

    Raises
    ------
    Overtaken
        If somebody moved it since; it carries both sides field by field.
    NotAllowed, NotFound, Conflict
        As `move_member`.
    """
    _require_seen(story(database, person, parcel_id)[-1], seen_step, after, reason, note)
    try:
        return move_member(database, person, parcel_id, after, reason, note)
    except Conflict:
        # Two moves of one moment: the database takes one of them.
        _require_seen(story(database, person, parcel_id)[-1], seen_step, after, reason, note)
        raise


def _require_seen(member: Membership, seen_step: int, after: Standing, reason: MoveReason, note: str) -> None:
    last = member.moves[-1]
    if last.step == seen_step:
        return
    seen = next((move for move in member.moves if move.step == seen_step), None)
    raise Overtaken(
        f"地块 {member.parcel_id} 已由{last.by}于 {last.at.astimezone():%Y-%m-%d %H:%M} 变更为“{last.after.zh}”，您的变更未保存",
        f"Parcel {member.parcel_id} was made {last.after.en} by {last.by} at {last.at.astimezone():%Y-%m-%d %H:%M}; yours was not saved",
        rivals=(
            Rival("standing", "在库状态", "standing", seen.after.zh if seen else "", after.zh, last.after.zh),
            Rival("reason", "理由", "reason", seen.reason.zh if seen else "", reason.zh, last.reason.zh),
            Rival("note", "说明", "note", seen.note if seen else "", note, last.note),
        ),
        where=member.parcel_id,
        next_zh="请对照后决定：保留对方的变更，或按现状重新办理",
        next_en="Compare and decide: leave theirs, or move it anew from where it stands",
    )


def _verdicts(
    database: Database, district: str, parcel_ids: list[str], as_of: date
) -> tuple[RunHead | None, Mapping[str, Outcome], tuple[str, str] | None]:
    """Return the newest run, what it says of parcels as they stand now, and why it says nothing where it does not."""
    try:
        run = newest_run(database, district)
    except NotReady:
        return None, {}, None
    told, why = verdicts_heard(database, run, ParcelStore(database).current(parcel_ids=parcel_ids), as_of)
    return run, told, why


def _card(row: dict[str, Any], told: Mapping[str, Outcome]) -> Card:
    reason = MoveReason(row["reason"])
    return Card(
        row["parcel_id"], row["member_id"], int(row["step"]), Standing(row["standing"]), Tier(row["tier"]),
        _text(row["town_name"]), _text(row["planned_use_code"]),
        row["area_ha"] if isinstance(row["area_ha"], Decimal) else None, told.get(row["parcel_id"]),
        reason.zh, reason.en, row["note"], row["by"], row["since"].isoformat(),
    )  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _meets(card: Card, town: str, text: str) -> bool:
    if town and card.town_name != town:
        return False
    # A text of nothing but signs folds to nothing; it must find nothing, not everything.
    return not text.strip() or (plain_name(text) or "\0") in plain_name(card.parcel_id)


def _column(standing: Standing, cards: list[Card], shown: int) -> Column:
    of = [card for card in cards if card.standing is standing]
    area_ha = sum((card.area_ha for card in of if card.area_ha is not None), Decimal(0))
    return Column(standing, tuple(of[:shown]), len(of), area_ha, mu(area_ha))
