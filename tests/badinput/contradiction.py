"""Files that say two things of one, or say it where no reader looks; tables without a heading; drawings with numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow.parquet as pq
from ezdxf.filemanagement import readfile

from tests.badinput import build
from tests.badinput.build import X, Y, square
from tests.badinput.case import Delivery, Trap, add, case
from tests.badinput.markup import SHEET, book_with

SQUARES = [square(), square(200)]
IDS = ("310117109001", "310117109002")


@case("crs", "gpkg-two-tables-differ")
def _two_tables(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", SQUARES)
    return Delivery(build.run_sql(path, "UPDATE gpkg_contents SET srs_id = 4326"))


@case("crs", "parquet-spherical-edges")
def _spherical(folder: Path, _trap: Trap) -> Delivery:
    path = build.parquet(folder / "宅基地.parquet", SQUARES)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["edges"] = "spherical"
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    return Delivery(path)


def _json(change: Callable[[dict[str, object]], None], **members: object) -> Callable[[Path, Trap], Delivery]:
    """A GeoJSON of two homesteads, changed after it was made; in 4490 unless members say otherwise."""

    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.geojson(folder / "宅基地.geojson", build.degrees(SQUARES), **members)
        text = json.loads(path.read_text(encoding="utf-8"))
        change(text)
        path.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
        return Delivery(path)

    return make


def _named(epsg: int) -> dict[str, object]:
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}


add("crs", "json-feature-in-another", _json(lambda text: text["features"][1].update(crs=_named(4549))))
add("crs", "json-geometry-in-another", _json(lambda text: text["features"][1]["geometry"].update(crs=_named(4549))))
add("crs", "json-feature-repeats-it", _json(lambda text: text["features"][1].update(crs=_named(4490))))
add("crs", "json-silent", _json(lambda text: text.pop("crs")))
add(
    "crs",
    "json-silent-feature-in-another",
    _json(lambda text: (text.pop("crs"), text["features"][0].update(crs=_named(4549)))),
)


@case("encoding", "and-crs-unsaid")
def _both(folder: Path, _trap: Trap) -> Delivery:
    rows = {"ZJDBM": ["h1", "h2"], "ZJDMC": ["浦江镇革新村宅基地一号", "叶榭镇团结村宅基地二号"]}
    path = build.shp(folder, SQUARES, rows, encoding="GBK")
    for suffix in (".prj", ".cpg"):
        path.with_suffix(suffix).unlink(missing_ok=True)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0
    path.with_suffix(".dbf").write_bytes(dbf)
    return Delivery(path)


@case("container", "folder-of-shapefiles")
def _folder(folder: Path, _trap: Trap) -> Delivery:
    inside = folder / "图层"
    inside.mkdir()
    for name in ("宅基地", "红线"):
        build.shp(inside, SQUARES, name=name)
    return Delivery(inside)


def _facts(text: str) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        (folder / "事实.csv").write_bytes(text.encode("utf-8-sig"))
        return Delivery(folder / "事实.csv", "facts")

    return make


add("attributes", "facts-no-heading", _facts(f"{IDS[0]},否\r\n{IDS[1]},否\r\n"))


@case("attributes", "facts-workbook-no-heading")
def _sheet(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.sheet(folder / "事实.xlsx", [[IDS[0], "否"], [IDS[1], "否"]]), "facts")


@case("attributes", "facts-too-large")
def _large(folder: Path, _trap: Trap) -> Delivery:
    path = folder / "事实.csv"
    with path.open("wb") as file:
        file.write(f"DKBM,权属争议\r\n{IDS[0]},否\r\n".encode("utf-8-sig"))
        file.truncate(65 * 1024**2)
    return Delivery(path, "facts")


def _drawing(*texts: tuple[int, str]) -> Callable[[Path, Trap], Delivery]:
    """Two closed boundaries, and texts inside the first (0) or the second (1)."""

    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.dxf(folder / "地块.dxf", [build.corners(shape) for shape in SQUARES], layer="地块")
        drawing = readfile(path)
        for number, (at, text) in enumerate(texts):
            place = (X + 200 * at + 10, Y + 10 + 5 * number)
            drawing.modelspace().add_text(text, dxfattribs={"layer": "注记"}).set_placement(place)
        drawing.saveas(path)
        return Delivery(path, "parcels", reading={"crs": "EPSG:4549"})

    return make


add("attributes", "dxf-numbers-inside-sound", _drawing((0, IDS[0]), (1, IDS[1])))
add("attributes", "dxf-two-texts-inside", _drawing((0, IDS[0]), (1, IDS[1]), (1, "12亩")))
add("attributes", "dxf-without-numbers", _drawing())


@case("xml", "xlsx-cells-without-end")
def _cells(folder: Path, _trap: Trap) -> Delivery:
    row = b"<row>" + b"<c/>" * 4_000 + b"</row>"
    return book_with(folder, SHEET, lambda data: data.replace(b"</sheetData>", row * 1_000 + b"</sheetData>"))


@case("xml", "xlsx-texts-without-end")
def _texts(folder: Path, _trap: Trap) -> Delivery:
    part = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.sharedStrings+xml"/></Types>'
    )
    found = book_with(folder, "[Content_Types].xml", lambda data: data.replace(b"</Types>", part))
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    with ZipFile(found.path, "a", ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", head + b"<si><t>x</t></si>" * 900_000 + b"</sst>")
    return found


@case("xml", "xlsx-merged-to-the-end")
def _merged(folder: Path, _trap: Trap) -> Delivery:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="F1:XFD1048576"/></mergeCells>'
    return book_with(folder, SHEET, lambda data: data.replace(b"</sheetData>", merged))
