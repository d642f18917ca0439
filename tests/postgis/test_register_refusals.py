"""What the database refuses comes out as a sentence in both languages with the way out, never as the name of a table."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.parcel_refusals import REFUSALS
from landgis.errors import LandgisError
from tests.postgis.support import add_parcels, row_of_parcels

FACT = "INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value) VALUES "
VERSION = (
    "INSERT INTO landgis.parcel_version (parcel_id, version, district, geom, import_no, created_by, planar_m2,"
    " ellipsoidal_m2{more}) SELECT parcel_id, {version}, district, {geom}, import_no, created_by, {area}, 1{value}"
    " FROM landgis.parcel_version"
)
ACT = (
    "INSERT INTO landgis.parcel_act (act, acted_on, document, reason, tolerance_m2, difference_m2, overlap_m2, created_by)"
    " SELECT {act}, {day}, '', {reason}, {tolerance}, 0, 0, person_id FROM landgis.person;"
)
PART = "INSERT INTO landgis.parcel_part SELECT max(act_no), {id}, 'ends' FROM landgis.parcel_act;"
RETIRE = ACT.format(act="'retire'", day="'2026-06-01'", reason="'x'", tolerance=0)
WISH = "INSERT INTO landgis.parcel_intention (parcel_id, asked, asked_on, wish) VALUES "
REFUSED = {
    "a fact that is none": (FACT + "('SJ-001', 'colour', '2026-01-01', 'pending', NULL)", "没有这一项事实"),
    "a value of another kind": (FACT + "('SJ-001', 'road', '2026-01-01', 'known', '\"ja\"')", "类型与该项事实不符"),
    "a state without a value": (FACT + "('SJ-001', 'road', '2026-01-01', 'known', NULL)", "须或为已知并有值"),
    "a fact of tomorrow": (FACT + "('SJ-001', 'road', current_date + 400, 'pending', NULL)", "起始日期"),
    "a fact of no parcel": (FACT + "('SJ-XXX', 'road', '2026-01-01', 'pending', NULL)", "地块 SJ-XXX 不存在"),
    "a fact twice": ((FACT + "('SJ-001', 'road', '2026-01-01', 'pending', NULL);") * 2, "另一人刚刚登记了同一地块"),
    "a paper of nobody": ("UPDATE landgis.parcel_fact SET document_no = 77 WHERE fact = 'road'", "不属于地块 SJ-001"),
    "an import of nobody": ("UPDATE landgis.parcel_fact SET import_no = 77 WHERE fact = 'road'", "导入或事项不存在"),
    "an answer that is none": (WISH + "('SJ-001', '甲', '2026-01-01', 'perhaps')", "意愿只能是"),
    "an answer of tomorrow": (WISH + "('SJ-001', '甲', current_date + 400, 'willing')", "询问日期"),
    "an answer about nothing": (WISH + "('SJ-XXX', '甲', '2026-01-01', 'willing')", "没有这个编号的地块"),
    "a number in use": ("INSERT INTO landgis.parcel VALUES ('SJ-001', 'songjiang')", "地块编号已被使用"),
    "another district": ("INSERT INTO landgis.parcel VALUES ('X', 'pudong')", "两个试点区之一"),
    "an outline that crosses itself": (
        VERSION.format(version=2, area=0, more="", value="",
                       geom="ST_GeomFromText('MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))', 4549)"),
        "图形无效",
    ),
    "an area of something else": (VERSION.format(version=2, area=1, more="", value="", geom="geom"), "平面面积与图形不符"),
    "a version twice": (VERSION.format(version=1, area="planar_m2", more="", value="", geom="geom"), "另一人刚刚登记"),
    "a version of tomorrow": (
        VERSION.format(version=2, area="planar_m2", more=", valid_from", value=", current_date + 400", geom="geom"),
        "起始日期",
    ),
    "an act without a reason": (RETIRE.replace("'x'", "''"), "没有写明理由"),
    "an act that is none": (RETIRE.replace("'retire'", "'sell'"), "沿革只有分割、合并、注销"),
    "a tolerance below nothing": (ACT.format(act="'retire'", day="'2026-06-01'", reason="'x'", tolerance=-1), "不能小于 0"),
    "an act of tomorrow": (RETIRE.replace("'2026-06-01'", "current_date + 400"), "发生日期"),
    "half an act": (RETIRE, "注销由 0 宗变为 0 宗"),
    "the end of nothing": (RETIRE + PART.format(id="'SJ-XXX'"), "没有这个编号的地块"),
    "an end twice": (RETIRE + PART.format(id="'SJ-001'") * 2, "另一次分割、合并或注销"),
    "a document of tomorrow": (
        "INSERT INTO landgis.parcel_document (parcel_id, kind, number, title_zh, dated_on, created_by)"
        " SELECT 'SJ-001', 'contract', '1', '', current_date + 400, person_id FROM landgis.person",
        "文件日期",
    ),
}  # fmt: skip
_OURS = re.compile(r"[a-z]+_[a-z_]+|landgis\.|violates|constraint|relation|Failing row|Key \(|LG001")


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_a_sentence_in_both_languages(database: Database, planner: Person, what: str) -> None:
    statement, said = REFUSED[what]
    add_parcels(database, planner, row_of_parcels(1), road=True)
    with pytest.raises(LandgisError) as raised, database.begin(planner, "试") as connection:
        connection.exec_driver_sql(statement)
    error = raised.value
    assert said in error.zh
    for words in (error.zh, error.en, error.next_zh, error.next_en, error.where):
        assert _OURS.findall(words) == []
    assert not re.search(r"[\u4e00-\u9fff]", error.en + error.next_en)


def test_what_nobody_may_change_is_called_by_its_name(owner: Database, database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1), road=True)
    add_parcels(database, planner, row_of_parcels(1), road=False)
    called = {
        "DELETE FROM landgis.parcel": "地块",
        "DELETE FROM landgis.parcel_fact_history": "地块事实的历史",
        "UPDATE landgis.parcel_import SET encoding = ''": "地块导入",
    }
    for statement, zh in called.items():
        with pytest.raises(LandgisError, match="are never changed or deleted") as raised, owner.begin() as connection:
            connection.exec_driver_sql(statement)
        assert raised.value.zh == f"{zh}存入后不能修改或删除"
        assert _OURS.findall(raised.value.en) == []


def test_every_constraint_of_the_register_has_its_sentence(owner: Database) -> None:
    query = text(
        "SELECT conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid WHERE contype IN ('c', 'f', 'p', 'u')"
        " AND c.relnamespace = 'landgis'::regnamespace AND c.relname ~ '^parcel' AND c.relname !~ '_history$'"
        " UNION SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE i.indisunique AND c.relnamespace = 'landgis'::regnamespace AND c.relname ~ '^parcel'"
    )
    with owner.begin() as connection:
        found = {name.removeprefix("landgis.") for name in connection.scalars(query)}
    assert found == set(REFUSALS)
    for refusal in REFUSALS.values():
        assert all(vars(refusal).values())
        assert _OURS.findall(refusal.zh + refusal.en) == []
