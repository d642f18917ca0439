"""The set of sheets of a plan: overview, index, a sheet per town, insets, tables, as one PDF and sheet by sheet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyproj import CRS

from landgis.errors import ContractBroken, InputError
from landgis.maps.layout import Layout, load_layout
from landgis.maps.sheet.atlas_pages import Bound, bound
from landgis.maps.sheet.atlas_parts import Parts, drawn_parts
from landgis.maps.sheet.body import Body
from landgis.maps.sheet.facts import SheetFacts
from landgis.maps.sheet.georeference import georeferenced
from landgis.maps.sheet.page import Page, settled
from landgis.maps.sheet.request import PlanSheet, require_drawable
from landgis.maps.sheet.typesetting import Counted, compose_sheets, picture, picture_of_sheets, stamp
from landgis.maps.sheet.view import View

PAPERS = ("a3", "a2", "a1")


@dataclass(frozen=True)
class AtlasLayouts:
    """Layout of each kind of sheet; that of the index also sets the tables."""

    overview: Layout
    index: Layout
    town: Layout
    insets: Layout


def load_layouts(paper: str = "a3") -> AtlasLayouts:
    """Load the layouts that ship with landgis; ``paper`` is that of the overview, all others are A3."""
    return AtlasLayouts(
        *(load_layout(name) for name in (f"{paper}_overview", "a3_index", "a3_town", "a3_insets")),
    )


@dataclass(frozen=True)
class AtlasSheet:
    """One sheet of an atlas; what it is printed as is made when it is asked for.

    Attributes
    ----------
    facts
        What stands on it.
    content
        Everything it prints, as the template gets it.
    request
        The plan.
    """

    facts: SheetFacts
    content: Mapping[str, Any]
    request: PlanSheet
    _bodies: tuple[Body, ...]
    _pages: int

    @property
    def view(self) -> View | None:
        """View of its map; None for sheets of insets or tables."""
        return self._bodies[0].view if len(self._bodies) == 1 else None

    def pdf(self) -> bytes:
        """Return the sheet as a PDF, its maps georeferenced, with the page numbers it has in the atlas."""
        day = stamp(self.request.drawn_on)
        made, _ = compose_sheets(self.request, [self.content], day, self.facts.page, self._pages)
        return georeferenced(made, [replace(self.facts, page=1)], self.request.crs)

    def pictures(self, dpi: int) -> list[bytes]:
        """Return its pages as PNG."""
        day = stamp(self.request.drawn_on)
        return picture_of_sheets(self.request, [self.content], day, dpi, self.facts.page, self._pages)

    def ground_picture(self, dpi: int) -> bytes:
        """Return its map alone as a PNG, from neat line to neat line; only of a sheet with one map."""
        if self.view is None:
            raise ValueError(f"sheet {self.facts.key} has no single map")
        return picture(self._bodies[0].ground_svg, self.view.width_mm, self.view.height_mm, dpi)


@dataclass(frozen=True)
class Atlas:
    """A finished atlas.

    Attributes
    ----------
    pdf
        All sheets, in order, their maps georeferenced.
    sheets
        Each for itself.
    crs
        Of all maps.
    """

    pdf: bytes
    sheets: tuple[AtlasSheet, ...]
    crs: CRS

    @property
    def facts(self) -> tuple[SheetFacts, ...]:
        """What stands on each sheet."""
        return tuple(sheet.facts for sheet in self.sheets)


def atlas(request: PlanSheet, layouts: AtlasLayouts | None = None, towns: Collection[str] | None = None) -> Atlas:
    """Draw a plan as a set of sheets.

    Each town's sheet is drawn at the largest standard scale that holds its parcels; parcels too small for it, or whose
    number found no place on it, are drawn again in insets. Page numbers, index and contents agree with what is set.

    Parameters
    ----------
    request
        As for ``plan_sheet``; ``sheet_no`` begins the number of every sheet.
    layouts
        Default: A3.
    towns
        Names or codes of the towns to draw sheets of; None: of all. Overview, index and tables are whole in any case.

    Raises
    ------
    InputError, ContractBroken, CrsUnsuitable, ToolMissing
        As ``plan_sheet``; InputError also for a town without lines.
    """
    require_drawable(request)
    layouts = layouts or load_layouts()
    parts = drawn_parts(request, layouts.overview, layouts.town, layouts.insets, _chosen(request, towns))
    book, pdf, counted = _set(request, parts, layouts)
    sheets = tuple(_sheet(request, page, book, counted, place) for place, page in enumerate(book.pages))
    return Atlas(georeferenced(pdf, (sheet.facts for sheet in sheets), request.crs), sheets, request.crs)


def _sheet(request: PlanSheet, page: Page, book: Bound, counted: Counted, place: int) -> AtlasSheet:
    first = book.first[place]
    following = [*book.first[1:], counted.pages + 1][place]
    facts = settled(page, first, following - first, counted.rows.get(page.facts.key, 0))
    return AtlasSheet(facts, page.content, request, page.bodies, counted.pages)


def _chosen(request: PlanSheet, towns: Collection[str] | None) -> set[str] | None:
    if towns is None:
        return None
    known = set(request.lines["town_name"].dropna()) | set(request.lines["town_code"].dropna())
    unknown = sorted(set(towns) - known)
    if unknown:
        names = "、".join(sorted(set(request.lines["town_name"].dropna())))
        raise InputError(
            f"计划中没有“{'、'.join(unknown)}”的地块",
            f"The plan has no lines in {', '.join(unknown)}",
            where=request.title_zh,
            next_zh=f"可选的镇：{names}",
            next_en=f"Towns of this plan: {names}",
        )
    return set(towns)


def _set(request: PlanSheet, parts: Parts, layouts: AtlasLayouts) -> tuple[Bound, bytes, Counted]:
    """Bind and set. The index prints page numbers worked out beforehand: where they were wrong, it is bound again."""
    listed = None
    for _ in range(2):
        book = bound(request, parts, layouts.overview, layouts.index, layouts.town, layouts.insets, listed)
        pdf, counted = compose_sheets(request, [page.content for page in book.pages], stamp(request.drawn_on))
        wanted = {page.facts.key: first for page, first in zip(book.pages, book.first, strict=True) if page.bodies}
        if dict(counted.first) == wanted:
            return book, pdf, counted
        # Only the list of parcels can take more pages than expected: with ids so long that they break.
        listed = min(first for key, first in counted.first.items() if key.startswith("town")) - 3
    raise ContractBroken(
        f"图册页码与索引不符：{dict(counted.first)} ≠ {wanted}",
        f"The pages of the atlas are not those of its index: {dict(counted.first)} ≠ {wanted}",
        where=request.title_zh,
    )
