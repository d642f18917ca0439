"""Small scales: what is summed up is drawn as sums, and said to be so."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser_stage import ARTEFACTS, Stage, opened, pixel_of, settled, until

_FEATURES = """name => {
  const found = [];
  for (const layer of landgisDesk.map.getLayers().getArray()) {
    if (!(layer instanceof ol.layer.VectorTile) || !layer.getVisible()) continue;
    for (const feature of layer.getFeaturesInExtent(landgisDesk.map.getView().calculateExtent())) {
      if (feature.get('layer').endsWith(name)) found.push([feature.getProperties(), layer.get('key') || 'parcels']);
    }
  }
  return found;
}"""
_STYLED = """() => {
  const layer = landgisDesk.map.getLayers().getArray().find(l => l.get('key') === 'homestead');
  const square = share => layer.getStyle()(new ol.render.Feature('Polygon', [], [], 2, {layer: 'homestead_cover', share}, 1), 32);
  return [0.1, 0.9].map(square).map(style => [style.getFill().getColor(), style.getStroke()]);
}"""


def test_small_scales_are_told_and_drawn_as_sums(page: Page, stage: Stage) -> None:
    opened(page, stage)
    note, tree = page.locator("#generalised"), page.locator("#layers .generalised-note")
    page.evaluate("landgisDesk.map.getView().setResolution(4)")
    settled(page)
    expect(note).to_be_hidden()
    expect(tree).to_be_hidden()
    page.evaluate("landgisDesk.map.getView().setResolution(32)")
    settled(page)
    expect(note).to_be_visible()
    expect(note).to_have_text("此比例尺下已概括")
    expect(tree).to_contain_text("小图斑合并为方格")
    squares = page.evaluate(_FEATURES, "_cover")
    assert {key for _, key in squares} >= {"homestead"}
    assert all(each["share"] > 0 and each["area_m2"] > 0 for each, _ in squares)
    (light, no_line), (strong, _) = page.evaluate(_STYLED)
    assert no_line is None
    assert float(light.split(",")[-1][:-1]) < float(strong.split(",")[-1][:-1])
    page.screenshot(path=ARTEFACTS / "map-generalised.png")


def test_identify_says_that_the_map_is_generalised(page: Page, stage: Stage) -> None:
    opened(page, stage)
    page.evaluate("landgisDesk.map.getView().setResolution(32)")
    page.click("#tab-identify")
    page.click("#identify-centre")
    note = page.locator("#identified .generalised-note")
    expect(note).to_be_visible()
    expect(note).to_contain_text("已概括")
    page.evaluate("landgisDesk.map.getView().setResolution(2)")
    expect(note).to_be_hidden()


def test_no_parcel_is_lost_in_circles_and_a_circle_that_is_clicked_tells_its_sum(page: Page, stage: Stage) -> None:
    opened(page, stage)
    page.evaluate("landgisDesk.map.getView().setResolution(48)")
    settled(page)
    circles, singles = page.evaluate("""() => {
      const seen = landgisDesk.parcelsLayer.getFeaturesInExtent([-1e7, -1e7, 1e7, 1e7]);
      const circles = seen.filter(each => each.get('layer') === 'parcels_many');
      const at = each => each.getFlatCoordinates().slice(0, 2);
      const told = each => [each.get('n'), each.get('n_inside') ?? each.get('n'), each.get('area_m2'), at(each)];
      return [circles.map(told), new Set(seen.map(each => each.get('parcel_id')).filter(Boolean)).size];
    }""")
    assert sum(n for n, _, _, _ in circles) + singles == len(stage.parcels) == sum(stage.counts().values())
    n, inside, area_m2, at = max(circles)
    assert n > 1
    page.mouse.click(*pixel_of(page, at))
    line = page.locator("#many")
    expect(line).to_contain_text(f"此处 {n:,} 个地块的合计（筛选内 {inside:,} 个）")
    expect(line).to_contain_text(f"{area_m2 / 10_000:,.2f} 公顷")
    expect(line).to_contain_text("不是一个地块")
    expect(page.locator("#told")).to_contain_text(f"此处 {n:,} 个地块的合计")
    until(page, "Math.abs(landgisDesk.map.getView().getResolution() - 12) < 0.1")
    assert page.evaluate("landgisDesk.chosen") == ""
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-many-told.png")
    page.click("#many-close")
    expect(line).to_be_hidden()
