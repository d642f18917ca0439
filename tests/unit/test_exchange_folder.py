"""A folder of layers: found by any name, dated and covered as said, and unknown where it cannot be read."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import ezdxf
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon

from landgis.crs import GEOGRAPHIC, to_crs
from landgis.domain.issue import Severity
from landgis.domain.layer import Coverage, CoverageBasis
from landgis.errors import ConfigError, FileMissing
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.delivery.folder import read_layer_folder
from tests.support.foreign import (
    LAT,
    LON,
    X,
    Y,
    bow_tie,
    degree_square,
    frame,
    geojson,
    gpkg,
    shapefile,
    square,
    zipped,
)

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")
AS_OF = date(2026, 6, 1)


def one(*shapes: Polygon, **rows: list[object]):
    return frame(rows or {"BSM": [str(n) for n in range(len(shapes))]}, shapes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four control lines in four formats, and a layer that no catalogue knows."""
    place = tmp_path / "图层"
    place.mkdir()
    gpkg(place / "control.gpkg", {"YJJBNT": one(square()), "stbhhx_standin": one(square(1000)), "杂项": one(square())})
    zipped(place / "宅基地.zip", shapefile(tmp_path / "原", "ZJD", one(square(0, 2000))))
    geojson(place / "czkfbj.geojson", [degree_square()], [{"BSM": "1"}])
    return place


def yaml(folder: Path, text: str) -> None:
    (folder / "layers.yaml").write_text(text, encoding="utf-8")


def test_layers_are_found_by_layer_name_alias_and_file_name(folder: Path) -> None:
    found = read_layer_folder(folder, CATALOGUE)
    assert list(found) == ["development_boundary", "ecological_redline", "homestead", "permanent_basic_farmland"]
    assert all(layer.complete and layer.release.feature_count == 1 for layer in found.values())
    assert found["homestead"].release.source_name == "宅基地.zip"
    assert found["development_boundary"].release.source_crs == "EPSG:4326"
    assert [issue.code for issue in found.unrecognised] == ["layer_not_recognised"]
    assert "杂项" in found.issues[-1].message_zh


def test_without_dates_and_coverage_the_box_of_all_layers_is_assumed(folder: Path) -> None:
    found = read_layer_folder(folder, CATALOGUE)
    box = found["homestead"].coverage
    for layer in found.values():
        assert layer.release.coverage_basis is CoverageBasis.ASSUMED
        assert layer.coverage.equals(box)
        assert box.covers(shapely.box(*layer.features.total_bounds))
    assert found["homestead"].release.state_on(AS_OF) is Coverage.COMPLETE


def test_the_assumed_box_does_not_depend_on_what_is_wanted(folder: Path) -> None:
    whole = read_layer_folder(folder, CATALOGUE)
    few = read_layer_folder(folder, CATALOGUE, wanted={"homestead"})
    assert list(few) == ["homestead"]
    assert few["homestead"].coverage.equals(whole["homestead"].coverage)


def test_layers_yaml_dates_names_and_covers(folder: Path) -> None:
    yaml(
        folder,
        f"""
substitute: true
layers:
  homestead:
    name: 2024-01
    title_zh: 宅基地（2024）
    document_no: 沪规〔2024〕1号
    issuing_body: 某局
    issued_on: 2024-01-02
    in_force_from: 2024-02-01
    expires_on: 2026-01-31
    coverage: {{bbox: [{LON - 0.05}, {LAT - 0.05}, {LON + 0.05}, {LAT + 0.05}], crs: "EPSG:4490"}}
    substitute: false
  永久基本农田:
    coverage: "POLYGON (({X} {Y}, {X + 9} {Y}, {X} {Y + 9}, {X} {Y}))"
    coverage_crs: EPSG:4549
""",
    )
    found = read_layer_folder(folder, CATALOGUE)
    release = found["homestead"].release
    assert release.key == "homestead@2024-01"
    assert (release.title_zh, release.document_no, release.issuing_body) == (
        "宅基地（2024）",
        "沪规〔2024〕1号",
        "某局",
    )
    assert (release.issued_on, release.in_force_from, release.expires_on) == (
        date(2024, 1, 2),
        date(2024, 2, 1),
        date(2026, 1, 31),
    )
    assert release.state_on(AS_OF) is Coverage.STALE
    assert release.coverage_basis is CoverageBasis.DECLARED
    assert not release.substitute
    assert found["homestead"].coverage.area == pytest.approx(9.55e3 * 11.09e3, rel=0.01)
    assert found["permanent_basic_farmland"].coverage.area == pytest.approx(40.5)
    assert found["permanent_basic_farmland"].release.substitute
    assert found["ecological_redline"].release.coverage_basis is CoverageBasis.ASSUMED


