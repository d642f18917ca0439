"""The confined child's look at a GeoTIFF: what it says of itself, then every cell of it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from landgis.errors import FileUnreadable
from landgis.exchange.reading.detect import GEOTIFF, unreadable

_ROWS_AT_ONCE_BYTES = 64 * 1024**2
_MOST_BLOCK_BYTES = 256 * 1024**2
_MOST_CELLS = 40_000_000_000
"""A district at 20 cm, with room to spare."""
_MOST_CODES = 256
_COUNTED_AT_ONCE = 1 << 18
_ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": 64}
"""Nothing beside the file is looked at, and blocks fill 64 MB at most."""

_COMPLAINTS, _COMPLAINT = "rasterio._env", "GDAL signalled an error"
"""Where rasterio logs errors of GDAL that it does not raise, and how it words them."""

Cells = npt.NDArray[Any]


def look(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read facts, then every cell, overviews included; nothing beside the file is looked at."""
    source, path = str(request["source"]), Path(request["file"])
    del folder
    try:
        with warnings.catch_warnings(), rasterio.Env(**_ALONE), _no_error_unheard():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver=GEOTIFF) as raster:
                _require_size(raster, source)
                facts = _facts(raster)
                told = _Seen(raster).told()
                smaller = len(raster.overviews(1))
            for level in range(smaller):
                with rasterio.open(path, driver=GEOTIFF, overview_level=level) as raster:
                    for _ in _strips(raster):
                        pass
    except (RasterioError, RasterioIOError, ValueError) as error:
        raise unreadable(source, f"栅格不完整（{error}）", f"the raster is not whole ({error})") from error
    return facts | told


@contextmanager
def _no_error_unheard() -> Iterator[None]:
    """Raise what GDAL complains of and then passes over: a block that it cannot find, it fills with zeros."""
    heard: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]  # a handler of one line
    handler.addFilter(lambda record: _COMPLAINT in record.getMessage())
    logger = logging.getLogger(_COMPLAINTS)
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    if heard:
        raise RasterioIOError(heard[0])


def _require_size(raster: Any, source: str) -> None:
    """Refuse what no memory or patience holds, before a cell is read."""
    cells = raster.width * raster.height
    block = max(height * width for height, width in raster.block_shapes) * _cell_bytes(raster)
    if cells <= _MOST_CELLS and block <= _MOST_BLOCK_BYTES:
        return
    raise FileUnreadable(
        f"{source} 有 {raster.width} × {raster.height} 个像元，每块 {block / 1024**2:,.0f} MiB，超过上限"
        f"（{_MOST_CELLS:,} 个像元，每块 {_MOST_BLOCK_BYTES // 1024**2} MiB）",
        f"{source} has {raster.width} × {raster.height} cells in blocks of {block / 1024**2:,.0f} MiB; "
        f"at most {_MOST_CELLS:,} cells in blocks of {_MOST_BLOCK_BYTES // 1024**2} MiB are read",
        where=source,
        next_zh="请转为分块的 GeoTIFF（COG），过大时按图幅分开",
        next_en="Save it as a tiled GeoTIFF (COG), in sheets if it is larger than that",
    )


def _facts(raster: Any) -> dict[str, Any]:
    placed = not raster.transform.is_identity
    return {
        "width": raster.width,
        "height": raster.height,
        "bands": raster.count,
        "dtype": str(raster.dtypes[0]),
        "crs": raster.crs.to_wkt() if raster.crs else None,
        "extent": list(raster.bounds) if placed else None,
        "cell_size": list(raster.res) if placed else None,
        "nodata": [None if value is None or not np.isfinite(value) else float(value) for value in raster.nodatavals],
        "nan_nodata": any(value is not None and not np.isfinite(value) for value in raster.nodatavals),
        "placing": list(raster.transform)[:6],
        "layout": _layout(raster),
        "colours": [each.name for each in raster.colorinterp],
        "masked": _masked(raster),
        "scale": float(raster.scales[0]),
        "offset": float(raster.offsets[0]),
        "unit": str(raster.units[0] or ""),
        "points": raster.tags().get("AREA_OR_POINT") == "Point",
        "empty_blocks": _empty_blocks(raster),
    }


