from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from landgis.crs import GEOGRAPHIC, WORKING
from landgis.crs import to_crs as moved
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.errors import InputError
from landgis.maps.layout import load_layout
from landgis.maps.sheet import insets
from landgis.maps.sheet.atlas import PAPERS, Atlas, atlas, load_layouts
from landgis.maps.sheet.body import Subject
from landgis.maps.sheet.insets import gathered
from landgis.maps.sheet.labels import Label
from landgis.maps.sheet.parcels import look_of
from tests.support import pdf, plan_case

GRID = (0x7D / 255, 0x93 / 255, 0xA8 / 255)
LINES = plan_case.lines(60, 9_000, 8_000)


@pytest.fixture(scope="module")
def drawn() -> Atlas:
    return atlas(plan_case.plan(LINES, approved_by="王某"))


@pytest.fixture(scope="module")
def texts(drawn: Atlas) -> list[str]:
    return [pdf.page_text(drawn.pdf, page) for page in range(len(pdf.pages(drawn.pdf)))]


def pages_of(sheet) -> range:
    return range(sheet.page - 1, sheet.page - 1 + sheet.pages)


def test_the_atlas_holds_every_kind_of_sheet_in_order(drawn, texts):
    kinds = [facts.key.split("-")[0] for facts in drawn.facts]
    assert kinds[:2] == ["overview", "index"]
    assert kinds[2:6] == ["town"] * 4
    assert set(kinds[6:-1]) == {"insets"}
    assert kinds[-1] == "tables"
    assert [page for facts in drawn.facts for page in pages_of(facts)] == list(range(len(texts)))


def test_every_page_carries_its_furniture(drawn, texts):
    for facts in drawn.facts:
        for page in pages_of(facts):
            text = texts[page]
            for words in (
                "".join(facts.title_zh.split()),
                f"图号{facts.sheet_no}",
                f"第{page + 1}页/共{len(texts)}页",
                f"校验码Check{facts.check_code}",
                "内部使用",
                "2025年11月15日",
                "2025年11月20日",
                "松江区规划和自然资源局",
                SUBSTITUTE_ZH,
                SUBSTITUTE_EN.replace(" ", ""),
            ):
                assert words in text, (facts.key, words)
        if facts.maps:
            for words in ("图例", "资料来源", "EPSG:4549", "1985国家高程基准", "坐标北", "位置示意", "王某", "审定"):
                assert words in texts[facts.page - 1], (facts.key, words)
    assert len({facts.check_code for facts in drawn.facts}) == len(drawn.facts)


def test_parcels_stand_as_text_where_the_facts_say(drawn, texts):
    for facts in drawn.facts:
        text = "".join(texts[page] for page in pages_of(facts))
        assert [parcel_id for parcel_id in facts.listed if parcel_id not in text] == []
    assert set(drawn.facts[-1].listed) == set(LINES["parcel_id"])
    assert set(drawn.facts[1].listed) == set(LINES["parcel_id"])


def test_the_index_leads_to_the_sheet_and_the_inset_of_every_parcel(drawn, texts):
    towns = {each: facts.page for facts in drawn.facts if facts.key.startswith("town") for each in facts.parcel_ids}
    enlarged: dict[str, int] = {}
    for facts in drawn.facts:
        if facts.key.startswith("insets"):
            enlarged = dict.fromkeys(facts.parcel_ids, facts.page) | enlarged
    for line in LINES.itertuples():
        where = f"{line.line_no}{line.parcel_id}{towns[line.parcel_id]}{enlarged.get(line.parcel_id, '—')}"
        assert where in texts[1]


def test_a_town_is_drawn_at_the_largest_standard_scale_that_holds_it(drawn):
    layout = load_layout("a3_town")
    for facts in drawn.facts:
        if not facts.key.startswith("town"):
            continue
        code = facts.key.removeprefix("town-")
        west, south, east, north = LINES[LINES["town_code"] == code].total_bounds
        view = facts.main.view
        corners = view.to_mm(np.array([[west, south], [east, north]]))
        padding = layout.map.padding_mm
        assert corners.min() >= padding - 0.1
        assert (corners <= np.array([view.width_mm, view.height_mm]) - padding + 0.1).all()
        larger = max(scale for scale in layout.scales if scale < view.scale)
        room = np.array([view.width_mm, view.height_mm]) - 2 * padding
        assert (np.array([east - west, north - south]) > room * larger / 1000).any()
        assert set(facts.parcel_ids) == set(LINES.loc[LINES["town_code"] == code, "parcel_id"])


