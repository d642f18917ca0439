"""``landgis pool``, ``intent`` and ``task`` on a ground of a few parcels: what is said, in which words, with which exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import landgis as package
from landgis.access.roles import Role
from landgis.bootstrap import build
from landgis.db.connect import open_database
from landgis.db.people import PeopleStore
from landgis.domain.district import BEIJING
from landgis.domain.layer import LegalState
from tests.support import ground
from tests.support.command import Ran, landgis
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import at
from tests.support.office import installation

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "criteria" / "intents.yaml"
DAY = ("--as-of", "2026-06-30")


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """Five parcels, one of which nobody knows enough of, screened; a clerk, a leader and a reviewer are registered."""
    with installation("储备") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "160")
        app = build()
        store_layers(app.database, app.person, ground.clear_layers().values())
        boxes = {f"SJ-00{number}": at(200 * number, 0, 80, 60) for number in range(1, 5)}
        store_parcels(app.database, app.person, ground.parcels(boxes))
        store_parcels(app.database, app.person, ground.parcels({"SJ-005": at(1000, 0, 80, 60)}, dispute=None))
        owner = open_database(app.server, role="landgis_owner", pooled=False)
        for account, role in (
            ("zhen", Role.TOWN_CLERK), ("ling", Role.LEADER), ("shen", Role.DISTRICT_REVIEWER), ("xi", Role.SYSTEM_ADMIN),
        ):  # fmt: skip
            town_code = "310117109" if role is Role.TOWN_CLERK else None
            PeopleStore(owner).register(account, account, role, town_code=town_code)
        app.close()
        assert landgis("screen", *DAY).returncode == 3
        yield home


def data(*arguments: object, code: int = 0) -> Any:
    ran = landgis(*arguments, "--json")
    assert ran.returncode == code, ran.stderr
    return json.loads(ran.stdout)


def said(*arguments: object, code: int = 0) -> Ran:
    ran = landgis(*arguments)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran


def test_help_is_chinese_first() -> None:
    for group, words in (("pool", "储备项目库"), ("intent", "用地意向"), ("task", "待办事项")):
        assert words in landgis(group, "--help").stdout.splitlines()[2]


def test_a_town_keeps_a_lead_and_a_build_tells_everything() -> None:
    lead = said("pool", "add", "SJ-005", "--reason", "town_report", "--tier", "意向储备库", "--as", "zhen").stdout
    assert "SJ-005 M000001（意向储备库）未入库 → 线索：镇（街道）排摸上报" in lead
    assert "not in the pool → lead: reported by the town" in lead
    assert "无权登记线索" in said("pool", "add", "SJ-004", "--reason", "town_report", "--as", "ling", code=2).stderr
    built = said("pool", "build").stdout
    assert "松江区储备项目库 P000001" in built
    assert "R000001 · 截至 as of 2026-06-30" in built
    assert "新入库 enter：SJ-001、SJ-002、SJ-003、SJ-004" in built
    assert "未入库：无法判定 left out: unknown" in built
    assert "缺什么" in built
    assert "SJ-005" in built[built.index("缺什么") :]
    again = data("pool", "build")
    assert (again["run_id"], again["members"], again["moves"], again["bound"]) == ("R000001", 4, [], [])
    assert [row["parcel_id"] for row in again["near_misses"]["parcels"] if row["curable"]] == ["SJ-005"]
    assert [row["pool_id"] for row in data("pool", "list")] == ["P000002", "P000001"]
    assert data("pool", "show")["pool_id"] == "P000002"
    assert data("pool", "show", "1")["left_out"][0]["reason"] == "verdict_unknown"
    assert "SJ-005" in said("pool", "show", "p1").stdout


def test_members_stories_and_days() -> None:
    assert {row["parcel_id"]: row["standing"] for row in data("pool", "members")} == {
        **{f"SJ-00{number}": "pooled" for number in range(1, 5)}, "SJ-005": "lead",
    }  # fmt: skip
    moved = said("pool", "move", "SJ-004", "退出", "--reason", "所有权人无意愿", "--note", "村委来函").stdout
    assert "入库 → 退出：所有权人无意愿" in moved
    refused = said("pool", "move", "SJ-003", "supplied", "--reason", "deal_closed", code=2).stderr
    assert "现为“入库”" in refused
    assert "owner_declined" in refused
    assert (
        "无权变更在库状态"
        in said("pool", "move", "SJ-003", "withdrawn", "--reason", "acquired", "--as", "zhen", code=2).stderr
    )
    (story,) = data("pool", "story", "SJ-004")
    assert [each["reason_zh"] for each in story["moves"]] == ["符合入库条件", "所有权人无意愿"]
    assert "村委来函" in said("pool", "story", "SJ-004").stdout
    assert said("pool", "story", "SJ-9", code=2).stderr.startswith("错误：地块“SJ-9”从未在库")
    today = date.fromisoformat(story["moves"][0]["at"][:10])
    changes = data("pool", "diff", today - timedelta(days=3), today + timedelta(days=3))
    assert {row["parcel_id"]: (row["change"], row["reason"]) for row in changes} == {
        **{f"SJ-00{number}": ("in", "criteria_met") for number in range(1, 4)}, "SJ-005": ("in", "town_report"),
    }  # fmt: skip
    assert "符合入库条件" in said("pool", "diff", today - timedelta(days=3), today + timedelta(days=3)).stdout
    assert "无权查看" in said("pool", "members", "--as", "xi", code=2).stderr
    assert "可选：lead（线索）" in said("pool", "members", "--standing", "x", code=2).stderr


def test_intents_are_kept_from_those_who_may_not_see_them() -> None:
    assert data("intent", "import", EXAMPLE)["intents"] == ["I000001", "I000002", "I000003"]
    wish = ("intent", "add", "镇上来的公司", "--use", "0901", "--min-mu", "5", "--max-mu", "9", "--town", "泖港镇")
    mine = data(*wish, "--by", "2027-12-31", "--fact", "通电", "--as", "zhen")
    assert (mine["intent_id"], mine["towns"], mine["required_facts"]) == ("I000004", ["310117109"], ["power"])
    assert [row["investor"] for row in data("intent", "list", "--as", "zhen")] == ["镇上来的公司"]
    assert len(data("intent", "list", "--as", "shen")) == 4
    assert "无权查看用地意向" in said("intent", "list", "--as", "ling", code=2).stderr
    assert "面积 mu：5 – 9" in said("intent", "list", "--as", "zhen").stdout
    paired = said("pool", "pair", *DAY, "--as", "ling")
    assert "公司" not in paired.stdout
    assert "无权查看用地意向" in paired.stderr
    rows = {row["intent_id"]: row for row in data("pool", "pair", *DAY)["intents"]}
    assert [fit["answer"] for fit in rows["I000004"]["fits"]] == ["unknown"] * 4
    parts = {part["part"]: part for part in rows["I000004"]["fits"][0]["parts"]}
    assert (parts["size"]["answer"], parts["time"]["zh"]) == ("yes", "尚无计划供应时间")
    assert "已办结：镇上来的公司" in said("intent", "end", "4", "--reason", "投资人撤回").stdout
    assert len(data("intent", "list")) == 3
    assert said("intent", "end", "4", "--reason", "met", code=2).stderr.startswith("错误：用地意向 I000004 已办结")


def test_a_bad_entry_of_a_list_is_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "意向.csv"
    path.write_text("区,意向单位,意向用途\n松江区,好公司,0901\n松江区,坏公司,X1\n", encoding="utf-8-sig")
    ran = said("intent", "import", path, code=1)
    assert "登记 1 项" in ran.stdout
    assert "第 2 条" in ran.stderr


def test_substitutes_and_the_alarm() -> None:
    before = said("pool", "pair", *DAY).stdout
    assert "尚无计划" in before
    assert "同镇，同为 0901，面积为其 1.00 倍，项目库，符合" in before
    assert "还没有年度供应计划" in said("pool", "fall-out", "SJ-001", code=2).stderr
    plan = data("plan", "draft", "--year", "2027")["plan_id"]
    alone = data("pool", "fall-out", "SJ-001", "SJ-002", code=0)
    assert (alone["plan_id"], alone["replaced"], alone["aim_mu"]) == (plan, [], None)
    short = said("pool", "fall-out", "SJ-001", "--aim-mu", "21", code=1)
    assert "全年由 21.5910 亩变为 14.3940 亩" in short.stdout
    assert "缺口预警：距目标 21.0000 亩还差 6.6060 亩" in short.stderr
    assert "仍达到目标" in said("pool", "fall-out", "SJ-001", "--aim-mu", "14").stdout
    assert "没有地块 SJ-005" in said("pool", "fall-out", "SJ-005", code=2).stderr
    assert "请写亩数" in said("pool", "fall-out", "SJ-001", "--aim-mu", "-3", code=2).stderr


def test_a_change_is_looked_at_before_and_leaves_tasks_after() -> None:
    app = build()
    line = ground.layer("ecological_redline", {"新": at(200, 0, 30, 60)})
    drafting = replace(line.release, name="draft-1", legal_state=LegalState.DRAFTING)
    store_layers(app.database, app.person, [replace(line, release=drafting)])
    assert landgis("screen", *DAY, "--legal-state", "drafting").returncode == 3
    told = said("pool", "effect")
    assert "预审（非最终结论）" in told.stdout
    assert "1 宗结论有变" in told.stdout
    assert "在库状态“入库”：下次建库将退出" in told.stdout
    assert "计划 L000001（编制）：须退回重编" in told.stdout
    assert "下次建库将因此变动 1 宗" in told.stdout
    assert data("task", "list") == []
    store_layers(app.database, app.person, [replace(line, release=replace(line.release, name="final-1"))])
    app.close()
    final = said("screen", *DAY, code=3)
    assert "待办 2 项，见 landgis task list" in final.stdout
    rows = data("task", "list", "--district", "songjiang")
    assert [(row["kind"], row["parcel_id"], row["plan_id"]) for row in rows] == [
        ("member", "SJ-001", None), ("plan_line", "SJ-001", "L000001"),
    ]  # fmt: skip
    assert len(data("task", "open")) == len(data("task", "list", "--as", "ling")) == 2
    assert "已办结：已核实" in said("task", "end", "1", "--note", "已核实", "--as", "shen").stdout
    assert "无权办结待办事项" in said("task", "end", "2", "--note", "x", "--as", "zhen", code=2).stderr
    assert len(data("task", "list")) == 1
    assert "已办结" in said("task", "list", "--all").stdout
    built = said("pool", "build").stdout
    assert "筛查结论改变" in built


@pytest.mark.parametrize("width", ["80", "120"])
def test_tables_keep_to_the_terminal(monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    for command in (
        ("pool", "list"), ("pool", "show"), ("pool", "members"), ("pool", "story", "SJ-001"), ("pool", "pair", *DAY),
        ("intent", "list"), ("task", "list", "--all"),
    ):  # fmt: skip
        lines = said(*command).stdout.splitlines()
        assert max(cell_len(line) for line in lines if line[:1] in "┃│┏├└") <= int(width)
        assert any(line.startswith("┃") for line in lines)


def test_the_notebook_gives_the_same() -> None:
    session = package.connect()
    ids = session.pool_members()["parcel_id"].tolist()
    paired = session.pair(as_of=date(2026, 6, 30)).as_dict()
    tasks = [task.task_id for task in session.tasks(ended=True)]
    told = session.effect().as_dict()
    moments = [each.at for each in session.pool_story("SJ-004")[0].moves]
    changes = session.pool_diff(moments[0], moments[1])["parcel_id"].tolist()
    session.close()
    assert ids == [row["parcel_id"] for row in data("pool", "members")]
    assert paired == data("pool", "pair", *DAY)
    assert tasks == [row["task_id"] for row in data("task", "list", "--all")]
    assert told == data("pool", "effect")
    assert changes == ["SJ-004"]
    assert moments[0].astimezone(BEIJING).year >= 2026
