"""Codes of a layer: read in the scheme that is stated, or in the present one and said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from landgis.crs import WORKING
from landgis.domain.land_use import Scheme
from landgis.errors import UsageError
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.conforming.layer import ConformedLayer, conform_layer
from landgis.exchange.reading.raw_layer import RawLayer
from tests.support.foreign import frame, square

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")


def layer(key: str, field: str, codes: list[str], scheme: Scheme | None = None) -> ConformedLayer:
    content = frame({field: codes}, [square(200 * at) for at in range(len(codes))])
    raw = RawLayer("层", content, WORKING, "UTF-8", "", "GPKG", "0" * 64, "文件.gpkg")
    return conform_layer(raw, CATALOGUE.require(key), scheme=scheme)


def told(found: ConformedLayer) -> list[tuple[str, str]]:
    return [(issue.code, issue.severity.value) for issue in found.issues if issue.code.startswith("code_")]


def test_a_stated_scheme_is_used_and_kept() -> None:
    found = layer("planned_land_use", "YDYHFLDM", ["0602", "060102", "0601", "090301"], Scheme.GUIDE_2020)
    assert found.scheme == "guide2020"
    assert found.features["class"].tolist() == ["forbidden", "conditional", "unrecognised", "permitted"]
    assert found.features["label"].tolist()[:2] == ["0602 种植设施建设用地", "060102 村庄内部道路用地"]
    assert told(found) == [("code_unrecognised", "serious")]


def test_the_same_codes_mean_something_else_in_the_present_guide() -> None:
    found = layer("planned_land_use", "YDYHFLDM", ["0602", "060102"], Scheme.GUIDE_2023)
    assert found.features["label"].tolist() == ["0602 设施农用地", "060102 田间道"]
    assert told(found) == []


def test_an_assumed_scheme_is_said_and_a_better_one_named() -> None:
    found = layer("planned_land_use", "YDYHFLDM", ["0901", "1001"])
    assert found.scheme == "guide2023"
    assert told(found) == [("code_scheme_assumed", "minor")]
    old = layer("planned_land_use", "YDYHFLDM", ["0604", "1313", "0901"])
    assert ("code_scheme_assumed", "serious") in told(old)
    issue = next(issue for issue in old.issues if issue.code == "code_scheme_assumed")
    assert "2020" in issue.message_zh
    assert "guide2020" in issue.message_en


def test_survey_codes_may_come_in_the_national_standard() -> None:
    found = layer("survey_land_use", "DLBM", ["0404", "0702", "0601"], Scheme.GB21010)
    assert found.scheme == "gb21010"
    assert found.features["class"].tolist() == ["unused", "homestead", "construction"]


def test_schemes_of_the_other_family_are_refused() -> None:
    with pytest.raises(UsageError):
        layer("planned_land_use", "YDYHFLDM", ["0601"], Scheme.SURVEY)
    with pytest.raises(UsageError):
        layer("survey_land_use", "DLBM", ["0601"], Scheme.GUIDE_2020)


def test_a_layer_without_codes_has_no_scheme() -> None:
    assert layer("homestead", "BSM", ["1"]).scheme == ""
