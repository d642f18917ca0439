"""Parcels of a file, or of the inventory, on one raster; nothing is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import Originals
from landgis.db.parcels import ParcelStore
from landgis.domain.issue import Issue, Severity
from landgis.errors import NotReady
from landgis.services.checking.check import candidates_from_file
from landgis.services.layers.measure_raster import MeasuredCells, measure_raster
from landgis.services.register.inventory import speaking

Progress = Callable[[str], None]


@dataclass(frozen=True)
class MeasuredRelease:
    """What was measured, and what was noticed of the parcels; one that cannot be measured is an issue."""

    measured: MeasuredCells
    issues: tuple[Issue, ...]


def measure_release(
    database: Database,
    originals: Originals,
    layer: str,
    as_of: date,
    *,
    district: str,
    file: Path | None = None,
    crs: str | None = None,
    progress: Progress = lambda _step: None,
) -> MeasuredRelease:
    """Measure parcels on a raster.

    Parameters
    ----------
    layer
        Layer, or ``LAYER@NAME``; without a name the release that speaks on the day.
    as_of
        The day whose release and parcels count.
    district
        Whose parcels, where no file is given.
    file, crs
        File of parcels, and its CRS where it says none.

    Raises
    ------
    NotFound, NotReady, UsageError
        No such release; the district has no parcels; the release is no raster.
    """
    key, _, name = layer.partition("@")
    store = LayerStore(database)
    stored = store.get(key, name) if name else speaking(database, key, as_of)
    parcels, issues = _parcels(database, district, as_of, file, crs)
    return MeasuredRelease(measure_raster(originals, store.load(stored), parcels, progress), issues)


def _parcels(
    database: Database, district: str, as_of: date, file: Path | None, crs: str | None
) -> tuple[gpd.GeoDataFrame, tuple[Issue, ...]]:
    if file is not None:
        found = candidates_from_file(file, crs=crs)
        lost = [
            Issue(
                "parcel_not_measured",
                Severity.FATAL,
                row.parcel_id,
                f"未量测：{row.reason_zh}",
                f"not measured: {row.reason_en}",
            )
            for row in found.rejected
        ]
        return found.parcels, (*found.issues, *lost)
    parcels = ParcelStore(database).current(district, as_of=as_of)
    if parcels.empty:
        raise NotReady(
            f"库内没有 {district} 的地块", f"There are no parcels of {district} in the inventory", where=district,
            next_zh="请先运行 landgis parcel import，或用 --parcels 指明文件",
            next_en="Run landgis parcel import first, or name a file with --parcels",
        )  # fmt: skip
    return parcels, ()
