"""The page of the security administrator: who may come in, as what, and with which password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from landgis.access.roles import Action, Role
from landgis.domain.district import DISTRICTS, town_names
from landgis.errors import LandgisError, UsageError
from landgis.services.entering.passwords import Hashing
from landgis.services.people import Register, register_for
from landgis.web.description import form_of
from landgis.web.entering.form import Form
from landgis.web.entering.pages import SEE_OTHER, address_of
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.errors import STATUS
from landgis.web.office import Office
from landgis.web.templating import language, render

Admin = Annotated[Visitor, Depends(allowed(Action.MANAGE_PEOPLE))]
_Deed = Callable[[Register, str, dict[str, str], Hashing], object]
_DEEDS: dict[str, _Deed] = {
    "add": lambda register, account, form, _: register.add(
        account, form.get("name", ""), _role(form), form.get("town") or None, form.get("department", "")
    ),
    "role": lambda register, account, form, _: register.set_role(account, _role(form), form.get("town") or None),
    "activate": lambda register, account, *_: register.set_active(account, active=True),
    "deactivate": lambda register, account, *_: register.set_active(account, active=False),
    "password": lambda register, account, form, hashing: register.set_password(
        account, form.get("password", ""), hashing
    ),
    "unlock": lambda register, account, *_: register.unlock(account),
}

_FORM = form_of(
    "deed",
    "account",
    deed={"enum": list(_DEEDS)},
    **{n: {"type": "string"} for n in ("name", "role", "town", "department", "password")},
)


def router(office: Office, hashing: Hashing) -> APIRouter:
    """Return the routes of the page."""
    routes = APIRouter()

    @routes.get("/people", response_class=HTMLResponse)
    def people(visitor: Admin, request: Request, done: str = "", account: str = "") -> Response:
        register = register_for(office.database, visitor.person, address_of(request))
        return _page(request, register, done=done if done in _DEEDS else "", account=account[:100])

    @routes.post("/people", response_class=HTMLResponse, openapi_extra=_FORM)
    def manage(visitor: Admin, request: Request, form: Form) -> Response:
        register = register_for(office.database, visitor.person, address_of(request))
        deed, account = form.get("deed", ""), form.get("account", "").strip()
        try:
            if deed not in _DEEDS:
                raise UsageError("没有这个办理事项", "There is no such deed", where="deed")
            _DEEDS[deed](register, account, form, hashing)
        except LandgisError as error:
            return _page(request, register, error=error, status=STATUS[type(error)], account=account[:100])
        said = {"done": deed, "account": account} | ({"lang": "en"} if language(request) == "en" else {})
        return RedirectResponse(f"/people?{urlencode(said)}", SEE_OTHER)

    return routes


def _page(
    request: Request, register: Register, *, done: str = "", account: str = "", error: object = None, status: int = 200
) -> HTMLResponse:
    towns = [
        (district.key, [(code, name) for code, name in town_names().items() if code.startswith(district.code)])
        for district in DISTRICTS.values()
    ]
    return render(
        request, "people.html", status, accounts=register.accounts(), roles=list(Role), towns=towns, done=done,
        account=account, error=error,
    )  # fmt: skip


def _role(form: dict[str, str]) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError as error:
        raise UsageError("请选择角色", "Choose a role", where="role") from error
