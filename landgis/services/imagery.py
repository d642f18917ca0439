"""Imagery of the catalogue under the map: published releases that are pictures, cut to the tiles of the desk's grids."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any
from urllib.parse import quote

from landgis.crs import parse
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import Originals
from landgis.db.tile_grid import Tile
from landgis.domain.catalogue import Catalogue
from landgis.domain.layer import BOTH, Coverage, Release, ReleaseStatus
from landgis.domain.raster import Raster, RasterKind
from landgis.engines.tile_cache import KeptTile, TileCache
from landgis.errors import NotFound, UsageError
from landgis.services.picture_sheet import FORM, PictureSheet, require_datum

_SHOWN = (ReleaseStatus.PUBLISHED, ReleaseStatus.SUPERSEDED)


class Imagery:
    """Tiles of imagery for all visitors. Whoever asks does so through a database that tells who looks.

    Parameters
    ----------
    originals
        Where the files are kept as they came in.
    cache
        Keeps the tiles, by the content of their file.
    """

    def __init__(self, originals: Originals, cache: TileCache) -> None:
        self._originals, self._cache = originals, cache
        self._sheets: dict[str, PictureSheet] = {}
        self._adding = threading.Lock()

    def tile(self, database: Database, layer: str, name: str, tile: Tile) -> KeptTile:
        """Return a tile as PNG, transparent where the picture does not reach.

        Raises
        ------
        NotFound
            If there is no such release for who looks, or it is a draft or withdrawn.
        UsageError, CrsUnsuitable
            If it is no picture of 8-bit colours, or of another datum.
        FileMissing, ContractBroken, FileUnreadable
            If its original is not kept, is not what was imported, or cannot be read.
        """
        release = LayerStore(database).get(layer, name).release
        if release.status not in _SHOWN:
            raise NotFound(
                f"{release.key} 未发布或已停用", f"{release.key} is a draft or withdrawn", where=release.key,
                next_zh="请选择已发布的版本", next_en="Choose a published release",
            )  # fmt: skip
        raster = picture_of(release)
        return self._cache.get(
            "imagery", FORM, release.key, release.content_hash, tile.grid.epsg, tile.name,
            make=lambda: self._sheet(release, raster).cut(tile),
        )  # fmt: skip

    def _sheet(self, release: Release, raster: Raster) -> PictureSheet:
        with self._adding:
            if release.key not in self._sheets:
                path = self._originals.path_of(release.content_hash)
                self._sheets[release.key] = PictureSheet(release.key, path, lambda: raster, release.content_hash)
            return self._sheets[release.key]


def imagery_of(database: Database, catalogue: Catalogue, district: str, today: date) -> list[dict[str, Any]]:
    """Return the imagery that can lie under a district's map, as the local base maps are told, the newest ground first."""
    rows = [stored.release for stored in LayerStore(database).list()]
    shown = [
        row for row in rows
        if row.raster is not None and row.raster.kind is RasterKind.PICTURE
        and row.status in _SHOWN and row.district in (district, BOTH)
    ]  # fmt: skip
    shown.sort(key=lambda row: (_day(row) or "", row.name), reverse=True)
    return [_told(row, catalogue, today) for row in shown]


def picture_of(release: Release) -> Raster:
    """Return how to read a release as a picture.

    Raises
    ------
    UsageError, CrsUnsuitable
        If it is none of 8-bit colours, or of another datum than CGCS2000.
    """
    raster = release.raster
    if raster is None or raster.kind is not RasterKind.PICTURE or raster.dtype != "uint8":
        raise UsageError(
            f"{release.key} 不是 8 位彩色或全色影像，不能垫底", f"{release.key} is no picture of 8-bit colours", where=release.key,
            next_zh="请选择 8 位彩色或全色的正射影像", next_en="Choose an orthophoto of 8-bit colours",
        )  # fmt: skip
    require_datum(release.key, parse(raster.crs))
    return raster


def _told(release: Release, catalogue: Catalogue, today: date) -> dict[str, Any]:
    spec = catalogue.require(release.layer)
    return {
        "key": release.key, "title_zh": f"{spec.title_zh} {release.name}", "title_en": f"{spec.title_en} {release.name}",
        "source": release.attribution or release.issuing_body or release.document_no,
        "day": _day(release), "stale": release.state_on(today) is Coverage.STALE, "substitute": release.substitute,
        "url": f"/basemap/release/{quote(release.layer, safe='')}/{quote(release.name, safe='')}",
    }  # fmt: skip


def _day(release: Release) -> str | None:
    """The day whose ground it shows, else of the paper."""
    day = release.state_of_data_on or release.issued_on
    return day.isoformat() if day is not None else None
