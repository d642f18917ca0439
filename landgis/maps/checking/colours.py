"""Legend against map, both ways: read from the drawing that was placed and the samples that were printed."""

from __future__ import annotations

from collections.abc import Iterator

from landgis.domain.sheet_fault import SheetFault
from landgis.maps.checking.drawing import Paint
from landgis.maps.checking.printed import Printed
from landgis.maps.sheet.facts import FURNITURE_COLOURS

Look = frozenset[Paint]


def colour_faults(printed: Printed) -> Iterator[SheetFault]:
    """Find symbols the legend does not explain, and entries of the legend that are not on any map of the sheet."""
    page, legend = printed.facts.page, printed.legend
    drawn = dict.fromkeys(group.paints for each in printed.maps for group in each.symbols)
    listed: Look = frozenset().union(*(entry.paints for entry in legend))
    for look in drawn:
        if not any(entry.explains(look) for entry in legend):
            yield _unlisted(page, look - listed or look)
    for group in (group for each in printed.maps for group in each.symbols if group.open_filled):
        what = "、".join(sorted(paint.words for paint in group.paints))
        yield SheetFault("line-filled", page, what, f"线被当作面填充：{what}", f"Lines are filled like areas: {what}")
    known = {paint.colour for paint in listed} | set(FURNITURE_COLOURS)
    loose: Look = frozenset().union(*(each.furniture for each in printed.maps))
    for paint in sorted(loose, key=lambda each: each.words):
        if paint.kind == "hatch" or paint.colour not in known:
            yield _unlisted(page, frozenset({paint}))
    for entry in legend:
        if not any(entry.explains(look) for look in drawn):
            title = entry.title_zh
            en = f"The legend lists “{title}”, the map does not show it"
            yield SheetFault("legend-undrawn", page, title, f"图例列有“{title}”，图上没有", en)


def _unlisted(page: int, paints: Look) -> SheetFault:
    what = "、".join(sorted({paint.words for paint in paints}))
    zh = f"图上有图例未列的颜色或图案：{what}"
    return SheetFault("colour-unlisted", page, what, zh, f"The map shows what the legend does not explain: {what}")
