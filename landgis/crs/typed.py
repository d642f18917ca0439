"""A pair of coordinates as somebody types it: 东 北 in metres, degrees, or degrees, minutes and seconds."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_DEGREES = re.compile(
    r"(?P<before>[NSEW东西南北]经?纬?)?\s*(?P<degrees>\d+(?:\.\d+)?)\s*[°度d]\s*(?:(?P<minutes>\d+(?:\.\d+)?)\s*['′’分m]\s*)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)\s*(?:[\"″”秒s]|''|′′)\s*)?(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_PAIR = re.compile(
    rf"\s*(?:[XYEN东北]\s*[:=]?\s*)?({_NUMBER})\s*m?\s*[,;，；、\s]\s*(?:[XYEN东北]\s*[:=]?\s*)?({_NUMBER})\s*m?\s*",
    re.I,
)
_NORTHERN = "NS南北"


def typed_pair(text: str) -> tuple[float, float] | None:
    """Return the two numbers of a typed pair in their order, or None where the text is no pair of coordinates.

    Degrees, minutes and seconds become degrees; a pair that says which number is the latitude is given longitude first.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = list(_DEGREES.finditer(plain))
    if found:
        return _degrees(plain, found)
    pair = _PAIR.fullmatch(plain)
    return (float(pair[1]), float(pair[2])) if pair else None


def _degrees(plain: str, found: list[re.Match[str]]) -> tuple[float, float] | None:
    rest = _DEGREES.sub("", plain).strip(" ,;，；、")
    parts = [[float(one[name] or 0) for name in ("degrees", "minutes", "seconds")] for one in found]
    if len(found) != 2 or rest or any(minutes >= 60 or seconds >= 60 for _, minutes, seconds in parts):
        return None
    first, second = (degrees + minutes / 60 + seconds / 3600 for degrees, minutes, seconds in parts)
    sides = [((one["before"] or "") + (one["after"] or "")).upper()[:1] for one in found]
    return (second, first) if sides[0] and sides[0] in _NORTHERN else (first, second)
