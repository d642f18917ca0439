"""Local base maps: pictures of a folder that the administrator names, cut to the tiles of the desk's grids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landgis.crs import parse
from landgis.db.tile_grid import Tile
from landgis.domain.raster import Meaning, Raster, RasterKind
from landgis.engines.tile_cache import KeptTile, TileCache
from landgis.errors import ConfigError, CrsMissing, FileMissing, InputError, NotFound
from landgis.exchange.basemap_list import LIST, BaseMapEntry, read_list
from landgis.exchange.reading.raster import read_raster_facts
from landgis.raster.grid import require_grid
from landgis.services.picture_sheet import FORM, PictureSheet, require_datum

if TYPE_CHECKING:
    from landgis.domain.raster_facts import RasterFacts

_OUTSIDE = "tianditu"
"""Key of the base map that is fetched from outside."""


class BaseMaps:
    """The base maps of a folder. Each file is copied and read whole by the confined reader when first asked for.

    Parameters
    ----------
    folder
        The administrator's; None: there are none.
    cache
        Keeps the tiles, by the content of their file.
    taken
        Keys of the layers: in addresses a base map must not bear one of them.

    Raises
    ------
    ConfigError
        If the folder's list cannot be used, or a key of it is that of a layer.
    """

    def __init__(self, folder: Path | None, cache: TileCache, taken: Collection[str] = ()) -> None:
        entries = read_list(folder) if folder is not None else ()
        for entry in entries:
            if entry.key in (*taken, _OUTSIDE):
                raise ConfigError(
                    f"底图清单 {LIST} 的 key“{entry.key}”与图层重名", f"The key “{entry.key}” of {LIST} is that of a layer",
                    where="LANDGIS_BASEMAPS", next_zh=f"请在 {LIST} 中换一个 key", next_en=f"Give it another key in {LIST}",
                )  # fmt: skip
        self._sheets: Mapping[str, _Sheet] = {row.key: _Sheet(folder, row) for row in entries if folder is not None}
        self._cache = cache

    def listed(self, today: date) -> list[dict[str, Any]]:
        """Return what the desk says of each: titles, source, day, whether it is stale, where its tiles are."""
        return [
            row.entry.model_dump(mode="json", exclude={"file"})
            | {
                "stale": row.entry.usable_to is not None and row.entry.usable_to < today,
                "url": f"/basemap/local/{row.entry.key}",
            }
            for row in self._sheets.values()
        ]

    def tile(self, key: str, tile: Tile) -> KeptTile:
        """Return a tile as PNG, transparent where the picture does not reach.

        Raises
        ------
        NotFound, FileMissing
            No such base map; its file is gone.
        FormatUnknown, FileUnreadable, InputError, CrsMissing, CrsUnsuitable
            It is no GeoTIFF, damaged, no upright picture of 8-bit colours, or of another datum.
        """
        if key not in self._sheets:
            raise NotFound(f"没有底图“{key}”", f"There is no base map “{key}”", where=key)
        sheet = self._sheets[key]
        name = sheet.state()
        return self._cache.get(
            "basemap", FORM, key, tile.grid.epsg, tile.name, *name, make=lambda: sheet.cut(tile)
        )  # fmt: skip


class _Sheet:
    """One base map of the list; read anew when its file is another."""

    def __init__(self, folder: Path, entry: BaseMapEntry) -> None:
        self.entry = entry
        self._path = folder / entry.file
        self._sheet = PictureSheet(entry.file, self._path, lambda: picture_of(read_raster_facts(self._path)))

    def state(self) -> tuple[int, int]:
        """Return size and moment of the file."""
        try:
            found = self._path.stat()
        except OSError:
            name = self.entry.file
            raise FileMissing(
                f"底图文件 {name} 不存在", f"The file {name} of a base map is not there", where=name,
                next_zh="请管理员放回文件，或从底图清单中删去", next_en="Have the administrator put it back, or off the list",
            ) from None  # fmt: skip
        return found.st_size, found.st_mtime_ns

    def cut(self, tile: Tile) -> bytes:
        """Cut a tile; one at a time."""
        return self._sheet.cut(tile, self.state())


def picture_of(facts: RasterFacts) -> Raster:
    """Take a file as a picture.

    Raises
    ------
    InputError, CrsMissing, CrsUnsuitable
        If it is not upright or not of 8-bit colours, names no CRS, or is of another datum than CGCS2000.
    """
    name = facts.source_name
    west, north, width, height = require_grid(facts)
    colours = tuple(colour for colour in facts.colours if colour != "alpha")
    if facts.dtype != "uint8" or not ({"red", "green", "blue"} <= set(colours) or colours == ("gray",)):
        raise InputError(
            f"{name} 不是 8 位真彩色或全色影像", f"{name} is no picture of 8-bit red, green, blue or grey", where=name,
            next_zh="请另存为 8 位 RGB 或灰度的 GeoTIFF", next_en="Save it as a GeoTIFF of 8-bit RGB or grey",
        )  # fmt: skip
    if facts.crs is None:
        raise CrsMissing(
            f"{name} 未写明坐标系", f"{name} names no CRS", where=name,
            next_zh="请提供写明坐标系的 GeoTIFF", next_en="Deliver a GeoTIFF that names its CRS",
        )  # fmt: skip
    require_datum(name, parse(facts.crs, name))
    return Raster(
        RasterKind.PICTURE, Meaning("picture", "影像", "picture", colours), facts.crs, west, north, width, height,
        facts.width, facts.height, facts.bands, facts.dtype, facts.layout, facts.nodata[0], facts.masked,
    )  # fmt: skip
