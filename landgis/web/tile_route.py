"""A route for what is asked by the dozen and mostly at hand: the door and the tile from memory, if both are known there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from landgis.web.entering.visitor import known

if TYPE_CHECKING:
    from landgis.db.pulse import Beat
    from landgis.engines.tile_cache import KeptTile
    from landgis.services.desk.desk_tiles import TileAsked

TYPE = "application/vnd.mapbox-vector-tile"
_KEEP = "private, no-cache"
"""The browser may keep a tile but asks each time whether it is still the same: another database may be served here."""


def tile_route(pulse: Callable[[], Awaitable[Beat]]) -> type[APIRoute]:
    """Return the class of routes that answer with a tile.

    They are like any other for whoever lists them, without FastAPI's way of filling in parameters. Their function takes
    the visitor, the request and the parts of the path as they are, finds in ``request.state.beat`` what the database
    said after the request came, and returns the tile that is meant. Their one dependency is the door.

    Parameters
    ----------
    pulse
        Asks for the beat. Where the database does not answer, nothing is served, from memory or elsewhere.
    """

    class TileRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Return what answers a request."""
            door: Any
            (door,) = (each.call for each in self.dependant.dependencies)
            work: Any = self.dependant.call

            async def handler(request: Request) -> Response:
                request.state.beat = beat = await pulse()
                visitor = known(request, beat, door.actions) or await run_in_threadpool(door, request)
                asked: TileAsked = work(visitor, request, **request.path_params)
                tile = asked.held()
                return _answer(request, await run_in_threadpool(asked.get) if tile is None else tile)

            return handler

    return TileRoute


def _answer(request: Request, tile: KeptTile) -> Response:
    tag = f'"{tile.tag}"'
    headers = {"ETag": tag, "Cache-Control": _KEEP}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(tile.content, 200, headers, TYPE)
