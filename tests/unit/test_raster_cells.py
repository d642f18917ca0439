"""Cells under parcels against a second way: every cell cut with shapely, one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize
from shapely.geometry import Polygon

from landgis.crs import GEOGRAPHIC, WORKING, to_crs
from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.raster import CellCode, CoverClass, Meaning, Raster, RasterKind
from landgis.errors import ContractBroken, FileMissing, UsageError
from landgis.exchange.delivery.layer_input import no_features
from landgis.frames.layer import LayerData
from landgis.raster.cells import cells_under
from landgis.raster.ground import floor_of, ground_of, onto, part_within
from landgis.services.layers.measure_raster import MeasuredCells, measure_raster
from tests.support.ground import X, Y, at, layer
from tests.support.rasters import CELL, NORTH, WEST, Cells, areas_under, land_cover, terrain, write

LEGEND = Meaning(
    "trial", "试", "trial",
    codes=(
        CellCode(10, CoverClass.CROPLAND, "耕地", "cropland"), CellCode(20, CoverClass.FOREST, "林地", "forest"),
        CellCode(80, CoverClass.BUILT, "人造地表", "built"),
    ),
)  # fmt: skip
"""Without 60: its cells are of no known class."""
HEIGHTS = Meaning("wusong", "吴淞高程", "Wusong", unit="m")


def described(cells: Cells, kind: RasterKind = RasterKind.CLASSES, nodata: float | None = 0) -> Raster:
    meaning = LEGEND if kind is RasterKind.CLASSES else HEIGHTS
    rows, columns = cells.shape
    return Raster(
        kind, meaning, "EPSG:4549", WEST, NORTH, CELL, CELL, columns, rows, 1, str(cells.dtype), "tiled", nodata
    )


def stored(
    home: Path, path: Path, raster: Raster, ground: shapely.Geometry | None = None
) -> tuple[Originals, LayerData]:
    """The release of a file, as an import leaves it."""
    originals = Originals(home)
    source = originals.keep(path)
    release = Release(
        "land_cover", "t", "地表覆盖", content_hash=source.content_hash, source_name=path.name, raster=raster
    )
    return originals, LayerData(release, no_features(), ground or ground_of(raster))


def frame(*shapes: Polygon) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"parcel_id": [f"p{at}" for at in range(len(shapes))]}, geometry=list(shapes), crs=WORKING)


def told(found: MeasuredCells, parcel: str = "p0") -> dict[tuple[str, str], float]:
    rows = found.cells[found.cells["parcel_id"] == parcel]
    return {(m, c): a for m, c, a in zip(rows["measure"], rows["class"], rows["amount"], strict=True)}


BENT = Polygon([(X + 3, Y + 4), (X + 187, Y + 31), (X + 141, Y + 163), (X + 60, Y + 90), (X + 12, Y + 201)])
HOLED = Polygon(at(20, 20, 150, 130).exterior.coords, [at(61, 55, 43, 38).exterior.coords])


@pytest.mark.parametrize("shape", [BENT, HOLED, at(0, 0, 1.5, 1.5), at(-190, 330, 90, 65)])
def test_shares_of_classes_are_those_of_cutting_every_cell(tmp_path: Path, shape: Polygon) -> None:
    cells = land_cover()
    originals, data = stored(tmp_path, write(tmp_path / "lc.tif", cells), described(cells))
    found = told(measure_raster(originals, data, frame(shape)))
    areas = areas_under(shape, cells) / shape.area
    assert found["covered_share", ""] == pytest.approx(areas[cells != 0].sum(), abs=1e-6)
    assert found["nodata_share", ""] == pytest.approx(areas[cells == 0].sum(), abs=1e-6)
    for code in np.unique(cells[(areas > 0) & (cells != 0)]):
        assert found["code_share", str(code)] == pytest.approx(areas[cells == code].sum(), abs=1e-6)
    assert found.get(("cover_share", "built"), 0) == pytest.approx(areas[cells == 80].sum(), abs=1e-6)
    assert found.get(("cover_share", "unrecognised"), 0) == pytest.approx(areas[cells == 60].sum(), abs=1e-6)
    assert sum(share for (measure, _), share in found.items() if measure == "code_share") == pytest.approx(
        found["covered_share", ""], abs=1e-12
    )


def test_covered_outside_and_nodata_add_up_to_the_parcel(tmp_path: Path) -> None:
    cells = land_cover()
    originals, data = stored(tmp_path, write(tmp_path / "lc.tif", cells), described(cells))
    half = shapely.box(WEST - 50, NORTH - 100, WEST + 50, NORTH - 20)  # half of it west of the raster
    away = shapely.box(WEST - 500, NORTH, WEST - 400, NORTH + 100)
    found = measure_raster(originals, data, frame(half, away, BENT))
    one, other, inside = told(found, "p0"), told(found, "p1"), told(found, "p2")
    for each in (one, other, inside):
        assert each["covered_share", ""] + each["outside_share", ""] + each["nodata_share", ""] == pytest.approx(1)
    assert one["outside_share", ""] == pytest.approx(0.5, abs=1e-12)
    assert one["nodata_share", ""] == pytest.approx(0.5 * (20 * 40) / (80 * 50), abs=1e-7)
    assert other == {("covered_share", ""): 0.0, ("outside_share", ""): 1.0, ("nodata_share", ""): 0.0}
    assert (inside["outside_share", ""], inside["nodata_share", ""]) == (0.0, 0.0)


def test_a_declared_coverage_cuts_the_raster_down(tmp_path: Path) -> None:
    cells = land_cover()
    raster = described(cells)
    originals, data = stored(tmp_path, write(tmp_path / "lc.tif", cells), raster, at(0, 0, 100, 100))
    found = told(measure_raster(originals, data, frame(at(50, 0, 100, 50))))
    assert (found["outside_share", ""], found["nodata_share", ""]) == (pytest.approx(0.5), 0.0)


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (0.5, 10.0), (-1.0, 0.0)])
def test_heights_are_weighted_and_scaled(tmp_path: Path, scale: float, offset: float) -> None:
    cells = terrain()
    cells[30, 30] = np.nan
    raster = replace(described(cells, RasterKind.HEIGHTS, None), scale=scale, offset=offset)
    originals, data = stored(tmp_path, write(tmp_path / "dem.tif", cells, nodata=None), raster)
    found = told(measure_raster(originals, data, frame(BENT)))
    areas = areas_under(BENT, cells)
    saying = np.isfinite(cells) & (areas > 0)
    values = cells[saying].astype(float) * scale + offset
    assert found["mean_m", ""] == pytest.approx(np.average(values, weights=areas[saying]), abs=1e-5)
    assert (found["min_m", ""], found["max_m", ""]) == (pytest.approx(values.min()), pytest.approx(values.max()))


@settings(max_examples=25, deadline=None)
@example(points=[(0.0, 0.0), (0.0, 51.0), (1.0, 0.0)], seed=0)  # within one column of cells, one of them without data
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=3, max_size=9),
    st.integers(0, 5),
)
def test_any_polygon_on_any_cells(
    tmp_path_factory: pytest.TempPathFactory, points: list[tuple[float, float]], seed: int
) -> None:
    shape = shapely.convex_hull(shapely.multipoints([(X + x, Y + y) for x, y in points]))
    if shape.geom_type != "Polygon" or shape.area < 1:
        return
    cells = land_cover(seed=seed)
    cells[20:35, 20:35] = 0
    path = write(tmp_path_factory.mktemp("r") / "lc.tif", cells)
    with rasterio.open(path) as dataset:
        (found,) = cells_under(dataset, described(cells), [shape.wkb], floor_of(described(cells)))
    areas = areas_under(shape, cells)
    assert found.cells * CELL**2 == pytest.approx(areas.sum(), rel=1e-6, abs=1e-4)
    assert found.saying * CELL**2 == pytest.approx(areas[cells != 0].sum(), rel=1e-6, abs=1e-4)
    for code, share in found.codes.items():
        assert share * found.saying * CELL**2 == pytest.approx(areas[cells == code].sum(), rel=1e-6, abs=1e-4)


_FINE = 40
"""Points a cell and axis: 25 cm apart."""


@pytest.mark.parametrize("seed", range(6))
def test_a_fine_mask_of_points_says_the_same(tmp_path: Path, seed: int) -> None:
    """A third way: a random polygon with a hole, burnt by GDAL into cells a fortieth as wide, across cells without data."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 11))
    reach = rng.uniform(40, 150, 11)
    star = Polygon(np.column_stack([X + 100 + reach * np.cos(angles), Y + 150 + reach * np.sin(angles)]))
    shape = shapely.difference(shapely.buffer(star, 0), at(95, 140, 33.3, 21.7))
    cells = land_cover(seed=seed)
    cells[20:27, 25:33] = 0
    originals, data = stored(tmp_path, write(tmp_path / "lc.tif", cells), described(cells))
    found = told(measure_raster(originals, data, frame(shape)))
    rows, columns = cells.shape
    fine = rasterio.Affine(CELL / _FINE, 0, WEST, 0, -CELL / _FINE, NORTH)
    mask = rasterize([shape], out_shape=(rows * _FINE, columns * _FINE), transform=fine).astype(bool)
    under = np.kron(cells, np.ones((_FINE, _FINE), "uint8"))[mask]
    error = shape.length * (CELL / _FINE) / shape.area / 4
    assert found["nodata_share", ""] == pytest.approx((under == 0).mean(), abs=error)
    assert found["nodata_share", ""] > 0
    for code in np.unique(under[under != 0]):
        assert found["code_share", str(code)] == pytest.approx((under == code).mean(), abs=error)
    heights = terrain()
    other = stored(tmp_path, write(tmp_path / "dem.tif", heights), described(heights, RasterKind.HEIGHTS, None))
    high = told(measure_raster(*other, frame(shape)))
    burnt = np.kron(heights, np.ones((_FINE, _FINE), "float32"))[mask]
    assert high["mean_m", ""] == pytest.approx(burnt.mean(dtype=float), abs=1e-3)
    assert high["max_m", ""] >= burnt.max() - 1e-6


