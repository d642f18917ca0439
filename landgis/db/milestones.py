"""Milestones of planned parcels: statements are added, never changed; the newest of a milestone speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
from sqlalchemy import insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import read_frame
from landgis.db.connect import Database
from landgis.db.own_town import require_own_town
from landgis.db.statements import statement
from landgis.db.tables.memberships import MEMBERSHIP_STANDING
from landgis.db.tables.plans import MILESTONE
from landgis.domain.planning import Milestone
from landgis.domain.pooling import Standing
from landgis.errors import NotFound
from landgis.frames.planned import MILESTONES

_ON_THE_WAY = (Standing.PLANNED, Standing.UNDER_WAY, Standing.SUPPLIED)


class MilestoneStore:
    """Milestones of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(
        self, parcel_id: str, milestone: Milestone, state: str, on_date: date, *, person: Person, note: str = ""
    ) -> str:
        """Note that a milestone was done, or when it is expected, and return the membership that it is noted of.

        Parameters
        ----------
        state
            ``done`` or ``expected``.

        Raises
        ------
        NotAllowed, Conflict
            By policy; what is said to be done on a day to come.
        NotFound
            If the parcel is in no published plan.
        """
        person.require(Action.RECORD_MILESTONE)
        stands = MEMBERSHIP_STANDING.c
        wanted = select(stands.member_id).where(
            stands.parcel_id == parcel_id, stands.standing.in_([str(each) for each in _ON_THE_WAY])
        )
        with self._database.begin(person, note) as connection:
            require_own_town(connection, person, Action.RECORD_MILESTONE, [parcel_id])
            member_id = connection.scalar(wanted)
            if member_id is None:
                raise NotFound(
                    f"地块 {parcel_id} 不在已公布的计划内",
                    f"Parcel {parcel_id} is in no published plan",
                    where=parcel_id,
                    next_zh="请核对地块编号；计划公布后方可登记办理节点",
                    next_en="Check the number; milestones are noted once the plan is published",
                )
            connection.execute(
                insert(MILESTONE).values(
                    member_id=member_id, milestone=str(milestone), state=state, on_date=on_date, note=note,
                    created_by=person.person_id,
                )
            )  # fmt: skip
        return str(member_id)

    def of(self, parcel_ids: Sequence[str], at: datetime | None = None) -> pd.DataFrame:
        """Return the newest statement of every milestone of parcels, as known now or at a moment."""
        with self._database.begin() as connection:
            keys = {"parcel_ids": list(parcel_ids), "at": at}
            return read_frame(connection, statement("milestones"), keys, MILESTONES.columns)