def test_ticks_stand_in_the_pdf_where_the_facts_say(drawn):
    pages = pdf.pages(drawn.pdf)
    checked = 0
    for facts in drawn.facts:
        if not facts.maps:
            continue
        grid = [
            points
            for colour, points in pdf.drawing(pages[facts.page - 1]).paths
            if np.allclose(colour, GRID, atol=0.003)
        ]
        ends = np.vstack(grid).reshape(-1, 2, 2)
        upright = np.isclose(ends[:, 0, 0], ends[:, 1, 0], atol=1e-6)
        for shown in facts.maps:
            left, top, width, height = shown.neat_line_mm
            for tick in shown.ticks:
                assert tick.east_m % shown.grid_m == tick.north_m % shown.grid_m == 0
                assert left < tick.x_mm < left + width
                assert top < tick.y_mm < top + height
                assert np.abs(ends[upright, 0, 0] - tick.x_mm).min() < 0.02
                assert np.abs(ends[~upright, 0, 1] - tick.y_mm).min() < 0.02
                checked += 1
            if len(shown.ticks) == 2:
                first, last = shown.ticks
                ground = np.hypot(last.east_m - first.east_m, last.north_m - first.north_m)
                paper = np.hypot(last.x_mm - first.x_mm, last.y_mm - first.y_mm)
                assert ground == pytest.approx(paper * shown.view.scale / 1000, rel=1e-6)
    assert checked > 20


def box(label: Label) -> tuple[float, float, float, float]:
    return label.x_mm, label.y_mm, label.x_mm + label.width_mm, label.y_mm + label.height_mm


def test_no_label_leaves_its_map_or_touches_another(drawn):
    for facts in drawn.facts:
        for shown in facts.maps:
            boxes = [box(label) for label in (*shown.numbers, *shown.names)]
            for left, top, right, bottom in boxes:
                assert min(left, top) >= 0
                assert right <= shown.view.width_mm
                assert bottom <= shown.view.height_mm
            for one, other in combinations(boxes, 2):
                assert max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3]) > 0


def test_parcels_too_small_for_their_sheet_are_drawn_larger_in_an_inset(drawn):
    least = load_layout("a3_town").map.inset_below_mm
    enlarged = {
        parcel_id: shown.view.scale
        for facts in drawn.facts
        if facts.key.startswith("insets")
        for shown in facts.maps
        for parcel_id in LINES.loc[LINES.within(shapely.box(*shown.view.bounds_m)), "parcel_id"]
    }
    small = 0
    for facts in drawn.facts:
        if facts.key.startswith("town"):
            own = LINES[LINES["parcel_id"].isin(facts.parcel_ids)]
            spans = np.maximum(own.bounds["maxx"] - own.bounds["minx"], own.bounds["maxy"] - own.bounds["miny"])
            for parcel_id, span in zip(own["parcel_id"], spans, strict=True):
                if span * 1000 / facts.main.view.scale < least:
                    small += 1
                    assert enlarged[parcel_id] < facts.main.view.scale
                    assert span * 1000 / enlarged[parcel_id] > least
    assert small > 10


def test_windows_hold_every_box_once_and_no_more_than_fits():
    rng = np.random.default_rng(3)
    corners = rng.uniform(0, 3_000, (80, 2))
    bounds = np.hstack([corners, corners + rng.uniform(5, 60, (80, 2))])
    bounds[7, 2] += 900
    windows = gathered(bounds, (300, 200))
    assert sorted(each for window in windows for each in window) == list(range(80))
    assert [7] in windows
    for window in windows:
        if window != [7]:
            held = bounds[window]
            assert (held[:, 2:].max(axis=0) - held[:, :2].min(axis=0) <= (300, 200)).all()
    assert len(windows) < 75


