from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pytest
import shapely

from landgis.crs import WORKING
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.errors import ContractBroken, CrsMissing, CrsUnsuitable, InputError, ToolMissing
from landgis.maps.layout import load_layout
from landgis.maps.sheet import Sheet, furniture, plan_sheet, tables
from landgis.maps.sheet.typesetting import require_fonts
from landgis.maps.style import use_class, use_label_zh
from tests.support import pdf, plan_case

GRID = (0x7D / 255, 0x93 / 255, 0xA8 / 255)
LAYOUT = load_layout()


@pytest.fixture(scope="module")
def case() -> tuple[gpd.GeoDataFrame, Sheet]:
    lines = plan_case.lines(48, 5_000, 4_800)
    return lines, plan_sheet(plan_case.plan(lines))


def symbols(sheet: Sheet) -> list[str]:
    return [entry.key for entry in sheet.facts.legend]


def corner_mm() -> np.ndarray:
    """Upper left corner of the neat line on the page."""
    box, border = LAYOUT.items.map, LAYOUT.map.border_mm
    return np.array([box.x_mm + border, box.y_mm + border])


def grid_lines(sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """Page positions (mm) of the vertical and horizontal grid lines, from the PDF's path operators."""
    (path,) = [
        points for colour, points in pdf.drawing(pdf.pages(sheet.pdf)[0]).paths if np.allclose(colour, GRID, atol=0.003)
    ]
    ends = path.reshape(-1, 2, 2)
    upright = np.isclose(ends[:, 0, 0], ends[:, 1, 0], atol=1e-6)
    return np.sort(ends[upright, 0, 0]), np.sort(ends[~upright, 0, 1])


def test_grid_in_the_pdf_is_true_to_scale(case):
    _, sheet = case
    across, down = grid_lines(sheet)
    wanted_mm = sheet.facts.main.grid_m * 1000 / sheet.scale
    assert len(across) >= 4
    assert len(down) >= 4
    assert np.abs(np.diff(across) - wanted_mm).max() < 0.01
    assert np.abs(np.diff(down) - wanted_mm).max() < 0.01


def test_grid_lines_stand_where_their_coordinates_say(case):
    _, sheet = case
    view = sheet.facts.main.view
    west, _, _, north = view.bounds_m
    across, down = grid_lines(sheet)
    eastings = west + (across - corner_mm()[0]) * view.metres_per_mm
    northings = north - (down - corner_mm()[1]) * view.metres_per_mm
    for values in (eastings, northings):
        assert np.abs(values / sheet.facts.main.grid_m - np.round(values / sheet.facts.main.grid_m)).max() < 1e-3


def test_parcel_corners_in_the_pdf_stand_at_their_coordinates(case):
    lines, sheet = case
    view = sheet.facts.main.view
    drawn = np.vstack([points for _, points in pdf.drawing(pdf.pages(sheet.pdf)[0]).paths])
    shown = lines[~lines["parcel_id"].isin(sheet.facts.main.small_parcels)]
    ground = shapely.get_coordinates(np.asarray(shown.geometry))
    wanted = view.to_mm(ground) + corner_mm()
    nearest = shapely.STRtree(shapely.points(drawn)).query_nearest(shapely.points(wanted), return_distance=True)[1]
    assert len(shown) > 40
    assert nearest.max() < 0.02


def test_scale_bar_is_true_in_millimetres(case):
    _, sheet = case
    view, box = sheet.facts.main.view, LAYOUT.items.scale_bar
    drawn = furniture.scale_bar(view, box)
    segments = [float(width) for width in re.findall(r'<rect [^>]*?width="([\d.]+)"', drawn)]
    ground_m = furniture.segment_m(view, box.width_mm)
    assert segments == pytest.approx([ground_m * 1000 / sheet.scale] * 4, abs=0.001)
    assert f"{4 * ground_m / 1000:g} km" in drawn or f"{4 * ground_m} m" in drawn
    assert f"1:{sheet.scale:,}".replace(",", " ") in drawn


def test_everything_on_the_sheet_can_be_searched(case):
    lines, sheet = case
    text = pdf.text(sheet.pdf)
    assert "松江区2026年度农村集体经营性建设用地入市供应计划图" in text
    assert set(lines["parcel_id"]) <= set(re.findall(r"3\d{11}JB\d{5}", text))
    for words in (
        "图例",
        "地块一览表",
        "分类汇总",
        "资料来源",
        "中央经线120°E",
        "EPSG:4549",
        "坐标北",
        "内部使用",
        f"制图{sheet.request.drawn_on}",
        "审定",
    ):
        assert words in text
    assert len(pdf.pages(sheet.pdf)) == sheet.facts.pages
    assert f"第2页/共{sheet.facts.pages}页" in pdf.page_text(sheet.pdf, 1)


def test_totals_on_the_sheet_are_the_sum_of_the_printed_rows(case):
    lines, sheet = case
    text = pdf.text(sheet.pdf)
    area_ha, area_mu = (sum(lines[column], Decimal(0)) for column in ("area_ha", "area_mu"))
    whole = f"合计Total48{area_ha:.4f}{area_mu:.4f}"
    assert text.count(whole) == 2
    assert f"合计Total48宗{area_ha:.4f}{area_mu:.4f}" in text
    rows = tables.schedule(lines)
    assert sum(Decimal(row["ha"]) for row in rows) == area_ha
    assert all(f"{row['ha']}{row['mu']}{row['verdict']}" in text for row in rows)


def test_area_basis_counts_the_lines(case):
    lines, sheet = case
    registered = int((lines["area_basis"] == "registered").sum())
    assert 0 < registered < 48
    assert f"登记面积{registered}宗，椭球面积{48 - registered}宗" in pdf.text(sheet.pdf)


def test_legend_prints_exactly_what_is_drawn(case):
    lines, sheet = case
    page = pdf.page_text(sheet.pdf, 0)
    uses = {use_class(code) for code in lines["planned_use_code"]}
    assert {key for key in symbols(sheet) if key.startswith("use-")} == {f"use-{code}" for code in uses}
    assert len(re.findall(r'id="symbol-\d+"', sheet.svg)) == len(symbols(sheet))
    assert all(use_label_zh(code).replace(" ", "") in page for code in uses)
    for key, words in {"water": "河湖水面", "boundary-town": "镇（街道）界", "small-parcel": "图上过小的地块"}.items():
        assert key in symbols(sheet)
        assert page.count(words) == 1


def test_a_layer_outside_the_frame_is_neither_drawn_nor_in_the_legend():
    lines = plan_case.lines(5, 800, 800)
    far = gpd.GeoDataFrame(geometry=[shapely.box(560_000, 3_400_000, 561_000, 3_401_000)], crs=WORKING)
    request = plan_case.plan(lines)
    water, *rest = request.context
    sheet = plan_sheet(replace(request, context=(replace(water, features=far), *rest)))
    assert "water" not in symbols(sheet)
    assert "河湖水面" not in pdf.text(sheet.pdf)
    assert "development_boundary" in symbols(sheet)


@pytest.mark.parametrize("substitute", [True, False])
def test_stand_in_data_are_named_on_every_page(substitute):
    request = replace(plan_case.plan(plan_case.lines(48)), substitute=substitute, sources=())
    sheet = plan_sheet(request)
    found = [
        SUBSTITUTE_ZH in pdf.page_text(sheet.pdf, page)
        and SUBSTITUTE_EN.replace(" ", "") in pdf.page_text(sheet.pdf, page)
        for page in range(sheet.facts.pages)
    ]
    assert found == [substitute] * sheet.facts.pages


def test_open_points_cut_on_the_sheet_stand_in_full_on_the_next_page(case):
    lines, sheet = case
    first = "".join(pdf.page_text(sheet.pdf, page) for page in range(1, sheet.facts.pages))
    assert sheet.facts.rows_on_sheet < 48
    for row in lines.itertuples():
        assert not row.open_points_zh or row.open_points_zh in first


def test_equal_requests_give_equal_bytes():
    lines = plan_case.lines(12)
    assert plan_sheet(plan_case.plan(lines)).pdf == plan_sheet(plan_case.plan(lines)).pdf
    other = plan_sheet(replace(plan_case.plan(lines), drawn_on=date(2025, 12, 1)))
    assert other.pdf != plan_sheet(plan_case.plan(lines)).pdf


SHAPES = {
    "heaped": (80, 60_000, 40),
    "square": (45, 9_000, 8_000),
    "wide": (20, 26_000, 1_500),
    "tall": (30, 1_200, 24_000),
    "tiny": (1, 60, 40),
    "crowded": (400, 4_500, 4_500),
    "packed": (120, 300, 260),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_plan_keeps_the_promises(shape):
    lines = plan_case.lines(*SHAPES[shape])
    sheet = plan_sheet(plan_case.plan(lines))
    view = sheet.facts.main.view
    west, south, east, north = lines.total_bounds
    inside = view.to_mm(np.array([[west, south], [east, north]]))
    assert sheet.scale in LAYOUT.scales
    assert inside.min() >= 0
    assert inside[:, 0].max() <= view.width_mm
    assert inside[:, 1].max() <= view.height_mm
    across, _ = grid_lines(sheet)
    assert np.abs(np.diff(across) - sheet.facts.main.grid_m * 1000 / sheet.scale).max() < 0.01
    grouped = {parcel_id for _, members in sheet.facts.main.groups for parcel_id in members}
    alone = lines.loc[~lines["parcel_id"].isin(grouped), "line_no"]
    assert [label.text for label in sheet.facts.main.numbers] == [
        *map(str, alone),
        *(text for text, _ in sheet.facts.main.groups),
    ]
    for label in sheet.facts.main.numbers:
        assert label.x_mm >= 0
        assert label.y_mm >= 0
        assert label.x_mm + label.width_mm <= view.width_mm
        assert label.y_mm + label.height_mm <= view.height_mm
    assert set(lines["parcel_id"]) <= set(re.findall(r"3\d{11}JB\d{5}", pdf.text(sheet.pdf)))
    assert missing_glyphs(sheet) == 0


def missing_glyphs(sheet: Sheet) -> int:
    return sum(code == 0 for page in pdf.pages(sheet.pdf) for code in pdf.drawing(page).codes)


def test_a_missing_glyph_would_be_noticed():
    sheet = plan_sheet(plan_case.plan(plan_case.lines(1), subtitle_zh="\U000f1234"))
    assert missing_glyphs(sheet) > 0


def test_multipart_parcels_are_drawn_and_counted_in_the_legend():
    lines = plan_case.lines(9, 900, 800)
    single = plan_sheet(plan_case.plan(lines))
    lines.geometry = [shapely.MultiPolygon([shape]) for shape in lines.geometry]
    assert plan_sheet(plan_case.plan(lines)).svg == single.svg
    assert sum(key.startswith("use-") for key in symbols(single)) == lines["planned_use_code"].map(use_class).nunique()


def test_small_parcels_are_seen_as_points():
    lines = plan_case.lines(2, 40_000, 30_000)
    sheet = plan_sheet(plan_case.plan(lines, boundaries=()))
    assert set(sheet.facts.main.small_parcels) == set(lines["parcel_id"])
    assert "small-parcel" in symbols(sheet)


def test_close_lying_small_parcels_share_an_outline_and_a_label():
    lines = plan_case.lines(30, 500, 400)
    lines.geometry = [
        shape if row else shapely.affinity.translate(shape, 45_000, 30_000) for row, shape in enumerate(lines.geometry)
    ]
    sheet = plan_sheet(plan_case.plan(lines, boundaries=(), context=()))
    ((text, members),) = sheet.facts.main.groups
    assert text == "2–30"
    assert members == tuple(lines["parcel_id"][1:])
    assert [label.text for label in sheet.facts.main.numbers] == ["1", "2–30"]
    assert {"parcel-group", "small-parcel"} < set(symbols(sheet))
    assert "2–30" in pdf.page_text(sheet.pdf, 0)
    assert "密集地块范围" in pdf.page_text(sheet.pdf, 0)
    assert set(sheet.facts.main.small_parcels) == set(lines["parcel_id"])


def test_a_plan_without_lines_is_refused():
    empty = plan_case.lines(1).iloc[:0]
    with pytest.raises(InputError, match="no lines") as caught:
        plan_sheet(replace(plan_case.plan(plan_case.lines(1)), lines=empty))
    assert "没有地块" in caught.value.zh


def test_totals_that_do_not_add_up_are_refused():
    request = plan_case.plan(plan_case.lines(6))
    wrong = request.totals_by_town.copy()
    wrong.loc[0, "area_ha"] += Decimal("0.0001")
    with pytest.raises(ContractBroken, match="totals_by_town"):
        plan_sheet(replace(request, totals_by_town=wrong))
    with pytest.raises(ContractBroken, match="area_mu"):
        plan_sheet(replace(request, totals_by_use=request.totals_by_use.drop(columns="area_mu")))


@pytest.mark.parametrize(("crs", "error"), [(4490, CrsUnsuitable), (3857, CrsUnsuitable), (None, ContractBroken)])
def test_other_coordinates_are_refused(crs, error):
    request = plan_case.plan(plan_case.lines(3))
    lines = request.lines.to_crs(crs) if crs else request.lines.set_crs(None, allow_override=True)
    with pytest.raises(error):
        plan_sheet(replace(request, lines=lines))


def test_a_layer_in_another_crs_is_refused():
    request = plan_case.plan(plan_case.lines(3))
    layer = replace(request.context[0], features=request.context[0].features.to_crs(4490))
    with pytest.raises(CrsUnsuitable, match="Water"):
        plan_sheet(replace(request, context=(layer,)))


def test_the_crs_of_lines_without_one_cannot_be_asked():
    request = plan_case.plan(plan_case.lines(3))
    with pytest.raises(CrsMissing):
        assert replace(request, lines=request.lines.set_crs(None, allow_override=True)).crs


def test_parcels_spread_over_a_country_are_refused():
    lines = plan_case.lines(2, 10, 10)
    lines.geometry = [lines.geometry.iloc[0], shapely.affinity.translate(lines.geometry.iloc[1], 900_000)]
    with pytest.raises(InputError, match="do not fit"):
        plan_sheet(plan_case.plan(lines, boundaries=(), context=()))


HOSTILE = '"]; #panic("x") *粗* $x$ <b>&amp; </text><script>\\u{41} {{7*7}} #sys.inputs // /* %'


def test_text_from_data_is_printed_and_never_run():
    lines = plan_case.lines(3, 600, 500, village_name=HOSTILE, owner_name=HOSTILE, open_points_zh=HOSTILE)
    request = plan_case.plan(lines, prepared_by=HOSTILE, notes_zh=(HOSTILE,), sheet_no="#1")
    towns = tuple(replace(boundary, name_zh="<镇&>") for boundary in request.boundaries)
    sheet = plan_sheet(replace(request, boundaries=towns))
    text = pdf.text(sheet.pdf)
    assert "".join(HOSTILE.split()) in text
    assert "<镇&>" in text


def test_a_missing_font_is_named_with_its_package():
    with pytest.raises(ToolMissing) as caught:
        require_fonts(frozenset({"DejaVu Sans", "Noto Serif CJK SC"}))
    assert "fonts-noto-cjk" in caught.value.next_zh
    assert "Noto Sans CJK SC" in caught.value.en
    assert "Serif" not in caught.value.en


def test_unused_room_is_not_filled_with_empty_headings():
    request = plan_case.plan(plan_case.lines(1, 60, 40), boundaries=(), context=(), sources=(), substitute=False)
    sheet = plan_sheet(request)
    text = pdf.text(sheet.pdf)
    assert sheet.facts.pages == 1
    for words in ("资料来源", "控制线", "位置示意", "替代数据"):
        assert words not in text
    assert json.dumps(symbols(sheet)) == '["use-0701"]'
