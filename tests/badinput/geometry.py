"""Geometry that cannot be measured, or is not what it looks like. The first rows of each file are sound."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from tests.badinput import build, by_hand
from tests.badinput.build import LAT, LON, X, Y, blob, square, wkb_polygon
from tests.badinput.case import Delivery, Trap, add, case

KIND = "geometry"


def _at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Points in metres from the place, beside the sound square."""
    return [(X + 300 + east, Y + north) for east, north in points]


BOW = Polygon(_at((0, 0), (100, 100), (100, 0), (0, 100)))
SHAPES: dict[str, object] = {
    "bow-tie": BOW,
    "ring-touches-itself": Polygon(_at((0, 0), (50, 50), (100, 0), (100, 100), (50, 50), (0, 100))),
    "spike": Polygon(_at((0, 0), (100, 0), (100, 100), (50, 100), (50, 200), (50, 100), (0, 100))),
    "spike-inwards": Polygon(_at((0, 0), (100, 0), (100, 100), (50, 100), (50, 20), (50, 100), (0, 100))),
    "shell-run-twice": Polygon(_at(*[(0, 0), (100, 0), (100, 100), (0, 100)] * 2)),
    "part-twice": MultiPolygon([square(300), square(300)]),
    "hole-is-the-shell": Polygon(square(300).exterior, [square(300).exterior]),
    "hole-outside": Polygon(square(300).exterior, [square(500, size=10).exterior]),
    "hole-crosses-shell": Polygon(square(300).exterior, [square(390, 40, 20).exterior]),
    "hole-along-edge": Polygon(square(300).exterior, [square(300, 40, 20).exterior]),
    "holes-nested": Polygon(square(300).exterior, [square(320, 20, 60).exterior, square(340, 40, 20).exterior]),
    "holes-overlap": Polygon(square(300).exterior, [square(320, 20, 40).exterior, square(340, 40, 40).exterior]),
    "interior-cut-in-two": Polygon(square(300).exterior, [_at((0, 50), (50, 60), (100, 50), (50, 40))]),
    "shells-nested": MultiPolygon([square(300), square(320, 20, 20)]),
    "shells-overlap": MultiPolygon([square(300), square(350)]),
    "shells-share-an-edge": MultiPolygon([square(300), square(400)]),
    "collapsed-to-a-point": Polygon(_at((5, 5), (5, 5), (5, 5), (5, 5))),
    "collapsed-to-a-line": Polygon(_at((0, 0), (100, 0), (0, 0))),
    "collapsed-there-and-back": Polygon(_at((0, 0), (50, 0), (100, 0), (50, 0))),
    "huge-vertex": Polygon(_at((0, 0), (1e300, 0), (100, 100), (0, 100))),
    "empty": Polygon(),
    "empty-multi": MultiPolygon(),
    "missing": None,
    "empty-part": shapely.from_wkt(f"MULTIPOLYGON (EMPTY, {square(300).wkt.removeprefix('POLYGON ')})"),
    "collection-with-line": GeometryCollection([square(300), LineString(_at((0, 0), (9, 9)))]),
    "collection-of-polygons": GeometryCollection([square(300)]),
    "line": LineString(_at((0, 0), (100, 0))),
    "closed-line": LineString(square(300).exterior.coords),
    "lines": MultiLineString([_at((0, 0), (9, 0)), _at((0, 9), (9, 9))]),
    "point": Point(X + 300, Y),
    "points": MultiPoint(_at((0, 0), (9, 9))),
    "stray-far": build.far_box(),
    "stray-zero": box(0, 0, 1, 1),
    "stray-degrees": box(LON, LAT, LON + 0.001, LAT + 0.001),
    "stray-zone": square(300 + int(build.ZONE)),
}


def _pair(shape: object) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, _trap: Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), square(150), shape]))


for _name, _shape in SHAPES.items():
    add(KIND, _name, _pair(_shape))


@case(KIND, "bow-tie-shapefile")
def _bow_shapefile(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.shp(folder / "f", [square(), BOW]))


@case(KIND, "bow-tie-geojson")
def _bow_geojson(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.geojson(folder / "宅基地.geojson", build.degrees([square(), BOW])))


@case(KIND, "bow-tie-parcel")
def _bow_parcel(folder: Path, _trap: Trap) -> Delivery:
    rows = {"DKBM": ["310117109001", "310117109002"]}
    return Delivery(build.gpkg(folder / "地块.gpkg", [square(), BOW], rows), "parcels")