def test_totals_of_the_sheets_are_those_of_the_lines(drawn, texts):
    towns = [facts for facts in drawn.facts if facts.key.startswith("town")]
    whole = (60, sum(LINES["area_ha"], Decimal(0)), sum(LINES["area_mu"], Decimal(0)))
    assert tuple(sum((facts.totals[place] for facts in towns), Decimal(0)) for place in range(3)) == whole
    assert all(facts.totals == whole for facts in (drawn.facts[0], drawn.facts[1], drawn.facts[-1]))
    for facts in (*towns, drawn.facts[0], drawn.facts[-1]):
        count, area_ha, area_mu = facts.totals
        text = "".join(texts[page] for page in pages_of(facts))
        assert f"合计Total{count}{area_ha:.4f}{area_mu:.4f}" in text


def test_a_sheet_alone_is_the_page_of_the_atlas(drawn, texts):
    sheet = drawn.sheets[3]
    (text,) = [pdf.page_text(sheet.pdf(), page) for page in range(len(pdf.pages(sheet.pdf())))]
    assert text == texts[sheet.facts.page - 1]
    assert sheet.pdf() == sheet.pdf()


def test_maps_are_georeferenced_in_the_pdf(drawn):
    pages = pdf.pages(drawn.pdf)
    for facts in drawn.facts:
        viewports = pages[facts.page - 1].get("/VP", [])
        assert len(viewports) == len(facts.maps)
        for viewport, shown in zip(viewports, facts.maps, strict=True):
            measure = viewport["/Measure"]
            assert (measure["/Subtype"], measure["/GCS"]["/EPSG"]) == ("/GEO", 4549)
            found = np.array([float(value) for value in measure["/GPTS"]]).reshape(4, 2)[:, ::-1]
            points, _ = moved(np.asarray(shapely.points(found)), GEOGRAPHIC, WORKING)
            west, south, east, north = shown.view.bounds_m
            wanted = [[west, south], [west, north], [east, north], [east, south]]
            assert np.abs(shapely.get_coordinates(points) - wanted).max() < 0.01
            corners = np.array([float(value) for value in viewport["/BBox"]]) * 25.4 / 72
            left, top, width, height = shown.neat_line_mm
            assert corners == pytest.approx([left, 297 - top - height, left + width, 297 - top], abs=0.01)


def test_overview_and_key_map_frame_the_whole_district():
    lines = plan_case.lines(14, 1_500, 1_300)
    towns = plan_case.boundaries(plan_case.lines(4, 20_000, 18_000))
    made = atlas(plan_case.plan(lines, boundaries=towns))
    district = shapely.union_all([each.geometry for each in towns])
    for facts in made.facts[:2]:
        assert shapely.box(*facts.main.view.bounds_m).contains(district)
        assert {label.text for label in facts.main.names} == {each.name_zh for each in towns if each.level == "town"}
    town = next(facts for facts in made.facts if facts.key.startswith("town"))
    assert town.main.view.scale < made.facts[0].main.view.scale
    assert set(made.facts[0].main.named) == set(lines["parcel_id"])
    assert len(made.facts[0].main.small_parcels) > len(town.main.small_parcels)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (2, [2]), (3, [3]), (9, [9]), (10, [5, 5]), (12, [6, 6]), (19, [7, 6, 6])]
)
def test_insets_are_dealt_evenly_and_fill_their_page(drawn, count, sizes):
    layout = load_layout("a3_insets")
    request = drawn.sheets[0].request
    subject = Subject(request, drawn.sheets[2].view, np.ones(len(LINES), dtype=bool), look_of(LINES))
    made = insets.pages([insets.Window("镇", subject, np.array([row])) for row in range(count)], layout)
    assert [len(page) for page in made] == sizes
    assert [inset.number for page in made for inset in page] == list(range(1, count + 1))
    area = layout.items.map
    for page in made:
        covered = sum(inset.box.width_mm * (inset.box.height_mm + inset.header.height_mm) for inset in page)
        assert covered > 0.74 * area.width_mm * area.height_mm


