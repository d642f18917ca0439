"""Imagery of the catalogue in the desk: in the tree by release, kept in the address, compared with imagery and with features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import rasterio
from playwright.sync_api import Browser, expect

from landgis.db.originals import Originals
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.services.layers.import_layer import LayerImport
from landgis.services.layers.import_raster import import_raster
from landgis.services.layers.publish_layer import publish
from tests.browser.test_map_basemaps import _bare, _pixel
from tests.support import desk_case
from tests.support.browser_stage import ARTEFACTS, Stage, guarded_page, opened, settled, until
from tests.support.rasters import write

_EAST, _NORTH = 614_500.0, 3_424_600.0
_COLOURS = {"2021": (200, 60, 40), "2026": (40, 90, 210)}
_CREDITS = {
    "2021": "正射影像 2021 · 2021-03-01 · 测绘院 · 已过期 · 替代数据",
    "2026": "正射影像 2026 · 2026-03-01 · 测绘院 · 替代数据",
}


@pytest.fixture(scope="module")
def pictured(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same desk with two published orthophotos of one ground, the older one expired."""
    home = tmp_path_factory.mktemp("imagery")
    place = rasterio.Affine(10, 0, _EAST - 2_000, 0, -10, _NORTH + 2_000)
    for name, colour in _COLOURS.items():
        cells = np.broadcast_to(np.array(colour, "uint8")[:, None, None], (3, 400, 400))
        path = write(home / f"{name}.tif", cells, photometric="RGB", transform=place)
        says = LayerEntry(
            name=name, document_no=f"沪测〔{name}〕1号", issuing_body="测绘院", in_force_from=date(int(name), 3, 1),
            state_of_data_on=date(int(name), 3, 1), expires_on=date(2022, 3, 1) if name == "2021" else None,
            meaning="rgb", substitute=True,
        )  # fmt: skip
        request = LayerImport(path, None, "orthophoto", None, says)
        import_raster(stage.database, Originals(home), desk_case.catalogue(), stage.person, request)
        publish(stage.database, stage.person, "orthophoto", name)
    with desk_case.served_at(stage.database, home, stage.person) as address:
        yield replace(stage, address=address)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_imagery_is_in_the_tree_by_release_and_in_the_address(browser: Browser, pictured: Stage) -> None:
    with guarded_page(browser, pictured) as page:
        opened(page, pictured)
        row = page.locator('#layers [data-group=base] [data-key="orthophoto@2021"]')
        expect(row.locator("small")).to_contain_text("2021-03-01 · 测绘院")
        expect(row.locator(".badge")).to_have_text(["已过期", "替代数据"])
        row.locator("input[type=checkbox]").check()
        expect(page.locator("#basemap-credit")).to_have_text(_CREDITS["2021"])
        x, y, width, height = _bare(page)
        settled(page)
        assert _pixel(page, x + width / 2, y + height / 2, ARTEFACTS / "imagery.png") == _COLOURS["2021"]
        until(page, "location.hash.includes('orthophoto')")
        opened(page, pictured, page.evaluate("location.hash.slice(1)") + "&again")
        expect(page.locator("#basemap-credit")).to_have_text(_CREDITS["2021"])
        expect(row.locator("input[type=checkbox]")).to_be_checked()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_imagery_is_compared_with_imagery_and_with_features(browser: Browser, pictured: Stage) -> None:
    with guarded_page(browser, pictured) as page:
        opened(page, pictured)
        x, y, width, height = _bare(page)
        page.click("#tab-compare")
        page.select_option("#compare-what", "*")
        page.wait_for_selector('#compare-before option[value="orthophoto@2021"]', state="attached")
        page.select_option("#compare-before", "orthophoto@2021")
        page.select_option("#compare-after", "orthophoto@2026")
        page.click("#compare-start")
        credit = page.locator("#basemap-credit")
        expect(credit).to_have_text(f"左：{_CREDITS['2021']}；右：{_CREDITS['2026']}")
        settled(page)
        left, right, middle = x + width / 4, x + 3 * width / 4, y + height / 2
        shot = ARTEFACTS / "imagery-swipe.png"
        assert _pixel(page, left, middle, shot) == _COLOURS["2021"]
        assert _pixel(page, right, middle, shot) == _COLOURS["2026"]

        page.select_option("#compare-before", "town@2026-01")
        page.click("#compare-start")
        expect(credit).to_contain_text("左：街镇 2026-01 · 2026-01-01 · 替代数据")
        expect(credit).to_contain_text(f"右：{_CREDITS['2026']}")
        settled(page)
        shot = ARTEFACTS / "imagery-features.png"
        assert _pixel(page, left, middle, shot) not in _COLOURS.values()
        assert _pixel(page, right, middle, shot) == _COLOURS["2026"]
        page.check("input[name=compare-way][value=side]")
        expect(page.locator(".side-name").last).to_have_text(_CREDITS["2026"])
        settled(page)
        page.screenshot(path=ARTEFACTS / "imagery-side.png")
        page.click("#compare-end")
        expect(credit).to_be_hidden()
