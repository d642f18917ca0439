"""Intents: recorded by planners and towns, read by few, never by outsiders, ended once; from files row by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.people import PeopleStore
from landgis.domain.intents import IntentEnd
from landgis.errors import ConfigError, Conflict, FileMissing, NotAllowed, NotFound, UsageError
from landgis.exchange.intents import read_intents
from landgis.services.pooling.intents import add_intent, end_intent, import_intents, intents

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "criteria" / "intents.yaml"
WISH = {"district": "松江区", "investor": "甲公司", "uses": ["0901"], "min_mu": 3, "towns": ["叶榭镇"]}


@pytest.fixture
def clerk(owner: Database) -> Person:
    return PeopleStore(owner).register("zhenban", "镇填报员丙", Role.TOWN_CLERK, town_code="310117120")


def test_an_intent_is_recorded_read_by_few_and_ended_once(
    database: Database, owner: Database, planner: Person, clerk: Person
) -> None:
    theirs = add_intent(database, clerk, WISH)
    add_intent(database, planner, WISH | {"investor": "乙公司", "district": "chongming", "towns": []})
    assert (theirs.intent_id, theirs.recorded_by, theirs.wanted.district) == ("I000001", "zhenban", "songjiang")
    assert theirs.wanted.towns == ("310117120",)
    assert theirs.wanted.min_area_m2 == 2000.0
    assert [one.wanted.investor for one in intents(database, planner)] == ["甲公司", "乙公司"]
    assert [one.wanted.investor for one in intents(database, clerk)] == ["甲公司"]  # a clerk: one's own
    assert [one.wanted.investor for one in intents(database, planner, "chongming")] == ["乙公司"]
    for number, role in enumerate((Role.LEADER, Role.CONSULTED, Role.PLATFORM, Role.SYSTEM_ADMIN)):
        other = PeopleStore(owner).register(f"other{number}", "他人", role)
        with pytest.raises(NotAllowed):
            intents(database, other)
        with pytest.raises(NotAllowed):
            add_intent(database, other, WISH)
    with pytest.raises(NotAllowed):
        end_intent(database, clerk, "1", IntentEnd.MET)
    ended = end_intent(database, planner, "i1", IntentEnd.MET, "已签约")
    assert (ended.ended, ended.note) == (IntentEnd.MET, "已签约")
    with pytest.raises(Conflict, match="ended already"):
        end_intent(database, planner, "I000001", IntentEnd.WITHDRAWN)
    assert [one.intent_id for one in intents(database, planner)] == ["I000002"]
    assert len(intents(database, planner, ended=True)) == 2
    with pytest.raises(NotFound):
        end_intent(database, planner, "I000009", IntentEnd.MET)


def test_the_reading_role_sees_no_investor(
    cluster: PrivateCluster, database_name: str, database: Database, planner: Person
) -> None:
    add_intent(database, planner, WISH)
    reader = open_database(cluster, role="landgis_read", name=database_name, pooled=False)
    for query in (
        "SELECT * FROM landgis.investor_intent", "SELECT * FROM landgis.investor_intent_end", "SELECT * FROM landgis.task",
    ):  # fmt: skip
        with pytest.raises(NotAllowed), reader.begin() as connection:
            connection.exec_driver_sql(query)
    for statement in ("UPDATE landgis.investor_intent SET investor = 'x'", "DELETE FROM landgis.investor_intent"):
        with pytest.raises(NotAllowed), database.begin() as connection:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"uses": []}, "uses"),
        ({"uses": ["9999"]}, "9999 is no code"),
        ({"min_mu": 9, "max_mu": 3}, "min_mu is more than max_mu"),
        ({"min_mu": -1}, "min_mu"),
        ({"towns": ["310151101"]}, "310151101 is not known"),
        ({"district": "pudong"}, "pudong is not known"),
        ({"required_facts": ["owner_name"]}, "owner_name is not known"),
        ({"investor": "  "}, "investor"),
        ({"wanted_by": "soon"}, "wanted_by"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    database: Database, planner: Person, change: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        add_intent(database, planner, WISH | change)
    assert not intents(database, planner)


def test_the_example_can_be_imported(database: Database, planner: Person) -> None:
    assert "替代数据" in EXAMPLE.read_text(encoding="utf-8")
    taken = import_intents(database, planner, EXAMPLE)
    assert (len(taken.ids), taken.issues) == (3, [])
    assert [len(intents(database, planner, key)) for key in ("songjiang", "chongming")] == [2, 1]


def test_tables_are_taken_row_by_row(database: Database, planner: Person, tmp_path: Path) -> None:
    heading = ["区", "意向单位", "意向用途", "面积下限（亩）", "意向镇街", "最迟供地日期", "必备条件"]
    rows = [
        ["松江区", "甲公司", "0901、1001", "5", "叶榭镇 泖港镇", "2027-06-30", "power"],
        ["松江区", "乙公司", "X", None, None, None, None],
        ["chongming", "丙公司", "11", None, None, None, None],
    ]
    csv = tmp_path / "意向.csv"
    lines = [",".join("" if cell is None else cell for cell in row) for row in [heading, *rows]]
    csv.write_text("\n".join([*lines, ""]), encoding="utf-8-sig")
    book = Workbook()
    for row in [heading, *rows]:
        book.active.append(row)
    book.save(tmp_path / "意向.xlsx")
    wanted, issues = read_intents(csv)
    assert (wanted, issues) == (read_intents(tmp_path / "意向.xlsx")[0], issues)
    assert [one.investor for one in wanted] == ["甲公司", "丙公司"]
    assert (wanted[0].uses, wanted[0].towns) == (("0901", "1001"), ("310117120", "310117109"))
    assert [(issue.where, issue.code) for issue in issues] == [("意向.csv 第 2 条", "intent_unsound")]
    taken = import_intents(database, planner, csv)
    assert (list(taken.ids), len(taken.issues)) == (["I000001", "I000002"], 1)


def test_a_file_that_is_no_list_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_intents(tmp_path / "none.yaml")
    path = tmp_path / "a.yaml"
    for text in ("a: 1", "intents: 3", "- x", "intents: [", "intents: []\nmore: 1"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError):
            read_intents(path)
    table = tmp_path / "a.csv"
    table.write_text("区,意向单位,颜色\n松江区,甲,红\n", encoding="utf-8-sig")
    with pytest.raises(ConfigError, match="颜色"):
        read_intents(table)
