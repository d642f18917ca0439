"""Facts of a GeoTIFF, and whether every block of it can be read; a raster is evidence, never a layer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.detect import GEOTIFF, sniff, unreadable
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.original import take_in
from landgis.exchange.reading.refused import Refused, format_unknown

_JOB = "landgis.exchange.reading.raster_job:look"
_NOT_A_RASTER = Refused(
    "矢量数据，不是栅格", "vector data and no raster",
    "请按图层读取", "Read it as a layer",
)  # fmt: skip


@dataclass(frozen=True)
class RasterFacts:
    """What a raster file holds.

    Attributes
    ----------
    source_name, content_hash
        Name, and SHA-256 of what was read.
    width, height, bands, dtype
        Size in cells, number of bands and type of a cell.
    crs
        WKT of the CRS; None where the file does not say it.
    extent
        West, south, east, north in that CRS; None where the file is not placed.
    cell_size
        Width and height of a cell in units of the CRS; None where the file is not placed.
    nodata
        Value of cells without data, per band.
    """

    source_name: str
    content_hash: str
    width: int
    height: int
    bands: int
    dtype: str
    crs: str | None
    extent: tuple[float, float, float, float] | None
    cell_size: tuple[float, float] | None
    nodata: tuple[float | None, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return asdict(self)


def read_raster_facts(path: str | Path) -> RasterFacts:
    """Read the facts of a GeoTIFF, and every block of it.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
        No such file; no GeoTIFF; damaged or half copied.
    """
    source = Path(path)
    if source.is_file() and sniff(source) != GEOTIFF:
        raise format_unknown(source.name, str(source), _NOT_A_RASTER)
    with open_room() as room:
        original = take_in(source, room.folder)
        size = original.path.stat().st_size
        request = {"source": source.name, "file": str(original.path)}
        told = room.run(_JOB, request, limits_for(size), needs=_JOB.partition(":")[0])
    if told["width"] < 1 or told["height"] < 1:
        raise unreadable(source.name, "没有像元", "it has no cells")
    placed = {name: None if told[name] is None else tuple(told[name]) for name in ("extent", "cell_size")}
    return RasterFacts(
        source.name, original.content_hash, told["width"], told["height"], told["bands"], told["dtype"], told["crs"],
        placed["extent"], placed["cell_size"], tuple(told["nodata"]),
    )  # fmt: skip
