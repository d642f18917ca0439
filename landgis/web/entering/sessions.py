"""The entrance of a desk that demands log-ins: a cookie that names a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import Response

from landgis.services.entering.door import Door
from landgis.web.entering.visitor import Visitor

if TYPE_CHECKING:
    from landgis.db.entering import Session
    from landgis.db.pulse import Beat
    from landgis.services.entering.oidc import Provider
    from landgis.services.entering.passwords import Hashing


class Sessions:
    """Whoever brings the cookie of a session is its person.

    Parameters
    ----------
    door
        Opens, finds and ends sessions.
    hashing
        Of the passwords that administrators set.
    secure
        Whether browsers come by TLS, to this server or to the proxy before it.
    provider
        Another house that vouches for persons; None: none does.
    """

    def __init__(self, door: Door, hashing: Hashing, *, secure: bool, provider: Provider | None = None) -> None:
        self.door = door
        self.hashing = hashing
        self.secure = secure
        self.provider = provider
        self._cookie = "__Host-landgis" if secure else "landgis"

    def visitor(self, request: Request) -> Visitor | None:
        """Return the person of the session that the cookie names."""
        token = self.token(request)
        session = self.door.session(token) if token else None
        return None if session is None else _visitor(session)

    def known(self, request: Request, beat: Beat) -> Visitor | None:
        """Return the same where memory knows it and a beat, asked after the request came, confirms it; else None."""
        session = self.door.known(self.token(request), beat)
        return None if session is None else _visitor(session)

    def token(self, request: Request) -> str:
        """Return what the cookie says; empty without one."""
        return request.cookies.get(self._cookie, "")

    def admit(self, response: Response, token: str) -> None:
        """Give a browser the cookie of a session; it ends with the browser, or with the session."""
        response.set_cookie(
            self._cookie, token, path="/", secure=self.secure, httponly=True, samesite="strict"
        )  # fmt: skip

    def dismiss(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(self._cookie, path="/", secure=self.secure, httponly=True, samesite="strict")


def _visitor(session: Session) -> Visitor:
    return Visitor(session.person, session.session_no, session.must_change)
