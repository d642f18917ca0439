"""An adjustment of a plan: two maps of the same ground, before and after, and the table of what changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.errors import ContractBroken
from landgis.frames.planned import CHANGE_TABLE
from landgis.frames.spec import rows_of
from landgis.maps.layout import Box, Layout, load_layout
from landgis.maps.sheet import Sheet, change_tables
from landgis.maps.sheet.body import Body, Subject, draw, view_of
from landgis.maps.sheet.canvas import LegendEntry
from landgis.maps.sheet.content import TRUE, map_page
from landgis.maps.sheet.georeference import georeferenced
from landgis.maps.sheet.page import Frame, Heading, Page, settled
from landgis.maps.sheet.parcels import Look
from landgis.maps.sheet.request import PlanSheet, require_drawable
from landgis.maps.sheet.typesetting import compose_sheets, stamp
from landgis.maps.style import INK, Hatch, Symbol

_MARKED = "注记为调整序号：入 调入，出 调出，变 变更 Numbers: see the table; 入 in, 出 out, 变 changed"
# Okabe and Ito's colours with hatches that a grey print keeps apart; the sign before the number says it once more.
_SYMBOLS = {
    "out": Symbol("#d55e00", 1.0, INK, 0.4, (1.2, 0.5), Hatch("cross", "#552600", 1.5, 0.2)),
    "in": Symbol("#009e73", 1.0, INK, 0.4, hatch=Hatch("grid", "#ffffff", 1.5, 0.2)),
    "changed": Symbol("#56b4e9", 1.0, INK, 0.4, hatch=Hatch("diagonal", "#22485d", 1.1, 0.2)),
}
_LEFT_ALONE = LegendEntry(
    "left-alone",
    "未调整的计划地块（不注记）",
    "Left alone, not numbered",
    Symbol("#ffffff", 1.0, "#707070", 0.25, hatch=Hatch("horizontal", "#909090", 0.8, 0.1)),
    "area",
    "use",
)


@dataclass(frozen=True)
class PlanAdjustment:
    """An adjustment to be drawn.

    Attributes
    ----------
    before, after
        The plan that is adjusted, and the adjustment: lines and totals of each. Titles, dates, context, borders and
        sources are those of ``after``.
    changes
        ``frames.planned.CHANGE_TABLE``; its rows are numbered from 1 in their order.
    before_zh, after_zh
        What stands over the maps: number of the version and where it stands.
    """

    before: PlanSheet
    after: PlanSheet
    changes: pd.DataFrame
    before_zh: str
    after_zh: str

    def sides(self) -> tuple[PlanSheet, PlanSheet]:
        """Both plans with their lines numbered as the table of changes numbers them; what is left alone comes behind."""
        return replace(self.after, lines=self._numbered(self.before)), replace(
            self.after, lines=self._numbered(self.after)
        )

    def _numbered(self, plan: PlanSheet) -> gpd.GeoDataFrame:
        numbers = {parcel_id: number for number, parcel_id in enumerate(self.changes["parcel_id"], start=1)}
        said = dict(zip(self.changes["parcel_id"], self.changes["change"], strict=True))
        ids = plan.lines["parcel_id"]
        further = iter(range(len(numbers) + 1, len(numbers) + len(ids) + 1))
        line_no = [numbers[each] if each in numbers else next(further) for each in ids]
        change = [said.get(each, "") for each in ids]
        labels = [
            f"{change_tables.SIGNS[kind]}{number}" if kind else "" for kind, number in zip(change, line_no, strict=True)
        ]
        return plan.lines.assign(line_no=line_no, change=change, label=labels)


@dataclass(frozen=True)
class AdjustmentSheet(Sheet):
    """A finished sheet of an adjustment; ``request`` is the plan after it, ``svg`` its map."""

    adjustment: PlanAdjustment


def adjustment_sheet(adjustment: PlanAdjustment, layout: Layout | None = None) -> AdjustmentSheet:
    """Draw an adjustment on one sheet: maps before and after, table of changes; in full on the following pages.

    Raises
    ------
    InputError, ContractBroken, CrsUnsuitable, ToolMissing
        As `plan_sheet`, for either plan; ContractBroken also where the table does not tell the two plans apart.
    """
    _require_told(adjustment)
    layout = layout or load_layout("a3_adjustment")
    page = _page(adjustment, layout)
    request = adjustment.after
    pdf, counted = compose_sheets(request, [page.content], stamp(request.drawn_on))
    facts = settled(page, 1, counted.pages, counted.rows[page.facts.key])
    after = page.bodies[1]
    return AdjustmentSheet(
        georeferenced(pdf, [facts], request.crs), after.svg, after.view.scale, facts, page.content, request, adjustment
    )


def _page(adjustment: PlanAdjustment, layout: Layout) -> Page:
    if layout.sides is None:
        raise ValueError(f"layout {layout.name} has no two sides")
    places = layout.sides.boxes(layout.items.map)
    bodies = _bodies(adjustment, layout, places[0][1])
    titles = (("调整前 Before", adjustment.before_zh), ("调整后 After", adjustment.after_zh))
    frames = [
        Frame(body, box, header, title, words)
        for body, (header, box), (title, words) in zip(bodies, places, titles, strict=True)
    ]
    request, changed = adjustment.after, _changed(adjustment)
    heading = Heading("adjustment", request.title_zh, "年中调整对照图", request.sheet_no)
    further = {
        "kind": "adjustment",
        "changes": change_tables.rows(adjustment.changes, {key: symbol.fill for key, symbol in _SYMBOLS.items()}),
        "closing": change_tables.closing(adjustment.changes, adjustment.before.lines, adjustment.after.lines),
        "compared": change_tables.compared(adjustment.before.lines, adjustment.after.lines),
        "map_notes": [_MARKED, TRUE],
    }
    page = map_page(request, layout, heading, frames, changed, [], further)
    whole = request.totals_by_use.iloc[-1]
    return replace(page, facts=replace(page.facts, totals=(int(whole["lines"]), whole["area_ha"], whole["area_mu"])))


def _bodies(adjustment: PlanAdjustment, layout: Layout, box: Box) -> tuple[Body, ...]:
    """Draw both maps of one ground: that of all parcels of either plan."""
    sides = adjustment.sides()
    shown = [shape for side in sides for shape in side.lines.geometry]
    borders = [boundary.geometry for boundary in adjustment.after.boundaries]
    view = view_of(shown, layout, borders, box)
    subjects = [Subject(side, view, *_emphasised(side.lines)) for side in sides]
    return tuple(draw(subject, layout.map, box) for subject in subjects)


def _emphasised(lines: gpd.GeoDataFrame) -> tuple[npt.NDArray[np.bool_], Look]:
    entries = {
        key: LegendEntry(f"change-{key}", *change_tables.LEGEND[key], symbol, "area", "use")
        for key, symbol in _SYMBOLS.items()
    }
    classes = lines["change"].to_numpy(dtype=np.str_)
    return np.asarray(classes != ""), Look(classes, entries, _LEFT_ALONE)


def _changed(adjustment: PlanAdjustment) -> gpd.GeoDataFrame:
    """Lines of the table, by its numbers: as they are after, or as they were where they go out."""
    before, after = (side.lines for side in adjustment.sides())
    gone = before[before["change"] == "out"]
    both = pd.concat([after[after["change"] != ""], gone], ignore_index=True)
    return gpd.GeoDataFrame(both, crs=after.crs).sort_values("line_no")


def _require_told(adjustment: PlanAdjustment) -> None:
    """Raise unless the table says exactly how the two plans differ, and to the last digit."""
    CHANGE_TABLE.require(adjustment.changes)
    for plan in (adjustment.before, adjustment.after):
        require_drawable(plan)
    plans = adjustment.before, adjustment.after
    old, new = ({row["parcel_id"]: row["area_ha"] for row in rows_of(plan.lines)} for plan in plans)
    stated = {row["parcel_id"]: (row["before_ha"], row["after_ha"]) for row in rows_of(adjustment.changes)}
    wrong = [each for each, areas in stated.items() if areas != (old.get(each), new.get(each))]
    wrong += [each for each in {*old, *new} - set(stated) if old.get(each) != new.get(each)]
    off = sum(new.values(), Decimal(0)) - sum(old.values(), Decimal(0))
    if wrong or adjustment.before.crs != adjustment.after.crs or sum(adjustment.changes["off_ha"], Decimal(0)) != off:
        raise ContractBroken(
            f"调整表与前后两版计划不符：{'、'.join(sorted(wrong)) or '坐标系或增减合计'}",
            f"The table of changes does not tell the two plans apart: {', '.join(sorted(wrong)) or 'CRS or difference'}",
            where=adjustment.after.title_zh,
        )
