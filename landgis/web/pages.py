"""The page and its fragments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from landgis.web.query import PAGE_SIZE, TableQuery, today
from landgis.web.templating import render

if TYPE_CHECKING:
    from landgis.services.desk.desk import Desk
    from landgis.services.desk.desk_map import MapLayer

Table = Annotated[TableQuery, Depends()]
_GROUPS = ("lines", "land", "base")


def router(desk: Desk, pack_id: str) -> APIRouter:
    """Return the routes of the page.

    Parameters
    ----------
    desk
        What is shown.
    pack_id
        Pack whose newest run is shown when the address names none.
    """
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    def page(
        request: Request, run: str = "", verdict: str = "", town: str = "", q: str = "", parcel: str = ""
    ) -> HTMLResponse:
        run_id = run or desk.latest_run(pack_id)
        if run_id is None:
            return render(request, "empty.html", ready=desk.readiness(pack_id))
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
    def parcels(request: Request, query: Table) -> HTMLResponse:
        return render(
            request,
            "table.html",
            query=query,
            page=_page(desk, query),
            swapped=True,
            verdict_names=_verdict_names(desk),
        )

    @routes.get("/card", response_class=HTMLResponse)
    def card(request: Request, run: str, parcel: str) -> HTMLResponse:
        return render(request, "card.html", card=desk.card(run, parcel, today()))

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
