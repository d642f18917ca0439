"""Vector tiles of the map, in each CRS that it is offered in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from landgis.access.roles import Action
from landgis.engines.tile_cache import TileCache
from landgis.errors import UsageError
from landgis.services.desk.desk_tiles import WORKING_EPSG, DeskTiles, Tile, TileAsked, grids, tile_of
from landgis.web.asked_together import Together
from landgis.web.description import pictured
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import filter_of
from landgis.web.tile_route import TYPE, tile_route

if TYPE_CHECKING:
    from landgis.web.office import Office

ParcelReader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]
LayerReader = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS))]

_UNIT = frozenset({"area_unit"})
_MB = 1 << 20
_PLACE = "{z}/{x}/{y}"
_ANSWERS: Any = {
    "response_class": Response,
    "response_model": None,
    "responses": pictured(TYPE) | {304: {"description": "As before"}},
}


def router(office: Office) -> APIRouter:
    """Return the routes of the tiles: in the working CRS, or with the EPSG code of another grid before their path."""
    tiles = DeskTiles(office.database, TileCache(office.home / "tiles", office.tiles_mb * _MB))
    routes = APIRouter(prefix="/tiles", route_class=tile_route(Together(tiles.beat_soon)))

    @routes.get(f"/parcels/{{run_id}}/{_PLACE}", **_ANSWERS)
    @routes.get(f"/{{epsg:int}}/parcels/{{run_id}}/{_PLACE}", **_ANSWERS)
    def parcels(
        visitor: ParcelReader, request: Request, run_id: str, z: str, x: str, y: str, epsg: int = WORKING_EPSG
    ) -> TileAsked:
        wanted, seen = filter_of(request, _UNIT), office.as_seen_by(visitor)
        return tiles.parcels(seen, run_id, wanted, _tile(epsg, z, x, y), request.state.beat)

    @routes.get(f"/layers/{{layer}}/{{release}}/{_PLACE}", **_ANSWERS)
    @routes.get(f"/{{epsg:int}}/layers/{{layer}}/{{release}}/{_PLACE}", **_ANSWERS)
    def layers(
        visitor: LayerReader,
        request: Request,
        layer: str,
        release: str,
        z: str,
        x: str,
        y: str,
        epsg: int = WORKING_EPSG,
    ) -> TileAsked:
        return tiles.layer(office.as_seen_by(visitor), layer, release, _tile(epsg, z, x, y), request.state.beat)

    def grid_list(visitor: LayerReader, request: Request) -> Response:  # noqa: ARG001  # the door is asked, as everywhere
        return JSONResponse(grids())

    routes.add_api_route("/grids", grid_list, route_class_override=APIRoute)
    return routes


def _tile(epsg: int, z: str, x: str, y: str) -> Tile:
    numbers = [int(part) for part in (z, x, y) if part.isascii() and part.isdigit() and len(part) < 9]
    if len(numbers) < 3:
        name = f"{z}/{x}/{y}"
        raise UsageError(f"没有瓦片 {name}", f"There is no tile {name}", where=name)
    return tile_of(epsg, *numbers)
