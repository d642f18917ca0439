"""One small layer in every format that is read, as other people's software writes it."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import ezdxf
import geopandas as gpd
import pyogrio

from tests.support.foreign import frame, geojson, gpkg, shapefile, square, zipped

ROWS = 20
NAMES = {
    "DKBM": [f"{number:05}" for number in range(ROWS)],
    "村名": [f"曹家浜村{number}组" for number in range(ROWS)],
    "MJ": [100.5 + number for number in range(ROWS)],
}
POINTS_HEAD = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=0,0,0,0,0,0,0
[地块坐标]
"""


def parcels(rows: int = ROWS, epsg: int = 4549) -> gpd.GeoDataFrame:
    """Squares of 100 m with a number, a village and an area."""
    content = frame({name: values[:rows] for name, values in NAMES.items()}, [square(200 * n) for n in range(rows)])
    return content.to_crs(epsg) if epsg != 4549 else content


def geopackage(folder: Path) -> Path:
    return gpkg(folder / "地块.gpkg", {"地块": parcels()})


def plain_shapefile(folder: Path) -> Path:
    return shapefile(folder, "地块", parcels())


def zipped_shapefile(folder: Path) -> Path:
    return zipped(folder / "地块.zip", shapefile(folder / "in", "地块", parcels()))


def geojson_file(folder: Path) -> Path:
    content = parcels(epsg=4490)
    rows = content.drop(columns="geometry").to_dict("records")
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    return geojson(folder / "地块.geojson", list(content.geometry), rows, crs=crs)


def flatgeobuf(folder: Path, index: str = "NO") -> Path:
    """In the order written without an index, in that of the index with one."""
    path = folder / "地块.fgb"
    pyogrio.write_dataframe(parcels(), path, driver="FlatGeobuf", layer="地块", SPATIAL_INDEX=index)
    return path


def geoparquet(folder: Path) -> Path:
    path = folder / "地块.parquet"
    parcels().to_parquet(path)
    return path


def filegdb(folder: Path, layers: tuple[str, ...] = ("地块",)) -> Path:
    path = folder / "地块.gdb"
    for number, layer in enumerate(layers):
        pyogrio.write_dataframe(
            parcels(), path, driver="OpenFileGDB", layer=layer, append=number > 0, geometry_type="MultiPolygon",
            promote_to_multi=True,
        )  # fmt: skip
    return path


def zipped_filegdb(folder: Path) -> Path:
    base, target = filegdb(folder), folder / "库.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(base.iterdir()):
            archive.write(file, f"地块.gdb/{file.name}")
    return target


def kml(folder: Path) -> Path:
    path = folder / "地块.kml"
    pyogrio.write_dataframe(parcels(epsg=4326), path, driver="LIBKML", layer="地块")
    return path


def dxf(folder: Path, name: str = "地块.dxf") -> Path:
    path = folder / name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawing = ezdxf.new("R2010")
        for shape in parcels().geometry:
            points = [(x, y) for x, y in shape.exterior.coords[:-1]]
            drawing.modelspace().add_lwpolyline(points, close=True, dxfattribs={"layer": "地块"})
        drawing.saveas(path)
    return path


def boundary_text(folder: Path) -> Path:
    path = folder / "地块.txt"
    blocks = []
    for number, shape in enumerate(parcels().geometry):
        ring = [
            f"J{place},1,{y:.3f},{40_000_000 + x:.3f}" for place, (x, y) in enumerate(shape.exterior.coords[:-1], 1)
        ]
        blocks.append("\n".join([f"5,1.0000,{NAMES['DKBM'][number]},地块{number},面,,商服用地,05H1,@", *ring, ring[0]]))
    path.write_text(POINTS_HEAD + "\n".join(blocks) + "\n", encoding="utf-8")
    return path


FORMATS: dict[str, Callable[[Path], Path]] = {
    "GPKG": geopackage,
    "ESRI Shapefile": zipped_shapefile,
    "GeoJSON": geojson_file,
    "FlatGeobuf": flatgeobuf,
    "Parquet": geoparquet,
    "OpenFileGDB": zipped_filegdb,
    "KML": kml,
    "DXF": dxf,
    "TXT": boundary_text,
}
"""Driver → how to make a single file of it."""
WITHOUT_CRS = ("DXF",)
