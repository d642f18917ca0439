from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landgis.domain.sheet_fault import CODES, SheetFault
from landgis.errors import ContractBroken
from landgis.maps.checking import atlas_faults, set_faults, sheet_faults
from landgis.maps.checking.glyphs import extent
from landgis.maps.checking.pdf_strings import shown
from landgis.maps.checking.printed import Printed
from landgis.maps.checking.set_page import SetPage, read_pages
from landgis.maps.checking.words import word_faults
from landgis.maps.sheet import Sheet, plan_sheet
from landgis.maps.sheet.atlas import Atlas, atlas
from landgis.maps.sheet.typesetting import compose_sheets, stamp
from tests.support import pdf, plan_case
from tests.support.districts import District, districts

GRID = (0x7D / 255, 0x93 / 255, 0xA8 / 255)
Content = dict[str, Any]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return plan_sheet(plan_case.plan(plan_case.lines(36, 5_000, 4_800)))


@pytest.fixture(scope="module")
def drawn() -> Atlas:
    return atlas(plan_case.plan(plan_case.lines(40, 9_000, 8_000)))


def planted(sheet: Sheet, **changes: Any) -> tuple[SheetFault, ...]:
    """Set a sheet again with some of its content changed, and check it against the plan."""
    content = {**sheet.content, **changes}
    made, counted = compose_sheets(sheet.request, [content], stamp(sheet.request.drawn_on))
    facts = replace(sheet.facts, pages=counted.pages, rows_on_sheet=counted.rows["plan"])
    return set_faults(sheet.request, made, [(content, facts)])


def redrawn(sheet: Sheet, change: Callable[[str], str]) -> tuple[SheetFault, ...]:
    """Set a sheet again with its map changed."""
    (frame,) = sheet.content["frames"]
    changed = change(frame["svg"])
    assert changed != frame["svg"]
    return planted(sheet, frames=[{**frame, "svg": changed}])


def found(faults: tuple[SheetFault, ...]) -> set[tuple[str, str]]:
    assert all(fault.code in CODES and fault.zh and fault.en and fault.page >= 1 for fault in faults)
    return {(fault.code, fault.what) for fault in faults}


def label(svg: str, text: str) -> str:
    """Plate and text of a number."""
    match = re.search(rf'<rect [^>]*rx="0.5"[^>]*/><text [^>]*font-weight="bold" fill="#222222">{text}</text>', svg)
    assert match is not None
    return match[0]


def moved(part: str, x_mm: float, y_mm: float) -> str:
    """Return a plate and its text so that the plate's corner lies at x, y."""
    rect, text = ([float(value) for value in re.findall(r' [xy]="(-?[\d.]+)"', each)] for each in part.split("<text"))
    shift = x_mm - rect[0], y_mm - rect[1]
    for x, y in (rect, text):
        part = part.replace(f'x="{x:g}" y="{y:g}"', f'x="{x + shift[0]:.3f}" y="{y + shift[1]:.3f}"')
    return part


def test_a_sound_sheet_and_a_sound_atlas_have_no_fault(sheet, drawn):
    assert planted(sheet) == sheet_faults(sheet) == ()
    assert atlas_faults(drawn) == ()


def test_a_colour_the_legend_does_not_explain_is_found(sheet):
    extra = '<rect x="90" y="90" width="4" height="4" fill="#ff00ff"/><g id="leaders">'
    assert found(redrawn(sheet, lambda svg: svg.replace('<g id="leaders">', extra))) == {("colour-unlisted", "#ff00ff")}


def test_a_changed_hatch_is_missed_in_the_legend_and_in_the_map(sheet):
    entry = next(each for each in sheet.facts.legend if each.symbol.hatch and each.key.startswith("use-"))
    hatch = next(part for part in re.findall(r"<pattern .*?</pattern>", sheet.svg) if entry.symbol.hatch.ink in part)
    wrong = hatch.replace(entry.symbol.hatch.ink, "#123456")
    assert found(redrawn(sheet, lambda svg: svg.replace(hatch, wrong))) == {
        ("colour-unlisted", "#123456"),
        ("legend-undrawn", entry.title_zh),
    }


def test_a_missing_entry_of_the_legend_is_found(sheet):
    legend = sheet.content["legend"]
    (water,) = [entry for entry in legend if "河湖水面" in entry["zh"]]
    faults = planted(sheet, legend=[entry for entry in legend if entry is not water])
    assert found(faults) == {("colour-unlisted", "#99c4dd、#bedef2")}


