"""Local base maps in the desk: chosen, credited, kept in the address, compared by swipe and side by side; a fault is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from playwright.sync_api import Browser, Page, expect

from landgis.web.app import create_app
from tests.support import desk_case
from tests.support.alone import Alone
from tests.support.browser_stage import ARTEFACTS, Stage, guarded_page, opened, settled, until
from tests.support.open_case import served_app
from tests.support.rasters import write

_EAST, _NORTH = 614_500.0, 3_424_600.0
_COLOURS = {"old": (200, 60, 40), "new": (40, 90, 210)}


@pytest.fixture(scope="module")
def pictured(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same desk with two pictures of one ground, and one whose file is gone."""
    folder = tmp_path_factory.mktemp("maps")
    place = rasterio.Affine(10, 0, _EAST - 2_000, 0, -10, _NORTH + 2_000)
    for name, colour in _COLOURS.items():
        cells = np.broadcast_to(np.array(colour, "uint8")[:, None, None], (3, 400, 400))
        write(folder / f"{name}.tif", cells, nodata=None, photometric="RGB", transform=place)
    rows = [
        "{key: dom_old, file: old.tif, title_zh: 影像甲, title_en: Imagery A, source: 测绘院, day: 2021-03-01, usable_to: 2022-03-01}",
        "{key: dom_new, file: new.tif, title_zh: 影像乙, title_en: Imagery B, source: 测绘院, day: 2026-03-01, substitute: true}",
        "{key: gone, file: gone.tif, title_zh: 缺失, title_en: Gone, source: 测绘院}",
    ]
    (folder / "basemaps.yaml").write_text("basemaps:\n" + "".join(f"- {row}\n" for row in rows), encoding="utf-8")
    app = create_app(desk_case.office_of(stage.database, folder / "home"), Alone(stage.person), basemaps=folder)
    with served_app(app) as address:
        yield replace(stage, address=address)


def _pixel(page: Page, x: float, y: float, path: Path) -> tuple[int, ...]:
    page.screenshot(path=path)
    with rasterio.open(path) as picture:
        return tuple(int(band[int(y), int(x)]) for band in picture.read([1, 2, 3]))


def _bare(page: Page) -> tuple[float, float, float, float]:
    """Show nothing but base maps; return the frame of the map in the window."""
    page.evaluate("landgisDesk.map.getView().setCenter([614500, 3424600]); landgisDesk.map.getView().setResolution(2)")
    page.evaluate(
        "landgisDesk.map.getLayers().forEach(layer => { if (!(layer instanceof ol.layer.Tile)) layer.setVisible(false); })"
    )
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_base_map_is_chosen_credited_kept_and_compared(browser: Browser, pictured: Stage) -> None:
    with guarded_page(browser, pictured) as page:
        opened(page, pictured)
        expect(page.locator("#basemap-credit")).to_be_hidden()
        old = page.locator("#layers [data-group=base] [data-key=dom_old]")
        expect(old.locator("small")).to_contain_text("2021-03-01 · 测绘院 已过期")
        expect(page.locator("#layers [data-key=gone] small")).to_contain_text("时点未注明")
        old.locator("input[type=checkbox]").check()
        expect(page.locator("#basemap-credit")).to_have_text("影像甲 · 2021-03-01 · 测绘院 · 已过期")
        x, y, width, height = _bare(page)
        settled(page)
        assert _pixel(page, x + width / 2, y + height / 2, ARTEFACTS / "basemap.png") == _COLOURS["old"]
        until(page, "location.hash.includes('dom_old')")

        page.click("#tab-compare")
        page.select_option("#compare-what", "*")
        page.wait_for_selector("#compare-before option[value=dom_old]", state="attached")
        page.select_option("#compare-before", "dom_old")
        page.select_option("#compare-after", "dom_new")
        page.click("#compare-start")
        settled(page)
        shot = ARTEFACTS / "basemap-swipe.png"
        assert _pixel(page, x + width / 4, y + height / 2, shot) == _COLOURS["old"]
        assert _pixel(page, x + 3 * width / 4, y + height / 2, shot) == _COLOURS["new"]
        page.check("input[name=compare-way][value=side]")
        expect(page.locator(".side-name")).to_have_text(
            ["影像甲 · 2021-03-01 · 测绘院 · 已过期", "影像乙 · 2026-03-01 · 测绘院 · 替代数据"]
        )
        page.click("#compare-end")


def test_a_base_map_that_cannot_be_read_is_told(browser: Browser, pictured: Stage) -> None:
    with guarded_page(browser, pictured) as page:
        opened(page, pictured)
        page.check("#layers input[data-layer=gone]")
        expect(page.locator("#trouble")).to_contain_text("底图文件 gone.tif 不存在")
        assert all("404" in line for line in pictured.complaints)
        pictured.complaints.clear()
