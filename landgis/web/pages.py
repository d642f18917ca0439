"""The page and its fragments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from landgis.access.roles import Action
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import PAGE_SIZE, TableQuery, today
from landgis.web.templating import render

if TYPE_CHECKING:
    from landgis.services.desk.desk import Desk
    from landgis.services.desk.desk_map import MapLayer
    from landgis.web.office import Office

Table = Annotated[TableQuery, Depends()]
Reader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]
_GROUPS = ("lines", "land", "base")


def router(office: Office) -> APIRouter:
    """Return the routes of the page."""
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    def page(
        visitor: Reader,
        request: Request,
        run: str = "",
        verdict: str = "",
        town: str = "",
        q: str = "",
        parcel: str = "",
    ) -> HTMLResponse:
        desk = office.desk(visitor)
        run_id = run or desk.latest_run(office.pack_id)
        if run_id is None:
            return render(request, "empty.html", ready=desk.readiness(office.pack_id))
        overview = desk.overview(run_id, fresh=True)
        query = TableQuery(run_id, verdict, town, q[:100], around=parcel)
        return render(
            request,
            "desk.html",
            overview=overview,
            legend=desk.legend(),
            groups=_groups(overview.layers),
            query=query,
            parcel=parcel,
            page=_page(desk, query),
            verdict_names=_verdict_names(desk),
        )

    @routes.get("/parcels", response_class=HTMLResponse)
    def parcels(visitor: Reader, request: Request, query: Table) -> HTMLResponse:
        desk = office.desk(visitor)
        return render(
            request,
            "table.html",
            query=query,
            page=_page(desk, query),
            swapped=True,
            verdict_names=_verdict_names(desk),
        )

    @routes.get("/card", response_class=HTMLResponse)
    def card(visitor: Reader, request: Request, run: str, parcel: str) -> HTMLResponse:
        return render(request, "card.html", card=office.desk(visitor).card(run, parcel, today()))

    return routes


def _page(desk: Desk, query: TableQuery) -> object:
    return desk.parcels_page(
        query.run, query.filter(), page=query.page, size=PAGE_SIZE, sort=query.sort,
        descending=query.order == "desc", around=query.around,
    )  # fmt: skip


def _verdict_names(desk: Desk) -> dict[str, tuple[str, str]]:
    return {entry.key: (entry.zh, entry.en) for entry in desk.legend()}


def _groups(layers: list[MapLayer]) -> list[tuple[str, list[MapLayer]]]:
    """Layers by group, as a legend lists them: what lies on top comes first."""
    grouped = [(group, [layer for layer in reversed(layers) if layer.group == group]) for group in _GROUPS]
    return [(group, members) for group, members in grouped if members]
