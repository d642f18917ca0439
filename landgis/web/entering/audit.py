"""The page of the audit administrator: who came in, and who changed what kind of record when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from landgis.access.roles import Action
from landgis.services import audit
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.office import Office
from landgis.web.query import today
from landgis.web.templating import render

Auditor = Annotated[Visitor, Depends(allowed(Action.READ_AUDIT))]
_SIZE = 50
_DAYS = 7


@dataclass(frozen=True)
class AuditQuery:
    """What the address of the page asks for: one record, days, an account, a page."""

    record: Literal["entries", "changes"]
    first: date
    last: date
    account: str
    page: int

    def address(self, lang: str, **changed: object) -> str:
        """Return the address of the same question but for some of it."""
        asked = {
            "record": self.record, "from": self.first, "to": self.last, "account": self.account, "page": self.page,
            "lang": lang,
        } | changed  # fmt: skip
        return f"/audit?{urlencode(asked)}"


def router(office: Office) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter()

    @routes.get("/audit", response_class=HTMLResponse)
    def page(visitor: Auditor, request: Request, query: Annotated[AuditQuery, Depends(_asked)]) -> HTMLResponse:
        read = audit.entries if query.record == "entries" else audit.changes
        part = read(
            office.as_seen_by(visitor), visitor.person, query.first, query.last, query.account,
            page=query.page, size=_SIZE,
        )  # fmt: skip
        start = (query.page - 1) * _SIZE
        return render(
            request, "audit.html", query=query, part=part, first=start + 1, last=start + len(part.rows),
            pages=max(1, ceil(part.count / _SIZE)),
        )  # fmt: skip

    return routes


def _asked(
    record: Literal["entries", "changes"] = "entries",
    first: Annotated[date | None, Query(alias="from", ge=date(1990, 1, 1), le=date(2999, 1, 1))] = None,
    last: Annotated[date | None, Query(alias="to", ge=date(1990, 1, 1), le=date(2999, 1, 1))] = None,
    account: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> AuditQuery:
    until = last or today()
    return AuditQuery(
        record, first or until - timedelta(days=_DAYS - 1), until, account.replace("\x00", "").strip(), page
    )
