"""The door in the system's chromium, by keyboard, the network off: log-in, link, password, persons, audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from tests.support.door_case import PASSWORD, DoorCase, door_case

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NEW = "four unrelated words"


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[DoorCase]:
    with door_case(cluster) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, case: DoorCase) -> Iterator[Page]:
    """A page of a browser of its own; whatever it asks of another host, or complains of, fails the test."""
    context = browser.new_context(base_url=case.address, viewport={"width": 1280, "height": 800})
    abroad: list[str] = []

    def judge(route: Route) -> None:
        if route.request.url.startswith(case.address):
            route.continue_()
        else:
            abroad.append(route.request.url)
            route.abort()

    context.route("**/*", judge)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert abroad == []
    assert complaints == []


def keep(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def log_in(page: Page, account: str, password: str = PASSWORD) -> None:
    """By keyboard alone: the account has the focus."""
    page.goto("/enter")
    expect(page.locator("[name=account]")).to_be_focused()
    page.keyboard.type(account)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_a_page_asks_for_the_log_in_and_comes_after_it(page: Page) -> None:
    page.goto("/self?lang=en")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_label("Account").fill("leader")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Wrong account or password")
    expect(page.get_by_label("Password")).to_be_focused()
    keep(page, "enter_refused_en")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/self?lang=en")
    expect(page.get_by_role("navigation", name="Who works here")).to_contain_text("leader")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()  # no page is kept for whoever comes next


def test_a_link_opens_the_desk_once(page: Page, case: DoorCase) -> None:
    secret = case.door.make_link(case.person("leader"))
    page.goto(f"/enter/link/{secret}")
    page.wait_for_url(f"{case.address}/")
    page.context.clear_cookies()
    page.goto(f"/enter/link/{secret}")
    expect(page.get_by_role("alert")).to_contain_text("链接已用过")


def test_a_password_that_was_set_is_changed_before_anything_else(page: Page, case: DoorCase) -> None:
    case.new("first", password=None)
    case.register.set_password("first", PASSWORD, case.hashing)
    log_in(page, "first")
    expect(page.get_by_role("note")).to_contain_text("管理员设定")
    keep(page, "password_zh")
    page.get_by_label("现用密码").fill(PASSWORD)
    page.get_by_label("新密码", exact=True).fill(NEW)
    page.get_by_label("再输一次").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="密码已修改")).to_be_visible()
    page.get_by_role("link", name="继续").click()
    page.wait_for_url(f"{case.address}/")


def test_a_security_administrator_registers_a_clerk_who_comes_in(page: Page, case: DoorCase) -> None:
    log_in(page, "security_admin")
    page.wait_for_url("**/people")
    page.get_by_text("登记人员").click()
    form = page.locator("details.card form")
    form.get_by_label("账号").fill("xinren")
    form.get_by_label("姓名").fill("新人<b>甲</b>")
    form.get_by_label("角色").select_option("town_clerk")
    form.get_by_label("所属街镇").select_option(label="佘山镇")
    form.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("已登记 xinren")
    row = page.get_by_role("row").filter(has_text="xinren")
    expect(row).to_contain_text("新人<b>甲</b>")
    row.locator("summary").click()
    row.get_by_label("新密码").fill(PASSWORD)
    keep(page, "people_zh")
    row.get_by_role("button", name="设定密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已设定")
    assert case.person("xinren").role is Role.TOWN_CLERK
    page.get_by_role("button", name="退出").click()
    log_in(page, "xinren")
    page.wait_for_url("**/password")


def test_an_audit_administrator_filters_what_happened(page: Page, case: DoorCase) -> None:
    case.new("watched")
    case.inside("watched").post("/leave")
    log_in(page, "audit_admin")
    page.wait_for_url("**/audit")
    page.get_by_label("账号").fill("watched")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text("退出")
    keep(page, "audit_zh")
    page.get_by_role("link", name="变更记录").click()
    expect(page.get_by_text("这些日子没有记录")).to_be_visible()
    page.get_by_label("账号").fill("")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("columnheader", name="Kind of record")).to_be_visible()
    keep(page, "audit_changes_en")
