"""Guarded reading: content over names, nothing half read, nothing guessed."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from landgis.errors import (
    CrsMissing,
    EncodingUnknown,
    FileMissing,
    FileUnreadable,
    FormatUnknown,
    LayerEmpty,
    NotFound,
    UsageError,
)
from landgis.exchange.reading import archive
from landgis.exchange.reading.table import read_table
from landgis.exchange.reading.vector import list_layers, read_vector
from tests.support.foreign import bow_tie, degree_square, frame, geojson, gpkg, shapefile, square, zipped

NAMES = {"DKBM": ["00123", "00124"], "村名": ["泖港镇曹家浜村", "叶榭镇团结村"]}
SHAPES = [square(), square(200)]


def codes(issues: tuple[object, ...]) -> list[str]:
    return [issue.code for issue in issues]


def test_a_geopackage_is_read_as_it_is(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "甲.gpkg", {"地块": frame(NAMES, SHAPES)})
    raw = read_vector(path)
    assert (raw.name, raw.driver, raw.source_name) == ("地块", "GPKG", "甲.gpkg")
    assert raw.crs.to_epsg() == 4549
    assert list(raw.frame["DKBM"]) == ["00123", "00124"]
    assert list(raw.frame["村名"]) == NAMES["村名"]
    assert raw.frame.geometry.area.tolist() == [10_000, 10_000]
    assert raw.content_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert raw.issues == ()


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_chinese_text_of_a_zipped_shapefile_is_right(tmp_path: Path, encoding: str) -> None:
    shp = shapefile(tmp_path / "原", "集体建设用地", frame(NAMES, SHAPES), encoding)
    raw = read_vector(zipped(tmp_path / "包.zip", shp))
    assert list(raw.frame["村名"]) == NAMES["村名"]
    assert list(raw.frame["DKBM"]) == ["00123", "00124"]
    assert (raw.encoding, raw.encoding_evidence) == (encoding, f".cpg says {encoding}")
    assert raw.name == "集体建设用地"


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_without_a_label_the_encoding_is_asked_for_and_the_answer_recorded(tmp_path: Path, encoding: str) -> None:
    shp = shapefile(tmp_path / "原", "集体建设用地", frame(NAMES, SHAPES), encoding)
    path = zipped(tmp_path / "包.zip", shp, leave_out=(".cpg",))
    with pytest.raises(EncodingUnknown) as caught:
        read_vector(path)
    (question,) = caught.value.questions
    assert question.candidates[0].value == encoding
    assert f"--encoding {encoding}" in caught.value.next_zh
    raw = read_vector(path, encoding=question.candidates[0].value)
    assert list(raw.frame["村名"]) == NAMES["村名"]
    assert (raw.encoding, raw.encoding_evidence, codes(raw.issues)) == (encoding, "stated", ["encoding_stated"])


def test_the_language_byte_speaks_where_there_is_no_cpg(tmp_path: Path) -> None:
    shp = shapefile(tmp_path, "a", frame(NAMES, SHAPES))
    (tmp_path / "a.cpg").unlink()
    patch(tmp_path / "a.dbf", 29, b"\x4d")
    raw = read_vector(shp)
    assert (raw.encoding, raw.encoding_evidence) == ("GBK", "LDID 0x4D")
    assert list(raw.frame["村名"]) == NAMES["村名"]


def test_a_label_that_the_bytes_contradict_is_a_question(tmp_path: Path) -> None:
    shp = shapefile(tmp_path, "a", frame(NAMES, SHAPES))
    for label in ("UTF-8", "ISO-8859-1", "zip"):
        (tmp_path / "a.cpg").write_text(label)
        with pytest.raises(EncodingUnknown, match=f"cpg says {label}"):
            read_vector(shp)
    assert list(read_vector(shp, encoding="GBK").frame["村名"]) == NAMES["村名"]


def test_a_stated_encoding_decides_or_is_refused(tmp_path: Path) -> None:
    shp = shapefile(tmp_path, "a", frame(NAMES, SHAPES))
    assert read_vector(shp, encoding="gbk").encoding_evidence == "stated"
    with pytest.raises(EncodingUnknown, match="not UTF-8"):
        read_vector(shp, encoding="UTF-8")


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_text_cut_by_the_field_is_read_and_told(tmp_path: Path, encoding: str) -> None:
    shp = shapefile(tmp_path, "a", frame({"村名": ["甲乙丙", "丁"], "n": [1, 2]}, SHAPES), encoding)
    last = "丙".encode(encoding)
    place = (tmp_path / "a.dbf").read_bytes().index(last) + len(last) - 1
    patch(tmp_path / "a.dbf", place, b" ")
    raw = read_vector(shp)
    assert list(raw.frame["村名"]) == ["甲乙", "丁"]
    assert list(raw.frame["n"]) == [1, 2]
    assert codes(raw.issues) == ["text_cut"]


def test_chinese_names_in_a_zip_packed_on_windows(tmp_path: Path) -> None:
    shp = shapefile(tmp_path / "原", "集体建设用地", frame(NAMES, SHAPES))
    path = zipped(tmp_path / "gbk.zip", shp, entry_encoding="gbk")
    assert list_layers(path) == ("集体建设用地",)
    assert list(read_vector(path).frame["村名"]) == NAMES["村名"]


def test_a_zip_with_two_shapefiles_asks_which(tmp_path: Path) -> None:
    target = tmp_path / "two.zip"
    with zipfile.ZipFile(target, "w") as packed:
        for name in ("甲", "乙"):
            shp = shapefile(tmp_path / name, name, frame(NAMES, SHAPES))
            for part in shp.parent.iterdir():
                packed.write(part, f"数据/{part.name}")
    with pytest.raises(UsageError, match="several layers") as caught:
        read_vector(target)
    assert "甲" in caught.value.zh
    assert len(read_vector(target, layer="乙").frame) == 2
    with pytest.raises(NotFound, match="no layer “丙”"):
        read_vector(target, layer="丙")


def test_a_zip_entry_can_land_nowhere_else(tmp_path: Path) -> None:
    shp = shapefile(tmp_path / "in", "a", frame(NAMES, SHAPES))
    target = tmp_path / "evil.zip"
    with zipfile.ZipFile(target, "w") as packed:
        for part in shp.parent.iterdir():
            packed.writestr(f"../../escaped/{part.name}", part.read_bytes())
    before = set(tmp_path.rglob("*"))
    with pytest.raises(FileUnreadable, match=r"\.\./\.\./escaped/a\.\w+ leads out of the archive"):
        read_vector(target)
    assert set(tmp_path.rglob("*")) == before


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shp = shapefile(tmp_path / "in", "a", frame(NAMES, SHAPES))
    path = zipped(tmp_path / "a.zip", shp)
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 300)
    with pytest.raises(FileUnreadable, match="unpacks to more than"):
        archive.unpack(path, tmp_path, lambda name: True, "a.zip")


def test_a_damaged_zip_and_one_without_a_shapefile(tmp_path: Path) -> None:
    shp = shapefile(tmp_path / "in", "a", frame(NAMES, SHAPES))
    path = zipped(tmp_path / "a.zip", shp)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(FileUnreadable, match="archive is damaged"):
        read_vector(path)
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as packed:
        packed.writestr("readme.txt", "nothing")
    with pytest.raises(FormatUnknown, match="no shapefile"):
        read_vector(tmp_path / "none.zip")


def patch(path: Path, place: int, data: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[place : place + len(data)] = data
    path.write_bytes(content)


def many(tmp_path: Path) -> Path:
    rows = 50
    content = frame({"DKBM": [f"{n:05}" for n in range(rows)]}, [square(n * 200) for n in range(rows)])
    return shapefile(tmp_path, "a", content)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.99])
def test_a_half_copied_shapefile_is_refused_whichever_part_is_short(tmp_path: Path, part: str, share: float) -> None:
    path = many(tmp_path).with_suffix(part)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises((FileUnreadable, FormatUnknown)):
        read_vector(path.with_suffix(".shp"))


@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_a_shapefile_whose_second_half_is_zeros_is_refused(tmp_path: Path, part: str) -> None:
    path = many(tmp_path).with_suffix(part)
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(data[:half] + bytes(len(data) - half))
    with pytest.raises(FileUnreadable, match="not whole"):
        read_vector(path.with_suffix(".shp"))


def test_tables_of_different_length_are_refused(tmp_path: Path) -> None:
    path = many(tmp_path).with_suffix(".dbf")
    patch(path, 4, struct.pack("<I", 49))
    with pytest.raises(FileUnreadable, match=r"50 records, .+ has 49"):
        read_vector(path.with_suffix(".shp"))


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    path = many(tmp_path)
    path.with_suffix(".dbf").unlink()
    with pytest.raises(FileUnreadable, match=r"\.dbf missing"):
        read_vector(path)


def test_a_declared_null_geometry_is_a_row_not_a_damaged_file(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "a", frame(NAMES, [square(), None]))
    raw = read_vector(path)
    assert raw.frame.geometry.isna().tolist() == [False, True]
    assert raw.broken == {}


def test_a_record_without_parts_is_a_row_and_a_garbled_one_a_damaged_file(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "a", frame(NAMES, SHAPES))
    patch(path, 100 + 8 + 36, struct.pack("<i", 0))
    assert read_vector(path).frame.geometry.isna().tolist() == [True, False]
    patch(path, 100 + 8 + 36, struct.pack("<i", 1 << 24))
    with pytest.raises(FileUnreadable):
        read_vector(path)


def test_records_marked_as_deleted_are_counted(tmp_path: Path) -> None:
    path = many(tmp_path).with_suffix(".dbf")
    head, width = struct.unpack_from("<HH", path.read_bytes(), 8)
    patch(path, head + 3 * width, b"*")
    raw = read_vector(path.with_suffix(".shp"))
    assert len(raw.frame) == 49
    assert codes(raw.issues) == ["deleted_rows"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_geopackage_or_geojson_is_refused(tmp_path: Path, share: float) -> None:
    package = gpkg(tmp_path / "a.gpkg", {"a": frame(NAMES, SHAPES)})
    text = geojson(tmp_path / "a.geojson", [degree_square()] * 20)
    for path in (package, text):
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        with pytest.raises(FileUnreadable):
            read_vector(path)


def test_a_virtual_dataset_under_another_name_reads_no_other_file(tmp_path: Path) -> None:
    secret = geojson(tmp_path / "secret.geojson", [degree_square()], [{"secret": "1"}])
    virtual = (
        f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{secret}</SrcDataSource>"
        "<SrcLayer>secret</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )
    disguised = tmp_path / "upload.geojson"
    disguised.write_text(virtual, encoding="utf-8")
    both = geojson(tmp_path / "both.geojson", [degree_square()], x=virtual)
    far = geojson(tmp_path / "far.geojson", [degree_square()], x=" " * 5000 + virtual)
    for path in (disguised, both):
        with pytest.raises(FormatUnknown) as caught:
            read_vector(path)
        assert "GeoPackage" in caught.value.next_en
    assert "secret" not in read_vector(far).frame.columns


@pytest.mark.parametrize("name", ["a.txt", "a.gpkg", "a.shp", "a.geojson", "a.zip", "a.dwg"])
def test_what_is_no_supported_format_is_named_so_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"AC1032 something else")
    with pytest.raises(FormatUnknown):
        read_vector(tmp_path / name)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(FileUnreadable, match="empty"):
        read_vector(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as caught:
        read_vector(tmp_path / "没有.gpkg")
    assert "没有.gpkg" in caught.value.zh


def test_without_a_crs_the_answer_is_asked_for(tmp_path: Path) -> None:
    shp = shapefile(tmp_path, "a", frame(NAMES, SHAPES))
    shp.with_suffix(".prj").unlink()
    with pytest.raises(CrsMissing) as caught:
        read_vector(shp)
    assert "--crs EPSG:4549" in caught.value.next_zh
    assert read_vector(shp, crs="EPSG:4549").crs.to_epsg() == 4549


def test_a_geopackage_that_says_undefined_says_nothing(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="crs"):
        gpkg(tmp_path / "a.gpkg", {"a": frame(NAMES, SHAPES, None)})
    with pytest.raises(CrsMissing):
        read_vector(tmp_path / "a.gpkg")


def test_a_stated_crs_that_contradicts_the_file_is_followed_and_told(tmp_path: Path) -> None:
    raw = read_vector(gpkg(tmp_path / "a.gpkg", {"a": frame(NAMES, SHAPES, 4550)}), crs="EPSG:4549")
    assert raw.frame.crs.to_epsg() == 4549
    assert raw.frame.geometry[0].equals(SHAPES[0])
    assert codes(raw.issues) == ["crs_overridden"]
    with pytest.raises(UsageError, match="not a CRS"):
        read_vector(tmp_path / "a.gpkg", crs="EPSG:nonsense")


@pytest.mark.parametrize(
    ("name", "epsg"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("urn:ogc:def:crs:EPSG::4490", 4490),
        ("EPSG:4549", 4549),
    ],
)
def test_geojson_follows_its_crs_member(tmp_path: Path, name: str, epsg: int) -> None:
    path = geojson(tmp_path / "a.geojson", [square()], crs={"type": "name", "properties": {"name": name}})
    raw = read_vector(path)
    assert raw.crs.to_epsg() == epsg
    assert raw.frame.geometry[0].bounds[0] == square().bounds[0], "easting or longitude stays first"


def test_geojson_without_a_crs_member_is_wgs84_and_with_an_unreadable_one_is_not(tmp_path: Path) -> None:
    assert read_vector(geojson(tmp_path / "a.geojson", [degree_square()])).crs.to_epsg() == 4326
    for member in (None, {"type": "name", "properties": {"name": "上海2000"}}, {"type": "link"}):
        with pytest.raises(CrsMissing):
            read_vector(geojson(tmp_path / "b.geojson", [degree_square()], crs=member))


def test_an_empty_layer_is_refused(tmp_path: Path) -> None:
    empty = frame({"DKBM": pd.Series([], dtype="str")}, [])
    for path in (
        gpkg(tmp_path / "a.gpkg", {"a": empty}),
        geojson(tmp_path / "a.geojson", []),
    ):
        with pytest.raises(LayerEmpty):
            read_vector(path)


def test_a_package_without_any_layer_of_geometry_is_empty(tmp_path: Path) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), tmp_path / "t.gpkg", layer="t", driver="GPKG")
    with pytest.raises(LayerEmpty, match="no layer with geometry"):
        read_vector(tmp_path / "t.gpkg")


def test_personal_data_does_not_come_in(tmp_path: Path) -> None:
    rows = {
        "ZRRZJHM": ["310…"],
        "ZRRMC": ["某人"],
        "lxdh": ["021"],
        "JZDZ": ["某路"],
        "联系电话": ["1"],
        "DLBM": ["0101"],
    }
    raw = read_vector(gpkg(tmp_path / "a.gpkg", {"a": frame(rows, [square()])}))
    assert list(raw.frame.columns) == ["DLBM", "geometry"]
    assert codes(raw.issues) == ["personal_field_dropped"] * 5
    assert "某人" not in json.dumps([issue.as_dict() for issue in raw.issues], ensure_ascii=False)


def test_geometry_that_cannot_be_built_is_a_row_with_its_reason(tmp_path: Path) -> None:
    open_ring = {"type": "Polygon", "coordinates": [[[121.0, 31.0], [121.1, 31.0]]]}
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in (open_ring, None)]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    raw = read_vector(path)
    assert list(raw.broken) == [0]
    assert raw.broken[0]
    assert "reader_warning" in codes(raw.issues)


def test_invalid_geometry_is_read_as_it_is(tmp_path: Path) -> None:
    raw = read_vector(gpkg(tmp_path / "a.gpkg", {"a": frame({"DKBM": ["1"]}, [bow_tie()])}))
    assert raw.frame.geometry[0].equals_exact(bow_tie(), 0)
    assert raw.broken == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_as_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes("DKBM,权属争议,联系电话\r\n00123,否,021\r\n00124,,\r\n".encode(encoding))
    if encoding == "gb18030":
        with pytest.raises(EncodingUnknown, match="nothing says the encoding"):
            read_table(path)
    table = read_table(path, encoding=encoding if encoding == "gb18030" else None)
    assert list(table.columns) == ["DKBM", "权属争议"]
    assert list(table["DKBM"]) == ["00123", "00124"]
    assert table["权属争议"].isna().tolist() == [False, True]


@pytest.mark.parametrize("content", ["a,b\n1\n", "a,a\n1,2\n", 'a\n"open\n'])
def test_a_table_that_is_no_table_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(FileUnreadable):
        read_table(path)
    path.write_text("a,b\n")
    with pytest.raises(LayerEmpty):
        read_table(path)
