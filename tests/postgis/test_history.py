"""What was known when, for every client of the database."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.db.tables import METADATA
from landgis.errors import LandgisError

# Kept by triggers of their own: rows are written once, and a flag only falls.
_GUARDED = {
    "entry_link",
    "entry_state",
    "job",
    "map_change",
    "map_state",
    "membership_standing",
    "parcel",
    "parcel_version",
    "web_session",
}
# How the door stands now; what happened at it is in entry_log. An old password is nothing to remember.
_GUARDED |= {"entry_lock", "person_login"}
# The policy is the program's; its history is that of the program.
_GUARDED |= {"access_rule"}


def test_every_table_remembers_its_rows_or_never_changes_them(owner: Database) -> None:
    query = text(
        "SELECT c.relname, array_agg(t.tgname::text) FROM pg_class c"
        " LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
        " WHERE c.relnamespace = 'landgis'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relname <> 'alembic_version'"
        " GROUP BY 1"
    )
    with owner.begin() as connection:
        kept = {name: set(triggers) for name, triggers in connection.execute(query)}
    assert set(kept) == {table.name for table in METADATA.tables.values()}
    for name, triggers in kept.items():
        remembers = {"remember", "remember_change", "never_emptied"} <= triggers and f"{name}_history" in kept
        never_changes = {"keeps", "never_emptied"} <= triggers
        assert remembers or never_changes or name in _GUARDED, name


def test_a_change_from_any_client_is_remembered_with_who_and_why(owner: Database, planner: Person) -> None:
    PeopleStore(owner).register("li", "李四", Role.LEADER)
    with owner.begin(planner, "退休") as connection:
        connection.execute(text("UPDATE landgis.person SET active = false WHERE os_account = 'li'"))
    with owner.begin() as connection:  # no person named: the role is remembered
        connection.execute(text("UPDATE landgis.person SET name_zh = '李思' WHERE os_account = 'li'"))
        rows = connection.execute(
            text(
                "SELECT name_zh, active, known_by, known_why, ended_by, ended_why, upper_inf(known) AS open"
                " FROM landgis.person_ever WHERE os_account = 'li' ORDER BY lower(known)"
            )
        ).all()
    assert [(row.name_zh, row.active, row.open) for row in rows] == [
        ("李四", True, False),
        ("李四", False, False),
        ("李思", False, True),
    ]
    assert (rows[0].ended_by, rows[0].ended_why) == (planner.os_account, "退休")
    assert (rows[1].known_by, rows[1].known_why) == (planner.os_account, "退休")
    assert rows[2].known_by == rows[1].ended_by
    assert rows[2].known_by not in ("", planner.os_account)
    assert rows[2].ended_by is None


def test_what_a_client_says_of_known_time_is_ignored(owner: Database) -> None:
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.person (os_account, name_zh, role, known, known_by)"
                " VALUES ('x', 'x', 'leader', '[1999-01-01, 2000-01-01)', 'somebody else')"
            )
        )
        row = connection.execute(text("SELECT known @> now() AS now, known_by FROM landgis.person")).one()
    assert row.now
    assert row.known_by != "somebody else"


def test_an_update_that_changes_nothing_is_no_news(owner: Database) -> None:
    PeopleStore(owner).register("li", "李四", Role.LEADER)
    with owner.begin() as connection:
        connection.execute(text("UPDATE landgis.person SET name_zh = name_zh"))
    with owner.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM landgis.person_history")) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE landgis.person_history SET name_zh = 'x'",
        "DELETE FROM landgis.person_history",
        "TRUNCATE landgis.person_history",
        "TRUNCATE landgis.person CASCADE",
        "INSERT INTO landgis.person_history SELECT * FROM landgis.person_history",
        "DELETE FROM landgis.source_file",
        "UPDATE landgis.source_file SET name = 'x'",
    ],
)
def test_not_even_the_owner_rewrites_history(owner: Database, planner: Person, statement: str) -> None:
    PeopleStore(owner).register("li", "李四", Role.LEADER)
    with owner.begin() as connection:
        connection.execute(text("UPDATE landgis.person SET active = false"))
        connection.execute(
            text(
                "INSERT INTO landgis.source_file (content_hash, name, byte_size, received_by)"
                " SELECT repeat('a', 64), 'a', 1, min(person_id) FROM landgis.person"
            )
        )
    with pytest.raises(LandgisError), owner.begin() as connection:
        connection.exec_driver_sql(statement)


def test_what_is_deleted_stays_known(owner: Database) -> None:
    PeopleStore(owner).register("li", "李四", Role.LEADER)
    with owner.begin() as connection:
        before: datetime = connection.scalar(text("SELECT clock_timestamp()"))
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM landgis.person WHERE os_account = 'li'"))
    with owner.begin() as connection:
        known = text(
            "SELECT name_zh FROM landgis.person_ever WHERE os_account = 'li' AND known @> CAST(:moment AS timestamptz)"
        )
        assert connection.scalars(known, {"moment": before}).all() == ["李四"]
        assert connection.scalars(known, {"moment": "infinity"}).all() == []


def test_a_transaction_that_began_earlier_and_wrote_later_breaks_no_order(owner: Database) -> None:
    PeopleStore(owner).register("li", "李四", Role.LEADER)
    change = text("UPDATE landgis.person SET name_zh = :name")
    with owner.begin() as early:
        early.execute(text("SELECT now()"))
        with owner.begin() as late:
            late.execute(change, {"name": "后开始"})
        early.execute(change, {"name": "先开始"})
    with owner.begin() as connection:
        ranges = text("SELECT name_zh FROM landgis.person_ever WHERE NOT isempty(known) ORDER BY lower(known)")
        names = connection.scalars(ranges).all()
    assert names == ["李四", "后开始", "先开始"]  # what the other one told was known until it was overwritten


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abc"), st.text("甲乙丙", min_size=1, max_size=2)), max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_the_state_at_every_moment_is_what_a_diary_of_snapshots_says(
    owner: Database, transactions: list[list[tuple[str, str]]]
) -> None:
    """Replay transactions of changes; after each, write down everything; later ask the history for each of them."""
    current = text("SELECT os_account, name_zh FROM landgis.person ORDER BY 1")
    then = text(
        "SELECT os_account, name_zh FROM landgis.person_ever WHERE known @> CAST(:moment AS timestamptz) ORDER BY 1"
    )
    diary = []
    for changes in transactions:
        with owner.begin() as connection:
            for account, name in changes:
                put = text(
                    "INSERT INTO landgis.person (os_account, name_zh, role) VALUES (:account, :name, 'leader')"
                    " ON CONFLICT (os_account) DO UPDATE SET name_zh = :name"
                )
                connection.execute(put, {"account": account, "name": name})
        with owner.begin() as connection:
            moment = connection.scalar(text("SELECT clock_timestamp()"))
            diary.append((moment, connection.execute(current).all()))
    with owner.begin() as connection:
        for moment, noted in diary:
            assert connection.execute(then, {"moment": moment}).all() == noted
