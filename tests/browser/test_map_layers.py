"""The layer tree: groups, legends, strength, one layer alone, scale range; what an address says of layers."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser_stage import ARTEFACTS, FARMLAND, Stage, opened, settled, until

_SHOWN = "key => landgisDesk.map.getLayers().getArray().filter(l => l.get('key') === key).map(l => [l.getVisible(), l.getOpacity()])"
_KEYS = "[...new Set(landgisDesk.map.getLayers().getArray().filter(l => l.get('key') && l.getVisible()).map(l => l.get('key')))]"


def test_the_tree_has_its_groups_with_legend_release_and_marks(page: Page, stage: Stage) -> None:
    opened(page, stage)
    assert page.locator("#layers .group > h3").all_inner_texts() == ["三线", "用地", "权属", "底图"]
    lines = page.locator("#layers [data-group=lines] [data-key]")
    keys = lines.evaluate_all("rows => rows.map(row => row.dataset.key)")
    assert keys == ["development_boundary", "ecological_redline", FARMLAND]
    row = page.locator(f"#layers [data-key={FARMLAND}]")
    expect(row.locator("summary .badge").first).to_have_text("替代数据")
    expect(row.locator("summary")).to_contain_text("2026-01 · 2026-01-01")
    row.locator("summary").click()
    expect(row.locator("dl")).to_contain_text("发布日期2026-01-01")
    expect(row.locator("dl")).to_contain_text("本批次据此判定")
    planned = page.locator("#layers [data-key=planned_land_use]")
    planned.locator("summary").click()
    assert planned.locator(".classes li").all_inner_texts()[:3] == ["经营性用途", "有条件用途", "住宅用途"]
    planned.locator("input[type=checkbox]").check()
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-layers.png")
    expect(page.locator("#tianditu")).to_be_hidden()
    expect(page.locator("#layers .paper")).to_contain_text("空白底纸")


def test_strength_one_layer_alone_and_scale_range(page: Page, stage: Stage) -> None:
    opened(page, stage)
    row = page.locator(f"#layers [data-key={FARMLAND}]")
    row.locator("summary").click()
    slider = row.locator("input[type=range]")
    slider.fill("40")
    expect(row.locator("output")).to_have_text("40 %")
    assert page.evaluate(_SHOWN, FARMLAND) == [[True, 0.4], [True, 0.4]]
    before = page.evaluate(_KEYS)
    only = row.locator(".only")
    only.click()
    assert page.evaluate(_KEYS) == [FARMLAND]
    expect(only).to_have_attribute("aria-pressed", "true")
    expect(page.locator("input[data-layer=water]")).not_to_be_checked()
    only.click()
    assert page.evaluate(_KEYS) == before

    survey = page.locator("#layers [data-key=survey_land_use]")
    page.evaluate("landgisDesk.map.getView().setResolution(20)")
    expect(survey).to_have_class("off out-of-range")
    expect(survey.locator(".range")).to_have_text("放大后显示")
    page.evaluate("landgisDesk.map.getView().setResolution(10)")
    expect(survey.locator(".range")).to_be_hidden()


def test_an_address_restores_the_view_and_tells_nothing_of_layers_that_are_not_there(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    opened(page, stage, verdict="excluded", parcel=parcel)
    expect(page.locator("#card article")).to_have_attribute("data-parcel", parcel)
    page.uncheck("input[data-layer=water]")
    page.locator(f"#layers [data-key={FARMLAND}] summary").click()
    page.locator(f"#layers [data-key={FARMLAND}] input[type=range]").fill("55")
    page.click("#tab-bookmarks")
    page.evaluate(
        "landgisDesk.map.getView().setCenter([614500, 3424600]); landgisDesk.map.getView().setResolution(1.5)"
    )
    until(page, "location.hash.includes('at=614500.00,3424600.00,1.5') && location.hash.includes('tab=bookmarks')")
    address = page.url
    assert f"run={stage.run}" in address
    assert "verdict=excluded" in address
    assert f"{FARMLAND}:55" in address

    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("html[data-map='ready']")
    view = page.evaluate("[...landgisDesk.map.getView().getCenter(), landgisDesk.map.getView().getResolution()]")
    assert [round(part, 2) for part in view] == [614500.0, 3424600.0, 1.5]
    assert page.evaluate(_SHOWN, FARMLAND)[0] == [True, 0.55]
    expect(page.locator("input[data-layer=water]")).not_to_be_checked()
    expect(page.locator("#filter input[name=verdict][value=excluded]")).to_be_checked()
    expect(page.locator("#tab-bookmarks")).to_have_attribute("aria-selected", "true")
    expect(page.locator("tr.chosen")).to_have_attribute("data-parcel", parcel)

    page.goto("about:blank")
    page.goto(address.replace(f"{FARMLAND}:55", f"{FARMLAND}:55,secret_layer:30"))
    page.wait_for_selector("html[data-map='ready']")
    missing = page.locator("#missing-layers li")
    expect(missing).to_have_text("图层“secret_layer”不可用：已不存在，或不对您开放")
    page.click("#language")
    page.wait_for_selector("html[lang=en][data-map='ready']")
    assert "at=614500.00,3424600.00,1.5" in page.url


def test_many_parcels_are_one_circle_with_their_number_and_verdicts(page: Page, stage: Stage) -> None:
    opened(page, stage)
    texts = page.evaluate("""() => {
      const style = landgisDesk.parcelsLayer.getStyle(), [east, north] = landgisDesk.map.getView().getCenter();
      const groups = [{n: 1240, n_inside: 1240, inside_excluded: 300, inside_unknown: 200, inside_flagged: 240, inside_clear: 500},
                      {n: 85, n_inside: 12, worst: 'flagged'}, {n: 9, n_inside: 0}];
      const features = groups.map((group, place) => new ol.Feature({
        ...group, layer: 'parcels_many', geometry: new ol.geom.Point([east + (place - 1) * 600, north]),
      }));
      const source = new ol.source.Vector({features});
      landgisDesk.map.addLayer(new ol.layer.Vector({source, style, zIndex: 70}));
      return features.map(feature => style(feature, 8).getText().getText());
    }""")
    assert texts == ["1,240", "12/85", "0/9"]
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-many.png")
