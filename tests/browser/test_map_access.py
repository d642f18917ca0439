"""Whoever uses a keyboard, a screen reader, a small window or no colours uses the same desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import wrongs
from tests.support.browser_stage import ARTEFACTS, Stage, guarded_page, opened, settled, until

_TABS = ("card", "check", "identify", "compare", "bookmarks")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_serious_on_any_tab(page: Page, stage: Stage, lang: str) -> None:
    opened(page, stage, lang=lang, parcel=stage.planted("farmland_conflict"))
    expect(page.locator("#card article")).to_be_visible()
    for tab in _TABS:
        page.click(f"#tab-{tab}")
        if tab == "identify":
            page.click("#identify-centre")
            expect(page.locator("#identified .said")).to_be_visible()
        if tab == "compare":
            page.wait_for_selector("#compare-start:enabled")
            page.click("#compare-start")
            expect(page.locator("#changes .said")).to_be_visible()
        assert wrongs(page) == [], tab
    page.click("#tool-measure")
    assert wrongs(page) == []
    page.click("#help-open")
    assert wrongs(page) == []


def test_keys_lead_everywhere_and_can_be_switched_off(page: Page, stage: Stage) -> None:
    opened(page, stage)
    focused = "document.activeElement.id || document.activeElement.className || document.activeElement.dataset.layer"
    for key, expected in (("m", "map"), ("p", "tab-card"), ("t", "pick")):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)
        assert page.evaluate(focused) == expected, key
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("Enter")
    expect(page.locator("tr.chosen")).to_have_count(1)

    page.locator("#map").focus()
    before = page.evaluate("[landgisDesk.map.getView().getCenter()[0], landgisDesk.map.getView().getResolution()]")
    page.keyboard.press("ArrowRight")
    until(page, "east => landgisDesk.map.getView().getCenter()[0] > east", before[0])
    page.keyboard.press("+")
    until(page, "resolution => landgisDesk.map.getView().getResolution() < resolution", before[1])

    page.locator("#tab-card").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "tab-check"
    page.keyboard.press("End")
    expect(page.locator("#panel-bookmarks")).to_be_visible()
    expect(page.locator("#panel-card")).to_be_hidden()

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "map-keys.png")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement === document.body")
    page.evaluate("localStorage.clear()")


def test_every_control_shows_where_the_focus_is(page: Page, stage: Stage) -> None:
    opened(page, stage)
    page.evaluate("document.querySelectorAll('#layers details').forEach(each => each.open = true)")
    seen, bare = set(), []
    for _ in range(300):
        page.keyboard.press("Tab")
        here = page.evaluate("""() => {
          const at = document.activeElement, drawn = getComputedStyle(at), beside = at.nextElementSibling;
          const ring = drawn.outlineStyle !== 'none' || (beside && getComputedStyle(beside).outlineStyle !== 'none');
          if (at === document.body) return ['BODY', true];
          const name = at.id || at.dataset.layer || at.className || at.tagName;
          return [name, ring];
        }""")
        if here[0] == "BODY" or (here[0] in seen and here[0].startswith("tab-")):
            break
        seen.add(here[0])
        if not here[1]:
            bare.append(here[0])
    assert bare == []
    assert {"map", "search", "tool-measure", "q", "tab-card"} <= seen


@pytest.mark.parametrize(("width", "height", "name"), [(683, 384, "200"), (1920, 1080, "wide")])
def test_nothing_is_lost_at_twice_the_size_or_on_a_wide_screen(
    browser: Browser, stage: Stage, width: int, height: int, name: str
) -> None:
    with guarded_page(browser, stage, width, height) as page:
        opened(page, stage, lang="en", parcel=stage.planted("farmland_conflict"))
        expect(page.locator("#card article")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for part in ("#map", "#filter", "#table", "#side", "#layers"):
            page.locator(part).scroll_into_view_if_needed()
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["width"] > 200, part
            assert box["height"] > 30, part
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(400)  # the map moves to the parcel
        settled(page)
        page.screenshot(path=ARTEFACTS / f"map-{name}-en.png", full_page=True)
