from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import landgis.maps
from landgis.domain.catalogue import HATCHES, LayerStyle
from landgis.domain.land_use import PlannedClass, Scheme, planned_class
from landgis.domain.outcome import VERDICTS
from landgis.errors import ConfigError
from landgis.exchange.catalogue import load_catalogue
from landgis.maps import svg
from landgis.maps.layout import load_layout, read_layout
from landgis.maps.sheet.groups import crowded, spans
from landgis.maps.sheet.labels import place
from landgis.maps.sheet.view import choose_view, grid_values, kilometres, round_length
from landgis.maps.style import VERDICT_EN, in_grey, layer_symbol, use_class, use_symbol, use_symbols, verdict_symbol
from landgis.services.planning.draw import CONTEXT

SCALES = load_layout().scales
LEVEL_TWO = [f"{group:02d}{member:02d}" for group in range(1, 25) for member in range(1, 15)]


def look(symbol):
    hatch = symbol.hatch
    return symbol.fill, (hatch.kind, hatch.spacing_mm) if hatch else None


def test_uses_that_may_be_planned_look_different():
    uses = [
        code
        for code in LEVEL_TWO
        if planned_class(code, Scheme.GUIDE_2023) not in (PlannedClass.UNRECOGNISED, PlannedClass.FORBIDDEN)
    ]
    looks = {code: look(use_symbol(code)) for code in uses}
    assert len(uses) > 40
    assert len(set(looks.values())) == len(uses)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(LEVEL_TWO), min_size=1, max_size=12))
def test_the_uses_of_one_plan_differ_in_a_grey_print(codes):
    known = {code for code in codes if planned_class(code, Scheme.GUIDE_2023) is not PlannedClass.UNRECOGNISED}
    symbols = use_symbols(known)
    assert set(symbols) == known
    assert len({in_grey(symbol) for symbol in symbols.values()}) == len(known)
    assert symbols == use_symbols(sorted(known, reverse=True))
    assert all(symbols[code].fill == use_symbol(code).fill for code in known)


def test_what_is_drawn_around_parcels_differs_in_a_grey_print():
    catalogue = load_catalogue(Path(__file__).resolve().parents[2] / "layers")
    symbols = [layer_symbol(catalogue.require(key).style) for key in CONTEXT]
    assert len({(in_grey(symbol)[:2], symbol.dash_mm) for symbol in symbols}) == len(CONTEXT)


@pytest.mark.parametrize(("old", "new"), [("dash_mm: [4, 1]", "dash_mm: [4, -1]"), ("hatch: none", "hatch: stripes")])
def test_a_broken_style_is_an_error_that_says_where(tmp_path, old, new):
    text = (Path(__file__).resolve().parents[2] / "layers/development_boundary.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "development_boundary.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_catalogue(tmp_path)
    assert "development_boundary.yaml: style." in str(caught.value.where)


def test_a_dashed_boundary_is_wide_enough_to_show_its_gaps():
    dashed = LayerStyle((250, 222, 205), (178, 60, 28), "none", "边界", "Boundary", dash_mm=(4.0, 1.0))
    assert layer_symbol(dashed).dash_mm == (4.0, 1.0)
    assert layer_symbol(dashed).stroke_mm > 0.3
    assert 'stroke-dasharray="4 1"' in svg.swatch(layer_symbol(dashed), "area", 8, 4)


def test_a_use_is_drawn_by_its_second_level():
    assert use_class("090102") == "0901"
    assert use_class("090000") == "09"
    assert use_symbol("090102") == use_symbol("0901")
    assert use_symbol("9999") != use_symbol("0901")


def test_verdicts_differ_in_colour_hatch_and_word():
    symbols = [verdict_symbol(verdict) for verdict in VERDICTS]
    assert len({symbol.fill for symbol in symbols}) == len(VERDICTS)
    assert len({symbol.hatch and symbol.hatch.kind for symbol in symbols}) == len(VERDICTS)
    assert set(VERDICT_EN) == set(VERDICTS)


@pytest.mark.parametrize("hatch", HATCHES)
def test_every_hatch_of_the_catalogue_is_drawn(hatch):
    filled = layer_symbol(LayerStyle((190, 226, 190), (0, 104, 55), hatch, "红线", "Line"))
    assert filled.fill == "#bee2be"
    assert filled.stroke == "#33865f"
    assert (filled.hatch is None) == (hatch == "none")


def test_a_layer_without_fill_is_a_heavier_line():
    symbol = layer_symbol(LayerStyle(None, (192, 0, 0), "none", "边界", "Boundary"))
    assert symbol.fill == ""
    assert symbol.stroke_mm > layer_symbol(LayerStyle((1, 2, 3), (192, 0, 0), "none", "边", "B")).stroke_mm


def layout_text() -> str:
    return (Path(landgis.maps.__file__).parent / "layouts/a3_plan.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title: {x_mm: 100,", "title: {x_mm: 1,", "title leaves the margin"),
        ("subtitle: {x_mm: 100, y_mm: 20.5", "subtitle: {x_mm: 100, y_mm: 12", "title covers subtitle"),
        ("scales: [500, 1000", "scales: [1000, 500", "scales must rise"),
        ("  title: {", "  titel: {", "titel"),
        ("name: a3_plan", "name: [", "a3"),
        ("small: 7,", "small: 6.5,", "greater than or equal to 7"),
    ],
)
def test_a_wrong_layout_is_refused_by_name(old, new, fault):
    assert old in layout_text()
    with pytest.raises(ConfigError) as caught:
        read_layout(layout_text().replace(old, new, 1), "a3.yaml")
    assert fault in caught.value.en + caught.value.where


