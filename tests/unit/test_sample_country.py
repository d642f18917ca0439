"""The large samples, tile by tile: shared borders, whole cover, the right numbers, and every planted answer."""

from __future__ import annotations

import functools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.sample.country import DISTRICT_SIZE, SIZES, TOWN_SIZE, CountrySize
from landgis.sample.country.allot import Use
from landgis.sample.country.content import MEASURED, TileContent, tile_content, town_table
from landgis.sample.country.ground import Ground
from landgis.sample.country.mesh import CELLS, lay_mesh
from landgis.sample.country.outlines import corridor, town_edge, wetland
from landgis.sample.country.planting import cases_by_tile
from landgis.sample.country.settled import settle
from landgis.sample.country.tile import DOUBLED
from landgis.sample.country.ways import lay_ways, tile_outline, village_ground
from landgis.sample.frame import slanted
from landgis.sample.planted import all_kinds, kinds_of
from landgis.sample.scene import Scene

FLOOR_M2 = 1e-6
SOME = [(TOWN_SIZE, 0), (TOWN_SIZE, 7), (DISTRICT_SIZE, 3), (DISTRICT_SIZE, 239)]
CAUSES = {"", "double_drawn", "projection_chord", "uniform_shift", "true_encroachment"}


@functools.cache
def _tile(size: CountrySize, tile: int, seed: int = 1) -> TileContent:
    return tile_content(size, seed, tile)


def _covered_m2(parcel: BaseGeometry, shapes: np.ndarray) -> float:
    met = shapes[shapely.intersects(shapes, parcel)]
    return float(shapely.union_all(shapely.intersection(met, parcel)).area)


@pytest.mark.parametrize(("size", "tile"), SOME)
def test_cells_and_ways_cover_a_tile_without_gap_or_overlap(size: CountrySize, tile: int) -> None:
    ground = Ground(size, 1)
    mesh = lay_mesh(ground, tile, np.random.default_rng(tile))
    ways = lay_ways(ground, tile, mesh)
    cells = mesh.cells().polygons()
    every = np.concatenate([cells, ways.lanes, ways.roads, ways.canals, [ways.rim]])
    assert len(cells) == CELLS
    assert shapely.is_valid(every).all()
    assert shapely.coverage_is_valid(every)
    assert shapely.area(every).sum() == pytest.approx(shapely.Polygon(tile_outline(ground, tile)).area, abs=1e-3)


def test_fields_have_as_many_vertices_as_real_ones() -> None:
    mesh = lay_mesh(Ground(TOWN_SIZE, 1), 0, np.random.default_rng(0))
    vertices = shapely.get_num_coordinates(mesh.cells().polygons())
    assert vertices.min() == 13
    assert 24 <= np.median(vertices) <= 30
    assert 60 < vertices.max() <= 164


@pytest.mark.parametrize("draw", [corridor, wetland])
@pytest.mark.parametrize("vertices", [11_600, 40_001, 99_000])
def test_red_lines_are_detailed_whole_and_have_six_holes(draw: object, vertices: int) -> None:
    for seed in range(3):
        shape = draw(np.array([600_000.0, 3_430_000.0]), vertices, np.random.default_rng(seed))  # type: ignore[operator]
        assert shape.is_valid, seed
        assert shapely.get_num_interior_rings(shape) == 6
        assert shapely.get_num_coordinates(shape) == pytest.approx(vertices, abs=9)


def test_town_edges_are_whole() -> None:
    for seed in range(4):
        shape = town_edge(np.array([600_000.0, 3_430_000.0]), 10_400, np.random.default_rng(seed))
        assert shape.is_valid, seed


def test_villages_meet_each_other_and_reach_the_end_of_the_releases() -> None:
    ground = Ground(TOWN_SIZE, 1)
    villages = np.array([village_ground(ground, tile) for tile in range(TOWN_SIZE.tiles)])
    assert shapely.coverage_is_valid(villages)
    corners = TOWN_SIZE.extent.area - shapely.area(villages).sum()
    assert 0 < corners < 4 * 600 * 600
    towns = town_table(TOWN_SIZE, 1)
    assert towns.columns["XZQDM"].to_pylist() == list(TOWN_SIZE.towns)
    assert shapely.area(towns.shapes).sum() == pytest.approx(shapely.area(villages).sum(), abs=1e-3)


