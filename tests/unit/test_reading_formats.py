"""Every format: read as it is, proven whole, the same in one piece and in batches."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import ezdxf
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from landgis.errors import (
    CrsMissing,
    EncodingUnknown,
    FileUnreadable,
    FormatUnknown,
    InputError,
    LayerEmpty,
    NotFound,
    UsageError,
)
from landgis.exchange.reading.original import original_file
from landgis.exchange.reading.raster import read_raster_facts
from landgis.exchange.reading.vector import list_layers, list_members, open_file, open_vector, read_vector
from tests.support import formats
from tests.support.foreign import frame, gpkg, square
from tests.support.formats import FORMATS, ROWS, WITHOUT_CRS, parcels

Make = Callable[[Path], Path]


def codes(issues: tuple[object, ...]) -> list[str]:
    return [issue.code for issue in issues]


def promised(driver: str) -> int | None:
    """Rows that the file declares; an exchange text only counts points."""
    return None if driver == "TXT" else ROWS


def stated(driver: str) -> str | None:
    return "EPSG:4549" if driver in WITHOUT_CRS else None


@pytest.mark.parametrize("driver", FORMATS)
def test_every_format_gives_the_same_ground(tmp_path: Path, driver: str) -> None:
    path = FORMATS[driver](tmp_path)
    raw = read_vector(path, crs=stated(driver))
    there = raw.frame.set_crs(4549, allow_override=True) if driver == "TXT" else raw.frame.to_crs(4549)
    moved = there.geometry.translate(-40_000_000) if driver == "TXT" else there.geometry
    assert raw.driver == driver
    assert (len(raw.frame), raw.declared, raw.source_name) == (ROWS, promised(driver), path.name)
    assert shapely.hausdorff_distance(moved.to_numpy(), parcels().geometry.to_numpy()).max() < 0.001
    assert raw.content_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert raw.broken == {}


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "GeoJSON", "FlatGeobuf", "Parquet", "OpenFileGDB", "KML"])
def test_text_and_numbers_come_as_they_were_written(tmp_path: Path, driver: str) -> None:
    raw = read_vector(FORMATS[driver](tmp_path))
    assert list(raw.frame["DKBM"]) == formats.NAMES["DKBM"]
    assert list(raw.frame["村名"]) == formats.NAMES["村名"]
    assert list(raw.frame["MJ"].astype(float)) == formats.NAMES["MJ"]


@pytest.mark.parametrize("driver", FORMATS)
@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.99])
def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path, driver: str, share: float) -> None:
    path = FORMATS[driver](tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError) as caught:
        read_vector(path, crs=stated(driver))
    error = caught.value
    assert path.name in error.zh
    assert path.name in error.en
    assert error.next_zh
    assert error.next_en


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.99])
@pytest.mark.parametrize("ending", [".gdbtable", ".gdbtablx"])
def test_a_geodatabase_folder_with_a_short_file_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    base = formats.filegdb(tmp_path)
    for number, path in enumerate(sorted(base.glob(f"*{ending}"))):
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(FileUnreadable) as caught:
            read_vector(base)
        assert base.name in caught.value.zh, number
        path.write_bytes(whole)
    assert len(read_vector(base).frame) == ROWS


def test_a_geodatabase_without_one_of_its_tables_is_refused(tmp_path: Path) -> None:
    base = formats.filegdb(tmp_path)
    table = sorted(base.glob("*.gdbtable"))[-1]
    table.with_suffix(".gdbtablx").unlink()
    with pytest.raises(FileUnreadable, match="gdbtablx is not whole"):
        read_vector(base)


@pytest.mark.parametrize("driver", FORMATS)
@pytest.mark.parametrize("rows", [1, 7, 20, 1_000])
def test_batches_are_the_whole(tmp_path: Path, driver: str, rows: int) -> None:
    path = FORMATS[driver](tmp_path)
    whole = read_vector(path, crs=stated(driver))
    with open_vector(path, crs=stated(driver)) as stream:
        assert (stream.count, stream.declared) == (ROWS, promised(driver))
        assert stream.columns == tuple(whole.frame.columns.drop("geometry"))
        parts = list(stream.batches(rows))
        assert stream.issues == whole.issues
    assert [part.first_row for part in parts] == list(range(0, ROWS, rows))
    joined = pd.concat([part.frame for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(joined, whole.frame)


def test_a_column_has_one_type_in_every_batch_and_loses_no_digit(tmp_path: Path) -> None:
    numbers = pd.array([9_007_199_254_740_993, None, 3, 4], dtype="Int64")
    content = frame({"n": [1, 2, 3, 4], "t": [None, None, "a", None]}, [square(200 * n) for n in range(4)])
    content["big"], content["yes"] = numbers, pd.array([True, False, None, True], dtype="boolean")
    path = gpkg(tmp_path / "a.gpkg", {"a": content})
    raw = read_vector(path)
    assert raw.frame["big"].tolist() == [9_007_199_254_740_993, pd.NA, 3, 4]
    with open_vector(path) as stream:
        kinds = {tuple(map(str, part.frame.dtypes)) for part in stream.batches(1)}
    assert kinds == {("int64", "str", "Int64", "boolean", "geometry")}


def test_dates_and_times_are_iso_text(tmp_path: Path) -> None:
    content = frame({"d": pd.to_datetime(["2026-01-02 03:04:05", None])}, [square(), square(200)])
    raw = read_vector(gpkg(tmp_path / "a.gpkg", {"a": content}))
    assert raw.frame["d"].tolist()[0] == "2026-01-02T03:04:05"
    assert raw.frame["d"].isna().tolist() == [False, True]


def test_broken_rows_are_numbered_in_the_whole_file(tmp_path: Path) -> None:
    ring = {"type": "Polygon", "coordinates": [[[121.0, 31.0], [121.1, 31.0]]]}
    good = {"type": "Polygon", "coordinates": [[[121.0, 31.0], [121.1, 31.0], [121.1, 31.1], [121.0, 31.0]]]}
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": ring if n == 4 else good} for n in range(6)]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with open_vector(path) as stream:
        found = [(part.first_row, list(part.broken), part.frame.geometry.isna().tolist()) for part in stream.batches(3)]
    assert found == [(0, [], [False] * 3), (3, [4], [False, True, False])]


def test_a_stream_can_be_taken_twice(tmp_path: Path) -> None:
    with open_vector(formats.geopackage(tmp_path)) as stream:
        assert [len(part.frame) for part in stream.batches(15)] == [15, 5]
        assert [len(part.frame) for part in stream.batches(15)] == [15, 5]


# Originals


@pytest.mark.parametrize("make", [formats.plain_shapefile, formats.filegdb])
def test_several_files_are_packed_into_one_original_always_the_same(tmp_path: Path, make: Make) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first = make(tmp_path / "a")
    second = tmp_path / "b" / first.name
    for path in [first] if first.is_dir() else sorted(first.parent.iterdir()):
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, tmp_path / "b" / path.name)
    with original_file(first) as one, original_file(second) as other:
        assert one.path.read_bytes() == other.path.read_bytes()
        assert one.content_hash == hashlib.sha256(one.path.read_bytes()).hexdigest()
        kept = tmp_path / "kept.zip"
        shutil.copy(one.path, kept)
    raw = read_vector(first)
    assert raw.content_hash == one.content_hash
    again = read_vector(kept)
    pd.testing.assert_frame_equal(again.frame, raw.frame)
    assert again.content_hash == raw.content_hash


def test_the_original_of_a_stream_is_at_hand_while_it_is_open(tmp_path: Path) -> None:
    path = formats.plain_shapefile(tmp_path)
    with open_vector(path) as stream:
        assert hashlib.sha256(stream.original.read_bytes()).hexdigest() == stream.content_hash
        assert stream.original_name == "地块.zip"
        assert {file.suffix for file in stream.files} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        with zipfile.ZipFile(stream.original) as pack:
            assert {entry.date_time for entry in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not stream.original.exists()


def test_what_was_hashed_is_what_is_read(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with open_file(path) as opened:
        path.write_bytes(b"something else")
        stream = opened.open()
        assert len(stream.whole().frame) == ROWS
        assert opened.content_hash == before


# Several layers and members


def test_every_layer_is_read_from_one_copy(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"甲": parcels(3), "乙": parcels(5)})
    with open_file(path) as opened:
        assert [(part.name, part.driver) for part in opened.parts] == [("甲", "GPKG"), ("乙", "GPKG")]
        first, second = opened.open("甲"), opened.open("乙")
        assert (len(first.whole().frame), len(second.whole().frame)) == (3, 5)
        with pytest.raises(NotFound, match="no layer “丙”"):
            opened.open("丙")


def test_members_of_an_archive_and_of_a_geodatabase_are_listed(tmp_path: Path) -> None:
    assert set(list_members(formats.zipped_shapefile(tmp_path))) == {f"地块.{end}" for end in
                                                                     ("shp", "shx", "dbf", "prj", "cpg")}  # fmt: skip
    assert "地块.gdb/a00000001.gdbtable" in list_members(formats.filegdb(tmp_path))
    assert list_members(formats.geopackage(tmp_path)) == ()


def test_a_geodatabase_with_two_layers_asks_which(tmp_path: Path) -> None:
    base = formats.filegdb(tmp_path, ("地块", "红线"))
    assert list_layers(base) == ("地块", "红线")
    with pytest.raises(UsageError, match="several layers"):
        read_vector(base)
    assert len(read_vector(base, layer="红线").frame) == ROWS


# GeoPackage


def sql(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    base = sqlite3.connect(path)
    for statement in statements:
        base.execute(statement, values)
    base.commit()
    base.close()


def test_a_geopackage_that_is_still_open_elsewhere_is_refused(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        beside.write_bytes(b"changes")
        with pytest.raises(FileUnreadable, match=f"{ending} lies beside it"):
            read_vector(path)
        beside.write_bytes(b"")
        assert len(read_vector(path).frame) == ROWS


def test_a_geopackage_with_fewer_rows_than_registered_is_refused(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    sql(path, "UPDATE gpkg_ogr_contents SET feature_count = 21")
    with pytest.raises(FileUnreadable, match="21 features are registered, 20 are there"):
        read_vector(path)


def test_a_number_and_a_definition_that_contradict_each_other_are_a_question(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    other = CRS.from_epsg(4550).to_wkt("WKT1_GDAL").replace('"4550"', '"4549"')
    sql(path, "UPDATE gpkg_spatial_ref_sys SET definition = ? WHERE srs_id = 4549", values=(other,))
    with pytest.raises(CrsMissing):
        read_vector(path)
    assert codes(read_vector(path, crs="EPSG:4549").issues) == ["crs_stated", "crs_contradicts"]


def test_a_geometry_in_another_system_than_its_layer_is_told(tmp_path: Path) -> None:
    shapes = [shapely.to_wkb(square(200 * number), flavor="iso") for number in range(3)]
    path = curved(tmp_path / "a.gpkg", shapes)
    blob = b"GP\x00\x01" + struct.pack("<i", 4550) + shapes[1]
    sql(path, "UPDATE a SET geom = ? WHERE fid = 2", values=(blob,))
    raw = read_vector(path)
    assert codes(raw.issues) == ["crs_differs"]
    assert raw.issues[0].message_en.startswith("1 geometries")


def test_views_and_unusual_triggers_are_told(tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    sql(path, 'CREATE VIEW v AS SELECT * FROM "地块"',
        'CREATE TRIGGER mine AFTER INSERT ON "地块" BEGIN SELECT 1; END')  # fmt: skip
    raw = read_vector(path)
    assert codes(raw.issues) == ["database_views", "database_triggers"]


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"a": parcels()})
    data = bytearray(path.read_bytes())
    page = struct.unpack_from(">H", data, 16)[0]
    for place in range(page * 3, len(data), page):
        data[place : place + 200] = bytes(200)
    path.write_bytes(data)
    with pytest.raises(FileUnreadable):
        read_vector(path)


def test_a_declared_null_geometry_is_a_row_in_every_database(tmp_path: Path) -> None:
    raw = read_vector(gpkg(tmp_path / "a.gpkg", {"a": frame({"n": [1, 2]}, [square(), None])}))
    assert raw.frame.geometry.isna().tolist() == [False, True]


# Curves, measures and heights


def curved(path: Path, shapes: list[bytes]) -> Path:
    """A GeoPackage whose geometries are replaced by WKB that shapely cannot write."""
    gpkg(path, {"a": frame({"n": list(range(len(shapes)))}, [square(200 * n) for n in range(len(shapes))])})
    base = sqlite3.connect(path)
    for (name,) in base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree%'"
    ).fetchall():
        base.execute(f'DROP TRIGGER "{name}"')
    for number, wkb in enumerate(shapes, 1):
        head = b"GP\x00\x01" + struct.pack("<i", 4549)
        base.execute("UPDATE a SET geom = ? WHERE fid = ?", (head + wkb, number))
    base.commit()
    base.close()
    return path


def circle() -> bytes:
    points = [
        (600_000, 3_430_000),
        (600_100, 3_430_100),
        (600_200, 3_430_000),
        (600_100, 3_429_900),
        (600_000, 3_430_000),
    ]
    arc = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *point) for point in points)
    return struct.pack("<BII", 1, 10, 1) + arc


def measured(height: bool) -> bytes:
    ring = [(600_000, 3_430_000), (600_100, 3_430_000), (600_100, 3_430_100), (600_000, 3_430_000)]
    tail = (5.0, 7.0) if height else (7.0,)
    points = b"".join(struct.pack(f"<{2 + len(tail)}d", *point, *tail) for point in ring)
    return struct.pack("<BIII", 1, 3003 if height else 2003, 1, 4) + points


def test_arcs_become_chords_and_that_is_said(tmp_path: Path) -> None:
    raw = read_vector(curved(tmp_path / "a.gpkg", [circle(), shapely.to_wkb(square(), flavor="iso")]))
    assert raw.frame.geometry.type.tolist() == ["Polygon", "Polygon"]
    assert raw.frame.geometry[0].area == pytest.approx(np.pi * 100**2, rel=1e-4)
    assert raw.frame.geometry[1].equals(square())
    assert codes(raw.issues) == ["curves_linearised"]
    assert "1 geometries hold arcs" in raw.issues[0].message_en


def test_measures_are_left_out_and_heights_kept(tmp_path: Path) -> None:
    raw = read_vector(curved(tmp_path / "a.gpkg", [measured(False), measured(True)]))
    assert raw.frame.geometry.has_z.tolist() == [False, True]
    assert not raw.frame.geometry.has_m.any()
    assert "measure_not_used" in codes(raw.issues)


# FlatGeobuf


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.99])
def test_an_indexed_flatgeobuf_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = formats.flatgeobuf(tmp_path, index="YES")
    assert sorted(read_vector(path).frame["DKBM"]) == formats.NAMES["DKBM"]
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError):
        read_vector(path)


def test_a_flatgeobuf_without_a_count_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.fgb"
    pyogrio.write_dataframe(parcels(), path, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    assert len(read_vector(path).frame) == ROWS
    data = path.read_bytes()
    at = data.index(struct.pack("<Q", ROWS))
    path.write_bytes(data[:at] + struct.pack("<Q", 0) + data[at + 8 :])
    with pytest.raises(FileUnreadable, match="declares no number"):
        read_vector(path)


def test_a_flatgeobuf_that_a_full_disk_left_is_refused(tmp_path: Path) -> None:
    path = formats.flatgeobuf(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    with pytest.raises(FileUnreadable, match="breaks off after"):
        read_vector(path)


# GeoParquet


def test_geoparquet_follows_its_crs_and_asks_where_it_is_null(tmp_path: Path) -> None:
    path = formats.geoparquet(tmp_path)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = None
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    with pytest.raises(CrsMissing):
        read_vector(path)
    del geo["columns"]["geometry"]["crs"]
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    assert read_vector(path).crs.to_epsg() == 4326


def test_parquet_of_any_type_crosses_as_plain_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    content = parcels(2)
    content.to_parquet(path)
    table = pq.read_table(path)
    more = {
        "decimal": pa.array([None, 1], pa.decimal128(10, 2)),
        "list": pa.array([[1, 2], None], pa.list_(pa.int32())),
        "time": pa.array([0, None], pa.timestamp("ms")),
        "label": pa.array(["甲", "乙"]).dictionary_encode(),
        "联系电话": pa.array(["021", "022"]),
    }
    for name, values in more.items():
        table = table.append_column(name, values)
    pq.write_table(table, path)
    raw = read_vector(path)
    assert raw.frame["decimal"].tolist()[1] == "1.00"
    assert raw.frame["list"].tolist()[0] == "[1, 2]"
    assert raw.frame["time"].tolist()[0] == "1970-01-01T00:00:00"
    assert raw.frame["label"].tolist() == ["甲", "乙"]
    assert codes(raw.issues) == ["personal_field_dropped"]


def test_parquet_without_geometry_is_no_layer(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(FormatUnknown, match="without geometry"):
        read_vector(path)


def test_fields_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = gpd.GeoDataFrame({"n": [1], "geometry": ["text"], "shape": [square()]}, geometry="shape", crs=4549)
    table.to_parquet(path)
    raw = read_vector(path)
    assert list(raw.frame.columns) == ["n", "geometry_2", "geometry"]
    assert codes(raw.issues) == ["field_renamed"]


# KML


def test_folders_of_a_kml_are_layers(tmp_path: Path) -> None:
    place = "<Placemark><name>{}</name><Point><coordinates>121.1,31.0</coordinates></Point></Placemark>"
    folders = "".join(f"<Folder><name>{name}</name>{place.format(name)}</Folder>" for name in ("甲", "乙"))
    path = tmp_path / "a.kml"
    path.write_text(
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>'
    )
    assert list_layers(path) == ("甲", "乙")
    assert read_vector(path, layer="乙").frame["Name"].tolist() == ["乙"]


# DXF


def drawing(path: Path, version: str = "R2010", layer: str = "地块") -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document = ezdxf.new(version)
        if version == "R2000":
            document.header["$DWGCODEPAGE"] = "ANSI_936"
            document.encoding = "gbk"
        space = document.modelspace()
        attributes = {"layer": layer}
        space.add_lwpolyline([(0, 0, 1), (100, 0, 1)], format="xyb", close=True, dxfattribs=attributes)
        space.add_lwpolyline([(200, 0), (300, 0), (300, 100), (200, 0)], dxfattribs=attributes)
        space.add_polyline2d([(400, 0), (500, 0), (500, 100)], close=True, dxfattribs=attributes)
        space.add_polyline3d([(600, 0, 5), (700, 0, 5), (700, 100, 5)], close=True, dxfattribs=attributes)
        space.add_lwpolyline([(800, 0), (900, 0), (900, 100)], dxfattribs=attributes)
        space.add_line((0, 0), (1, 1), dxfattribs=attributes)
        space.add_lwpolyline([(0, 0), (1, 0), (1, 1)], close=True, dxfattribs={"layer": "红线"})
        document.saveas(path)
    return path


def test_closed_polylines_are_polygons_and_the_rest_is_counted(tmp_path: Path) -> None:
    path = drawing(tmp_path / "a.dxf")
    assert list_layers(path) == ("地块", "红线")
    raw = read_vector(path, layer="地块", crs="EPSG:4549")
    assert len(raw.frame) == 4
    assert raw.frame.geometry[0].area == pytest.approx(np.pi * 50**2, rel=1e-4)
    assert [round(area) for area in raw.frame.geometry.area[1:]] == [5000, 5000, 5000]
    assert codes(raw.issues) == ["crs_stated", "curves_linearised", "height_dropped", "drawing_left_out"]
    assert "LINE 1" in raw.issues[3].message_en
    assert raw.frame["layer"].tolist() == ["地块"] * 4


def test_a_dxf_never_says_its_crs(tmp_path: Path) -> None:
    with pytest.raises(CrsMissing):
        read_vector(drawing(tmp_path / "a.dxf"), layer="地块")


def test_older_drawings_are_read_by_their_code_page(tmp_path: Path) -> None:
    path = drawing(tmp_path / "a.dxf", "R2000")
    raw = read_vector(path, layer="地块", crs="EPSG:4549")
    assert (raw.encoding, raw.encoding_evidence) == ("GBK", "$DWGCODEPAGE says ANSI_936")
    path.write_bytes(path.read_bytes().replace(b"ANSI_936", b"ANSI_1252"))
    with pytest.raises(EncodingUnknown) as caught:
        list_layers(path)
    assert caught.value.questions[0].candidates[0].value in ("GBK", "GB18030")
    assert read_vector(path, layer="地块", crs="EPSG:4549", encoding="GBK").encoding_evidence == "stated"


def test_a_drawing_without_closed_polylines_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ezdxf.new("R2010").saveas(path)
    with pytest.raises(LayerEmpty, match="no closed polyline") as caught:
        read_vector(path, crs="EPSG:4549")
    assert "闭合" in caught.value.zh


def test_a_binary_drawing_is_read_and_cut_off_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document = ezdxf.readfile(drawing(tmp_path / "text.dxf"))
        document.saveas(path, fmt="bin")
    assert len(read_vector(path, layer="地块", crs="EPSG:4549").frame) == 4
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileUnreadable, match="does not end with EOF"):
        read_vector(path, layer="地块", crs="EPSG:4549")


# Shapefile


def test_half_a_prj_is_no_prj(tmp_path: Path) -> None:
    path = formats.plain_shapefile(tmp_path)
    prj = path.with_suffix(".prj")
    prj.write_text(prj.read_text()[:100])
    with pytest.raises(CrsMissing):
        read_vector(path)
    assert codes(read_vector(path, crs="EPSG:4549").issues) == ["crs_stated", "prj_unreadable"]


def test_text_behind_a_nul_is_told(tmp_path: Path) -> None:
    path = formats.plain_shapefile(tmp_path)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"00003", b"00\x0003"))
    raw = read_vector(path)
    assert raw.frame["DKBM"][3] == "00"
    assert codes(raw.issues) == ["text_hidden"]


# Tables and rasters


def test_a_table_of_points_is_a_layer_and_one_of_attributes_is_not(tmp_path: Path) -> None:
    path = tmp_path / "点.csv"
    ring = [(3_430_000, 40_600_000), (3_430_000, 40_600_100), (3_430_100, 40_600_100), (3_430_000, 40_600_000)]
    lines = ["地块编号,点号,X坐标,Y坐标", *(f"P1,J{n},{x}.000,{y}.000" for n, (x, y) in enumerate(ring, 1))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    raw = read_vector(path, crs="EPSG:4528")
    assert (raw.driver, len(raw.frame)) == ("CSV", 1)
    assert raw.frame.geometry[0].area == pytest.approx(5000)
    facts = tmp_path / "事实.csv"
    facts.write_text("DKBM,权属争议\n1,否\n", encoding="utf-8-sig")
    with pytest.raises(LayerEmpty) as caught:
        read_vector(facts)
    assert "--facts" in caught.value.next_zh


def raster(path: Path) -> Path:
    cells = np.arange(200 * 300, dtype="uint16").reshape(1, 200, 300)
    with rasterio.open(
        path, "w", driver="GTiff", width=300, height=200, count=1, dtype="uint16", crs="EPSG:4549", nodata=0,
        transform=Affine(1, 0, 600_000, 0, -1, 3_430_200), tiled=True, blockxsize=128, blockysize=128,
    ) as target:  # fmt: skip
        target.write(cells)
    return path


def test_facts_of_a_raster(tmp_path: Path) -> None:
    path = raster(tmp_path / "影像.tif")
    facts = read_raster_facts(path)
    assert (facts.width, facts.height, facts.bands, facts.dtype) == (300, 200, 1, "uint16")
    assert facts.extent == (600_000, 3_430_000, 600_300, 3_430_200)
    assert (facts.cell_size, facts.nodata) == ((1.0, 1.0), (0.0,))
    assert "4549" in str(facts.crs)
    assert facts.content_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(FormatUnknown, match="a raster"):
        read_vector(path)
    with pytest.raises(FormatUnknown, match="no raster"):
        read_raster_facts(formats.geopackage(tmp_path))


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.99])
def test_a_raster_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = raster(tmp_path / "a.tif")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(FileUnreadable, match="not whole"):
        read_raster_facts(path)
