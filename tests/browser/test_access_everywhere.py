"""Every room but the desk itself, in both languages: nothing serious by axe, and nothing lost at twice the size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from tests.support import desk_case
from tests.support.axe import wrongs
from tests.support.board_case import BoardCase, board_case
from tests.support.browser_stage import ARTEFACTS
from tests.support.door_case import PASSWORD, DoorCase, door_case

ROOMS = {
    "/boards/pool": "#board[data-ready]", "/boards/plan": "#plan-board[data-ready]", "/releases": "table.releases",
    "/jobs": "#jobs", "/intake/layer": "#intake", "/intake/parcels": "#intake", "/handbook/check": "#chapter img",
}  # fmt: skip
"""Path, and what stands there once the page is ready."""
BEHIND_THE_DOOR = {
    Role.SECURITY_ADMIN: "/people", Role.AUDIT_ADMIN: "/audit", Role.SYSTEM_ADMIN: "/system", Role.LEADER: "/self",
}  # fmt: skip
HALF = {"width": 683, "height": 384}
"""What a page of 1366 × 768 has to make do with at twice the size."""


@pytest.fixture(scope="module")
def bureau(cluster: PrivateCluster) -> Iterator[tuple[BoardCase, str]]:
    with board_case(cluster) as case, desk_case.served(case.database, case.planner) as address:
        yield case, address


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[DoorCase]:
    with door_case(cluster) as made:
        yield made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(20_000)
    page.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith("http://127.0.0.1:") else route.abort()
    )
    yield page
    page.close()


def sound(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open: by axe, and by its width at twice the size."""
    found = [f"{name}: {each}" for each in wrongs(page)]
    page.set_viewport_size(HALF)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.screenshot(path=ARTEFACTS / f"access-{name}.png")
    page.set_viewport_size({"width": 1366, "height": 768})
    return found if wide <= 0 else [*found, f"{name}: {wide} px too wide at twice the size"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_room_of_a_planner(page: Page, bureau: tuple[BoardCase, str], lang: str) -> None:
    found = []
    for path, ready in ROOMS.items():
        page.goto(f"{bureau[1]}{path}?lang={lang}")
        page.wait_for_selector(ready)
        found += sound(page, f"{path.strip('/').replace('/', '-')}-{lang}")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_door_and_the_rooms_of_the_administrators(page: Page, case: DoorCase, lang: str) -> None:
    page.goto(f"{case.address}/enter?lang={lang}")
    found = sound(page, f"enter-{lang}")
    for role, path in BEHIND_THE_DOOR.items():
        page.context.clear_cookies()
        page.goto(f"{case.address}/enter?lang={lang}")
        page.fill("#account", role.value)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/enter" not in url)
        page.goto(f"{case.address}{path}?lang={lang}")
        found += sound(page, f"{path.strip('/')}-{lang}")
    page.goto(f"{case.address}/password?lang={lang}")
    found += sound(page, f"password-{lang}")
    assert found == [], "\n".join(found)
