"""The CRS that a deployment supplies: it works, and nothing but its name is ever seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from landgis import crs as crs_room
from landgis.bootstrap import build
from landgis.errors import ConfigError, CrsUnsuitable, LandgisError, OutsideArea, UsageError
from landgis.exchange.reading.found_crs import SaidCrs, crs_question, found_crs
from landgis.settings import PROJECT, CrsSettings
from tests.support.local_crs import FAKE_PIPELINE, FAKE_PROJ, FAKE_WKT, crs_file, leaks


@pytest.fixture(autouse=True)
def _no_deployment() -> Iterator[None]:
    crs_room.deploy(None)
    yield
    crs_room.deploy(None)


@pytest.fixture(params=[FAKE_WKT, FAKE_PROJ, CRS(FAKE_WKT).to_json()], ids=["wkt", "proj", "projjson"])
def local(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CRS:
    monkeypatch.setenv("LANDGIS_CRS_FILE", str(crs_file(tmp_path, request.param)))
    build()
    return crs_room.parse("local")


def told(error: LandgisError) -> str:
    return json.dumps(error.as_dict(), ensure_ascii=False) + str(error) + repr(error)


def test_local_coordinates_come_into_the_working_crs_and_only_the_name_is_recorded(local: CRS) -> None:
    there = np.array([shapely.Point(600_000, 3_430_000)], dtype=object)
    own, _ = crs_room.to_crs(there, crs_room.WORKING, local)
    assert abs(own[0].x) < 80_000
    back, transform = crs_room.to_crs(own, local)
    expected = Transformer.from_pipeline(FAKE_PIPELINE).transform(own[0].x, own[0].y)
    assert (back[0].x, back[0].y) == pytest.approx(expected, abs=1e-6), "the seven parameters are not left out"
    assert back[0].distance(there[0]) < 0.005
    assert (transform.source, transform.target) == ("local", "EPSG:4549")
    assert leaks(str(transform) + repr(transform)) == []
    crs_room.require_survey_crs(local, "a.shp")


def test_an_older_datum_is_never_converted_without_parameters() -> None:
    with pytest.raises(CrsUnsuitable, match="different datums"):
        crs_room.to_crs(np.array([shapely.Point(600_000, 3_430_000)], dtype=object), CRS(2437))
    same, transform = crs_room.to_crs(np.array([shapely.Point(500_000, 3_430_000)], dtype=object), CRS(2437), CRS(4214))
    assert (same[0].x, transform.source) == (pytest.approx(120), "EPSG:2437")


def test_a_file_labelled_with_the_same_plane_is_named_local(local: CRS) -> None:
    settled = found_crs(SaidCrs(local.to_wkt()), None, "a.shp", lambda: np.zeros((0, 2)))
    assert settled.crs == local
    assert settled.evidence == "file says local"


def test_messages_about_it_tell_no_parameter(local: CRS) -> None:
    with pytest.raises(OutsideArea) as caught:
        crs_room.require_shanghai((900_000, 900_000, 900_001, 900_001), local, "a.shp")
    assert "local" in caught.value.zh
    assert "°E" not in told(caught.value), "a place in degrees beside local numbers would tell the parameters"
    assert leaks(told(caught.value)) == []
    settled = found_crs(SaidCrs("EPSG:4549"), crs_room.parse_stated("local"), "a.shp", lambda: np.zeros((0, 2)))
    (issue,) = settled.issues
    assert "local" in issue.message_zh
    assert leaks(repr(issue) + settled.evidence) == []


def test_small_signed_numbers_ask_for_it_and_never_guess() -> None:
    points = np.array([[-12_000.0, 3_000.0], [15_000.0, -20_000.0]])
    question = crs_question(points, "a.shp")
    assert question.candidates == ()
    assert "LANDGIS_CRS_FILE" in question.asks_zh
    assert "LANDGIS_CRS_FILE" in question.asks_en
    crs_room.deploy(lambda: FAKE_WKT)
    (candidate,) = crs_question(points, "a.shp").candidates
    assert candidate.value == "local"
    assert leaks(repr(candidate)) == []


def test_without_a_deployment_the_way_to_one_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        crs_room.parse_stated("local")
    assert "LANDGIS_CRS_FILE" in caught.value.next_zh
    assert "LANDGIS_CRS_FILE" in caught.value.next_en


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("no such 121.23456789 plane", "no CRS that PROJ knows"),
        ("EPSG:4549", "repeats an EPSG code"),
        ("EPSG:4490", "not a projected CRS"),
        ("+proj=tmerc +lon_0=121.23456789 +ellps=krass +units=m +type=crs", "holds no parameters"),
        (FAKE_WKT[:-40], "no CRS that PROJ knows"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_without_its_content(text: str, match: str) -> None:
    crs_room.deploy(lambda: text)
    with pytest.raises(ConfigError, match=match) as caught:
        crs_room.parse("local")
    assert leaks(told(caught.value)) == []
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_file_must_lie_outside_the_project_and_be_readable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="inside the project"):
        CrsSettings(crs_file=PROJECT / "README.md").definition()
    with pytest.raises(ConfigError, match="does not exist"):
        CrsSettings(crs_file=tmp_path / "none.wkt").definition()
    (tmp_path / "bytes.wkt").write_bytes(b"\xff121.23456789")
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        CrsSettings(crs_file=tmp_path / "bytes.wkt").definition()
    assert leaks(told(caught.value)) == []
    assert "121" not in repr(CrsSettings(crs_file=crs_file(tmp_path)))
