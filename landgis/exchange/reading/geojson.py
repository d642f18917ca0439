"""GeoJSON: the whole text is read once as strict JSON, feature by feature, before GDAL makes rows of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pyogrio

from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import FileUnreadable
from landgis.exchange.reading.detect import GEOJSON, Part, unreadable
from landgis.exchange.reading.geojson_crs import BY_RULE, crs_name, same_crs
from landgis.exchange.reading.ogr_rows import ogr_rows
from landgis.exchange.reading.opened import Delivered, Opened
from landgis.exchange.reading.refused import Refused, format_unknown

_SPACE = re.compile(r"[ \t\r\n]*")
_ODD_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_OTHER_JSON = Refused(
    "其他 JSON，不是 GeoJSON 要素集合", "other JSON, no GeoJSON collection of features",
    "请导出为 GeoJSON（FeatureCollection）或 GeoPackage", "Export it as GeoJSON (FeatureCollection) or GeoPackage",
)  # fmt: skip


@dataclass
class Scan:
    """What the text itself says: its kind, how many features, how many of them without geometry.

    ``doubtful`` says that escapes occur which may stand for no character, so that every text must be looked at.
    ``outer_crs`` is the member ``crs`` of the file, if it has one; ``inner_crs`` are those of features and geometries,
    as JSON, each with the number of the first feature that has it.
    """

    doubtful: bool
    kind: object = None
    features: int = 0
    without_geometry: int = 0
    outer_crs: list[object] = field(default_factory=list)
    inner_crs: dict[str, int] = field(default_factory=dict)


def look(found: Delivered) -> tuple[Part, ...]:
    """Return the one layer."""
    scan = scan_text(found.plain, found.source)
    if scan.kind not in ("FeatureCollection", "Feature"):
        raise format_unknown(found.source, found.source, _OTHER_JSON)
    _require_one_crs(scan, found.source)
    uri = f"{GEOJSON}:{found.plain}"
    layers = [str(name) for name, _ in pyogrio.list_layers(uri)]
    names = [found.stem if name == found.plain.stem else name for name in layers]
    return tuple(
        Part(
            name,
            GEOJSON,
            uri,
            layer,
            (found.path,),
            promised=scan.features,
            nothing=scan.without_geometry,
            inner_crs=bool(scan.inner_crs),
        )
        for name, layer in zip(names, layers, strict=True)
    )


@contextmanager
def open_layer(part: Part, where: str, _: str | None) -> Iterator[Opened]:
    """Open the layer; its features were counted in the text."""
    with ogr_rows(part) as found:
        yield Opened(
            found.columns, found.batches, found.crs, part.promised, part.nothing, "UTF-8",
            f"{GEOJSON} is UTF-8", found.personal, _repeated(part, where), late_issues=lambda: found.issues(where),
        )  # fmt: skip


def scan_text(path: Path, source: str) -> Scan:
    """Read the whole text strictly; only one feature at a time is held as objects.

    Raises
    ------
    FileUnreadable
        If it is not UTF-8, not JSON to its very end, holds numbers that JSON does not have (NaN, Infinity), one key
        twice in an object, or characters that are none (NUL, half a surrogate pair).
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        decoder = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=_distinct)
        return _scan(text, decoder, _is_doubtful(text))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise unreadable(source, f"不是 UTF-8 JSON（{error}）", f"not UTF-8 JSON ({error})") from error


def _scan(text: str, decoder: json.JSONDecoder, doubtful: bool) -> Scan:
    """Walk the outermost object; the items of ``features`` one by one, every other member as a whole."""
    scan, at = Scan(doubtful), _after(text, 0, "{")
    while text[at : at + 1] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _after(text, at, ":")
        if key == "features":
            at = _features(text, at, decoder, scan)
        else:
            value, at = decoder.raw_decode(text, at)
            _note(key, value, scan)
        at = _space(text, at)
        if text[at : at + 1] != "}":
            at = _after(text, at, ",")
            if text[at : at + 1] == "}":
                raise ValueError(f"a member is missing at character {at}")
    if _space(text, at + 1) != len(text):
        raise ValueError(f"text after the end, character {at + 1}")
    return scan


def _features(text: str, at: int, decoder: json.JSONDecoder, scan: Scan) -> int:
    at = _after(text, at, "[")
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        feature, at = decoder.raw_decode(text, at)
        if not isinstance(feature, dict):
            raise ValueError(f"feature {scan.features + 1} is no object")
        if scan.doubtful:
            _require_characters(feature)
        scan.features += 1
        scan.without_geometry += feature.get("geometry") is None
        _note_inner(feature, scan.features, scan)
        at = _space(text, at)
        if text[at : at + 1] == "]":
            return at + 1
        at = _after(text, at, ",")


def _note(key: object, value: Any, scan: Scan) -> None:
    if key == "type":
        scan.kind = value
        scan.features += value == "Feature"
    elif key == "geometry":
        scan.without_geometry += value is None
        _note_inner(value, 1, scan)
    elif key == "crs":
        scan.outer_crs = [value]


def _note_inner(holder: Any, number: int, scan: Scan) -> None:
    """Note the ``crs`` of a feature, of its geometry, and of the parts of a collection; properties may hold anything."""
    if not isinstance(holder, dict):
        return
    if "crs" in holder:
        scan.inner_crs.setdefault(json.dumps(holder["crs"], sort_keys=True), number)
    _note_inner(holder.get("geometry"), number, scan)
    if isinstance(parts := holder.get("geometries"), list):
        for part in parts:
            _note_inner(part, number, scan)


def _require_one_crs(scan: Scan, source: str) -> None:
    """Refuse a file whose features name another CRS than the file: no reader looks at them, and one of the two is wrong.

    A file that names none is in WGS 84 by its standard, so its features may name nothing else either.
    """
    whole = scan.outer_crs[0] if scan.outer_crs else BY_RULE
    for text, number in scan.inner_crs.items():
        inner = json.loads(text)
        if same_crs(inner, whole):
            continue
        outer_zh, outer_en = (
            ("文件的坐标系", "the file's CRS")
            if scan.outer_crs
            else ("标准默认的 WGS 84（文件顶层没有写）", "WGS 84, the standard's (the file as a whole names none)")
        )
        name = shown(crs_name(inner))
        raise FileUnreadable(
            f"无法读取 {source}：第 {number} 个要素写的坐标系 {name} 与{outer_zh}不一致",
            f"Cannot read {source}: feature {number} names the CRS {name}, which is not {outer_en}",
            where=source,
            next_zh="请由提供单位统一到一个坐标系，只在文件顶层写一次 crs，重新导出",
            next_en="Have the supplier bring everything into one CRS, named once at the top of the file, and export again",
        )


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _after(text: str, at: int, mark: str) -> int:
    at = _space(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"“{mark}” missing at character {at}")
    return _space(text, at + 1)


def _is_doubtful(text: str) -> bool:
    return _ODD_ESCAPE.search(text) is not None


def _require_characters(value: Any) -> None:
    plain = json.dumps(value, ensure_ascii=False)
    plain.encode("utf-8")
    if "\\u0000" in plain:
        raise ValueError("a text holds a NUL")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key {next(name for name in names if names.count(name) > 1)!r} twice in one object")
    return members


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _repeated(part: Part, where: str) -> tuple[Issue, ...]:
    if not part.inner_crs:
        return ()
    zh, en = (
        "要素内又写了坐标系（crs），与文件的一致，未使用",
        "Features name a CRS of their own, the file's; it was not used",
    )
    return (Issue("crs_repeated", Severity.MINOR, where, zh, en),)
