"""Untrusted input: what is not a plain delivery is refused by its content, with the way out in both languages."""

from __future__ import annotations

import io
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from landgis.errors import FileMissing, FileUnreadable, FormatUnknown, InputError
from landgis.exchange.reading import archive
from landgis.exchange.reading.vector import list_layers, open_vector, read_vector
from tests.support import formats
from tests.support.foreign import degree_square, geojson

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
_KML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_PLACE = "<Placemark><name>a</name><Point><coordinates>121.1,31.0</coordinates></Point></Placemark>"


def kml(inside: str, head: str = _KML_HEAD) -> bytes:
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'.encode()


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_vector(path)
    error = caught.value
    assert path.name in error.zh
    assert path.name in error.en
    assert error.next_zh
    assert error.next_en
    assert "landgis-read-" not in f"{error.zh}{error.en}{error.where}"
    return error


@pytest.mark.parametrize(
    ("content", "told", "remedy"),
    [
        (b"AC1032" + bytes(100), "DWG", "DXF"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "RAR", "zip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "7z", "zip"),
        (b"\x1f\x8b\x08" + bytes(50), "gzip", "zip"),
        (b"%PDF-1.7\n", "PDF", "layer"),
        (b"PMTiles\x03" + bytes(50), "PMTiles", "GeoPackage"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "old Office", "xlsx"),
        (b"\x00\x01\x00\x00Standard Jet DB" + bytes(50), "Access", "file geodatabase"),
        (b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "virtual dataset", "data file itself"),
        (b"<OGRWFSDataSource><URL>http://127.0.0.1</URL></OGRWFSDataSource>", "web service", "data file itself"),
        (b"<OGROAPIFDataSource/>", "web service", "data file itself"),
        (b'<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="x">', "GML", "GeoPackage"),
        (b'<?xml version="1.0"?><gpx version="1.1">', "GPX", "boundary points"),
        (_SVG, "SVG", "GeoPackage"),
        (b"<!doctype html><html lang='zh'>", "web page", "download again"),
        (b"Version 300\nCharset", "MapInfo", "GeoPackage"),
        (b"[1, 2, 3]", "no supported format", "Supported"),
        (b"hello", "no supported format", "Supported"),
    ],
)
@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg"])
def test_content_that_is_not_read_is_named_with_the_way_out(
    tmp_path: Path, name: str, content: bytes, told: str, remedy: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = refused(path)
    assert isinstance(error, FormatUnknown)
    assert told in error.en
    assert remedy in error.next_en


def test_json_that_is_no_collection_of_features_is_named(tmp_path: Path) -> None:
    for text in ('{"type": "Topology", "objects": {}}', '{"displayFieldName": "", "features": []}', "{}"):
        path = tmp_path / "a.json"
        path.write_text(text)
        assert "no supported" in refused(path).en or "no GeoJSON collection" in refused(path).en


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "FeatureCollection", "features": []} x',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": NaN}, "geometry": null}]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "a": 1, "a": 2, "geometry": null}]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": "1\\u0000"}}]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": "\\ud800"}}]}',
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": [' + "[" * 100_000 + "]}",
    ],
)
def test_json_is_read_strictly(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)
    assert "not UTF-8 JSON" in refused(path).en


# SQLite


def test_a_database_that_is_no_geopackage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE a (b)")
    base.close()
    assert "no GeoPackage" in refused(path).en


