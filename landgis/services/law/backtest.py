"""Back-testing the rules: parcels that entered the market already, judged as of the day before they entered.

A rule that would have kept one of them out is a question to the rule or to the data, and no judgement on what was
decided then. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import pandas as pd

from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcels import ParcelStore
from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import UsageError
from landgis.frames.judged import FINDINGS, VERDICTS
from landgis.rules.pack import RulePack
from landgis.screening.judge import judge
from landgis.screening.measure import measure
from landgis.services.law.entered import entered
from landgis.services.law.lacks import lacks
from landgis.services.layers.speaking import Indexes, indexed_layers, speaking_releases
from landgis.services.layers.unheard import explained, unusable_releases
from landgis.services.runs.holding import on_rasters

Progress = Callable[[str], None]
_NOTHING = (
    FINDINGS.empty().assign(lack="", district="", judged_on=None),
    VERDICTS.empty().assign(planar_m2=0.0, district="", judged_on=None),
)


@dataclass(frozen=True)
class Backtest:
    """What was found.

    Attributes
    ----------
    findings
        ``frames.judged.FINDINGS`` with ``district``, ``judged_on`` and ``lack`` (of an unknown, a `Lack`; else empty).
    parcels
        ``parcel_id``, ``district``, ``entered_on`` (missing where not stated), ``judged_on``, ``verdict``, ``planar_m2``.
    packs
        The law, by district.
    undated, unplaced
        Parcels left out: without a day of entry, and not in the inventory on the day.
    elsewhere
        Number of parcels of a district that was not asked for.
    """

    findings: pd.DataFrame
    parcels: pd.DataFrame
    packs: Mapping[str, RulePack]
    undated: tuple[str, ...]
    unplaced: tuple[str, ...]
    elsewhere: int

    @property
    def exit_code(self) -> int:
        """1 when a rule blocks a parcel, 3 when no parcel could be told, else 0."""
        verdicts = set(self.parcels["verdict"])
        if Outcome.EXCLUDED in verdicts:
            return 1
        return 0 if verdicts - {str(Outcome.UNKNOWN)} else 3


@dataclass(frozen=True)
class Source:
    """Where parcels, layers and cells are read: the inventory, its indexes, and the files of its rasters."""

    database: Database
    indexes: Indexes
    originals: Originals | None = None


def district_of(pack: RulePack) -> str:
    """Return the key of the district that a pack is for.

    Raises
    ------
    UsageError
        If it is for none: the national pack.
    """
    found = next((key for key, district in DISTRICTS.items() if district.code == pack.district), None)
    if found is None:
        raise UsageError(
            f"规则包 {pack.pack_id} 不是区规则包", f"The pack {pack.pack_id} is of no district", where=pack.pack_id,
            next_zh=f"请给出区规则包：{'、'.join(DISTRICTS)}", next_en=f"Give the pack of a district: {', '.join(DISTRICTS)}",
        )  # fmt: skip
    return found


def backtest(
    source: Source, packs: Mapping[str, RulePack], as_of: date | None = None, progress: Progress = lambda _step: None
) -> Backtest:
    """Judge every parcel that entered the market, in full scope, by what is known now of the day before it entered.

    Parameters
    ----------
    source
        Where parcels, facts, layers and cells are read.
    packs
        The law by district; parcels of other districts are counted and left out.
    as_of
        One day for all of them, whether their day of entry is known or not; None: the day before each entered.
    progress
        Told which day is judged.
    """
    known = entered(source.database)
    days = {key: day - timedelta(days=1) for key, day in known.days.items()}
    if as_of is not None:
        days = dict.fromkeys([*known.days, *known.undated], as_of)
    found: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    placed: set[str] = set()
    elsewhere = 0
    for day, parcels in _by_day(source.database, days):
        placed |= set(parcels["parcel_id"])
        elsewhere += int((~parcels["district"].isin(list(packs))).sum())
        for district, pack in packs.items():
            mine = gpd.GeoDataFrame(parcels[parcels["district"] == district].reset_index(drop=True))
            if len(mine):
                progress(f"{day} {district}")
                found.append(_judged(source, pack, district, mine, day))
    findings, verdicts = (pd.concat(frames, ignore_index=True) for frames in zip(*found or [_NOTHING], strict=True))
    verdicts["entered_on"] = verdicts["parcel_id"].map(dict(known.days)).astype(object)
    undated = known.undated if as_of is None else ()
    return Backtest(findings, verdicts, packs, undated, tuple(sorted(set(days) - placed)), elsewhere)


def _by_day(database: Database, days: Mapping[str, date]) -> Iterator[tuple[date, gpd.GeoDataFrame]]:
    """Return the parcels by the day that they are judged on, as they stood on it."""
    for day in sorted(set(days.values())):
        ids = [key for key, other in days.items() if other == day]
        parcels = ParcelStore(database).current(as_of=day, parcel_ids=ids)
        if len(parcels):
            yield day, parcels


def _judged(
    source: Source, pack: RulePack, district: str, parcels: gpd.GeoDataFrame, day: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    required, beside = pack.layers(Scope.FULL), pack.optional_layers(Scope.FULL)
    releases = speaking_releases(source.database, (*required, *beside), day, district=district)
    wanted = (*required, *(key for key in beside if key in releases))
    layers = indexed_layers(source.database, releases, source.indexes)
    cells = on_rasters(source.originals, layers, parcels, None, lambda _step: None)
    kept_m2 = parcels.set_index("parcel_id")["geodesic_m2"]
    measured = measure(parcels, layers, wanted, day, cells=cells, kept_m2=kept_m2)
    judged = judge(pack, parcels, measured, day, Scope.FULL)
    unusable = unusable_releases({key: layer.release for key, layer in layers.items()}, day)
    findings = explained(judged.findings, unusable)
    lacking = lacks(findings, pack, measured.coverage, day)
    verdicts = judged.verdicts.merge(measured.areas[["parcel_id", "planar_m2"]], on="parcel_id")
    findings = findings.assign(lack=lacking, district=district, judged_on=day)
    return findings, verdicts.assign(district=district, judged_on=day)