@case(KIND, "bow-tie-flatgeobuf")
def _bow_flatgeobuf(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.fgb(folder / "宅基地.fgb", [square(), BOW]))


@case(KIND, "bow-tie-parquet")
def _bow_parquet(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.parquet(folder / "宅基地.parquet", [square(), BOW]))


@case(KIND, "all-missing")
def _all_missing(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(200)])
    return Delivery(build.run_sql(path, 'UPDATE "宅基地" SET geom = NULL'))


@case(KIND, "all-invalid")
def _all_invalid(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [BOW]))


@case(KIND, "missing-shapefile")
def _missing_shapefile(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(by_hand.shapefile(folder, [by_hand.polygon(by_hand.ring()), struct.pack("<i", 0)]))


@case(KIND, "missing-geojson")
def _missing_geojson(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.geojson(folder / "宅基地.geojson", [*build.degrees([square()]), None]))


# --- heights, measures, curves ---------------------------------------------------------------------------------------


@case(KIND, "heights")
def _heights(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [shapely.force_3d(square(), 4.0), square(300)]))


@case(KIND, "heights-nan")
def _heights_nan(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(300)])
    build.run_sql(path, "UPDATE gpkg_geometry_columns SET z = 2")
    high = [(x, y, math.nan) for x, y in square(300).exterior.coords]
    return Delivery(build.spoil_blob(path, 2, blob(wkb_polygon(high, kind=1003))))


def _with_measure(points: Sequence[tuple[float, float]]) -> list[tuple[float, ...]]:
    return [(x, y, 7.0) for x, y in points]


@case(KIND, "measures")
def _measures(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(300)])
    build.run_sql(path, "UPDATE gpkg_geometry_columns SET m = 2")
    measured = wkb_polygon(_with_measure(list(square(300).exterior.coords)), kind=2003)
    return Delivery(build.spoil_blob(path, 2, blob(measured)))


def _circular(kind: int, inner: int) -> bytes:
    """A circle of five points as one circular string, wrapped in a curve polygon (or a surface of one)."""
    middle = X + 350
    points = [(middle - 50, Y), (middle, Y + 50), (middle + 50, Y), (middle, Y - 50), (middle - 50, Y)]
    string = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<2d", x, y) for x, y in points)
    curve = struct.pack("<BII", 1, 10, 1) + string
    return curve if kind == inner else struct.pack("<BII", 1, kind, 1) + curve


