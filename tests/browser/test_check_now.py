"""Checking now and the explained card in the browser, the network off: drawn, pasted, dropped, and with keys alone."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import FilePayload, Page, expect

from landgis.db.parcels import ParcelStore
from tests.support.browser_stage import ARTEFACTS, Stage, opened, pixel_of, settled

_DAY = "2026-06-30"


def _ground(stage: Stage) -> shapely.Polygon:
    """The outline of the parcel that lies on farmland."""
    shape = stage.parcels.set_index("parcel_id").geometry[stage.planted("farmland_conflict")]
    part: shapely.Polygon = shapely.get_parts(shape)[0]
    return part


def _lines(shape: shapely.Polygon) -> str:
    return "\n".join(f"{x:.3f} {y:.3f}" for x, y in shape.exterior.coords[:-1])


def _check_tab(page: Page, stage: Stage, **values: str) -> None:
    opened(page, stage, **values)
    page.click("#tab-check")
    page.wait_for_selector("#check-panel")
    page.fill("#check-as-of", _DAY)


def _shot(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"check_{name}.png")


def _verdict(page: Page, verdict: str) -> None:
    expect(page.locator("#check-result article.checked")).to_have_attribute("data-verdict", verdict)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_drawing_by_mouse_undo_redo_verdict_and_cut_back(page: Page, stage: Stage, lang: str) -> None:
    shape = _ground(stage)
    _check_tab(page, stage, lang=lang)
    page.fill("#check-vertices", _lines(shape))  # to be taken there
    page.press("#check-vertices", "Tab")
    page.wait_for_timeout(400)
    page.click("#check-clear")
    page.click("#check-draw")
    corners = shapely.box(*shape.bounds).exterior.coords[:-1]
    for corner in corners:
        page.mouse.click(*pixel_of(page, corner))
    page.click("#check-draw")
    expect(page.locator("#check-figures")).to_contain_text("4 ")
    drawn = page.input_value("#check-vertices")
    assert len(drawn.splitlines()) == 4
    for _ in range(2):
        page.keyboard.press("Control+z")
    assert len(page.input_value("#check-vertices").splitlines()) == 2
    for _ in range(2):
        page.keyboard.press("Control+Shift+z")
    assert page.input_value("#check-vertices") == drawn
    page.fill("#check-vertices", _lines(shape))
    page.press("#check-vertices", "Tab")
    page.click("#check-run")
    _verdict(page, "excluded")
    expect(page.locator("#check-result .finding.excluded[data-rule]").first).to_be_visible()
    expect(page.locator("#check-result")).to_contain_text("替代数据" if lang == "zh" else "Stand-in")
    settled(page)
    _shot(page, f"verdict_{lang}")
    page.click("#check-cut")
    expect(page.locator("#check-cut-said .proposal")).to_be_visible()
    settled(page)
    page.locator("#check-cut-said").scroll_into_view_if_needed()
    _shot(page, f"cut_{lang}")
    kinds = "landgisDesk.sketch.getFeatures().map(each => each.get('reason') || each.get('number') || each.get('outcome') || '')"
    assert "conflict" in page.evaluate(kinds)
    page.uncheck("#check-cut-show")
    assert "conflict" not in page.evaluate(kinds)
    page.click("#check-discard")
    expect(page.locator("#check-status")).to_contain_text("没有保存" if lang == "zh" else "nothing was saved")
    assert page.evaluate("landgisDesk.sketch.getFeatures().length") == 0


def test_fifty_steps_back_and_forth(page: Page, stage: Stage) -> None:
    shape = _ground(stage)
    x, y = shape.centroid.x, shape.centroid.y
    _check_tab(page, stage)
    page.fill("#check-vertices", _lines(shape))
    page.press("#check-vertices", "Tab")
    page.wait_for_timeout(400)
    page.click("#check-clear")
    page.click("#check-draw")
    px, py = pixel_of(page, (x, y))
    for step in range(55):
        page.mouse.click(px - 150 + 5 * step, py - 40 + (step * 37) % 80)
    count = "document.getElementById('check-vertices').value.split('\\n').filter(Boolean).length"
    assert page.evaluate(count) == 55
    for _ in range(52):
        page.keyboard.press("Control+z")
    assert page.evaluate(count) == 3
    for _ in range(52):
        page.keyboard.press("Control+Shift+z")
    assert page.evaluate(count) == 55


def test_the_whole_task_with_keys_alone(page: Page, stage: Stage) -> None:
    """From the tab to the saved parcel, no mouse: coordinates typed, checked, saved with reason and paper."""
    shape = shapely.box(*(_ground(stage).bounds)).buffer(-1)
    opened(page, stage)
    page.focus("#tab-card")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#check-panel")
    _walk(page, "check-vertices")
    page.keyboard.insert_text(_lines(shape))
    _walk(page, "check-as-of")
    page.keyboard.type("06302026")
    page.fill("#check-as-of", _DAY)
    _walk(page, "check-run")
    page.keyboard.press("Enter")
    _verdict(page, "excluded")
    focused = page.evaluate("document.activeElement.closest('#check-result') !== null")
    assert focused, "the result is announced where the reader stands"
    _walk(page, lambda: page.evaluate("document.activeElement.matches('#check-saving > summary')"))
    page.keyboard.press("Enter")
    for field, text in (("number", "SJ-JIAN-1"), ("reason", "镇里要看"), ("document", "勘〔2026〕77号")):
        _walk(page, lambda field=field: page.evaluate(f"document.activeElement.name === '{field}'"))
        page.keyboard.insert_text(text)
    _walk(page, lambda: page.evaluate("document.activeElement.matches('#check-save-form [type=submit]')"))
    page.keyboard.press("Enter")
    expect(page.locator("#check-status")).to_contain_text("已登记：SJ-JIAN-1")
    saved = ParcelStore(stage.database).one("SJ-JIAN-1").geometry.iloc[0]
    assert saved.symmetric_difference(shape).area < 0.5


def _walk(page: Page, to: object) -> None:
    """Press Tab until something has the focus."""
    for _ in range(120):
        there = page.evaluate(f"document.activeElement.id === '{to}'") if isinstance(to, str) else to()  # type: ignore[operator]
        if there:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {to}")


def test_a_wrong_line_is_told_by_its_number(page: Page, stage: Stage) -> None:
    _check_tab(page, stage)
    page.fill("#check-vertices", "615000 3424000\n六一五 三四")
    expect(page.locator("#check-vertices-wrong")).to_contain_text("第 2 行")
    page.click("#check-run")
    expect(page.locator("#check-status")).to_contain_text("至少三个点")


def test_pasted_wkt_asks_for_the_crs_and_is_checked(page: Page, stage: Stage) -> None:
    _check_tab(page, stage)
    page.check("[name=check-way][value=paste]", force=True)
    page.fill("#check-text", _ground(stage).wkt)
    page.click("#check-run")
    expect(page.locator("fieldset[data-question=crs] [type=radio]").first).to_be_checked()
    _shot(page, "question_crs")
    page.click("#check-questions button[type=submit]")
    _verdict(page, "excluded")
    expect(page.locator("[data-step=crs]")).to_contain_text("人工指明")


def test_a_dropped_zip_asks_for_encoding_and_is_saved_as_it_came(page: Page, stage: Stage, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"DKBM": ["SJ-ZIP-1"], "村名": ["泖港村东队"]}, geometry=[_ground(stage).buffer(-2)], crs=4549
    )
    frame.to_file(tmp_path / "地块.shp", encoding="GBK", engine="pyogrio")
    pack = tmp_path / "上报.zip"
    with zipfile.ZipFile(pack, "w") as out:
        for part in tmp_path.glob("地块.*"):
            if part.suffix != ".cpg":
                out.write(part, part.name)
    _check_tab(page, stage)
    page.check("[name=check-way][value=file]", force=True)
    data = page.evaluate_handle(
        """bytes => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(bytes)], '上报.zip')); return data; }""",
        list(pack.read_bytes()),
    )
    page.dispatch_event("#check-drop", "drop", {"dataTransfer": data})
    expect(page.locator("fieldset[data-question=encoding] .preview").first).to_contain_text("泖港村")
    _shot(page, "question_encoding")
    page.click("#check-questions button[type=submit]")
    _verdict(page, "excluded")
    settled(page)
    _shot(page, "file")
    page.click("#check-saving > summary")
    page.fill("#check-save-form [name=reason]", "村里上报")
    page.fill("#check-save-form [name=document]", "勘〔2026〕78号")
    page.click("#check-save-form [type=submit]")
    expect(page.locator("#check-status")).to_contain_text("已登记：SJ-ZIP-1")


def test_a_file_that_is_none_is_refused_in_words(page: Page, stage: Stage) -> None:
    _check_tab(page, stage)
    page.check("[name=check-way][value=file]", force=True)
    bad = FilePayload(name="图.geojson", mimeType="", buffer=b"<OGRVRTDataSource></OGRVRTDataSource>")
    with page.expect_response("**/data/check"):
        page.set_input_files("#check-file", [bad])
    expect(page.locator("#check-status")).to_contain_text("VRT")
    stage.complaints[:] = [line for line in stage.complaints if "415" not in line]


def test_the_drawing_snaps_to_what_is_seen(page: Page, stage: Stage) -> None:
    shape = _ground(stage)
    _check_tab(page, stage)
    page.fill("#check-vertices", _lines(shape))
    page.press("#check-vertices", "Tab")
    page.wait_for_timeout(400)
    settled(page)
    page.click("#check-clear")
    page.click("#check-draw")
    corner = shape.exterior.coords[0]
    x, y = pixel_of(page, corner)
    page.mouse.click(x + 4, y + 3)
    (line,) = page.input_value("#check-vertices").splitlines()
    east, north = map(float, line.split())
    resolution = page.evaluate("landgisDesk.map.getView().getResolution()")
    borders = shapely.union_all([each.boundary for each in stage.parcels.geometry])
    assert shapely.distance(shapely.Point(east, north), borders) < resolution / 2, (
        "on a border, not where the mouse was"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_card_explains_copies_prints_and_tells_its_history(page: Page, stage: Stage, lang: str) -> None:
    parcel = stage.planted("farmland_conflict")
    opened(page, stage, parcel=parcel, lang=lang)
    expect(page.locator("#card-more .moments li").first).to_be_visible()
    picture = page.locator(".picture img").first
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('.picture img')].some(each => each.complete && each.naturalWidth > 0)"
    )
    _shot(page, f"card_{lang}")
    page.locator(".time-line").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    _shot(page, f"card_history_{lang}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-act=copy]")
    expect(page.locator(".card-tools .said")).to_have_text("已复制" if lang == "zh" else "Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    query = page.locator("[data-act=copy]").get_attribute("data-address")
    assert text.replace("\r\n", "\n") == page.request.get(stage.address + str(query)).text()
    assert parcel in text
    pdf = page.request.get(stage.address + str(page.locator(".card-tools a").get_attribute("href")))
    assert pdf.body().startswith(b"%PDF-")


def test_a_decision_stands_beside_the_verdict(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    opened(page, stage, parcel=parcel)
    papers = ParcelStore(stage.database).documents(parcel)
    page.click(".decisions details > summary")
    page.select_option(".decisions [name=rule]", "permanent-basic-farmland")
    page.fill(".decisions [name=reason]", "现场核实为误绘")
    page.fill(".decisions [name=document]", f"{papers['kind'].iloc[0]}:{papers['number'].iloc[0]}")
    page.click(".decisions [type=submit]")
    made = page.locator(".decisions .decision")
    expect(made).to_have_attribute("data-state", "proposed")
    expect(made).to_contain_text("计算结论为“不符合”")
    expect(page.locator("#card .card-head .verdict")).to_have_text("不符合")
    assert re.search(r"待第二人确认", made.inner_text())
    _shot(page, "decision")
    made.locator("[name=withdraw-reason]").fill("误登记")
    made.locator("[data-act=withdraw]").click()
    expect(page.locator(".decisions .decision")).to_have_count(0)
    assert (
        json.loads(page.request.get(f"{stage.address}/data/parcel?run={stage.run}&parcel={parcel}").text())["verdict"]
        == "excluded"
    )