def test_a_coverage_file_speaks_for_every_layer_without_its_own(folder: Path, tmp_path: Path) -> None:
    cover = geojson(tmp_path / "cover.geojson", [degree_square(-0.01, 0.05)])
    (folder / "own.geojson").write_text(geojson(tmp_path / "o.geojson", [degree_square()]).read_text("utf-8"), "utf-8")
    yaml(folder, "layers: {homestead: {coverage: own.geojson}}")
    found = read_layer_folder(folder, CATALOGUE, coverage_file=cover)
    assert {layer.release.coverage_basis for layer in found.values()} == {CoverageBasis.DECLARED}
    assert not any("own.geojson" in issue.where for issue in found.unrecognised)
    assert found["homestead"].coverage.area < found["permanent_basic_farmland"].coverage.area
    assert "wgs84_as_cgcs2000" in [issue.code for issue in found["homestead"].issues]
    with pytest.raises(FileMissing):
        read_layer_folder(folder, CATALOGUE, coverage_file=tmp_path / "nowhere.geojson")


def test_a_box_in_degrees_is_bent_as_the_parallels_are(folder: Path) -> None:
    yaml(folder, 'layers: {homestead: {coverage: [120.8, 30.9, 121.4, 31.1], coverage_crs: "EPSG:4490"}}')
    coverage = read_layer_folder(folder, CATALOGUE, wanted={"homestead"})["homestead"].coverage
    straight, _ = to_crs(np.array([shapely.box(120.8, 30.9, 121.4, 31.1)], dtype=object), GEOGRAPHIC)
    middle, _ = to_crs(np.array([shapely.Point(121.1, 30.9)], dtype=object), GEOGRAPHIC)
    assert shapely.distance(coverage.exterior, middle[0]) < 0.001
    assert shapely.distance(straight[0].exterior, middle[0]) > 10


@pytest.mark.parametrize("damage", ["half", "empty", "text", "no_crs", "outside", "no_code"])
def test_an_unreadable_layer_is_absent_and_the_others_stand(folder: Path, damage: str) -> None:
    target, key = folder / "yjjbnt_2.gpkg", "permanent_basic_farmland"
    yaml(folder, "layers: {permanent_basic_farmland: {file: yjjbnt_2.gpkg, name: new}}")
    if damage == "half":
        gpkg(target, {"a": one(square())})
        target.write_bytes(target.read_bytes()[:3000])
    elif damage == "empty":
        gpkg(target, {"a": one()})
    elif damage == "text":
        target.write_text("not a layer")
    elif damage == "no_crs":
        geojson(target, [degree_square()], crs=None)
    elif damage == "outside":
        gpkg(target, {"a": frame({"BSM": ["1"]}, [square()], 4548)})
    else:
        key = "survey_land_use"
        gpkg(target, {"a": one(square())})
        yaml(folder, "layers: {survey_land_use: {file: yjjbnt_2.gpkg}}")
    found = read_layer_folder(folder, CATALOGUE)
    layer = found[key]
    assert layer.release.state_on(AS_OF) is Coverage.ABSENT
    assert not layer.complete
    assert layer.coverage.is_empty
    assert len(layer.features) == 0
    assert [str(issue.severity) for issue in layer.issues] == ["fatal"]
    assert "无法使用" in layer.issues[0].message_zh
    assert found["homestead"].complete


def test_a_file_named_in_layers_yaml_that_is_not_there_is_absent(folder: Path) -> None:
    yaml(folder, "layers: {water: {file: 水系.gpkg}}")
    found = read_layer_folder(folder, CATALOGUE)
    assert found["water"].release.feature_count == 0
    assert found["water"].issues[0].code == "file_missing"


def test_a_damaged_file_of_an_unknown_name_is_told(folder: Path) -> None:
    (folder / "all.gpkg").write_bytes(b"SQLite format 3\0 cut")
    assert "file_unreadable" in [issue.code for issue in read_layer_folder(folder, CATALOGUE).unrecognised]


