"""Which CRS a GeoJSON names: its ``crs`` member, found without parsing the features."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from landgis.errors import FileUnreadable
from landgis.exchange.reading.detect import unreadable
from landgis.exchange.reading.shift import require_true_place

_CHUNK = 1 << 20
_MEMBER = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*:\s*')
_BY_RULE = "EPSG:4326"
RULE = "GeoJSON (RFC 7946)"
BY_RULE = {"type": "name", "properties": {"name": _BY_RULE}}
"""What a file means that has no member ``crs``."""
_WGS84 = (4326, 4979)
"""The rule's WGS 84, and the same with heights."""


def geojson_label(path: Path, found: str | None) -> tuple[str | None, str]:
    """Return the CRS of a GeoJSON, and the standard that says it where the file names none.

    The CRS is WGS 84 where the file names none, and None where nobody can read the name.

    Parameters
    ----------
    path
        The file.
    found
        What the reader made of it; believed only where it agrees with the file's own words.

    Raises
    ------
    FileUnreadable
        If it is not UTF-8 JSON.
    CrsUnsuitable
        If it names a web map's system.
    """
    _require_utf8(path)
    present, member = _crs_member(path)
    read_as = _parsed(found) if found else None
    if not present:
        return (_BY_RULE, RULE) if read_as is None or read_as.to_epsg() in _WGS84 else (None, "")
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if not isinstance(name, str):
        return None, ""
    require_true_place([name], path.name)
    if "CRS84" in name:
        return _BY_RULE, ""
    return (found, "") if read_as is not None and read_as == _parsed(name) else (None, "")


def crs_name(member: object) -> str:
    """Return the name in a ``crs`` member; the member as text where it has none."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else json.dumps(member, ensure_ascii=False)


def same_crs(inner: object, outer: object) -> bool:
    """Tell whether two ``crs`` members name one CRS."""
    one, other = (_parsed(_known(crs_name(member))) for member in (inner, outer))
    if one is None or other is None:
        return inner == outer
    return one.to_epsg() is not None and one.to_epsg() == other.to_epsg()


def _known(name: str) -> str:
    return _BY_RULE if "CRS84" in name else name


def _require_utf8(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise _no_json(path, error) from error


def _crs_member(path: Path) -> tuple[bool, Any]:
    """Find the ``crs`` member of a GeoJSON: in its head, and only where a later one is possible by a whole parse."""
    with path.open("rb") as file:
        head = file.read(_CHUNK).decode("utf-8-sig", errors="ignore")
        in_head, member = _member_of_head(head)
        if in_head:
            return True, member
        file.seek(0)
        tail, later = b"", False
        while not later and (chunk := file.read(_CHUNK)):
            later, tail = b'"crs"' in tail + chunk, chunk[-8:]
    if not later:
        return False, None
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise _no_json(path, error) from error
    return "crs" in document, document.get("crs")


def _member_of_head(head: str) -> tuple[bool, Any]:
    """Walk the members before ``features``."""
    decoder, place = json.JSONDecoder(), head.find("{") + 1
    while (match := _MEMBER.match(head, place)) and match[1] != "features":
        try:
            value, place = decoder.raw_decode(head, match.end())
        except ValueError:
            break
        if match[1] == "crs":
            return True, value
        place = head.find(",", place) + 1 or len(head)
    return False, None


def _no_json(path: Path, error: ValueError) -> FileUnreadable:
    return unreadable(path.name, f"不是 UTF-8 JSON（{error}）", f"not UTF-8 JSON ({error})")


def _parsed(name: str) -> CRS | None:
    try:
        return CRS.from_user_input(name)
    except CRSError:
        return None
