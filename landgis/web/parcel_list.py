"""The list of a filter to take away; what leaves is logged with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from landgis.access.roles import Action
from landgis.domain.district import BEIJING
from landgis.services.desk.parcel_list import Reason, parcels_listed, take_away
from landgis.web.description import form_of, pictured
from landgis.web.entering.form import Form
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import TableQuery, table_query

if TYPE_CHECKING:
    from landgis.web.office import Office

Table = Annotated[TableQuery, Depends(table_query)]
Taker = Annotated[
    Visitor,
    Depends(allowed(Action.EXPORT, Action.EXPORT_INTERNAL, Action.READ_VERDICTS, Action.READ_PARCELS)),
]
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def router(office: Office) -> APIRouter:
    """Return the routes of the lists."""
    routes = APIRouter(prefix="/export")

    @routes.post(
        "/parcels.{form}", response_class=Response, responses=pictured(*_KINDS.values()), openapi_extra=form_of("why")
    )
    def parcels(visitor: Taker, query: Table, form: Literal["xlsx", "pdf"], said: Form) -> Response:
        """Return the parcels of the filter, all of them, as a workbook or as pages. It is logged: no link does it."""
        database, moment = office.as_seen_by(visitor), datetime.now(BEIJING)
        listed = parcels_listed(database, office.desk(visitor), query.run, query.filter)
        content = take_away(database, listed, form, Reason(visitor.person, moment, said.get("why", "")))
        name = quote(f"地块一览表-{listed.head.run_id}-{moment:%Y%m%d}.{form}")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(content, media_type=_KINDS[form], headers=headers)

    return routes
