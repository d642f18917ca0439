"""What stands on a sheet, told so that a person, a test or the self-check can compare it with the paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from landgis.maps.layout import Box, MapPart
from landgis.maps.sheet.body import Body
from landgis.maps.sheet.canvas import LegendEntry
from landgis.maps.sheet.labels import Label
from landgis.maps.sheet.view import View, grid_values

FURNITURE_COLOURS = {
    "#ffffff": "paper, plates under numbers, halo of names",
    "#000000": "neat line and border",
    "#222222": "outline of parcels, leaders, numbers (style.INK)",
    "#7d93a8": "grid lines",
    "#30485e": "grid labels",
    "#5b4a6b": "town names",
}
"""Every colour of a map that is not a symbol of the legend, and what it is for."""


@dataclass(frozen=True)
class Tick:
    """A crossing of two grid lines: its coordinates, and where it must stand on the page."""

    east_m: int
    north_m: int
    x_mm: float
    y_mm: float


@dataclass(frozen=True)
class MapFacts:
    """One map on a sheet.

    Attributes
    ----------
    view
        Scale and ground of the neat line.
    neat_line_mm
        Left, top, width, height of the neat line on the page, from the page's upper left corner, y down.
    grid_m
        Distance of grid lines on the ground.
    ticks
        Two grid crossings far apart, on the page; fewer where the frame holds fewer.
    named
        Ids of the parcels that the map numbers, by number, in a group or in a note; none on the key map.
    drawn
        Every symbol drawn, in drawing order, with fill, hatch, stroke and dash; the legend must print exactly these.
    numbers
        Placed labels, millimetres from the neat line's upper left corner: line numbers, then labels of groups.
    names
        Placed town names, likewise. No number or name touches another or leaves the neat line.
    small_parcels
        Parcel ids drawn as points, ringed or in a group.
    groups
        Label of each group of close-lying small parcels, and the parcel ids in it.
    unplaced
        Parcel ids whose number found no free place; a note on the sheet says which.
    """

    view: View
    neat_line_mm: tuple[float, float, float, float]
    grid_m: int
    ticks: tuple[Tick, ...]
    named: tuple[str, ...]
    drawn: tuple[LegendEntry, ...]
    numbers: tuple[Label, ...]
    names: tuple[Label, ...]
    small_parcels: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    unplaced: tuple[str, ...]


@dataclass(frozen=True)
class SheetFacts:
    """What is on a sheet, for records, tests and the self-check.

    Attributes
    ----------
    key
        ``plan``, ``overview``, ``index``, ``town-310117109``, ``insets-1``, ``tables``.
    title_zh, sheet_no, check_code
        As printed.
    short_zh
        What tells the sheet from others of its set: 总图, 泖港镇, 附图 1–9.
    page, pages
        First page of the sheet in its set (from 1), and how many it takes.
    maps
        Its maps, in reading order; none for tables.
    legend
        Every entry the legend prints: the union of what the maps drew, each key once.
    parcel_ids
        The sheet's parcels, by line number: of the plan, of the town, of the insets.
    totals
        Number of parcels, hectares and 亩 as the closing rows print them.
    rows_on_sheet
        Rows of the schedule that stand on its first page.
    listed
        Parcel ids that must be found as text on its pages; those cut from its schedule stand in the tables.
    """

    key: str
    title_zh: str
    short_zh: str
    sheet_no: str
    check_code: str
    page: int
    pages: int
    maps: tuple[MapFacts, ...]
    legend: tuple[LegendEntry, ...]
    parcel_ids: tuple[str, ...]
    totals: tuple[int, Decimal, Decimal]
    rows_on_sheet: int = 0
    listed: tuple[str, ...] = ()

    @property
    def main(self) -> MapFacts:
        """Its first map."""
        return self.maps[0]


def map_facts(body: Body, part: MapPart, box: Box) -> MapFacts:
    """Gather the facts of a drawn map that stands in a box of the page."""
    left, top = box.x_mm + part.border_mm, box.y_mm + part.border_mm
    return MapFacts(
        view=body.view,
        neat_line_mm=(left, top, body.view.width_mm, body.view.height_mm),
        grid_m=body.grid_m,
        ticks=_ticks(body.view, body.grid_m, left, top),
        named=body.named,
        drawn=body.drawn,
        numbers=body.numbers,
        names=body.names,
        small_parcels=body.small_parcels,
        groups=body.groups,
        unplaced=body.unplaced,
    )


def _ticks(view: View, step: int, left: float, top: float) -> tuple[Tick, ...]:
    west, south, east, north = view.bounds_m
    across, down = grid_values(west, east, step), grid_values(south, north, step)
    if not across or not down:
        return ()
    crossings = dict.fromkeys([(across[0], down[-1]), (across[-1], down[0])])
    per_mm = view.metres_per_mm
    return tuple(Tick(x, y, left + (x - west) / per_mm, top + (north - y) / per_mm) for x, y in crossings)


def union(maps: tuple[MapFacts, ...]) -> tuple[LegendEntry, ...]:
    """Every symbol of several maps once, in the order of a legend.

    Planned uses first, then how parcels are shown otherwise, then what lies around, each in drawing order.
    """
    every = {entry.key: entry for each in maps for entry in each.drawn}.values()
    uses = sorted((entry for entry in every if entry.key.startswith("use-")), key=lambda entry: entry.key)
    others = [entry for entry in every if not entry.key.startswith("use-")]
    return (*uses, *sorted(others, key=lambda entry: entry.group != "use"))
