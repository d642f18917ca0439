"""What a delivery says of facts, and how people write and read them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from landgis.domain.documents import DocumentKind, document_label, kind_named
from landgis.domain.fact_values import fact_named, papers_needed, parse_share, parse_value, value_text
from landgis.domain.facts import FACTS, FactState, Group
from landgis.domain.register import REGISTER_FACT_BY_NAME, REGISTER_FACTS, RegisterClass, level_of, shares_value
from landgis.errors import UsageError
from landgis.exchange.conforming.parcels import ConformedParcels, conform_parcels
from landgis.exchange.reading.vector import read_vector

X, Y = 613_000.0, 3_424_400.0
IDS = ["310117109001JB00001", "310117109001JB00002", "310117109001JB00003"]


def conformed(tmp_path: Path, facts: pd.DataFrame | None = None, **columns: object) -> ConformedParcels:
    shapes = [box(X + 100 * n, Y, X + 100 * n + 50, Y + 50) for n in range(3)]
    frame = gpd.GeoDataFrame({"DKBM": IDS} | columns, geometry=shapes, crs=4549)
    frame.to_file(tmp_path / "p.gpkg", engine="pyogrio")
    return conform_parcels(read_vector(tmp_path / "p.gpkg"), facts=facts)


def test_only_delivered_columns_speak(tmp_path: Path) -> None:
    result = conformed(tmp_path, 权属争议=["否", "", "也许"], RSZT=["拟入市", "已入市", ""])
    said, doubtful = result.stated.said, result.stated.doubtful
    assert sorted(name for name in said.columns if said[name].any()) == ["dispute", "register_class"]
    assert said["dispute"].tolist() == [True] * 3
    assert doubtful["dispute"].tolist() == [False, False, True]
    assert result.parcels["register_class"].tolist()[:2] == ["candidate", "entered"]
    assert "plan_name" not in result.parcels.columns


def test_a_table_speaks_only_of_the_parcels_in_it(tmp_path: Path) -> None:
    table = pd.DataFrame({"DKBM": IDS[:2], "权属争议": ["是", "否"], "承包期限至": ["2027年6月30日", "nie"]})
    result = conformed(tmp_path, table, 权属争议=["否", "否", "否"], TL=["是", None, "否"])
    said, doubtful = result.stated.said, result.stated.doubtful
    assert said["contract_ends_on"].tolist() == [True, True, False]
    assert said["dispute"].tolist() == [True, True, True]
    assert doubtful["dispute"].tolist() == [True, False, False]  # layer and table contradict each other
    assert result.parcels["contract_ends_on"].tolist()[0] == "2027-06-30"
    assert doubtful["contract_ends_on"].tolist() == [False, True, False]


def test_rejected_rows_take_their_statements_with_them(tmp_path: Path) -> None:
    shapes = [box(X, Y, X + 50, Y + 50), None, box(X + 200, Y, X + 250, Y + 50)]
    frame = gpd.GeoDataFrame({"DKBM": IDS, "权属争议": ["也许", "否", "否"]}, geometry=shapes, crs=4549)
    frame.to_file(tmp_path / "p.gpkg", engine="pyogrio")
    result = conform_parcels(read_vector(tmp_path / "p.gpkg"))
    assert result.parcels["parcel_id"].tolist() == [IDS[0], IDS[2]]
    assert result.stated.doubtful["dispute"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "text", "state", "value"),
    [
        ("dispute", "是", FactState.KNOWN, True),
        ("权属争议", "no", FactState.KNOWN, False),
        ("ZZMJ", "4,800.5", FactState.KNOWN, 4800.5),
        ("入市状态", "入市后备", FactState.KNOWN, "reserve"),
        ("register_class", "entered", FactState.KNOWN, "entered"),
        ("contract_ends_on", "2027-06-30", FactState.KNOWN, "2027-06-30"),
        ("owner_name", "甲村", FactState.KNOWN, "甲村"),
        ("road", "待补", FactState.PENDING, None),
        ("road", "unknown", FactState.UNKNOWN, None),
    ],
)
def test_values_are_read_as_people_write_them(name: str, text: str, state: FactState, value: object) -> None:
    assert parse_value(fact_named(name), text) == (state, value)


@pytest.mark.parametrize(
    ("name", "text"),
    [("road", "2"), ("ZZMJ", "-1"), ("ZZMJ", "inf"), ("register_class", "candidat"), ("entered_on", "1.5.26"), ("owner_shares", "x")],
)  # fmt: skip
def test_a_value_that_a_fact_cannot_take_is_refused_with_what_it_takes(name: str, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_value(fact_named(name), text)
    assert "待补" in raised.value.next_zh
    assert raised.value.next_en


def test_land_use_codes_are_read_in_their_own_list() -> None:
    fact = REGISTER_FACT_BY_NAME["planned_use_code"]
    assert value_text(fact, FactState.KNOWN, "0601", "zh", "guide2023") != value_text(
        REGISTER_FACT_BY_NAME["current_use_code"], FactState.KNOWN, "0601", "zh", "survey"
    )
    assert "2023" in value_text(fact, FactState.KNOWN, "100101", "zh", "guide2023")
    assert "待补" in value_text(fact, FactState.KNOWN, "100101")
    assert "not stated" in value_text(fact, FactState.KNOWN, "100101", "en")


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_shares_are_exact(parts: list[int]) -> None:
    whole = sum(parts)
    shares = [parse_share(f"村{n}=village={part}/{whole}") for n, part in enumerate(parts)]
    assert sum(share.part for share in shares) == 1
    stored = shares_value(shares)
    assert sum(Fraction(*row["part"]) for row in stored) == 1  # type: ignore[misc]  # a list of two numbers
    assert (level_of(shares) == "joint") is (len(parts) > 1)


def test_every_fact_has_a_group_a_paper_and_both_languages() -> None:
    assert {fact.group for fact in REGISTER_FACTS} == set(Group)
    assert len({fact.name for fact in REGISTER_FACTS}) == len(REGISTER_FACTS) > len(FACTS)
    for fact in REGISTER_FACTS:
        assert fact.zh
        assert fact.en
        assert document_label(fact.evidence)
        for choice in fact.choices:
            assert value_text(fact, FactState.KNOWN, str(choice)) != str(choice)
    names = [{name.casefold() for name in (fact.name, fact.zh, *fact.aliases)} for fact in REGISTER_FACTS]
    assert sum(map(len, names)) == len(set().union(*names))  # no name means two facts


def test_papers_asked_for_are_those_that_speak_for_the_parcel() -> None:
    assert papers_needed({}) == {DocumentKind.BOUNDARY_SURVEY}
    assert DocumentKind.RIGHTS_SEARCH in papers_needed({"dispute": False})
    assert DocumentKind.RIGHTS_SEARCH not in papers_needed({"dispute": True})
    assert kind_named("勘测定界报告") is DocumentKind.BOUNDARY_SURVEY
    assert document_label("来函") == "来函"
    assert [kind.zh for kind in RegisterClass] == ["已入市", "拟入市", "入市后备"]
