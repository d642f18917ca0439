"""Why a geometry is invalid, in both languages, and where."""

from __future__ import annotations

import re

import shapely

_ZH = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Hole lies outside shell": "孔洞在外环之外",
    "Holes are nested": "孔洞相互嵌套",
    "Interior is disconnected": "内部不连通",
    "Nested shells": "外环相互嵌套",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "点数不足",
    "Invalid Coordinate": "坐标值无效",
    "Ring is not closed": "环未闭合",
}
_REASON = re.compile(r"(?P<word>[^\[]+)(\[(?P<x>\S+) (?P<y>\S+?)( .*)?\])?")


OUT_OF_REACH = ("坐标值无效（无穷、非数或超出地球范围）", "a coordinate is no number, or beyond the globe", None)


def invalid_reason(shape: shapely.Geometry) -> tuple[str, str, shapely.Point | None]:
    """Return why a geometry is invalid, Chinese and English, and the place that GEOS names, if any."""
    text = str(shapely.is_valid_reason(shape))
    match = _REASON.fullmatch(text)
    if match is None:
        return text, text, None
    word = match["word"].strip()
    if match["x"] is None:
        return _ZH.get(word, word), word, None
    x, y = float(match["x"]), float(match["y"])
    place = f"（{x:.3f}, {y:.3f}）"
    return _ZH.get(word, word) + place, f"{word} at {x:.3f}, {y:.3f}", shapely.Point(x, y)


_UNREADABLE = (
    (r"Points of LinearRing do not form a closed linestring", "有的环没有闭合，首末点须相同",
     "a ring is not closed: its first and last point must be the same"),
    (r"Invalid number of points in LinearRing", "有的环点数不足，至少四个点（首末相同）", "a ring has fewer than four points"),
    (r"point array must contain", "点数不足", "there are too few points"),
    (r"Unknown type: '(.*)'", "不认识的图形类型“{0}”", "“{0}” is no kind of geometry"),
    (r"Expected number but encountered (?:word: )?'?(.*?)'?$", "应为数字处写的是“{0}”", "“{0}” stands where a number belongs"),
    (r"Expected .* but encountered end of stream", "文字没有写完", "the text ends too early"),
    (r"Unexpected text after end of geometry", "图形之后还有多余的文字", "there is more text after the geometry"),
)  # fmt: skip
"""What GEOS says when it cannot read a geometry → how it is told."""


def unreadable_reason(error: Exception) -> tuple[str, str]:
    """Return why GEOS could not read a geometry, Chinese and English; what it says otherwise is quoted."""
    text = " ".join(str(error).split())
    for pattern, zh, en in _UNREADABLE:
        found = re.search(pattern, text)
        if found:
            return zh.format(*found.groups()), en.format(*found.groups())
    said = text.partition(": ")[2] or text
    return f"几何库报告：{said}", said
