"""The desk as JSON: the numbers of the record, unrounded."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from landgis.access.roles import Action
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import TableQuery, today

if TYPE_CHECKING:
    from landgis.maps.style import Symbol
    from landgis.services.desk.desk import Desk
    from landgis.web.office import Office

Table = Annotated[TableQuery, Depends()]
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
            query.run, query.filter(), page=query.page, size=query.size, sort=query.sort,
            descending=query.order == "desc", around=query.around,
        )  # fmt: skip
        total = asdict(page.total) | {"area_ha": str(page.total.area_ha), "area_mu": str(page.total.area_mu)}
        return JSONResponse(asdict(page) | {"total": total, "area_basis": "ellipsoidal"})

    @routes.get("/ids")
    def ids(visitor: Reader, query: Table) -> JSONResponse:
        """Return the parcel numbers of the filter, for the map."""
        return JSONResponse(office.desk(visitor).parcel_ids(query.run, query.filter()))

    @routes.get("/geometry")
    def geometry(visitor: Finder, run: str, parcel: str) -> JSONResponse:
        """Return a parcel's outline; coordinates in the working CRS, EPSG:4549, metres."""
        return JSONResponse(office.desk(visitor).geometry(run, parcel))

    @routes.get("/map")
    def map_(visitor: Reader, run: str) -> JSONResponse:
        """Return what the map needs: grid, layers, symbols, extent."""
        return JSONResponse(_map(office.desk(visitor), run))

    return routes


def _map(desk: Desk, run: str) -> dict[str, Any]:
    overview = desk.overview(run)
    layers = [
        {
            "key": layer.key,
            "title_zh": layer.title_zh,
            "title_en": layer.title_en,
            "url": f"/tiles/layers/{layer.key}/{quote(layer.release.name, safe='')}/{{z}}/{{x}}/{{y}}",
            "symbol": _symbol(layer.symbol),
            "above": layer.group == "lines",
        }
        for layer in overview.layers
        if layer.release is not None
    ]
    return {
        "crs": overview.head.meta.crs,
        "grid": desk.grid(),
        "extent": overview.extent,
        "layers": layers,
        "parcels": {"url": f"/tiles/parcels/{quote(run, safe='')}/{{z}}/{{x}}/{{y}}"},
        "verdicts": {entry.key: _symbol(entry.symbol) for entry in desk.legend()},
        "labels": desk.labels(run),
    }


def _symbol(symbol: Symbol) -> dict[str, Any]:
    return asdict(symbol)