def test_an_entry_that_is_not_on_the_map_is_found(sheet):
    more = {"zh": "矿区", "en": "Mine", "group": "context", "swatch": sheet.content["legend"][0]["swatch"]}
    more["swatch"] = re.sub(r"#[0-9a-f]{6}", "#654321", more["swatch"])
    assert found(planted(sheet, legend=[*sheet.content["legend"], more])) == {("legend-undrawn", "矿区")}


def test_lines_filled_like_areas_are_found(sheet):
    river = r'(<g id="symbol-0"><path d=")([^"]*)"'
    faults = redrawn(sheet, lambda svg: re.sub(river, r'\1\2M10,10 30,12 40,30"', svg, count=1))
    assert [fault.code for fault in faults] == ["line-filled"]


def test_a_label_shifted_onto_another_is_found(sheet):
    one, other = sheet.facts.main.numbers[4], sheet.facts.main.numbers[7]
    part = label(sheet.svg, one.text)
    faults = redrawn(sheet, lambda svg: svg.replace(part, moved(part, other.x_mm + 0.3, other.y_mm)))
    assert found(faults) == {("label-touching", f"{one.text} / {other.text}")}


def test_a_label_over_the_neat_line_is_found(sheet):
    one = sheet.facts.main.numbers[4]
    part = label(sheet.svg, one.text)
    beyond = moved(part, sheet.facts.main.view.width_mm - 0.5, 3.0)
    assert found(redrawn(sheet, lambda svg: svg.replace(part, beyond))) == {("label-outside", one.text)}


def test_a_forgotten_label_is_found(sheet):
    one = sheet.facts.main.numbers[4]
    ids = dict(zip(sheet.request.lines["line_no"].map(str), sheet.request.lines["parcel_id"], strict=True))
    faults = redrawn(sheet, lambda svg: svg.replace(label(svg, one.text), ""))
    assert found(faults) == {("label-missing", ids[one.text])}


@pytest.mark.parametrize("stretch", [1.001, 0.995])
def test_a_map_placed_at_a_wrong_size_is_found(sheet, stretch):
    (frame,) = sheet.content["frames"]
    box = {**frame["box"], "width_mm": frame["box"]["width_mm"] * stretch}
    faults = planted(sheet, frames=[{**frame, "box": box}])
    assert {fault.code for fault in faults} == {"scale-false"}


def test_a_wrong_printed_scale_is_found(sheet):
    (frame,) = sheet.content["frames"]
    wrong = f"1:{sheet.scale + 100:,}".replace(",", " ")
    assert {fault.code for fault in planted(sheet, frames=[{**frame, "scale": wrong}])} == {"scale-false"}
    assert {fault.code for fault in planted(sheet, scale=wrong)} == {"scale-false"}


def test_a_wrong_scale_bar_is_found(sheet):
    bar = re.sub(r'width="[\d.]+"( height="1.6")', r'width="12.5"\1', sheet.content["scale_bar"])
    faults = planted(sheet, scale_bar=bar)
    assert {fault.code for fault in faults} == {"scale-false"}
    assert "12.5" not in sheet.content["scale_bar"]


def test_a_map_without_grid_cannot_be_measured_and_says_so(sheet):
    faults = redrawn(sheet, lambda svg: re.sub(r'<path id="grid"[^>]*/>', "", svg))
    assert {fault.code for fault in faults} == {"scale-unmeasured"}


def test_a_parcel_that_lies_elsewhere_is_found(sheet):
    lines = sheet.request.lines.copy()
    shown_whole = next(row for row, each in enumerate(lines["parcel_id"]) if each not in sheet.facts.main.small_parcels)
    shift = 0.2 * sheet.facts.main.view.metres_per_mm
    lines.loc[shown_whole, "geometry"] = shapely.affinity.translate(lines.geometry[shown_whole], shift, 0)
    faults = set_faults(replace(sheet.request, lines=lines), sheet.pdf, [(sheet.content, sheet.facts)])
    assert found(faults) == {("parcel-shifted", lines["parcel_id"][shown_whole])}


def test_a_wrong_total_is_found(sheet):
    totals = [dict(each) for each in sheet.content["totals"]]
    count, area_ha, area_mu = totals[1]["sum"]
    totals[1]["sum"] = [count, f"{Decimal(area_ha) + Decimal('0.0001'):.4f}", area_mu]
    assert found(planted(sheet, totals=totals)) == {
        ("total-false", f"{totals[1]['zh']} {totals[1]['en']}"),
        ("total-false", "合计 Total"),
    }


def test_a_wrong_row_is_found(sheet):
    rows = [dict(row) for row in sheet.content["rows"]]
    rows[3]["mu"] = f"{Decimal(rows[3]['mu']) + Decimal('0.0001'):.4f}"
    assert found(planted(sheet, rows=rows)) == {("total-false", "地块一览表 schedule")}