def test_parts_of_cells_by_hand(tmp_path: Path) -> None:
    """Four cells; of a parcel of 103 m², 25 + 20 m² lie on the first, 50 on the second and 8 on the third."""
    cells = np.array([[10, 20], [80, 0]], "uint8")
    raster = described(cells)
    originals, data = stored(tmp_path, write(tmp_path / "four.tif", cells), raster)
    west, north = WEST, NORTH
    parts = [
        shapely.box(west + 5, north - 5, west + 10, north), shapely.box(west + 10, north - 5, west + 20, north),
        shapely.box(west + 6, north - 10, west + 10, north - 5), shapely.box(west + 6, north - 12, west + 10, north - 10),
    ]  # fmt: skip
    shape = shapely.union_all(parts)
    found = told(measure_raster(originals, data, frame(shape)))
    whole = 25 + 50 + 20 + 8
    assert shape.area == pytest.approx(whole)
    assert found["code_share", "10"] == pytest.approx(45 / whole, abs=1e-7)
    assert found["code_share", "20"] == pytest.approx(50 / whole, abs=1e-7)
    assert found["cover_share", "built"] == pytest.approx(8 / whole, abs=1e-7)
    assert found["nodata_share", ""] == 0.0
    moved = told(measure_raster(originals, data, frame(shapely.transform(shape, lambda xy: xy + np.array([5, -6])))))
    assert moved["code_share", "20"] == pytest.approx((20 + 20) / whole, abs=1e-7)
    assert moved["nodata_share", ""] == pytest.approx((5 + 5 + 20 + 8) / whole, abs=1e-7)
    assert moved["outside_share", ""] == pytest.approx(25 / whole, abs=1e-9)


