"""The way in by another house: to its page and back, in the same browser, within ten minutes."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from landgis.errors import ExternalError, NotEntered
from landgis.services.entering.oidc import Journey, Provider
from landgis.web.entering.landing import local
from landgis.web.entering.pages import SEE_OTHER, address_of, admitted, log_in_page
from landgis.web.entering.sessions import Sessions
from landgis.web.entering.visitor import OPEN

_LASTS_S = 600
_MOST = 1000


class Journeys:
    """Browsers that are on their way: each by a secret of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[float, Journey, str]] = {}

    def begin(self, journey: Journey, wanted: str) -> str:
        """Remember a journey and the page wanted, and return the browser's secret; the oldest give way to the newest."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            kept = [(key, one) for key, one in self._under_way.items() if one[0] > now][-(_MOST - 1) :]
            self._under_way = dict(kept) | {secret: (now + _LASTS_S, journey, wanted)}
        return secret

    def end(self, secret: str, state: str) -> tuple[Journey, str]:
        """Return the journey of a browser that is back, and the page wanted; it comes back once.

        Raises
        ------
        NotEntered
            If it never left, left too long ago, or brings another's answer.
        """
        with self._lock:
            found = self._under_way.pop(secret, None)
        if (
            found is None
            or found[0] <= self._clock()
            or not secrets.compare_digest(found[1].state.encode(), state.encode())
        ):
            raise NotEntered(
                "登录没有在同一浏览器中 10 分钟内完成",
                "The log-in was not ended in the same browser within ten minutes",
                where="/enter",
                next_zh="请重新登录",
                next_en="Log in again",
            )
        return found[1], found[2]


def router(sessions: Sessions, provider: Provider) -> APIRouter:
    """Return the routes there and back."""
    routes, journeys = APIRouter(), Journeys()
    cookie = "__Host-landgis-oidc" if sessions.secure else "landgis-oidc"

    @routes.get("/enter/oidc")
    def there(request: Request, next: str = "/") -> Response:  # the name that browsers show
        back = f"{request.url.scheme}://{request.headers['host']}/enter/oidc/back"
        try:
            journey = provider.journey(back)
        except ExternalError as error:
            return log_in_page(request, sessions, next, error=error, status=502)
        response = RedirectResponse(journey.address, SEE_OTHER)
        # Lax: the browser comes back from another site, and has to bring it along
        response.set_cookie(
            cookie, journeys.begin(journey, local(next)), max_age=_LASTS_S, path="/", secure=sessions.secure,
            httponly=True, samesite="lax",
        )  # fmt: skip
        return response

    @routes.get("/enter/oidc/back", response_class=HTMLResponse)
    def back(request: Request, code: str = "", state: str = "") -> Response:
        address = address_of(request)
        try:
            journey, wanted = journeys.end(request.cookies.get(cookie, ""), state)
            token = sessions.door.enter_vouched(provider.account(journey, code), address)
        except (NotEntered, ExternalError) as error:
            status = 401 if isinstance(error, NotEntered) else 502
            response: Response = log_in_page(request, sessions, "/", error=error, status=status)
        else:
            response = admitted(request, sessions, token, wanted)
        response.delete_cookie(cookie, path="/", secure=sessions.secure, httponly=True, samesite="lax")
        return response

    for way in (there, back):
        setattr(way, OPEN, True)
    return routes
