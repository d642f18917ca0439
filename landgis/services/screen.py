"""Screening the inventory: every current parcel of a district, by its published layers; the run is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from landgis.access.person import Person
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunMeta, RunStore
from landgis.domain.outcome import VERDICTS, Scope
from landgis.domain.program import VERSION
from landgis.errors import NotReady
from landgis.frames.layer import LayerData
from landgis.rules.pack import RulePack
from landgis.screening.judge import judge
from landgis.screening.measure import measure
from landgis.screening.record import exit_code, summary

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Screened:
    """A stored run: its head, parcels by verdict, and the exit code of a check."""

    head: RunHead
    counts: dict[str, int]
    exit_code: int

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self.head.run_id

    def summary(self) -> dict[str, Any]:
        """Return the run in a few lines, for people and machines."""
        meta = self.head.meta
        return {
            "run_id": self.run_id,
            "pack": {"id": meta.pack_id, "version": meta.pack_version},
            "as_of": meta.as_of.isoformat(),
            "district": meta.district,
            "releases": dict(meta.releases),
            "seconds": meta.seconds,
            "verdicts": [{"verdict": str(row), "zh": row.zh, "count": self.counts[str(row)]} for row in VERDICTS],
        }


def screen(
    database: Database, person: Person, pack: RulePack, as_of: date, progress: Progress = lambda _step: None
) -> Screened:
    """Measure and judge the current parcels of the pack's district, and store the run.

    Raises
    ------
    NotReady
        If the district has no parcels.
    """
    started = time.perf_counter()
    parcels = ParcelStore(database).current(pack.pack_id)
    if parcels.empty:
        raise NotReady(
            f"{pack.title.zh}：库内没有该区的地块",
            f"There are no parcels of {pack.pack_id} in the inventory",
            next_zh="请先运行 landgis parcel import",
            next_en="Run landgis parcel import first",
        )
    wanted = pack.layers(Scope.FULL)
    layers = published_layers(database, wanted, as_of)
    measured = measure(parcels, layers, wanted, as_of, progress)
    judged = judge(pack, parcels, measured, as_of, Scope.FULL)
    meta = RunMeta(
        pack_id=pack.pack_id,
        pack_version=pack.version,
        as_of=as_of,
        scope=Scope.FULL,
        district=pack.pack_id,
        crs=name_of(WORKING),
        releases={key: layers[key].release.name if key in layers else "" for key in wanted},
        code_version=VERSION,
        seconds=round(time.perf_counter() - started, 3),
    )
    head = RunStore(database).save(meta, parcels, measured, judged, person=person)
    counts = summary(judged.verdicts)
    return Screened(head, counts, exit_code(judged.verdicts))


def published_layers(database: Database, wanted: Iterable[str], as_of: date) -> dict[str, LayerData]:
    """Return the releases that speak for the wanted layers on a day; a layer without one is not in it."""
    store = LayerStore(database)
    layers = {}
    for key in wanted:
        stored = store.current(key, as_of)
        if stored is not None:
            layers[key] = store.load(stored)
    return layers
