"""Coordinate systems that are missing, wrong, foreign, or not what the label says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry import box

from tests.badinput import build
from tests.badinput.build import ZONE, X, Y, blob, square
from tests.badinput.case import Delivery, Trap, add, case

KIND = "crs"
SECRET_EAST, SECRET_NORTH = "-3457912.3456", "8123.4567"
"""Invented parameters of an invented local system: they must not be shown."""
LOCAL_WKT = (
    'PROJCS["Shanghai_Local_Sample",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    f'PARAMETER["False_Easting",{SECRET_NORTH}],PARAMETER["False_Northing",{SECRET_EAST}],'
    'PARAMETER["Central_Meridian",121.4],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)
SQUARES = [square(), square(200)]


def _moved(shapes: list[object], east: float = 0.0, north: float = 0.0, factor: float = 1.0) -> list[object]:
    return [shapely.transform(shape, lambda points: points * factor + np.array([east, north])) for shape in shapes]


def _swapped(shapes: list[object]) -> list[object]:
    return [shapely.transform(shape, lambda points: points[:, ::-1]) for shape in shapes]


def _in(epsg: int) -> list[object]:
    return list(gpd.GeoSeries(SQUARES, crs=4549).to_crs(epsg))


# --- nothing says it -------------------------------------------------------------------------------------------------


def _shp(shapes: list[object], prj: bytes | None = None) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.shp(folder / "f", shapes)
        path.with_suffix(".prj").unlink()
        if prj is not None:
            path.with_suffix(".prj").write_bytes(prj)
        return Delivery(path)

    return make


WKT = CRS.from_epsg(4549).to_wkt("WKT1_ESRI")
NO_LABEL: dict[str, tuple[list[object], bytes | None]] = {
    "no-prj": (SQUARES, None),
    "no-prj-prefix-40": (_moved(SQUARES, ZONE), None),
    "no-prj-prefix-41": (_in(4529), None),
    "no-prj-degrees": (_in(4490), None),
    "no-prj-swapped": (_swapped(SQUARES), None),
    "no-prj-swapped-prefix": (_swapped(_moved(SQUARES, ZONE)), None),
    "no-prj-local-grid": (_moved(SQUARES, -X - 21_000, -Y - 12_000), None),
    "prj-empty": (SQUARES, b""),
    "prj-garbage": (SQUARES, "上海2000坐标系".encode("gbk")),
    "prj-binary": (SQUARES, bytes(range(256))),
    "prj-cut": (SQUARES, WKT[: len(WKT) // 2].encode()),
}
for _name, (_shapes, _prj) in NO_LABEL.items():
    add(KIND, _name, _shp(_shapes, _prj))


@case(KIND, "no-prj-in-zip")
def _zip_without(folder: Path, _trap: Trap) -> Delivery:
    members = build.shp_members(folder / "f")
    members.pop("宅基地.prj")
    for path in (folder / "f").iterdir():
        path.unlink()
    return Delivery(build.zip_of(folder / "宅基地.zip", members))


def _undefined(srs: int) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.gpkg(folder / "宅基地.gpkg", SQUARES)
        contents, columns = "UPDATE gpkg_contents SET srs_id = ?", "UPDATE gpkg_geometry_columns SET srs_id = ?"
        return Delivery(build.run_sql(path, (contents, (srs,)), (columns, (srs,))))

    return make


for _name, _srs in {"gpkg-undefined-cartesian": -1, "gpkg-undefined-geographic": 0, "gpkg-unlisted": 987654}.items():
    add(KIND, _name, _undefined(_srs))


@case(KIND, "parquet-without")
def _parquet(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.parquet(folder / "宅基地.parquet", SQUARES, epsg=None))


@case(KIND, "dxf-never-says")
def _dxf(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.dxf(folder / "宅基地.dxf", [build.corners(square(ZONE))]))


def _member(member: object) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, _trap: Delivery(build.geojson(folder / "宅基地.geojson", _in(4490), crs=member))


for _name, _value in {"json-null": None, "json-link": {"type": "link", "properties": {"href": "x.prj"}}}.items():
    add(KIND, _name, _member(_value))
add(KIND, "json-name-unknown", _member({"type": "name", "properties": {"name": "上海2000"}}))


# --- the label and the numbers disagree ------------------------------------------------------------------------------


LABELLED: dict[str, tuple[list[object], int]] = {
    "degrees-labelled-plane": (_in(4490), 4549),
    "plane-labelled-degrees": (SQUARES, 4490),
    "swapped-plane": (_swapped(SQUARES), 4549),
    "swapped-degrees": (_swapped(_in(4490)), 4490),
    "swapped-prefix": (_swapped(_in(4528)), 4528),
    "prefix-40-labelled-without": (_in(4528), 4549),
    "without-labelled-prefix-40": (SQUARES, 4528),
    "prefix-40-labelled-41": (_in(4528), 4529),
    "zone-40-labelled-39": (SQUARES, 4548),
    "zone-40-labelled-41": (SQUARES, 4550),
    "zone-39-labelled-40": (_in(4548), 4549),
    "zone-41-labelled-40": (_in(4550), 4549),
    "feet-labelled-metres": (_moved(SQUARES, factor=1 / 0.3048), 4549),
    "kilometres-labelled-metres": (_moved(SQUARES, factor=0.001), 4549),
    "mirrored": (_moved(SQUARES, factor=-1.0), 4549),
    "local-grid-labelled-national": (_moved(SQUARES, -X - 21_000, -Y - 12_000), 4549),
    "two-zones-in-one-layer": ([square(), *_moved([square(150), square(300)], ZONE)], 4549),
    "other-province": ([build.far_box()], 4549),
}


def _labelled(shapes: list[object], epsg: int) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, _trap: Delivery(build.gpkg(folder / "宅基地.gpkg", shapes, epsg=epsg))


for _name, (_shapes, _epsg) in LABELLED.items():
    add(KIND, _name, _labelled(_shapes, _epsg))


@case(KIND, "definition-of-another-zone")
def _definition(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", SQUARES)
    other = CRS.from_epsg(4550).to_wkt("WKT1_GDAL").replace('"4550"', '"4549"')
    statement = "UPDATE gpkg_spatial_ref_sys SET definition = ? WHERE srs_id = 4549"
    return Delivery(build.run_sql(path, (statement, (other,))))


@case(KIND, "row-in-another-system")
def _row(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", SQUARES)
    return Delivery(build.spoil_blob(path, 2, blob(SQUARES[1].wkb, srs=4550)))


# --- systems that survey data of the districts do not come in --------------------------------------------------------


FOREIGN = {
    "web-mercator": 3857,
    "utm-51": 32651,
    "xian-80-zone-40": 2364,
    "xian-80-without": 2385,
    "beijing-54-zone-40": 2416,
    "beijing-54-without": 2437,
    "six-degree-21": 4499,
    "six-degree-without": 4510,
    "zone-38": 4526,
    "geocentric": 4479,
    "feet-of-new-york": 2263,
}


def _foreign(epsg: int) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        shapes = SQUARES if epsg in (4479, 2263) else _in(epsg)
        return Delivery(build.gpkg(folder / "宅基地.gpkg", shapes, epsg=epsg))

    return make


for _name, _epsg in FOREIGN.items():
    add(KIND, _name, _foreign(_epsg))


def _wkt(text: str, shapes: list[object], hidden: tuple[str, ...] = ()) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, trap: Trap) -> Delivery:
        made = _shp(shapes, text.encode("utf-8"))(folder, trap)
        return Delivery(made.path, hidden=hidden)

    return make


GEOGRAPHIC = CRS.from_epsg(4490).to_wkt("WKT1_ESRI")
SHIFTED = _moved(_in(4490), 0.00442, -0.00211)
TOWGS84 = "TOWGS84[-107.3217,-63.8123,38.4421,0.1199,-0.2137,0.3318,1.0042]"
add(
    KIND,
    "local-system-of-a-city",
    _wkt(LOCAL_WKT, _moved(SQUARES, -X - 21_000, -Y - 12_000), (SECRET_EAST, SECRET_NORTH)),
)
add(KIND, "plane-in-feet", _wkt(WKT.replace('UNIT["Meter",1.0]', 'UNIT["Foot_US",0.3048006096012192]'), SQUARES))
add(KIND, "gcj-02-by-name", _wkt(GEOGRAPHIC.replace("GCS_China_Geodetic_Coordinate_System_2000", "GCJ-02"), SHIFTED))
add(KIND, "bd-09-by-name", _wkt(GEOGRAPHIC.replace("GCS_China_Geodetic_Coordinate_System_2000", "BD-09"), SHIFTED))
add(
    KIND,
    "seven-parameters-inside",
    _wkt(CRS.from_epsg(2437).to_wkt("WKT1_GDAL").replace("SPHEROID[", f"{TOWGS84},SPHEROID[", 1), _in(2437), ("107.3217", "63.8123")),
)  # fmt: skip


@case(KIND, "gcj-02-in-json")
def _gcj_json(folder: Path, _trap: Trap) -> Delivery:
    named = {"type": "name", "properties": {"name": "GCJ02"}}
    return Delivery(build.geojson(folder / "宅基地.geojson", SHIFTED, crs=named))


@case(KIND, "web-degrees-shift-unknown")
def _web_degrees(folder: Path, _trap: Trap) -> Delivery:
    path = build.geojson(folder / "宅基地.geojson", SHIFTED)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace('"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}, ', ""), "utf-8"
    )
    return Delivery(path)


@case(KIND, "kml-shift-unknown")
def _kml(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.kml(folder / "宅基地.kml"))


# --- answers ---------------------------------------------------------------------------------------------------------


ANSWERS = {
    "answer-contradicts-label": (4550, "EPSG:4549"),
    "answer-wrong-zone": (4549, "EPSG:4550"),
    "answer-other-system": (4549, "EPSG:3857"),
    "answer-nonsense": (4549, "EPSG:nonsense"),
    "answer-file-name": (4549, "/etc/hostname"),
    "answer-huge": (4549, "9" * 10_000),
}


def _answer(label: int, answer: str) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        return Delivery(build.gpkg(folder / "宅基地.gpkg", SQUARES, epsg=label), reading={"crs": answer})

    return make


for _name, (_label, _stated) in ANSWERS.items():
    add(KIND, _name, _answer(_label, _stated))


@case(KIND, "east-of-the-zone")
def _east(folder: Path, _trap: Trap) -> Delivery:
    shapes = list(gpd.GeoSeries([box(121.7, 31.5, 121.701, 31.501)], crs=4490).to_crs(4549))
    return Delivery(build.gpkg(folder / "宅基地.gpkg", shapes))


@case(KIND, "prefix-40-sound")
def _prefix_sound(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.shp(folder / "f", _in(4528), epsg=4528))


@case(KIND, "chongming-in-zone-41-sound")
def _zone_41_sound(folder: Path, _trap: Trap) -> Delivery:
    shapes = list(gpd.GeoSeries([box(121.7, 31.5, 121.701, 31.501)], crs=4490).to_crs(4550))
    return Delivery(build.gpkg(folder / "宅基地.gpkg", shapes, epsg=4550))


@case(KIND, "answered-sound")
def _answered(folder: Path, trap: Trap) -> Delivery:
    return Delivery(_shp(SQUARES)(folder, trap).path, reading={"crs": "EPSG:4549"})
