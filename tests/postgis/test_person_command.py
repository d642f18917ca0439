"""``landgis person``: registering, listing and deactivating persons, and who may."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from landgis.bootstrap import build
from landgis.db.connect import open_database
from landgis.db.people import current_account
from tests.support.command import landgis
from tests.support.office import installation


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    with installation("人员", stocked_home) as home:
        yield home


def listed() -> dict[str, dict[str, Any]]:
    ran = landgis("person", "list", "--json")
    assert ran.returncode == 0, ran.stderr
    return {row["account"]: row for row in json.loads(ran.stdout)}


def test_help_is_chinese_first() -> None:
    shown = landgis("person", "--help").stdout
    assert shown.index("人员") < shown.index("Persons.")
    told = "".join(landgis("person", "add", "--help").stdout.split())
    assert "district_reviewer区审核员" in told


def test_a_person_is_registered_listed_deactivated_and_reactivated() -> None:
    made = landgis("person", "add", "shenhe", "审核员乙", "--role", "district_reviewer", "--json")
    assert made.returncode == 0, made.stderr
    row = json.loads(made.stdout)
    assert (row["role_zh"], row["role_en"], row["active"]) == ("区审核员", "district reviewer", True)
    assert "confirm_decision" in row["may"]
    assert listed()["shenhe"] == row
    shown = landgis("person", "list").stdout
    assert all(word in shown for word in ("shenhe", "审核员乙", "district", "在岗"))
    told = landgis("person", "deactivate", "shenhe")
    assert told.stdout.startswith("已停用：shenhe 审核员乙（区审核员）")
    assert listed()["shenhe"]["active"] is False
    refused = landgis("decision", "confirm", "D000001", "--as", "shenhe").stderr
    assert "已停用" in refused or "没有人工认定" in refused
    again = landgis("person", "add", "shenhe", "审核员乙", "--role", "leader")
    assert (again.returncode, "landgis person activate shenhe" in again.stderr) == (2, True)
    assert landgis("person", "deactivate", "shenhe").returncode == 2
    assert landgis("person", "activate", "shenhe").stdout.startswith("已重新启用")
    assert listed()["shenhe"]["active"] is True


def test_the_history_remembers_who_registered_and_who_deactivated(home: Path) -> None:
    assert landgis("person", "add", "lingdao", "领导甲", "--role", "leader").returncode == 0
    assert landgis("person", "deactivate", "lingdao").returncode == 0
    owner = open_database(build().running, role="landgis_owner", pooled=False)
    with owner.begin() as connection:
        query = text("SELECT known_by, active FROM landgis.person_ever WHERE os_account = 'lingdao' ORDER BY known")
        rows = [tuple(row) for row in connection.execute(query)]
    assert rows == [(current_account(), True), (current_account(), False)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "shenhe2", "乙", "--role", "king"), "--role"),
        (("add", " ", "乙", "--role", "leader"), "不能为空"),
        (("deactivate", "nobody-here"), "没有登记为“nobody-here”的人员"),
        (("add", "shenhe2"), "缺少 NAME"),
        (("add", "shenhe2", "乙"), "缺少 --role"),
        (("add", "shenhe2", "乙", "--role", "town_clerk"), "--town 310117106"),
        (("add", "shenhe2", "乙", "--role", "leader", "--town", "310117106"), "只有镇填报员"),
        (("role", "nobody-here", "leader"), "没有登记为“nobody-here”的人员"),
        (("unlock", "nobody-here"), "没有登记为“nobody-here”的人员"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], said: str) -> None:
    ran = landgis("person", *arguments)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "shenhe2" not in listed()


def test_whoever_is_not_registered_is_told_the_command() -> None:
    ran = landgis("screen", "--as", "nobody-here")
    assert (ran.returncode, "landgis person add" in ran.stderr) == (2, True)


def test_a_clerk_has_a_town_and_a_role_can_change() -> None:
    made = landgis("person", "add", "zhen", "填报员丙", "--role", "town_clerk", "--town", "310117106", "--json")
    assert json.loads(made.stdout)["town_code"] == "310117106"
    assert "洞泾镇" in landgis("person", "list").stdout
    assert landgis("person", "town", "zhen", "310117105").returncode == 0
    assert listed()["zhen"]["town_code"] == "310117105"
    assert landgis("person", "role", "zhen", "leader").stdout.startswith("角色已改变：zhen")
    row = listed()["zhen"]
    assert (row["role"], row["town_code"]) == ("leader", None)
    refused = landgis("person", "role", "zhen", "town_clerk")
    assert (refused.returncode, "须有所属街镇" in refused.stderr) == (2, True)


def test_a_password_is_set_from_standard_input_and_has_to_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert landgis("person", "add", "mima", "丁", "--role", "leader").returncode == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    refused = landgis("person", "password", "mima", "--stdin")
    assert (refused.returncode, "12 至 200" in refused.stderr) == (2, True)
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    set_ = landgis("person", "password", "mima", "--stdin")
    assert set_.returncode == 0
    assert "correct horse" not in set_.stdout + set_.stderr
    assert landgis("person", "unlock", "mima").stdout.startswith("已解锁：mima")
    owner = open_database(build().running, role="landgis_owner", pooled=False)
    with owner.begin() as connection:
        row = connection.execute(
            text("SELECT argon2id, must_change FROM landgis.person_login JOIN landgis.person USING (person_id)"
                 " WHERE os_account = 'mima'")
        ).one()  # fmt: skip
        logged = connection.scalars(text("SELECT what FROM landgis.entry_log WHERE account = 'mima' ORDER BY entry_no"))
        assert list(logged) == ["password_set", "unlocked"]
    assert row.argon2id.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert row.must_change