def test_only_the_towns_asked_for_get_a_sheet():
    one = atlas(plan_case.plan(LINES), towns=["泖港镇"])
    assert [facts.key for facts in one.facts if facts.key.startswith("town")] == ["town-310117109"]
    assert len(one.facts[-1].listed) == 60
    with pytest.raises(InputError, match="Nowhere") as caught:
        atlas(plan_case.plan(LINES), towns=["Nowhere"])
    assert "泖港镇" in caught.value.next_zh


def test_a_long_index_gets_pages_of_its_own():
    lines = plan_case.lines(140, 6_000, 6_000)
    made = atlas(plan_case.plan(lines, boundaries=(), context=()))
    listing = made.facts[2]
    assert listing.key == "index-list"
    assert set(listing.listed) == set(lines["parcel_id"])
    assert made.facts[1].listed == ()
    text = pdf.page_text(made.pdf, 2)
    assert all(parcel_id in text for parcel_id in listing.listed)


def test_a_plan_as_wide_as_its_largest_frame_still_gets_a_key_map():
    lines = plan_case.lines(3, 100, 100)
    lines.geometry = [
        shapely.box(x, y, x + 60, y + 40)
        for x, y in plan_case.CENTRE + np.array([[0, 0], [85_000, 0], [40_000, 30_000]])
    ]
    lines = lines.assign(town_code="310117109", town_name="泖港镇")
    made = atlas(plan_case.plan(gpd.GeoDataFrame(lines, crs=WORKING), boundaries=(), context=()))
    index = made.facts[1].main
    assert index.view.scale == made.facts[2].main.view.scale == 500_000
    assert [label.text for label in index.numbers] == [f"第 {made.facts[2].page} 页"]


def test_lines_without_a_town_get_a_sheet_that_says_so():
    lines = plan_case.lines(6, 900, 800, town_code=None, town_name=None)
    made = atlas(plan_case.plan(lines))
    assert "未注明镇（街道）" in made.facts[2].title_zh
    assert len(made.facts[2].parcel_ids) == 6


@pytest.mark.parametrize("paper", PAPERS)
def test_overviews_of_every_paper(paper):
    lines = plan_case.lines(12)
    made = atlas(plan_case.plan(lines), load_layouts(paper))
    first, second = (pdf.pages(made.pdf)[page].mediabox for page in (0, 1))
    width = {"a3": 420, "a2": 594, "a1": 841}[paper]
    assert float(first.width) == pytest.approx(width * 72 / 25.4, abs=0.01)
    assert float(second.width) == pytest.approx(420 * 72 / 25.4, abs=0.01)


def test_equal_requests_have_equal_codes_and_bytes():
    lines = plan_case.lines(8)
    one, same = (atlas(plan_case.plan(lines)) for _ in range(2))
    assert one.pdf == same.pdf
    other = atlas(plan_case.plan(lines, drawn_on=date(2025, 12, 1)))
    assert {facts.check_code for facts in one.facts}.isdisjoint({facts.check_code for facts in other.facts})
    moved_one = lines.copy()
    moved_one.loc[0, "geometry"] = shapely.affinity.translate(moved_one.geometry[0], 3.0)
    nudged = atlas(plan_case.plan(moved_one))
    assert nudged.facts[0].check_code != one.facts[0].check_code


def test_supplied_land_is_muted_and_keeps_its_number():
    lines = plan_case.lines(9, 900, 800)
    lines["muted"] = lines["line_no"] <= 3
    request = plan_case.plan(lines)
    made = atlas(request)
    town = next(
        facts
        for facts in made.facts
        if facts.key.startswith("town") and facts.parcel_ids[0] in set(lines["parcel_id"][:3])
    )
    assert "muted" in {entry.key for entry in town.legend}
    assert "已供地块" in pdf.page_text(made.pdf, town.page - 1)
    assert {label.text for label in made.facts[0].main.numbers} == {str(number) for number in range(1, 10)}
    plain = atlas(replace(request, lines=lines.assign(muted=False)))
    assert "muted" not in {entry.key for facts in plain.facts for entry in facts.legend}


