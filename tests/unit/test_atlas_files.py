from __future__ import annotations

import json
import warnings
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from landgis.domain.sheet_fault import SheetFault
from landgis.errors import ContractBroken, FileUnreadable, SheetFaulty, UsageError
from landgis.exchange.writing.map_picture import write_map_picture
from landgis.maps.checking import atlas_faults
from landgis.maps.sheet import Backdrop, plan_sheet
from landgis.maps.sheet.atlas import Atlas, atlas
from landgis.maps.sheet.backdrop import drawn as backdrop
from landgis.maps.sheet.backdrop import png
from landgis.maps.sheet.georeference import georeferenced
from landgis.maps.sheet.view import View
from landgis.services.planning import self_check
from landgis.services.planning.draw_atlas import FORMATS, RECORD, write_atlas
from landgis.services.planning.draw_sheet import write_sheet
from landgis.services.planning.self_check import FAULTY, Checked
from tests.support import pdf, plan_case

LINES = plan_case.lines(10, 1_500, 1_300)
DPI = 100


@pytest.fixture(scope="module")
def made() -> Atlas:
    return atlas(plan_case.plan(LINES))


@pytest.fixture(scope="module")
def folder(made: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("图册")
    written = write_atlas(Checked(made, atlas_faults(made)), place, FORMATS, DPI)
    assert sorted(written.files) == sorted(path.name for path in place.iterdir())
    return place


def read_picture(path: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path) as picture:
            return picture.read(indexes=(1, 2, 3))


def test_the_record_matches_prints_to_files(made, folder):
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    assert [each["check_code"] for each in record["sheets"]] == [facts.check_code for facts in made.facts]
    for name, digest in record["files"].items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    whole = pdf.text((folder / "图册.pdf").read_bytes())
    assert all(each["check_code"] in whole for each in record["sheets"])
    (town,) = folder.glob("*泖港镇.pdf")
    assert len(pdf.pages(town.read_bytes())) == 1


def test_the_grid_in_a_geotiff_stands_at_its_coordinates(made, folder):
    sheet = next(sheet for sheet in made.sheets if sheet.facts.key == "town-310117109")
    (path,) = folder.glob("*泖港镇.tif")
    with rasterio.open(path) as picture:
        assert picture.crs.to_epsg() == 4549
        assert tuple(picture.bounds) == pytest.approx(sheet.view.bounds_m, abs=1e-6)
        assert picture.tags()["TIFFTAG_IMAGEDESCRIPTION"].endswith(sheet.facts.check_code)
        cells = picture.read()
        for tick in sheet.facts.main.ticks:
            row, column = picture.index(tick.east_m, tick.north_m)
            around = cells[:, row - 2 : row + 3, column - 2 : column + 3]
            assert around.min() < 235


def test_a_world_file_places_the_grid_of_a_page(made, folder):
    sheet = next(sheet for sheet in made.sheets if sheet.facts.key == "overview")
    (path,) = folder.glob("001-*.png")
    dot, turn, other_turn, down, x, y = (float(line) for line in path.with_suffix(".pgw").read_text().split())
    assert (turn, other_turn, down) == (0, 0, -dot)
    assert dot == pytest.approx(25.4 / DPI * sheet.view.scale / 1000)
    cells = read_picture(path)
    with rasterio.open(path) as picture:
        assert picture.transform.a == pytest.approx(dot)
        assert (picture.transform.c, picture.transform.f) == pytest.approx((x - dot / 2, y + dot / 2))
    assert cells.shape[1:] == pytest.approx((297 / 25.4 * DPI, 420 / 25.4 * DPI), abs=1)
    for tick in sheet.facts.main.ticks:
        column, row = round((tick.east_m - x) / dot), round((y - tick.north_m) / dot)
        assert cells[:, row - 2 : row + 3, column - 2 : column + 3].min() < 235
        assert column * 25.4 / DPI == pytest.approx(tick.x_mm, abs=0.3)
        assert row * 25.4 / DPI == pytest.approx(tick.y_mm, abs=0.3)
    assert "Gauss_Kruger" in path.with_suffix(".prj").read_text()


def test_sheets_without_one_map_have_neither_world_file_nor_geotiff(made, folder):
    single = sum(sheet.view is not None for sheet in made.sheets)
    assert len(list(folder.glob("*.pgw"))) == len(list(folder.glob("*.tif"))) == single
    assert single < len(made.sheets)
    with pytest.raises(ValueError, match="tables"):
        made.sheets[-1].ground_picture(DPI)


def test_the_record_of_the_check_says_what_was_compared(made, folder):
    record = json.loads((folder / self_check.RECORD).read_text(encoding="utf-8"))
    assert record["sound"] is True
    assert record["faults"] == []
    assert record["pdf_sha256"] == sha256((folder / "图册.pdf").read_bytes()).hexdigest()
    assert record["check_codes"] == [facts.check_code for facts in made.facts]
    assert record["read_back"]["pages"] == len(pdf.pages(made.pdf))
    assert record["read_back"]["parcel_numbers"] >= 2 * len(LINES)


FAULT = SheetFault("scale-false", 2, "1:5000", "比例尺不实", "The scale is false")


@pytest.mark.parametrize("keep", [True, False])
def test_an_atlas_that_fails_its_check_is_not_written_as_one_to_sign(made, tmp_path, keep):
    with pytest.raises(SheetFaulty, match="page 2: The scale is false") as caught:
        write_atlas(Checked(made, (FAULT,)), tmp_path, FORMATS, DPI, keep_faulty=keep)
    kept = {f"图册{FAULTY}.pdf"} if keep else set()
    assert {path.name for path in tmp_path.iterdir()} == {self_check.RECORD} | kept
    record = json.loads((tmp_path / self_check.RECORD).read_text(encoding="utf-8"))
    assert (record["sound"], record["found"]) == (False, {"scale-false": 1})
    assert caught.value.as_dict()["faults"] == [FAULT.as_dict()]
    assert ("自检未过" in caught.value.where) == keep


@pytest.mark.parametrize("keep", [True, False])
def test_a_sheet_that_fails_its_check_is_kept_only_under_a_name_that_says_so(tmp_path, keep):
    sheet, out = plan_sheet(plan_case.plan(LINES)), tmp_path / "计划图.pdf"
    write_sheet(Checked(sheet, ()), out)
    assert {path.name for path in tmp_path.iterdir()} == {"计划图.pdf", f"计划图-{self_check.RECORD}"}
    out.unlink()
    with pytest.raises(SheetFaulty, match=r"7 faults.*; 2 more"):
        write_sheet(Checked(sheet, (FAULT,) * 7), out, keep_faulty=keep)
    assert not out.exists()
    assert (tmp_path / f"计划图{FAULTY}.pdf").exists() == keep
    with pytest.raises(SheetFaulty):
        Checked(sheet, (FAULT,)).sound()


def test_an_unknown_format_is_refused(made, tmp_path):
    with pytest.raises(UsageError, match="svg") as caught:
        write_atlas(Checked(made, ()), tmp_path, ["svg"])
    assert "geotiff" in caught.value.next_zh
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_picture_leaves_nothing_behind(tmp_path, monkeypatch):
    picture = png(np.zeros((4, 5, 3), dtype=np.uint8))
    monkeypatch.setattr(np, "array_equal", lambda one, other: False)
    with pytest.raises(FileUnreadable, match="read back"):
        write_map_picture(tmp_path / "a.tif", picture, plan_case.WORKING, (0, 0, 5, 4))
    assert list(tmp_path.iterdir()) == []


def test_only_plain_pdfs_are_georeferenced(made):
    with pytest.raises(ContractBroken, match="cross-reference"):
        georeferenced(b"%PDF-1.7 no objects", made.facts, plan_case.WORKING)


VIEW = View(1000, 0.0, 0.0, 100.0, 80.0)


def test_a_backdrop_is_cut_thinned_and_placed():
    cells = np.zeros((400, 600, 3), dtype=np.uint8)
    cells[:, 300:] = 255
    drawing = backdrop(Backdrop(cells, (-50.0, -60.0, 250.0, 140.0)), VIEW)
    assert 'x="0" y="0" width="100" height="80"' in drawing
    assert drawing.startswith("<image ")
    assert backdrop(Backdrop(cells, (500.0, 500.0, 600.0, 600.0)), VIEW) == ""


def test_a_backdrop_lies_under_the_parcels():
    request = plan_case.plan(LINES)
    west, south, east, north = LINES.total_bounds
    cells = np.full((50, 60, 3), (10, 200, 30), dtype=np.uint8)
    picture = Backdrop(cells, (west - 900, south - 900, east + 900, north + 900))
    sheet = plan_sheet(plan_case.plan(LINES, backdrop=picture))
    assert sheet.svg.index("<image") < sheet.svg.index('id="symbol-0"')
    assert [entry.key for entry in sheet.facts.legend] == [entry.key for entry in plan_sheet(request).facts.legend]
    images = pdf.pages(sheet.pdf)[0]["/Resources"]["/XObject"]
    assert images
    assert sheet.facts.check_code != plan_sheet(request).facts.check_code


@pytest.mark.parametrize(
    ("cells", "bounds"),
    [
        (np.zeros((4, 4, 3)), (0.0, 0.0, 1.0, 1.0)),
        (np.zeros((4, 4), dtype=np.uint8), (0.0, 0.0, 1.0, 1.0)),
        (np.zeros((4, 4, 3), dtype=np.uint8), (1.0, 0.0, 0.0, 1.0)),
    ],
)
def test_a_backdrop_that_is_no_picture_is_refused(cells, bounds):
    with pytest.raises(ContractBroken, match="backdrop"):
        plan_sheet(plan_case.plan(LINES, backdrop=Backdrop(cells, bounds)))


def test_a_picture_reads_back(tmp_path):
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 255, (7, 9, 3), dtype=np.uint8)
    path = tmp_path / "a.png"
    path.write_bytes(png(cells))
    assert np.array_equal(read_picture(path), np.moveaxis(cells, 2, 0))


def test_pages_do_not_share_a_check_code(made):
    assert all(one.check_code != other.check_code for one, other in combinations(made.facts, 2))