def test_totals_are_what_the_sizes_promise() -> None:
    for size in SIZES.values():
        for total in (size.parcels, size.farmland, size.homesteads):
            assert size.share(total).sum() == total
            assert np.ptp(size.share(total)) <= 1


@pytest.mark.parametrize(("size", "tile"), SOME)
def test_a_tile_holds_its_share_and_nothing_invalid(size: CountrySize, tile: int) -> None:
    content = _tile(size, tile)
    assert len(content.parcels) == size.share(size.parcels)[tile]
    assert len(content.layers["permanent_basic_farmland"]) == size.share(size.farmland)[tile]
    assert len(content.layers["homestead"]) == size.share(size.homesteads)[tile]
    for table in (content.parcels, *content.layers.values()):
        assert shapely.is_valid(table.shapes).all()
        assert set(shapely.get_type_id(table.shapes).tolist()) <= {3, 6}
        assert {len(column) for column in table.columns.values()} <= {len(table)}


@pytest.mark.parametrize(("size", "tile"), SOME)
def test_half_of_the_parcels_follow_the_fields_within_millimetres(size: CountrySize, tile: int) -> None:
    rng = np.random.default_rng([1, 21, tile])
    settled = settle(size, 1, tile, rng)
    cells = settled.allotment.built
    mesh = settled.mesh.outlines(cells.block, (cells.strip, cells.wide), (cells.row, cells.deep)).polygons()
    tree = shapely.STRtree(_tile(size, tile).parcels.shapes)
    near = tree.query_nearest(shapely.centroid(mesh), max_distance=1.0, all_matches=False)
    met = _tile(size, tile).parcels.shapes[near[1]]
    apart = shapely.hausdorff_distance(mesh[near[0]], met)
    assert len(cells) == pytest.approx(len(_tile(size, tile).parcels) / 2, abs=12)
    assert (apart < 0.01).sum() >= 0.97 * len(cells)
    assert np.median(apart) > 1e-4


@pytest.mark.parametrize(("size", "tile"), SOME)
def test_some_farmland_lies_double(size: CountrySize, tile: int) -> None:
    shapes = _tile(size, tile).layers["permanent_basic_farmland"].shapes
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = first < second
    doubled = shapely.area(shapely.intersection(shapes[first[pair]], shapes[second[pair]]))
    assert (doubled > 300).sum() >= int(DOUBLED * len(shapes))
    assert ((doubled > 1e-6) & (doubled < 2)).sum() > 0.1 * len(shapes)


@pytest.mark.parametrize("layer", ["survey_land_use", "planned_land_use"])
@pytest.mark.parametrize(("size", "tile"), SOME)
def test_survey_and_plan_cover_every_parcel_but_the_planted_gaps(size: CountrySize, tile: int, layer: str) -> None:
    content = _tile(size, tile)
    gaps = {
        str(row["parcel_id"]): row["expected_m2"]
        for row in content.planted
        if str(row["kind"]).endswith("_gap") and row["layer"] == layer
    }
    shapes = content.layers[layer].shapes
    tree = shapely.STRtree(shapes)
    inside = shapely.covered_by(content.parcels.shapes, village_ground(Ground(size, 1), tile).buffer(-30))
    for parcel_id, parcel in zip(
        np.array(content.parcels.columns["parcel_id"].to_pylist())[inside][:150],
        content.parcels.shapes[inside][:150],
        strict=True,
    ):
        bare = shapely.difference(parcel, shapely.union_all(shapes[tree.query(parcel, predicate="intersects")])).area
        assert bare == pytest.approx(gaps.get(parcel_id, 0.0), abs=1e-5), parcel_id


