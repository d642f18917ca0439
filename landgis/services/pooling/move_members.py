"""Moving members by hand: what needs no build and no plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.parcels import ParcelStore
from landgis.domain.pooling import Membership, MoveReason, Standing, Tier, by_hand
from landgis.errors import Conflict, NotFound, UsageError
from landgis.frames.pooled import MOVES
from landgis.services.pooling.members import story


def add_leads(
    database: Database,
    person: Person,
    parcel_ids: Sequence[str],
    reason: MoveReason,
    *,
    tier: Tier = Tier.PROJECT,
    note: str = "",
) -> Sequence[Membership]:
    """Put parcels into the pool as leads (线索), all or none; a lead holds no ground.

    Parameters
    ----------
    tier
        Pool in which a build lets them stand one day: that of projects, or the reserve of substitutes.

    Raises
    ------
    NotAllowed
        By policy.
    NotFound, UsageError, Conflict
        A parcel that is not in the inventory; parcels of two districts; a reason that is none; a parcel that is in the
        pool already.
    """
    person.require(Action.REPORT_LEAD)
    _require_reason(None, Standing.LEAD, reason)
    wanted = list(dict.fromkeys(parcel_ids))
    parcels = ParcelStore(database).current(parcel_ids=wanted)
    missing = sorted(set(wanted) - set(parcels["parcel_id"]))
    if missing:
        raise NotFound(
            f"没有地块“{missing[0]}”，或已终止", f"There is no parcel “{missing[0]}”, or it has ended", where=missing[0],
            next_zh="请先用 landgis parcel import 导入", next_en="Import it first: landgis parcel import",
        )  # fmt: skip
    districts = sorted(set(parcels["district"]))
    if len(districts) > 1:
        raise UsageError(
            "地块分属两个区，请分区登记", "The parcels belong to two districts: add them district by district",
            next_zh="每次只写一个区的地块", next_en="Name the parcels of one district at a time",
        )  # fmt: skip
    rows = [
        {"member_id": "", "parcel_id": key, "step": 1, "before": "", "after": "lead", "reason": str(reason), "note": note,
         "version": int(version)}
        for key, version in zip(parcels["parcel_id"], parcels["version"], strict=True)
    ]  # fmt: skip
    MembershipStore(database).move(districts[0], _moves(rows), person=person, tier=tier, reason=note)
    return [story(database, person, parcel_id)[-1] for parcel_id in wanted]


def move_member(
    database: Database, person: Person, parcel_id: str, after: Standing, reason: MoveReason, note: str = ""
) -> Membership:
    """Move a member where no build and no plan is needed; its history keeps every step.

    Raises
    ------
    NotAllowed
        By policy.
    NotFound, Conflict
        A parcel that is not in the pool; a move that is not possible from where it stands, naming those that are.
    """
    person.require(Action.MOVE_MEMBER)
    member = story(database, person, parcel_id)[-1]
    _require_reason(member.standing, after, reason, parcel_id)
    row = {
        "member_id": member.member_id, "parcel_id": parcel_id, "step": member.moves[-1].step + 1,
        "before": str(member.standing), "after": str(after), "reason": str(reason), "note": note, "version": member.version,
    }  # fmt: skip
    MembershipStore(database).move(member.district, _moves([row]), person=person, reason=note)
    return story(database, person, parcel_id)[-1]


def _moves(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    kinds = {column.name: "int64" if column.kind == "int" else "str" for column in MOVES.columns}
    return pd.DataFrame(list(rows), columns=MOVES.names).astype(kinds)


def _require_reason(before: Standing | None, after: Standing, reason: MoveReason, parcel_id: str = "") -> None:
    """Refuse what no person may do by hand, and name what is possible."""
    possible = by_hand(before)
    if reason in possible.get(after, ()):
        return
    stands = before.zh if before else "未入库"
    zh = "；".join(f"{to.zh}（{to}）：{'、'.join(f'{one.zh} {one}' for one in why)}" for to, why in possible.items())
    en = "; ".join(f"{to}: {', '.join(why)}" for to, why in possible.items())
    raise Conflict(
        f"现为“{stands}”，不能以“{reason.zh}”改为“{after.zh}”",
        f"It stands as {before.en if before else 'not in the pool'} and cannot be made {after.en} for “{reason.en}”",
        where=parcel_id,
        next_zh=f"可办：{zh}" if zh else "入库由 pool build 办理，列入计划由公布计划办理",
        next_en=f"Possible: {en}" if en else "A build lets parcels in, a published plan plans them",
    )
