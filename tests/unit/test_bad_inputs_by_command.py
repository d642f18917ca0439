"""A slice of the bad files through the commands that a planner types: ``inspect`` and ``check``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.badinput import build
from tests.badinput.case import CANARY, MAKERS, Expected, Trap, expectations
from tests.badinput.doors import nothing_left, within_limit
from tests.badinput.every import KINDS
from tests.badinput.traps import Wire, listening, set_trap
from tests.support.command import Ran, landgis

EXIT = {"sound": 0, "issue": 0, "refused": 2, "question": 3}
LAYER_KEYS = {"name", "count", "geometry_types", "crs", "encoding", "null_geometries", "empty", "invalid", "extent"}
CHOOSE_A_LAYER = ("container-zip-two-layers", "container-gpkg-two-layers")
"""Inspecting shows every layer; only reading must choose one."""
JUDGED_LATER = {"contract_broken", "outside_area"}
"""What only the use of a file can refuse: inspecting names it as an issue or not at all."""


def _slice() -> list[Expected]:
    """Every ninth case that inspecting alone can decide, and every truncated raster."""
    assert KINDS
    rows = [
        row
        for row in expectations().values()
        if row.kind != "attributes"
        and "facts" not in row.id
        and row.id not in CHOOSE_A_LAYER
        and not JUDGED_LATER & {code for group in row.codes for code in group}
        and "answer" not in row.id
    ]
    return [row for at, row in enumerate(rows) if at % 9 == 0 or "-tif-" in row.id]


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with listening() as wire:
        yield wire


@pytest.fixture(scope="module")
def trap(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Trap:
    return set_trap(tmp_path_factory.mktemp("secret"), wire)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("expected", _slice(), ids=lambda row: row.id)
def test_inspecting_says_what_reading_would_do(
    expected: Expected, tmp_path: Path, trap: Trap, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered = tmp_path / "交付"
    delivered.mkdir()
    delivery = MAKERS[expected.id](delivered, trap)
    answers = [part for name, value in delivery.reading.items() for part in (f"--{name}", value)]
    calls = len(wire.calls)
    with nothing_left(delivered, tmp_path / "scratch", monkeypatch), within_limit():
        result = landgis("inspect", delivery.path, *answers, "--json")
    found = json.loads(result.stdout)
    assert result.returncode in {EXIT[outcome] for outcome in expected.outcomes}, found
    assert found["accepted"] is (result.returncode == 0)
    assert bool(found["questions"]) or result.returncode != 3
    assert all(set(layer) >= LAYER_KEYS for layer in found["layers"])
    codes = {issue["code"] for issue in found["issues"]}
    assert result.returncode != 2 or codes & {code for group in expected.codes for code in group}, codes
    assert all(issue["message_zh"] and issue["message_en"] and issue["where"] for issue in found["issues"])
    assert CANARY not in result.stdout + result.stderr
    assert len(wire.calls) == calls


# --- check -----------------------------------------------------------------------------------------------------------


CHECKED = (
    "geometry-bow-tie-parcel",
    "attributes-id-repeated",
    "attributes-id-formula",
    "attributes-id-escape-codes",
    "attributes-town-of-another-city",
    "attributes-code-field-missing",
    "crs-no-prj",
    "crs-swapped-plane",
    "crs-web-mercator",
    "encoding-gbk-unsaid",
    "encoding-json-gbk",
    "container-zip-slip",
    "container-zip-no-dbf",
    "container-gpkg-no-rows",
    "container-nothing",
    "driver-vrt-as-geojson",
    "driver-gml-schema",
    "driver-name-vsicurl",
    "xml-kml-external-file",
    "coordinates-point-letters",
    "truncation-gpkg-75",
    "truncation-shp-50",
    "truncation-geojson-99",
    "truncation-zip-25",
)
CONTROL_LINES = ("development_boundary", "permanent_basic_farmland", "ecological_redline", "homestead")


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Control lines far from every parcel: whatever is measured comes out clear."""
    folder = tmp_path_factory.mktemp("layers")
    for key in CONTROL_LINES:
        shape = build.square(-9_000, -9_000)
        build.pyogrio.write_dataframe(build.frame([shape]), folder / f"{key}.gpkg", layer=key, driver="GPKG")
    return folder


@pytest.mark.parametrize("name", CHECKED)
def test_a_check_of_bad_input_is_never_clear(
    name: str, tmp_path: Path, layers: Path, trap: Trap, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered, out = tmp_path / "交付", tmp_path / "结果"
    delivered.mkdir()
    delivery = MAKERS[name](delivered, trap)
    calls = len(wire.calls)
    with nothing_left(delivered, tmp_path / "scratch", monkeypatch), within_limit():
        result = landgis("check", delivery.path, "--layers", layers, "--as-of", "2026-06-30", "--out", out, "--json")
    assert result.returncode in (2, 3), result.stdout
    assert CANARY not in result.stdout + result.stderr
    assert len(wire.calls) == calls
    found = json.loads(result.stdout)
    codes = {code for group in expectations()[name].codes for code in group}
    if "error" in found:
        _refusal_is_told(result)
        assert found["error"]["code"] in codes | {"contract_broken"}
        assert not out.exists(), "a refused file leaves no results"
        return
    assert "unknown" in {parcel["verdict"] for parcel in found["parcels"]}
    assert codes & {issue["code"] for issue in found["issues"]}


def _refusal_is_told(result: Ran) -> None:
    for word in ("错误：", "请：", "Error:", "Next:"):
        assert word in result.stderr
    assert "Traceback" not in result.stderr
