"""What a browser's form says."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from landgis.errors import UsageError

_MOST_BYTES = 64 << 10


async def form(request: Request) -> dict[str, str]:
    """Return the fields of a small form by name.

    Raises
    ------
    UsageError
        If it is too large, not UTF-8, or names a field twice.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise _unfit("too large")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise _unfit("not a form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or any("\x00" in text for text in fields.values()):
        raise _unfit("not a form of this desk")
    return fields


Form: TypeAlias = Annotated[dict[str, str], Depends(form)]


def _unfit(why: str) -> UsageError:
    return UsageError(
        "提交的内容无法读取", f"The form cannot be read: {why}", where="form",
        next_zh="请返回重新填写", next_en="Go back and fill it in again",
    )  # fmt: skip
