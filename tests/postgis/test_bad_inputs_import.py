"""A slice of the bad files through ``layer import``: what is refused leaves no release, no original, no scratch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.badinput import build
from tests.badinput.case import CANARY, MAKERS, Trap, expectations
from tests.badinput.doors import listing, nothing_left, within_limit
from tests.badinput.every import KINDS
from tests.badinput.traps import Wire, listening, set_trap
from tests.support.command import landgis
from tests.support.places import passable_folder

REFUSED = (
    "container-zip-slip",
    "container-gpkg-no-rows",
    "container-gpkg-promises-more-rows",
    "crs-no-prj-in-zip",
    "crs-swapped-plane",
    "driver-vrt-as-gpkg",
    "encoding-json-gbk",
    "geometry-all-invalid",
    "truncation-gpkg-75",
    "truncation-geojson-99",
    "truncation-zip-50",
    "truncation-fgb-99",
    "xml-kml-external-file",
)
ISSUES = ("geometry-bow-tie", "geometry-missing", "geometry-stray-far", "geometry-curve-polygon", "geometry-heights")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with listening() as wire:
        yield wire


@pytest.fixture(scope="module")
def trap(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Trap:
    assert KINDS
    return set_trap(tmp_path_factory.mktemp("secret"), wire)


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """An installation of its own."""
    with passable_folder("底数") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        patch.delenv("LANDGIS_DATABASE_URL", raising=False)
        assert landgis("db", "start").returncode == 0
        yield home
        assert landgis("db", "stop").returncode == 0


def releases() -> list[object]:
    result = landgis("layer", "list", "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def originals(home: Path) -> set[str]:
    return {name for name in listing(home) if "original" in name}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_leaves_the_inventory_as_it_was(
    name: str, home: Path, tmp_path: Path, trap: Trap, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered = tmp_path / "交付"
    delivered.mkdir()
    delivery = MAKERS[name](delivered, trap)
    before, kept = releases(), originals(home)
    with nothing_left(delivered, tmp_path / "scratch", monkeypatch), within_limit():
        result = landgis("layer", "import", delivery.path, "--as-layer", "homestead", "--json")
    assert result.returncode in (2, 3), result.stdout
    for word in ("错误：", "请：", "Error:", "Next:"):
        assert word in result.stderr
    assert "Traceback" not in result.stderr
    assert CANARY not in result.stdout + result.stderr
    assert (releases(), originals(home), wire.calls) == (before, kept, [])


@pytest.mark.parametrize("name", ISSUES)
def test_a_bad_row_is_an_issue_of_the_draft(name: str, tmp_path: Path, trap: Trap) -> None:
    delivered = tmp_path / "交付"
    delivered.mkdir()
    delivery = MAKERS[name](delivered, trap)
    result = landgis("layer", "import", delivery.path, "--as-layer", "homestead", "--name", name, "--json")
    assert result.returncode == 0, result.stderr
    shown = json.loads(landgis("layer", "show", "homestead", name, "--json").stdout)
    codes = {issue["code"] for issue in shown["issues"]}
    missing = [group for group in expectations()[name].codes if not codes & set(group)]
    assert not missing, codes


def test_all_repeated_numbers_are_named_and_listed_row_by_row(tmp_path: Path) -> None:
    numbers = [f"31011710900{row // 2:04d}" for row in range(50)]
    path = build.gpkg(tmp_path / "地块.gpkg", [build.square(200 * row) for row in range(50)], {"DKBM": numbers})
    ran = landgis("parcel", "import", path, "--json")
    assert ran.returncode == 2
    error = json.loads(ran.stdout)["error"]
    assert error["code"] == "numbers_repeated"
    assert "25 个地块编号重复" in error["message_zh"]
    assert all(number in error["message_zh"] and number in error["message_en"] for number in numbers[:40])
    assert "另有 5 个" in error["message_zh"]
    assert "and 5 more" in error["message_en"]
    assert len(error["issues"]) == 50
    assert all(any(number in issue["where"] for issue in error["issues"]) for number in numbers)
    few = build.gpkg(tmp_path / "两宗.gpkg", [build.square(200 * row) for row in range(4)], {"DKBM": numbers[:4]})
    told = landgis("parcel", "import", few)
    assert f"{numbers[0]}（第 1、2 行）" in told.stderr
    assert f"{numbers[2]}（第 3、4 行）" in told.stderr
    assert "另有" not in told.stderr


def test_importing_asks_everything_at_once_and_ends_with_three(trap: Trap, tmp_path: Path) -> None:
    delivery, before = MAKERS["encoding-and-crs-unsaid"](tmp_path, trap), releases()
    ran = landgis("layer", "import", delivery.path, "--json")
    assert ran.returncode == 3
    asked = json.loads(ran.stdout)["error"]["questions"]
    assert [question["code"] for question in asked] == ["encoding", "crs"]
    assert releases() == before
