"""How an error is told over HTTP: one state per class, the message in both languages, in the form that was asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from landgis import errors
from landgis.errors import LandgisError, NotEntered, NotFound, UsageError
from landgis.web.templating import render

STATUS: dict[type[LandgisError], int] = {
    errors.LandgisError: 500,
    errors.UsageError: 400,
    errors.InputError: 422,
    errors.FileMissing: 404,
    errors.FormatUnknown: 415,
    errors.FileUnreadable: 422,
    errors.TooLarge: 413,
    errors.NeedsAnswer: 422,
    errors.NumbersRepeated: 422,
    errors.CrsMissing: 422,
    errors.EncodingUnknown: 422,
    errors.CrsUnsuitable: 422,
    errors.OutsideArea: 422,
    errors.LayerEmpty: 422,
    errors.ContractBroken: 422,
    errors.LossesNotAccepted: 422,
    errors.DeliveryFaulty: 422,
    errors.SheetFaulty: 500,
    errors.GeometryInvalid: 422,
    errors.ConfigError: 500,
    errors.RulePackError: 500,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Overtaken: 409,
    errors.NotAllowed: 403,
    errors.NotEntered: 401,
    errors.NotReady: 503,
    errors.ExternalError: 502,
    errors.ToolMissing: 503,
    errors.DiskFull: 507,
    errors.DatabaseError: 503,
}
"""HTTP state of every class of the family; a test holds it complete."""
_LOG = logging.getLogger("landgis.web")


def install(app: FastAPI, to_the_door: Callable[[Request], Response]) -> None:
    """Tell every error of an app in the family's own words; send to the door whoever opens a page without a log-in."""

    @app.exception_handler(LandgisError)
    def _ours(request: Request, error: LandgisError) -> Response:
        if isinstance(error, NotEntered) and not _wants_json(request):
            return to_the_door(request)
        return answer(request, error, STATUS[type(error)])

    @app.exception_handler(RequestValidationError)
    def _bad_request(request: Request, error: RequestValidationError) -> Response:
        places = "、".join(str(fault["loc"][-1]) for fault in error.errors())
        fault = UsageError(
            f"请求参数有误：{places}",
            f"Wrong parameters: {places}",
            where=request.url.path,
            next_zh="请返回首页重新打开",
            next_en="Go back to the front page",
        )
        return answer(request, fault, STATUS[UsageError])

    @app.exception_handler(HTTPException)
    def _refused(request: Request, error: HTTPException) -> Response:
        place = request.url.path
        fault: LandgisError
        if error.status_code in (404, 405):
            fault = NotFound(
                "没有这个页面", f"There is no such page ({error.status_code})", where=place,
                next_zh="请返回首页", next_en="Go back to the front page",
            )  # fmt: skip
        else:
            fault = UsageError(
                "请求无法读取", f"The request cannot be read ({error.status_code})", where=place,
                next_zh="请返回首页重新打开", next_en="Go back to the front page",
            )  # fmt: skip
        return answer(request, fault, error.status_code)

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> Response:
        _LOG.error("%s", one_line(request), exc_info=error)
        fault = LandgisError(
            "程序出错，未作任何更改",
            f"The program failed ({type(error).__name__}); nothing was changed",
            where=request.url.path,
            next_zh="请把运行 landgis serve 的终端中的记录交给维护人员",
            next_en="Give the log in the terminal of landgis serve to whoever maintains it",
        )
        return answer(request, fault, 500)


def one_line(request: Request) -> str:
    """Return what was asked for as one line of a log: whatever is no plain letter of an address stands there quoted."""
    return f"{quote(request.method, safe='')} {quote(request.scope['path'])}"


def answer(request: Request, error: LandgisError, status: int) -> Response:
    """Render an error: JSON for data and tiles, a fragment for htmx, else a page."""
    if _wants_json(request):
        return JSONResponse({"error": error.as_dict()}, status)
    template = "error_fragment.html" if request.headers.get("HX-Request") == "true" else "error.html"
    return render(request, template, status, error=error)


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/data/", "/tiles/", "/bookmarks", "/basemap/")) or request.headers.get(
        "Accept", ""
    ).startswith("application/json")
