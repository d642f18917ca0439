"""``landgis decision`` on the sample district, and what ``screen`` and ``explain`` say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

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
        assert landgis("person", "add", "shenhe", "审核员乙", "--role", "district_reviewer").returncode == 0
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
    assert "可办理的是区审核员" in own.stderr
    assert "landgis person add ACCOUNT NAME --role district_reviewer" in own.stderr
    assert landgis("decision", "confirm", number, "--as", "shenhe").returncode == 0
    (row,) = listed()
    assert (row["state"], row["due"], row["confirmed"]["by"]) == ("in_force", True, "shenhe")
    assert listed("--district", "chongming") == []
    assert listed("--as-of", today() - timedelta(days=1)) == []
    assert listed("--as-of", today() + timedelta(days=21))[0]["state"] == "expired"
    shown = landgis("decision", "list").stdout
    assert all(word in shown for word in (number, "有效", "须办理 1 项", "1 of them due", "未收件"))
    assert all(
        word in shown for word in ("in force", "不符合 excluded → 待核 flagged", "边界误差，已现场复核", "到期 | due:")
    )
    assert (listed()[0]["due_zh"], listed()[0]["due_en"][:4]) == (f"须办理：{row['expires_on']} 到期", "due:")
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
    assert "撤回人 审核员乙，撤回理由：依据有误" in gone.stdout
    assert "withdrawn by shenhe, reason: 依据有误" in gone.stdout
    assert "撤回人 withdrawn by 审核员乙（shenhe）：依据有误" in landgis("decision", "list").stdout
    assert listed()[0]["withdrawn"]["reason"] == "依据有误"
    assert listed("--due") == []


def test_a_paper_that_is_not_there_and_a_number_that_two_bear_are_told(parcel: str, tmp_path: Path) -> None:
    twice = "沪松〔2026〕8号"
    for kind in ("decision", "contract"):
        listing = ("parcel", "document", "add", parcel, "--number", twice, "--kind", kind)
        assert landgis(*listing).returncode == 0
    asked = add(parcel, document=twice)
    assert (asked.returncode, "审批或决定文件（未收件）" in asked.stderr) == (2, True)
    assert f"--document decision:{twice}" in asked.stderr
    made = add(parcel, "--json", document=f"审批或决定文件：{twice}")
    assert "已登记，未收件" in made.stderr
    assert "was not received" in made.stderr
    row = json.loads(made.stdout)
    assert (row["document"]["kind"], row["document"]["sha256"]) == ("decision", None)
    paper = tmp_path / "认定.txt"
    paper.write_text("同意", encoding="utf-8")
    assert landgis("parcel", "document", "add", parcel, paper, "--number", twice, "--kind", "decision").returncode == 0
    assert listed("--due")[-1]["document"]["sha256"] is not None
    short = row["decision_id"].lstrip("D0")
    gone = landgis("decision", "withdraw", short, "--reason", "误录")
    assert (gone.returncode, row["decision_id"] in gone.stdout) == (0, True)


def test_a_rule_goes_by_its_title_and_an_outcome_by_its_label(parcel: str) -> None:
    options = ("--reason", "复核", "--document", NUMBER, "--expires-on", today() + timedelta(days=9))
    made = landgis("decision", "add", parcel, "永久基本农田", "--outcome", "待核", *options, "--json")
    assert made.returncode == 0, made.stderr
    row = json.loads(made.stdout)
    assert (row["rule_id"], row["outcome"]) == (RULE, "flagged")
    assert landgis("decision", "withdraw", row["decision_id"], "--reason", "试录").returncode == 0
    refused = landgis("decision", "add", parcel, RULE, "--outcome", "unknown", *options)
    assert (refused.returncode, "可选：clear（符合）" in refused.stderr) == (2, True)
    assert "unknown" not in landgis("decision", "add", "--help").stdout


def test_wrong_use_is_told(parcel: str) -> None:
    assert add(parcel, days=400).returncode == 2
    lacking = add(parcel, document="无此文号").stderr
    assert "parcel document add" in lacking
    assert "--kind KIND" in lacking
    nowhere = landgis("decision", "list", "--district", "nope")
    assert (nowhere.returncode, "songjiang（松江区）" in nowhere.stderr, nowhere.stdout) == (2, True, "")
    assert landgis("decision", "list", "--district", "松江区").returncode == 0
    assert landgis("decision", "confirm", "D999999", "--as", "shenhe").returncode == 2
    assert add(parcel, "--as", "shenhe").returncode == 2
    assert landgis("decision", "add", parcel, RULE).returncode == 2
