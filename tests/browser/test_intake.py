"""Bringing files in, in the system's chromium with a real worker: upload, questions, import, and the page of the release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from landgis.db.cluster import PrivateCluster
from landgis.db.layers import LayerStore
from landgis.web.app import create_app
from tests.support.alone import Alone
from tests.support.axe import wrongs
from tests.support.browser_stage import ARTEFACTS
from tests.support.desk_case import _served, fresh_database, known_ground, office_of
from tests.support.foreign import shapefile, zipped
from tests.support.ground import at
from tests.support.jobs_case import Office, job_office
from tests.support.places import passable_folder

KEY = "permanent_basic_farmland"


@pytest.fixture(scope="module")
def office(cluster: PrivateCluster) -> Iterator[Office]:
    with fresh_database(cluster) as (database, person), passable_folder("收件") as home:
        known_ground(database, person)
        with job_office(cluster, database, person, home) as office:
            office.worker()
            yield office


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    app = create_app(office_of(office.database, office.home), Alone(office.person))
    with contextmanager(_served)(app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 900})
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


def _nothing_serious(page: Page) -> None:
    assert wrongs(page) == []


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zipped shapefile as offices send it: Chinese attributes in GBK, no .cpg and no .prj; one ring crosses itself."""
    folder = tmp_path_factory.mktemp("送来")
    tie = gpd.GeoSeries.from_wkt(["POLYGON((0 0, 60 60, 60 0, 0 60, 0 0))"]).translate(*at(900, 0, 1, 1).bounds[:2])[0]
    frame = gpd.GeoDataFrame(
        {"YJJBNTTBBH": ["田-1", "田-9", "结"], "ZLDWMC": ["曹家浜村", "東村", "叶榭镇马桥村"]},
        geometry=[at(300, 0, 40, 60), at(700, 0, 50, 50), tie], crs=4549,
    )  # fmt: skip
    path = shapefile(folder / "in", "YJJBNT", frame, encoding="GBK")
    for name in (".cpg", ".prj"):
        path.with_suffix(name).unlink(missing_ok=True)
    return zipped(folder / "永农2027.zip", path)


def test_a_layer_from_file_to_the_page_of_its_release(
    page: Page, address: str, office: Office, delivered: Path
) -> None:
    page.goto(f"{address}/releases")
    page.get_by_role("link", name="导入图层").click()
    expect(page.locator("#step-look")).to_be_hidden()
    _nothing_serious(page)
    page.screenshot(path=ARTEFACTS / "intake-file.png", full_page=True)
    page.set_input_files("#file", delivered)
    expect(page.locator("#questions fieldset[data-question=crs]")).to_be_visible()
    expect(page.locator("#verdict")).to_have_text("有问题须先回答")
    expect(page.locator("#step-says")).to_be_hidden()
    _nothing_serious(page)
    page.screenshot(path=ARTEFACTS / "intake-questions.png", full_page=True)
    page.fill("[name=other-crs]", "EPSG:4549")
    page.click("#questions button[type=submit]")
    expect(page.locator("#verdict")).to_have_text("可以导入")
    expect(page.locator("#found")).to_contain_text("环或图形有误 1")
    expect(page.locator("#found")).to_contain_text("crs = EPSG:4549")
    assert page.locator("[name=as_layer]").input_value() == KEY
    assert not (office.home / "originals").exists()
    page.fill("[name=name]", "2027")
    page.select_option("[name=district]", "songjiang")
    page.fill("[name=state_of_data_on]", "2026-05-31")
    page.fill("[name=issuing_body]", "区规划资源局")
    page.select_option("[name=secrecy]", "internal")
    page.fill("[name=document_no]", "沪规〔2027〕1号")
    page.check("[name=substitute]")
    _nothing_serious(page)
    page.screenshot(path=ARTEFACTS / "intake-says.png", full_page=True)
    page.click("#start")
    expect(page.locator("#job-state")).to_have_text("完成", timeout=60_000)
    expect(page.locator("#kept")).to_contain_text("永农2027.zip")
    _nothing_serious(page)
    page.screenshot(path=ARTEFACTS / "intake-done.png", full_page=True)
    page.get_by_role("link", name="查看版本").click()
    page.wait_for_selector("#release[data-ready=yes]")
    expect(page.locator("table.findings").first).to_contain_text("结")
    page.screenshot(path=ARTEFACTS / "intake-release.png", full_page=True)
    stored = LayerStore(office.database).get(KEY, "2027")
    assert (stored.release.feature_count, stored.release.source_crs[:9]) == (2, "EPSG:4549")


def test_parcels_by_keyboard_in_english_with_rows_that_stay_out(
    page: Page, address: str, office: Office, tmp_path: Path
) -> None:
    tie = gpd.GeoSeries.from_wkt(["POLYGON((0 0, 60 60, 60 0, 0 60, 0 0))"]).translate(*at(900, 500, 1, 1).bounds[:2])[
        0
    ]
    evil = '<img src=x onerror="window.hacked=1">'
    rows = {"own_no": ["SJ-801", "SJ-802"], "XZQDM": ["310117109"] * 2, evil[:40]: ["a", "b"]}
    path = tmp_path / "parcels.gpkg"
    gpd.GeoDataFrame(rows, geometry=[at(600, 500, 50, 50), tie], crs=4549).to_file(path, layer="parcels", driver="GPKG")
    page.goto(f"{address}/intake/parcels?lang=en")
    page.set_input_files("#file", [path])
    expect(page.locator("#verdict")).to_have_text("It would be accepted")
    expect(page.locator("#rows .refusals")).to_be_visible()  # nothing says which column is the number
    expect(page.locator("#columns details")).to_have_attribute("open", "")
    page.screenshot(path=ARTEFACTS / "intake-columns.png", full_page=True)
    page.locator("select[data-column=own_no]").select_option("parcel_id")
    expect(page.locator("#rows-told")).to_contain_text("1 rows would be stored, 1 would stay out")
    expect(page.locator("#refused")).to_contain_text("geometry_invalid")
    assert page.evaluate("window.hacked") is None
    _nothing_serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=ARTEFACTS / "intake-rows.png", full_page=True)
    page.fill("[name=valid_from]", "2026-06-01")
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#job-state")).to_have_text("done", timeout=60_000)
    expect(page.locator("#job-told")).to_contain_text("1 rows refused")
    expect(page.get_by_role("link", name="Download the rows kept out")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "intake-parcels-done.png", full_page=True)
    page.reload()  # the address knows the job
    expect(page.locator("#job-state")).to_have_text("done")


def test_a_file_is_let_go_and_another_size_of_window_loses_nothing(
    page: Page, address: str, office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "界址.txt"
    path.write_text("不是坐标", encoding="utf-8")
    page.set_viewport_size({"width": 683, "height": 600})
    page.goto(f"{address}/intake/layer")
    page.set_input_files("#file", path)
    expect(page.locator("#verdict")).to_have_text("不能导入")
    expect(page.locator("#step-says")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=ARTEFACTS / "intake-refused.png", full_page=True)
    page.click("#discard")
    expect(page.locator("#said")).to_contain_text("已放弃 界址.txt")
    assert not list((office.home / "uploads").iterdir())
