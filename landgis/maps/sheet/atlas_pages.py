"""Binding an atlas: numbers of sheets and pages, contents and index, before anything is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landgis.maps.layout import Index, Layout
from landgis.maps.sheet import furniture, index_map, insets, tables
from landgis.maps.sheet.atlas_parts import Parts, Town
from landgis.maps.sheet.content import TRUE, map_page, table_page
from landgis.maps.sheet.insets import Inset
from landgis.maps.sheet.page import Frame, Heading, Page
from landgis.maps.sheet.request import PlanSheet

_UNBROKEN = 20
"""A parcel id of so many characters fits its column on the index sheet."""
_ON_PAGES = "注记数字为分镇图的页码 Numbers are pages; parcels: see the index"


@dataclass(frozen=True)
class Bound:
    """Sheets in order, and the page each begins on."""

    pages: tuple[Page, ...]
    first: tuple[int, ...]


@dataclass(frozen=True)
class _Plan:
    """Where everything will stand: page of every kind of sheet, and how many sheets there are."""

    index_pages: int
    towns: tuple[int, ...]
    insets: tuple[int, ...]
    tables: int
    sheets: int

    @property
    def first(self) -> tuple[int, ...]:
        listed = (3,) if self.index_pages else ()
        return (1, 2, *listed, *self.towns, *self.insets, self.tables)


def bound(
    request: PlanSheet,
    parts: Parts,
    overview: Layout,
    index: Layout,
    town: Layout,
    inset: Layout,
    listed: int | None = None,
) -> Bound:
    """Describe every sheet of an atlas, in order: overview, index, towns, insets, tables.

    Parameters
    ----------
    listed
        Pages that the list of parcels takes, if it is known; else they are worked out.
    """
    if listed is None:
        listed = _index_pages(request, index.index)
    plan = _planned(listed, len(parts.towns), len(parts.insets))
    shown, enlarged = _page_of_lines(request, parts, plan)
    contents = _contents(request, parts, plan)
    made = _Maker(request, plan)
    pages = [made.overview(overview, parts, contents)]
    pages += made.index(index, parts, contents, [*zip(shown, enlarged, strict=True)])
    pages += [made.town(town, each, place) for place, each in enumerate(parts.towns)]
    pages += [made.insets(inset, each, place) for place, each in enumerate(parts.insets)]
    pages.append(made.tables(index, contents, [*zip(shown, enlarged, strict=True)]))
    return Bound(tuple(pages), plan.first)


class _Maker:
    """Makes the sheets of one atlas, numbering them as it goes."""

    def __init__(self, request: PlanSheet, plan: _Plan) -> None:
        self._request, self._plan, self._made = request, plan, 0

    def _heading(self, key: str, short: str, *, titled: bool = True) -> Heading:
        self._made += 1
        number = f"{self._request.sheet_no}-{self._made}/{self._plan.sheets}"
        title = f"{self._request.title_zh}（{short}）" if titled else self._request.title_zh
        return Heading(key, title, short, number, str(self._plan.tables))

    def overview(self, layout: Layout, parts: Parts, contents: list[dict[str, str]]) -> Page:
        request = self._request
        heading = self._heading("overview", "总图", titled=False)
        frames = [Frame(parts.overview, layout.items.map)]
        totals = tables.plan_totals(request)
        return map_page(request, layout, heading, frames, request.lines, totals, {"contents": contents})

    def index(
        self, layout: Layout, parts: Parts, contents: list[dict[str, str]], pages: Sequence[tuple[str, str]]
    ) -> list[Page]:
        request, plan, totals = self._request, self._plan, tables.plan_totals(self._request)
        body = index_map.draw(
            request, layout, [(str(page), town.body.view) for page, town in zip(plan.towns, parts.towns, strict=True)]
        )
        entries = _entries(request, pages)
        heading = self._heading("index", "索引图")
        further = {"map_notes": [_ON_PAGES, TRUE], "contents": contents, "index": [] if plan.index_pages else entries}
        made = [map_page(request, layout, heading, [Frame(body, layout.items.map)], request.lines, totals, further)]
        if plan.index_pages:
            listing = self._heading("index-list", "地块索引")
            more = {"kind": "index", "index": entries}
            made.append(table_page(request, layout, listing, request.lines, totals, more))
        return made

    def town(self, layout: Layout, town: Town, place: int) -> Page:
        request = self._request
        lines = request.lines[town.lines]
        key = f"town-{town.code or place}"
        heading = self._heading(key, town.name_zh)
        return map_page(
            request, layout, heading, [Frame(town.body, layout.items.map)], lines, tables.town_totals(lines)
        )

    def insets(self, layout: Layout, group: Sequence[Inset], place: int) -> Page:
        request = self._request
        named = np.any([inset.named for inset in group], axis=0)
        frames = insets.frames(group, request.lines["line_no"].to_numpy())
        heading = self._heading(f"insets-{place + 1}", f"附图 {group[0].number}–{group[-1].number}")
        lines = request.lines[named]
        return map_page(request, layout, heading, frames, lines, tables.town_totals(lines))

    def tables(self, layout: Layout, contents: list[dict[str, str]], pages: Sequence[tuple[str, str]]) -> Page:
        request = self._request
        heading = self._heading("tables", "附表")
        where = {str(line): page for line, page in zip(request.lines["line_no"], pages, strict=True)}
        rows = tables.schedule(request.lines)
        for row in rows:
            row["page"] = " / ".join(part for part in where[row["no"]] if part != "—") or "—"
        further = {"kind": "tables", "rows": rows, "paged": True, "contents": contents}
        return table_page(request, layout, heading, request.lines, tables.plan_totals(request), further)


def _index_pages(request: PlanSheet, index: Index | None) -> int:
    """Pages that the list of parcels takes; none where it fits the sheet of the index."""
    if index is None:
        raise ValueError("the layout of the index says nothing of its columns")
    count, longest = len(request.lines), int(request.lines["parcel_id"].str.len().max())
    if count <= index.columns * index.rows and longest <= _UNBROKEN:
        return 0
    return -(-count // (index.page_columns * index.page_rows))


def _planned(listed: int, towns: int, insets_pages: int) -> _Plan:
    first_town = 3 + listed
    first_inset = first_town + towns
    last = first_inset + insets_pages
    sheets = 3 + (listed > 0) + towns + insets_pages
    return _Plan(listed, tuple(range(first_town, first_inset)), tuple(range(first_inset, last)), last, sheets)


def _page_of_lines(request: PlanSheet, parts: Parts, plan: _Plan) -> tuple[list[str], list[str]]:
    """Page of the town's sheet and of the inset of every line; a dash where there is none."""
    shown = np.full(len(request.lines), "—", dtype=object)
    enlarged = shown.copy()
    for page, town in zip(plan.towns, parts.towns, strict=True):
        shown[town.lines] = str(page)
    # A parcel may stand in several insets: the first names it.
    for page, group in reversed([*zip(plan.insets, parts.insets, strict=True)]):
        enlarged[np.any([inset.named for inset in group], axis=0)] = str(page)
    return shown.tolist(), enlarged.tolist()


