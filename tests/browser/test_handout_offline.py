"""The hand-out in the system's chromium, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

import landgis
from landgis.maps.handout import Handout, handout
from tests.support import plan_case

ASSETS = Path(landgis.__file__).parent / "web/static/vendor/folium"
EVIL = '<img src=x onerror="window.hacked=1"><b>村</b>'
PARCEL = ".leaflet-overlay-pane path.leaflet-interactive"


def request() -> Handout:
    lines = plan_case.lines(12, 2_500, 2_000, village_name=EVIL)
    lines["verdict"] = np.resize(["clear", "flagged", "excluded", "unknown"], 12)
    findings = plan_case.findings(lines).assign(message_zh=EVIL)
    return Handout(
        "松江区筛查结果", "Screening results", date(2025, 11, 15), date(2025, 11, 20), lines, findings,
        plan_case.context(lines), plan_case.sources(), True,
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
def page(browser: Browser, tmp_path: Path, asked: list[str], faults: list[str]) -> Iterator[Page]:
    file = tmp_path / "筛查结果.html"
    given = request()
    first, *rest = given.context
    style = replace(first.style, legend_zh=EVIL)
    file.write_bytes(handout(replace(given, context=(replace(first, style=style), *rest)), ASSETS))

    def answer(route: Route) -> None:
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    tab = browser.new_page(viewport={"width": 1300, "height": 850})
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.route("**/*", answer)
    tab.goto(file.as_uri())
    tab.wait_for_selector("html[data-ready=true]")
    yield tab
    assert faults == []
    assert asked == []
    tab.close()


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