@case(KIND, "curve-polygon")
def _curve_polygon(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(300)])
    build.run_sql(path, "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    return Delivery(build.spoil_blob(path, 2, blob(_circular(10, 10))))


@case(KIND, "multi-surface")
def _multi_surface(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(300)])
    build.run_sql(path, "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    return Delivery(build.spoil_blob(path, 2, blob(_circular(12, 10))))


@case(KIND, "polyhedral-surface")
def _polyhedral(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(300)])
    build.run_sql(path, "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    faces = wkb_polygon([(x, y, 1.0) for x, y in square(300).exterior.coords], kind=1003)
    return Delivery(build.spoil_blob(path, 2, blob(struct.pack("<BII", 1, 1015, 1) + faces)))


# --- bytes that are no geometry --------------------------------------------------------------------------------------


BLOBS = {
    "nan-vertex": blob(wkb_polygon(_at((0, 0), (100, 0), (math.nan, 100), (0, 100), (0, 0)))),
    "infinite-vertex": blob(wkb_polygon(_at((0, 0), (100, 0), (math.inf, 100), (0, 100), (0, 0)))),
    "two-point-ring": blob(wkb_polygon(_at((0, 0), (100, 0)))),
    "one-point-ring": blob(wkb_polygon(_at((0, 0)))),
    "open-ring": blob(wkb_polygon(_at((0, 0), (100, 0), (100, 100), (0, 100)))),
    "blob-of-another-kind": b"XX" + blob(wkb_polygon(square(300).exterior.coords))[2:],
    "blob-cut": blob(wkb_polygon(square(300).exterior.coords))[:-20],
    "blob-empty": b"",
    "blob-garbage": blob(b"\x01\x03\x00\x00\x00\xff\xff\xff\x7f" + b"\x00" * 16),
    "blob-unknown-kind": blob(struct.pack("<BI", 1, 4711) + bytes(32)),
}


def _blob_pair(data: bytes) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        return Delivery(build.spoil_blob(build.gpkg(folder / "宅基地.gpkg", [square(), square(300)]), 2, data))

    return make


for _name, _data in BLOBS.items():
    add(KIND, _name, _blob_pair(_data))


# --- shapefile records -----------------------------------------------------------------------------------------------


RING = by_hand.ring(300)
RECORDS: dict[str, bytes] = {
    "shp-open-ring": by_hand.polygon(RING[:-1]),
    "shp-two-points": by_hand.polygon(RING[:2]),
    "shp-no-parts": by_hand.polygon(),
    "shp-nan": by_hand.polygon([RING[0], RING[1], (math.nan, math.nan), RING[3], RING[4]]),
    "shp-line-among-polygons": by_hand.polygon(RING, shape=by_hand.POLYLINE),
    "shp-part-beyond-points": by_hand.polygon(RING)[:44] + struct.pack("<i", 99) + by_hand.polygon(RING)[48:],
    "shp-negative-part": by_hand.polygon(RING)[:44] + struct.pack("<i", -1) + by_hand.polygon(RING)[48:],
    "shp-negative-counts": by_hand.polygon(RING)[:36] + struct.pack("<2i", -1, -5) + by_hand.polygon(RING)[44:],
    "shp-too-many-points": by_hand.polygon(RING)[:36] + struct.pack("<2i", 1, 1 << 28) + by_hand.polygon(RING)[44:],
}


def _record_pair(record: bytes) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, _trap: Delivery(by_hand.shapefile(folder, [by_hand.polygon(by_hand.ring()), record]))


for _name, _record in RECORDS.items():
    add(KIND, _name, _record_pair(_record))


# --- GeoJSON that is JSON and no geometry ----------------------------------------------------------------------------


GOOD = build.plain(build.degrees([square()])[0])
OPEN = [[LON, LAT], [LON + 0.001, LAT], [LON + 0.001, LAT + 0.001], [LON, LAT + 0.001]]
ODD: dict[str, object] = {
    "json-two-points": {"type": "Polygon", "coordinates": [OPEN[:2]]},
    "json-open-ring": {"type": "Polygon", "coordinates": [OPEN]},
    "json-numbers-as-text": {"type": "Polygon", "coordinates": [[[str(x), str(y)] for x, y in [*OPEN, OPEN[0]]]]},
    "json-one-number": {"type": "Polygon", "coordinates": [[[x] for x, _ in [*OPEN, OPEN[0]]]]},
    "json-depth-wrong": {"type": "Polygon", "coordinates": [*OPEN, OPEN[0]]},
    "json-kind-unknown": {"type": "Circle", "coordinates": [LON, LAT], "radius": 50},
    "json-no-coordinates": {"type": "Polygon"},
    "json-coordinates-null": {"type": "Polygon", "coordinates": None},
    "json-null-vertex": {"type": "Polygon", "coordinates": [[*OPEN, None, OPEN[0]]]},
}


def _odd_pair(geometry: object) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, _trap: Delivery(build.geojson(folder / "宅基地.geojson", [GOOD, geometry]))


for _name, _geometry in ODD.items():
    add(KIND, _name, _odd_pair(_geometry))


@case(KIND, "json-nan")
def _json_nan(folder: Path, _trap: Trap) -> Delivery:
    path = build.geojson(folder / "宅基地.geojson", build.degrees([square(), square(300)]))
    text = path.read_text("utf-8")
    last = text.rindex("121.")
    path.write_text(text[:last] + "NaN" + text[text.index(",", last) :], "utf-8")
    return Delivery(path)


@case(KIND, "json-beyond-double")
def _json_huge(folder: Path, _trap: Trap) -> Delivery:
    geometry = {"type": "Polygon", "coordinates": [[*OPEN[:2], "@", OPEN[3], OPEN[0]]]}
    path = build.geojson(folder / "宅基地.geojson", [GOOD, geometry])
    path.write_text(path.read_text("utf-8").replace('"@"', "[1e999, 31]"), "utf-8")
    return Delivery(path)


# --- size and place --------------------------------------------------------------------------------------------------


def _circle(count: int) -> np.ndarray:
    angles = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return np.column_stack([X + 2_000 + 900 * np.cos(angles), Y + 900 * np.sin(angles)])


@case(KIND, "million-vertices-crossing")
def _million(folder: Path, _trap: Trap) -> Delivery:
    points = _circle(1_000_000)
    points[[10, 500_000]] = points[[500_000, 10]]
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), Polygon(points)]))


