"""A route for what is asked by the dozen and mostly kept: doors and work are one step in one thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool


class TileRoute(APIRoute):
    """A route like any other for whoever lists them, without FastAPI's way of filling in parameters.

    Its function takes the visitor, the request and the parts of the path as they are, and answers itself. Its one
    dependency is the door, asked on every request before anything else.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        (door,) = (each.call for each in self.dependant.dependencies)
        work = self.dependant.call
        assert door is not None
        assert work is not None

        def step(request: Request) -> Response:
            answer: Response = work(door(request), request, **request.path_params)
            return answer

        async def handler(request: Request) -> Response:
            return await run_in_threadpool(step, request)

        return handler
