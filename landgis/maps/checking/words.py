"""Words that must be on the paper: parcel numbers, what every page carries, no page empty, no glyph missing."""

from __future__ import annotations

from collections.abc import Iterator

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.sheet_fault import SheetFault
from landgis.maps.checking.printed import Printed, findable
from landgis.maps.checking.set_page import SetPage
from landgis.maps.layout import LEAST_PT

_ROUNDED_PT = 0.05
_TOLD = 20
"""So many characters of what is too small are told."""


def word_faults(printed: Printed) -> Iterator[SheetFault]:
    """Find words that are not on the pages of a sheet as text, empty pages, and characters without a glyph."""
    facts = printed.facts
    for parcel_id in facts.listed:
        if not printed.holds(parcel_id):
            yield _lacking(facts.page, f"地块编号 {parcel_id}", f"the parcel number {parcel_id}", parcel_id)
    for entry in printed.legend:
        if not printed.holds(entry.title_zh):
            yield _lacking(facts.page, f"图例“{entry.title_zh}”", f"the legend's “{entry.title_zh}”", entry.title_zh)
    for number, page in enumerate(printed.pages, start=facts.page):
        yield from _page_faults(printed, page, number)


def _page_faults(printed: Printed, page: SetPage, number: int) -> Iterator[SheetFault]:
    text = page.text
    for words, (zh, en) in _carried(printed, number).items():
        if not findable(words, text):
            yield _lacking(number, f"{zh}（{words}）", f"{en} ({words})", words)
    for run in page.runs:
        if run.missing:
            yield SheetFault(
                "glyph-missing",
                number,
                run.text,
                f"“{run.text}”附近有字体中没有的字",
                f"There is a character no font has, in or near “{run.text}”",
            )
    small = [run for run in page.runs if run.size_pt < LEAST_PT - _ROUNDED_PT and run.text.strip()]
    if small:
        what, size = "".join(run.text for run in small)[:_TOLD], min(run.size_pt for run in small)
        zh = f"“{what}”等的字号只有 {size:.1f} 磅，小于 {LEAST_PT:g} 磅"
        yield SheetFault("type-small", number, what, zh, f"“{what}” is set at {size:.1f} pt, below {LEAST_PT:g} pt")
    place = printed.content["layout"]["items"]["map" if page.grids else "continued"]
    if not page.grids and not any(_stands_in(place, run.x_mm, run.y_mm) for run in page.runs):
        yield SheetFault("page-empty", number, f"{number}", f"第 {number} 页是空页", f"Page {number} is empty")


def _carried(printed: Printed, number: int) -> dict[str, tuple[str, str]]:
    """What a page must carry, with what it is."""
    facts, request = printed.facts, printed.request
    carried = {
        facts.title_zh: ("图名", "the title"),
        f"图号 {facts.sheet_no}": ("图号", "the sheet number"),
        f"第 {number} 页 / 共 {printed.pages_in_all} 页": ("页码", "the page number"),
        facts.check_code: ("校验码", "the check code"),
        request.classification: ("密级", "the classification"),
        request.drawn_words: ("制图人和日期", "who drew it and when"),
    }
    if request.substitute or any(source.substitute for source in request.sources):
        carried |= {
            SUBSTITUTE_ZH: ("替代数据声明", "the banner of stand-in data"),
            SUBSTITUTE_EN: ("英文声明", "the banner"),
        }
    return carried


def _stands_in(box: dict[str, float], x_mm: float, y_mm: float) -> bool:
    across = box["x_mm"] - 1 <= x_mm <= box["x_mm"] + box["width_mm"]
    return across and box["y_mm"] - 1 <= y_mm <= box["y_mm"] + box["height_mm"] + 1


def _lacking(page: int, zh: str, en: str, what: str) -> SheetFault:
    return SheetFault("text-missing", page, what, f"第 {page} 页缺{zh}", f"Page {page} lacks {en}")
