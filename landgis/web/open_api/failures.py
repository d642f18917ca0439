"""How the open services refuse: who asks without a token, what cannot be given, and what went wrong, never how."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from landgis.access.person import Person
from landgis.errors import InputError, LandgisError, NotFound
from landgis.services.open_data import OpenData
from landgis.web.errors import STATUS, one_line

_LOG = logging.getLogger("landgis.web")
_CODES = {
    400: "InvalidParameterValue", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
    406: "NotAcceptable", 503: "ServiceUnavailable",
}  # fmt: skip
_JSON = {
    "*/*", "application/*", "application/json", "application/geo+json", "application/schema+json",
    "application/openapi+json", "application/vnd.oai.openapi+json",
}  # fmt: skip
Endpoint = Callable[[Request, Person], Response]


def guarded(data: OpenData, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that first asks for a token, and answers in a thread of its own."""

    def answer(request: Request) -> Response:
        secret = _bearer(request)
        person = data.asker(secret) if secret else None
        if person is None:
            return _unknown(given=bool(secret))
        _acceptable(request)
        return endpoint(request, person)

    async def served(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return served


def of_pygeoapi(status: int, path: str) -> LandgisError:
    """Return our own error for what pygeoapi refused; all but a missing feature was checked before."""
    if status == 404:
        name = path.rsplit("/", 1)[-1][:60]
        return NotFound(
            f"没有要素“{name}”，或无权查看", f"There is no feature “{name}”, or none for you to see", where=name
        )
    return LandgisError("开放服务出错", "The open service failed")


def _bearer(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.casefold() == "bearer" else ""


def _acceptable(request: Request) -> None:
    asked = request.query_params.get("f", "json")
    accepted = {part.split(";")[0].strip().casefold() for part in request.headers.get("accept", "*/*").split(",")}
    if asked == "json" and ("f" in request.query_params or accepted & _JSON):
        return
    raise HTTPException(406)


def _unknown(*, given: bool) -> Response:
    zh, en = ("令牌不存在、已过期或已注销", "The token is unknown, expired or revoked") if given else (
        "须出示访问令牌（Authorization: Bearer …）", "A token is needed (Authorization: Bearer …)"
    )  # fmt: skip
    said = f"{zh}，请向系统管理人员申领。 {en}: ask the bureau for one."
    challenge = 'Bearer realm="landgis"' + (', error="invalid_token"' if given else "")
    return _refusal(401, said, {"WWW-Authenticate": challenge})


def told(request: Request, error: Exception) -> Response:
    """Tell an error of the family; what the database would not take came from the request."""
    if not isinstance(error, LandgisError):
        return _unforeseen(request, error)
    status = 400 if isinstance(error, InputError) else STATUS[type(error)]
    if status >= 500:
        _LOG.error("%s", one_line(request), exc_info=error)
        return _refusal(status, _FAILED)
    return _refusal(status, f"{error.zh}。 {error.en}.")


def _of_http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _refusal(status, _SAID.get(status, _SAID[404]))


def _unforeseen(request: Request, error: Exception) -> Response:
    _LOG.error("%s", one_line(request), exc_info=error)
    return _refusal(500, _FAILED)


def _refusal(status: int, said: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"code": _CODES.get(status, "ServerError"), "description": said}, status, headers)


_SAID = {
    404: "没有这个资源。 There is no such resource.",
    405: "只能读取（GET）。 Reading (GET) alone.",
    406: "本服务只提供 JSON。 This service speaks JSON alone.",
}
_FAILED = "服务出错或暂不可用，未作任何更改。 The service failed or is not at hand; nothing was changed."
HANDLERS: dict[Any, Any] = {LandgisError: told, HTTPException: _of_http, Exception: _unforeseen}
"""Who tells which failure."""
