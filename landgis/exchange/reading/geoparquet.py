"""GeoParquet by pyarrow: the footer is at the end, so a cut file has none; geometry is rebuilt before it crosses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.reading.detect import GEOPARQUET, Part, unreadable
from landgis.exchange.reading.fields import is_personal
from landgis.exchange.reading.opened import Delivered, Opened, Rows
from landgis.exchange.reading.refused import Refused, format_unknown

_BATCH_ROWS = 20_000
_BY_RULE = "EPSG:4326"
"""GeoParquet without a CRS is OGC:CRS84: WGS 84, longitude first."""
GEOPARQUET_RULE = "GeoParquet 1.1"
_NO_GEOMETRY = Refused(
    "没有几何列的 Parquet 表", "a Parquet table without geometry",
    "请导出为 GeoParquet（几何列为 WKB 编码）", "Export it as GeoParquet (geometry encoded as WKB)",
)  # fmt: skip


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the one layer, once the footer is read and names a geometry column in WKB."""
    source = delivered.source
    with _opened(delivered.plain, source) as parquet:
        geo = _geo(parquet, source)
        rows = sum(parquet.metadata.row_group(group).num_rows for group in range(parquet.metadata.num_row_groups))
        if rows != parquet.metadata.num_rows:
            raise unreadable(source, "行数与分组不符", "the number of rows is not that of its groups")
    column = geo["columns"][geo["primary_column"]]
    if str(column.get("encoding")).upper() != "WKB":
        raise format_unknown(source, source, _NO_GEOMETRY)
    return (Part(delivered.stem, GEOPARQUET, str(delivered.plain), None, (delivered.path,), promised=rows),)


@contextmanager
def open_layer(part: Part, where: str, _: str | None) -> Iterator[Opened]:
    """Open the layer."""
    with _opened(Path(part.uri), where) as parquet:
        geo = _geo(parquet, where)
        shape = str(geo["primary_column"])
        own = {shape, *_coverings(geo)}
        names = [name for name in parquet.schema_arrow.names if name not in own]
        kept = [name for name in names if not is_personal(name)]
        others = tuple(name for name in kept if name in geo["columns"])
        kept = [name for name in kept if name not in others]
        batches = parquet.iter_batches(_BATCH_ROWS, columns=[shape, *kept], use_threads=False)
        yield Opened(
            tuple(kept), _rows(batches, shape, kept), _crs(geo["columns"][shape]), part.promised, None, "UTF-8",
            f"{GEOPARQUET} is UTF-8", tuple(name for name in names if is_personal(name)),
            (*_not_read(others, where), *_edges(geo["columns"][shape], where)),
            crs_rule="" if "crs" in geo["columns"][shape] else GEOPARQUET_RULE,
        )  # fmt: skip


def _opened(path: Path, source: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(source, f"文件不完整（{error}）", f"the file is not whole ({error})") from error


def _geo(parquet: pq.ParquetFile, source: str) -> dict[str, Any]:
    try:
        geo = json.loads((parquet.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    except ValueError as error:
        raise unreadable(source, f"geo 元数据已损坏（{error}）", f"its geo metadata are damaged ({error})") from error
    if not isinstance(geo, dict) or not isinstance(geo.get("columns"), dict):
        raise format_unknown(source, source, _NO_GEOMETRY)
    if geo.get("primary_column") not in geo["columns"]:
        raise format_unknown(source, source, _NO_GEOMETRY)
    return geo


def _coverings(geo: dict[str, Any]) -> set[str]:
    """Columns that only repeat the bounding boxes."""
    found = set()
    for column in geo["columns"].values():
        for edge in ((column.get("covering") or {}).get("bbox") or {}).values():
            found.add(str(edge[0]))
    return found


def _crs(column: dict[str, Any]) -> str | None:
    if "crs" not in column:
        return _BY_RULE
    return None if column["crs"] is None else json.dumps(column["crs"])


def _rows(batches: Iterator[pa.RecordBatch], shape: str, names: list[str]) -> Iterator[Rows]:
    for batch in batches:
        yield _rebuilt(batch.column(shape)), [batch.column(name) for name in names]


def _rebuilt(wkb: pa.Array) -> pa.Array:
    """Take the bytes of the file apart and write them anew; what cannot be built crosses as it is, to be reported."""
    delivered = np.array(wkb.to_pylist(), dtype=object)
    shapes = shapely.from_wkb(delivered, on_invalid="ignore")
    anew = shapely.to_wkb(shapely.force_2d(shapes) if shapely.has_m(shapes).any() else shapes, flavor="iso")
    return pa.array(np.where(shapely.is_missing(shapes), delivered, anew), pa.binary())


def _not_read(others: tuple[str, ...], where: str) -> tuple[Issue, ...]:
    if not others:
        return ()
    told = "、".join(others)
    return (
        Issue(
            "second_geometry",
            Severity.MINOR,
            where,
            f"其他几何列未读入：{told}",
            f"Further geometry columns were not read: {told}",
        ),
    )


def _edges(column: dict[str, Any], where: str) -> tuple[Issue, ...]:
    """Say that edges are drawn straight although the file says they follow the globe."""
    edges = column.get("edges", "planar")
    if edges == "planar":
        return ()
    zh = (
        f"文件声明边线沿球面（edges={shown(edges)}），本系统按平面直线连接顶点：1 公里长的边最多差约 1 厘米，10 公里约 1 米；"
        "边线较长时请由提供单位加密顶点（间距 1 公里以内）并以 edges=planar 重新导出"
    )
    en = (
        f"The file says its edges follow the globe (edges={shown(edges)}); here vertices are joined by straight lines: up "
        "to about 1 cm off on an edge of 1 km, 1 m on 10 km; where edges are longer, have the supplier add vertices "
        "(within 1 km) and export with edges=planar"
    )
    return (Issue("edges_spherical", Severity.SERIOUS, where, zh, en),)
