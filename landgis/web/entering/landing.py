"""Where a visitor goes: to a page that he may see, and never to another site."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from landgis.access.person import Person
from landgis.access.roles import Action, Role, may
from landgis.web.rooms import DESK

_PAGES = (
    ("/", DESK),
    ("/people", (Action.MANAGE_PEOPLE,)),
    ("/audit", (Action.READ_AUDIT,)),
    ("/system", (Action.MANAGE_SYSTEM,)),
)
SELF = "/self"
"""The page about oneself: everybody may see it."""


def pages_of(person: Person) -> tuple[str, ...]:
    """Return the pages with which a person may begin, best first."""
    return (*(path for path, actions in _PAGES if all(may(person.role, action) for action in actions)), SELF)


def home_of(person: Person) -> str:
    """Return where a person begins; a town clerk without a town would look at nothing."""
    if person.role is Role.TOWN_CLERK and person.town_code is None:
        return SELF
    return pages_of(person)[0]


def after(person: Person, wanted: str) -> str:
    """Return where somebody goes who wanted a page before he came in."""
    path = local(wanted)
    return home_of(person) if urlsplit(path).path == "/" else path


def local(path: str) -> str:
    """Return a path of this server as it is, anything else as ``/``."""
    plain = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() and len(path) <= 2000
    return path if plain and not path.startswith(("/enter", "/leave")) else "/"


def to_the_door(request: Request) -> Response:
    """Send a page that is not to be seen yet to the way in; a fragment takes its whole page along."""
    lang = "?lang=en" if request.query_params.get("lang") == "en" else ""
    if getattr(request.state, "visitor", None) is not None:
        way = f"/password{lang}"
    elif request.method != "GET" or _is_fragment(request):
        way = f"/enter{lang}"
    else:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        way = f"/enter?next={quote(wanted, safe='/')}{lang.replace('?', '&')}"
    if _is_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": way})
    return RedirectResponse(way, 303)


def _is_fragment(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"
