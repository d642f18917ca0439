"""``landgis verify`` and what ``landgis screen`` says of flips, by command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Ran, landgis
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of its own, with the sample's layers published and its parcels in."""
    with installation("核验", stocked_home) as home:
        yield home


def screened(day: str, *options: str) -> Ran:
    result = landgis("screen", "--as-of", day, *options)
    assert result.returncode in (1, 3), result.stderr
    return result


def test_a_run_is_verified_and_the_next_one_says_what_flipped() -> None:
    earlier = json.loads(screened("2025-12-31", "--json").stdout)
    assert earlier["flips"] is None
    first = json.loads(screened("2026-06-30", "--json").stdout)
    told = first["flips"]["parcels"]
    assert told
    assert first["flips"]["against"] == earlier["run_id"]
    assert all(flip["message_zh"].startswith(f"地块 {flip['parcel_id']} 由“") for flip in told)
    kinds = {cause["kind"] for flip in told for change in flip["changes"] for cause in change["causes"]}
    assert kinds == {"release"}
    shown = landgis("verify", "--run", first["run_id"])
    assert shown.returncode == 0, shown.stdout
    assert "重新判定" in shown.stdout
    assert shown.stdout.rstrip().endswith("一致 the same")
    data = json.loads(landgis("verify", "--run", first["run_id"], "--json").stdout)
    assert (data["result"], data["differences"]) == ("same", [])
    again = json.loads(screened("2026-06-30", "--changed", "--json").stdout)
    assert (again["flips"]["against"], again["flips"]["count"]) == (first["run_id"], 0)
    assert "0 宗地块结论有变" in screened("2026-06-30", "--changed").stdout
    ahead = landgis("screen", "--rules", "songjiang", "--as-of", "2035-06-30", "--changed")
    assert ahead.returncode == 2  # nobody knows what will be in force
    assert "2035-06-30" in ahead.stderr


def test_a_run_that_is_not_there_is_wrong_use() -> None:
    result = landgis("verify", "--run", "R999999")
    assert result.returncode == 2
    assert "没有筛查批次" in result.stderr