def test_totals_that_differ_from_those_of_the_caller_are_found(sheet):
    by_use = sheet.request.totals_by_use.copy()
    by_use.iloc[-1, by_use.columns.get_loc("area_mu")] += Decimal("0.0001")
    faults = set_faults(replace(sheet.request, totals_by_use=by_use), sheet.pdf, [(sheet.content, sheet.facts)])
    assert {fault.code for fault in faults} == {"total-false"}


def test_figures_other_than_those_of_the_schedule_are_found(sheet):
    rows = [dict(row) for row in sheet.content["rows"]]
    content = {**sheet.content, "rows": [{**rows[0], "ha": rows[1]["ha"]}, {**rows[1], "ha": rows[0]["ha"]}, *rows[2:]]}
    assert set_faults(sheet.request, sheet.pdf, [(content, sheet.facts)]) == ()
    rows[0]["ha"], rows[1]["ha"] = "0.0000", f"{Decimal(rows[0]['ha']) + Decimal(rows[1]['ha']):.4f}"
    faults = set_faults(sheet.request, sheet.pdf, [({**sheet.content, "rows": rows}, sheet.facts)])
    assert found(faults) == {("total-false", rows[0]["ha"]), ("total-false", rows[1]["ha"])}


def test_a_missing_parcel_number_is_found(sheet):
    rows = [dict(row) for row in sheet.content["rows"]]
    lost = sheet.request.lines.sort_values("line_no")["parcel_id"].iloc[5]
    rows[5]["id"] = lost[:-1]
    assert found(planted(sheet, rows=rows)) == {("text-missing", lost)}


def test_a_page_without_the_banner_of_stand_in_data_is_found(sheet):
    faults = planted(replace(sheet, request=replace(sheet.request, substitute=False)), banner=[])
    assert {fault.code for fault in faults} == {"text-missing"}
    assert {fault.page for fault in faults} == set(range(1, sheet.facts.pages + 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "别的图"), ("check_code", "AAAAA-AAAAA"), ("classification", ""), ("drawn", "制图 别人")],
)
def test_what_every_page_must_carry_is_missed(sheet, name, value):
    faults = planted(sheet, **{name: value})
    assert {fault.code for fault in faults} == {"text-missing"}
    assert {fault.page for fault in faults} == set(range(1, sheet.facts.pages + 1))


def test_a_missing_glyph_is_found(sheet):
    faults = planted(sheet, subtitle="\U000f1234")
    assert {fault.code for fault in faults} == {"glyph-missing"}


def test_an_empty_page_is_found(sheet):
    pages = read_pages(sheet.pdf)
    heading = tuple(run for run in pages[1].runs if run.y_mm < 30 or run.y_mm > 282)
    assert heading != pages[1].runs
    emptied = replace(sheet.facts, pages=3), (*pages[:1], SetPage(heading, ()), *pages[2:])
    printed = Printed(sheet.request, sheet.content, emptied[0], emptied[1], 2)
    assert "page-empty" in {fault.code for fault in word_faults(printed)}


def test_pages_more_than_the_sheets_take_are_found(sheet):
    faults = set_faults(sheet.request, sheet.pdf, [(sheet.content, replace(sheet.facts, pages=sheet.facts.pages + 1))])
    assert {fault.code for fault in faults} == {"page-count"}


def test_an_atlas_without_one_of_its_parcels_is_found(drawn):
    lost = drawn.sheets[0].request.lines["parcel_id"].iloc[0]
    sheets = tuple(
        replace(each, facts=replace(each.facts, listed=tuple(one for one in each.facts.listed if one != lost)))
        for each in drawn.sheets
    )
    assert found(atlas_faults(replace(drawn, sheets=sheets))) == {("text-missing", lost)}


def test_a_pdf_built_otherwise_is_refused(sheet):
    with pytest.raises(ContractBroken, match="cannot be read back"):
        set_faults(sheet.request, b"%PDF-1.7 nothing", [(sheet.content, sheet.facts)])


def test_the_pages_read_back_are_those_an_independent_reader_sees(drawn):
    others = pdf.pages(drawn.pdf)
    for number in (0, 2, len(others) - 1):
        page = read_pages(drawn.pdf)[number]
        assert page.text == pdf.page_text(drawn.pdf, number)
        grids = [
            points for colour, points in pdf.drawing(others[number]).paths if np.allclose(colour, GRID, atol=0.003)
        ]
        assert len(grids) == len(page.grids)
        for one, other in zip(page.grids, grids, strict=True):
            assert np.abs(one - other.reshape(-1, 4)).max() < 0.001


