"""What a request asks: every parameter checked before anything is looked up; what is not known is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any, NoReturn

from landgis.domain.district import BEIJING
from landgis.domain.open_data import Box, OpenCollection, OpenCrs, OpenField, OpenQuery
from landgis.errors import UsageError
from landgis.web.open_api.cql2 import Tree, read_filter

DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET = 100, 1000, 10_000_000
EVERYWHERE = ("f", "lang")
"""Parameters that every resource takes: the format (json alone) and the language of titles."""
OF_ITEM = (*EVERYWHERE, "crs")
OF_ITEMS = (
    *OF_ITEM, "limit", "offset", "bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs",
)  # fmt: skip
LANGUAGES = ("cql2-text", "cql2-json")
TONGUES = {"zh": "zh-CN", "en": "en-US"}
"""Languages of titles, by the first two letters of what is asked for."""


def single(given: Sequence[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
    """Return the parameters of a request, each known and given once.

    Raises
    ------
    UsageError
        For a parameter that is not known, given twice, or holds what no text may hold.
    """
    found: dict[str, str] = {}
    for name, value in given:
        if name not in known:
            _refuse(name[:40], "没有这个参数", "there is no such parameter")
        if name in found:
            _refuse(name, "给了两次", "given twice")
        if "\0" in value:
            _refuse(name, "含有不能使用的字符", "it holds a character that cannot be used")
        found[name] = value
    return found


def read_query(collection: OpenCollection, asked: Mapping[str, str]) -> OpenQuery:
    """Return what is asked of a collection.

    Parameters
    ----------
    asked
        Parameters by name, all of `OF_ITEMS` or properties of the collection.

    Raises
    ------
    UsageError
        If a parameter is malformed.
    """
    box_crs = read_crs(asked, "bbox-crs")
    if "bbox-crs" in asked and "bbox" not in asked:
        _refuse("bbox-crs", "没有 bbox", "there is no bbox")
    return OpenQuery(
        limit=min(_whole(asked, "limit", DEFAULT_LIMIT, 1, None), MAX_LIMIT),
        offset=_whole(asked, "offset", 0, 0, MAX_OFFSET),
        crs=read_crs(asked, "crs"),
        boxes=_boxes(asked["bbox"], box_crs) if "bbox" in asked else (),
        box_crs=box_crs,
        period=_period(asked["datetime"]) if "datetime" in asked else None,
        equal={field.name: _value(field, asked[field.name]) for field in collection.fields if field.name in asked},
        condition=_condition(asked),
        condition_crs=read_crs(asked, "filter-crs"),
    )


def read_crs(asked: Mapping[str, str], name: str) -> OpenCrs:
    """Return the CRS that a parameter names; CRS84 where it is not given.

    Raises
    ------
    UsageError
        If it is none of those offered.
    """
    if name not in asked:
        return OpenCrs.CRS84
    found = OpenCrs.of(asked[name])
    if found is None:
        offered = "、".join(crs.uri for crs in OpenCrs)
        _refuse(name, f"须为下列之一：{offered}", f"it has to be one of {', '.join(crs.uri for crs in OpenCrs)}")
    return found


def read_tongue(asked: Mapping[str, str], accepted: str) -> str:
    """Return the language of titles: that of ``lang``, else the first accepted one that there is, else Chinese.

    pygeoapi would choose by itself, and fails on a program that accepts ``zh``, ``de`` or ``*``.

    Parameters
    ----------
    accepted
        The header ``Accept-Language``.

    Raises
    ------
    UsageError
        If ``lang`` is neither Chinese nor English.
    """
    if "lang" in asked:
        if asked["lang"][:2].casefold() not in TONGUES:
            _refuse("lang", "须为 zh 或 en", "it has to be zh or en")
        return TONGUES[asked["lang"][:2].casefold()]
    known = (part.strip()[:2].casefold() for part in accepted.split(","))
    return next((TONGUES[one] for one in known if one in TONGUES), TONGUES["zh"])


def _condition(asked: Mapping[str, str]) -> Tree | None:
    language = asked.get("filter-lang", LANGUAGES[0])
    if language not in LANGUAGES:
        _refuse("filter-lang", f"须为 {'、'.join(LANGUAGES)}", f"it has to be one of {', '.join(LANGUAGES)}")
    if "filter" not in asked and ("filter-crs" in asked or "filter-lang" in asked):
        _refuse("filter-lang", "没有 filter", "there is no filter")
    return read_filter(asked["filter"], language) if "filter" in asked else None


def _whole(asked: Mapping[str, str], name: str, default: int, least: int, most: int | None) -> int:
    text = asked.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) < least:
        _refuse(name, f"须为不小于 {least} 的整数", f"it has to be a whole number of at least {least}")
    if most is not None and int(text) > most:
        _refuse(name, f"不得大于 {most}", f"it must not be more than {most}")
    return int(text)


def _boxes(text: str, crs: OpenCrs) -> tuple[Box, ...]:
    """Return the rectangles of a bbox: east before north, heights dropped, cut in two at the 180th meridian."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        _refuse("bbox", "须为以逗号分隔的数", "it has to be numbers with commas between")
    if len(numbers) not in (4, 6) or not all(map(isfinite, numbers)):
        _refuse("bbox", "须为四个或六个有限的数", "it has to be four or six finite numbers")
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if crs.northing_first:
        low, high = low[::-1], high[::-1]
    (west, south), (east, north) = low, high
    if crs.in_degrees and not (max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90):
        _refuse(
            "bbox", "经度须在 ±180、纬度须在 ±90 之内（注意坐标顺序）", "degrees out of range (mind the order of axes)"
        )
    if south > north or (len(numbers) == 6 and numbers[2] > numbers[5]):
        _refuse("bbox", "最小值大于最大值", "a least value is greater than the greatest")
    if west > east:
        if not crs.in_degrees:
            _refuse("bbox", "最小值大于最大值", "a least value is greater than the greatest")
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return ((west, south, east, north),)


