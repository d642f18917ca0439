"""From raw to declared: bad rows become issues, bad coordinates stop the file, facts in doubt are missing."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from landgis.crs import WORKING
from landgis.domain.issue import Severity
from landgis.errors import ContractBroken, CrsUnsuitable, OutsideArea, UsageError
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.conforming.layer import ConformedLayer, conform_layer
from landgis.exchange.conforming.parcels import ConformedParcels, conform_parcels
from landgis.exchange.conforming.values import as_bool, as_number, as_text
from landgis.exchange.reading.vector import RawLayer, read_vector
from landgis.frames.parcels import FEATURES, PARCELS
from tests.support.foreign import X, Y, bow_tie, degree_square, frame, geojson, gpkg, square

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")


def raw_of(content: gpd.GeoDataFrame) -> RawLayer:
    return RawLayer("层", content, CRS(content.crs), "UTF-8", "", "GPKG", "0" * 64, "文件.gpkg")


def layer(key: str, rows: dict[str, list[object]], shapes: list[object], epsg: int = 4549) -> ConformedLayer:
    return conform_layer(raw_of(frame(rows, shapes, epsg)), CATALOGUE.require(key))


def parcels(rows: dict[str, list[object]], shapes: list[object] | None = None, **options: object) -> ConformedParcels:
    count = len(next(iter(rows.values())))
    return conform_parcels(raw_of(frame(rows, shapes or [square(200 * n) for n in range(count)])), **options)


def codes(found: ConformedLayer | ConformedParcels) -> list[str]:
    return [issue.code for issue in found.issues]


# --- coordinates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("epsg", [4490, 4528, 4529, 4549, 4550])
def test_every_survey_crs_lands_on_the_same_ground(epsg: int) -> None:
    shapes = gpd.GeoSeries([square()], crs=4549).to_crs(epsg)
    found = layer("homestead", {"ZJDBM": ["1"]}, list(shapes), epsg)
    FEATURES.require(found.features, WORKING)
    assert shapely.hausdorff_distance(found.features.geometry[0], square()) < 1e-6
    assert found.transform.source == f"EPSG:{epsg}"
    assert bool(found.transform.definition) == (epsg != 4549)


@pytest.mark.parametrize("epsg", [3857, 32651, 4534])
def test_other_systems_are_refused(epsg: int) -> None:
    with pytest.raises(CrsUnsuitable):
        layer("homestead", {"ZJDBM": ["1"]}, [square()], epsg)


def test_wrong_zone_swapped_axes_and_a_wrong_label_are_refused() -> None:
    swapped = shapely.transform(square(), lambda points: points[:, ::-1])
    swapped_degrees = shapely.transform(degree_square(), lambda points: points[:, ::-1])
    prefixed = shapely.transform(square(), lambda points: points + np.array([4e7, 0]))
    for shape, epsg in (
        (square(), 4548),
        (square(), 4550),
        (swapped, 4549),
        (swapped_degrees, 4490),
        (prefixed, 4549),
        (square(), 4490),
    ):
        with pytest.raises(OutsideArea) as caught:
            layer("homestead", {"ZJDBM": ["1"]}, [shape], epsg)
        assert "--crs" in caught.value.next_zh


def test_one_stray_row_is_an_issue_not_the_end() -> None:
    found = layer("homestead", {"ZJDBM": ["1", "2", "3"]}, [square(), square(200), Polygon([(0, 0), (1, 0), (1, 1)])])
    assert list(found.features["feature_id"]) == ["1", "2"]
    assert codes(found) == ["outside_area"]


def test_wgs84_and_the_zone_edge_are_told(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [degree_square(), degree_square(0.6)], [{"ZJDBM": "1"}, {"ZJDBM": "2"}])
    found = conform_layer(read_vector(path), CATALOGUE.require("homestead"))
    assert codes(found) == ["wgs84_as_cgcs2000", "shift_not_excluded", "beyond_zone_edge"]
    assert {issue.severity for issue in found.issues} == {Severity.MINOR}
    assert len(found.features) == 2


def test_heights_are_left_out_and_told() -> None:
    found = layer("homestead", {"ZJDBM": ["1"]}, [shapely.force_3d(square(), 4.0)])
    assert not found.features.has_z.any()
    assert codes(found) == ["height_not_used"]


# --- features --------------------------------------------------------------------------------------------------------


def test_rows_without_usable_geometry_are_fatal_issues_and_counted() -> None:
    shapes = [square(), None, Polygon(), bow_tie(), LineString([(X, Y), (X + 9, Y)]), square(500)]
    found = layer("homestead", {"ZJDBM": list("abcdef")}, shapes)
    assert list(found.features["feature_id"]) == ["a", "f"]
    assert (found.rows_read, found.rows_dropped) == (6, 4)
    assert codes(found) == ["geometry_missing", "geometry_missing", "geometry_invalid", "geometry_type"]
    assert all(issue.severity is Severity.FATAL for issue in found.issues)
    invalid = found.issues[2]
    assert "第 4 行 d" in invalid.where
    assert "自相交" in invalid.message_zh
    assert "Self-intersection" in invalid.message_en


def test_a_geometry_that_cannot_be_built_says_why(tmp_path: Path) -> None:
    good, bad = degree_square(), {"type": "Polygon", "coordinates": [[[121.0, 31.0], [121.1, 31.0]]]}
    path = geojson(tmp_path / "a.geojson", [good, good], [{"ZJDBM": "1"}, {"ZJDBM": "2"}])
    text = path.read_text("utf-8")
    last = text.rindex('{"type": "Polygon"')
    path.write_text(text[:last] + str(bad).replace("'", '"') + "}]}", "utf-8")
    found = conform_layer(read_vector(path), CATALOGUE.require("homestead"))
    assert found.rows_dropped == 1
    assert "geometry_broken" in codes(found)


def test_repeated_and_missing_feature_ids_stay_apart_and_are_told() -> None:
    found = layer("homestead", {"ZJDBM": ["a", "a", None, "a", "b"]}, [square(200 * n) for n in range(5)])
    assert list(found.features["feature_id"]) == ["a", "a~2", "#3", "a~3", "b"]
    assert codes(found) == ["feature_id_repeated"]
    assert found.issues[0].severity is Severity.SERIOUS


def test_ids_keep_their_zeros_and_numbers_get_no_decimals() -> None:
    text = layer("homestead", {"ZJDBM": ["007", " 8 "]}, [square(), square(200)])
    number = layer("homestead", {"ZJDBM": [7.0, 8.0]}, [square(), square(200)])
    assert list(text.features["feature_id"]) == ["007", "8"]
    assert list(number.features["feature_id"]) == ["7", "8"]


def test_survey_classes_and_labels_come_from_the_survey_scheme() -> None:
    found = layer(
        "survey_land_use", {"DLBM": ["0103", "0702", "0601", "1104A", "0103K"]}, [square(200 * n) for n in range(5)]
    )
    assert list(found.features["class"]) == [
        "cultivated",
        "homestead",
        "construction",
        "agricultural",
        "cultivated",
    ]
    assert found.features["label"][0] == "0103 旱地"
    assert found.features["label"][1] == "0702 农村宅基地"
    assert codes(found) == ["code_scheme_assumed"]


def test_planned_classes_come_from_the_guide_with_padding_taken_off() -> None:
    rows = {"YDYHFLDM": ["090000", "0703", "0601", "070102"]}
    found = layer("planned_land_use", rows, [square(200 * n) for n in range(4)])
    assert list(found.features["class"]) == ["permitted", "homestead", "forbidden", "housing"]
    assert found.features["label"][0] == "090000 商业服务业用地"


def test_unrecognised_codes_are_a_class_of_their_own_and_told() -> None:
    found = layer(
        "survey_land_use",
        {"DLBM": ["XX", None, "0103"], "DLMC": ["某地", None, None]},
        [square(200 * n) for n in range(3)],
    )
    assert list(found.features["class"]) == ["unrecognised", "unrecognised", "cultivated"]
    assert found.features["label"][0] == "XX 某地"
    assert codes(found) == ["code_unrecognised", "code_scheme_assumed"]
    assert "XX、（空）" in found.issues[0].message_zh


def test_a_layer_of_classes_without_a_code_field_breaks_its_contract() -> None:
    with pytest.raises(ContractBroken) as caught:
        layer("survey_land_use", {"MC": ["a"]}, [square()])
    assert "MC" in caught.value.zh
    assert "DLBM" in caught.value.next_en


def test_attributes_are_kept_as_delivered() -> None:
    rows: dict[str, list[object]] = {"ZJDBM": ["1"], "户数": [3], "面积": [float("nan")], "备注": ["甲"]}
    found = layer("homestead", rows, [square()])
    kept = found.features.loc[0, ["ZJDBM", "户数", "面积", "备注"]]
    assert [kept["ZJDBM"], kept["户数"], kept["备注"]] == ["1", 3, "甲"]
    assert math.isnan(kept["面积"])


def test_a_delivered_field_with_a_name_of_ours_is_kept_apart() -> None:
    found = layer("homestead", {"ZJDBM": ["1"], "class": ["甲"], "label": ["乙"]}, [square()])
    assert list(found.features["class"]) == [""]
    assert list(found.features["delivered_class"]) == ["甲"]
    assert list(found.features["delivered_label"]) == ["乙"]


def test_lines_conform_to_a_line_layer_and_rasters_to_none() -> None:
    axes = dataclasses.replace(CATALOGUE.require("road"), geometry="line")
    line = LineString([(X, Y), (X + 9, Y)])
    found = conform_layer(raw_of(frame({"name": ["团结路", "点"]}, [line, Point(X, Y)])), axes)
    assert found.features.geometry[0].equals(line)
    assert list(found.features["label"]) == ["团结路"]
    assert codes(found) == ["geometry_type"]
    with pytest.raises(UsageError, match="raster"):
        layer("orthophoto", {"name": ["a"]}, [square()])


# --- parcels ---------------------------------------------------------------------------------------------------------


def test_parcels_become_a_parcel_frame() -> None:
    rows = {
        "DKBM": ["31011710900001", "31015110100001"],
        "XZQDM": ["310117109", "310151101"],
        "XZQMC": ["泖港镇", None],
    }
    found = parcels(rows)
    PARCELS.require(found.parcels, WORKING)
    assert list(found.parcels["district"]) == ["songjiang", "chongming"]
    assert list(found.parcels["town_name"]) == ["泖港镇", "城桥镇"]
    assert found.parcels["dispute"].isna().all()
    assert (found.rejected, found.issues) == ((), ())


@pytest.mark.parametrize("field", ["parcel_id", "dkbm", "ZDDM", "宗地代码", "地块编号"])
def test_the_identifier_goes_by_many_names(field: str) -> None:
    assert list(parcels({field: ["0001"]}, district="songjiang").parcels["parcel_id"]) == ["0001"]


def test_no_identifier_names_what_was_found_and_what_was_looked_for() -> None:
    with pytest.raises(ContractBroken) as caught:
        parcels({"名称": ["a"]})
    assert "名称" in caught.value.zh
    assert "DKBM" in caught.value.next_zh


def test_missing_and_repeated_ids_are_kept_out_all_of_them() -> None:
    found = parcels({"DKBM": ["a", "b", "a", None, ""]}, district="songjiang")
    assert list(found.parcels["parcel_id"]) == ["b"]
    assert [(row.parcel_id, row.row, row.code) for row in found.rejected] == [
        ("a", 1, "parcel_id_repeated"),
        ("a", 3, "parcel_id_repeated"),
        ("#4", 4, "parcel_id_missing"),
        ("#5", 5, "parcel_id_missing"),
    ]
    assert "第 1、3 行" in found.rejected[0].reason_zh
    assert codes(found) == [row.code for row in found.rejected]
    assert all(issue.severity is Severity.FATAL for issue in found.issues)


def test_an_identifier_that_lost_digits_as_a_number_is_missing() -> None:
    found = parcels({"DKBM": [3.101171090000112e18, 12.0]}, district="songjiang")
    assert list(found.parcels["parcel_id"]) == ["12"]
    assert found.rejected[0].code == "parcel_id_missing"


def test_invalid_parcels_are_listed_and_not_measured() -> None:
    found = parcels({"DKBM": ["a", "b", "c"]}, [square(), bow_tie(), None], district="songjiang")
    assert list(found.parcels["parcel_id"]) == ["a"]
    assert [(row.parcel_id, row.code) for row in found.rejected] == [
        ("b", "geometry_invalid"),
        ("c", "geometry_missing"),
    ]
    PARCELS.require(found.parcels, WORKING)


def test_nothing_usable_still_gives_a_frame() -> None:
    found = parcels({"DKBM": ["a"]}, [bow_tie()], district="songjiang")
    PARCELS.require(found.parcels, WORKING)
    assert len(found.parcels) == 0
    assert len(found.rejected) == 1


@pytest.mark.parametrize(
    ("rows", "options", "district"),
    [
        ({"DKBM": ["x"], "XZQDM": ["310151101"]}, {}, "chongming"),
        ({"DKBM": ["310151101007JB00001"]}, {}, "chongming"),
        ({"DKBM": ["x"], "ZLDWDM": ["3101171092010000000"]}, {}, "songjiang"),
        ({"DKBM": ["x"], "XZQDM": ["310117"]}, {}, "songjiang"),
        ({"DKBM": ["x"], "区县": ["崇明区"]}, {}, "chongming"),
        ({"DKBM": ["x"]}, {"district": "songjiang"}, "songjiang"),
    ],
)
def test_the_district_is_told_by_code_id_field_or_caller(
    rows: dict[str, list[object]], options: dict[str, str], district: str
) -> None:
    assert list(parcels(rows, **options).parcels["district"]) == [district]


def test_a_parcel_of_no_district_is_kept_out_and_contradictions_are_told() -> None:
    lost = parcels({"DKBM": ["x"]})
    assert [row.code for row in lost.rejected] == ["district_unknown"]
    found = parcels({"DKBM": ["310151101007JB00001"], "XZQDM": ["310117109"]}, district="chongming")
    assert list(found.parcels["district"]) == ["songjiang"]
    assert codes(found) == ["district_differs", "district_differs"]
    with pytest.raises(UsageError, match="no pilot district"):
        parcels({"DKBM": ["x"]}, district="huangpu")


def test_a_town_code_of_more_digits_is_the_towns_and_a_districts_is_none() -> None:
    found = parcels({"DKBM": ["a", "b"], "XZQDM": ["310117109201", "310117"], "XZQMC": [None, "松江区"]})
    assert found.parcels["town_code"].tolist()[0] == "310117109"
    assert found.parcels["town_code"].isna().tolist() == [False, True]
    assert found.parcels["town_name"].isna().tolist() == [False, True]


def test_facts_in_the_layer_are_read_by_alias_and_doubt_is_missing() -> None:
    rows: dict[str, list[object]] = {
        "DKBM": ["a", "b", "c"],
        "依法登记": ["是", "否", "待查"],
        "QSZY": [1.0, 0.0, None],
        "证载面积": ["1,200.5", "-3", "不详"],
        "所有权主体": ["村集体", "32", "私人"],
        "GHYT": ["0901", "0902", None],
    }
    found = parcels(rows, district="songjiang")
    PARCELS.require(found.parcels, WORKING)
    registered = found.parcels["use_right_registered"]
    assert registered.tolist()[:2] == [True, False]
    assert registered.isna().tolist() == [False, False, True]
    assert found.parcels["dispute"].tolist()[:2] == [True, False]
    assert found.parcels["registered_area_m2"].tolist()[0] == 1200.5
    assert found.parcels["registered_area_m2"].isna().tolist() == [False, True, True]
    assert found.parcels["owner_level"].tolist()[:2] == ["village", "village"]
    assert found.parcels["owner_level"].isna().tolist() == [False, False, True]
    assert sorted(codes(found)) == ["code_scheme_missing", *["fact_unreadable"] * 3]
    assert any("c=待查" in issue.message_zh for issue in found.issues)


def test_a_table_of_facts_is_joined_and_what_does_not_match_is_counted_once() -> None:
    ids = [f"p{number:02}" for number in range(20)]
    facts = pd.DataFrame({"地块编号": ["p00", "p01", "p01", "zz", None], "dispute": ["否", "是", "否", "否", "否"]})
    found = parcels({"DKBM": ids}, district="songjiang", facts=facts)
    dispute = found.parcels.set_index("parcel_id")["dispute"]
    assert not dispute["p00"]
    assert dispute.isna().sum() == 19, "a repeated row of facts speaks for nobody"
    assert sorted(codes(found)) == [
        "facts_missing_key",
        "facts_repeated",
        "facts_without_parcel",
        "parcel_without_facts",
    ]
    bare = next(issue for issue in found.issues if issue.code == "parcel_without_facts")
    assert bare.message_zh.startswith("19 个")
    assert "(+14)" in bare.message_zh


def test_where_layer_and_table_disagree_the_fact_is_missing() -> None:
    facts = pd.DataFrame({"DKBM": ["a", "b"], "dispute": ["否", "否"], "road": ["是", "是"]})
    found = parcels({"DKBM": ["a", "b"], "权属争议": ["是", "否"]}, district="songjiang", facts=facts)
    assert found.parcels["dispute"].isna().tolist() == [True, False]
    assert found.parcels["road"].tolist() == [True, True]
    assert codes(found) == ["facts_disagree"]


def test_a_table_of_facts_needs_an_identifier() -> None:
    with pytest.raises(ContractBroken, match="table of facts"):
        parcels({"DKBM": ["a"]}, district="songjiang", facts=pd.DataFrame({"x": ["1"]}))


def test_two_identifier_fields_are_told() -> None:
    found = parcels({"ZDDM": ["z"], "DKBM": ["d"]}, district="songjiang")
    assert list(found.parcels["parcel_id"]) == ["d"]
    assert codes(found) == ["id_field_chosen"]


def test_parcels_of_a_real_file_keep_every_vertex(tmp_path: Path) -> None:
    ring = MultiPolygon([square().difference(square(20, 20, 10)), square(300)])
    found = conform_parcels(
        read_vector(gpkg(tmp_path / "a.gpkg", {"a": frame({"DKBM": ["1"]}, [ring])})), district="songjiang"
    )
    assert found.parcels.geometry[0].equals_exact(ring, 0)


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", True), ("否", False), (1, True), (0.0, False), ("TRUE", True), ("n", False), (True, True), (" 有 ", True)],
)
def test_yes_and_no_in_every_spelling(cell: object, value: bool) -> None:
    read, unread = as_bool(pd.Series([cell], dtype="object"))
    assert read.tolist() == [value]
    assert unread == []


@pytest.mark.parametrize("cell", [None, "", "空", float("nan"), "—", "N/A"])
def test_empty_cells_are_missing_without_complaint(cell: object) -> None:
    for reader in (as_bool, as_number):
        read, unread = reader(pd.Series([cell], dtype="object"))
        assert read.isna().all()
        assert unread == []


@pytest.mark.parametrize("cell", ["也许", "2", "inf", "是否"])
def test_what_is_neither_yes_nor_no_is_missing_and_told(cell: str) -> None:
    read, unread = as_bool(pd.Series([cell]))
    assert read.isna().all()
    assert unread == [(0, cell)]


@given(st.one_of(st.integers(-(2**52), 2**52), st.text(max_size=8)))
def test_text_never_gains_a_decimal_nor_loses_a_zero(value: object) -> None:
    text = as_text(pd.Series([value], dtype="object"))[0]
    if isinstance(value, int):
        assert text == str(value)
        assert as_text(pd.Series([float(value)]))[0] == str(value)
    elif isinstance(text, str):
        assert text in str(value)
        assert text.strip() == text


@pytest.mark.parametrize(
    "facts",
    [{"DKBM": ["a"], "权属争议": ["有争议！"]}, {"DKBM": ["a", "a"], "权属争议": ["否", "否"]}],
    ids=["unreadable", "repeated"],
)
def test_a_doubt_in_the_table_of_facts_outweighs_the_layer(facts: dict[str, list[str]]) -> None:
    found = parcels({"DKBM": ["a", "b"], "QSZY": ["否", "否"]}, district="songjiang", facts=pd.DataFrame(facts))
    assert found.parcels["dispute"].isna().tolist() == [True, False]


def test_a_column_that_is_no_known_fact_is_said() -> None:
    facts = pd.DataFrame({"DKBM": ["a"], "争议情况": ["是"], "QSZY": ["否"]})
    found = parcels({"DKBM": ["a"]}, district="songjiang", facts=facts)
    (issue,) = [issue for issue in found.issues if issue.code == "fact_column_unrecognised"]
    assert "争议情况" in issue.message_zh
