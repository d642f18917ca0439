"""The desk as JSON: the numbers of the record, unrounded."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from landgis.access.roles import Action
from landgis.services.desk.search import search
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import TableQuery, table_query, today

if TYPE_CHECKING:
    from landgis.services.desk.desk_table import Total
    from landgis.web.office import Office

Table = Annotated[TableQuery, Depends(table_query)]
Reader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS))]
Finder = Annotated[Visitor, Depends(allowed(Action.READ_PARCELS))]


def router(office: Office) -> APIRouter:
    """Return the routes of the data."""
    routes = APIRouter(prefix="/data")

    @routes.get("/run")
    def run(visitor: Reader, run: str) -> JSONResponse:
        """Return the whole run, in the form of ``check --json``."""
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''landgis-{quote(run, safe='')}.json"}
        return JSONResponse(office.desk(visitor).record(run), headers=headers)

    @routes.get("/parcel")
    def parcel(visitor: Reader, run: str, parcel: str) -> JSONResponse:
        """Return the card of one parcel."""
        return JSONResponse(office.desk(visitor).card(run, parcel, today()))

    @routes.get("/parcels")
    def parcels(visitor: Reader, query: Table) -> JSONResponse:
        """Return one page of the table, with totals."""
        page = office.desk(visitor).parcels_page(
            query.run, query.filter, page=query.page, size=query.size, sort=query.sort,
            descending=query.order == "desc", around=query.around,
        )  # fmt: skip
        return JSONResponse(asdict(page) | {"total": _plain(page.total), "area_basis": "ellipsoidal"})

    @routes.get("/ids")
    def ids(visitor: Reader, query: Table) -> JSONResponse:
        """Return the parcel numbers of the filter, for the map."""
        return JSONResponse(office.desk(visitor).parcel_ids(query.run, query.filter))

    @routes.get("/search")
    def find(visitor: Finder, run: str, q: Annotated[str, Query(max_length=100)]) -> JSONResponse:
        """Return what a text means in a run: parcels, plots, villages, towns, places; up to 20 a kind, and how many in all."""
        found = search(office.as_seen_by(visitor), run, q)
        return JSONResponse(asdict(found))

    @routes.get("/statistics")
    def statistics(visitor: Reader, query: Table) -> JSONResponse:
        """Return the statistics of the filter: dimension → lines with keys, count, area_m2, area_ha and area_mu."""
        found = office.desk(visitor).statistics(query.run, query.filter)
        return JSONResponse({
            dimension: [{"keys": line.keys, **_plain(line.total)} for line in lines] for dimension, lines in found.items()
        })  # fmt: skip

    @routes.get("/geometry")
    def geometry(visitor: Finder, run: str, parcel: str) -> JSONResponse:
        """Return a parcel's outline; coordinates in the working CRS, EPSG:4549, metres."""
        return JSONResponse(office.desk(visitor).geometry(run, parcel))

    return routes


def _plain(total: Total) -> dict[str, Any]:
    return asdict(total) | {"area_ha": str(total.area_ha), "area_mu": str(total.area_mu)}