def test_a_layer_with_rows_kept_out_is_not_complete(folder: Path) -> None:
    gpkg(folder / "water.gpkg", {"a": one(square(), bow_tie())})
    layer = read_layer_folder(folder, CATALOGUE)["water"]
    assert not layer.complete
    assert layer.release.feature_count == 1
    assert [issue.code for issue in layer.issues] == ["geometry_invalid", "layer_incomplete"]


def test_two_files_for_one_layer_need_a_choice(folder: Path) -> None:
    gpkg(folder / "homestead.gpkg", {"a": one(square(300))})
    with pytest.raises(ConfigError, match="several candidates") as caught:
        read_layer_folder(folder, CATALOGUE)
    assert "宅基地.zip" in caught.value.zh
    assert "homestead.gpkg" in caught.value.zh
    yaml(folder, "layers: {homestead: {file: homestead.gpkg}}")
    assert read_layer_folder(folder, CATALOGUE)["homestead"].release.source_name == "homestead.gpkg"


def test_a_layer_of_a_package_is_named_in_layers_yaml(folder: Path) -> None:
    yaml(folder, "layers: {water: {file: control.gpkg, layer: 杂项}, homestead: {file: 宅基地.zip}}")
    found = read_layer_folder(folder, CATALOGUE)
    assert found["water"].release.feature_count == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("layers: {homestead: {expires: 2024-01-01}}", "expires"),
        ("layers: {homestead: {issued_on: soon}}", "issued_on"),
        ("layers: {nonsense: {}}", "nonsense"),
        ("layers: {homestead: {}, 宅基地: {}}", "宅基地"),
        ("layers: {homestead: {file: ../elsewhere.gpkg}}", "file"),
        ("layers: {homestead: {coverage: [1, 2, 3, 4]}}", "coverage"),
        ('layers: {homestead: {coverage: [121.2, 30.9, 121.1, 31.1], coverage_crs: "EPSG:4490"}}', "coverage"),
        ('layers: {homestead: {coverage: "POLYGON ((1", coverage_crs: "EPSG:4490"}}', "coverage"),
        ("layers: {homestead: {coverage: {crs: x}}}", "coverage"),
        ("layers: [", "layers.yaml"),
    ],
)
def test_a_wrong_layers_yaml_is_named_with_its_field(folder: Path, text: str, told: str) -> None:
    yaml(folder, text)
    with pytest.raises(ConfigError) as caught:
        read_layer_folder(folder, CATALOGUE)
    assert told in caught.value.where


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="no folder"):
        read_layer_folder(tmp_path / "nowhere", CATALOGUE)


def test_an_empty_folder_has_no_layers(tmp_path: Path) -> None:
    assert dict(read_layer_folder(tmp_path, CATALOGUE)) == {}


def test_a_drawing_that_was_not_read_whole_clears_nobody(folder: Path) -> None:
    (folder / "宅基地.zip").unlink()
    drawing = ezdxf.new("R2010")
    drawing.layers.add("ZJD")
    space = drawing.modelspace()
    space.add_lwpolyline([(X, Y), (X + 20, Y), (X + 20, Y + 20), (X, Y + 20)], close=True, dxfattribs={"layer": "ZJD"})
    drawing.saveas(folder / "宅基地.dxf")
    yaml(folder, "layers:\n  homestead:\n    crs: EPSG:4549\n")
    assert read_layer_folder(folder, CATALOGUE)["homestead"].complete
    space.add_lwpolyline([(X + 99, Y), (X + 120, Y), (X + 120, Y + 20)], dxfattribs={"layer": "ZJD"})
    drawing.saveas(folder / "宅基地.dxf")
    layer = read_layer_folder(folder, CATALOGUE)["homestead"]
    assert not layer.complete
    told = [issue for issue in layer.issues if issue.code == "layer_incomplete"]
    assert [issue.severity for issue in told] == [Severity.FATAL]
    assert "LWPOLYLINE 1" in told[0].message_zh


def test_a_feature_of_another_crs_than_its_layer_makes_the_layer_incomplete(folder: Path) -> None:
    with sqlite3.connect(folder / "control.gpkg") as database:
        database.execute("PRAGMA trusted_schema = ON")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        shape = bytearray(database.execute("SELECT geom FROM YJJBNT").fetchone()[0])
        shape[4:8] = (4550).to_bytes(4, "little")
        database.execute("UPDATE YJJBNT SET geom = ?", [bytes(shape)])
    database.close()
    found = read_layer_folder(folder, CATALOGUE)
    assert not found["permanent_basic_farmland"].complete
    assert found["ecological_redline"].complete
