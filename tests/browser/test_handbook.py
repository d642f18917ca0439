"""The jobs of the handbook are walked through as it says, and its pictures are taken on the way.

``make handbook`` writes the pictures that ship; otherwise they are only looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
import shapely
from playwright.sync_api import Browser, Page, expect

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.originals import Originals
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.sample import build
from landgis.services.boards.plan_board import save_board
from landgis.services.layers.import_layer import LayerImport, import_layer
from landgis.web.handbook.contents import CHAPTERS, PICTURES
from tests.support import desk_case
from tests.support.board_case import TARGETS, BoardCase, board_case
from tests.support.browser_stage import ARTEFACTS, FARMLAND, Stage, guarded_page, opened, settled, until
from tests.support.foreign import shapefile, zipped

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # pictures lie nowhere
WIDTH, HEIGHT = 1280, 760
SHIPPED = Path(__file__).resolve().parents[2] / "landgis" / "web" / "static" / "handbook" / "pictures"
MOST_BYTES = 130_000
Take = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def bureau(cluster: PrivateCluster) -> Iterator[tuple[BoardCase, str]]:
    with board_case(cluster) as case, desk_case.served(case.database, case.planner) as address:
        yield case, address


@pytest.fixture(scope="module")
def stage(bureau: tuple[BoardCase, str]) -> Stage:
    """The bureau as the flows of the map see it: no text in it is an attack, as others here are."""
    case, address = bureau
    sample = build("small", seed=1)
    parcels = sample.parcels[sample.parcels["district"] == "songjiang"].reset_index(drop=True)
    return Stage(address, case.database, case.planner, case.run, case.run, sample, parcels)


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    with guarded_page(browser, stage, WIDTH, HEIGHT, "zh-CN") as found:
        yield found


def picture(page: Page, name: str) -> None:
    """Take a picture that a page of the handbook shows; with ``LANDGIS_HANDBOOK`` set it becomes the one that ships."""
    assert name in PICTURES
    folder = ARTEFACTS / "handbook"
    folder.mkdir(parents=True, exist_ok=True)
    taken = folder / f"{name}.png"
    page.screenshot(path=taken, animations="disabled")
    kept = SHIPPED / f"{name}.webp"
    if os.environ.get("LANDGIS_HANDBOOK"):
        with rasterio.open(taken) as source:
            pixels = source.read([1, 2, 3])
        with rasterio.open(
            kept, "w", driver="WEBP", width=WIDTH, height=HEIGHT, count=3, dtype="uint8", QUALITY=60
        ) as out:
            out.write(pixels)
    with rasterio.open(taken) as new, rasterio.open(kept) as old:
        assert (new.width, new.height) == (old.width, old.height) == (WIDTH, HEIGHT)


def outline(stage: Stage) -> str:
    shape = stage.parcels.set_index("parcel_id").geometry[stage.planted("farmland_conflict")]
    return "\n".join(f"{x:.3f} {y:.3f}" for x, y in shapely.get_parts(shape)[0].exterior.coords[:-1])


def test_start(page: Page, stage: Stage) -> None:
    opened(page, stage)
    page.locator("#table tbody tr").first.click()
    expect(page.locator("#card article")).to_be_visible()
    settled(page)
    expect(page.locator(".substitute")).to_contain_text("替代数据")
    picture(page, "start-desk")
    page.click("#rooms summary")
    expect(page.locator("#rooms nav a", has_text="储备库看板")).to_be_visible()
    picture(page, "start-rooms")
    page.click("#rooms .chapter a")
    expect(page.locator("#chapter h2")).to_have_text("核查")


def test_check(page: Page, stage: Stage) -> None:
    opened(page, stage)
    page.click("#tab-check")
    page.wait_for_selector("#check-panel")
    page.fill("#check-as-of", "2026-06-30")
    page.fill("#check-vertices", outline(stage))
    page.press("#check-vertices", "Tab")
    page.wait_for_timeout(400)  # the map moves there
    settled(page)
    picture(page, "check-draw")
    page.click("#check-run")
    expect(page.locator("#check-result article.checked")).to_have_attribute("data-verdict", "excluded")
    page.locator("#check-result").scroll_into_view_if_needed()
    settled(page)
    picture(page, "check-verdict")
    page.click("#check-cut")
    expect(page.locator("#check-cut-said .proposal")).to_be_visible()
    page.locator("#check-cut-said").scroll_into_view_if_needed()
    settled(page)
    picture(page, "check-cut")
    page.click("#check-discard")
    expect(page.locator("#check-status")).to_contain_text("没有保存")
    page.evaluate("parcel => landgisDesk.choose(parcel, {zoom: true})", stage.planted("farmland_conflict"))
    page.click("#tab-card")
    expect(page.locator("#card article")).to_have_attribute("data-parcel", stage.planted("farmland_conflict"))
    page.wait_for_timeout(400)
    settled(page)
    picture(page, "check-card")


def test_hand_over(page: Page, stage: Stage) -> None:
    opened(page, stage, verdict="clear")
    page.get_by_text("导出一览表").click()
    settled(page)
    picture(page, "hand-over-list")
    opened(page, stage, verdict="excluded")
    settled(page)
    picture(page, "pool-filter")
    page.click("#tool-print")
    page.select_option("#print-scale", "5000")
    page.select_option("#print-paper", "a3")
    until(page, "document.getElementById('print-count').dataset.count !== undefined")
    settled(page)
    picture(page, "hand-over-print")
    page.goto(f"{stage.address}/jobs")
    expect(page.get_by_role("alert")).to_contain_text("没有执行程序在运行")
    picture(page, "hand-over-jobs")


@pytest.fixture
def board(browser: Browser, bureau: tuple[BoardCase, str]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
    page.set_default_timeout(20_000)
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(bureau[1]) else route.abort())
    yield page
    page.close()


def test_pool(board: Page, bureau: tuple[BoardCase, str]) -> None:
    board.goto(f"{bureau[1]}/boards/pool")
    board.wait_for_selector("#board[data-ready]")
    picture(board, "pool-board")
    board.locator("[data-standing=pooled] .card").first.press("Enter")
    board.select_option("dialog [name=reason]", "owner_declined")
    board.fill("dialog [name=note]", "村民代表会议 2026-07-01")
    picture(board, "pool-move")
    board.keyboard.press("Escape")
    board.click("#rooms summary")
    expect(board.locator("#rooms .chapter")).to_have_text("本页手册：建库")


def test_plan(board: Page, bureau: tuple[BoardCase, str]) -> None:
    case, address = bureau
    plan = save_board(case.database, case.planner, "songjiang", TARGETS, {}, None).head.plan_id
    board.goto(f"{address}/boards/plan?plan={plan}")
    board.wait_for_selector("#plan-board[data-ready]")
    board.locator("#lines .line").first.get_by_role("button", name="暂缓").click()
    board.fill("dialog [name=why]", "补偿未谈妥")
    board.click("dialog button.main")
    expect(board.locator("#left-out")).to_contain_text("补偿未谈妥")
    picture(board, "plan-board")
    board.locator(".scenario").nth(0).locator("[data-name=max_ha]").fill("6")
    board.locator(".scenario").nth(1).locator("[data-name=max_ha]").fill("3")
    board.locator("#scenario-form button.main").click()
    board.wait_for_selector("#scenarios[data-ready]")
    board.locator("#scenarios").scroll_into_view_if_needed()
    picture(board, "plan-scenarios")
    case.publish(plan)
    board.goto(f"{address}/boards/plan?plan={plan}")
    line = board.locator("#lines .line").first
    line.get_by_role("button", name="调出").click()
    board.fill("dialog [name=why]", "权利人不同意")
    board.click("dialog button.main")
    board.fill("#purpose", "年中调整")
    board.click("#store")
    expect(board.locator(".plan-map")).to_have_count(2)
    board.locator("#plan-maps").scroll_into_view_if_needed()
    board.wait_for_timeout(300)
    picture(board, "plan-adjustment")


@pytest.fixture(scope="module")
def received(
    bureau: tuple[BoardCase, str], stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Person]:
    """A new edition of farmland in which a field has moved and another crosses itself; and who may publish it."""
    home = tmp_path_factory.mktemp("received")
    present = stage.sample.layers[FARMLAND]
    conflict = stage.parcels.set_index("parcel_id").geometry[stage.planted("farmland_conflict")]
    features = present.features
    frame = features[~features.intersects(conflict)][["geometry"]].reset_index(drop=True)  # given up there
    frame["YJJBNTTBBH"] = [f"田-{number}" for number in range(1, len(frame) + 1)]
    frame["TBMJ"] = frame.area.round(2)
    near = frame.distance(conflict).idxmin()
    x, y = frame.geometry[near].centroid.coords[0]
    frame.loc[near, "geometry"] = shapely.Polygon([(x, y), (x + 30, y + 30), (x + 30, y), (x, y + 30)])
    path, ground = home / "YJJBNT.gpkg", home / "coverage.gpkg"
    gpd.GeoDataFrame(frame, crs=4549).to_file(path, layer="YJJBNT", driver="GPKG")
    gpd.GeoDataFrame(geometry=[shapely.box(*present.coverage.bounds)], crs=4549).to_file(ground, driver="GPKG")
    says = LayerEntry(
        name="2027", document_no="沪规〔2027〕1号", approved_on=date(2026, 1, 1), in_force_from=date(2026, 1, 1), substitute=True,
    )  # fmt: skip
    asked = LayerImport(path, key=FARMLAND, coverage=ground, says=says)
    import_layer(stage.database, Originals(home), desk_case.catalogue(), stage.person, asked)
    bare = shapefile(home / "in", "YJJBNT", gpd.GeoDataFrame(frame.head(20), crs=4549), encoding="UTF-8")
    bare.with_suffix(".prj").unlink()
    zipped(home / "永农2027.zip", bare)
    return home, bureau[0].reviewer


def test_import(browser: Browser, stage: Stage, received: tuple[Path, Person]) -> None:
    home, reviewer = received
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
    page.set_default_timeout(20_000)
    with desk_case.served_at(stage.database, home, reviewer) as address:
        page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(address) else route.abort())
        page.goto(f"{address}/releases")
        expect(page.locator("tr.draft")).to_contain_text("2027")
        expect(page.get_by_role("link", name="导入图层")).to_have_count(0)  # a reviewer publishes; a planner imports
        picture(page, "import-list")
        page.click("tr.draft a")
        page.wait_for_selector("#release[data-ready=yes]")
        expect(page.locator(".touched")).to_be_visible()
        page.wait_for_timeout(300)
        picture(page, "import-release")
    with desk_case.served_at(stage.database, home, stage.person) as address:
        page.unroute("**/*")
        page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(address) else route.abort())
        page.goto(f"{address}/releases")
        page.get_by_role("link", name="导入图层").click()
        page.set_input_files("#file", home / "永农2027.zip")
        expect(page.locator("#questions fieldset[data-question=crs]")).to_be_visible()
        expect(page.locator("#verdict")).to_have_text("有问题须先回答")
        picture(page, "import-questions")
    page.close()


def test_every_page_shows_its_pictures_in_both_languages(page: Page, stage: Stage) -> None:
    for lang in ("zh", "en"):
        for chapter in CHAPTERS:
            page.goto(f"{stage.address}/handbook/{chapter.key}?lang={lang}")
            expect(page.locator("#chapter section")).to_have_count(len(chapter.steps))
            page.evaluate("document.querySelectorAll('img').forEach(each => { each.loading = 'eager'; })")
            widths = page.evaluate(
                "Promise.all([...document.images].map(each => each.decode().then(() => each.naturalWidth)))"
            )
            assert widths == [WIDTH] * sum(bool(step.picture) for step in chapter.steps)
            page.screenshot(path=ARTEFACTS / f"handbook-{chapter.key}-{lang}.png", full_page=True)
    page.locator("nav.contents a").first.click()
    expect(page.locator("#chapter h2")).to_have_text("Begin here")


def test_what_ships_is_what_the_pages_name() -> None:
    shipped = {path.stem: path.stat().st_size for path in SHIPPED.glob("*.webp")}
    assert set(shipped) == set(PICTURES)
    assert max(shipped.values()) < MOST_BYTES
