"""The way in and out: log-in, log-out, one's own password, one-time links, and the page about oneself."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from landgis.access.roles import Action, may
from landgis.errors import LandgisError, NotEntered, UsageError
from landgis.web.description import form_of
from landgis.web.entering.form import Form
from landgis.web.entering.landing import after, home_of, local, pages_of
from landgis.web.entering.sessions import Sessions
from landgis.web.entering.visitor import OPEN, Visitor, entered
from landgis.web.templating import language, render

Somebody = Annotated[Visitor, Depends(entered)]
SEE_OTHER = 303


def address_of(request: Request) -> str:
    """Return from where a request comes, for the log."""
    return request.client.host if request.client else ""


def router(sessions: Sessions) -> APIRouter:
    """Return the routes of the way in, and of what concerns oneself."""
    routes = APIRouter()
    _ways_in(routes, sessions)
    _oneself(routes, sessions)
    return routes


def _ways_in(routes: APIRouter, sessions: Sessions) -> None:

    @routes.get("/enter", response_class=HTMLResponse)
    def enter(request: Request, next: str = "/") -> Response:  # the name that browsers show
        visitor = sessions.visitor(request)
        if visitor is not None:
            return RedirectResponse(_said(after(visitor.person, next), request), SEE_OTHER)
        return log_in_page(request, sessions, next)

    @routes.post("/enter", response_class=HTMLResponse, openapi_extra=form_of("account", "password"))
    def log_in(request: Request, form: Form) -> Response:
        account, wanted = form.get("account", ""), form.get("next", "/")
        try:
            token = sessions.door.log_in(account, form.get("password", ""), address_of(request))
        except NotEntered as error:
            return log_in_page(request, sessions, wanted, account=account, error=error, status=401)
        response = RedirectResponse(_first_page(request, sessions, token, wanted), SEE_OTHER)
        sessions.admit(response, token)
        return response

    @routes.get("/enter/link/{secret}", response_class=HTMLResponse)
    def by_link(request: Request, secret: str) -> Response:
        try:
            token = sessions.door.enter_by_link(secret, address_of(request))
        except NotEntered as error:
            return log_in_page(request, sessions, "/", error=error, status=401)
        return admitted(request, sessions, token, "/")

    @routes.post("/leave", status_code=SEE_OTHER, response_class=RedirectResponse)
    def leave(request: Request) -> Response:
        sessions.door.leave(sessions.token(request), address_of(request))
        response = RedirectResponse(_said("/enter", request), SEE_OTHER)
        sessions.dismiss(response)
        return response

    for way in (enter, log_in, by_link, leave):
        setattr(way, OPEN, True)


def _oneself(routes: APIRouter, sessions: Sessions) -> None:
    @routes.get("/self", response_class=HTMLResponse)
    def oneself(request: Request, visitor: Somebody) -> Response:
        if visitor.must_change:
            return RedirectResponse(_said("/password", request), SEE_OTHER)
        actions = [action for action in Action if may(visitor.person.role, action)]
        return render(request, "self.html", actions=actions, pages=pages_of(visitor.person))

    @routes.get("/password", response_class=HTMLResponse)
    def password(request: Request, visitor: Somebody) -> Response:
        return _password_page(request, visitor)

    @routes.post("/password", response_class=HTMLResponse, openapi_extra=form_of("old", "new", "again"))
    def change_password(request: Request, visitor: Somebody, form: Form) -> Response:
        old, new, again = (form.get(name, "") for name in ("old", "new", "again"))
        try:
            if new != again:
                raise _differ()
            sessions.door.change_password(sessions.token(request), visitor.person, old, new, address_of(request))
        except LandgisError as error:
            return _password_page(request, visitor, error=error, status=400)
        return render(
            request,
            "arrived.html",
            home=_said(home_of(visitor.person), request),
            at_once=False,
        )


def log_in_page(
    request: Request, sessions: Sessions, wanted: str, *, account: str = "", error: object = None, status: int = 200
) -> HTMLResponse:
    """Show the log-in, with what went wrong the last time."""
    return render(
        request, "enter.html", status, wanted=local(wanted), account=account[:100], error=error,
        other=None if sessions.provider is None else f"/enter/oidc?next={quote(local(wanted), safe='/')}",
    )  # fmt: skip


def _password_page(request: Request, visitor: Visitor, *, error: object = None, status: int = 200) -> HTMLResponse:
    return render(request, "password.html", status, must_change=visitor.must_change, error=error)


def admitted(request: Request, sessions: Sessions, token: str, wanted: str) -> Response:
    """Let somebody in who comes from elsewhere, by a page that goes on by itself.

    A redirect would not do: a browser that comes from another site takes the new cookie along from the second step only.
    """
    home = _first_page(request, sessions, token, wanted)
    response = render(request, "arrived.html", home=home, at_once=True)
    sessions.admit(response, token)
    return response


def _first_page(request: Request, sessions: Sessions, token: str, wanted: str) -> str:
    session = sessions.door.session(token)
    home = "/enter" if session is None else "/password" if session.must_change else after(session.person, wanted)
    return _said(home, request)


def _said(path: str, request: Request) -> str:
    """A path in the language of the request."""
    if language(request) == "zh" or "lang=" in path:
        return path
    return f"{path}{'&' if '?' in path else '?'}lang=en"


def _differ() -> UsageError:
    return UsageError("两次输入的新密码不同", "The two new passwords differ", where="password")
