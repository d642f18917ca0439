"""Everything the template prints, as plain data, and the code by which a print is matched to its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.maps import svg
from landgis.maps.layout import Layout
from landgis.maps.sheet import furniture, tables
from landgis.maps.sheet.canvas import LegendEntry
from landgis.maps.sheet.facts import MapFacts, SheetFacts, map_facts, union
from landgis.maps.sheet.groups import spans
from landgis.maps.sheet.page import Frame, Heading, Page, coded
from landgis.maps.sheet.request import PlanSheet

_SWATCH_MM = (8.0, 4.2)
DEFAULT_STYLE = "* 样式为项目默认，并非法定图式 Project default, not an official symbol"
_LONGEST = 160
"""A note lists line numbers one by one up to so many characters."""
TRUE = "按投影坐标绘制，可据图量算 Projected CRS, true to scale"
NUMBERS = "注记数字为地块序号 Numbers: see the schedule of parcels"


def map_page(
    request: PlanSheet,
    layout: Layout,
    heading: Heading,
    frames: Sequence[Frame],
    rows: gpd.GeoDataFrame,
    totals: Sequence[Mapping[str, Any]],
    further: Mapping[str, Any] | None = None,
) -> Page:
    """Describe a sheet with maps.

    Parameters
    ----------
    rows
        Lines of its schedule; all of them stand on it as text.
    totals
        As ``tables.totals`` gives them; the closing row is that of the first.
    further
        What only this sheet prints: contents, index, continued.
    """
    facts = tuple(map_facts(frame.body, layout.map, frame.box) for frame in frames)
    legend = union(facts)
    views = {frame.body.view for frame in frames}
    alone = frames[0].body if len(views) == 1 and not (len(frames) == 1 and frames[0].header) else None
    content = _common(request, layout, heading, rows, totals) | {
        "kind": "map",
        "rows": tables.schedule(rows) if "schedule" in layout.panel.parts else [],
        "continued": False,
        "frames": [_frame(frame) for frame in frames],
        "scale": furniture.scale_words(alone.view) if alone else "见各附图",
        "scale_bar": furniture.scale_bar(alone.view, layout.items.scale_bar) if alone else "",
        "north_arrow": furniture.north_arrow(layout.items.north_arrow),
        "locator": furniture.locator(request.boundaries, sorted(views, key=repr), layout.items.locator),
        "crs": tables.crs_lines(request.crs, alone.grid_m if alone else None),
        "map_notes": [NUMBERS, TRUE],
        "legend": [legend_entry(entry) for entry in legend],
        "legend_note": "" if all(entry.official for entry in legend) else DEFAULT_STYLE,
        **(further or {}),
    }
    content["notes"] = [*unplaced(rows, facts, heading.tables_page), *content["notes"]]
    return coded(content, _facts(heading, facts, legend, rows), tuple(frame.body for frame in frames))


def table_page(
    request: PlanSheet,
    layout: Layout,
    heading: Heading,
    rows: gpd.GeoDataFrame,
    totals: Sequence[Mapping[str, Any]],
    further: Mapping[str, Any],
) -> Page:
    """Describe pages without a map: ``further`` gives their ``kind`` (``tables`` or ``index``) and what they list."""
    content = _common(request, layout, heading, rows, totals) | {"scale": "—", **further}
    return coded(content, _facts(heading, (), (), rows), ())


def _common(
    request: PlanSheet,
    layout: Layout,
    heading: Heading,
    rows: gpd.GeoDataFrame,
    totals: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "key": heading.key,
        "layout": layout.model_dump(mode="json"),
        "title": heading.title_zh,
        "title_en": request.title_en,
        "subtitle": request.subtitle_zh,
        "district": request.district_zh,
        "year": str(request.plan_year),
        "classification": request.classification,
        "drawn": request.drawn_words,
        "banner": [SUBSTITUTE_ZH, SUBSTITUTE_EN] if request.substitute else [],
        "rows": [],
        "totals": list(totals),
        "basis": tables.basis_zh(rows),
        "sources": tables.source_texts(request.sources),
        "notes": list(request.notes_zh),
        "tables_page": heading.tables_page,
        "paged": False,
        "contents": [],
        "index": [],
        "signature": {
            "prepared_by": request.prepared_by,
            "drafted_by": request.drafted_by,
            "checked_by": request.checked_by,
            "approved_by": request.approved_by,
            "sheet_no": heading.sheet_no,
            "as_of": _day(request.as_of),
            "drawn_on": _day(request.drawn_on),
        },
    }


def _facts(
    heading: Heading, maps: tuple[MapFacts, ...], legend: tuple[LegendEntry, ...], rows: gpd.GeoDataFrame
) -> SheetFacts:
    whole = tables.summed(rows)
    ids = tuple(rows.sort_values("line_no")["parcel_id"])
    named = (heading.key, heading.title_zh, heading.short_zh, heading.sheet_no, "")
    return SheetFacts(*named, 0, 1, maps, legend, ids, whole)


def _frame(frame: Frame) -> dict[str, Any]:
    header = frame.header
    return {
        "svg": frame.body.svg,
        "box": frame.box.model_dump(),
        "header": header.model_dump() if header else None,
        "title": frame.title_zh,
        "words": frame.words_zh,
        "scale": furniture.scale_words(frame.body.view),
        "bar": furniture.short_bar(frame.body.view, header.height_mm) if header else "",
    }


def unplaced(rows: gpd.GeoDataFrame, maps: Iterable[MapFacts], tables_page: str) -> list[str]:
    """Say which numbers do not stand on the map: a label left out in silence would be a parcel lost."""
    lost = {parcel_id for each in maps for parcel_id in each.unplaced}
    if not lost:
        return []
    numbers = rows.loc[rows["parcel_id"].isin(lost), "line_no"]
    where = f"第 {tables_page} 页起各表" if tables_page else "地块一览表"
    return [
        f"图上无处注记的地块序号：{spans(numbers.tolist(), _LONGEST)}，见{where}。Numbers without room on the map: see the schedule."
    ]


def legend_entry(entry: LegendEntry) -> dict[str, str]:
    """Return an entry of the legend as the template takes it."""
    return {
        "zh": entry.title_zh if entry.official else f"{entry.title_zh}*",
        "en": entry.title_en,
        "group": entry.group,
        "swatch": svg.swatch(entry.symbol, entry.kind, *_SWATCH_MM),
    }


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
