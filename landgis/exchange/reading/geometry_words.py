"""Chinese words for what libraries say of geometry in English: kinds, and why one cannot be built."""

from __future__ import annotations

_KINDS = {
    "Point": "点",
    "MultiPoint": "多点",
    "LineString": "线",
    "LinearRing": "环",
    "MultiLineString": "多线",
    "Polygon": "面",
    "MultiPolygon": "多部件面",
    "GeometryCollection": "几何集合",
}
_REASONS = (
    ("closed linestring", "环未闭合"),
    ("number of points", "点数不足"),
    ("smaller than requested", "数据不完整"),
    ("unexpected eof", "数据不完整"),
    ("unknown wkb type", "类型无法识别"),
)
"""A part of what is said → the same in Chinese."""


def kind_zh(kind: str) -> str:
    """Return the Chinese word for a kind of geometry; one without is named as it is."""
    return _KINDS.get(kind, kind)


def broken_words(reason: str) -> tuple[str, str]:
    """Return in Chinese and English why a geometry cannot be built.

    Readers of our own say it in both, on a line each; what a library says in English is put into Chinese.
    """
    zh, both, en = reason.partition("\n")
    if both:
        return zh, en
    plain = reason.casefold()
    return next((said for part, said in _REASONS if part in plain), "数据无法解读"), reason
