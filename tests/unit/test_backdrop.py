"""An orthophoto under a sheet: from its kept original, cut to the frame, its cells told and never finer than they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landgis.crs import WORKING, parse
from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.raster import Meaning, Raster, RasterKind
from landgis.errors import ContractBroken, CrsUnsuitable, FileMissing, FileUnreadable, InputError, UsageError
from landgis.maps.checking import sheet_faults
from landgis.maps.sheet import plan_sheet, sheet_view
from landgis.maps.sheet.view import View
from landgis.services.planning.backdrop import MOST_CELLS, cells_of, read_backdrop
from tests.support import plan_case
from tests.support.rasters import Cells, write

CELL, WEST, NORTH = 2.0, 597_000.0, 3_425_000.0
COLOURS = Meaning("rgb", "真彩色", "true colour", colours=("red", "green", "blue"))
FRAME = View(5_000, WEST + 100, NORTH - 500, 80.0, 60.0)
"""400 m by 300 m, from 100 m east and 200 m south of the picture's corner."""


def photo(rows: int = 400, columns: int = 500) -> Cells:
    """Red rises to the east, green to the south, blue is everywhere the same."""
    y, x = np.mgrid[:rows, :columns]
    return np.stack([x // 2, y // 2, np.full_like(x, 77)]).astype("uint8")


def kept(home: Path, path: Path, cells: Cells, **changes: object) -> tuple[Originals, Release]:
    """The release of a picture, as an import leaves it."""
    originals = Originals(home)
    source = originals.keep(path)
    raster = Raster(
        RasterKind.PICTURE, COLOURS, "EPSG:4549", WEST, NORTH, CELL, CELL, cells.shape[2], cells.shape[1], len(cells),
        str(cells.dtype), "tiled", None,
    )  # fmt: skip
    changed = replace(raster, **changes)
    named = {"content_hash": source.content_hash, "source_name": path.name, "raster": changed}
    return originals, Release("orthophoto", "2025-03", "正射影像", **named)


def tif(path: Path, cells: Cells, **options: object) -> Path:
    placed = rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    return write(path, cells, **{"nodata": None, "transform": placed, "photometric": "RGB", **options})


@pytest.fixture
def picture(tmp_path: Path) -> tuple[Originals, Release]:
    return kept(tmp_path / "home", tif(tmp_path / "影像.tif", photo()), photo())


def test_the_piece_under_the_frame_is_read_cell_by_cell(picture):
    read = read_backdrop(*picture, FRAME, WORKING)
    assert read.backdrop.bounds_m == FRAME.bounds_m
    assert read.backdrop.cells.shape == (150, 200, 3)
    wanted = np.moveaxis(photo()[:, 100:250, 50:250], 0, 2)
    assert np.array_equal(read.backdrop.cells, wanted)
    assert "2025-03" in read.said_zh
    assert "200×150 个像元，每像元 2.00 米" in read.said_zh
    assert "%" not in read.said_zh
    assert "200×150 means of 2.00 m" in read.said_en


def test_a_coarse_print_takes_means_and_says_so(picture):
    small = View(50_000, WEST - 100, NORTH - 900, 24.0, 20.0)
    read = read_backdrop(*picture, small, WORKING)
    rows, columns = read.backdrop.cells.shape[:2]
    assert (columns, rows) == (188, 157)
    assert f"{columns}×{rows} 个像元，每像元 6.38 米" in read.said_zh
    covered = (read.backdrop.cells != 255).all(axis=2)
    assert f"覆盖图幅 {covered.mean():.0%}，其余留白" in read.said_zh
    assert "of the frame" in read.said_en
    assert covered[80, 94]
    assert not covered[:, 0].any()


def test_a_large_paper_is_never_given_more_cells_than_allowed(picture):
    _, release = picture
    frame = View(500, WEST, NORTH, 800.0, 550.0)
    fine = replace(release.raster, cell_width=0.01, cell_height=0.01)
    columns, rows = cells_of(frame, fine, parse("EPSG:4549"))
    assert MOST_CELLS * 0.99 < columns * rows <= MOST_CELLS
    assert cells_of(frame, replace(fine, cell_height=5.0), parse("EPSG:4549")) == (80, 55)
    degrees = replace(fine, cell_height=0.0001)
    assert cells_of(frame, degrees, parse("EPSG:4490"))[0] == int(800 / (11.132 / 0.5))


def test_degrees_of_the_same_datum_are_brought_onto_the_map(tmp_path):
    cells = np.full((3, 600, 600), 200, dtype="uint8")
    step, west, north = 0.0001, 120.99, 30.97
    placed = rasterio.Affine(step, 0, west, 0, -step, north)
    path = tif(tmp_path / "a.tif", cells, crs="EPSG:4490", transform=placed)
    changes = {"crs": "EPSG:4490", "west": west, "north": north, "cell_width": step, "cell_height": step}
    originals, release = kept(tmp_path / "home", path, cells, **changes)
    read = read_backdrop(originals, release, View(10_000, 596_500, 3_422_500, 80.0, 60.0), WORKING)
    assert (read.backdrop.cells == 200).all()
    assert "0.0001°" in read.said_zh


def test_cells_without_data_and_bands_in_another_order(tmp_path):
    cells = photo()[::-1].copy()
    cells[:, 100:120] = 0
    other = Meaning("bgr", "倒序", "reversed", colours=("blue", "green", "red"))
    path = tif(tmp_path / "a.tif", cells, nodata=0)
    read = read_backdrop(*kept(tmp_path / "home", path, cells, nodata=0, meaning=other), FRAME, WORKING)
    assert (read.backdrop.cells[:20] == 255).all()
    assert np.array_equal(read.backdrop.cells[30, :, 0], photo()[0, 130, 50:250])


def test_a_panchromatic_picture_is_grey(tmp_path):
    cells = photo()[:1]
    path = tif(tmp_path / "a.tif", cells, photometric="MINISBLACK")
    grey = Meaning("gray", "全色", "panchromatic", colours=("gray",))
    read = read_backdrop(*kept(tmp_path / "home", path, cells, meaning=grey), FRAME, WORKING)
    assert (read.backdrop.cells == read.backdrop.cells[:, :, :1]).all()
    assert read.backdrop.cells[0, 0, 0] == cells[0, 100, 50]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"kind": RasterKind.CLASSES}, UsageError, "8-bit"),
        ({"dtype": "uint16"}, UsageError, "8-bit"),
        ({"crs": "EPSG:32651"}, CrsUnsuitable, "datum"),
    ],
)
def test_what_cannot_lie_under_a_sheet_is_refused(tmp_path, changes, error, words):
    path = tif(tmp_path / "a.tif", photo())
    with pytest.raises(error, match=words):
        read_backdrop(*kept(tmp_path / "home", path, photo(), **changes), FRAME, WORKING)


