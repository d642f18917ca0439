"""Accepted repairs: written once beside the release that holds them, read with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, select

from landgis.access.person import Person
from landgis.db.bulk import copy_in, plain
from landgis.db.connect import Database
from landgis.db.tables.people import PERSON
from landgis.db.tables.repairs import LAYER_REPAIR

_MEASURES = ("feature_id", "repair_id", "kind", "reason", "area_before_m2", "area_after_m2", "moved_m")


@dataclass(frozen=True)
class Acceptance:
    """Who accepted repairs of which release, and why.

    Attributes
    ----------
    layer, release
        The new release that holds the repaired features.
    from_release
        The release that was repaired.
    proposed_with
        Program and engine that worked the repairs out.
    person, why
        Who accepted them and for what reason.
    """

    layer: str
    release: str
    from_release: str
    proposed_with: str
    person: Person
    why: str


@dataclass(frozen=True)
class StoredRepair:
    """One accepted repair as it stands in the database; areas are planar m², ``moved_m`` metres."""

    feature_id: str
    repair_id: str
    kind: str
    reason: str
    area_before_m2: float
    area_after_m2: float
    moved_m: float | None
    proposed_with: str
    from_release: str
    accepted_by: str
    accepted_at: datetime
    why: str


def add_repairs(connection: Connection, repairs: pd.DataFrame, acceptance: Acceptance) -> None:
    """Store accepted repairs (RepairFrame) in the transaction that stores their release."""
    fixed = {
        "layer": acceptance.layer,
        "release": acceptance.release,
        "from_release": acceptance.from_release,
        "proposed_with": acceptance.proposed_with,
        "accepted_by": acceptance.person.person_id,
        "why": acceptance.why,
    }
    columns = {name: [value] * len(repairs) for name, value in fixed.items()}
    copy_in(connection, LAYER_REPAIR, columns | {name: plain(repairs[name]) for name in _MEASURES})


def repairs_of(database: Database, layer: str, release: str) -> list[StoredRepair]:
    """Return the accepted repairs that a release holds, by feature."""
    table = LAYER_REPAIR.c
    columns = [table[name] for name in (*_MEASURES, "proposed_with", "from_release", "accepted_at", "why")]
    query = (
        select(*columns, PERSON.c.os_account.label("accepted_by"))
        .join(PERSON, PERSON.c.person_id == table.accepted_by)
        .where(table.layer == layer, table.release == release)
        .order_by(table.feature_id)
    )
    with database.begin() as connection:
        return [StoredRepair(**row._mapping) for row in connection.execute(query)]
