"""The page of the system administrator: how the server stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from landgis.access.roles import Action
from landgis.services.server_state import server_state
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.office import Office
from landgis.web.templating import render

Keeper = Annotated[Visitor, Depends(allowed(Action.MANAGE_SYSTEM))]


def router(office: Office) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter()

    @routes.get("/system", response_class=HTMLResponse)
    def page(visitor: Keeper, request: Request) -> HTMLResponse:
        lines = server_state(office.as_seen_by(visitor), visitor.person, office.home)
        return render(request, "system.html", lines=lines)

    return routes
