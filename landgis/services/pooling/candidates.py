"""The pool as pairing looks at it: every member with its use, size, town, time, facts and newest verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.parcels import ParcelStore
from landgis.db.plan_lines import lines_of_plans
from landgis.db.runs import RunHead
from landgis.domain.facts import FACTS
from landgis.domain.outcome import Outcome
from landgis.domain.planning import PlanStatus
from landgis.domain.pooling import Standing, Tier
from landgis.frames.spec import rows_of
from landgis.pool.candidates import Candidate
from landgis.pool.substitutes import Line
from landgis.services.pooling.places import places
from landgis.services.register.inventory import newest_run
from landgis.services.runs.verdicts_now import verdicts_heard

_LAST_DAY = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}
_YES_NO = tuple(fact.name for fact in FACTS if fact.kind == "bool")


@dataclass(frozen=True)
class PoolView:
    """The pool of a district, now.

    Attributes
    ----------
    run
        The newest final run: its verdicts count.
    candidates
        Who stands in the pool, by parcel.
    planned
        ``frames.paired.PLANNED``: lines of the plans that count.
    overtaken
        Why no verdict counts: the layers that the run judged by speak no more; Chinese and English. None: they do.
    """

    run: RunHead
    candidates: tuple[Candidate, ...]
    planned: pd.DataFrame
    overtaken: tuple[str, str] | None = None


def pool_view(database: Database, district: str, on: date | None = None) -> PoolView:
    """Look at the pool of a district as it stands.

    Parameters
    ----------
    on
        The day on which the layers of the newest run have to speak; None: its own.

    Raises
    ------
    NotReady
        If the district was never screened.
    """
    run = newest_run(database, district)
    standings = MembershipStore(database).standings(district)
    alive = standings[standings["standing"] != Standing.WITHDRAWN]
    parcels = ParcelStore(database).current(parcel_ids=alive["parcel_id"].tolist())
    planned = lines_of_plans(database, district)
    verdicts, overtaken = verdicts_heard(database, run, parcels, on or run.meta.as_of)
    days = _days(planned)
    members = {row["parcel_id"]: row for row in rows_of(alive)}
    candidates = [
        _candidate(row, members[row["parcel_id"]], verdicts.get(row["parcel_id"]), days.get(row["parcel_id"]))
        for row in rows_of(places(parcels).join(parcels[list(_YES_NO)].astype(object)))
    ]
    return PoolView(run, tuple(candidates), planned, overtaken)


def lines_of(table: pd.DataFrame) -> list[Line]:
    """Return lines of one plan (``frames.paired.PLANNED``) as pairing asks for them."""
    return [
        Line(row["parcel_id"], row["town_code"], row["town_name"], row["planned_use_code"], row["area_ha"])
        for row in rows_of(table)
    ]


def plan_that_counts(planned: pd.DataFrame) -> str | None:
    """Return the plan that is meant where none is named: of the latest year, the published one before a draft."""
    if planned.empty:
        return None
    latest = planned[planned["year"] == planned["year"].max()]
    published = latest[latest["status"] == PlanStatus.PUBLISHED]
    return str((published if len(published) else latest)["plan_id"].iloc[-1])


def _candidate(
    row: Mapping[str, Any], member: Mapping[str, str], verdict: Outcome | None, day: date | None
) -> Candidate:
    return Candidate(
        member["member_id"], member["parcel_id"], Tier(member["tier"]), Standing(member["standing"]), row["town_code"],
        row["town_name"], row["planned_use_code"], row["area_ha"], verdict,
        {name: row[name] if isinstance(row[name], bool) else None for name in _YES_NO}, day,
    )  # fmt: skip


def _days(planned: pd.DataFrame) -> dict[str, date]:
    """Parcel → last day of the quarter in which a plan supplies it; what is published goes before what is drafted."""
    order = planned.assign(later=planned["status"] == PlanStatus.PUBLISHED).sort_values("later", kind="stable")
    return {
        row["parcel_id"]: date(row["year"], *_LAST_DAY[int(row["quarter"])])
        for row in rows_of(order)
        if row["quarter"] in _LAST_DAY
    }