def _layout(raster: Any) -> str:
    if raster.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG":
        return "COG"
    return "tiled" if raster.profile.get("tiled") else "striped"


def _masked(raster: Any) -> bool:
    inside = any(MaskFlags.per_dataset in flags for flags in raster.mask_flag_enums)
    return inside or ColorInterp.alpha in raster.colorinterp


def _empty_blocks(raster: Any) -> int:
    """Count blocks that the file has no bytes for: a reader fills them in, with nodata or with zeros."""
    height, width = raster.block_shapes[0]
    places = ((x, y) for y in range(-(-raster.height // height)) for x in range(-(-raster.width // width)))
    return sum(raster.get_tag_item(f"BLOCK_OFFSET_{x}_{y}", "TIFF", bidx=1) is None for x, y in places)


def _cell_bytes(raster: Any) -> int:
    return sum(np.dtype(kind).itemsize for kind in raster.dtypes)


def _strips(raster: Any) -> Iterator[Cells]:
    """Read every cell of every band, in strips that hold whole blocks: shape (bands, rows, columns)."""
    block = max(height for height, _ in raster.block_shapes)
    fitting = max(1, _ROWS_AT_ONCE_BYTES // max(1, raster.width * _cell_bytes(raster) * block)) * block
    for row in range(0, raster.height, fitting):
        yield raster.read(window=Window(0, row, raster.width, min(fitting, raster.height - row)))


class _Seen:
    """What the first band holds, gathered strip by strip."""

    def __init__(self, raster: Any) -> None:
        self.raster = raster
        self.nodata = raster.nodatavals[0]
        self.not_numbers = 0
        self.lowest, self.highest = np.inf, -np.inf
        self.codes: dict[int, int] | None = {} if np.dtype(raster.dtypes[0]).kind in "iu" else None

    def told(self) -> dict[str, Any]:
        for strip in _strips(self.raster):
            self._add(strip[0])
        some = bool(self.lowest <= self.highest)
        return {
            "not_numbers": self.not_numbers,
            "lowest": self.lowest if some else None,
            "highest": self.highest if some else None,
            "codes": self.codes,
        }

    def _add(self, cells: Cells) -> None:
        values = self._counted(cells) if self.codes is not None else cells
        finite = values[np.isfinite(values)]
        self.not_numbers += int(values.size - finite.size)
        said = finite if self.nodata is None else finite[finite != self.nodata]
        if said.size:
            self.lowest = min(self.lowest, float(said.min()))
            self.highest = max(self.highest, float(said.max()))

    def _counted(self, cells: Cells) -> Cells:
        """Add up how often every number occurs, and return these numbers."""
        values, counts = _occurring(cells)
        codes = dict(self.codes or {})
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            codes[value] = codes.get(value, 0) + count
        self.codes = codes if len(codes) <= _MOST_CODES else None
        return values


def _occurring(cells: Cells) -> tuple[Cells, Cells]:
    """Return the whole numbers that occur, and how often; counted, not sorted, where they are short."""
    if cells.dtype.itemsize > 2:
        return np.unique(cells, return_counts=True)
    bits = 8 * cells.dtype.itemsize
    flat = np.ascontiguousarray(cells).reshape(-1).view(f"u{cells.dtype.itemsize}")
    counts = np.zeros(1 << bits, dtype=np.int64)
    for start in range(0, flat.size, _COUNTED_AT_ONCE):
        counts += np.bincount(flat[start : start + _COUNTED_AT_ONCE], minlength=1 << bits)
    present = np.flatnonzero(counts)
    return present.astype(flat.dtype).view(cells.dtype), counts[present]
