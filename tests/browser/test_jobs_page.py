"""The page of long work in the system's chromium, with a real worker, the network off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from landgis.db.cluster import PrivateCluster
from landgis.domain.jobs import JobKind, JobState
from landgis.web.app import create_app
from tests.support.alone import Alone
from tests.support.browser_stage import ARTEFACTS
from tests.support.desk_case import _served, known_database, office_of
from tests.support.jobs_case import Office, job_office
from tests.support.places import passable_folder

DAY = "2026-06-30"
EVIL = '<img src=x onerror="window.hacked=1">'


@pytest.fixture(scope="module")
def office(cluster: PrivateCluster) -> Iterator[Office]:
    with (
        known_database(cluster) as (database, person, _run),
        passable_folder("任务") as home,
        job_office(cluster, database, person, home) as office,
    ):
        yield office


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    app = create_app(office_of(office.database, office.home), Alone(office.person))
    with contextmanager(_served)(app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(30_000)
    trouble: list[str] = []

    def gate(route: Route) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            trouble.append(route.request.url)
            route.abort()

    page.route("**/*", gate)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    yield page
    page.close()
    assert trouble == []


def test_a_job_is_asked_for_watched_cancelled_and_asked_for_again(office: Office, address: str, page: Page) -> None:
    evil = office.originals.keep(Path(__file__))
    office.ask(JobKind.IMPORT_PARCELS, file={"content_hash": evil.content_hash, "name": EVIL.replace("/", "")})
    page.goto(f"{address}/jobs")
    expect(page.get_by_role("alert")).to_contain_text("没有执行程序在运行")
    expect(page.locator("tr[data-job='1'] .state")).to_have_text("排队")
    page.screenshot(path=ARTEFACTS / "jobs-waiting.png", full_page=True)

    office.worker()
    failed = page.locator("tr[data-job='1']")
    expect(failed.locator(".state")).to_have_text("失败", timeout=60_000)  # told without a reload
    expect(failed.locator("progress")).to_be_hidden()
    assert page.evaluate("window.hacked") is None

    with office.half_stored():
        asked = page.request.post(
            f"{address}/jobs",
            data={"kind": "screen", "arguments": {"rules": "songjiang", "as_of": DAY}},
            headers={"Origin": address},
        )
        assert asked.status == 202
        body = asked.json()
        job_no, row = body["job"]["job_no"], page.locator(f"tr[data-job='{body['job']['job_no']}']")
        twin = page.request.post(
            f"{address}/jobs", data={"kind": "screen", "arguments": {"as_of": DAY}}, headers={"Origin": address}
        ).json()
        assert (body["new"], twin["new"], twin["job"]["job_no"]) == (True, False, job_no)
        office.waits_half_stored(job_no)
        page.goto(f"{address}/jobs")
        expect(row.locator(".state")).to_have_text("进行中")
        bar = page.get_by_role("progressbar", name=f"任务 {job_no} 的进度")
        expect(bar).to_be_visible()
        expect(row.locator(".step")).to_contain_text("量算")
        assert 0 < float(bar.get_attribute("value") or 0) < 1  # told twice a second at most
        page.screenshot(path=ARTEFACTS / "jobs-running.png", full_page=True)
        cancel = page.get_by_role("button", name=f"取消任务 {job_no}")
        cancel.focus()
        page.keyboard.press("Enter")
        expect(row.locator(".state")).to_have_text("已取消")
        expect(page.get_by_role("status")).to_have_text(f"任务 {job_no}：已取消")
    page.get_by_role("button", name=f"按原参数重新提交任务 {job_no}").click()
    again = page.locator(f"tr[data-job='{job_no + 1}']")
    expect(again.locator(".state")).to_have_text("完成", timeout=60_000)
    assert office.now(job_no + 1).state is JobState.DONE
    page.screenshot(path=ARTEFACTS / "jobs-done.png", full_page=True)
    page.goto(f"{address}/jobs?lang=en")
    page.screenshot(path=ARTEFACTS / "jobs-english.png", full_page=True)
    again.get_by_role("link", name="Open run").click()
    expect(page.locator("body.desk")).to_be_visible()


def test_errors_and_files_are_told_to_who_asks_by_script(office: Office, address: str, page: Page) -> None:
    plain = {"Accept": "application/json"}
    for data, status, code in (
        ({"kind": "dance", "arguments": {}}, 400, "usage"),
        ({"kind": "screen", "arguments": {"rules": "songjiang"}}, 400, "usage"),
        ({"kind": "screen", "arguments": "x"}, 400, "usage"),
        (
            {"kind": "import_parcels", "arguments": {"file": {"content_hash": "0" * 64, "name": "a.gpkg"}}}, 404,
            "file_missing",
        ),
    ):  # fmt: skip
        answer = page.request.post(f"{address}/jobs", data=data, headers=plain | {"Origin": address})
        assert (answer.status, answer.json()["error"]["code"]) == (status, code)
    assert page.request.get(f"{address}/data/jobs/99999").status == 404
    assert page.request.get(f"{address}/jobs/1/file").status == 404
    job = office.ask(JobKind.ATLAS, drawn_on=DAY, plan="L000009")
    assert office.ended(job.job_no).state is JobState.FAILED  # there is no such plan
