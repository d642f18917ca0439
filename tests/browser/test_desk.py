"""The desk in the system's chromium: the sample district, real vector tiles, the network off."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from landgis.area import hectares, mu
from landgis.db.bulk import raw
from landgis.rules.reading.load import load_pack
from tests.support.browser_stage import ARTEFACTS, Stage, evil, opened, pixel_of, settled
from tests.support.desk_case import EVIL


def test_table_and_map_are_one_filter(page: Page, stage: Stage) -> None:
    opened(page, stage)
    counts = stage.counts()
    for verdict, count in counts.items():
        expect(page.locator(f"#count-{verdict}")).to_have_text(str(count))
    total = sum(counts.values())
    expect(page.locator("#summary p")).to_contain_text(f"第 1–50 条 / 共 {total} 条")
    drawn = (
        "new Set(landgisDesk.parcelsLayer.getFeaturesInExtent(landgisDesk.map.getView().calculateExtent())"
        ".map(feature => feature.get('parcel_id'))).size"
    )
    assert page.evaluate(drawn) == total

    page.check("input[name=verdict][value=excluded]")
    expect(page.locator("#summary")).to_have_attribute("data-count", str(counts["excluded"]))
    expect(page.locator("html")).to_have_attribute("data-in-filter", str(counts["excluded"]))
    rows = page.locator("#table tbody tr")
    assert rows.count() == min(50, counts["excluded"])
    assert set(rows.locator(".verdict").all_inner_texts()) == {"不符合"}

    farmland = stage.planted("farmland_conflict")
    page.fill("#q", farmland[-9:].lower())
    expect(page.locator("#summary")).to_have_attribute("data-count", re.compile(r"^[1-9]\d?$"))
    expect(page.locator(f"#table tr[data-parcel='{farmland}']")).to_be_visible()
    expect(page.locator("#count-clear")).not_to_have_text(str(counts["clear"]))
    page.click("#clear-filter")
    expect(page.locator("#summary")).to_have_attribute("data-count", str(total))
    page.click("#page-next")
    expect(page.locator("#summary p")).to_contain_text(f"第 51–100 条 / 共 {total} 条")


def test_the_total_is_of_the_whole_filter(page: Page, stage: Stage) -> None:
    query = "SELECT sum(ellipsoidal_m2) FROM landgis.run_parcel WHERE run_id = %s AND verdict = 'clear'"
    with stage.database.begin() as connection:
        area = raw(connection).execute(query, [stage.run]).fetchone()
    assert area is not None
    area_ha = hectares(area[0])
    opened(page, stage, verdict="clear")
    expect(page.locator("#summary p")).to_contain_text(f"合计 {area_ha} 公顷（{mu(area_ha)} 亩，椭球面积）")


def test_a_row_opens_the_card_and_a_click_on_the_map_the_same(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    case = stage.sample.planted.set_index("parcel_id").loc[parcel]
    opened(page, stage, verdict="excluded")
    page.click(f"#table tr[data-parcel='{parcel}'] .pick")
    finding = page.locator("#card [data-rule='permanent-basic-farmland']")
    expect(finding).to_be_visible()
    expect(finding.locator(".message")).to_contain_text("压占永久基本农田")
    expect(finding.locator(".measured")).to_contain_text(f"{case['expected_m2']:,.2f} ㎡ · ")
    expect(finding.locator(".release")).to_have_text("版本 2026-01")
    clause = load_pack("songjiang").rules[0].values[-1].clause
    expect(finding.locator(".clause")).to_contain_text(clause.document.number)
    expect(finding.locator(".clause")).to_contain_text(clause.article)
    expect(finding.locator("q")).to_have_text(clause.quote_zh)
    expect(finding.locator(".badge")).to_have_text("替代数据")
    expect(page.locator(f"tr[data-parcel='{parcel}']")).to_have_attribute("aria-current", "true")
    card = page.locator("#card").inner_text()
    page.wait_for_timeout(400)  # the map moves there
    settled(page)
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "desk.png")

    opened(page, stage)
    expect(page.locator("#card .hint")).to_be_visible()
    page.mouse.click(*pixel_of(page, stage.inside(parcel)))
    expect(page.locator("#card article")).to_have_attribute("data-parcel", parcel)
    assert page.locator("#card").inner_text() == card
    expect(page.locator("tr.chosen")).to_have_attribute("data-parcel", parcel)
    assert f"parcel={parcel}" in page.url


def test_hostile_text_stays_text(page: Page, stage: Stage) -> None:
    parcel = evil(stage.parcels)
    opened(page, stage, parcel=parcel)
    expect(page.locator(f"tr[data-parcel='{parcel}'] .village")).to_have_text(EVIL)
    expect(page.locator("#card .card-head p")).to_contain_text(EVIL)
    page.fill("#q", EVIL)
    expect(page.locator("#summary")).to_have_attribute("data-count", "1")
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("#table img, #card img").count() == 0


def test_the_map_is_true_and_says_what_it_shows(page: Page, stage: Stage) -> None:
    opened(page, stage)
    expect(page.locator(".substitute")).to_have_text("替代数据，非法定成果")
    metres_of_line, px_of_line, resolution = page.evaluate(
        "(() => { const line = document.querySelector('.ol-scale-line-inner'); const [n, unit] = line.textContent.split(' ');"
        "return [n * (unit === 'km' ? 1000 : 1), parseFloat(line.style.width), landgisDesk.map.getView().getResolution()]; })()"
    )
    # The browser rounds the width of the line to whole pixels.
    assert abs(px_of_line - metres_of_line / resolution) <= 1
    at = pixel_of(page, stage.inside(stage.planted("farmland_conflict")))
    page.mouse.move(*at)
    east, north = stage.inside(stage.planted("farmland_conflict"))
    shown = re.match(r"东 ([\d.]+)  北 ([\d.]+) m", page.locator("#mouse").inner_text())
    assert shown is not None
    assert abs(float(shown[1]) - east) <= 2 * resolution
    assert abs(float(shown[2]) - north) <= 2 * resolution
    layer = page.locator("input[data-layer=permanent_basic_farmland]")
    expect(layer).to_be_checked()
    layer.uncheck()
    visible = "landgisDesk.map.getLayers().getArray().filter(l => l.getVisible()).length"
    before = page.evaluate(visible)
    layer.check()
    assert page.evaluate(visible) == before + 2  # its ground, and its outline over the parcels


def test_english_is_complete_and_the_keyboard_is_enough(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    opened(page, stage, lang="en", verdict="excluded")
    pick = page.locator(f"#table tr[data-parcel='{parcel}'] .pick")
    pick.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card article")).to_have_attribute("data-parcel", parcel)
    for part in ("header.top", "#layers", "#filter", "#summary", "#table thead"):
        text = re.sub("中文|松江区?", "", page.locator(part).inner_text())
        assert not re.search("[\u4e00-\u9fff]", "".join(line for line in text.splitlines() if "镇" not in line)), text
    expect(page.locator("#language")).to_have_attribute(
        "href", re.compile(f"parcel={parcel}.*lang=zh|lang=zh.*parcel={parcel}")
    )
    page.set_viewport_size({"width": 1920, "height": 1080})
    settled(page)
    page.screenshot(path=ARTEFACTS / "desk-en.png")