def test_the_legend_of_every_sheet_is_what_its_maps_drew(drawn, texts):
    for facts in drawn.facts:
        keys = [entry.key for entry in facts.legend]
        assert len(keys) == len(set(keys))
        assert set(keys) == {entry.key for shown in facts.maps for entry in shown.drawn}
        for entry in facts.legend:
            assert "".join(entry.title_zh.split()) in texts[facts.page - 1]
    looks = {(entry.key, entry.symbol) for facts in drawn.facts for entry in facts.legend}
    assert len({key for key, _ in looks}) == len(looks)


def test_parcels_of_other_towns_are_outlined_and_not_numbered():
    lines = plan_case.lines(16, 2_000, 1_800)
    made = atlas(plan_case.plan(lines))
    towns = [facts for facts in made.facts if facts.key.startswith("town")]
    assert any("other-parcel" in {entry.key for entry in facts.legend} for facts in towns)
    for facts in towns:
        own = set(lines.loc[lines["parcel_id"].isin(facts.parcel_ids), "line_no"].map(str))
        assert {label.text for label in facts.main.numbers} == own


def test_numbers_without_room_are_told_and_drawn_in_an_inset():
    rng = np.random.default_rng(2)
    spots = rng.uniform(0, 1, (160, 2)) * (190, 160) + plan_case.CENTRE
    lines = plan_case.lines(161, 40_000, 100)
    lines.geometry = [shapely.box(x, y, x + 9, y + 8) for x, y in spots] + [
        shapely.box(
            plan_case.CENTRE[0] + 1_900, plan_case.CENTRE[1], plan_case.CENTRE[0] + 1_990, plan_case.CENTRE[1] + 90
        )
    ]
    lines = lines.assign(town_code="310117109", town_name="泖港镇")
    made = atlas(plan_case.plan(gpd.GeoDataFrame(lines, crs=WORKING), boundaries=(), context=()))
    town = next(facts for facts in made.facts if facts.key.startswith("town"))
    shown = {
        label.text for facts in made.facts if facts.key.startswith("insets") for m in facts.maps for label in m.numbers
    }
    told = {parcel_id for _, group in town.main.groups for parcel_id in group} | set(town.main.unplaced)
    assert told
    by_id = dict(zip(lines["parcel_id"], lines["line_no"].map(str), strict=True))
    lost = {by_id[parcel_id] for parcel_id in town.main.unplaced}
    assert (not lost) or "无处注记" in pdf.page_text(made.pdf, town.page - 1)
    assert lost <= shown


def test_terms_of_the_supply_are_printed_where_the_lines_have_them():
    lines = plan_case.lines(4, 900, 800, trade_mode="listing", term_years=40)
    lines["quarter"] = [1, 2, None, 4]
    lines.loc[3, "trade_mode"] = None
    made = atlas(plan_case.plan(lines))
    text = pdf.page_text(made.pdf, made.facts[-1].page - 1)
    assert "供应方式、年限、季度" in text
    assert text.count("挂牌·40年·第") == 2
    assert "40年·第4季度" in text
    assert "供应方式" not in pdf.text(atlas(plan_case.plan(plan_case.lines(4, 900, 800))).pdf)


@pytest.mark.deep
def test_long_parcel_ids_break_and_the_index_still_leads_to_the_right_pages():
    lines = plan_case.lines(180, 9_000, 9_000)
    lines["parcel_id"] = [f"{parcel_id}-{'X' * 40}" for parcel_id in lines["parcel_id"]]
    made = atlas(plan_case.plan(lines, boundaries=(), context=()))
    listing, town = made.facts[2], made.facts[3]
    assert (listing.key, listing.page) == ("index-list", 3)
    assert listing.pages > 1
    assert town.page == 3 + listing.pages
    assert f"第{town.page}页" in pdf.page_text(made.pdf, town.page - 1)


def test_no_glyph_is_missing(drawn):
    assert sum(code == 0 for page in pdf.pages(drawn.pdf) for code in pdf.drawing(page).codes) == 0
