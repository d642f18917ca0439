"""Vector tiles in the working CRS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request, Response

from landgis.access.roles import Action
from landgis.web.entering.visitor import Visitor, allowed

if TYPE_CHECKING:
    from landgis.web.office import Office

ParcelReader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]
LayerReader = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS))]

_TYPE = "application/vnd.mapbox-vector-tile"
_KEEP = "private, no-cache"
"""The browser may keep a tile but asks each time whether it is still the same: another database may be served here."""


def router(office: Office) -> APIRouter:
    """Return the routes of the tiles."""
    routes = APIRouter(prefix="/tiles")

    @routes.get("/parcels/{run_id}/{z}/{x}/{y}")
    def parcels(visitor: ParcelReader, request: Request, run_id: str, z: int, x: int, y: int) -> Response:
        return _tile(request, lambda: office.desk(visitor).parcel_tile(run_id, z, x, y))

    @routes.get("/layers/{layer}/{release}/{z}/{x}/{y}")
    def layers(visitor: LayerReader, request: Request, layer: str, release: str, z: int, x: int, y: int) -> Response:
        return _tile(request, lambda: office.desk(visitor).layer_tile(layer, release, z, x, y))

    return routes


def _tile(request: Request, make: Callable[[], bytes]) -> Response:
    content = make()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _KEEP}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, _TYPE)
