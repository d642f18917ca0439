"""What a browser may ask of a check, read with a limit before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from landgis.domain.documents import DocumentKind
from landgis.domain.outcome import Scope
from landgis.errors import TooLarge, UsageError
from landgis.services.desk.check_subject import MOST_TEXT

_MOST_BODY = 4 * MOST_TEXT


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Strict):
    """Answers to questions."""

    crs: Annotated[str, Field(max_length=4_000)] | None = None
    encoding: Annotated[str, Field(max_length=40)] | None = None
    layer: Annotated[str, Field(max_length=200)] | None = None
    repair: Literal["yes", "no"] | None = None


class CutTerms(_Strict):
    """What a proposal must keep."""

    buffer_m: Annotated[float, Field(ge=0, le=1_000)] = 0.0
    least_area_m2: Annotated[float, Field(ge=0, le=1e9)] = 100.0
    least_width_m: Annotated[float, Field(ge=0, le=1_000)] = 2.0


class Asked(_Strict):
    """One check: a drawing, a text or an upload, and how it is to be checked."""

    geometry: dict[str, Any] | None = None
    text: Annotated[str, Field(max_length=MOST_TEXT)] | None = None
    upload: Annotated[str, Field(max_length=64)] | None = None
    answers: Said = Said()
    scope: Scope = Scope.CONTROL_LINES
    as_of: date | None = None
    rules: Annotated[str, Field(max_length=60)] | None = None
    cut_back: CutTerms | None = None
    keep: bool = False


class Keeping(_Strict):
    """What is said when something is kept."""

    token: Annotated[str, Field(max_length=64)]
    reason: Annotated[str, Field(max_length=2_000)]
    number: Annotated[str, Field(max_length=64)] = ""
    document: Annotated[str, Field(max_length=200)] = ""
    document_kind: DocumentKind = DocumentKind.BOUNDARY_SURVEY
    document_title: Annotated[str, Field(max_length=200)] = ""
    dated_on: date | None = None
    lead: bool = False


def _without_names(schema: Any, names: dict[str, Any]) -> Any:
    """Return a JSON schema with every named part in its place."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _without_names(names[schema["$ref"].rpartition("/")[2]], names)
        return {key: _without_names(part, names) for key, part in schema.items() if key != "$defs"}
    return [_without_names(part, names) for part in schema] if isinstance(schema, list) else schema


_SCHEMA = Asked.model_json_schema()
ASKED: dict[str, Any] = _without_names(_SCHEMA, _SCHEMA["$defs"])
"""JSON schema of `Asked`, for the description of the desk."""


async def asked_of(request: Request) -> Asked:
    """Read a request for a check.

    Raises
    ------
    TooLarge, UsageError
        Longer than a text may be; not one subject, or anything that is not known.
    """
    body = bytearray()
    await poured(request, body.extend, _MOST_BODY)
    try:
        asked = Asked.model_validate_json(bytes(body))
    except ValidationError as error:
        places = "、".join(sorted({".".join(map(str, fault["loc"])) or "JSON" for fault in error.errors()}))
        raise _wrong(f"请求有误：{places}", f"Wrong request: {places}") from error
    if sum(given is not None for given in (asked.geometry, asked.text, asked.upload)) != 1:
        raise _wrong("绘制、粘贴、上传须三者取一", "Draw, paste or upload: one of them")
    return asked


async def poured(request: Request, take: Callable[[bytes], object], most: int) -> None:
    """Hand over the body of a request as it comes.

    Raises
    ------
    TooLarge
        If it says, or turns out, to be longer than ``most`` bytes; what says so is refused before any of it is read.
    """
    require_room(request, most)
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > most:
            raise _too_large(most)
        await run_in_threadpool(take, chunk)


def require_room(request: Request, most: int) -> None:
    """Refuse what says that it is too long, before any of it is read.

    Raises
    ------
    TooLarge
        If it says that it has more than ``most`` bytes.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise _too_large(most)


def _too_large(most: int) -> TooLarge:
    room = f"{most / 1024**2:.0f} MB"
    return TooLarge(
        f"超过上限 {room}，没有接收", f"More than {room}: it was not taken", where="content-length",
        next_zh="请拆成较小的文件，或用 landgis check 在服务器上核查", next_en="Split it, or use landgis check on the server",
    )  # fmt: skip


def _wrong(zh: str, en: str) -> UsageError:
    return UsageError(zh, en, where="check", next_zh="请刷新页面后重试", next_en="Reload the page and try again")
