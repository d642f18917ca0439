"""A kernel that lacks a wall: reading goes on and says so, or stops where the office wants every wall."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from landgis.exchange.reading.walls import WALLS, missing_walls, required
from tests.support.command import landgis
from tests.support.formats import geopackage

ROOT = Path(__file__).parents[2]
NAMES = {"landlock": "Landlock", "seccomp": "seccomp"}


def on_old_kernel(wall: str, home: Path, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "landgis.cli.app", *map(str, arguments)]
    return subprocess.run(
        [sys.executable, "-m", "tests.support.old_kernel", wall, *command],
        cwd=ROOT,
        env={**os.environ, "LANDGIS_HOME": str(home), **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("wall", WALLS)
def test_a_file_read_behind_fewer_walls_carries_that_as_an_issue(wall: str, tmp_path: Path) -> None:
    ran = on_old_kernel(wall, tmp_path / "home", "inspect", geopackage(tmp_path), "--json")
    assert ran.returncode == 0, ran.stderr
    (issue,) = (row for row in json.loads(ran.stdout)["issues"] if row["code"] == "confinement_incomplete")
    assert issue["severity"] == "serious"
    assert NAMES[wall] in issue["message_zh"]
    assert NAMES[wall] in issue["message_en"]
    assert not any(name in issue["message_en"] for other, name in NAMES.items() if other != wall)


@pytest.mark.parametrize("wall", WALLS)
def test_nothing_is_read_where_the_office_wants_every_wall(wall: str, tmp_path: Path) -> None:
    path = geopackage(tmp_path)
    ran = on_old_kernel(wall, tmp_path / "home", "inspect", path, LANDGIS_REQUIRE_CONFINEMENT="1")
    assert ran.returncode == 2
    assert "LANDGIS_REQUIRE_CONFINEMENT" in ran.stderr
    assert "未读取任何文件" in ran.stderr
    assert "nothing was read" in ran.stderr
    assert "Next:" in ran.stderr


def test_the_doctor_names_the_wall_that_is_missing(tmp_path: Path) -> None:
    ran = on_old_kernel("landlock", tmp_path / "home", "doctor", "--json")
    states = {row["name_en"]: row for row in json.loads(ran.stdout)["findings"]}
    lacking = states["Confinement: Landlock (closes the file system)"]
    assert (lacking["state"], bool(lacking["next_zh"]), bool(lacking["next_en"])) == ("reduced", True, True)
    assert states["Confinement: seccomp (closes network and programs)"]["state"] == "there"
    strict = on_old_kernel("landlock", tmp_path / "home", "doctor", LANDGIS_REQUIRE_CONFINEMENT="yes")
    assert strict.returncode == 2
    assert "不读取外来文件" in strict.stderr


def test_with_every_wall_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANDGIS_REQUIRE_CONFINEMENT", "1")
    assert missing_walls() == ()
    ran = landgis("inspect", geopackage(tmp_path), "--json")
    assert ran.returncode == 0
    assert "confinement_incomplete" not in ran.stdout
    ran = landgis("doctor")
    assert ran.returncode == 0
    assert "Landlock" in ran.stdout


@pytest.mark.parametrize(("value", "meant"), [("", False), ("0", False), ("no", False), ("1", True), ("ja", True)])
def test_whatever_is_not_a_no_means_yes(value: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_REQUIRE_CONFINEMENT", value)
    assert required() is meant
