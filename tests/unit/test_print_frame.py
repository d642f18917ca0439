"""The frame of a print: its ground by paper and scale, and a print of planted ground measured on its own paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landgis.crs import WORKING
from landgis.domain.catalogue import LayerStyle
from landgis.domain.district import BEIJING
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.domain.leaving import CONTINUOUS_LIMIT_M2, full_element
from landgis.errors import UsageError
from landgis.maps.checking import print_faults
from landgis.maps.classes import classes_of
from landgis.maps.material import Boundary, ContextLayer, Source
from landgis.maps.sheet.prints import PAPERS, SCALES, TURNS, Print, Sum, ViewPrint, frame, layout_of, print_view, sheets
from landgis.maps.sheet.view import View
from landgis.services.printing.cutting import cut_to_frame
from tests.support import pdf

EAST, NORTH = 615_000.0, 3_424_000.0
MOMENT = datetime(2026, 11, 23, 10, 20, tzinfo=BEIJING)
CLEAR_LINE = (0x00 / 255, 0x54 / 255, 0x3D / 255)


@given(
    st.sampled_from(PAPERS),
    st.sampled_from(TURNS),
    st.sampled_from(SCALES),
    st.floats(300_000, 700_000),
    st.floats(3_000_000, 3_900_000),
)
def test_a_frame_is_the_ground_of_its_paper_around_its_middle(
    paper: str, turn: str, scale: int, east: float, north: float
) -> None:
    view = frame(layout_of(paper, turn), scale, (east, north))
    west, south, right, top = view.bounds_m
    assert (right - west) * 1000 / scale == pytest.approx(view.width_mm, abs=1e-3)
    assert (top - south) * 1000 / scale == pytest.approx(view.height_mm, abs=1e-3)
    assert ((west + right) / 2, (south + top) / 2) == pytest.approx((east, north), abs=0.0051)
    corner = view.to_mm(np.array([[west, top]]))[0]
    assert corner == pytest.approx([0, 0], abs=1e-6)


def test_every_paper_holds_its_map_and_turns_on_its_side() -> None:
    offered = {(each.paper, each.turn): each for each in sheets()}
    assert len(offered) == len(PAPERS) * len(TURNS)
    for (paper, turn), sheet in offered.items():
        other = offered[paper, "portrait" if turn == "landscape" else "landscape"]
        assert (sheet.width_mm, sheet.height_mm) == (other.height_mm, other.width_mm)
        assert sheet.map_width_mm * sheet.map_height_mm > 0.4 * sheet.width_mm * sheet.height_mm


def test_no_frame_of_a_large_scale_reaches_the_limit_of_continuous_ground() -> None:
    large = [scale for scale in SCALES if full_element("water", scale)]
    assert max(large) == 5000
    ground_m2 = max(each.map_width_mm * each.map_height_mm * (max(large) / 1000) ** 2 for each in sheets())
    assert ground_m2 < CONTINUOUS_LIMIT_M2 / 3


@pytest.mark.parametrize(
    ("paper", "turn", "scale"), [("a5", "landscape", 500), ("a4", "across", 500), ("a4", "portrait", 1234)]
)
def test_a_paper_or_scale_that_is_not_offered_is_refused(paper: str, turn: str, scale: int) -> None:
    with pytest.raises(UsageError):
        frame(layout_of(paper, turn), scale, (EAST, NORTH))


def _lines(**changes: object) -> gpd.GeoDataFrame:
    """A clear square of 40 m by 30 m in the middle, a flagged one beside it, one outside the filter."""
    shapes = [shapely.box(EAST + x, NORTH, EAST + x + 40, NORTH + 30) for x in (-20, 60, -90)]
    area = Decimal("0.1200")
    frame_ = {
        "parcel_id": ["SJ-001", "SJ-002", "SJ-003"],
        "line_no": [1, 2, 0],
        "inside": [True, True, False],
        "verdict": ["clear", "flagged", "excluded"],
        "town_name": "叶榭镇",
        "village_name": "东村",
        "planned_use_zh": "0901 商业用地",
        "area_ha": np.array([area] * 3, dtype=object),
        "area_mu": np.array([area * 15] * 3, dtype=object),
        "open_zh": "",
        "cut": False,
    }
    return gpd.GeoDataFrame(frame_ | changes, geometry=shapes, crs=WORKING)


def _style(zh: str) -> LayerStyle:
    return LayerStyle(legend_zh=zh, legend_en="Layer", stroke_rgb=(90, 120, 20), fill_rgb=(200, 220, 120), hatch="none")


def _request(paper: str = "a4", turn: str = "landscape", scale: int = 1000, **changes: object) -> ViewPrint:
    ground = gpd.GeoDataFrame(geometry=[shapely.box(EAST - 60, NORTH - 60, EAST + 90, NORTH - 10)], crs=WORKING)
    survey = classes_of("survey")
    both = Sum(2, Decimal("0.2400"), Decimal("3.6000"))
    made = ViewPrint(
        title_zh="泖港镇北片",
        subtitle_zh="筛查批次 R000007",
        view=frame(layout_of(paper, turn), scale, (EAST, NORTH)),
        lines=_lines(),
        inside=both,
        total=Sum(9, Decimal("1.2000"), Decimal("18.0000")),
        filter_words=("结论：符合或待核", "verdict: clear or flagged"),
        context=(
            ContextLayer("permanent_basic_farmland", _style("永久基本农田"), ground, "2026-01"),
            ContextLayer("survey_land_use-x", _style("国土调查地类"), ground, "2025-12", survey[0]),
            ContextLayer("water", _style("水系"), ground.translate(5000).to_frame("geometry"), "2026-01"),
        ),
        boundaries=(Boundary("叶榭镇", "town", shapely.Point(EAST, NORTH).buffer(5000)),),
        sources=(Source("永久基本农田", "2026-01", "沪〔2026〕1号", date(2026, 1, 1), True),),
        substitute=True,
        as_of=date(2026, 6, 30),
        drawn_by="规划员甲",
        drawn_at=MOMENT,
        sheet_no="R000007",
        remarks=(("图层“乙”未绘。", "B is left out."),),
    )
    return replace(made, **changes)


@pytest.fixture(scope="module")
def made() -> Print:
    return print_view(_request(), layout_of("a4", "landscape"))


def _boxes(made: Print, colour: tuple[float, ...] | None = None) -> np.ndarray:
    """Extents of what is drawn on the page, in one colour of line or in any; millimetres."""
    drawn = pdf.drawing(pdf.pages(made.pdf)[0])
    wanted = [
        points
        for own, points in drawn.paths
        if colour is None or (len(own) == 3 and np.allclose(own, colour, atol=0.003))
    ]
    found = [points for points in wanted if len(points)]
    return np.array([[*points.min(axis=0), *points.max(axis=0)] for points in found])


def test_lengths_on_the_paper_are_true(made: Print) -> None:
    """40 m by 30 m at 1:1,000 are 40 mm by 30 mm, and stand in the middle of the map; so are the bars of the scale."""
    boxes = _boxes(made, CLEAR_LINE)
    sizes = boxes[:, 2:] - boxes[:, :2]
    parcel = boxes[np.abs(sizes - [40, 30]).max(axis=1) < 0.05]
    assert len(parcel) == 1
    left, top, width, height = made.facts.main.neat_line_mm
    middle = np.array([left + width / 2, top + height / 2])
    assert parcel[0, :2] == pytest.approx(middle + np.array([-20, -30]), abs=0.05)
    assert parcel[0, 2:] == pytest.approx(middle + np.array([20, 0]), abs=0.05)
    bars = [each for each in _boxes(made) if abs(each[3] - each[1] - 1.6) < 0.02]
    assert sum(each[2] - each[0] for each in bars) == pytest.approx(40, abs=0.05)
    assert "40m" in pdf.page_text(made.pdf, 0)


def test_it_says_what_it_shows_and_nothing_else(made: Print) -> None:
    text = pdf.text(made.pdf)
    for words in (
        "泖港镇北片", "1:1000", "EPSG:4549", "内部使用", SUBSTITUTE_ZH, "打印规划员甲2026-11-2310:20",
        "结论：符合或待核", "共2宗，合计0.2400公顷（3.6000亩）", "共9宗，合计1.2000公顷（18.0000亩）", "永久基本农田（2026-01）",
        "国土调查地类（2025-12）", classes_of("survey")[0].zh, "筛选以外的地块", "图层“乙”未绘", "SJ-001", "SJ-002", "沪〔2026〕1号",
    ):  # fmt: skip
        assert words in text, words
    for words in ("水系", "SJ-003", "无法判定undecidable"):
        assert words not in text, words
    assert b"/EPSG 4549" in made.pdf
    assert print_faults(made) == ()


@pytest.mark.parametrize(("paper", "turn"), [(paper, turn) for paper in ("a4", "a3", "a2") for turn in TURNS])
def test_no_paper_has_a_fault_with_numbers_or_without(paper: str, turn: str) -> None:
    for numbered in (True, False):
        made = print_view(_request(paper, turn, 2000, numbered=numbered), layout_of(paper, turn))
        assert print_faults(made) == ()
        assert ("SJ-001" in pdf.text(made.pdf)) is numbered


def test_words_too_long_for_the_panel_stand_overleaf() -> None:
    sources = tuple(Source(f"资料{number}" * 9, "2026-01", "文号" * 12) for number in range(30))
    wanted = _request("a4", "portrait", sources=sources, filter_words=("甲" * 400, "A" * 60), numbered=False)
    made = print_view(wanted, layout_of("a4", "portrait"))
    assert made.facts.pages >= 2
    assert "资料来源与说明见续页" in pdf.page_text(made.pdf, 0)
    following = pdf.text(made.pdf).removeprefix(pdf.page_text(made.pdf, 0))
    assert "甲" * 40 in following
    assert "资料29" in following
    assert print_faults(made) == ()


def test_an_empty_frame_says_none() -> None:
    nothing = Sum(0, Decimal("0.0000"), Decimal("0.0000"))
    made = print_view(_request(lines=_lines().iloc[:0], inside=nothing, context=()), layout_of("a4", "landscape"))
    assert "共0宗，合计0.0000公顷（0.0000亩）" in pdf.text(made.pdf)
    assert print_faults(made) == ()


def test_a_sum_or_a_parcel_that_is_not_so_is_found(made: Print) -> None:
    more = replace(made, request=replace(made.request, inside=Sum(3, Decimal("0.3600"), Decimal("5.4000"))))
    assert {fault.code for fault in print_faults(more)} == {"total-false"}
    moved = made.request.lines.set_geometry(made.request.lines.translate(1.0))
    shifted = replace(made, request=replace(made.request, lines=moved))
    assert "parcel-shifted" in {fault.code for fault in print_faults(shifted)}


def test_an_outline_that_touches_the_cut_keeps_its_areas() -> None:
    """At 1:1,000 the cut runs one metre outside the frame: along it lies an edge of this outline."""
    view = View(1000, 0.0, 0.0, 100.0, 100.0)
    inside, touching = shapely.box(90, 10, 110, 20), shapely.box(101, 30, 110, 40)
    shape = shapely.union_all([inside, touching, shapely.box(105, 15, 110, 35)])
    (cut, whole) = cut_to_frame(np.array([shape, inside], dtype=object), np.array([True, False]), view)
    assert cut.equals(shapely.box(90, 10, 101, 20))
    assert whole.equals(inside)
