"""Files that hold instructions instead of data: opened by the wrong reader they fetch other files or addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.badinput import build
from tests.badinput.build import square
from tests.badinput.case import Delivery, Trap, add, case

KIND = "driver"


def _vrt(trap: Trap) -> str:
    return (
        f"<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{trap.secret}</SrcDataSource>"
        "<SrcLayer>secret</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )


def _raster_vrt(trap: Trap) -> str:
    return (
        '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f'<SourceFilename relativeToVRT="0">{trap.secret}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'
    )


def _gml(trap: Trap) -> str:
    return (
        '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://x {trap.url}/x.xsd"></gml:FeatureCollection>'
    )


def _pipeline(trap: Trap) -> str:
    line = f"gdal vector pipeline ! read {trap.secret}"
    return json.dumps({"type": "gdal_streamed_alg", "command_line": line})


def _esri_json(trap: Trap) -> str:
    fields = [{"name": "a", "type": "esriFieldTypeString"}]
    feature = {"attributes": {"a": "1"}, "geometry": {"x": 121.0, "y": 31.0}}
    return json.dumps({"geometryType": "esriGeometryPoint", "fields": fields, "features": [feature], "url": trap.url})


TEXTS: dict[str, tuple[str, Callable[[Trap], str]]] = {
    "vrt-as-geojson": ("宅基地.geojson", _vrt),
    "vrt-as-gpkg": ("宅基地.gpkg", _vrt),
    "vrt-as-shp": ("宅基地.shp", _vrt),
    "vrt-as-kml": ("宅基地.kml", _vrt),
    "vrt-as-txt": ("宅基地.txt", _vrt),
    "vrt-as-csv": ("宅基地.csv", _vrt),
    "vrt-as-dxf": ("宅基地.dxf", _vrt),
    "vrt-behind-blanks": ("宅基地.geojson", lambda trap: "\ufeff" + "\n " * 3000 + _vrt(trap)),
    "raster-vrt-as-tif": ("影像.tif", _raster_vrt),
    "wfs": ("宅基地.xml", lambda trap: f"<OGRWFSDataSource><URL>{trap.url}/wfs</URL></OGRWFSDataSource>"),
    "wms": ("宅基地.xml", lambda trap: f'<GDAL_WMS><Service name="WMS"><ServerUrl>{trap.url}</ServerUrl></Service></GDAL_WMS>'),
    "oapif": ("宅基地.json", lambda trap: json.dumps({"links": [{"rel": "data", "href": f"{trap.url}/collections"}]})),
    "gml-schema": ("宅基地.gml", _gml),
    "gml-as-kml": ("宅基地.kml", _gml),
    "gpx": ("宅基地.gpx", lambda _: '<?xml version="1.0"?><gpx version="1.1" creator="x"><wpt lat="31" lon="121"/></gpx>'),
    "svg": ("宅基地.svg", lambda trap: f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{trap.url}/a.png"/></svg>'),
    "pdf": ("宅基地.pdf", lambda _: "%PDF-1.7\n%%EOF\n"),
    "mif": ("宅基地.mif", lambda _: 'Version 300\nCharset "Neutral"\nDelimiter ","\nColumns 0\nData\n'),
    "pipeline-as-json": ("宅基地.json", _pipeline),
    "esri-json": ("宅基地.json", _esri_json),
    "topo-json": ("宅基地.json", lambda _: json.dumps({"type": "Topology", "objects": {}, "arcs": []})),
    "json-of-something": ("宅基地.json", lambda _: json.dumps({"hello": ["world"]})),
    "json-list": ("宅基地.json", lambda _: "[1, 2, 3]"),
    "vsicurl-inside": ("宅基地.txt", lambda trap: f"/vsicurl/{trap.url}/a.gpkg"),
    "postgres-inside": ("宅基地.txt", lambda _: "PG:host=127.0.0.1 dbname=postgres"),
}  # fmt: skip


def _text(name: str, text: Callable[[Trap], str]) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, trap: Trap) -> Delivery:
        (folder / name).write_text(text(trap), encoding="utf-8")
        return Delivery(folder / name)

    return make


for _key, (_file, _content) in TEXTS.items():
    add(KIND, _key, _text(_file, _content))


# --- names that are instructions -------------------------------------------------------------------------------------


NAMES: dict[str, Callable[[Path, Trap], str]] = {
    "name-vsicurl": lambda _folder, trap: f"/vsicurl/{trap.url}/a.gpkg",
    "name-vsizip": lambda _folder, trap: f"/vsizip/{trap.secret}/a.shp",
    "name-vsistdin": lambda _folder, _trap: "/vsistdin/",
    "name-forced-driver": lambda _folder, trap: f"GeoJSON:{trap.secret}",
    "name-database": lambda _folder, _trap: "PG:host=127.0.0.1 dbname=postgres",
    "name-service": lambda _folder, trap: f"WFS:{trap.url}/wfs",
    "name-is-vrt": lambda _folder, trap: _vrt(trap),
    "name-is-json": lambda _folder, _trap: '{"type": "FeatureCollection", "features": []}',
    "name-with-nul": lambda folder, _trap: f"{folder}/a\x00.gpkg",
    "name-too-long": lambda folder, _trap: f"{folder}/{'长' * 5_000}.gpkg",
}


def _named(name: Callable[[Path, Trap], str]) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, trap: Delivery(name(folder, trap))


for _key, _naming in NAMES.items():
    add(KIND, _key, _named(_naming))


# --- links out of sound formats --------------------------------------------------------------------------------------


@case(KIND, "kml-network-link")
def _network_link(folder: Path, trap: Trap) -> Delivery:
    link = f"<NetworkLink><Link><href>{trap.url}/more.kml</href></Link></NetworkLink>"
    good = build.placemark("h1", list(build.degree_square().exterior.coords))
    return Delivery(build.kml(folder / "宅基地.kml", good, link))


@case(KIND, "kml-only-network-link")
def _only_link(folder: Path, trap: Trap) -> Delivery:
    return Delivery(
        build.kml(folder / "宅基地.kml", f"<NetworkLink><Link><href>{trap.secret}</href></Link></NetworkLink>")
    )


@case(KIND, "json-crs-link")
def _json_link(folder: Path, trap: Trap) -> Delivery:
    member = {"type": "link", "properties": {"href": f"{trap.url}/crs.prj", "type": "esriwkt"}}
    return Delivery(build.geojson(folder / "宅基地.geojson", build.degrees([square()]), crs=member))


def _sql(*statements: str) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.gpkg(folder / "宅基地.gpkg", [square(), square(200)])
        return Delivery(build.run_sql(path, *statements))

    return make


VIEW = (
    'ALTER TABLE "宅基地" RENAME TO hidden',
    'CREATE VIEW "宅基地" AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) '
    "SELECT i AS fid, (SELECT geom FROM hidden WHERE fid = 1) AS geom, 'h' AS ZJDBM FROM n",
)
DATABASES = {
    "gpkg-trigger": _sql(
        'CREATE TRIGGER t AFTER INSERT ON "宅基地" BEGIN DELETE FROM "宅基地"; END',
    ),
    "gpkg-endless-view": _sql(*VIEW),
    "gpkg-virtual-table": _sql(
        "CREATE VIRTUAL TABLE v USING fts5(a)",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('v', 'attributes', 'v')",
    ),
    "gpkg-loads-extension": _sql(
        'ALTER TABLE "宅基地" RENAME TO hidden',
        "CREATE VIEW \"宅基地\" AS SELECT fid, geom, load_extension('/none.so') AS ZJDBM FROM hidden",
    ),
    "gpkg-reads-file": _sql(
        'ALTER TABLE "宅基地" RENAME TO hidden',
        "CREATE VIEW \"宅基地\" AS SELECT fid, geom, readfile('/etc/hostname') AS ZJDBM FROM hidden",
    ),
    "gpkg-vsi-attached": _sql(
        "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT, definition TEXT, scope TEXT)",
        "INSERT INTO gpkg_extensions VALUES (NULL, NULL, 'vendor_attach', 'ATTACH ''/etc/hostname''', 'read-write')",
    ),
}  # fmt: skip
for _key, _maker in DATABASES.items():
    add(KIND, _key, _maker)


@case(KIND, "gpkg-without-geometry-of-own")
def _view_of_nothing(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square()])
    return Delivery(build.run_sql(path, 'DROP TABLE "宅基地"'))


@case(KIND, "flatgeobuf-magic-only")
def _fgb(folder: Path, _trap: Trap) -> Delivery:
    (folder / "宅基地.fgb").write_bytes(b"fgb\x03fgb\x01" + b"\xff\xff\xff\x7f" + bytes(64))
    return Delivery(folder / "宅基地.fgb")


@case(KIND, "parquet-without-geo")
def _parquet(folder: Path, _trap: Trap) -> Delivery:
    build.frame([square()]).drop(columns="geometry").to_parquet(folder / "宅基地.parquet")
    return Delivery(folder / "宅基地.parquet")


@case(KIND, "pmtiles")
def _pmtiles(folder: Path, _trap: Trap) -> Delivery:
    (folder / "宅基地.pmtiles").write_bytes(b"PMTiles\x03" + bytes(119))
    return Delivery(folder / "宅基地.pmtiles")


@case(KIND, "program")
def _program(folder: Path, _trap: Trap) -> Delivery:
    (folder / "宅基地.shp").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(512))
    return Delivery(folder / "宅基地.shp")


@case(KIND, "picture")
def _picture(folder: Path, _trap: Trap) -> Delivery:
    (folder / "宅基地.gpkg").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return Delivery(folder / "宅基地.gpkg")


@case(KIND, "shapefile-companions")
def _companions(folder: Path, trap: Trap) -> Delivery:
    path = build.shp(folder / "f", [square(), square(200)])
    path.with_suffix(".shp.xml").write_text(f"<?xml version='1.0'?><x xmlns:x='{trap.url}'/>")
    path.with_suffix(".qix").write_bytes(b"SQT" + b"\xff" * 100)
    path.with_suffix(".sbn").write_bytes(b"\xff" * 200)
    path.with_suffix(".vrt").write_text(_vrt(trap))
    return Delivery(path)