def test_virtual_tables_are_refused(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    with sqlite3.connect(path) as base:
        base.execute("CREATE VIRTUAL TABLE f USING fts5(a)")
    base.close()
    assert "virtual table f" in refused(path).en


def test_a_view_without_end_is_refused(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    with sqlite3.connect(path) as base:
        base.execute('ALTER TABLE "地块" RENAME TO t')
        base.execute(
            'CREATE VIEW "地块" AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT t.* FROM t, n'
        )
    base.close()
    assert "rows without end" in refused(path).en


# XML


@pytest.mark.parametrize(
    "head",
    [
        _KML_HEAD + '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        _KML_HEAD + '<!DOCTYPE kml SYSTEM "http://127.0.0.1/a.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_anything_is_refused_before_it_is_parsed(tmp_path: Path, head: str, encoding: str) -> None:
    path = tmp_path / "a.kml"
    text = kml(_PLACE, head).decode()
    path.write_bytes(text.replace("UTF-8", "UTF-16").encode("utf-16") if encoding == "utf-16" else text.encode())
    assert "declares a document type or entities" in refused(path).en


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<NetworkLink><Link><href>http://127.0.0.1/a.kml</href></Link></NetworkLink>", "network links"),
        (f"<Placemark><name>{'a' * 2_000_000}</name></Placemark>", "more than 1 MB of text"),
        ("<Folder>" * 300 + "</Folder>" * 300, "nested more than 200 deep"),
        (_PLACE + "<Placemark>", "not sound XML"),
    ],
)
def test_kml_that_leads_elsewhere_or_has_no_end_is_refused(tmp_path: Path, inside: str, told: str) -> None:
    path = tmp_path / "a.kml"
    path.write_bytes(kml(inside))
    assert told in refused(path).en


# Archives


def packed(target: Path, *extra: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for entry, data in extra:
            pack.writestr(entry, data)
    return target


def with_shapefile(target: Path, *extra: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    source = formats.zipped_shapefile(target.parent)
    with zipfile.ZipFile(source) as pack:
        found = [(entry.filename, pack.read(entry)) for entry in pack.infolist()]
    return packed(target, *found, *extra)


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("数据.prj")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def inner() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as pack:
        pack.writestr("a.shp", b"")
    return data.getvalue()


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ([("../../outside.prj", b"")], "leads out of the archive"),
        ([("/etc/outside.prj", b"")], "leads out of the archive"),
        ([("C:\\outside.prj", b"")], "leads out of the archive"),
        ([(link(), b"/etc/passwd")], "is a link"),
        ([("里面.zip", inner())], "an archive in the archive"),
        ([("地块.SHP", b"")], "differ only in case"),
        ([(f"{number}.txt", b"") for number in range(2_001)], "more than 2000 files"),
    ],
)
def test_an_archive_with_tricks_is_refused(
    tmp_path: Path, extra: list[tuple[zipfile.ZipInfo | str, bytes]], told: str
) -> None:
    assert told in refused(with_shapefile(tmp_path / "包.zip", *extra)).en


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = with_shapefile(tmp_path / "包.zip", ("地块.prj", b"other"))
    assert "two entries are called 地块.prj" in refused(path).en


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = with_shapefile(tmp_path / "包.zip")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in refused(path).en


def test_an_archive_that_grows_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "bomb.zip", ("a.dbf", bytes(8 * 1024**2)))
    monkeypatch.setattr(archive, "RATIO_FROM_BYTES", 1024**2)
    with pytest.raises(FileUnreadable, match="more than 250 times its size"):
        archive.unpack(path, tmp_path, lambda name: True, "bomb.zip")


def test_what_macos_adds_is_no_second_file(tmp_path: Path) -> None:
    path = with_shapefile(tmp_path / "包.zip", ("__MACOSX/._地块.shp", b"x"), ("._地块.dbf", b"x"))
    assert list_layers(path) == ("地块",)


def test_an_entry_name_in_no_encoding_is_refused(tmp_path: Path) -> None:
    path = with_shapefile(tmp_path / "包.zip", ("XXXX.txt", b""))
    path.write_bytes(path.read_bytes().replace(b"XXXX", b"\xff\xff\x80\x61"))
    assert "neither UTF-8 nor GBK" in refused(path).en


# Names


@pytest.mark.parametrize("name", ["a\0b.gpkg", "长" * 5_000, "没有.gpkg"])
def test_a_name_that_no_file_has_is_a_missing_file(name: str) -> None:
    with pytest.raises(FileMissing) as caught:
        read_vector(name)
    assert "\0" not in caught.value.zh
    assert len(caught.value.zh) < 300


@pytest.mark.parametrize("name", ["vsicurl.zip.geojson", "GeoJSON:http.geojson", "a?b=c&d.geojson", "zip!a.geojson"])
def test_a_name_is_never_an_instruction(tmp_path: Path, name: str) -> None:
    path = geojson(tmp_path / name, [degree_square()])
    with open_vector(path) as stream:
        assert (stream.count, stream.source_name) == (1, name)


@pytest.mark.parametrize("make", [formats.geojson_file, formats.zipped_shapefile, formats.kml])
def test_nothing_beside_a_file_is_touched(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    read_vector(path)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before
