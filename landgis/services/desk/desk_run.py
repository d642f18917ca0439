"""Parcels of a stored run as the desk reads them: one for a card, or all of them for the record."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgis.db.connect import Database
from landgis.db.desk_rows import is_outdated, open_points
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunStore, StoredRun
from landgis.domain.layer import Release
from landgis.errors import NotFound
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.spec import rows_of
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import load_pack
from landgis.screening.record import RunFacts, record
from landgis.services.desk import desk_table


@dataclass(frozen=True)
class RunPart:
    """What a run has of some parcels, with what its record names.

    Attributes
    ----------
    stored
        The run, with the rows of these parcels.
    pack
        Rule pack, for titles.
    releases
        Releases the run stood on, by layer.
    """

    stored: StoredRun
    pack: RulePack
    releases: dict[str, Release]

    @property
    def head(self) -> RunHead:
        """The run without its frames."""
        return self.stored.head

    def record(self) -> dict[str, Any]:
        """Return the run, as far as these parcels go, in the form that every front door gives."""
        stored, meta = self.stored, self.head.meta
        pack = dataclasses.replace(self.pack, version=meta.pack_version)
        facts = RunFacts(pack, meta.as_of, meta.scope, meta.crs, self.releases, tuple(meta.releases))
        told = {"run_id": self.head.run_id, "final": meta.final, "caution_zh": meta.caution[0]}
        return told | record(facts, stored.measured, stored.judged.findings, stored.judged.verdicts)

    def coverage(self) -> dict[str, dict[str, Any]]:
        """Return state, release and uncovered_m2 by layer, of a part of one parcel."""
        return {str(row["layer"]): row for row in rows_of(self.stored.measured.coverage)}


def whole_run(database: Database, run_id: str) -> RunPart:
    """Return a whole run.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    return _part(database, RunStore(database).load(run_id))


def one_of_run(database: Database, run_id: str, parcel_id: str) -> RunPart:
    """Return one parcel of a run.

    Raises
    ------
    NotFound
        If there is no such run, or no such parcel in it.
    """
    stored = RunStore(database).part(run_id, [parcel_id])
    if stored.versions.empty:
        raise no_such_parcel(stored.head.run_id, parcel_id)
    return _part(database, stored)


def place_and_facts(database: Database, part: RunPart) -> dict[str, Any]:
    """Return what the card of one parcel prints beside its record: its place, its facts, what is open, outdated or not."""
    row = ParcelStore(database).versions(part.stored.versions).drop(columns="geometry")
    parcel_id = str(row["parcel_id"].iloc[0])
    with database.begin() as connection:
        outdated = is_outdated(connection, part.head.run_id, parcel_id)
        findings = open_points(connection, part.head.run_id, [parcel_id])
    zh, en = desk_table.open_points(findings, part.pack)
    facts = {str(name): None if pd.isna(value) else value for name, value in row.iloc[0].items()}
    code = planned_use_codes(row).iloc[0]
    return facts | {
        "planned_use_zh": desk_table.use_name(code) if isinstance(code, str) else "",
        "open_zh": zh.get(parcel_id, ""),
        "open_en": en.get(parcel_id, ""),
        "outdated": outdated,
    }


def releases_of(head: RunHead, stored: Sequence[Release]) -> dict[str, Release]:
    """Pick the releases a run stood on."""
    by_key = {release.key: release for release in stored}
    wanted = {layer: by_key.get(f"{layer}@{name}") for layer, name in head.meta.releases.items() if name}
    return {layer: release for layer, release in wanted.items() if release is not None}


def no_such_parcel(run_id: str, parcel_id: str) -> NotFound:
    """Return the refusal of a parcel that a run does not have."""
    return NotFound(
        f"筛查批次 {run_id} 中没有地块“{parcel_id}”",
        f"Run {run_id} has no parcel “{parcel_id}”",
        where=parcel_id,
        next_zh="该地块可能在筛查之后入库，请重新运行 landgis screen",
        next_en="It may have come in after the run: run landgis screen again",
    )


def _part(database: Database, stored: StoredRun) -> RunPart:
    held = [row.release for row in LayerStore(database).list()]
    return RunPart(stored, load_pack(stored.head.meta.pack_id), releases_of(stored.head, held))
