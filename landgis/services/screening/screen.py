"""Screening the inventory: every current parcel of a district, by its published layers; the run is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from landgis.access.person import Person
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcels import ParcelStore
from landgis.db.run_inputs import this_moment
from landgis.db.runs import RunHead, RunMeta, RunStore
from landgis.domain.layer import LegalState
from landgis.domain.outcome import VERDICTS, Scope
from landgis.domain.program import VERSION
from landgis.errors import NotReady, UsageError
from landgis.overlay.choice import identity
from landgis.rules.pack import RulePack
from landgis.screening.indexed import Engine
from landgis.screening.judge import judge
from landgis.screening.measure import in_place, measure
from landgis.screening.record import exit_code, summary
from landgis.services.deciding.decisions import Standing, as_record, standings, told
from landgis.services.flipping.flips import Flips, flips
from landgis.services.layers.speaking import Indexes, MadeEachTime, indexed_layers, speaking_releases
from landgis.services.layers.unheard import explained, why_silent
from landgis.services.pooling.tasks import Opened, open_tasks
from landgis.services.runs.holding import last_holding, on_rasters
from landgis.services.runs.verdict_record import inputs_of

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Screened:
    """A stored run: its head, parcels by verdict, the exit code of a check, and what flipped.

    ``flips`` is against the last final run; None where there was none. ``decisions``: what persons decided beside it, as
    it stands on the run's day; no verdict, count or exit code knows of them. ``tasks``: what flipped leaves to be done in
    pool and plan. ``in_use``: what decisions and pools stand on where no run is named; another run where this one is not
    final, or looks back to an earlier day.
    """

    head: RunHead
    counts: dict[str, int]
    exit_code: int
    flips: Flips | None = None
    decisions: Sequence[Standing] = ()
    tasks: Opened = field(default_factory=Opened)
    in_use: RunHead | None = None

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
            "in_use": _day_of(self.in_use),
            "caution_zh": meta.caution[0],
            "caution_en": meta.caution[1],
            "releases": dict(meta.releases),
            "kernel": meta.kernel,
            "taken_from": meta.taken_from,
            "taken_over": dict(meta.taken_over),
            "seconds": meta.seconds,
            "verdicts": [{"verdict": str(row), "zh": row.zh, "count": self.counts[str(row)]} for row in VERDICTS],
            "flips": self.flips.as_dict() if self.flips else None,
            "decisions": as_record(self.decisions),
            "tasks": self.tasks.as_dict(),
        }


def _day_of(head: RunHead | None) -> dict[str, str] | None:
    return None if head is None else {"run_id": head.run_id, "as_of": head.meta.as_of.isoformat()}


@dataclass(frozen=True)
class Measuring:
    """How a run is measured; none of it changes a number.

    Attributes
    ----------
    indexes
        Where indexes of releases are opened.
    engine
        Who measures.
    changed
        Whether what the last comparable run measured and still holds is taken over.
    """

    indexes: Indexes = field(default_factory=MadeEachTime)
    engine: Engine = in_place
    changed: bool = False


def screen(
    database: Database,
    person: Person,
    pack: RulePack,
    as_of: date,
    progress: Progress = lambda _step: None,
    *,
    today: date | None = None,
    legal_state: LegalState = LegalState.IN_FORCE,
    known_at: datetime | None = None,
    originals: Originals | None = None,
    how: Measuring | None = None,
) -> Screened:
    """Measure and judge the current parcels of the pack's district, and store the run.

    Parameters
    ----------
    pack, as_of
        The law, and the day that counts.
    today
        The day on which it is asked: of a day to come there is no final run, only a preview. None: not compared.
    legal_state
        Whose releases come first, where a layer has any; anything but in force makes the run a preview (预审), which
        can found no pool.
    known_at
        Judge by what the inventory knew at that moment; None: by what it knows now.
    originals
        Where the files of rasters are kept; None: a raster that the pack wants counts as absent.
    how
        How it is measured; None: everything, in this process.

    Raises
    ------
    NotReady
        If the district has no parcels.
    UsageError
        If a final run is asked for of a day to come.
    """
    require_present(as_of, today, legal_state)
    started = time.perf_counter()
    how = how or Measuring()
    read_at = this_moment(database)
    parcels = ParcelStore(database).current(pack.pack_id, as_of=as_of, known_at=known_at)
    if parcels.empty:
        raise NotReady(
            f"{pack.title.zh}：库内没有该区的地块",
            f"There are no parcels of {pack.pack_id} in the inventory",
            next_zh="请先运行 landgis parcel import",
            next_en="Run landgis parcel import first",
        )
    required, beside = pack.layers(Scope.FULL), pack.optional_layers(Scope.FULL)
    releases = speaking_releases(
        database, (*required, *beside), as_of, district=pack.pack_id, known_at=known_at, legal_state=legal_state
    )
    wanted = (*required, *(key for key in beside if key in releases))
    stated = {key: releases[key].release.name if key in releases else "" for key in wanted}
    meta = _stands_on(pack, as_of, stated, legal_state, known_at)
    taken = last_holding(database, meta, parcels, releases) if how.changed else None
    layers = indexed_layers(database, releases, how.indexes)
    cells = on_rasters(originals, layers, parcels, taken, progress)
    measured = measure(
        parcels,
        layers,
        wanted,
        as_of,
        progress,
        cells,
        engine=how.engine,
        earlier=taken.earlier if taken else None,
        kept_m2=parcels.set_index("parcel_id")["geodesic_m2"],
    )
    judged = judge(pack, parcels, measured, as_of, Scope.FULL)
    silent = why_silent(database, {key: layer.release for key, layer in layers.items()}, meta)
    judged = replace(judged, findings=explained(judged.findings, silent))
    meta = replace(
        meta,
        seconds=round(time.perf_counter() - started, 3),
        taken_from=taken.run_id if taken else None,
        taken_over=taken.counts if taken else {},
        inputs=inputs_of(database, pack, as_of, releases, read_at),
    )
    store = RunStore(database)
    last = store.latest(pack.pack_id, pack.pack_id)
    head = store.save(meta, parcels, measured, judged, person=person)
    flipped = flips(database, last, head, pack, how.indexes) if last else None
    decided = standings(database, lambda _district: pack, as_of, district=pack.pack_id)
    in_use = store.latest(pack.pack_id)
    leads = flipped is not None and in_use is not None and in_use.run_id == head.run_id
    opened = open_tasks(database, person, head, flipped) if leads and flipped else Opened()
    return Screened(head, summary(judged.verdicts), exit_code(judged.verdicts), flipped, told(decided), opened, in_use)


def require_present(as_of: date, today: date | None, legal_state: LegalState) -> None:
    """Refuse a final run of a day to come: nobody knows what will be in force then.

    Raises
    ------
    UsageError
        If one is asked for.
    """
    if today is None or as_of <= today or legal_state is not LegalState.IN_FORCE:
        return
    raise UsageError(
        f"截至日期 {as_of} 在今天（{today}）之后，不能作正式筛查：那时施行的图层和规则现在无从得知",
        f"The day {as_of} lies after today ({today}): there is no final run of it, for nobody knows what will be in force then",
        where=as_of.isoformat(),
        next_zh=f"请用不晚于 {today} 的日期；要看将来，请加 --legal-state approved_pending 作预审（不能据以建库、认定）",
        next_en=f"Use a day up to {today}; to look ahead add --legal-state approved_pending: a preview that founds no pool",
    )


def _stands_on(
    pack: RulePack, as_of: date, releases: dict[str, str], legal_state: LegalState, known_at: datetime | None
) -> RunMeta:
    return RunMeta(
        pack_id=pack.pack_id,
        pack_version=pack.version,
        as_of=as_of,
        scope=Scope.FULL,
        district=pack.pack_id,
        crs=name_of(WORKING),
        releases=releases,
        code_version=VERSION,
        seconds=0.0,
        legal_state=legal_state,
        known_at=known_at,
        kernel=identity(),
    )