def test_a_picture_elsewhere_damaged_changed_or_gone_is_told(picture, tmp_path):
    originals, release = picture
    with pytest.raises(InputError, match="does not reach"):
        read_backdrop(originals, release, replace(FRAME, west_m=WEST + 9_000), WORKING)
    with pytest.raises(UsageError):
        read_backdrop(originals, replace(release, raster=None), FRAME, WORKING)
    file = originals.path_of(release.content_hash)
    whole = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(whole[:-100] + bytes(100))
    with pytest.raises(ContractBroken, match="not what was imported"):
        read_backdrop(originals, release, FRAME, WORKING)
    broken = tmp_path / "b.tif"
    broken.write_bytes(whole[:4_000])
    with pytest.raises(FileUnreadable):
        read_backdrop(*kept(tmp_path / "other", broken, photo()), FRAME, WORKING)
    file.unlink()
    with pytest.raises(FileMissing):
        read_backdrop(originals, release, FRAME, WORKING)


def test_a_sheet_on_a_picture_is_sound(tmp_path):
    request = plan_case.plan(plan_case.lines(8, 300, 250))
    view = sheet_view(request)
    west, _, _, north = view.bounds_m
    path = tif(tmp_path / "a.tif", photo(600, 800), transform=rasterio.Affine(CELL, 0, west - 50, 0, -CELL, north + 50))
    placed = {"west": west - 50, "north": north + 50}
    read = read_backdrop(*kept(tmp_path / "home", path, photo(600, 800), **placed), view, request.crs)
    sheet = plan_sheet(replace(request, backdrop=read.backdrop, notes_zh=(read.said_zh,)))
    assert sheet.facts.main.view == view
    assert sheet_faults(sheet) == ()
    assert "<image" in sheet.svg
