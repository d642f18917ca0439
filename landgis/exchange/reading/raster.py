"""Facts of a GeoTIFF, and whether every block of it can be read; a raster is evidence, never a control line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.domain.raster_facts import RasterFacts
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
class OpenedRaster:
    """A raster whose every cell was read.

    Attributes
    ----------
    facts
        What it holds.
    original
        The file read, copied; it lives as long as the block.
    """

    facts: RasterFacts
    original: Path


@contextmanager
def open_raster(path: str | Path) -> Iterator[OpenedRaster]:
    """Copy a GeoTIFF for as long as the block lasts, and read the facts and every block of it.

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
        yield OpenedRaster(_facts(source.name, original.content_hash, told), original.path)


def read_raster_facts(path: str | Path) -> RasterFacts:
    """Read the facts of a GeoTIFF, and every block of it; raises as `open_raster`."""
    with open_raster(path) as raster:
        return raster.facts


def _facts(name: str, content_hash: str, told: dict[str, Any]) -> RasterFacts:
    """Take the child's answer: lists become tuples, and the keys of JSON numbers again."""
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    codes = told["codes"] and {int(code): count for code, count in told["codes"].items()}
    return RasterFacts(name, content_hash, **plain | {"codes": codes})
