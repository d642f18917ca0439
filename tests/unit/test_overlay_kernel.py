"""The compiled kernel against shapely and against itself: every number, every order, every hard shape."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from landgis.errors import ContractBroken, GeometryInvalid, InputError, UsageError
from landgis.overlay import LayerIndex, Measurement, Polygons
from landgis.overlay.choice import COMPILED, PLAIN, VARIABLE, which
from tests.support.heaps import heap
from tests.support.stars import star, stars

PLACE = (40_615_000.0, 3_424_000.0)


def equal(one: Measurement, other: Measurement) -> bool:
    """Whether two measurements are the same to the last bit, row for row; features are told by their ids."""
    for table in ("pairs", "parcels", "by_class"):
        left, right = getattr(one, table), getattr(other, table)
        for field in fields(left):
            if field.name in ("position", "place"):
                continue
            a, b = getattr(left, field.name), getattr(right, field.name)
            if a.shape != b.shape or not ((a == b) | ((a != a) & (b != b))).all():
                return False
    return True


def close(one: Measurement, other: Measurement) -> None:
    """Require the two kernels to agree: pairs within 1e-6 m² + 1e-10 relative, unions within 1e-4 m²."""
    assert list(one.pairs.parcel) == list(other.pairs.parcel)
    assert list(one.pairs.feature) == list(other.pairs.feature)
    assert one.pairs.area_m2 == pytest.approx(other.pairs.area_m2, abs=1e-6, rel=1e-10)
    for table in ("parcels", "by_class"):
        left, right = getattr(one, table), getattr(other, table)
        assert left.union_m2 == pytest.approx(right.union_m2, abs=1e-4)
        assert list(left.hits) == list(right.hits)
        assert left.largest_m2 == pytest.approx(right.largest_m2, abs=1e-6, rel=1e-10)
        assert left.mean_width_m == pytest.approx(right.mean_width_m, rel=1e-4, nan_ok=True)
    assert list(one.by_class.parcel) == list(other.by_class.parcel)
    assert list(one.by_class.class_) == list(other.by_class.class_)
    assert one.parcels.distance_m == pytest.approx(other.parcels.distance_m, abs=1e-6, nan_ok=True)


@st.composite
def outlines(draw: st.DrawFn) -> Polygon | MultiPolygon:
    """Stars with and without a hole, some of two parts, on a grid so that borders often coincide."""
    x, y = draw(st.integers(0, 8)) * 10.0, draw(st.integers(0, 8)) * 10.0
    kind = draw(st.sampled_from(["box", "ring", "star", "parts"]))
    if kind == "box":
        shape = box(x, y, x + draw(st.integers(1, 4)) * 10.0, y + draw(st.integers(1, 4)) * 10.0)
    elif kind == "ring":
        shape = Polygon(
            box(x, y, x + 30, y + 30).exterior.coords, [box(x + 10, y + 10, x + 20, y + 20).exterior.coords]
        )
    elif kind == "parts":
        shape = MultiPolygon([box(x, y, x + 10, y + 10), box(x + 20, y, x + 30, y + 10)])
    else:
        rng = np.random.default_rng(draw(st.integers(0, 10_000)))
        shape = star(rng, draw(st.integers(5, 90)), draw(st.floats(2, 40)), (x, y), 0.6)
    return shapely.affinity.translate(shape, *PLACE)


heaps = st.lists(outlines(), min_size=1, max_size=7)


@settings(max_examples=80, deadline=None)
@given(heaps, heaps)
def test_both_kernels_measure_the_same(parcels: list[Polygon], features: list[Polygon]) -> None:
    valid = [shape for shape in parcels if shape.is_valid], [shape for shape in features if shape.is_valid]
    kinds = [("甲", "乙")[number % 2] for number in range(len(valid[1]))]
    index = LayerIndex.build(valid[1], classes=kinds)
    close(index.measure(valid[0], kernel=COMPILED), index.measure(valid[0], kernel=PLAIN))


@settings(max_examples=40, deadline=None)
@given(heaps, heaps, st.sampled_from(["moved", "turned", "reversed", "denser", "split"]))
def test_what_does_not_change_ground_changes_no_area(
    parcels: list[Polygon], features: list[Polygon], change: str
) -> None:
    features = [shape for shape in features if shape.is_valid]
    parcels = [shape for shape in parcels if shape.is_valid]
    union = LayerIndex.build(features).measure(parcels).parcels.union_m2
    if change == "moved":
        parcels, features = ([shapely.affinity.translate(s, 7, -3) for s in some] for some in (parcels, features))
    elif change == "turned":
        parcels, features = (
            [shapely.affinity.rotate(s, 90, origin=PLACE) for s in some] for some in (parcels, features)
        )
    elif change == "reversed":
        parcels, features = ([shapely.reverse(s) for s in some] for some in (parcels, features))
    elif change == "denser":
        features = [shapely.segmentize(s, 2.5) for s in features]
    else:
        west, south, east, north = shapely.total_bounds(features)
        halves = box(west, south, (west + east) / 2, north), box((west + east) / 2, south, east, north)
        features = [
            part
            for s in features
            for half in halves
            for part in shapely.get_parts(s.intersection(half))
            if part.geom_type == "Polygon" and part.area > 0
        ]
    again = LayerIndex.build(features).measure(parcels).parcels.union_m2
    assert again == pytest.approx(union, abs=1e-4)


@pytest.mark.parametrize("noise_m", [0.0, 1e-6, 0.002, 0.5])
def test_no_order_no_chunk_and_no_thread_changes_a_bit(noise_m: float) -> None:
    rng = np.random.default_rng(5)
    parcels, features = heap(rng, 700, noise_m), heap(rng, 900, noise_m)
    ids = np.array([f"F{number:05d}" for number in range(len(features))])
    kinds = rng.choice(["水田", "旱地"], len(features))
    result = LayerIndex.build(features, ids, kinds, threads=1).measure(parcels, threads=1)
    assert equal(result, LayerIndex.build(features, ids, kinds).measure(parcels, threads=4))

    order = rng.permutation(len(features))
    shuffled = LayerIndex.build(features[order], ids[order], kinds[order])
    assert equal(result, shuffled.measure(parcels, threads=2))
    assert (order[shuffled.measure(parcels).pairs.position] == result.pairs.position).all()

    turned = rng.permutation(len(parcels))
    again = shuffled.measure(parcels[turned], threads=2).parcels
    for name in ("union_m2", "largest_m2", "mean_width_m", "distance_m", "pieces"):
        np.testing.assert_array_equal(getattr(again, name), getattr(result.parcels, name)[turned])

    slices = [shuffled.measure(parcels[at : at + 97]).parcels.union_m2 for at in range(0, len(parcels), 97)]
    assert (np.concatenate(slices) == result.parcels.union_m2).all()

    few = LayerIndex.build(features, ids, kinds, near=shapely.bounds(parcels) + np.array([-100, -100, 100, 100]))
    assert equal(result, few.measure(parcels))


def test_asking_for_less_gives_the_same_numbers() -> None:
    rng = np.random.default_rng(8)
    parcels, features = heap(rng, 200, 0.002), heap(rng, 300, 0.002)
    index = LayerIndex.build(features)
    full, bare = index.measure(parcels), index.measure(parcels, metrics=())
    assert (bare.pairs.area_m2 == full.pairs.area_m2).all()
    assert np.isnan(bare.parcels.union_m2[bare.parcels.hits > 0]).all()
    assert np.isnan(bare.parcels.mean_width_m).all()
    assert (bare.parcels.pieces[bare.parcels.hits > 0] == -1).all()
    union = index.measure(parcels, metrics=["union"]).parcels
    assert union.union_m2 == pytest.approx(full.parcels.union_m2, abs=1e-4)
    with pytest.raises(ContractBroken, match="depth"):
        index.measure(parcels, metrics=["depth"])


def hard_cases() -> dict[str, tuple[list[Polygon], list[Polygon]]]:
    """Parcels and features of the kinds that break overlays."""
    rng = np.random.default_rng(3)
    x, y = PLACE
    cell = box(x, y, x + 40, y + 30)
    noisy = Polygon(np.asarray(shapely.segmentize(cell, 5).exterior.coords)[:-1] + rng.normal(0, 0.002, (28, 2)))
    needle = Polygon([(x, y), (x + 400, y + 0.003), (x + 400, y + 0.002)])
    holed = Polygon(cell.exterior.coords, [box(x + 5, y + 5, x + 35, y + 25).exterior.coords])
    shore = star(rng, 100_000, 900, (x, y))
    return {
        "the same twice": ([cell], [cell, cell]),
        "drawn again, millimetres off": ([cell], [noisy]),
        "neighbours": ([cell], [box(x + 40, y, x + 80, y + 30), box(x - 40, y, x, y + 30)]),
        "in a hole": ([box(x + 10, y + 10, x + 20, y + 20)], [holed]),
        "filling a hole": ([box(x + 5, y + 5, x + 35, y + 25)], [holed]),
        "needles": ([needle, cell], [needle, shapely.affinity.rotate(needle, 30, origin=(x, y))]),
        "parts": ([MultiPolygon([cell, box(x + 100, y, x + 120, y + 9)])], [box(x - 5, y + 3, x + 110, y + 6)]),
        "a shore of 100,000 vertices": (list(stars(rng, 40, 12, 60, 1800, (x - 900, y - 900))), [shore]),
        "two such shores": ([star(rng, 100_000, 800, (x + 300, y))], [shore]),
    }


@pytest.mark.parametrize("case", hard_cases().items(), ids=lambda case: case[0])
def test_hard_shapes(case: tuple[str, tuple[list[Polygon], list[Polygon]]]) -> None:
    parcels, features = case[1]
    result = LayerIndex.build(features).measure(parcels, kernel=COMPILED)
    # The reference is cut in coordinates near zero, where shapely is at its best.
    near = [
        shapely.transform(np.array(some, dtype=object), lambda p: p - np.asarray(PLACE)) for some in (parcels, features)
    ]
    merged = shapely.union_all(near[1])
    whole = shapely.intersection(near[0], merged)
    assert result.parcels.union_m2 == pytest.approx(shapely.area(whole), abs=1e-4, rel=1e-9)
    for parcel, position, area in zip(result.pairs.parcel, result.pairs.position, result.pairs.area_m2, strict=True):
        alone = shapely.intersection(near[0][parcel], near[1][position]).area
        assert area == pytest.approx(alone, abs=1e-6, rel=1e-10)
    close(result, LayerIndex.build(features).measure(parcels, kernel=PLAIN))


def test_pieces_and_widths_are_those_of_the_real_shapes() -> None:
    rng = np.random.default_rng(12)
    parcels, features = stars(rng, 60, 40, 30, 300, (0, 0)), stars(rng, 80, 30, 25, 300, (0, 0))
    index = LayerIndex.build(features)
    one, other = index.measure(parcels, kernel=COMPILED).parcels, index.measure(parcels, kernel=PLAIN).parcels
    assert list(one.pieces) == list(other.pieces)
    assert one.pieces.max() > 3
    assert one.mean_width_m == pytest.approx(other.mean_width_m, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(("vertices", "count"), [(6, 150), (300, 40)])
def test_distances_are_those_of_shapely(vertices: int, count: int) -> None:
    rng = np.random.default_rng(2)
    parcels, features = stars(rng, count, vertices, 6, 2_000, PLACE), stars(rng, 60, vertices, 9, 2_000, PLACE)
    # A whole number as limit: nothing may be compiled for it anew.
    measured = LayerIndex.build(features).measure(parcels, distance_limit_m=80).parcels
    wanted = shapely.distance(parcels[:, None], features[None, :]).min(axis=1)
    wanted[measured.hits > 0] = 0
    wanted[wanted > 80] = np.nan
    assert measured.distance_m == pytest.approx(wanted, abs=1e-9, nan_ok=True)
    assert np.isnan(measured.distance_m).any()
    assert (measured.distance_m > 0).any()


def test_shapes_come_back_vertex_for_vertex() -> None:
    rng = np.random.default_rng(1)
    shapes = [*heap(rng, 50, 0.002), *hard_cases()["parts"][0], *hard_cases()["in a hole"][1], star(rng, 999, 5, PLACE)]
    made = Polygons.of(shapes)
    assert shapely.equals_exact(made.shapes(), shapes).all()
    assert shapely.equals_exact(made.shapes([51, 3]), [shapes[51], shapes[3]]).all()
    index = LayerIndex.build(shapes, [f"{number:03d}" for number in range(len(shapes))])
    assert shapely.equals_exact(index.shapes([7, 2]), [shapes[7], shapes[2]]).all()
    assert index.feature_area_m2 == pytest.approx(shapely.area(shapes))


def test_a_saved_index_answers_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    parcels, features = heap(rng, 100, 0.002), [*heap(rng, 200, 0.002), star(rng, 3_000, 200, (615_100.0, 3_424_100.0))]
    index = LayerIndex.build(features, [f"图斑{number}" for number in range(len(features))], ["水田"] * len(features))
    index.save(tmp_path / "farmland")
    opened = LayerIndex.load(tmp_path / "farmland")
    assert equal(index.measure(parcels), opened.measure(parcels))
    assert equal(index.measure(parcels[:7], kernel=PLAIN), opened.measure(parcels[:7], kernel=PLAIN))
    assert isinstance(opened.polygons.rings.xy.base, np.memmap)
    empty = LayerIndex.build([])
    empty.save(tmp_path / "empty")
    assert LayerIndex.load(tmp_path / "empty").measure(parcels).parcels.hits.sum() == 0


def test_half_an_index_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "farmland"
    LayerIndex.build([box(0, 0, 1, 1), box(2, 0, 3, 1)]).save(folder)
    with pytest.raises(OSError, match="farmland"):
        LayerIndex.build([box(0, 0, 1, 1)]).save(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["farmland"]
    whole = (folder / "rings_xy.npy").read_bytes()
    for share in (0.01, 0.5, 0.99):
        (folder / "rings_xy.npy").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError, match="farmland"):
            LayerIndex.load(folder)
    (folder / "rings_xy.npy").unlink()
    with pytest.raises(InputError, match="farmland"):
        LayerIndex.load(folder)
    with pytest.raises(InputError, match="nothing"):
        LayerIndex.load(tmp_path / "nothing")


def test_the_row_of_bad_input_is_named() -> None:
    good, bow = box(0, 0, 1, 1), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeometryInvalid, match="parcel geometry 2 "):
        Polygons.of([good, good, bow])
    with pytest.raises(GeometryInvalid, match="layer geometry 1 "):
        LayerIndex.build([good, None])


@pytest.mark.parametrize("wkt", ["MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)), EMPTY)", "POLYGON((0 0, 4 0, 4 4, 0 0), EMPTY)"])
def test_a_part_without_a_point_is_refused_not_stumbled_over(wkt: str) -> None:
    shape = shapely.from_wkt(wkt)
    assert shape.is_valid
    with pytest.raises(GeometryInvalid, match=r"parcel geometry 1 .*empty"):
        Polygons.of([box(0, 0, 1, 1), shape])
    with pytest.raises(GeometryInvalid, match=r"layer geometry 0 .*empty"):
        LayerIndex.build([shape])


def test_which_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    index = LayerIndex.build([box(0, 0, 1, 1)])
    monkeypatch.setenv(VARIABLE, PLAIN)
    assert which() == PLAIN
    assert index.measure([box(0, 0, 1, 1)]).kernel == PLAIN
    assert index.measure([box(0, 0, 1, 1)], kernel=COMPILED).kernel == COMPILED
    monkeypatch.setenv(VARIABLE, "guess")
    with pytest.raises(UsageError, match="guess"):
        which()
