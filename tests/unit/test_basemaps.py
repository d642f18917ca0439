"""Local base maps: the colour at the right place in every grid; what cannot be read is told, never drawn blank."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import Transformer

from landgis.db.tile_grid import GRIDS, Tile
from landgis.engines.tile_cache import TileCache
from landgis.errors import ConfigError, CrsMissing, CrsUnsuitable, FileMissing, InputError, LandgisError, NotFound
from landgis.services.basemaps import BaseMaps
from tests.support import desk_case
from tests.support.rasters import CELL, NORTH, WEST, write

_RED, _BLUE = (200, 30, 40), (10, 60, 220)
_LIST = "basemaps:\n- {key: dom, file: a.tif, title_zh: 影像, title_en: Imagery, source: 测绘院, day: 2024-05-01, usable_to: 2025-05-01}\n"


def _folder(path: Path, **options: object) -> Path:
    path.mkdir(exist_ok=True)
    cells = np.zeros((3, 60, 70), "uint8")
    cells[:, :, :35] = np.array(_RED, "uint8")[:, None, None]
    cells[:, :, 35:] = np.array(_BLUE, "uint8")[:, None, None]
    write(path / "a.tif", options.pop("cells", cells), **{"nodata": None, "photometric": "RGB"} | options)  # type: ignore[arg-type]
    (path / "basemaps.yaml").write_text(_LIST, encoding="utf-8")
    return path


def _maps(tmp_path: Path, folder: Path | None) -> BaseMaps:
    return BaseMaps(folder, TileCache(tmp_path / "kept", 1 << 24))


def _at(maps: BaseMaps, epsg: int, east: float, north: float) -> tuple[int, ...]:
    """Colour and alpha that the tiles of a grid show at a point of EPSG:4549."""
    grid = GRIDS[epsg]
    x, y = Transformer.from_crs(4549, epsg, always_xy=True).transform(east, north)
    zoom = next(z for z, size in enumerate(grid.resolutions()) if size * grid.metres < 4)
    side = grid.size_m / 2**zoom
    column, row = int((x - grid.origin[0]) / side), int((grid.origin[1] - y) / side)
    content = maps.tile("dom", Tile(grid, zoom, column, row)).content
    with rasterio.MemoryFile(content) as memory, memory.open() as picture:
        pixels = picture.read()
    px = grid.resolutions()[zoom]
    i, j = int((grid.origin[1] - row * side - y) / px), int((x - grid.origin[0] - column * side) / px)
    return tuple(int(value) for value in pixels[:, i, j])


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("epsg", [4549, 4550, 4490])
def test_the_colour_is_at_the_right_place_in_every_grid(tmp_path: Path, epsg: int) -> None:
    maps = _maps(tmp_path, _folder(tmp_path / "maps"))
    middle, border = NORTH - 300, WEST + 35 * CELL
    assert _at(maps, epsg, border - 12, middle) == (*_RED, 255)
    assert _at(maps, epsg, border + 12, middle) == (*_BLUE, 255)
    assert _at(maps, epsg, WEST + 12, middle)[3] == 255
    assert _at(maps, epsg, WEST - 12, middle)[3] == 0


def test_what_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "maps")
    maps, tile = _maps(tmp_path, folder), Tile(GRIDS[4549], 3, 1, 1)
    with pytest.raises(NotFound):
        maps.tile("other", tile)
    file = folder / "a.tif"
    whole = file.read_bytes()
    faults: list[type[LandgisError]] = [CrsUnsuitable, CrsMissing, InputError]
    for place, (fault, options) in enumerate(
        zip(
            faults,
            (
                {"crs": "EPSG:3857"},
                {"crs": None},
                {"cells": np.ones((1, 9, 9), "float32"), "photometric": "MINISBLACK"},
            ),
            strict=True,
        )
    ):
        _folder(tmp_path / f"maps{place}", **options)
        with pytest.raises(fault):
            _maps(tmp_path, tmp_path / f"maps{place}").tile("dom", tile)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LandgisError):
        maps.tile("dom", tile)
    file.unlink()
    with pytest.raises(FileMissing):
        maps.tile("dom", tile)


def test_the_list_is_told_with_day_and_staleness(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "maps")
    (row,) = _maps(tmp_path, folder).listed(date(2025, 5, 2))
    assert (row["day"], row["stale"], row["source"], row["url"]) == ("2024-05-01", True, "测绘院", "/basemap/local/dom")
    assert _maps(tmp_path, folder).listed(date(2025, 5, 1))[0]["stale"] is False
    assert _maps(tmp_path, None).listed(date(2025, 5, 2)) == []
    (folder / "basemaps.yaml").write_text(_LIST.replace("a.tif", "../a.tif"), encoding="utf-8")
    with pytest.raises(ConfigError):
        _maps(tmp_path, folder)


@pytest.mark.parametrize("key", ["homestead", "tianditu"])
def test_a_key_that_is_a_layers_is_refused_in_words(tmp_path: Path, key: str) -> None:
    folder = _folder(tmp_path / "maps")
    (folder / "basemaps.yaml").write_text(_LIST.replace("key: dom", f"key: {key}"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        BaseMaps(folder, TileCache(tmp_path / "kept", 1 << 24), desk_case.catalogue().keys())
    assert f"“{key}”与图层重名" in caught.value.zh
    assert "another key" in caught.value.next_en
