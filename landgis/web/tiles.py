"""Vector tiles of the map, in each CRS that it is offered in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from landgis.access.roles import Action
from landgis.engines.tile_cache import KeptTile, TileCache
from landgis.errors import UsageError
from landgis.services.desk.desk_tiles import WORKING_EPSG, DeskTiles, Tile, grids, tile_of
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import filter_of
from landgis.web.tile_route import TileRoute

if TYPE_CHECKING:
    from landgis.web.office import Office

ParcelReader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]
LayerReader = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS))]

_TYPE = "application/vnd.mapbox-vector-tile"
_KEEP = "private, no-cache"
"""The browser may keep a tile but asks each time whether it is still the same: another database may be served here."""
_UNIT = frozenset({"area_unit"})
_MB = 1 << 20
_PLACE = "{z}/{x}/{y}"


def router(office: Office) -> APIRouter:
    """Return the routes of the tiles: in the working CRS, or with the EPSG code of another grid before their path."""
    routes = APIRouter(prefix="/tiles", route_class=TileRoute)
    tiles = DeskTiles(office.database, TileCache(office.home / "tiles", office.tiles_mb * _MB))

    @routes.get("/grids")
    def grid_list(visitor: LayerReader, request: Request) -> Response:  # noqa: ARG001  # the door is asked, as everywhere
        return JSONResponse(grids())

    @routes.get(f"/parcels/{{run_id}}/{_PLACE}")
    @routes.get(f"/{{epsg:int}}/parcels/{{run_id}}/{_PLACE}")
    def parcels(
        visitor: ParcelReader, request: Request, run_id: str, z: str, x: str, y: str, epsg: int = WORKING_EPSG
    ) -> Response:
        wanted = filter_of(request, _UNIT)
        return _answer(request, tiles.parcels(office.as_seen_by(visitor), run_id, wanted, _tile(epsg, z, x, y)))

    @routes.get(f"/layers/{{layer}}/{{release}}/{_PLACE}")
    @routes.get(f"/{{epsg:int}}/layers/{{layer}}/{{release}}/{_PLACE}")
    def layers(
        visitor: LayerReader,
        request: Request,
        layer: str,
        release: str,
        z: str,
        x: str,
        y: str,
        epsg: int = WORKING_EPSG,
    ) -> Response:
        return _answer(request, tiles.layer(office.as_seen_by(visitor), layer, release, _tile(epsg, z, x, y)))

    return routes


def _tile(epsg: int, z: str, x: str, y: str) -> Tile:
    numbers = [int(part) for part in (z, x, y) if part.isascii() and part.isdigit() and len(part) < 9]
    if len(numbers) < 3:
        name = f"{z}/{x}/{y}"
        raise UsageError(f"没有瓦片 {name}", f"There is no tile {name}", where=name)
    return tile_of(epsg, *numbers)


def _answer(request: Request, tile: KeptTile) -> Response:
    tag = f'"{tile.tag}"'
    headers = {"ETag": tag, "Cache-Control": _KEEP}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(tile.content, 200, headers, _TYPE)
