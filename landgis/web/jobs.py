"""Long work in the browser: asked for, looked at, cancelled, asked for again, and its file taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from landgis.access.roles import Action
from landgis.domain.district import BEIJING
from landgis.services.jobs import jobs
from landgis.web.description import pictured
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.templating import render

if TYPE_CHECKING:
    from landgis.web.office import Office

Anybody = Annotated[Visitor, Depends(allowed(Action.READ))]
"""What a job does decides which action it takes; the service asks for it."""
No = Annotated[int, Path(ge=1, le=2**31 - 1)]


def router(office: Office) -> APIRouter:
    """Return the routes of long work."""
    routes = APIRouter()

    @routes.get("/jobs", response_class=HTMLResponse)
    def page(visitor: Anybody, request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> HTMLResponse:
        skip = (page - 1) * jobs.PAGE
        found = jobs.jobs(office.as_seen_by(visitor), visitor.person, skip=skip)
        first, last = skip + bool(found.jobs), skip + len(found.jobs)
        return render(
            request, "jobs.html", found=found, first=first, last=last, number=page, more=last < found.count,
            mine=visitor.person.person_id, beijing=BEIJING,
        )  # fmt: skip

    @routes.post("/jobs", status_code=202)
    def ask(
        visitor: Anybody,
        kind: Annotated[str, Body(max_length=40)],
        arguments: Annotated[dict[str, Any], Body()],
    ) -> JSONResponse:
        database, person = office.as_seen_by(visitor), visitor.person
        asked = jobs.ask(database, person, office.home, jobs.kind_named(kind), arguments)
        return JSONResponse({"job": asked.job.as_dict(), "new": asked.new}, 202)

    @routes.get("/data/jobs/{job_no}")
    def one(visitor: Anybody, job_no: No) -> JSONResponse:
        return JSONResponse({"job": jobs.job(office.as_seen_by(visitor), visitor.person, job_no).as_dict()})

    @routes.post("/jobs/{job_no}/cancel")
    def cancel(visitor: Anybody, job_no: No) -> JSONResponse:
        return JSONResponse({"job": jobs.cancel(office.as_seen_by(visitor), visitor.person, job_no).as_dict()})

    @routes.post("/jobs/{job_no}/again", status_code=202)
    def again(visitor: Anybody, job_no: No) -> JSONResponse:
        asked = jobs.again(office.as_seen_by(visitor), visitor.person, office.home, job_no)
        return JSONResponse({"job": asked.job.as_dict(), "new": asked.new}, 202)

    @routes.get("/jobs/{job_no}/file", response_class=FileResponse, responses=pictured("application/octet-stream"))
    def file(visitor: Anybody, job_no: No) -> FileResponse:
        path = jobs.file_of(office.as_seen_by(visitor), visitor.person, office.home, job_no)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    return routes
