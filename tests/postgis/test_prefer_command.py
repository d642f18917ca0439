"""``landgis screen --preference`` on the sample: who is ranked, by which points, and who is not."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from landgis.rules.reading.preference_table import load_preference
from tests.support.command import landgis
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
DAY = ("--as-of", "2026-06-30")
COVER = (
    "--as-layer", "land_cover", "--name", "2026-01", "--meaning", "globeland30", "--district", "songjiang", "--document-no",
    "示例〔2026〕14号", "--approved-on", "2026-01-01", "--in-force-from", "2026-01-01", "--substitute",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of its own, with the sample screened for both districts."""
    with installation("优选", stocked_home) as home:
        cover = landgis("layer", "import", SAMPLE / "layers" / "land_cover.tif", *COVER, "--publish")
        assert cover.returncode == 0, cover.stderr
        for pack in ("songjiang", "chongming"):
            assert landgis("screen", *DAY, "--rules", pack).returncode in (1, 3)
        yield home


def preferred(*options: object) -> dict[str, Any]:
    result = landgis("screen", "--preference", *options, "--json")
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(scope="module")
def songjiang(home: Path) -> dict[str, Any]:
    return preferred("--top", 10)


def test_only_what_may_enter_is_ranked_and_the_rest_is_told_why(songjiang: dict[str, Any]) -> None:
    assert {row["verdict"] for row in songjiang["parcels"]} <= {"clear", "flagged"}
    left = {row["verdict"] for row in songjiang["not_scored"]}
    assert left == {"excluded", "unknown"}
    assert all("不予优选：" in row["why_zh"] and len(row["why_zh"]) > 12 for row in songjiang["not_scored"])
    every = [row["parcel_id"] for name in ("parcels", "not_scored") for row in songjiang[name]]
    assert len(every) == len(set(every))
    assert songjiang["parcels"]
    assert [row["rank"] for row in songjiang["parcels"]] == list(range(1, len(songjiang["parcels"]) + 1))


def test_points_of_every_contribution_are_told_and_add_up(songjiang: dict[str, Any]) -> None:
    (edition,) = load_preference("songjiang")
    for row in songjiang["parcels"][:10]:
        parts = row["contributions"]
        assert [part["contribution"] for part in parts] == [each.contribution_id for each in edition.contributions]
        for side in ("points_least", "points_most"):
            assert sum(part[side] for part in parts) == pytest.approx(row[side], abs=1e-6)
        assert all(part["source_zh"] and part["unit"] for part in parts)
        assert set(row["varied_ranks"]) == {part["contribution"] for part in parts}


def test_a_layer_that_nobody_supplied_gives_a_range(songjiang: dict[str, Any]) -> None:
    assert songjiang["releases"]["new_city"] == ""
    part = next(part for part in songjiang["parcels"][0]["contributions"] if part["contribution"] == "near-new-city")
    assert (part["value"], part["points_least"], part["points_most"]) == (None, 0.0, 10.0)
    assert "缺少图层 new_city" in part["source_zh"]
    assert any("new_city" in row["zh"] for row in songjiang["notices"])


def test_stand_ins_and_unsigned_weights_are_said(songjiang: dict[str, Any]) -> None:
    said = " ".join(row["zh"] for row in songjiang["notices"])
    assert "替代数据，非法定成果" in said
    assert "未经单位签字确认" in said
    assert songjiang["preference"]["signed"] is None


def test_distances_are_those_of_the_drawn_layers(songjiang: dict[str, Any]) -> None:
    roads = gpd.read_file(SAMPLE / "layers" / "road.gpkg").to_crs(4549).union_all()
    parcels = gpd.read_file(SAMPLE / "parcels.gpkg").to_crs(4549)
    number = next(name for name in ("DKBM", "parcel_id") if name in parcels.columns)
    shapes = dict(zip(parcels[number], parcels.geometry, strict=True))
    for row in songjiang["parcels"][:10]:
        part = next(part for part in row["contributions"] if part["contribution"] == "near-road")
        assert part["most"] == pytest.approx(shapely.distance(shapes[row["parcel_id"]], roads), abs=1e-3)


def test_cells_of_the_land_cover_are_read(songjiang: dict[str, Any]) -> None:
    assert songjiang["releases"]["land_cover"]
    parts = [part for row in songjiang["parcels"][:10] for part in row["contributions"]]
    shares = [part["value"] for part in parts if part["contribution"] == "built-cover"]
    assert len(shares) == 10
    assert any(share is not None and 0 <= share <= 1 for share in shares)


def test_chongming_is_ranked_by_its_own_weights(home: Path) -> None:
    answer = preferred("--rules", "chongming", "--top", 3)
    ids = [each["id"] for each in answer["preference"]["contributions"]]
    assert "mature-location" in ids
    assert "inside-village-boundary" not in ids
    assert answer["pack"]["id"] == "chongming"


def test_the_same_run_gives_the_same_order(songjiang: dict[str, Any]) -> None:
    assert preferred("--top", 10) == songjiang


def test_people_read_order_and_points(home: Path) -> None:
    result = landgis("screen", "--preference", "--top", 5)
    assert result.returncode == 0, result.stderr
    assert "优选次序" in result.stdout
    assert "首位的得分构成" in result.stdout
    assert "不予优选：" in result.stdout
    assert "未经单位签字确认" in result.stderr


def test_the_tables_hold_everything(home: Path, tmp_path: Path, songjiang: dict[str, Any]) -> None:
    assert landgis("screen", "--preference", "--out", tmp_path / "优选").returncode == 0
    rows = {
        name: list(csv.DictReader((tmp_path / "优选" / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        for name in ("ranks", "points", "not_scored")
    }
    assert len(rows["ranks"]) == len(songjiang["parcels"])
    assert len(rows["points"]) == len(rows["ranks"]) * len(songjiang["preference"]["contributions"])
    assert len(rows["not_scored"]) == len(songjiang["not_scored"])
    assert json.loads((tmp_path / "优选" / "preference.json").read_text("utf-8"))["run_id"] == songjiang["run_id"]
    shutil.rmtree(tmp_path / "优选")


@pytest.mark.parametrize("options", [("--changed",), ("--as-of", "2026-06-30"), ("--curable",)])
def test_nothing_else_of_screen_goes_with_it(options: tuple[str, ...]) -> None:
    result = landgis("screen", "--preference", *options)
    assert result.returncode == 2
    assert "--preference" in result.stderr


def test_a_folder_alone_is_wrong_use(tmp_path: Path) -> None:
    result = landgis("screen", "--out", tmp_path)
    assert result.returncode == 2
    assert "--preference" in result.stderr
