"""The page and its fragments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from landgis.access.roles import Action
from landgis.services.desk.desk_map import GROUPS
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.filter_form import form_of, tables_of
from landgis.web.query import TableQuery, area_unit, table_query, today
from landgis.web.templating import render

if TYPE_CHECKING:
    from landgis.services.desk.desk import Desk
    from landgis.services.desk.desk_map import MapLayer
    from landgis.web.office import Office

Table = Annotated[TableQuery, Depends(table_query)]
Reader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]


def router(office: Office) -> APIRouter:
    """Return the routes of the page."""
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    def page(visitor: Reader, request: Request, run: str = "", parcel: str = "") -> HTMLResponse:
        desk = office.desk(visitor)
        run_id = run or desk.latest_run(office.pack_id)
        if run_id is None:
            return render(request, "empty.html", ready=desk.readiness(office.pack_id))
        overview = desk.overview(run_id)
        asked = table_query(request, overview.head.run_id, area_unit=area_unit(request))
        query = replace(asked, around=parcel)
        return render(
            request,
            "desk.html",
            overview=overview,
            legend=desk.legend(),
            groups=_groups(overview.layers),
            parcel=parcel,
            form=form_of(overview, query),
            **_table(desk, query),
        )

    @routes.get("/parcels", response_class=HTMLResponse)
    def parcels(visitor: Reader, request: Request, query: Table) -> HTMLResponse:
        return render(request, "table.html", swapped=True, **_table(office.desk(visitor), query))

    @routes.get("/statistics", response_class=HTMLResponse)
    def statistics(visitor: Reader, request: Request, query: Table) -> HTMLResponse:
        desk = office.desk(visitor)
        tables = tables_of(desk.statistics(query.run, query.filter), desk.pack(query.run))
        return render(request, "statistics.html", tables=tables)

    @routes.get("/card", response_class=HTMLResponse)
    def card(visitor: Reader, request: Request, run: str, parcel: str) -> HTMLResponse:
        return render(request, "card.html", card=office.desk(visitor).card(run, parcel, today()))

    return routes


def _table(desk: Desk, query: TableQuery) -> dict[str, Any]:
    page = desk.parcels_page(
        query.run, query.filter, page=query.page, size=query.size, sort=query.sort,
        descending=query.order == "desc", around=query.around,
    )  # fmt: skip
    return {
        "query": query,
        "page": page,
        "conditions": desk.conditions(query.run, query.filter),
        "verdict_names": {entry.key: (entry.zh, entry.en) for entry in desk.legend()},
    }


def _groups(layers: list[MapLayer]) -> list[tuple[str, list[MapLayer]]]:
    """Layers by group, as a legend lists them: what lies on top comes first."""
    grouped = [(group, [layer for layer in reversed(layers) if layer.group == group]) for group in GROUPS]
    return [(group, members) for group, members in grouped if members]