def _entries(request: PlanSheet, pages: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Entries of the index: line number, parcel id, page, page of its inset."""
    lines = zip(request.lines["line_no"], request.lines["parcel_id"], pages, strict=True)
    return [[str(number), str(parcel_id), *where] for number, parcel_id, where in sorted(lines)]


def _contents(request: PlanSheet, parts: Parts, plan: _Plan) -> list[dict[str, str]]:
    lines = request.lines
    rows = [_content("总图 Overview", 1, furniture.scale_words(parts.overview.view), tables.summed(lines))]
    rows.append(_content("索引图 Index", 2, "", None))
    if plan.index_pages:
        rows.append(_content("地块索引 Index of parcels", 3, "", None))
    for page, town in zip(plan.towns, parts.towns, strict=True):
        rows.append(
            _content(town.name_zh, page, furniture.scale_words(town.body.view), tables.summed(lines[town.lines]))
        )
    for page, group in zip(plan.insets, parts.insets, strict=True):
        named = np.any([inset.named for inset in group], axis=0)
        title = f"附图 {group[0].number}–{group[-1].number} Insets"
        rows.append(_content(title, page, "", tables.summed(lines[named])))
    rows.append(_content("附表 Tables", plan.tables, "", tables.summed(lines)))
    return [row | {"no": str(number)} for number, row in enumerate(rows, start=1)]


def _content(title: str, page: int, scale: str, whole: tuple[int, Any, Any] | None) -> dict[str, str]:
    count, area_ha, area_mu = whole or ("", "", "")
    figures = {"lines": f"{count}", "ha": f"{area_ha:.4f}" if whole else "", "mu": f"{area_mu:.4f}" if whole else ""}
    return {"title": title, "page": str(page), "scale": scale or "—", **figures}
