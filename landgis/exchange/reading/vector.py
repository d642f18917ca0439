"""Guarded reading of vector files: raw as found, with everything that was noticed on the way."""

from __future__ import annotations

import warnings
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
from landgis.errors import LayerEmpty, NotFound, UsageError
from landgis.exchange.reading.detect import Part, open_parts, unreadable
from landgis.exchange.reading.fields import is_personal, personal_issue
from landgis.exchange.reading.found_crs import found_crs
from landgis.exchange.reading.raw_layer import RawLayer, content_hash
from landgis.exchange.reading.shapefile import Completeness, prove_complete
from landgis.exchange.reading.shapefile_text import Encoding, choose_encoding

__all__ = ["RawLayer", "list_layers", "read_vector"]

_GIVES_UP = (DataSourceError, DataLayerError, FieldError, UnicodeDecodeError, shapely.errors.GEOSException)


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
        settled, crs_issues = found_crs(part, table[0]["crs"], stated, source)
        where = f"{source.name}:{part.name}"
        frame, broken = _frame(table, columns, settled)
        _require_whole(part, shape, frame, set(broken), source)
        issues = [*crs_issues, *(personal_issue(column, where) for column in personal)]
        issues += [_reader_issue(where, text) for text in warned]
        issues += _shape_issues(shape, where) if shape else _encoding_issue(encoding, where)
        return RawLayer(
            name=part.name,
            frame=frame,
            crs=settled,
            encoding=shape[1].label if shape else "UTF-8",
            encoding_evidence=shape[1].evidence if shape else f"{part.driver} is UTF-8",
            driver=part.driver,
            content_hash=content_hash(part.files),
            source_name=source.name,
            issues=tuple(issues),
            broken=broken,
            files=part.files,
        )


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
    encoding = shape[1] if shape else None
    codec = encoding.reading_codec if encoding else None
    try:
        info = pyogrio.read_info(part.uri, layer=part.layer, encoding=codec)
        found = [str(name) for name in info["fields"]]
        names = {name: encoding.decode_cut(name) if encoding and encoding.has_cut_text else name for name in found}
        kept = [name for name in found if not is_personal(names[name])]
        meta, fids, wkb, fields = pyogrio.raw.read(
            part.uri, layer=part.layer, encoding=codec, columns=kept, datetime_as_string=True
        )
    except _GIVES_UP as error:
        raise unreadable(where, f"读取中断（{error}）", f"reading stopped ({error})") from error
    if encoding and encoding.has_cut_text:
        fields = [_decode_cut(values, encoding) for values in fields]
    columns = [names[str(name)] for name in meta["fields"]]
    return (meta, fids, wkb, fields), columns, [names[name] for name in found if name not in kept]


def _decode_cut(values: Any, encoding: Encoding) -> Any:
    if values.dtype != object:
        return values
    return np.array([encoding.decode_cut(text) if isinstance(text, str) else text for text in values], dtype=object)


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


def _require_whole(
    part: Part, shape: ShapeFacts | None, frame: gpd.GeoDataFrame, broken: set[int], source: Path
) -> None:
    where, rows = f"{source.name}:{part.name}", len(frame)
    if shape is not None:
        expected = shape[0].rows
    else:
        expected = int(pyogrio.read_info(part.uri, layer=part.layer, force_feature_count=True)["features"])
    if rows != expected:
        raise unreadable(
            where, f"应有 {expected} 个要素，只读到 {rows} 个", f"{expected} features promised, {rows} read"
        )
    if shape is not None:
        lost = set(np.flatnonzero(frame.geometry.isna() & ~shape[0].declared_null).tolist()) - broken
        if lost:
            raise unreadable(
                where, f"第 {min(lost) + 1} 行图形读不出", f"the geometry of row {min(lost) + 1} cannot be read"
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
