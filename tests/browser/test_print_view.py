"""Printing from the desk: the frame on the map is the ground of the paper, by pointer and by keys, and the sheet comes down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect

from tests.support import pdf
from tests.support.browser_stage import ARTEFACTS, Stage, opened, pixel_of, settled, until

EXTENT = "landgisDesk.sketch.getFeatures()[0].getGeometry().getExtent()"
MIDDLE = "ol.extent.getCenter(landgisDesk.sketch.getFeatures()[0].getGeometry().getExtent())"


def _frame(page: Page) -> tuple[float, float]:
    """Width and height of the frame on the ground, metres."""
    west, south, east, north = page.evaluate(EXTENT)
    return east - west, north - south


def _opened(page: Page, stage: Stage, **values: str) -> None:
    opened(page, stage, **values)
    page.locator("#map").focus()
    page.keyboard.press("r")
    expect(page.locator("#print")).to_be_visible()
    until(page, "landgisDesk.sketch.getFeatures().length === 1")


def _counted(page: Page, stage: Stage) -> int:
    """What the panel says lies in the frame, once it speaks of the frame as it stands."""
    west, south, east, north = page.evaluate(EXTENT)
    shapes = stage.parcels.geometry
    window = shapes.intersection(shapely.box(west, south, east, north))
    inside = int((window.area > 0).sum())
    expect(page.locator("#print-count")).to_have_attribute("data-count", str(inside))
    return inside


def test_the_frame_follows_scale_and_paper_and_counts_what_it_holds(page: Page, stage: Stage) -> None:
    _opened(page, stage)
    counts = []
    for scale, paper, turn, width_mm, height_mm in (
        ("2000", "a3", "landscape", 297, 232),
        ("5000", "a3", "portrait", 266, 265),
        ("1000", "a4", "landscape", 195, 151),
    ):
        page.select_option("#print-scale", scale)
        page.select_option("#print-paper", paper)
        page.select_option("#print-turn", turn)
        assert _frame(page) == pytest.approx((width_mm * int(scale) / 1000, height_mm * int(scale) / 1000), abs=0.01)
        counts.append(_counted(page, stage))
    assert counts[1] == max(counts) > 0
    page.select_option("#print-scale", "5000")
    page.select_option("#print-paper", "a3")
    _counted(page, stage)
    settled(page)
    panel, right = page.locator("#print").bounding_box(), pixel_of(page, tuple(page.evaluate(EXTENT)[2:]))[0]
    assert panel is not None
    assert right < panel["x"]  # nothing of the frame lies under the panel
    page.screenshot(path=ARTEFACTS / "print-frame.png")
    page.keyboard.press("Escape")
    expect(page.locator("#print")).to_be_hidden()
    assert page.evaluate("landgisDesk.sketch.getFeatures().length") == 0


def test_pointer_and_arrow_keys_move_the_frame_and_not_the_map(page: Page, stage: Stage) -> None:
    _opened(page, stage)
    page.select_option("#print-scale", "1000")
    page.select_option("#print-paper", "a4")
    settled(page)
    view = page.evaluate("landgisDesk.map.getView().getCenter()")
    east, north = page.evaluate(MIDDLE)
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.locator("#print-pad").focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate(MIDDLE) == pytest.approx([east + 10 - 1, north + 10], abs=0.01)

    east, north = page.evaluate(MIDDLE)
    x, y = pixel_of(page, (east, north))
    resolution = page.evaluate("landgisDesk.map.getView().getResolution()")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y - 30, steps=4)
    page.mouse.up()
    assert page.evaluate(MIDDLE) == pytest.approx([east + 20 * resolution, north + 30 * resolution], abs=2 * resolution)
    assert page.evaluate("landgisDesk.map.getView().getCenter()") == pytest.approx(view, abs=1e-6)
    _counted(page, stage)


def test_the_frame_is_true_on_every_grid(page: Page, stage: Stage) -> None:
    """In the next zone and in degrees the outline is that of the same ground: back on the plane it is the same rectangle."""
    opened(page, stage)
    sides = page.evaluate(
        """async () => {
          const { bounds, ring } = await import("/static/desk/print/frame.js");
          const plane = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs";
          const grids = { 4549: plane, 4550: plane.replace("120", "123"), 4490: "+proj=longlat +ellps=GRS80 +no_defs" };
          const box = bounds([614000, 3424000], { map_width_mm: 297, map_height_mm: 232 }, 50000);
          const away = ([x, y]) => Math.min(...[x - box[0], x - box[2], y - box[1], y - box[3]].map(Math.abs));
          const span = (values) => Math.max(...values) - Math.min(...values);
          return Object.fromEntries(Object.entries(grids).map(([name, grid]) => {
            const drawn = ring(box, (at) => proj4(plane, grid, at));
            const back = drawn.map((at) => proj4(grid, plane, at));
            const middles = drawn.slice(1).map((at, n) => [(at[0] + drawn[n][0]) / 2, (at[1] + drawn[n][1]) / 2]);
            const bent = middles.map((at) => away(proj4(grid, plane, at)));
            return [name, {
              width: span(back.map((at) => at[0])), height: span(back.map((at) => at[1])),
              off: Math.max(...back.map(away)), bent: Math.max(...bent),
            }];
          }));
        }"""
    )
    assert set(sides) == {"4549", "4550", "4490"}
    for grid in sides.values():
        assert grid["width"] == pytest.approx(14_850, abs=0.01)
        assert grid["height"] == pytest.approx(11_600, abs=0.01)
        assert grid["off"] < 0.01
        assert grid["bent"] < 0.5  # a hundredth of a millimetre of paper at 1:50,000


def test_the_sheet_comes_down_with_title_scale_and_count(page: Page, stage: Stage, tmp_path: Path) -> None:
    _opened(page, stage, verdict="excluded")
    page.fill("#print-title", "不符合地块分布图")
    page.select_option("#print-scale", "5000")
    page.select_option("#print-paper", "a3")
    text = page.locator("#print-count")
    expect(text).to_contain_text("宗")
    with page.expect_response("**/data/print/count*"):
        page.click("#print-centre")
    until(page, "document.getElementById('print-count').dataset.count !== undefined")
    page.locator("#print-pdf").focus()
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    expect(page.locator("#print-state")).to_contain_text("已生成")
    assert taken.value.suggested_filename.startswith("不符合地块分布图-5000-")
    taken.value.save_as(tmp_path / "sheet.pdf")
    printed = pdf.text((tmp_path / "sheet.pdf").read_bytes())
    count = page.locator("#print-count").get_attribute("data-count")
    assert "不符合地块分布图" in printed
    assert "1:5000" in printed
    assert f"图幅内共{count}宗" in printed
    assert "结论：不符合" in printed
    whole = re.sub(r"\D", "", page.locator("#summary").get_attribute("data-count") or "")
    assert f"筛选合计共{whole}宗" in printed
    assert "永久基本农田（" in printed
    assert "国土调查地类（" not in printed  # not switched on
    page.screenshot(path=ARTEFACTS / "print-done.png")


def test_a_refusal_is_told_and_the_panel_stays_usable(page: Page, stage: Stage) -> None:
    _opened(page, stage, lang="en")
    page.evaluate("document.getElementById('print-title').removeAttribute('maxlength')")
    page.fill("#print-title", "long " * 20)
    page.click("#print-pdf")
    expect(page.locator("#trouble")).to_contain_text("title is too long")
    expect(page.locator("#print-pdf")).to_be_enabled()
    page.screenshot(path=ARTEFACTS / "print-refused-en.png")
    assert [line for line in stage.complaints if "400" not in line] == []
    stage.complaints.clear()  # the browser's own line on the refusal that was asked for