@pytest.mark.parametrize("paper", ["a2", "a1"])
def test_a_larger_paper_has_the_same_sheet_grown_with_it(paper):
    small, large = load_layout("a3_overview"), load_layout(f"{paper}_overview")
    times = large.paper.height_mm / small.paper.height_mm
    assert times == pytest.approx({"a2": 2**0.5, "a1": 2}[paper], rel=0.001)
    for (name, box), (_, grown) in zip(small.items, large.items, strict=True):
        assert grown.width_mm == pytest.approx(box.width_mm * times, rel=0.001), name
    assert large.type_pt.table == pytest.approx(small.type_pt.table * times, rel=0.001)
    assert large.map.small_parcel_mm == small.map.small_parcel_mm
    assert large.scales == small.scales
    with pytest.raises(ConfigError, match="Paper"):
        read_layout("name: a0\nenlarges: a3_overview\n", "a0.yaml")


@given(st.floats(300_000, 700_000), st.floats(3_300_000, 3_600_000), st.floats(1, 60_000), st.floats(1, 60_000))
def test_the_scale_is_the_largest_that_fits(west, south, width, height):
    extent = (west, south, west + width, south + height)
    view = choose_view(extent, None, (235, 232), 10, SCALES)
    low, _, high, _ = view.bounds_m
    assert low <= west
    assert high >= west + width
    larger = [scale for scale in SCALES if scale < view.scale]
    if larger:
        assert max(width / 215, height / 212) > larger[-1] / 1000


def test_the_frame_centres_on_the_district_where_it_fits():
    district = (590_000.0, 3_420_000.0, 600_000.0, 3_430_000.0)
    parcels = (591_000.0, 3_421_000.0, 599_000.0, 3_423_000.0)
    view = choose_view(parcels, district, (235, 232), 10, SCALES)
    west, south, east, north = view.bounds_m
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((595_000, 3_425_000), abs=1)


@pytest.mark.parametrize(("least", "wanted"), [(0.3, 1), (1, 1), (1.1, 2), (17.5, 20), (875, 1000), (3500, 5000)])
def test_round_lengths(least, wanted):
    assert round_length(least) == wanted


def test_grid_values_and_labels():
    assert grid_values(595_900, 599_000, 1000) == [596_000, 597_000, 598_000]
    assert [kilometres(598_000, step) for step in (1000, 500, 20, 1)] == ["598", "598.0", "598.00", "598.000"]


def boxes_of(labels):
    return [(label.x_mm, label.y_mm, label.x_mm + label.width_mm, label.y_mm + label.height_mm) for label in labels]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 90), st.integers(0, 10_000), st.sampled_from([200, 60, 25]))
