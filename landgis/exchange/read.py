"""Guarded reading of vector files: raw as found, with everything that was noticed on the way."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyproj import CRS

from landgis import crs as crs_room
from landgis.domain.issue import Issue, Severity
from landgis.errors import CrsMissing, LayerEmpty, NotFound, UsageError
from landgis.exchange.detect import GEOJSON, Part, open_parts, unreadable
from landgis.exchange.fields import is_personal, personal_issue
from landgis.exchange.shapefile import Completeness, Encoding, choose_encoding, prove_complete

_GIVES_UP = (DataSourceError, DataLayerError, FieldError, UnicodeDecodeError, shapely.errors.GEOSException)


@dataclass(frozen=True)
class RawLayer:
    """A layer as found: not repaired, not reprojected.

    Attributes
    ----------
    name
        Layer name inside the file.
    frame
        Fields and geometry in file order, index 0…n-1, in ``crs``. Personal data left out.
    crs
        CRS found or stated.
    encoding, encoding_evidence
        Text encoding as labelled or found, and why.
    driver
        GDAL driver that the content called for.
    content_hash
        SHA-256 of the file's bytes (of all its parts, for an unpacked shapefile).
    source_name
        Name of the file.
    issues
        What was noticed while reading.
    broken
        Row (0-based) → reason, for geometry that is there but cannot be built; it is missing in ``frame``.
    files
        The files whose bytes are the original.
    """

    name: str
    frame: gpd.GeoDataFrame
    crs: CRS
    encoding: str
    encoding_evidence: str
    driver: str
    content_hash: str
    source_name: str
    issues: tuple[Issue, ...] = ()
    broken: Mapping[int, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @property
    def where(self) -> str:
        """File and layer in one word, for messages."""
        stem = Path(self.source_name).stem
        return self.source_name if self.name == stem else f"{self.source_name}:{self.name}"


def list_layers(path: str | Path) -> tuple[str, ...]:
    """Return the names of the layers with geometry that a file holds.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
    """
    with open_parts(path) as parts:
        return tuple(part.name for part in parts)


def read_vector(
    path: str | Path, *, layer: str | None = None, crs: str | int | CRS | None = None, encoding: str | None = None
) -> RawLayer:
    """Read one layer of a file as it is.

    Parameters
    ----------
    path
        GeoPackage, zipped shapefile, shapefile or GeoJSON; the content decides, not the name.
    layer
        Which layer, where the file holds several.
    crs
        CRS of the coordinates, where the file does not say or says it wrongly (recorded as an issue).
    encoding
        Text encoding of a shapefile, where nothing says it.

    Returns
    -------
    RawLayer

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
        No such file; no supported format; damaged or half copied.
    UsageError, NotFound
        Several layers and none chosen; no layer of that name.
    CrsMissing
        Neither the file nor the caller says the CRS.
    LayerEmpty
        No features.
    """
    stated = None if crs is None else crs_room.parse(crs)
    source = Path(path)
    with open_parts(source) as parts:
        part = _choose(parts, layer, source)
        shape = _shapefile_facts(part, encoding)
        warned: list[str] = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            table, columns, personal = _read_table(part, shape, source.name)
            warned = list(dict.fromkeys(str(item.message) for item in caught))
        found_crs, crs_issues = _crs(part, table[0]["crs"], stated, source)
        where = f"{source.name}:{part.name}"
        frame, broken = _frame(table, columns, found_crs)
        _require_whole(part, shape, len(frame), source)
        issues = [*crs_issues, *(personal_issue(column, where) for column in personal)]
        issues += [_reader_issue(where, text) for text in warned]
        issues += _shape_issues(shape, where) if shape else _encoding_issue(encoding, where)
        return RawLayer(
            name=part.name,
            frame=frame,
            crs=found_crs,
            encoding=shape[1].label if shape else "UTF-8",
            encoding_evidence=shape[1].evidence if shape else f"{part.driver} is UTF-8",
            driver=part.driver,
            content_hash=content_hash(part.files),
            source_name=source.name,
            issues=tuple(issues),
            broken=broken,
            files=part.files,
        )


def content_hash(files: tuple[Path, ...]) -> str:
    """SHA-256 of a file's bytes; of several files, over their endings and bytes in the order given."""
    digest = hashlib.sha256()
    for path in files:
        if len(files) > 1:
            digest.update(f"{path.suffix.lower()} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


Table = tuple[dict[str, Any], Any, Any, list[Any]]
ShapeFacts = tuple[Completeness, Encoding]


def _choose(parts: tuple[Part, ...], layer: str | None, source: Path) -> Part:
    names = "、".join(part.name for part in parts)
    if not parts:
        raise LayerEmpty(
            f"{source.name} 里没有空间图层", f"{source.name} holds no layer with geometry", where=str(source),
            next_zh="请提供含空间要素的图层", next_en="Deliver a layer with features",
        )  # fmt: skip
    if layer is None and len(parts) > 1:
        raise UsageError(
            f"{source.name} 有多个图层：{names}", f"{source.name} holds several layers: {names}", where=str(source),
            next_zh="请用 --layer 选定一个", next_en="Choose one with --layer",
        )  # fmt: skip
    chosen = [part for part in parts if layer is None or part.name == layer]
    if not chosen:
        raise NotFound(
            f"{source.name} 里没有图层“{layer}”", f"{source.name} has no layer “{layer}”", where=str(source),
            next_zh=f"现有图层：{names}", next_en=f"It has: {names}",
        )  # fmt: skip
    return chosen[0]


def _shapefile_facts(part: Part, encoding: str | None) -> ShapeFacts | None:
    if part.shapefile is None:
        return None
    return prove_complete(part.shapefile), choose_encoding(part.shapefile, encoding)


def _read_table(part: Part, shape: ShapeFacts | None, where: str) -> tuple[Table, list[str], list[str]]:
    """Read geometry as bytes and every field but the personal ones."""
    codec = shape[1].codec if shape else None
    try:
        info = pyogrio.read_info(part.uri, layer=part.layer, encoding=codec)
        names = [str(name) for name in info["fields"]]
        kept = [name for name in names if not is_personal(name)]
        table = pyogrio.raw.read(part.uri, layer=part.layer, encoding=codec, columns=kept, datetime_as_string=True)
    except _GIVES_UP as error:
        raise unreadable(where, f"读取中断（{error}）", f"reading stopped ({error})") from error
    return table, [str(name) for name in table[0]["fields"]], [name for name in names if name not in kept]


def _frame(table: Table, columns: list[str], crs: CRS) -> tuple[gpd.GeoDataFrame, dict[int, str]]:
    _, _, wkb, fields = table
    count = len(wkb) if wkb is not None else (len(fields[0]) if fields else 0)
    geometry = np.full(count, None, dtype=object) if wkb is None else shapely.from_wkb(wkb, on_invalid="ignore")
    broken = {}
    if wkb is not None:
        for row in np.flatnonzero(shapely.is_missing(geometry)):
            if wkb[row] is not None:
                broken[int(row)] = _broken_reason(wkb[row])
    data = {name: pd.Series(values) for name, values in zip(columns, fields, strict=True) if name != "geometry"}
    return gpd.GeoDataFrame(pd.DataFrame(data, index=range(count)), geometry=geometry, crs=crs), broken


def _broken_reason(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        return str(error)
    return ""


def _crs(part: Part, found: str | None, stated: CRS | None, source: Path) -> tuple[CRS, list[Issue]]:
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


def _require_whole(part: Part, shape: ShapeFacts | None, rows: int, source: Path) -> None:
    where = f"{source.name}:{part.name}"
    if shape is not None:
        expected = shape[0].rows
    else:
        expected = int(pyogrio.read_info(part.uri, layer=part.layer, force_feature_count=True)["features"])
    if rows != expected:
        raise unreadable(
            where, f"应有 {expected} 个要素，只读到 {rows} 个", f"{expected} features promised, {rows} read"
        )
    if rows == 0:
        raise LayerEmpty(
            f"图层 {where} 没有要素", f"Layer {where} has no features", where=where,
            next_zh="空图层不能证明没有冲突，请核对交付内容", next_en="An empty layer proves nothing: check the delivery",
        )  # fmt: skip


def _shape_issues(shape: ShapeFacts, where: str) -> list[Issue]:
    complete, encoding = shape
    issues = list(encoding.issues)
    if complete.deleted:
        issues.append(
            Issue(
                "deleted_rows",
                Severity.MINOR,
                where,
                f"{complete.deleted} 条已标记删除的记录未读入",
                f"{complete.deleted} records marked as deleted were not read",
            )
        )
    return issues


def _encoding_issue(encoding: str | None, where: str) -> list[Issue]:
    if encoding is None:
        return []
    zh = f"该格式固定为 UTF-8，--encoding {encoding} 未使用"
    return [Issue("encoding_not_used", Severity.MINOR, where, zh, f"The format is UTF-8 by rule; {encoding} not used")]


def _reader_issue(where: str, text: str) -> Issue:
    return Issue("reader_warning", Severity.SERIOUS, where, f"读取时提示：{text}", f"The reader says: {text}")
