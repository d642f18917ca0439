"""Attacks in every text column, looked at in a browser: nothing runs, nothing is asked of another house, nothing is even tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from tests.support.browser_stage import until
from tests.support.door_case import PASSWORD
from tests.support.payloads import SLICE
from tests.support.planted_texts import Planted, planted

_TRIPWIRE = """
  window.__tried = [];
  document.addEventListener('securitypolicyviolation', event =>
    window.__tried.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture(scope="module")
def desk(cluster: PrivateCluster) -> Iterator[Planted]:
    with planted(cluster, SLICE) as found:
        yield found


@dataclass
class Watched:
    """A page with a tripwire, and what has touched it."""

    page: Page
    address: str
    touched: list[str] = field(default_factory=list)

    def opened(self, path: str) -> None:
        """Open a page, let it come to rest, and see whether anything ran."""
        self.page.goto(f"{self.address}{path}", wait_until="networkidle")
        self.look(path)

    def look(self, where: str) -> None:
        """Note what ran or was tried."""
        ran, tried = self.page.evaluate("[window.__ran, window.__tried]")
        self.touched += [f"{where}: {what}" for what in ([f"ran {ran}"] if ran is not None else []) + tried]


@pytest.fixture
def watched(browser: Browser, desk: Planted) -> Iterator[Watched]:
    page = browser.new_page()
    found = Watched(page, desk.door.address)

    def gate(route: Route) -> None:
        if route.request.url.startswith((found.address, "data:", "blob:")):
            route.continue_()
        else:
            found.touched.append(f"asked for {route.request.url}")
            route.abort()

    page.set_default_timeout(30_000)
    page.add_init_script(_TRIPWIRE)
    page.route("**/*", gate)
    page.on("dialog", lambda dialog: (found.touched.append(f"dialog {dialog.message}"), dialog.dismiss()))
    yield found
    page.close()


def enter(watched: Watched, role: Role) -> None:
    page = watched.page
    page.goto(f"{watched.address}/enter")
    page.fill("input[name=account]", role.value)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(lambda url: "/enter" not in url)


def test_the_tripwire_is_touched_by_what_is_tried(watched: Watched) -> None:
    watched.opened("/enter")
    watched.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__ran=1>')")
    until(watched.page, "window.__tried.length > 0")
    watched.look("planted")
    assert any("script-src" in what for what in watched.touched)


def test_no_page_of_the_planner_runs_a_text(watched: Watched, desk: Planted) -> None:
    enter(watched, Role.DISTRICT_PLANNER)
    for text in desk.parcels[:3]:
        watched.opened(f"/?run={desk.run}&parcel={quote(text, safe='')}")
        until(watched.page, "!!document.querySelector('#card-more .decisions')")
        watched.look(text)
    page = watched.page
    for text in desk.parcels[:3]:
        page.fill("#search", text)
        page.wait_for_timeout(500)
        watched.look(f"search {text}")
    for path in (
        "/boards/pool", f"/boards/plan?plan={desk.plan}", "/releases", "/releases/permanent_basic_farmland/test", "/jobs",
        f"/statistics?run={desk.run}", "/self",
    ):  # fmt: skip
        watched.opened(path)
    assert watched.touched == []


@pytest.mark.parametrize(("role", "path"), [
    (Role.SECURITY_ADMIN, "/people"), (Role.AUDIT_ADMIN, "/audit"), (Role.AUDIT_ADMIN, "/audit?record=changes"),
    (Role.SYSTEM_ADMIN, "/system"),
])  # fmt: skip
def test_no_page_of_an_administrator_runs_a_text(watched: Watched, role: Role, path: str) -> None:
    enter(watched, role)
    watched.opened(path)
    assert watched.touched == []