@case(KIND, "million-vertices-sound")
def _million_sound(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), Polygon(_circle(1_000_000))]))


def _many_parts() -> list[Polygon]:
    return [square(10 * (number % 100) + 300, 10 * (number // 100), 5) for number in range(10_000)]


@case(KIND, "ten-thousand-parts-two-overlap")
def _parts(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), MultiPolygon([*_many_parts(), square(302, 2, 1)])]))


@case(KIND, "ten-thousand-parts-sound")
def _parts_sound(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), MultiPolygon(_many_parts())]))


@case(KIND, "across-the-zone-edge")
def _zone_edge(folder: Path, _trap: Trap) -> Delivery:
    shapes = [build.degree_square(), box(121.49, 31.5, 121.51, 31.51)]
    return Delivery(build.gpkg(folder / "宅基地.gpkg", shapes, epsg=4490))


@case(KIND, "whole-world")
def _world(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(
        build.gpkg(folder / "宅基地.gpkg", [*build.degrees([square()] * 2), box(-180, -90, 180, 90)], epsg=4490)
    )


@case(KIND, "clockwise-json-sound")
def _clockwise(folder: Path, _trap: Trap) -> Delivery:
    shapes = [shapely.orient_polygons(shape, exterior_cw=True) for shape in build.degrees([square(), square(300)])]
    return Delivery(build.geojson(folder / "宅基地.geojson", shapes))


@case(KIND, "hole-before-shell-sound")
def _hole_first(folder: Path, _trap: Trap) -> Delivery:
    hole = by_hand.ring(340, 20, y=Y + 40)[::-1]
    return Delivery(by_hand.shapefile(folder, [by_hand.polygon(by_hand.ring()), by_hand.polygon(hole, RING)]))


@case(KIND, "sliver")
def _sliver(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), box(X + 300, Y, X + 400, Y + 0.0004)]))


@case(KIND, "vertices-repeated")
def _repeated(folder: Path, _trap: Trap) -> Delivery:
    points = [*_at((0, 0), (100, 0), (100, 0), (100, 100), (0, 100))]
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), Polygon(points)]))


@case(KIND, "tiny-parts")
def _tiny(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.gpkg(folder / "宅基地.gpkg", [square(), MultiPolygon([square(300), square(450, size=0.01)])]))


# --- drawings and KML ------------------------------------------------------------------------------------------------


@case(KIND, "dxf-open-polyline")
def _dxf_open(folder: Path, _trap: Trap) -> Delivery:
    rings = [build.corners(square())]
    path = build.dxf(folder / "宅基地.dxf", rings, closed=False)
    return Delivery(path, reading={"crs": "EPSG:4549"})


@case(KIND, "dxf-crossing")
def _dxf_crossing(folder: Path, _trap: Trap) -> Delivery:
    path = build.dxf(folder / "宅基地.dxf", [build.corners(square()), build.corners(BOW)])
    return Delivery(path, reading={"crs": "EPSG:4549"})


@case(KIND, "dxf-arcs")
def _dxf_arcs(folder: Path, _trap: Trap) -> Delivery:
    path = build.dxf(folder / "宅基地.dxf", [build.corners(square())], bulge=0.5)
    return Delivery(path, reading={"crs": "EPSG:4549"})


@case(KIND, "dxf-nothing-closed")
def _dxf_empty(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.dxf(folder / "宅基地.dxf", []), reading={"crs": "EPSG:4549"})


@case(KIND, "kml-two-points")
def _kml_two(folder: Path, _trap: Trap) -> Delivery:
    good = build.placemark("h1", list(build.degree_square().exterior.coords))
    return Delivery(build.kml(folder / "宅基地.kml", good, build.placemark("h2", [(LON, LAT), (LON + 1e-3, LAT)])))


@case(KIND, "kml-line")
def _kml_line(folder: Path, _trap: Trap) -> Delivery:
    line = f"<Placemark><name>h2</name><LineString><coordinates>{LON},{LAT} {LON + 0.001},{LAT}</coordinates></LineString></Placemark>"
    good = build.placemark("h1", list(build.degree_square().exterior.coords))
    return Delivery(build.kml(folder / "宅基地.kml", good, line))