def test_labels_stay_inside_and_never_touch(count, seed, side):
    rng = np.random.default_rng(seed)
    middles = rng.uniform(2, side - 2, (count, 2))
    half = rng.uniform(0.3, 5, (count, 1))
    anchors = np.hstack([middles - half, middles + half])
    rooms = np.hstack([middles, half])
    sizes = np.tile([[4.0, 2.4]], (count, 1))
    texts = [str(number) for number in range(count)]
    placed = place(texts, sizes, anchors, rooms, (side, side))
    assert placed == place(texts, sizes, anchors, rooms, (side, side))
    assert all(label is None or label.text == text for label, text in zip(placed, texts, strict=True))
    labels = [label for label in placed if label is not None]
    assert side < 200 or len(labels) == count
    assert labels
    for left, top, right, bottom in boxes_of(labels):
        assert min(left, top) >= 0
        assert max(right, bottom) <= side
    for one, other in combinations(boxes_of(labels), 2):
        apart = max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])
        assert apart >= 0.3 - 1e-9


def test_a_frame_too_small_for_a_label_goes_without():
    anchor = np.array([[0.5, 0.5, 1.5, 1.5]])
    assert place(["1"], np.array([[4.0, 2.4]]), anchor, np.array([[1.0, 1.0, 0.5]]), (3.0, 3.0)) == [None]


def test_a_number_beside_another_parcel_gets_a_leader():
    anchors = np.array([[50.0, 50.0, 51.0, 51.0], [51.2, 45.0, 60.0, 56.0], [40.0, 45.0, 49.8, 56.0]])
    rooms = np.array([[50.5, 50.5, 0.5], [55.0, 50.0, 4.0], [45.0, 50.0, 4.0]])
    first, second, _ = place(["1", "2", "3"], np.full((3, 2), 2.4), anchors, rooms, (100, 100))
    assert second.leader_mm is None
    assert first.leader_mm is not None
    assert first.leader_mm[2:] == (50.5, 50.5)


def test_multipolygons_and_collections_are_drawn():
    one, two = (
        shapely.box(0, 0, 2, 2),
        shapely.Polygon(shapely.box(5, 5, 9, 9).exterior, [shapely.box(6, 6, 7, 7).exterior]),
    )
    line = shapely.LineString([(0, 0), (3, 3)])
    mixed = np.array([shapely.GeometryCollection([shapely.MultiPolygon([one, two]), line])], dtype=object)
    assert svg.areas_path(mixed).count("Z") == 3
    assert svg.lines_path(mixed) == "M0.000,0.000 3.000,3.000"
    assert svg.areas_path(np.array([one, two], dtype=object)) == svg.areas_path(mixed)
    assert svg.areas_path(np.array([], dtype=object)) == ""


def test_holes_run_against_their_shell():
    ring = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(3, 3, 6, 6).exterior])
    for turned in (ring, shapely.reverse(ring)):
        shell, hole = (
            shapely.Polygon([tuple(map(float, point.split(","))) for point in part.split()])
            for part in svg.areas_path(np.array([turned], dtype=object)).strip("MZ").split("ZM")
        )
        assert shell.exterior.is_ccw != hole.exterior.is_ccw


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([7], "7"),
        ([3, 1, 2], "1–3"),
        ([1, 2, 3, 7, 9, 8], "1–3, 7–9"),
        (list(range(1, 60, 2)), "30 宗"),
    ],
)
def test_line_numbers_in_short(numbers, text):
    assert spans(numbers) == text


def test_a_note_has_room_for_more_line_numbers_than_a_label():
    numbers = list(range(1, 60, 2))
    assert spans(numbers, 160) == ", ".join(map(str, numbers))


def test_groups_are_chains_of_overlapping_points():
    chain = np.column_stack([np.arange(10) * 2.0, np.zeros(10)])
    points = np.vstack([chain, [[100.0, 100.0], [101.0, 100.0]]])
    positions, numbers = list(range(20, 32)), list(range(1, 13))
    (group,) = crowded(points, positions, numbers, 2.5, 8)
    assert group.members == tuple(range(20, 30))
    assert group.text == "1–10"
    assert shapely.contains(group.outline_mm, shapely.points(chain)).all()
    assert crowded(points, positions, numbers, 1.5, 8) == []
    assert crowded(np.empty((0, 2)), [], [], 2.5, 8) == []


def test_a_chain_that_runs_far_is_parted():
    chain = np.column_stack([np.arange(64) * 1.5 + 0.1, np.full(64, 5.0)])
    groups = crowded(chain, list(range(64)), list(range(1, 65)), 2.5, 8)
    assert len(groups) == 5
    assert sorted(member for group in groups for member in group.members) == list(range(64))
    for group in groups:
        left, _, right, _ = group.outline_mm.bounds
        assert right - left <= 20 + 2.5