@pytest.mark.parametrize("kind", ["overview", "index", "town", "insets"])
def test_the_scale_is_true_in_the_operators_of_the_pdf(drawn, kind):
    """Grid lines by an independent reader, coordinates from the printed labels, scale from the printed words."""
    sheet = next(each for each in drawn.sheets if each.facts.key.startswith(kind))
    page = pdf.pages(drawn.pdf)[sheet.facts.page - 1]
    grids = [points for colour, points in pdf.drawing(page).paths if np.allclose(colour, GRID, atol=0.003)]
    for shown_map, frame, points in zip(sheet.facts.maps, sheet.content["frames"], grids, strict=True):
        scale = int(frame["scale"].replace(" ", "").removeprefix("1:"))
        assert f"1:{scale}" in pdf.page_text(drawn.pdf, sheet.facts.page - 1)
        ends = points.reshape(-1, 2, 2)
        first, last = shown_map.ticks
        upright = np.isclose(ends[:, 0, 0], ends[:, 1, 0], atol=1e-6)
        across, down = np.sort(ends[upright, 0, 0]), np.sort(ends[~upright, 0, 1])
        assert across[-1] - across[0] == pytest.approx((last.east_m - first.east_m) * 1000 / scale, abs=0.1)
        assert down[-1] - down[0] == pytest.approx((first.north_m - last.north_m) * 1000 / scale, abs=0.1)


def test_text_objects_are_read_whatever_their_strings_hold():
    (plain,) = shown(b"0 Tr/f1 6 Tf 1 0 0 -1 0 0 Tm[(\\000\\001)27<0002>15(\\n\\()]TJ")
    assert (plain.font, plain.codes) == (b"f1", (1, 2, 0x0A28))
    (nested,) = shown(b"0 Tr/f12 6 Tf 1 0 0 -1 0 0 Tm(\x00(\x00\x01\x00)\x00\\\\)Tj")
    assert nested.codes == (0x28, 1, 0x29, 0x5C)
    told, after = shown(
        b"/Span<</ActualText<FEFF2FA6>>>BDC 0 Tr/f1 6 Tf 1 0 0 -1 0 0 Tm<0098>Tj\nEMC 0 Tr/f2 6 Tf 1 0 0 -1 6 0 Tm[<00DA>]TJ"
    )
    assert (told.instead, told.codes) == ("⾦", (0x98,))
    assert (after.font, after.instead, after.codes) == (b"f2", None, (0xDA,))


@given(st.lists(st.integers(0, 65_535), min_size=1, max_size=30))
def test_codes_survive_a_literal_string(codes):
    raw = b"".join(code.to_bytes(2, "big") for code in codes)
    escaped = re.sub(rb"([\\()])", rb"\\\1", raw).replace(b"\r", b"\\r").replace(b"\n", b"\\n")
    (read,) = shown(b"0 Tr/f1 6 Tf 1 0 0 -1 0 0 Tm(" + escaped + b")Tj")
    assert read.codes == tuple(codes)


def test_glyphs_are_as_wide_as_the_pdf_says(sheet):
    widths = re.search(rb"NotoSansCJKsc-Bold/CIDSystemInfo.*?/W\[(.*?)\]", sheet.pdf, re.DOTALL)
    assert round(extent("0123456789", bold=True)[0] * 100) in {round(float(part)) for part in widths[1].split()[2::3]}
    assert extent("泖港镇", bold=True)[0] == 3
    assert extent("é", bold=False)[0] == pytest.approx(0.555, abs=0.02)
    assert extent("", bold=False) == (0, 0, 0)


def check(district: District, *, whole: bool) -> None:
    request = district.request()
    sheet = plan_sheet(request)
    assert sheet_faults(sheet) == ()
    assert len(sheet.pdf) < 5e6
    if whole:
        book = atlas(request)
        assert atlas_faults(book) == ()
        text = "".join(page.text for page in read_pages(book.pdf))
        assert [each for each in request.lines["parcel_id"] if each not in text] == []


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@settings(PATIENT, max_examples=8)
@given(districts(most=24))
def test_districts_of_any_shape_are_drawn_without_fault(district):
    check(district, whole=district.count <= 12)


@pytest.mark.deep
@settings(PATIENT, max_examples=200)
@given(districts(most=300))
def test_two_hundred_districts_are_drawn_without_fault(district):
    check(district, whole=True)


def test_three_hundred_parcels_upon_each_other_are_drawn_without_fault():
    check(District(300, "tiny", ("yard", "holed", "parts"), 2, 2, 12, True, 7), whole=False)
