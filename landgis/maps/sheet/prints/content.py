"""Everything that the print of a view says, as plain data for its template."""

from __future__ import annotations

from typing import Any

import numpy as np

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.frames.spec import rows_of
from landgis.maps.layout import Layout
from landgis.maps.sheet import furniture, tables
from landgis.maps.sheet.body import Body
from landgis.maps.sheet.canvas import LegendEntry
from landgis.maps.sheet.content import DEFAULT_STYLE, TRUE, legend_entry, unplaced
from landgis.maps.sheet.facts import SheetFacts, map_facts
from landgis.maps.sheet.page import Page, coded
from landgis.maps.sheet.prints.request import Sum, ViewPrint
from landgis.maps.style import VERDICT_EN, verdict_symbol

_NUMBERS = "注记数字为一览表序号 Numbers: see the schedule"


def page_of(request: ViewPrint, layout: Layout, body: Body) -> Page:
    """Describe the print: its content for the template, its facts, its map."""
    facts = map_facts(body, layout.map, layout.items.map)
    legend = _in_order(facts.drawn)
    of_filter = request.lines[request.lines["inside"]]
    heads = {
        layer.key: [f"{layer.style.legend_zh}（{layer.release}）", layer.style.legend_en]
        for layer in request.context
        if layer.drawn_as is not None
    }
    content: dict[str, Any] = {
        "key": "view",
        "kind": "map",
        "layout": layout.model_dump(mode="json"),
        "title": request.title_zh,
        "title_en": "",
        "subtitle": request.subtitle_zh,
        "classification": request.classification,
        "drawn": request.drawn_words,
        "banner": [SUBSTITUTE_ZH, SUBSTITUTE_EN] if request.substitute else [],
        "numbered": request.numbered,
        "frames": [{
            "svg": body.svg, "box": layout.items.map.model_dump(), "header": None, "title": "", "words": "",
            "scale": furniture.scale_words(body.view), "bar": "",
        }],
        "scale": furniture.scale_words(body.view),
        "scale_bar": furniture.scale_bar(body.view, layout.items.scale_bar),
        "north_arrow": furniture.north_arrow(layout.items.north_arrow),
        "locator": furniture.locator(request.boundaries, [body.view], layout.items.locator),
        "crs": tables.crs_lines(request.crs, body.grid_m),
        "map_notes": [*([_NUMBERS] if request.numbered and len(of_filter) else []), TRUE, *_corners(body)],
        "legend": [legend_entry(entry) | {"of": heads.get(entry.key, ["", ""])} for entry in legend],
        "legend_note": "" if all(entry.official for entry in legend) else DEFAULT_STYLE,
        "filter": list(request.filter_words),
        "sums": {"inside": _sum(request.inside), "total": _sum(request.total)},
        "cut": str(int(of_filter["cut"].sum())),
        "verdicts": _verdicts(request),
        "rows": [_row(row) for row in rows_of(of_filter.drop(columns="geometry"))] if request.numbered else [],
        "sources": tables.source_texts(request.sources),
        "notes": [*unplaced(of_filter, [facts], ""), *(f"{zh}{en}" for zh, en in request.remarks)],
        "signature": {
            "sheet_no": request.sheet_no, "as_of": request.as_of.isoformat(), "drawn_by": request.drawn_by,
            "drawn_at": f"{request.drawn_at:%Y-%m-%d %H:%M}",
        },
    }  # fmt: skip
    ids = tuple(of_filter["parcel_id"])
    totals = (request.inside.count, request.inside.area_ha, request.inside.area_mu)
    listed = ids if request.numbered else ()
    said = SheetFacts(
        "view", request.title_zh, "视图", request.sheet_no, "", 1, 1, (facts,), legend, ids, totals, len(listed), listed
    )
    return coded(content, said, (body,))


def _in_order(drawn: tuple[LegendEntry, ...]) -> tuple[LegendEntry, ...]:
    """Verdicts first, the worst on top, then how else parcels are shown, then the layers, the topmost first."""
    worst = [f"verdict-{verdict}" for verdict in sorted(VERDICTS, key=lambda each: -each.severity)]
    parcels = [entry for entry in drawn if entry.group == "use"]
    verdicts = sorted((entry for entry in parcels if entry.key in worst), key=lambda entry: worst.index(entry.key))
    others = [entry for entry in parcels if entry.key not in worst]
    return (*verdicts, *others, *reversed([entry for entry in drawn if entry.group != "use"]))


def _sum(total: Sum) -> dict[str, str]:
    return {"count": f"{total.count:,}", "ha": f"{total.area_ha:,.4f}", "mu": f"{total.area_mu:,.4f}"}


def _verdicts(request: ViewPrint) -> list[dict[str, str]]:
    counts = request.lines.loc[request.lines["inside"], "verdict"].value_counts()
    worst_first = sorted(VERDICTS, key=lambda each: -each.severity)
    return [
        {"zh": each.zh, "en": VERDICT_EN[each], "count": f"{int(counts.get(str(each), 0)):,}"} for each in worst_first
    ]


def _row(row: dict[str, Any]) -> dict[str, str]:
    verdict = Outcome(row["verdict"])
    return {
        "no": str(row["line_no"]),
        "id": row["parcel_id"],
        "place": " ".join(filter(None, (row["town_name"], row["village_name"]))) or "—",
        "use": row["planned_use_zh"] or "—",
        "ha": f"{row['area_ha']:.4f}",
        "mu": f"{row['area_mu']:.4f}",
        "verdict": verdict.zh,
        "colour": verdict_symbol(verdict).fill,
        "points": row["open_zh"] or "—",
        "cut": "部分 part" if row["cut"] else "",
    }


def _corners(body: Body) -> list[str]:
    """Corners of the neat line, metres: by them a print is laid on another map."""
    west, south, east, north = np.round(body.view.bounds_m, 2).tolist()
    return [f"西南角 SW {west:.2f}, {south:.2f}", f"东北角 NE {east:.2f}, {north:.2f}"]
