"""Bookmarks over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from landgis.access.roles import Action
from landgis.services.desk.bookmarks import give_up, keep, kept
from landgis.web.entering.visitor import Visitor, allowed

if TYPE_CHECKING:
    from landgis.web.office import Office

Reader = Annotated[Visitor, Depends(allowed(Action.READ))]


class NewBookmark(BaseModel):
    """A view to keep."""

    name: str
    state: str
    shared: bool = False


def router(office: Office) -> APIRouter:
    """Return the routes of bookmarks."""
    routes = APIRouter(prefix="/bookmarks")

    @routes.get("")
    def list_(visitor: Reader) -> JSONResponse:
        """Return the visitor's bookmarks and the shared ones."""
        return JSONResponse(kept(office.as_seen_by(visitor), visitor.person))

    @routes.post("", status_code=201)
    def add(visitor: Reader, new: NewBookmark) -> JSONResponse:
        """Keep a view."""
        number = keep(office.as_seen_by(visitor), visitor.person, new.name, new.state, shared=new.shared)
        return JSONResponse({"no": number}, 201)

    @routes.delete("/{bookmark_no}", status_code=204, response_class=Response)
    def remove(visitor: Reader, bookmark_no: int) -> Response:
        """Keep a view no longer."""
        give_up(office.as_seen_by(visitor), visitor.person, bookmark_no)
        return Response(status_code=204)

    return routes
