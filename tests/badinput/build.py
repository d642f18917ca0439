"""Sound files of every format, to be spoilt."""

from __future__ import annotations

import json
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ezdxf
import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import rasterio
import shapely
from pyproj import CRS
from rasterio.transform import Affine
from shapely.geometry import Polygon, box

from tests.support.foreign import LAT, LON, X, Y, degree_square, square

__all__ = ["LAT", "LON", "X", "Y", "degree_square", "square"]
ZONE = 40_000_000.0
"""What zone 40 puts before an easting."""


def frame(
    shapes: Sequence[object], rows: Mapping[str, Sequence[object]] | None = None, epsg: int | None = 4549
) -> gpd.GeoDataFrame:
    """A frame of homesteads: ``h1`` … unless told otherwise."""
    named = dict(rows or {"ZJDBM": [f"h{number}" for number in range(1, len(shapes) + 1)]})
    return gpd.GeoDataFrame(named, geometry=list(shapes), crs=epsg)


def gpkg(
    path: Path, shapes: Sequence[object], rows: Mapping[str, Sequence[object]] | None = None, epsg: int | None = 4549
) -> Path:
    """A GeoPackage with the layer ``宅基地``, without spatial index (its triggers would hinder spoiling)."""
    kinds = {shape.geom_type for shape in shapes if isinstance(shape, shapely.Geometry)}
    kind = "Unknown" if len(kinds) != 1 else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        pyogrio.write_dataframe(
            frame(shapes, rows, epsg),
            path,
            layer="宅基地",
            driver="GPKG",
            geometry_type=kind,
            SPATIAL_INDEX="NO",
        )
    return path


def spoil_blob(path: Path, row: int, blob: bytes | None) -> Path:
    """Put other bytes into the geometry of one row (from 1) of a GeoPackage."""
    with sqlite3.connect(path) as store:
        store.execute('UPDATE "宅基地" SET geom = ? WHERE fid = ?', [blob, row])
    store.close()
    return path


def run_sql(path: Path, *statements: str | tuple[str, tuple[object, ...]]) -> Path:
    """Change a GeoPackage behind the back of its library; a statement may bring its values."""
    store = sqlite3.connect(path)
    for statement in statements:
        text, values = (statement, ()) if isinstance(statement, str) else statement
        store.execute(text, values)
    store.commit()
    store.close()
    return path


def blob(wkb: bytes, srs: int = 4549, flags: int = 1) -> bytes:
    """GeoPackage geometry: heading without an envelope, then WKB."""
    return struct.pack("<2sBBi", b"GP", 0, flags, srs) + wkb


def wkb_polygon(*rings: Sequence[tuple[float, ...]], kind: int = 3) -> bytes:
    """WKB of a polygon whose rings are whatever they are."""
    body = struct.pack("<BII", 1, kind, len(rings))
    for points in rings:
        body += struct.pack("<I", len(points)) + b"".join(struct.pack(f"<{len(point)}d", *point) for point in points)
    return body


