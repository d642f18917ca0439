"""The receiving desk in the system's chromium: what a release brings is seen on the map, and a second person publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import Originals
from landgis.db.people import PeopleStore
from landgis.domain.layer import ReleaseStatus
from landgis.errors import NotAllowed
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.services.layers.import_layer import LayerImport, import_layer
from landgis.services.receiving.releases import publish_seconded, release_lines
from tests.support import desk_case
from tests.support.browser_stage import ARTEFACTS
from tests.support.ground import at

KEY = "permanent_basic_farmland"


@dataclass(frozen=True)
class Desk:
    """Who brought the release in, who looks at it, and where each of them finds the desk."""

    database: Database
    importer: Person
    reviewer: Person
    home: Path


@pytest.fixture(scope="module")
def desk(cluster: PrivateCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """SJ-002 stood on 160 m² of farmland; the new edition moves the field onto SJ-003 and brings a bow-tie."""
    home = tmp_path_factory.mktemp("receiving")
    with desk_case.known_database(cluster) as (database, planner, _run):
        owner = desk_case.owner_of(cluster, database)
        try:
            reviewer = PeopleStore(owner).register("shenhe", "审核员丙", Role.DISTRICT_REVIEWER)
        finally:
            owner.close()
        shapes = {"田-1": at(300, 0, 40, 60), "田-9": at(700, 0, 50, 50)}
        tie = gpd.GeoSeries.from_wkt(["POLYGON((0 0, 60 60, 60 0, 0 60, 0 0))"]).translate(
            *at(900, 0, 1, 1).bounds[:2]
        )[0]
        frame = gpd.GeoDataFrame(
            {"YJJBNTTBBH": [*shapes, "结"], "TBMJ": 1e4}, geometry=[*shapes.values(), tie], crs=4549
        )
        path, ground = home / "YJJBNT.gpkg", home / "coverage.gpkg"
        frame.to_file(path, layer="YJJBNT", driver="GPKG")
        gpd.GeoDataFrame(geometry=[at(-900, -900, 3800, 3800)], crs=4549).to_file(ground, driver="GPKG")
        says = LayerEntry(
            name="2027",
            document_no="沪规〔2027〕1号",
            approved_on=date(2026, 1, 1),
            in_force_from=date(2026, 1, 1),
            substitute=True,
        )
        import_layer(
            database,
            Originals(home),
            desk_case.catalogue(),
            planner,
            LayerImport(path, key=KEY, coverage=ground, says=says),
        )
        yield Desk(database, planner, reviewer, home)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(20_000)
    page.route("**/*", lambda route: route.continue_() if _near(route) else route.abort())
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    page.close()
    assert complaints == []


def _near(route: Route) -> bool:
    return route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def test_who_imported_may_not_publish_and_the_list_says_what_waits(desk: Desk) -> None:
    lines = release_lines(desk.database, desk.importer, desk_case.catalogue())
    assert [line.stored.release.name for line in lines if line.stored.release.status is ReleaseStatus.DRAFT] == ["2027"]
    assert lines[0].fatal_count == 2  # the bow-tie, and that the release is incomplete by it
    with pytest.raises(NotAllowed, match="another publishes"):
        publish_seconded(desk.database, desk.importer, KEY, "2027")


def test_the_importer_sees_issues_and_changes_in_their_places(page: Page, desk: Desk) -> None:
    with desk_case.served_at(desk.database, desk.home, desk.importer) as address:
        page.goto(f"{address}/releases")
        expect(page.locator("tr.draft")).to_contain_text("2027")
        page.screenshot(path=ARTEFACTS / "receiving-list.png")
        page.click("tr.draft a")
        page.wait_for_selector("#release[data-ready=yes]")
        expect(page.locator("#refusal")).to_contain_text("须由他人发布")
        expect(page.locator("#publish")).to_have_count(0)
        expect(page.locator(".touched")).to_contain_text("SJ-003")
        expect(page.locator("table.findings").first).to_contain_text("结")
        page.screenshot(path=ARTEFACTS / "receiving-release.png", full_page=True)
        page.locator(".pick[data-kind=findings]").first.click()
        page.fill("#repairs [name=why]", "测绘单位确认")
        page.check("#repairs [name=repair]")
        page.click("#repairs button.main")
        expect(page.locator("#said")).to_contain_text("2027-r1")


def test_the_second_person_publishes_after_a_question(page: Page, desk: Desk) -> None:
    with desk_case.served_at(desk.database, desk.home, desk.reviewer) as address:
        page.goto(f"{address}/releases/{KEY}/2027-r1?lang=en")
        page.wait_for_selector("#release[data-ready=yes]")
        expect(page.locator("#repairs button")).to_have_count(0)
        page.click("#publish button.main")
        page.click("dialog button.main")
        expect(page.locator("#said")).to_contain_text("is published")
        page.screenshot(path=ARTEFACTS / "receiving-published.png", full_page=True)
    stored = LayerStore(desk.database).get(KEY, "2027-r1")
    assert (stored.release.status, stored.published_by) == (ReleaseStatus.PUBLISHED, "shenhe")
