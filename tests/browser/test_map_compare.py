"""Two states compared on the map, and views kept by name."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser_stage import ARTEFACTS, EARLIER, FARMLAND, Stage, opened, settled, until


def _pair(page: Page, what: str) -> None:
    page.click("#tab-compare")
    page.wait_for_selector("#compare-start:enabled")
    with page.expect_response("**/data/editions?*"):
        page.select_option("#compare-what", what)
    page.wait_for_selector("#compare-start:enabled")


def test_two_releases_are_swiped_and_the_list_leads_to_the_place(page: Page, stage: Stage) -> None:
    opened(page, stage)
    _pair(page, FARMLAND)
    expect(page.locator("#compare-before")).to_have_value(EARLIER)
    page.click("#compare-start")
    farmland = stage.sample.layers[FARMLAND].features
    conflict = stage.parcels.set_index("parcel_id").geometry[stage.planted("farmland_conflict")]
    new = farmland[farmland.intersects(conflict)]
    expect(page.locator("#changes .said")).to_contain_text(f"{len(new)} 处不同")
    change = page.locator("#changes li button").first
    expect(change.locator("b")).to_have_text(str(sorted(new["feature_id"])[0]))
    change.click()
    page.wait_for_timeout(400)  # the map moves there
    settled(page)
    grip = page.locator(".swipe")
    expect(grip).to_have_attribute("aria-valuenow", "50")
    middle = new.geometry.iloc[0].representative_point()
    colour = """at => {
      const canvas = document.querySelector('#map canvas'), ratio = canvas.width / canvas.clientWidth;
      const [x, y] = landgisDesk.map.getPixelFromCoordinate(at);
      return [...canvas.getContext('2d').getImageData(Math.round(x * ratio) - 4, Math.round(y * ratio) - 4, 9, 9).data].join();
    }"""
    grip.focus()
    page.keyboard.press("Home")  # all of the map shows the later state
    settled(page)
    later = page.evaluate(colour, [middle.x, middle.y])
    page.keyboard.press("End")  # all of it shows the earlier one: there was no farmland here
    settled(page)
    assert page.evaluate(colour, [middle.x, middle.y]) != later
    page.keyboard.press("PageDown")
    expect(grip).to_have_attribute("aria-valuenow", "80")
    box = grip.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] - 150, box["y"] + 40)
    page.mouse.up()
    assert int(grip.get_attribute("aria-valuenow") or 80) < 70
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-swipe.png")
    page.click("#compare-end")
    expect(page.locator(".swipe")).to_have_count(0)
    expect(page.locator("#changes")).to_be_empty()


def test_two_runs_stand_side_by_side_with_one_pointer(page: Page, stage: Stage) -> None:
    opened(page, stage, lang="en")
    page.click("#tab-compare")
    page.wait_for_selector("#compare-start:enabled")
    expect(page.locator("#compare-before")).to_have_value(stage.earlier_run)
    expect(page.locator("#compare-after")).to_have_value(stage.run)
    page.check("input[name=compare-way][value=side]")
    page.click("#compare-start")
    change = page.locator("#changes li button")
    expect(change).to_have_count(1)
    expect(change).to_contain_text(stage.planted("clear"))
    expect(change).to_contain_text("undecidable → clear")
    change.click()
    page.wait_for_timeout(400)  # the map moves there
    settled(page)
    views = "[landgisDesk.map, landgisDesk.second].map(map => map.getView().getCenter().join())"
    assert len(set(page.evaluate(views))) == 1
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.move(box["x"] + 80, box["y"] + 80)
    far = page.locator("#map-second .far-pointer").bounding_box()
    other = page.locator("#map-second").bounding_box()
    assert far is not None
    assert other is not None
    assert abs(far["x"] + far["width"] / 2 - other["x"] - 80) < 4
    assert abs(far["y"] + far["height"] / 2 - other["y"] - 80) < 4
    page.screenshot(path=ARTEFACTS / "map-side-by-side-en.png")
    page.click("#compare-swap")
    expect(change).to_contain_text("clear → undecidable")
    page.click("#compare-end")
    expect(page.locator("#map-second")).to_be_hidden()


def test_a_view_is_kept_by_name_and_opened_again(page: Page, stage: Stage) -> None:
    parcel = stage.planted("farmland_conflict")
    opened(page, stage, parcel=parcel)
    expect(page.locator("#card article")).to_have_attribute("data-parcel", parcel)
    page.uncheck("input[data-layer=road]")
    page.click("#tab-bookmarks")
    expect(page.locator("#bookmark-list")).to_contain_text("还没有书签")
    page.fill("#bookmark-name", "<b>北浜村</b> 压占")
    page.check("#bookmark-share")
    page.click("#bookmark-form button[type=submit]")
    kept = page.locator("#bookmark-list .go")
    expect(kept).to_have_text("<b>北浜村</b> 压占")
    expect(page.locator("#bookmark-list small")).to_contain_text("自己的，已共享")
    settled(page)
    page.screenshot(path=ARTEFACTS / "map-bookmarks.png")

    opened(page, stage)
    expect(page.locator("input[data-layer=road]")).to_be_checked()
    page.click("#tab-bookmarks")
    page.locator("#bookmark-list .go").click()
    until(page, "parcel => location.search.includes(parcel)", parcel)
    page.wait_for_selector("html[data-map='ready']")
    expect(page.locator("input[data-layer=road]")).not_to_be_checked()
    expect(page.locator("tr.chosen")).to_have_attribute("data-parcel", parcel)
    page.click("#tab-bookmarks")
    page.locator("#bookmark-list .drop").click()
    expect(page.locator("#bookmark-list")).to_contain_text("还没有书签")