def _period(text: str) -> tuple[datetime | None, datetime | None]:
    """Return the first and last moment of a ``datetime``; an instant is both, a day lasts until its end in Beijing."""
    parts = text.split("/")
    if len(parts) > 2 or (len(parts) == 1 and parts[0] in ("", "..")):
        _refuse("datetime", "须为时刻或时段", "it has to be a moment or an interval")
    starts, ends = ([_moment(part, last=last) for part in parts] for last in (False, True))
    start, end = starts[0], ends[-1]
    if start and end and start > end:
        _refuse("datetime", "起点在终点之后", "it ends before it begins")
    return start, end


def _moment(text: str, *, last: bool) -> datetime | None:
    if text in ("", ".."):
        return None
    try:
        if len(text) == 10:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), BEIJING)
            return day + timedelta(days=1, microseconds=-1) if last else day
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        _refuse("datetime", "须按 RFC 3339 书写", "it has to be written as RFC 3339 has it")
    if moment.tzinfo is None or "T" not in text.upper():
        _refuse("datetime", "时刻须带时区", "a moment needs its offset")
    return moment


def _value(field: OpenField, text: str) -> object:
    try:
        return _READERS[field.kind](text)
    except (ValueError, KeyError, OverflowError):
        _refuse(field.name, f"“{field.zh}”的取值无法读取", f"the value cannot be read as {field.kind}")


def _within_reach(text: str) -> int:
    if abs(int(text)) >= 2**31:
        raise ValueError(text)
    return int(text)


def _finite(text: str) -> float:
    if not isfinite(float(text)):
        raise ValueError(text)
    return float(text)


def _with_zone(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


_READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "whole": _within_reach,
    "decimal": _finite,
    "flag": {"true": True, "false": False}.__getitem__,
    "day": date.fromisoformat,
    "moment": _with_zone,
}


def _refuse(name: str, zh: str, en: str) -> NoReturn:
    raise UsageError(f"参数 {name} 有误：{zh}", f"Parameter {name} is wrong: {en}", where=name)
