"""The survey of wishes: the latest answer of every owner counts, the least willing wins, corrections are told."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.migrate import downgrade, upgrade
from landgis.db.parcel_facts import FactStore
from landgis.db.parcels import ParcelStore
from landgis.domain.facts import FactState
from landgis.domain.register import Answer, Wish
from landgis.errors import Conflict
from landgis.services.register.parcel_history import parcel_history
from landgis.services.register.state_facts import record_wish, state_fact, state_owners
from tests.postgis.support import add_parcels, row_of_parcels

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
YES, NO, OPEN = Wish.WILLING, Wish.UNWILLING, Wish.UNDECIDED
WILLING, UNWILLING, NOT_SURE = (FactState.KNOWN, True), (FactState.KNOWN, False), (FactState.PENDING, None)
Held = tuple[FactState, object]


def on(database: Database, day: date) -> Held:
    held = FactStore(database).held("SJ-001", as_of=day)["owner_willing"]
    return held.state, held.value


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([("甲村", MAY, NO), ("乙村", JULY, YES)], {MAY: UNWILLING, JULY: UNWILLING}),
        ([("甲村", MAY, OPEN), ("乙村", JULY, YES)], {MAY: NOT_SURE, JULY: NOT_SURE}),
        ([("甲村", MAY, YES), ("乙村", JULY, OPEN)], {MAY: WILLING, JULY: NOT_SURE}),
        ([("甲村", MAY, NO), ("乙村", MAY, OPEN)], {MAY: UNWILLING}),
        ([("甲村", MAY, NO), ("甲村", JULY, YES)], {MAY: UNWILLING, JULY: WILLING}),
        ([("甲村", MAY, NO), ("甲村 ", MAY, YES)], {MAY: WILLING}),
        # told late: the later day's fact is weighed anew, and the day between is not touched
        ([("乙村", JULY, YES), ("甲村", MAY, NO)], {MAY: UNWILLING, JULY: UNWILLING}),
        ([("甲村", JULY, YES), ("甲村", MAY, NO)], {MAY: UNWILLING, JULY: WILLING}),
        (
            [("甲村", MAY, YES), ("乙村", JULY, YES), ("乙村", MARCH, NO)],
            {MARCH: UNWILLING, MAY: UNWILLING, JULY: WILLING},
        ),
    ],
)
def test_the_latest_answer_of_every_owner_counts_and_the_least_willing_wins(
    database: Database, planner: Person, answers: list[tuple[str, date, Wish]], expected: dict[date, Held]
) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    for asked, day, wish in answers:
        record_wish(database, planner, "SJ-001", Answer(asked, day, wish))
    assert {day: on(database, day) for day in expected} == expected


def test_a_co_owner_who_was_not_heard_leaves_it_open(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    record_wish(database, planner, "SJ-001", Answer("甲村", MARCH, YES))
    assert on(database, JULY) == WILLING
    shares = ["甲村=village=1/2", "乙村=village=1/2"]
    state_owners(database, planner, "SJ-001", shares, valid_from=MAY, reason="确权")
    assert [on(database, day) for day in (MARCH, MAY, JULY)] == [WILLING, NOT_SURE, NOT_SURE]
    record_wish(database, planner, "SJ-001", Answer("乙村", JULY, YES))
    assert [on(database, day) for day in (MAY, JULY)] == [NOT_SURE, WILLING]


def test_nobody_asked_is_no_answer(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1), owner_willing=None)
    state_owners(database, planner, "SJ-001", ["甲村=village=1/2", "乙村=village=1/2"], valid_from=MAY, reason="确权")
    assert ParcelStore(database).one("SJ-001")["owner_willing"].isna().all()


def test_what_a_person_stated_of_a_later_day_stays(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    state_fact(database, planner, "SJ-001", "owner_willing", "是", valid_from=JULY, reason="决议")
    record_wish(database, planner, "SJ-001", Answer("甲村", MAY, NO))
    assert [on(database, day) for day in (MAY, JULY)] == [UNWILLING, WILLING]


def test_a_corrected_answer_is_told_as_such(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    record_wish(database, planner, "SJ-001", Answer("甲村", MAY, YES, "工业"))
    with database.begin(planner, "录入有误") as connection:
        connection.execute(text("UPDATE landgis.parcel_intention SET wish = 'unwilling'"))
    told = {row.what: row.words for row in parcel_history(database, "SJ-001")}
    assert told["asked"].zh == "意愿调查：甲村 于 2026-05-01 答复“愿意”，意向用途：工业"
    assert told["asked_again"].zh == (
        "意愿调查更正：原记 甲村 于 2026-05-01 答复“愿意”，意向用途：工业；"
        "现记 甲村 于 2026-05-01 答复“不愿意”，意向用途：工业；理由：录入有误"
    )
    assert (
        "answer corrected: it had been recorded that on 2026-05-01, 甲村 answered “willing”" in told["asked_again"].en
    )
    assert on(database, MAY) == UNWILLING


def test_the_day_of_an_answer_never_changes(owner: Database, database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    record_wish(database, planner, "SJ-001", Answer("甲村", MAY, YES))
    with pytest.raises(Conflict, match="record another answer"), owner.begin() as connection:
        connection.execute(text("UPDATE landgis.parcel_intention SET asked_on = '2026-06-01'"))


def test_facts_on_older_answers_are_weighed_anew_and_their_past_stays(
    owner: Database, database: Database, planner: Person
) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    downgrade(owner, "0006")
    with owner.begin() as connection:
        for asked, day, wish in (("甲村", MAY, "unwilling"), ("乙村", JULY, "willing")):
            query = (
                "INSERT INTO landgis.parcel_intention (parcel_id, asked, asked_on, wish) VALUES ('SJ-001', :a, :d, :w)"
            )
            connection.execute(text(query), {"a": asked, "d": day, "w": wish})
        before = connection.scalar(text("SELECT now()"))
    upgrade(owner)
    assert on(database, JULY) == UNWILLING
    assert FactStore(database).held("SJ-001", known_at=before)["owner_willing"].value is True
    downgrade(owner, "0006")
    with owner.begin() as connection:
        found = connection.scalar(
            text("SELECT value FROM landgis.parcel_fact WHERE fact = 'owner_willing' AND valid_from = '2026-07-01'")
        )
    assert found is False
