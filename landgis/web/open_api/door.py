"""The door to the open services: pygeoapi is loaded, and connections are opened, when somebody knocks for the first time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from landgis.errors import LandgisError
from landgis.web.open_api.failures import told
from landgis.web.open_api.links import PREFIX

if TYPE_CHECKING:
    from landgis.services.open_data import OpenData


class OpenDoor:
    """An ASGI application under `PREFIX` that is made when it is first asked.

    Parameters
    ----------
    data
        Opens what is served.
    """

    def __init__(self, data: Callable[[], OpenData]) -> None:
        self._data = data
        self._app: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the landing page answers with and without a slash at its end."""
        if scope["path"] == PREFIX:
            scope = {**scope, "path": f"{PREFIX}/", "root_path": PREFIX}
        app = self._app
        if app is None:
            try:
                app = await run_in_threadpool(self._open)
            except LandgisError as error:  # whoever knocks next tries again
                app = told(Request(scope), error)
        await app(scope, receive, send)

    def _open(self) -> ASGIApp:
        with self._lock:
            if self._app is None:
                from landgis.web.open_api.app import open_app

                self._app = open_app(self._data())
            return self._app
