"""A picture of the ground cut to tiles of the desk's grids: one file, in a room of its own for as long as the desk runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from pyproj import CRS

from landgis.crs import parse
from landgis.db.tile_grid import Tile
from landgis.domain.raster import Raster
from landgis.errors import ContractBroken, CrsUnsuitable
from landgis.exchange.reading.confine import Room, open_room
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.original import take_in
from landgis.raster.basemap_tile import TILE, png_of

FORM = 1
"""Counts the changes of what a tile holds."""
_JOB = "landgis.raster.basemap_tile:tile"


class PictureSheet:
    """One picture, copied into a room of its own when a tile is first asked for, and again when its state is another.

    Parameters
    ----------
    source
        What to call it when it cannot be read.
    path
        The file.
    describe
        Says how to read its cells; raises where it is no picture.
    content_hash
        SHA-256 that its bytes must have; empty: any.
    """

    def __init__(self, source: str, path: Path, describe: Callable[[], Raster], content_hash: str = "") -> None:
        self._source, self._path, self._describe, self._content_hash = source, path, describe, content_hash
        self._alone = threading.Lock()
        self._open = ExitStack()
        self._held: tuple[Hashable, Room, Path, Raster] | None = None

    def cut(self, tile: Tile, state: Hashable = None) -> bytes:
        """Cut a tile as PNG; one at a time.

        Raises
        ------
        ContractBroken
            If the bytes are not those it must have.
        FileUnreadable
            If it cannot be read; and what ``describe`` raises.
        """
        with self._alone:
            room, copy, raster = self._ready(state)
            request = {
                "source": self._source, "file": str(copy), "raster": asdict(raster),
                "from_wkt": parse(raster.crs).to_wkt(), "to_wkt": CRS(tile.grid.epsg).to_wkt(),
                "bounds": tile.bounds, "size": (tile.grid.tile_px, tile.grid.tile_px),
            }  # fmt: skip
            room.run(_JOB, request, limits_for(copy.stat().st_size), needs=_JOB.partition(":")[0])
            return png_of(room.folder / TILE)

    def _ready(self, state: Hashable) -> tuple[Room, Path, Raster]:
        if self._held is None or self._held[0] != state:
            self._held = None
            self._open.close()
            raster = self._describe()
            room = self._open.enter_context(open_room())
            copy = take_in(self._path, room.folder)
            if self._content_hash and copy.content_hash != self._content_hash:
                raise ContractBroken(
                    f"{self._source} 的原件与导入时不同", f"The original of {self._source} is not what was imported",
                    where=self._source, next_zh="请从备份恢复（landgis db restore）", next_en="Restore it (landgis db restore)",
                )  # fmt: skip
            self._held = (state, room, copy.path, raster)
        return self._held[1:]


def require_datum(name: str, crs: CRS) -> None:
    """Raise CrsUnsuitable for another datum than CGCS2000."""
    if "2000" not in (crs.datum.name if crs.datum else ""):
        raise CrsUnsuitable(
            f"{name} 的基准不是 CGCS2000，不能垫底", f"{name} is not on CGCS2000: it cannot lie under the map", where=name,
            next_zh="请提供 CGCS2000 的影像", next_en="Deliver the picture in CGCS2000",
        )  # fmt: skip
