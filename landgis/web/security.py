"""What every answer carries, and which host names are answered at all."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from landgis.web.open_api.links import PREFIX

_SAFE = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Answer only to names of this machine, and put the security headers on every answer.

    A page of another site must not reach the desk through a name that it points at this machine: the ``Host`` header
    has to be one we know. Nor may it make a browser send something in its visitor's name: what changes anything has to
    come from the desk's own pages, as ``Sec-Fetch-Site`` or ``Origin`` say. The open services know no cookie, and ask
    for a token instead.

    Parameters
    ----------
    app
        What is guarded.
    hosts
        Names answered besides loopback.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self.app = app
        self._hosts = {name.casefold() for name in (*LOOPBACK, *hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                kept = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", "private, no-cache" if kept else "no-store")
            await send(message)

        headers = Headers(scope=scope)
        if _host_name(headers.get("host", "")) not in self._hosts:
            text = "本服务不接受这个主机名\nThis service does not answer to that host name\n"
            await PlainTextResponse(text, 421)(scope, receive, dressed)
            return
        by_token = scope["path"] == PREFIX or scope["path"].startswith(f"{PREFIX}/")
        if scope["method"] not in _SAFE and not by_token and not _from_here(headers):
            text = "请求不是本服务的页面发出的\nThis request does not come from a page of this service\n"
            await PlainTextResponse(text, 403)(scope, receive, dressed)
            return
        await self.app(scope, receive, dressed)


def _from_here(headers: Headers) -> bool:
    """Whether a browser says that a page of this server asks."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return origin.startswith(("http://", "https://")) and urlsplit(origin).netloc == headers.get("host")


def _host_name(host: str) -> str:
    """Name in a Host header, without port and brackets; empty when it is malformed."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""
