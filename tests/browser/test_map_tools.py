"""Tools of the map: measure, identify, find; by pointer and by keyboard."""

from __future__ import annotations

import json

from playwright.sync_api import Page, Route, expect
from pyproj import Transformer

from tests.support.browser_stage import ARTEFACTS, FARMLAND, Stage, opened, pixel_of, settled, until

_EAST, _NORTH = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True).transform(121.2, 31.0)


def _square(side_m: float) -> str:
    corners = [(0, 0), (side_m, 0), (side_m, side_m), (0, side_m)]
    return "\n".join(f"{_EAST - side_m / 2 + x:.3f} {_NORTH - side_m / 2 + y:.3f}" for x, y in corners)


def test_a_square_kilometre_is_told_in_the_plane_and_on_the_ellipsoid_by_keyboard_alone(
    page: Page, stage: Stage
) -> None:
    opened(page, stage)
    page.locator("#map").focus()
    page.keyboard.press("d")
    expect(page.locator("#measure")).to_be_visible()
    page.locator("#measure-points").focus()
    page.keyboard.insert_text(_square(1000))
    page.locator("#measure-enter").focus()
    page.keyboard.press("Enter")
    rows = page.locator("#measure-result tbody tr")
    expect(rows.nth(0)).to_contain_text("1,000,000.00 ㎡")
    ellipsoidal = float(rows.nth(0).locator("td").nth(1).inner_text().split()[0].replace(",", ""))
    assert abs(ellipsoidal - 999_676) < 2
    assert rows.nth(1).locator("td").all_inner_texts()[0] == "100.0000 公顷"
    assert rows.nth(2).locator("td").all_inner_texts()[0] == "1500.0000 亩"
    assert page.locator("#measure-result thead th").all_inner_texts() == ["平面", "椭球"]
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-measure.png")
    page.keyboard.press("Escape")
    expect(page.locator("#measure")).to_be_hidden()
    assert page.evaluate("landgisDesk.sketch.getFeatures().length") == 0


def test_a_line_is_drawn_and_what_is_no_place_is_refused(page: Page, stage: Stage) -> None:
    opened(page, stage, lang="en")
    page.click("#tool-measure")
    page.check("input[name=measure-kind][value=length]")
    at = page.evaluate("landgisDesk.map.getView().getCenter()")
    metres = 300
    x, y = pixel_of(page, (at[0] - metres, at[1]))
    page.mouse.click(x, y)
    x, y = pixel_of(page, (at[0], at[1]))
    page.mouse.move(x, y)
    page.mouse.dblclick(x, y)
    cell = page.locator("#measure-result tbody td").first
    resolution = page.evaluate("landgisDesk.map.getView().getResolution()")
    expect(cell).to_contain_text("m")
    assert abs(float(cell.inner_text().split()[0]) - metres) <= 3 * resolution

    page.check("input[name=measure-kind][value=area]")
    page.fill("#measure-points", "0 0\n10 10\n10 0\n0 10")
    with page.expect_response("**/data/measure") as answered:
        page.click("#measure-enter")
    assert answered.value.status == 422
    expect(page.locator("#trouble")).to_contain_text("crosses itself")
    page.fill("#measure-points", "615000 east")
    page.click("#measure-enter")
    expect(page.locator("#trouble")).to_contain_text("is not two numbers")
    assert [line for line in stage.complaints if "422" not in line] == []
    stage.complaints.clear()  # the browser's own line on the refusal that was asked for


def test_identify_lists_every_feature_of_every_layer_shown(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    opened(page, stage, parcel=parcel)
    expect(page.locator("#card article")).to_have_attribute("data-parcel", parcel)
    shape = stage.parcels.set_index("parcel_id").geometry[parcel]
    farmland = stage.sample.layers[FARMLAND].features
    hit = farmland[farmland.intersects(shape)]
    spot = hit.geometry.iloc[0].intersection(shape).representative_point()
    expected = set(farmland.loc[farmland.intersects(spot), "feature_id"])
    page.wait_for_timeout(400)  # the map moves to the parcel
    page.click("#tool-identify")
    page.mouse.click(*pixel_of(page, (spot.x, spot.y)))
    groups = page.locator("#identified section")
    expect(groups.first).to_have_attribute("data-group", "parcels")
    expect(groups.first.locator("button b")).to_have_text(parcel)
    found = page.locator(f"#identified [data-group={FARMLAND}] button b").all_inner_texts()
    assert expected <= set(found)
    expect(page.locator(f"#identified [data-group={FARMLAND}]")).to_contain_text("2026-01 · 2026-01-01")
    assert page.locator("#identified [data-group=water]").count() == 0
    page.locator(f"#identified [data-group={FARMLAND}] button").first.click()
    assert page.evaluate("landgisDesk.sketch.getFeatures().some(f => f.getGeometry().getType() === 'MultiPolygon')")
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-identify.png")
    page.uncheck(f"input[data-layer={FARMLAND}]")
    page.click("#identify-centre")
    expect(page.locator(f"#identified [data-group={FARMLAND}]")).to_have_count(0)
    expect(page.locator("#identified .said")).to_be_visible()


def test_what_is_found_is_chosen_by_keyboard(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    extent = [614000, 3424000, 614500, 3424500]
    answer = {
        "kinds": [
            {"kind": "parcel", "count": 30, "items": [{"label": parcel, "parcel": parcel}]},
            {"kind": "village", "count": 1, "items": [{"label": "<b>北浜村</b>", "extent": extent}]},
        ]
    }

    def found(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))

    page.route("**/data/search?*", found)
    opened(page, stage)
    page.locator("#map").focus()
    page.keyboard.press("/")
    page.keyboard.type("bbc")
    field, options = page.locator("#search"), page.locator("#search-list [role=option]")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#search-list")).to_contain_text("1 / 30")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "found-1")
    expect(options.nth(1)).to_have_text("<b>北浜村</b>")
    page.screenshot(path=ARTEFACTS / "map-search.png")
    page.keyboard.press("Enter")
    until(page, "Math.abs(landgisDesk.map.getView().getCenter()[0] - 614250) < 5")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.locator("#card article")).to_have_attribute("data-parcel", parcel)
    expect(page.locator("#search-list")).to_be_hidden()
