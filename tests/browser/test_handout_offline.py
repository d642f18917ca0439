"""The hand-out in the system's chromium, with the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

import landgis
from landgis.maps.handout import Handout, handout, plan_handout
from tests.support import plan_case
from tests.support.payloads import BESIDE, PAYLOADS
from tests.support.plan_handout_case import HOSTILE, plan_request
from tests.support.web_tables import WebTables

ASSETS = Path(landgis.__file__).parent / "web/static/vendor/folium"
EVIL = '<img src=x onerror="window.hacked=1"><b>村</b>'
PARCEL = ".leaflet-overlay-pane path.leaflet-interactive"


def request() -> Handout:
    lines = plan_case.lines(12, 2_500, 2_000, village_name=EVIL)
    lines["verdict"] = np.resize(["clear", "flagged", "excluded", "unknown"], 12)
    findings = plan_case.findings(lines).assign(message_zh=EVIL)
    return Handout(
        title_zh="松江区筛查结果", title_en="Screening results", as_of=date(2025, 11, 15), drawn_on=date(2025, 11, 20),
        parcels=lines, findings=findings, context=plan_case.context(lines), sources=plan_case.sources(), substitute=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def asked() -> list[str]:
    """Addresses the page asked for beyond its own file."""
    return []


@pytest.fixture
def faults() -> list[str]:
    """Errors in the page's console."""
    return []


@pytest.fixture
def opened(
    browser: Browser, tmp_path: Path, asked: list[str], faults: list[str]
) -> Iterator[Callable[[bytes, int], Page]]:
    """Open a page from its file, with the network off, in a window so many pixels wide."""
    tabs: list[Page] = []

    def open_(content: bytes, wide: int) -> Page:
        file = tmp_path / "分发页.html"
        file.write_bytes(content)
        tabs.append(_tab(browser, file, wide, asked, faults))
        return tabs[-1]

    yield open_
    assert faults == []
    assert asked == []
    for tab in tabs:
        tab.close()


@pytest.fixture
def page(opened: Callable[[bytes, int], Page]) -> Page:
    given = request()
    first, *rest = given.context
    style = replace(first.style, legend_zh=EVIL)
    return opened(handout(replace(given, context=(replace(first, style=style), *rest)), ASSETS), 1300)


@pytest.fixture
def meeting(opened: Callable[[bytes, int], Page]) -> Page:
    return opened(plan_handout(plan_request(), ASSETS), 1600)


def _tab(browser: Browser, file: Path, wide: int, asked: list[str], faults: list[str]) -> Page:
    def answer(route: Route) -> None:
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    tab = browser.new_page(viewport={"width": wide, "height": 850})
    tab.set_default_timeout(8_000)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.route("**/*", answer)
    tab.goto(file.as_uri())
    tab.wait_for_selector("html[data-ready=true]")
    return tab


def test_a_click_on_a_parcel_opens_its_card(page: Page) -> None:
    assert page.locator(PARCEL).count() == 12
    page.locator(PARCEL).first.click()
    card = page.locator(".leaflet-popup .card")
    card.wait_for()
    shown = card.inner_text()
    for words in (
        "JB0000",
        "符合 clear",
        "permanent-basic-farmland",
        "0 m²",
        "三（四）1",
        "permanent_basic_farmland@2025-06",
    ):
        assert words in shown
    assert "不得占用永久基本农田" in shown


def test_text_from_data_is_shown_and_never_run(page: Page) -> None:
    page.locator(PARCEL).first.click()
    page.locator(".leaflet-popup .card").wait_for()
    assert EVIL in page.locator(".leaflet-popup .card").inner_text()
    assert EVIL in page.locator(".leaflet-control-layers").inner_text()
    assert page.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None


def test_scripts_that_are_not_the_pages_own_are_forbidden(page: Page, faults: list[str]) -> None:
    blocked = page.evaluate(
        """async () => {
          const seen = new Promise((done) => document.addEventListener('securitypolicyviolation', () => done(true)));
          const script = document.createElement('script');
          script.textContent = 'window.hacked = 2';
          document.body.append(script);
          return Promise.race([seen, new Promise((done) => setTimeout(() => done(false), 2000))]);
        }"""
    )
    assert blocked
    assert page.evaluate("window.hacked") is None
    assert "Content Security Policy" in faults.pop()


def test_layers_can_be_switched_off(page: Page) -> None:
    page.get_by_label("无法判定（3 宗）").uncheck()
    assert page.locator(PARCEL).count() == 9
    page.get_by_label("永久基本农田（2025-06）").uncheck()
    assert page.locator(".leaflet-context-1-pane path").count() == 0
    assert page.locator(".leaflet-context-2-pane path").count() == 1


def test_scale_title_and_warning_are_seen(page: Page) -> None:
    assert page.locator("h1").inner_text() == "松江区筛查结果"
    assert page.locator(".stand-in").is_visible()
    assert "不得用于量算" in page.locator("footer").inner_text()
    assert page.locator(".leaflet-control-scale-line").inner_text().split()[1] in ("m", "km")


def chosen(page: Page) -> list[str]:
    """Numbers of the rows that are marked."""
    return page.locator("#table-lines tr.chosen button").all_inner_texts()


def test_a_row_shows_its_parcel_and_a_parcel_its_row(meeting: Page) -> None:
    number = meeting.locator(".number").nth(3)
    wanted = number.inner_text()
    number.click()
    assert chosen(meeting) == [wanted]
    assert meeting.locator("#table-lines tr.chosen").is_visible()
    meeting.locator("#table-lines tbody tr").nth(20).click()
    card = meeting.locator(".leaflet-popup .card")
    assert card.locator("h2").inner_text().startswith("21 · ")
    assert chosen(meeting) == ["21"]
    assert meeting.locator(".leaflet-overlay-pane path[stroke='#d00000']").count() == 1
    meeting.locator(".leaflet-popup-close-button").click()
    assert chosen(meeting) == []


