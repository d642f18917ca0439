"""``landgis screen`` by command: what has changed, on a cluster, and the indexes that are kept for the next time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import landgis
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
DAY = ("--as-of", "2026-06-30")


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of its own, with the sample's layers published and its parcels in."""
    with installation("筛查", stocked_home) as home:
        yield home


def screened(*options: str) -> dict:
    result = landgis("screen", *DAY, *options, "--json")
    assert result.returncode in (1, 3), result.stderr
    return json.loads(result.stdout)


def test_the_same_verdicts_anew_taken_over_and_on_a_cluster(home: Path) -> None:
    whole = screened()
    kept = sorted((home / "indexes").glob("*/entry.json"))
    assert len(kept) == len([name for name in whole["releases"].values() if name])
    again, scattered = screened("--changed"), screened("--engine", "dask")
    assert whole["verdicts"] == again["verdicts"] == scattered["verdicts"]
    assert (whole["taken_from"], again["taken_from"], scattered["taken_from"]) == (None, whole["run_id"], None)
    parcels = sum(row["count"] for row in whole["verdicts"])
    assert again["taken_over"] == {layer: parcels for layer, name in whole["releases"].items() if name}
    assert sorted((home / "indexes").glob("*/entry.json")) == kept


def test_people_are_told_what_was_taken_over_and_what_could_not_be(home: Path) -> None:
    last = screened()["run_id"]
    said = landgis("screen", *DAY, "--changed").stdout
    assert f"沿用 {last} 的量算" in said
    alone = landgis("screen", *DAY, "--changed", "--rules", "chongming")
    assert "没有可沿用的筛查批次，已全部量算" in alone.stderr


def test_a_scheduler_without_dask_is_wrong_use() -> None:
    result = landgis("screen", *DAY, "--scheduler", "tcp://127.0.0.1:8786")
    assert result.returncode == 2
    assert "--engine dask" in result.stderr


def test_a_check_against_the_inventory_and_against_the_folder_say_the_same(home: Path) -> None:
    by_index = landgis("check", SAMPLE / "parcels.gpkg", *DAY, "--json")
    by_folder = landgis("check", SAMPLE / "parcels.gpkg", *DAY, "--layers", SAMPLE / "layers", "--json")
    one, other = (json.loads(result.stdout)["parcels"] for result in (by_index, by_folder))
    assert len(one) > 100
    for mine, theirs in zip(one, other, strict=True):
        assert mine["overlaps"] == theirs["overlaps"]
        assert mine["slivers"] == theirs["slivers"]
        assert mine["stability"] == theirs["stability"]