def test_every_planted_area_is_what_was_drawn() -> None:
    wrong, checked = [], 0
    for tile in (*range(8), 15, 23, 31, 39, 47):
        content = _tile(TOWN_SIZE, tile)
        rows = pd.DataFrame(content.planted)
        ids = content.parcels.columns["parcel_id"].to_pylist()
        measured = rows[rows["layer"].isin(MEASURED) & rows["expected_m2"].notna()]
        for row in measured.to_dict("records"):
            parcel = content.parcels.shapes[ids.index(row["parcel_id"])]
            found = _covered_m2(parcel, content.layers[row["layer"]].shapes)
            checked += 1
            if abs(found - row["expected_m2"]) > 1e-7 + 1e-9 * row["expected_m2"]:
                wrong.append((row["kind"], found, row["expected_m2"]))
            if (row["expected_m2"] > FLOOR_M2) != (row["expected_control_lines"] not in ("clear", "unknown")):
                wrong.append((row["kind"], row["expected_m2"], row["expected_control_lines"]))
    assert wrong == []
    assert checked >= 25


@pytest.mark.parametrize("turn", [0, 3, 8])
def test_every_kind_of_the_large_sizes_draws_valid_shapes_with_the_answer_it_gives(turn: int) -> None:
    for kind in (kind for kind in all_kinds() if kind.large):
        scene = Scene(slanted(600_000, 3_430_000, 7.5 * turn - 20), turn, np.random.default_rng([turn, 5]))
        kind.draw(scene)
        parcel = shapely.union_all(scene.parts)
        met = np.array([extra.geometry for extra in scene.extras if extra.layer == kind.layer])
        assert shapely.is_valid(np.array(scene.parts)).all(), kind.key
        assert shapely.is_valid(met).all(), kind.key
        expected = kind.m2 if scene.m2 is None else scene.m2
        assert expected is not None, kind.key
        found = _covered_m2(parcel, met) if len(met) else 0.0
        assert found == pytest.approx(expected, abs=2e-8, rel=1e-9), kind.key
        assert (expected > FLOOR_M2) == (kind.verdict != "clear"), kind.key


def test_kinds_are_many_and_slivers_name_their_cause() -> None:
    kinds = all_kinds()
    assert len(kinds) >= 60
    assert {kind.cause for kind in kinds} == CAUSES
    named = Counter(kind.cause for kind in kinds if kind.cause)
    assert min(named.values()) >= 5
    for district in ("songjiang", "chongming"):
        assert not any(kind.large for kind in kinds_of(district))


def test_every_kind_stands_in_the_samples_as_often_as_promised() -> None:
    for size in SIZES.values():
        planted = Counter(case.kind.key for cases in cases_by_tile(size, 1) for case in cases)
        everywhere = {kind.key for kind in all_kinds() if kind.where != "meridian"}
        assert {key for key, times in planted.items() if times == size.copies} >= everywhere
    meridian = Counter(case.kind.key for cases in cases_by_tile(DISTRICT_SIZE, 1) for case in cases)["meridian"]
    assert meridian > 0


def test_the_same_tile_comes_again_and_another_seed_brings_another() -> None:
    def content(seed: int, *, measured_only: bool = False) -> dict[str, tuple[list[bytes], dict[str, list[object]]]]:
        tile = tile_content(TOWN_SIZE, seed, 9, measured_only=measured_only)
        return {
            key: (
                shapely.to_wkb(table.shapes).tolist(),
                {name: column.to_pylist() for name, column in table.columns.items()},
            )
            for key, table in {"parcels": tile.parcels, **tile.layers}.items()
        }

    first = content(1)
    assert content(1) == first
    alone = content(1, measured_only=True)
    assert alone == {key: first[key] for key in ("parcels", *MEASURED)}
    assert content(2)["parcels"] != first["parcels"]


def test_planted_cases_keep_away_from_everything_else() -> None:
    for size, tile in SOME:
        settled = settle(size, 1, tile, np.random.default_rng([1, 21, tile]))
        taken = [case.block for case in settled.planted if case.block >= 0]
        assert len(set(taken)) == len(taken)
        assert (settled.allotment.use[taken] == Use.PLANTED).all()
        for case in settled.planted:
            for line in settled.lines.shapes:
                assert shapely.distance(case.geometry, line) > 50
