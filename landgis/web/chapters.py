"""The pages of the handbook."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from landgis.errors import NotFound
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.handbook.contents import CHAPTERS
from landgis.web.templating import render

Anyone = Annotated[Visitor, Depends(allowed())]
"""The handbook shows nothing of anybody's: who has come in may read it."""


def router() -> APIRouter:
    """Return the routes of the handbook."""
    routes = APIRouter(prefix="/handbook")

    @routes.get("", response_class=HTMLResponse)
    def first(_visitor: Anyone, request: Request) -> HTMLResponse:
        return _page(request, CHAPTERS[0].key)

    @routes.get("/{key}", response_class=HTMLResponse)
    def page(_visitor: Anyone, request: Request, key: str) -> HTMLResponse:
        return _page(request, key)

    return routes


def _page(request: Request, key: str) -> HTMLResponse:
    found = next((chapter for chapter in CHAPTERS if chapter.key == key), None)
    if found is None:
        raise NotFound(
            f"手册没有“{key}”这一页", f"The handbook has no page “{key}”", where=key,
            next_zh="请从手册目录打开", next_en="Open it from the contents of the handbook",
        )  # fmt: skip
    return render(request, "handbook.html", chapter=found, chapters=CHAPTERS)
