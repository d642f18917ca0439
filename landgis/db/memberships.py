"""Memberships: how parcels stand in the pools, how they got there, and moving them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import copy_in, plain, raw, read_frame
from landgis.db.connect import Database
from landgis.db.numbers import next_ids
from landgis.db.own_town import require_own_town
from landgis.db.statements import statement
from landgis.db.tables.memberships import MEMBER_NUMBER, MEMBERSHIP, MEMBERSHIP_MOVE
from landgis.domain.pooling import Membership, Move, MoveReason, Standing, Tier
from landgis.frames.pooled import MOVES, STANDINGS
from landgis.frames.spec import Column

_HOLDERS = (
    Column("member_id", "text"),
    Column("parcel_id", "text"),
    Column("standing", "text"),
    Column("geometry", "object"),
)


@dataclass(frozen=True)
class Ground:
    """What some moves stand on: the screening run and the build, or the plan; None where none is needed."""

    run_id: str | None = None
    pool_id: str | None = None
    plan_id: str | None = None


class MembershipStore:
    """Memberships of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standings(self, district: str, at: datetime | None = None) -> pd.DataFrame:
        """Return how memberships stand now, or stood at a moment; ``frames.pooled.STANDINGS``, ended ones included."""
        with self._database.begin() as connection:
            keys = {"district": district, "at": at}
            return read_frame(connection, statement("standings"), keys, STANDINGS.columns)

    def holders(self, district: str) -> gpd.GeoDataFrame:
        """Return who holds ground: member_id, parcel_id, standing, and the outline stood for (EPSG:4549)."""
        with self._database.begin() as connection:
            keys = {"district": district}
            return gpd.GeoDataFrame(read_frame(connection, statement("holders_of_ground"), keys, _HOLDERS))

    def story(self, parcel_id: str) -> Sequence[Membership]:
        """Return the memberships that a parcel has or had, each with its moves."""
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("membership_story"), {"parcel_id": parcel_id}).fetchall()
        return [
            Membership(member_id, district, parcel, Tier(tier), tuple(_move(row[4:]) for row in moves))
            for (member_id, district, parcel, tier), moves in groupby(rows, key=lambda row: tuple(row[:4]))
        ]

    def move(
        self, district: str, moves: pd.DataFrame, *, person: Person, tier: Tier = Tier.PROJECT, reason: str = ""
    ) -> None:
        """Move some memberships, or begin them; all or nothing.

        Parameters
        ----------
        district
            Of all of them.
        moves
            ``frames.pooled.MOVES``: what needs no build and no plan.
        tier
            Pool of those that begin.
        reason
            Kept with the transaction.

        Raises
        ------
        NotAllowed, ContractBroken
            By policy; bad frames.
        Conflict
            What the database does not take: see migration 0013.
        """
        reports = (moves["before"] == "").all() and (moves["after"] == Standing.LEAD).all()
        action = Action.REPORT_LEAD if reports else Action.MOVE_MEMBER
        person.require(action)
        with self._database.begin(person, reason) as connection:
            require_own_town(connection, person, action, plain(moves["parcel_id"]))
            write_moves(connection, district, moves, Ground(), person=person, tier=tier)


def write_moves(
    connection: Connection, district: str, moves: pd.DataFrame, ground: Ground, *, person: Person,
    tier: Tier = Tier.PROJECT,
) -> None:  # fmt: skip
    """Write moves within an open transaction; memberships that they begin are begun with them."""
    MOVES.require(moves)
    if not len(moves):
        return
    ids = moves["member_id"].to_numpy(dtype=object).copy()
    new = ids == ""
    ids[new] = next_ids(connection, MEMBER_NUMBER, "M", int(new.sum()))
    begun = moves[new]
    copy_in(connection, MEMBERSHIP, {
        "member_id": ids[new].tolist(),
        "district": [district] * len(begun),
        "parcel_id": plain(begun["parcel_id"]),
        "tier": [tier.value] * len(begun),
        "created_by": [person.person_id] * len(begun),
    })  # fmt: skip
    same = {
        "run_id": ground.run_id,
        "pool_id": ground.pool_id,
        "plan_id": ground.plan_id,
        "created_by": person.person_id,
    }
    copy_in(connection, MEMBERSHIP_MOVE, {
        "member_id": ids.tolist(),
        "step": plain(moves["step"]),
        "from_standing": [before or None for before in moves["before"]],
        "to_standing": plain(moves["after"]),
        **{name: plain(moves[name]) for name in ("reason", "note", "parcel_id", "version")},
        **{name: [value] * len(moves) for name, value in same.items()},
    })  # fmt: skip


def _move(row: Sequence[Any]) -> Move:
    step, before, after, reason, *rest = row
    return Move(step, Standing(before) if before else None, Standing(after), MoveReason(reason), *rest)
