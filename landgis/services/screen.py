"""Screening the inventory: every current parcel of a district, by its published layers; the run is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from landgis.access.person import Person
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunMeta, RunStore
from landgis.domain.layer import LegalState
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
            "legal_state": str(meta.legal_state),
            "known_at": meta.known_at.isoformat() if meta.known_at else None,
            "final": meta.final,
            "caution_zh": meta.caution[0],
            "caution_en": meta.caution[1],
            "releases": dict(meta.releases),
            "seconds": meta.seconds,
            "verdicts": [{"verdict": str(row), "zh": row.zh, "count": self.counts[str(row)]} for row in VERDICTS],
        }


def screen(
    database: Database,
    person: Person,
    pack: RulePack,
    as_of: date,
    progress: Progress = lambda _step: None,
    *,
    legal_state: LegalState = LegalState.IN_FORCE,
    known_at: datetime | None = None,
) -> Screened:
    """Measure and judge the current parcels of the pack's district, and store the run.

    Parameters
    ----------
    pack, as_of
        The law, and the day that counts.
    legal_state
        Whose releases come first, where a layer has any; anything but in force makes the run a preview (预审), which
        can found no pool.
    known_at
        Judge by what the inventory knew at that moment; None: by what it knows now.

    Raises
    ------
    NotReady
        If the district has no parcels.
    """
    started = time.perf_counter()
    parcels = ParcelStore(database).current(pack.pack_id, as_of=as_of, known_at=known_at)
    if parcels.empty:
        raise NotReady(
            f"{pack.title.zh}：库内没有该区的地块",
            f"There are no parcels of {pack.pack_id} in the inventory",
            next_zh="请先运行 landgis parcel import",
            next_en="Run landgis parcel import first",
        )
    wanted = pack.layers(Scope.FULL)
    layers = published_layers(
        database, wanted, as_of, district=pack.pack_id, known_at=known_at, legal_state=legal_state
    )
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
        legal_state=legal_state,
        known_at=known_at,
    )
    head = RunStore(database).save(meta, parcels, measured, judged, person=person)
    counts = summary(judged.verdicts)
    return Screened(head, counts, exit_code(judged.verdicts))


def published_layers(
    database: Database,
    wanted: Iterable[str],
    as_of: date,
    *,
    district: str | None = None,
    known_at: datetime | None = None,
    legal_state: LegalState = LegalState.IN_FORCE,
) -> dict[str, LayerData]:
    """Return the releases that speak for the wanted layers on a day; a layer without one is not in it.

    A layer without a release of the legal state asked for is spoken for by the one in force.
    """
    store = LayerStore(database)
    layers = {}
    for key in wanted:
        found = (
            store.current(key, as_of, district=district, known_at=known_at, legal_state=state)
            for state in dict.fromkeys((legal_state, LegalState.IN_FORCE))
        )
        stored = next((release for release in found if release is not None), None)
        if stored is not None:
            layers[key] = store.load(stored)
    return layers
