"""Which CRS a layer is in: what the file says, and what the caller says of it."""

from __future__ import annotations

import json
from pathlib import Path

from pyproj import CRS

from landgis import crs as crs_room
from landgis.domain.issue import Issue, Severity
from landgis.errors import CrsMissing, UsageError
from landgis.exchange.reading.detect import GEOJSON, Part, unreadable


def found_crs(part: Part, found: str | None, stated: CRS | None, source: Path) -> tuple[CRS, list[Issue]]:
    """Settle the CRS of a layer: as stated by the caller, else as the file says; never guessed.

    Raises
    ------
    CrsMissing
        If neither says it.
    """
    label = _geojson_crs(source, found) if part.driver == GEOJSON else found
    in_file = crs_room.parse(label) if label else None
    if in_file is not None and in_file.name.startswith("Undefined "):
        in_file = None  # GeoPackage's way of saying that nobody knows
    if stated is None:
        if in_file is None:
            raise CrsMissing(
                f"{source.name} 没有坐标系信息", f"{source.name} does not say its CRS", where=f"{source.name}:{part.name}",
                next_zh="请用 --crs 指明，例如 --crs EPSG:4549；不得猜测", next_en="State it, e.g. --crs EPSG:4549",
            )  # fmt: skip
        return in_file, []
    if in_file is None or crs_room.name_of(in_file) == crs_room.name_of(stated):
        return stated, []
    return stated, [
        Issue(
            "crs_overridden",
            Severity.SERIOUS,
            f"{source.name}:{part.name}",
            f"文件标注 {crs_room.name_of(in_file)}，按指明的 {crs_room.name_of(stated)} 读取",
            f"The file says {crs_room.name_of(in_file)}; read as {crs_room.name_of(stated)}, as stated",
        )
    ]


def _geojson_crs(source: Path, found: str | None) -> str | None:
    """Trust the reader's CRS only where the ``crs`` member is absent or names one: an unreadable name is not WGS 84."""
    try:
        document = json.loads(source.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise unreadable(source.name, f"不是 UTF-8 JSON（{error}）", f"not UTF-8 JSON ({error})") from error
    if "crs" not in document:
        return "EPSG:4326"
    member = document["crs"]
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if not isinstance(name, str):
        return None
    if "CRS84" in name:
        return "EPSG:4326"
    return found if CRS.from_user_input(found) == _named(name) else None


def _named(name: str) -> CRS | None:
    try:
        return crs_room.parse(name)
    except UsageError:
        return None
