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
