"""``landgis decision`` on the sample district, and what ``screen`` and ``explain`` say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from landgis.access.roles import Role
from landgis.bootstrap import build
from landgis.db.connect import open_database
from landgis.db.people import PeopleStore
from landgis.domain.district import BEIJING
from tests.support.command import Ran, landgis
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
NUMBER = "沪松规认〔2026〕7号"
RULE = "permanent-basic-farmland"


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of its own: the sample stored, Songjiang screened, a reviewer registered."""
    with installation("认定", stocked_home) as home:
        assert landgis("screen", "--as-of", "2026-06-30").returncode in (1, 3)
        owner = open_database(build().server, role="landgis_owner", pooled=False)
        PeopleStore(owner).register("shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
        yield home


@pytest.fixture(scope="module")
def parcel(home: Path) -> str:
    rows = pd.read_csv(SAMPLE / "planted.csv", encoding="utf-8-sig", dtype=str)
    rows = rows[(rows["district"] == "songjiang") & (rows["kind"] == "border_noise")]
    found = str(rows["parcel_id"].iloc[0])
    added = landgis("parcel", "document", "add", found, "--number", NUMBER, "--kind", "decision", "--title", "认定意见")
    assert added.returncode == 0, added.stderr
    return found


def today() -> date:
    return datetime.now(BEIJING).date()


def add(parcel: str, *options: str, days: int = 20, document: str = NUMBER) -> Ran:
    return landgis(
        "decision", "add", parcel, RULE, "--outcome", "flagged", "--reason", "边界误差，已现场复核", "--document", document,
        "--expires-on", today() + timedelta(days=days), *options,
    )  # fmt: skip


def listed(*options: object) -> list[dict[str, Any]]:
    ran = landgis("decision", "list", "--json", *options)
    assert ran.returncode == 0, ran.stderr
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


def test_help_is_chinese_first() -> None:
    shown = landgis("decision", "--help").stdout
    assert shown.index("人工认定") < shown.index("Decisions of persons")
    assert all(name in shown for name in ("add", "confirm", "withdraw", "list"))


def test_a_red_line_is_decided_confirmed_told_and_withdrawn(parcel: str) -> None:
    made = json.loads(add(parcel, "--json").stdout)
    number = made["decision_id"]
    assert (made["state"], made["computed"], made["outcome"]) == ("proposed", "excluded", "flagged")
    own = landgis("decision", "confirm", number)
    assert (own.returncode, "无权确认人工认定" in own.stderr) == (2, True)
    assert landgis("decision", "confirm", number, "--as", "shenhe").returncode == 0
    (row,) = listed()
    assert (row["state"], row["due"], row["confirmed"]["by"]) == ("in_force", True, "shenhe")
    assert listed("--district", "chongming") == []
    assert listed("--as-of", today() - timedelta(days=1)) == []
    assert listed("--as-of", today() + timedelta(days=21))[0]["state"] == "expired"
    shown = landgis("decision", "list").stdout
    assert all(word in shown for word in (number, "有效", "须办理 1 项"))
    told = landgis("explain", parcel).stdout
    assert "不符合" in told
    assert f"人工认定：“永久基本农田”认定为“待核”（计算结论为“不符合”），文号 {NUMBER}" in told.replace(
        "\n", ""
    ).replace("  ", "")
    run = landgis("screen", "--changed", "--as-of", today(), "--json")
    data = json.loads(run.stdout)["decisions"]
    assert (data["counts"]["in_force"], data["due"], data["parcels"][0]["parcel_id"]) == (1, 1, parcel)
    assert (
        "人工认定（与计算结论并列，不改变上表）：有效 1 项" in landgis("screen", "--changed", "--as-of", today()).stdout
    )
    gone = landgis("decision", "withdraw", number, "--reason", "依据有误", "--as", "shenhe")
    assert (gone.returncode, "已撤回" in gone.stdout) == (0, True)
    assert listed()[0]["withdrawn"]["reason"] == "依据有误"
    assert listed("--due") == []


def test_wrong_use_is_told(parcel: str) -> None:
    assert add(parcel, days=400).returncode == 2
    assert "parcel document add" in add(parcel, document="无此文号").stderr
    assert landgis("decision", "confirm", "D999999", "--as", "shenhe").returncode == 2
    assert add(parcel, "--as", "shenhe").returncode == 2
    assert landgis("decision", "add", parcel, RULE).returncode == 2