FORMS = {
    "tiled": {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate"},
    "striped": {"blockysize": 7, "tiled": False},
    "big-endian": {"ENDIANNESS": "BIG", "tiled": True, "blockxsize": 16, "blockysize": 16},
    "bigtiff": {"BIGTIFF": "YES"},
    "cog": {"driver": "COG", "blocksize": 128},
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_the_file_changes_no_number(tmp_path: Path, form: str) -> None:
    cells = land_cover()
    plain = stored(tmp_path, write(tmp_path / "plain.tif", cells), described(cells))
    other = stored(tmp_path, write(tmp_path / "other.tif", cells, **FORMS[form]), described(cells))
    one, two = (measure_raster(*each, frame(BENT, HOLED)).cells for each in (plain, other))
    assert one.equals(two)


def test_a_mask_inside_the_file_is_no_data(tmp_path: Path) -> None:
    cells = land_cover()
    path = write(tmp_path / "m.tif", cells, nodata=None)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(cells != 10)
    raster = replace(described(cells, nodata=None), masked=True)
    originals, data = stored(tmp_path, path, raster)
    found = told(measure_raster(originals, data, frame(BENT)))
    areas = areas_under(BENT, cells)
    assert found["nodata_share", ""] == pytest.approx(areas[cells == 10].sum() / BENT.area, abs=1e-6)
    assert ("code_share", "10") not in found


def test_parcels_move_and_cells_do_not(tmp_path: Path) -> None:
    """The same cells, placed in the zone with prefix (EPSG:4528, 40,000 km further east), say the same."""
    cells = land_cover()
    here = stored(tmp_path, write(tmp_path / "a.tif", cells), described(cells))
    far = replace(described(cells), crs="EPSG:4528", west=WEST + 40_000_000)
    placing = rasterio.Affine(CELL, 0, far.west, 0, -CELL, NORTH)
    there = stored(tmp_path, write(tmp_path / "b.tif", cells, crs="EPSG:4528", transform=placing), far)
    one, two = measure_raster(*here, frame(BENT)), measure_raster(*there, frame(BENT))
    assert one.transform.definition == ""
    assert str(two.transform).startswith("EPSG:4549 → EPSG:4528")
    assert "vertices every 25 m" in two.transform.definition
    for key, share in told(one).items():
        assert told(two)[key] == pytest.approx(share, abs=1e-6), key


def test_degrees_agree_with_cutting_the_moved_cells(tmp_path: Path) -> None:
    cells = land_cover()
    corner, _ = to_crs(np.array([shapely.Point(WEST, NORTH)], dtype=object), WORKING, GEOGRAPHIC)
    step = 1e-4
    raster = replace(
        described(cells), crs="EPSG:4490", west=corner[0].x, north=corner[0].y, cell_width=step, cell_height=step
    )
    placing = rasterio.Affine(step, 0, raster.west, 0, -step, raster.north)
    originals, data = stored(tmp_path, write(tmp_path / "d.tif", cells, crs="EPSG:4490", transform=placing), raster)
    found = told(measure_raster(originals, data, frame(BENT)))
    rows, columns = np.mgrid[: cells.shape[0], : cells.shape[1]]
    left, top = raster.west + columns * step, raster.north - rows * step
    boxes, _ = to_crs(shapely.box(left, top - step, left + step, top).ravel(), GEOGRAPHIC, WORKING)
    areas = shapely.area(shapely.intersection(boxes, BENT)).reshape(cells.shape) / BENT.area
    assert found["cover_share", "built"] == pytest.approx(areas[cells == 80].sum(), abs=2e-5)


def test_parcels_come_back_in_their_own_order_and_in_chunks(tmp_path: Path) -> None:
    cells = land_cover()
    originals, data = stored(tmp_path, write(tmp_path / "a.tif", cells), described(cells))
    shapes = [at(17 * (n % 13), 23 * (n % 7), 31, 19) for n in range(40)]
    whole = measure_raster(originals, data, frame(*shapes)).cells
    steps: list[str] = []
    assert measure_raster(originals, data, frame(*shapes), steps.append, at_once=7).cells.equals(whole)
    assert steps == [f"地表覆盖 {done}/40" for done in range(0, 40, 7)]
    for position in (0, 11, 39):
        alone = told(measure_raster(originals, data, frame(shapes[position])))
        assert alone == told(measure_raster(originals, data, frame(*shapes)), f"p{position}")


def test_touching_is_not_lying_on(tmp_path: Path) -> None:
    """A parcel along the border of cells without data touches them: a millionth of a square metre decides."""
    cells = land_cover()
    originals, data = stored(tmp_path, write(tmp_path / "a.tif", cells), described(cells))
    beside = shapely.box(WEST + 4 * CELL, NORTH - 4 * CELL, WEST + 9 * CELL, NORTH)
    into = shapely.box(WEST + 4 * CELL - 1e-3, NORTH - 4 * CELL, WEST + 9 * CELL, NORTH)
    found = measure_raster(originals, data, frame(beside, into))
    assert told(found, "p0")["nodata_share", ""] == 0.0
    assert told(found, "p1")["nodata_share", ""] == pytest.approx(1e-3 / 50.001, rel=1e-3)


def test_what_is_kept_must_be_what_was_imported(tmp_path: Path) -> None:
    cells = land_cover()
    originals, data = stored(tmp_path, write(tmp_path / "a.tif", cells), described(cells))
    kept = originals.path_of(data.release.content_hash)
    kept.write_bytes(kept.read_bytes() + b"\0")
    with pytest.raises(ContractBroken, match="not what was imported"):
        measure_raster(originals, data, frame(BENT))
    kept.unlink()
    with pytest.raises(FileMissing):
        measure_raster(originals, data, frame(BENT))
    with pytest.raises(UsageError, match="no raster"):
        measure_raster(originals, layer("homestead", {"h": at(0, 0, 5, 5)}), frame(BENT))


def test_a_part_that_only_touches_the_ground_is_empty() -> None:
    parts = part_within(np.array([at(0, 0, 10, 10), at(10, 0, 10, 10)], dtype=object), at(0, 0, 10, 10))
    assert [part.area for part in parts] == [100, 0]
    moved, transform = onto(described(land_cover()), parts)
    assert (moved is parts, transform.definition) == (True, "")
