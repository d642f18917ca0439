"""Rules on attributes, codes and stated areas find their planted fault, and stay quiet about what is right."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from landgis.domain.land_use import Scheme
from landgis.quality.check import check_layer
from landgis.quality.fields import Fields
from tests.support.planted_quality import layer

SQUARE = box(0, 0, 100, 100)


def rows(rule: str, field: str, values: list[object], **options: object) -> list[str]:
    """Feature ids that a rule tells for the values of one field, features far apart."""
    features = layer([box(200 * number, 0, 200 * number + 100, 100) for number in range(len(values))])
    frame = check_layer(features.assign(**{field: pd.Series(values, dtype="object")}), rules=[rule], **options)
    assert set(frame["field"]) <= {field}
    return frame["feature_id"].tolist()


def test_required_fields() -> None:
    assert rows("A01", "DLBM", ["0101", "", None, "  ", "<Null>", float("nan"), 0]) == ["b", "c", "d", "e", "f"]
    assert rows("A01", "BZ", ["", None]) == []


def test_repeated_identifiers_name_how_often() -> None:
    assert rows("A02", "BSM", ["1", "2", "1", None, None, "1"]) == ["a", "c", "f"]
    features = layer([SQUARE, SQUARE]).assign(BSM=["1", "1"])
    assert check_layer(features, rules=["A02"])["measured"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize("text", ["松江\ufffd", "锟斤拷", "ï¿½", "叶榭镇???", "Ã©", "\ue000"])
def test_damaged_text(text: str) -> None:
    assert rows("A04", "QSDWMC", ["叶榭镇", "这是什么??", "Café", text]) == ["d"]


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!", "3.10117E+17", "'310117"])
def test_left_overs_of_spreadsheets(text: str) -> None:
    assert rows("A07", "BH", ["310117", "#12", "E+12 号", text]) == ["d"]


def test_personal_numbers_are_told_and_never_repeated() -> None:
    identity, telephone = "11010519491231002X", "13800138000"
    features = layer([SQUARE]).assign(BZ=[f"联系人 {identity}"], QT=[f"电话{telephone}"])
    frame = check_layer(features, rules=["A03"])
    assert frame["field"].tolist() == ["BZ", "QT"]
    assert (
        not frame[["message_zh", "message_en"]].map(lambda text: identity in text or telephone in text).any(axis=None)
    )


def test_other_long_numbers_are_no_ones() -> None:
    wrong_check_digit, parcel_code = "110105194912310021", "310117001001JB00001W00000000"
    assert rows("A03", "BZ", [wrong_check_digit, parcel_code, "面积 138001380001 平方米"]) == []
    assert rows("A03", "TBBH", ["13800138000"]) == []


@pytest.mark.parametrize(
    "value", ["20230231", "2023-13-01", 20230230.0, "18991230", "99991231", "去年", 45000, date(1899, 12, 30)]
)
def test_impossible_dates(value: object) -> None:
    right = [
        "20230228",
        "2023-02-28",
        "2023/2/8",
        "2023年2月8日",
        20230228.0,
        date(2023, 2, 28),
        None,
        "",
        "2023-02-28T00:00:00",
    ]
    assert rows("A05", "PZRQ", [*right, value]) == ["j"]


def test_areas_above_zero() -> None:
    assert rows("A06", "TBMJ", [0, -3.5, 10, None, "12.5", "-1"]) == ["a", "b", "f"]


def test_land_use_codes_in_their_scheme() -> None:
    assert rows("C01", "DLBM", ["0101", "0103K", "9999", "", None]) == ["c"]
    assert rows("C01", "YDYHFLDM", ["090100", "0901", "0101K9"]) == ["c"]
    guide = Fields(codes=(("DLBM", Scheme.GUIDE_2023),))
    assert rows("C01", "DLBM", ["0901", "0603A"], fields=guide) == ["b"]


def test_towns() -> None:
    assert rows("C03", "XZQDM", ["310117109", "310117109001", "310117", "310115109", None]) == ["d"]


def test_parcel_codes() -> None:
    right = ["310117001001JB00001", "310117001001JB00001W00000000", "", None]
    wrong = ["310117001001JB0000", "310117001001GA00001", "310115001001JB00001", "310117109"]
    assert rows("C02", "ZDDM", [*right, *wrong]) == ["e", "f", "g", "h"]
    features = layer([SQUARE]).assign(ZDDM=["310117001001GA00001"])
    assert "不与 G 相配" in check_layer(features, rules=["C02"])["message_zh"].iloc[0]


def areas(rule: str, values: list[object], field: str = "TBMJ", **tolerance: float) -> list[str]:
    return rows(rule, field, values, tolerance=tolerance)


def test_stated_area_against_the_drawn_one() -> None:
    stated = [10_000, 10_099, 10_102, 9_890, None]
    assert areas("M01", stated) == ["c", "d"]
    assert areas("M01", stated, area_share=0) == ["b", "c", "d"]  # a lies between planar and ellipsoidal: below
    assert areas("M01", stated, area_share=0.02) == []
    assert areas("M02", stated) == ["c", "d"]
    assert areas("M02", stated, area_m2=50) == ["b", "c", "d"]
    assert areas("M02", stated, area_m2=200) == []


def test_the_nearer_of_planar_and_ellipsoidal_area_counts() -> None:
    features = layer([SQUARE]).assign(TBMJ=[10_000.0])
    assert check_layer(features, rules=["M"], tolerance={"area_share": 0, "area_m2": 0}).empty


@pytest.mark.parametrize(("stated", "words"), [(15.0, "亩"), (1.0, "公顷"), (0.01, "平方公里")])
def test_areas_in_another_unit_are_told_as_that(stated: float, words: str) -> None:
    features = layer([SQUARE]).assign(TBMJ=[stated])
    frame = check_layer(features, rules=["M"])
    assert frame["rule"].tolist() == ["M03"]
    assert words in frame["message_zh"].iloc[0]


def test_a_field_in_hectares_is_read_in_hectares() -> None:
    assert areas("M01", [1.0, 1.5], "DKMJ") == ["b"]
    assert areas("M03", [1.0, 15.0, 10_000.0], "DKMJ") == ["b", "c"]
    assert areas("M03", [15.01], "DKMJ", unit_share=0) == []


def test_what_fields_mean_is_told_by_name_without_regard_to_case() -> None:
    fields = Fields.by_name(["bsm", "TbMj", "DLBM", "地块"])
    assert (fields.identifiers, fields.areas[0].name, fields.codes[0]) == (("bsm",), "TbMj", ("DLBM", Scheme.SURVEY))


def test_rules_on_attributes_need_no_geometry() -> None:
    features = gpd.GeoDataFrame({"feature_id": ["a"], "DLBM": [""]}, geometry=[None], crs=4549)
    frame = check_layer(features, rules=["A"])
    assert frame.geometry.tolist() == [None]