def geojson(
    path: Path, geometries: Sequence[object], rows: Sequence[Mapping[str, object]] | None = None, **members: object
) -> Path:
    """A GeoJSON file whose geometries are any JSON; in 4490 unless members say otherwise."""
    members = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}} | members
    named = rows or [{"ZJDBM": f"h{number}"} for number in range(1, len(geometries) + 1)]
    features = [
        {"type": "Feature", "properties": dict(row), "geometry": plain(shape)}
        for shape, row in zip(geometries, named, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", **members, "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def plain(shape: object) -> object:
    """A shape as GeoJSON geometry; anything else as it is."""
    return shapely.geometry.mapping(shape) if isinstance(shape, shapely.Geometry) else shape


def degrees(shapes: Sequence[object], epsg: int = 4490) -> list[Any]:
    """The same ground in degrees."""
    return list(gpd.GeoSeries(list(shapes), crs=4549).to_crs(epsg))


def shp(
    folder: Path,
    shapes: Sequence[object],
    rows: Mapping[str, Sequence[object]] | None = None,
    *,
    epsg: int | None = 4549,
    encoding: str = "UTF-8",
    name: str = "宅基地",
) -> Path:
    """A shapefile as the plain library writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.shp"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        pyogrio.write_dataframe(frame(shapes, rows, epsg), path, driver="ESRI Shapefile", encoding=encoding)
    return path


def zip_of(target: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip with the entries given."""
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def shp_members(folder: Path, count: int = 3, name: str = "宅基地") -> dict[str, bytes]:
    """The parts of a sound shapefile by name."""
    path = shp(folder, [square(200 * number) for number in range(count)], name=name)
    return {part.name: part.read_bytes() for part in sorted(path.parent.glob(f"{name}.*"))}


def gdb(folder: Path, count: int = 50) -> Path:
    """A file geodatabase (folder)."""
    path = folder / "宅基地.gdb"
    shapes = [square(200 * number) for number in range(count)]
    pyogrio.write_dataframe(frame(shapes), path, layer="ZJD", driver="OpenFileGDB")
    return path


def gdb_members(folder: Path, count: int = 50) -> dict[str, bytes]:
    """The files of a sound file geodatabase by name, folder included."""
    path = gdb(folder, count)
    return {f"{path.name}/{part.name}": part.read_bytes() for part in sorted(path.iterdir())}


def fgb(path: Path, shapes: Sequence[object], epsg: int = 4549) -> Path:
    """A FlatGeobuf file."""
    pyogrio.write_dataframe(frame(shapes, epsg=epsg), path, driver="FlatGeobuf")
    return path


def parquet(path: Path, shapes: Sequence[object], epsg: int | None = 4549) -> Path:
    """A GeoParquet file."""
    frame(shapes, epsg=epsg).to_parquet(path)
    return path


KML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def placemark(name: str, points: Sequence[tuple[float, float]]) -> str:
    """A KML placemark with one polygon."""
    ring = " ".join(f"{x},{y},0" for x, y in points)
    return (
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def kml_text(*inside: str, head: str = KML_HEAD, extra: str = "") -> str:
    """A KML document."""
    body = "".join(inside)
    return f'{head}{extra}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>宅基地</name>{body}</Document></kml>\n'


def kml(path: Path, *inside: str, head: str = KML_HEAD, extra: str = "") -> Path:
    """A KML file; without placemarks given, one sound polygon."""
    placed = inside or (placemark("h1", list(degree_square().exterior.coords)),)
    path.write_text(kml_text(*placed, head=head, extra=extra), encoding="utf-8")
    return path


def dxf(
    path: Path,
    rings: Sequence[Sequence[tuple[float, float]]],
    *,
    closed: bool = True,
    layer: str = "宅基地",
    bulge: float = 0.0,
) -> Path:
    """A drawing with one light polyline per ring."""
    drawing = ezdxf.new("R2010")
    drawing.layers.add(layer)
    for points in rings:
        corners = [(x, y, 0, 0, bulge) for x, y in points]
        drawing.modelspace().add_lwpolyline(corners, close=closed, dxfattribs={"layer": layer})
    drawing.saveas(path)
    return path


def corners(shape: Polygon) -> list[tuple[float, float]]:
    """Corners of a polygon without the repeated first."""
    return [(float(x), float(y)) for x, y in list(shape.exterior.coords)[:-1]]


def sheet(path: Path, rows: Sequence[Sequence[object]], title: str = "界址点") -> Path:
    """An xlsx workbook with one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def point_rows(shape: Polygon | None = None, plot: str = "SJ-001", *, zone: float = ZONE) -> list[list[object]]:
    """Boundary points as a table: northing first (X), then easting (Y) with its zone; the first point again at the end."""
    points = list((shape or square()).exterior.coords)
    named = [f"J{number}" for number in range(1, len(points))] + ["J1"]
    head: list[object] = ["地块编号", "点号", "X坐标", "Y坐标"]
    return [head, *([plot, name, round(y, 3), round(x + zone, 3)] for name, (x, y) in zip(named, points, strict=True))]


def csv_of(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig") -> Path:
    """A CSV with CRLF at every line's end."""
    text = "".join(",".join("" if cell is None else str(cell) for cell in row) + "\r\n" for row in rows)
    path.write_bytes(text.encode(encoding))
    return path


TXT_HEAD = {
    "格式版本号": "1.01版本",
    "数据产生单位": "示例测绘单位",
    "数据产生日期": "2026-01-15",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "40",
    "精度": "0.001",
    "转换参数": "0,0,0,0,0,0,0",
}
Point = tuple[str, int, float, float]


def txt_points(shape: Polygon | None = None, *, zone: float = ZONE, swap: bool = False) -> list[str]:
    """Point lines of a polygon: number, ring, X (north), Y (east with zone), each ring closed by its first point."""
    lines, number = [], 1
    found = shape or square()
    for ring_number, edge in enumerate([found.exterior, *found.interiors], 1):
        first = number
        points = list(edge.coords)[:-1]
        for x, y in points:
            lines.append(_txt_point(number, ring_number, y, x + zone, swap))
            number += 1
        x, y = points[0]
        lines.append(_txt_point(first, ring_number, y, x + zone, swap))
    return lines


def _txt_point(number: int, ring_number: int, north: float, east: float, swap: bool) -> str:
    one, two = (east, north) if swap else (north, east)
    return f"J{number},{ring_number},{one:.3f},{two:.3f}"


def txt_block(
    lines: Sequence[str], *, area: str = "1.0000", plot: str = "SJ-001", shape: str = "面", count: int | None = None
) -> list[str]:
    """A block line and its points."""
    return [f"{len(lines) if count is None else count},{area},{plot},示例地块,{shape},,商服用地,05H1,@", *lines]


def txt_text(blocks: Sequence[str], *, head: Mapping[str, str | None] | None = None) -> str:
    """A boundary text; header values of None are left out."""
    values = TXT_HEAD | dict(head or {})
    lines = [f"{key}={value}" for key, value in values.items() if value is not None]
    return "\r\n".join(["[属性描述]", *lines, "[地块坐标]", *blocks]) + "\r\n"


def txt(
    path: Path,
    blocks: Sequence[str] | None = None,
    *,
    head: Mapping[str, str | None] | None = None,
    encoding: str = "gbk",
) -> Path:
    """A boundary text file."""
    path.write_bytes(txt_text(blocks or txt_block(txt_points()), head=head).encode(encoding))
    return path


def tif(path: Path, *, epsg: int | None = 4549, size: int = 64) -> Path:
    """A small GeoTIFF."""
    values = np.arange(size * size, dtype="uint8").reshape(1, size, size)
    crs = CRS.from_epsg(epsg).to_wkt() if epsg else None
    profile = {"driver": "GTiff", "width": size, "height": size, "count": 1, "dtype": "uint8", "crs": crs}
    with rasterio.open(path, "w", transform=Affine(1, 0, X, 0, -1, Y + size), **profile) as target:
        target.write(values)
    return path


def patch(path: Path, place: int, data: bytes) -> Path:
    """Overwrite bytes of a file."""
    content = bytearray(path.read_bytes())
    content[place : place + len(data)] = data
    path.write_bytes(content)
    return path


def far_box() -> Polygon:
    """A square in Beijing, in the coordinates of Songjiang's zone."""
    return box(160_000, 4_420_000, 160_100, 4_420_100)