def test_a_click_on_an_outline_marks_its_row(meeting: Page) -> None:
    at = meeting.evaluate(
        """() => { const box = landgisOutlines.get(4).getElement().getBoundingClientRect();
                   return [box.left + box.width / 2, box.top + box.height / 2]; }"""
    )
    meeting.evaluate("() => document.querySelector('.leaflet-numbers-pane').remove()")
    meeting.mouse.click(*at)
    assert chosen(meeting) == ["5"]
    row = meeting.locator("#table-lines tr.chosen").bounding_box()
    side = meeting.locator("aside").bounding_box()
    assert row is not None
    assert side is not None
    assert side["y"] <= row["y"] < side["y"] + side["height"]


def test_the_keyboard_goes_all_the_way(meeting: Page) -> None:
    focused = "document.activeElement.textContent"
    meeting.locator("#table-lines tbody button").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        meeting.keyboard.press(key)
    assert meeting.evaluate(focused) == "2"
    meeting.keyboard.press("Enter")
    assert chosen(meeting) == ["2"]
    assert "回到表中" in meeting.evaluate(focused)
    meeting.keyboard.press("Enter")
    assert meeting.evaluate(focused) == "2"
    meeting.keyboard.press("End")
    assert meeting.evaluate(focused) == "24"
    meeting.keyboard.press("Enter")
    meeting.keyboard.press("Escape")
    assert meeting.locator(".leaflet-popup").count() == 0
    assert (meeting.evaluate(focused), chosen(meeting)) == ("24", [])
    assert meeting.locator("#table-lines button[tabindex='0']").count() == 1


def test_the_pool_and_every_use_can_be_switched(meeting: Page) -> None:
    assert meeting.locator(PARCEL).count() == 30
    meeting.get_by_label("库内其他地块（6 宗）").uncheck()
    assert meeting.locator(PARCEL).count() == 24
    for box in meeting.locator("#legend input").all():
        box.uncheck()
    assert meeting.locator(PARCEL).count() == 0
    assert meeting.locator(".number").count() == 0
    meeting.locator("#table-lines tbody button").first.click()
    assert meeting.locator(PARCEL).count() >= 1, "a row that is asked for switches its use on again"


def test_what_is_shown_is_what_the_file_says(meeting: Page) -> None:
    read = WebTables(plan_handout(plan_request(), ASSETS).decode())
    for name in ("town", "use", "lines"):
        shown = meeting.locator(f"#table-{name} tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
        )
        assert shown == read.rows(name)
    for words in ("替代数据，非法定成果", "示意图，不得用于量算", "制图 drawn 2026-07-01"):
        assert words in meeting.inner_text("body")


def test_hostile_words_in_a_plan_are_shown_and_never_run(opened: Callable[[bytes, int], Page]) -> None:
    given = plan_request()
    words = dict.fromkeys(("town_name", "owner_name", "village_name", "planned_use_zh"), HOSTILE)
    parcels = [f"{HOSTILE}{number}" for number in given.lines["line_no"]]
    hostile = replace(
        given, lines=given.lines.assign(parcel_id=parcels, **words), notes_zh=(HOSTILE,), title_zh=HOSTILE
    )
    page = opened(plan_handout(hostile, ASSETS), 1600)
    page.locator("#table-lines tbody button").first.click()
    assert page.locator(".leaflet-popup h2").text_content() == f"1 · {HOSTILE}1"
    assert page.locator(".leaflet-popup dd").nth(1).text_content() == HOSTILE
    assert page.locator("#table-lines tbody td").nth(1).text_content() == f"{HOSTILE}1"
    assert page.title().startswith("<script>window.hacked=1</script>")
    assert page.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None


def test_none_of_many_attacks_in_a_plan_runs(opened: Callable[[bytes, int], Page]) -> None:
    texts = [*PAYLOADS, *BESIDE]
    given = plan_request(len(texts), 6)
    words = {name: texts[at:] + texts[:at] for at, name in enumerate(("town_name", "owner_name", "village_name"))}
    hostile = replace(
        given, lines=given.lines.assign(parcel_id=texts, **words), notes_zh=tuple(texts[:9]), title_zh=texts[0]
    )
    page = opened(plan_handout(hostile, ASSETS), 1600)
    rows = page.locator("#table-lines tbody tr")
    assert rows.count() == len(texts)
    for at in range(0, len(texts), 5):
        rows.nth(at).locator("button").click()
        until = page.locator(".leaflet-popup h2").first.text_content()
        assert until is not None
    shown = page.locator("#table-lines tbody tr").evaluate_all("rows => rows.map((row) => row.cells[1].textContent)")
    assert {" ".join(text.split()) for text in shown} == {" ".join(text.split()) for text in texts}
    assert page.evaluate("window.__ran") is None


def test_on_a_narrow_screen_the_map_lies_above_its_tables(opened: Callable[[bytes, int], Page]) -> None:
    page = opened(plan_handout(plan_request(), ASSETS), 700)
    side, ground = page.locator("aside").bounding_box(), page.locator(".folium-map").bounding_box()
    assert side is not None
    assert ground is not None
    assert side["y"] >= ground["y"] + ground["height"]
    page.locator("#table-lines tbody button").nth(9).click()
    page.wait_for_function(
        "() => { const box = document.querySelector('.leaflet-popup').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    assert chosen(page) == ["10"]
