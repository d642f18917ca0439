"""A desk behind a proxy: it answers that proxy alone, and believes what it says of the browser."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


class Proxied:
    """Take requests from one proxy, which has to have had them by TLS.

    Parameters
    ----------
    app
        What is served.
    proxy
        Address of the proxy.
    """

    def __init__(self, app: ASGIApp, proxy: str) -> None:
        self._proxy = proxy
        self._believing = ProxyHeadersMiddleware(_by_tls(app), trusted_hosts=[proxy])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        client = scope.get("client")
        if scope["type"] == "http" and (client is None or client[0] != self._proxy):
            text = "本服务只接受反向代理的请求\nThis service answers to its proxy alone\n"
            await PlainTextResponse(text, 421)(scope, receive, send)
            return
        await self._believing(scope, receive, send)  # type: ignore[arg-type]


def _by_tls(app: ASGIApp) -> ASGIApp:
    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["scheme"] != "https":
            text = "反向代理须以 TLS 接入，并设 X-Forwarded-Proto: https\nThe proxy has to be reached by TLS and to say so\n"
            await PlainTextResponse(text, 421)(scope, receive, send)
            return
        await app(scope, receive, send)

    return asked
