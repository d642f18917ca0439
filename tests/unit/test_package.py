"""A package to hand over: whole, told in every file beside the data, the same bytes from the same state."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from owslib.etree import etree
from owslib.iso import MD_Metadata

from landgis.crs import LOCAL, deploy, parse, to_crs
from landgis.domain.profile import ExportProfile
from landgis.errors import Conflict, LossesNotAccepted
from landgis.exchange.package.dictionary import DICTIONARY
from landgis.exchange.package.files import data_files, parts_of
from landgis.exchange.package.iso_record import METADATA
from landgis.exchange.package.manifest import MANIFEST
from landgis.exchange.package.receiver_note import NOTE
from landgis.exchange.package.write import Written, write_package
from landgis.exchange.writing.options import WritingOptions
from landgis.frames.delivered import Delivery
from landgis.services.handing_over.export_package import require_free
from tests.support.delivered import good, profiles
from tests.support.local_crs import FAKE_WKT, leaks
from tests.support.packaged import ORIGIN, record_of, written

_WRITE = """
import sys
from pathlib import Path
from tests.support.packaged import written
written(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
"""
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    folder = tmp_path_factory.mktemp("成果") / "包"
    return folder, written(folder, "plain", "geopackage")


@pytest.fixture
def own_plane() -> Iterator[None]:
    deploy(lambda: FAKE_WKT)
    yield
    deploy(None)


def test_the_manifest_names_every_file_with_its_hash(plain: tuple[Path, Written]) -> None:
    folder, made = plain
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    told = {file["name"]: file["sha256"] for file in manifest["files"]}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert {file.name: file.sha256 for file in made.files} == there
    assert told == {name: digest for name, digest in there.items() if name not in (MANIFEST, "checksums.sha256")}


def test_the_manifest_says_what_the_package_stands_on(plain: tuple[Path, Written]) -> None:
    manifest = json.loads((plain[0] / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["notice"] == "替代数据，非法定成果"
    assert (manifest["plan"]["id"], manifest["pool"], manifest["run"]["id"]) == ("L000001", "P000001", "R000001")
    assert (manifest["crs"], manifest["crs_name"]) == ("EPSG:4549", "CGCS2000 / 3-degree Gauss-Kruger CM 120E")
    assert [row["layer"] for row in manifest["releases"]] == ["permanent_basic_farmland"]
    assert [(layer["name"], layer["rows"]) for layer in manifest["layers"]] == [("plan_lines", 4), ("pool_members", 4)]
    [lines, pool] = manifest["totals"]
    assert (lines["unit"], lines["total"]) == ("公顷", "1.4595")
    assert (pool["unit"], pool["basis"]) == ("平方米", {"registered": 0, "ellipsoidal": 4})


def test_the_list_of_hashes_is_one_that_tools_check(plain: tuple[Path, Written]) -> None:
    checked = subprocess.run(["sha256sum", "-c", "checksums.sha256"], cwd=plain[0], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("OK") == 5


def test_the_dictionary_tells_every_field_and_code(plain: tuple[Path, Written]) -> None:
    book = openpyxl.load_workbook(plain[0] / DICTIONARY)
    rows = list(book["字段 fields"].iter_rows(min_row=5, values_only=True))
    declared = [(layer.name, one.name, one.alias_zh) for layer in profiles()["plain"].layers for one in layer.fields]
    assert [(row[0], row[2], row[4]) for row in rows] == declared
    area = next(row for row in rows if row[2] == "area_ha")
    assert (area[6], area[8], area[9], area[10]) == ("小数", 4, "公顷", "是")
    codes = list(book["代码 codes"].iter_rows(min_row=5, values_only=True))
    listed = next(row[11] for row in rows if row[2] == "verdict")
    assert [(row[1], row[2]) for row in codes if row[0] == listed] == [("clear", "符合"), ("flagged", "待核")]
    assert book["字段 fields"]["A2"].value == "替代数据，非法定成果"


def test_the_dictionary_tells_the_names_that_a_format_made(tmp_path: Path) -> None:
    written(tmp_path / "包", "plain", "shapefile")
    book = openpyxl.load_workbook(tmp_path / "包" / DICTIONARY)
    names = {row[2]: row[3] for row in book["字段 fields"].iter_rows(min_row=5, values_only=True)}
    assert all(len(str(name).encode()) <= 10 for name in names.values())
    losses = [row[3] for row in book["损失 losses"].iter_rows(min_row=5, values_only=True)]
    assert any("missing_as_blank" in str(what) for what in losses)


def test_an_independent_reader_takes_the_metadata(plain: tuple[Path, Written]) -> None:
    record = MD_Metadata(etree.parse(plain[0] / METADATA))
    about = record.identification[0]
    assert about.title == "松江区2027年度移交成果（通用）"
    assert record.referencesystem.code == "urn:ogc:def:crs:EPSG::4549"
    box = about.extent.boundingBox
    lon, lat = _middle(good("plain"))
    assert float(box.minx) <= lon <= float(box.maxx)
    assert float(box.miny) <= lat <= float(box.maxy)
    assert about.contact[0].organization == "未知"
    assert about.classification == ["restricted"] or about.securityconstraints == ["restricted"]
    assert "R000001" in record.dataquality.lineage
    assert "替代数据" in about.uselimitation[0]
    assert record.datestamp == "2026-06-30"


def _middle(delivery: Delivery) -> tuple[float, float]:
    frame = gpd.GeoDataFrame(delivery.layers["plan_lines"])
    west, south, east, north = frame.to_crs(4490).total_bounds
    return float(west + east) / 2, float(south + north) / 2


def test_the_note_is_chinese_first_and_english_complete(plain: tuple[Path, Written]) -> None:
    note = (plain[0] / NOTE).read_bytes().decode("utf-8-sig")
    assert note.index("这是什么") < note.index("What this is")
    assert "替代数据，非法定成果" in note
    assert "Stand-in data, no legal force" in note
    assert all(note.count(name) >= 2 for name in (MANIFEST, DICTIONARY, METADATA, "checksums.sha256", "EPSG:4549"))


def test_the_note_says_where_a_format_takes_degrees_alone(tmp_path: Path) -> None:
    written(tmp_path / "包", "plain", "geojson")
    note = (tmp_path / "包" / NOTE).read_text(encoding="utf-8-sig")
    assert "plan_lines.geojson 内为 WGS 84 经纬度（OGC:CRS84），未做基准转换" in note
    assert "plan_lines.geojson is in WGS 84 degrees" in note


def test_the_metadata_lie_inside_a_geopackage_too(plain: tuple[Path, Written]) -> None:
    import sqlite3

    [path] = plain[0].glob("*.gpkg")
    with sqlite3.connect(path) as database:
        [(text,)] = database.execute("SELECT metadata FROM gpkg_metadata").fetchall()
    assert text == (plain[0] / METADATA).read_text(encoding="utf-8")


def test_the_same_state_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    for name, seed in (("甲", "1"), ("乙", "2")):
        place = {"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", _WRITE, tmp_path / name, "plain", "geopackage"], check=True, env=os.environ | place
        )
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("甲", "乙"))
    assert one == other


def test_tables_go_into_a_workbook_where_the_format_has_none() -> None:
    profile = replace(profiles()["supply"], formats=("shapefile",))
    delivery = replace(good("supply"), format="shapefile")
    files = data_files(parts_of(delivery, profile), "shapefile", profile, ORIGIN, WritingOptions())
    assert [(file.name, list(file.layers)) for file in files] == [
        ("3101172027TDGY_TDGY_ZDDK.zip", ["TDGY_ZDDK"]),
        ("3101172027TDGY_TDGY_ZDDKJZD.zip", ["TDGY_ZDDKJZD"]),
        ("3101172027TDGY_属性表.xlsx", ["TDGY_GYJH", "TDGY_GYJH_ZD"]),
    ]


def test_a_loss_that_nobody_accepted_stops_the_package(tmp_path: Path) -> None:
    profile = replace(profiles()["plain"], formats=("xlsx",))
    with pytest.raises(LossesNotAccepted, match="geometry cannot be written"):
        write_package(tmp_path, record_of(profile, replace(good("plain"), format="xlsx")))


def test_the_deployments_own_plane_goes_out_by_its_name_alone(tmp_path: Path, own_plane: None) -> None:
    profile, delivery = _in_own_plane(profiles()["plain"])
    for form in ("geopackage", "shapefile", "filegdb", "flatgeobuf", "geoparquet"):
        folder = tmp_path / form
        folder.mkdir()
        one = replace(profile, formats=(form,))
        write_package(folder, record_of(one, replace(delivery, format=form)), {"crs_changed"})
        said = "".join(path.read_bytes().decode("latin-1") for path in _unpacked(folder))
        assert leaks(said) == []
        assert json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["crs"] == LOCAL


def _in_own_plane(profile: ExportProfile) -> tuple[ExportProfile, Delivery]:
    crs = parse(LOCAL)
    delivery = good("plain")
    layers = {}
    for name, frame in delivery.layers.items():
        shapes, _ = to_crs(np.asarray(frame.geometry.array, dtype=object), delivery.crs, crs)
        layers[name] = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=crs)
    return replace(profile, crs=LOCAL), replace(delivery, crs=crs, layers=layers)


def _unpacked(folder: Path) -> list[Path]:
    import zipfile

    for path in [*folder.iterdir()]:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder / f"{path.name}.d")
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_folder_that_holds_something_is_not_taken(tmp_path: Path) -> None:
    require_free(tmp_path / "新")
    require_free(tmp_path)
    (tmp_path / "旧文件").write_text("before")
    with pytest.raises(Conflict, match="holds something already"):
        require_free(tmp_path)
    with pytest.raises(Conflict):
        require_free(tmp_path / "旧文件")
