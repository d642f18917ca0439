"""Parcels on rasters: moved into the raster's CRS, measured by the confined reader, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgis.crs import GeometryArray, Transform
from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.raster import Raster
from landgis.errors import ContractBroken, LandgisError, NotReady, UsageError
from landgis.exchange.reading.confine import Room, open_room
from landgis.exchange.reading.limits import Limits, limits_for
from landgis.exchange.reading.original import take_in
from landgis.frames.layer import LayerData
from landgis.frames.measures import CELLS
from landgis.raster.cells import UnderPolygon
from landgis.raster.ground import floor_of, onto, part_within
from landgis.raster.readings import readings

Progress = Callable[[str], None]
_JOB = "landgis.raster.job:measure"
_SECONDS = 120
"""Processor time for one request, beside what reading the file takes."""


@dataclass(frozen=True)
class MeasuredCells:
    """What the cells of one raster say of parcels.

    Attributes
    ----------
    release
        The raster.
    cells
        ``frames.measures.CELLS``.
    transform
        How the parcels came into its CRS.
    """

    release: Release
    cells: pd.DataFrame
    transform: Transform


def measure_rasters(
    originals: Originals | None,
    layers: Mapping[str, LayerData],
    parcels: gpd.GeoDataFrame,
    progress: Progress = lambda _step: None,
) -> pd.DataFrame:
    """Measure parcels on every raster among some layers; see `measure_raster`.

    Returns
    -------
    pandas.DataFrame
        ``frames.measures.CELLS``; empty where no layer is a raster.
    """
    rasters = [layer for layer in layers.values() if layer.release.raster is not None]
    found = [measure_raster(originals, layer, parcels, progress).cells for layer in rasters]
    return pd.concat(found, ignore_index=True) if found else CELLS.empty()


def measure_what_can(
    rasters: Mapping[str, LayerData], parcels: gpd.GeoDataFrame, originals: Originals | None, progress: Progress
) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Measure parcels on every raster whose file can be read, and say of the others why they have no voice."""
    found, unread = [], {}
    for key, layer in rasters.items():
        try:
            found.append(measure_raster(originals, layer, parcels, progress).cells)
        except LandgisError as error:
            unread[key] = error.zh, error.en
    filled = [cells for cells in found if len(cells)]
    return (pd.concat(filled, ignore_index=True) if filled else CELLS.empty()), unread


def measure_raster(
    originals: Originals | None,
    layer: LayerData,
    parcels: gpd.GeoDataFrame,
    progress: Progress = lambda _step: None,
    *,
    at_once: int = 2_000,
) -> MeasuredCells:
    """Measure parcels on one raster.

    Parameters
    ----------
    originals
        Where its file is kept; None where the layer names its file itself.
    layer
        A release that is a raster. The confined reader reads a copy of its file, whose hash must be the release's.
    parcels
        ``parcel_id`` and valid polygons in the working CRS (EPSG:4549).
    at_once
        How many go to the reader in one request; the numbers do not depend on it.

    Raises
    ------
    UsageError
        If the release is none of a raster.
    FileMissing, ContractBroken, FileUnreadable
        The original is not kept; it is no longer what was imported; it cannot be read.
    """
    release, raster = layer.release, _raster(layer.release)
    shapes = np.asarray(parcels.geometry.to_numpy(), dtype=object)
    parts = part_within(shapes, layer.coverage)
    areas = shapely.area(parts)
    reached = np.flatnonzero(areas > 0)
    moved, transform = onto(raster, parts[reached])
    under = dict(zip(reached.tolist(), _under(_file(originals, layer), release, moved, at_once, progress), strict=True))
    ids = [str(parcel_id) for parcel_id in parcels["parcel_id"]]
    return MeasuredCells(
        release, readings(release.layer, raster.meaning, ids, areas / shapely.area(shapes), under), transform
    )


def _raster(release: Release) -> Raster:
    if release.raster is None:
        raise UsageError(
            f"{release.key} 不是栅格", f"{release.key} is no raster", where=release.key,
            next_zh="请指明影像、地表覆盖或地形图层的版本", next_en="Name a release of imagery, land cover or terrain",
        )  # fmt: skip
    return release.raster


def _file(originals: Originals | None, layer: LayerData) -> Path:
    if layer.file is not None:
        return layer.file
    if originals is None:
        raise NotReady(
            f"{layer.release.key} 的文件不在手边", f"The file of {layer.release.key} is not at hand",
            where=layer.release.key, next_zh="请在保存原件的服务器上量测", next_en="Measure where the originals are kept",
        )  # fmt: skip
    return originals.path_of(layer.release.content_hash)


def _under(
    file: Path, release: Release, polygons: GeometryArray, at_once: int, progress: Progress
) -> list[UnderPolygon]:
    """Ask the confined reader what lies under polygons (CRS of the raster), neighbours together, in their own order."""
    raster = _raster(release)
    order = _by_neighbourhood(raster, polygons)
    found: list[UnderPolygon] = []
    with open_room() as room:
        original = take_in(file, room.folder)
        if original.content_hash != release.content_hash:
            raise _changed(release)
        limits = _limits(original.path.stat().st_size)
        request = {
            "source": release.source_name, "file": str(original.path), "raster": asdict(raster),
            "floor": floor_of(raster),
        }  # fmt: skip
        for chunk in _chunks(order, at_once):
            progress(f"{release.title_zh} {len(found)}/{len(polygons)}")
            found += _ask(room, request | {"polygons": [shape.wkb_hex for shape in polygons[chunk]]}, limits)
    back = np.argsort(order)
    return [found[position] for position in back.tolist()]


def _ask(room: Room, request: dict[str, object], limits: Limits) -> list[UnderPolygon]:
    answer = room.run(_JOB, request, limits, needs=_JOB.partition(":")[0])
    return [
        UnderPolygon(**row | {"codes": {int(code): share for code, share in row["codes"].items()}})
        for row in answer["under"]
    ]


def _by_neighbourhood(raster: Raster, polygons: GeometryArray) -> npt.NDArray[np.intp]:
    """Order polygons by squares of 512 cells, so that a block is read once for all that lie on it."""
    bounds = shapely.bounds(polygons)
    columns = (bounds[:, 0] - raster.west) // (512 * raster.cell_width)
    rows = (raster.north - bounds[:, 3]) // (512 * raster.cell_height)
    return np.lexsort((columns, rows))


def _chunks(order: npt.NDArray[np.intp], at_once: int) -> Iterator[npt.NDArray[np.intp]]:
    return (order[start : start + at_once] for start in range(0, len(order), at_once))


def _limits(size: int) -> Limits:
    usual = limits_for(size)
    seconds = usual.cpu_seconds + _SECONDS
    return replace(usual, cpu_seconds=seconds, wall_seconds=3.0 * seconds)


def _changed(release: Release) -> ContractBroken:
    return ContractBroken(
        f"{release.key} 的文件与导入（读取）时不同", f"The file of {release.key} is not what was imported", where=release.key,
        next_zh="文件夹中的文件请待写完后重试；库内原件请从备份恢复（landgis db restore）",
        next_en="In a folder, try again when nobody writes to it; in the inventory, restore it (landgis db restore)",
    )  # fmt: skip
