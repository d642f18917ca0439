"""What the working role may do, written out: a new right is read in review, and none bends the history of a row."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.errors import LandgisError, NotAllowed
from tests.postgis.support import add_parcels, row_of_parcels

INSERTS = {
    "bookmark", "bookmark_end", "decision", "decision_act", "export_log", "export_receipt", "export_rejection", "export_rejection_end",
    "investor_intent", "investor_intent_end", "layer_issue", "layer_release", "layer_repair",
    "job", "membership", "membership_move", "milestone", "other_supply", "parcel", "parcel_act", "parcel_document", "parcel_fact",
    "parcel_import", "parcel_intention", "parcel_issue", "parcel_part", "parcel_version", "plan", "plan_change", "plan_input",
    "plan_left_out", "plan_line", "plan_line_check", "plan_step", "pool", "pool_left_out", "pool_member", "run_cell",
    "run_coverage", "run_finding", "run_hit", "run_overlap", "run_parcel", "run_row", "screening_run", "source_file", "supply_batch",
    "task", "task_end",
}  # fmt: skip
"""Tables that take new rows from the working role. No table gives up a row, or is emptied."""
UPDATES = {
    # How a job stands; a trigger lets it move forward only, and nothing change once it is over.
    ("job", "cancel_by"),
    ("job", "cleared_at"),
    ("job", "ended_at"),
    ("job", "error"),
    ("job", "heartbeat_at"),
    ("job", "queue_no"),
    ("job", "result"),
    ("job", "share"),
    ("job", "started_at"),
    ("job", "state"),
    ("job", "step_en"),
    ("job", "step_zh"),
    ("job", "worker"),
    # A release moves from draft to published to superseded to retired; a trigger lets nothing else of it change.
    ("layer_release", "published_at"),
    ("layer_release", "published_by"),
    ("layer_release", "status"),
    # A fact stated anew for the same day: what it was goes into the history, by a trigger.
    ("parcel_fact", "act_no"),
    ("parcel_fact", "document_no"),
    ("parcel_fact", "import_no"),
    ("parcel_fact", "source"),
    ("parcel_fact", "state"),
    ("parcel_fact", "value"),
    # A wrongly recorded answer is corrected: what it was goes into the history, by a trigger.
    ("parcel_intention", "asked"),
    ("parcel_intention", "document_no"),
    ("parcel_intention", "remark"),
    ("parcel_intention", "use_wanted"),
    ("parcel_intention", "wish"),
    # Drawing in QGIS: a trigger writes a new version of the parcel, and never changes the one that was there.
    ("parcel_outline", "geom"),
    ("parcel_outline", "reason"),
}
"""Columns that the working role may change, and what keeps the past."""
SEQUENCES = {
    "decision_number", "export_number", "intent_number", "member_number", "plan_number", "pool_number", "rejection_number",
    "run_number", "task_number",
}  # fmt: skip
WITH_THE_OWNERS_RIGHTS = {
    "bookmark_ends": False, "close_shelf": True, "ended_stays_ended": False, "end_parcel": False, "map_changed": False,
    "entry_changed": False, "rules_changed": False,
    "map_changes": False, "membership_moves": False, "open_shelf": True,
    "plan_steps": False, "remember": False, "version_is_current": False,
    # The door: the working role has no other way to passwords, sessions, links and their log.
    "entry_tried": True, "entry_refused": True, "session_opened": True, "session_seen": True, "session_left": True,
    "link_made": True, "link_used": True, "own_hash": True, "own_password": True, "vouched_for": True,
    "end_sessions": False, "log_entry": False, "sends_out": False,
    # These ask first who looks: a security, audit or system administrator.
    "accounts": True, "person_registered": True, "person_set": True, "password_set": True, "unlocked": True,
    "entries": True, "changes": True, "sessions_open": True,
    # Numbers of parcels alone, joined with rows that the asker sees.
    "touched_since": True,
    # Rights by row ask these; where a parcel lies that is another's is told to nobody.
    "viewer_id": True, "reaches": True, "reaches_all": True, "own_town": True, "own_parcels": True, "own_or_new": True,
    "town_of": False,
    # Rules that guard the land look at all of it, whoever writes.
    "act_is_whole": False, "decision_act_is_sound": False, "decision_is_sound": False, "export_may_leave": False,
    "membership_begins": False, "membership_is_sound": False, "owners_must_wish": False, "paper_of_version": False,
    "person_is": True, "plan_holds": False, "plan_is_sound": False, "plan_line_stands": False,
    "planned_counted_once": False, "pool_ground_taken_once": False, "pool_stands_on_a_final_run": False,
    "refers_to_something": False, "release_moves_on": False, "sealed": False, "supply_counted_once": False,
    "wish_is_a_fact": False,
}  # fmt: skip
"""Functions that run with the owner's rights, and whether the working role may call them by itself."""


def test_the_rights_of_the_working_role_are_these_and_no_others(database: Database) -> None:
    tables = text(
        "SELECT c.relname, p.privilege FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',"
        " 'REFERENCES', 'TRIGGER']) p (privilege) WHERE c.relnamespace = 'landgis'::regnamespace"
        " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege('landgis_app', c.oid, p.privilege)"
    )
    columns = text(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " AND NOT a.attisdropped WHERE c.relnamespace = 'landgis'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND has_column_privilege('landgis_app', c.oid, a.attnum, 'UPDATE')"
    )
    sequences = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'landgis'::regnamespace"
        " AND CASE WHEN relkind = 'S' THEN has_sequence_privilege('landgis_app', oid, 'USAGE, UPDATE') END"
    )
    with database.begin() as connection:
        assert {tuple(row) for row in connection.execute(tables)} == {(name, "INSERT") for name in INSERTS}
        assert {tuple(row) for row in connection.execute(columns)} == UPDATES
        assert set(connection.scalars(sequences)) == SEQUENCES


def test_functions_with_the_owners_rights_have_a_fixed_path_and_few_callers(database: Database) -> None:
    query = text(
        "SELECT proname, has_function_privilege('landgis_app', oid, 'EXECUTE'),"
        " proconfig = ARRAY['search_path=pg_catalog, landgis, public'], has_function_privilege('public', oid, 'EXECUTE')"
        " FROM pg_proc WHERE pronamespace = 'landgis'::regnamespace AND prosecdef"
    )
    with database.begin() as connection:
        found = {name: (called, fixed, public) for name, called, fixed, public in connection.execute(query)}
    assert found == {name: (called, True, False) for name, called in WITH_THE_OWNERS_RIGHTS.items()}


BENDING = {
    "the current outline hidden": "UPDATE landgis.parcel_version SET current = false",
    "a history written by a table of one's own": "CREATE TEMPORARY TABLE parcel_fact (LIKE landgis.parcel_fact);"
    "CREATE TRIGGER remember BEFORE DELETE ON pg_temp.parcel_fact FOR EACH ROW EXECUTE FUNCTION landgis.remember();"
    "INSERT INTO pg_temp.parcel_fact SELECT * FROM landgis.parcel_fact; DELETE FROM pg_temp.parcel_fact",
    "a parcel ended by a table of one's own": "CREATE TEMPORARY TABLE parcel_part (LIKE landgis.parcel_part);"
    "CREATE TRIGGER end_parcel AFTER INSERT ON pg_temp.parcel_part FOR EACH ROW EXECUTE FUNCTION landgis.end_parcel();"
    "INSERT INTO pg_temp.parcel_part VALUES (1, 'SJ-001', 'ends')",
    "the day of a fact": "UPDATE landgis.parcel_fact SET valid_from = '2020-01-01'",
    "when a fact became known": "UPDATE landgis.parcel_fact SET known = tstzrange('2020-01-01', NULL)",
    "the day of an answer": "UPDATE landgis.parcel_intention SET asked_on = '2020-01-01'",
    "a history filled in": "INSERT INTO landgis.parcel_fact_history SELECT 'x', 'x', f.* FROM landgis.parcel_fact f",
}


@pytest.mark.parametrize("what", BENDING)
def test_the_working_role_cannot_bend_the_history_of_a_row(database: Database, planner: Person, what: str) -> None:
    add_parcels(database, planner, row_of_parcels(1), road=True)
    with pytest.raises(NotAllowed), database.begin() as connection:
        connection.exec_driver_sql(BENDING[what])


def test_when_something_became_known_is_what_the_database_says(database: Database, planner: Person) -> None:
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.parcel (parcel_id, district, created_at) VALUES ('SJ-009', 'songjiang', '1999-01-01')"
            )
        )
        told_now = connection.scalar(text("SELECT created_at = now() FROM landgis.parcel"))
    assert told_now is True


def test_redrawing_still_moves_what_is_current(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    add_parcels(database, planner, {"SJ-001": row_of_parcels(2)["SJ-002"]})
    with database.begin() as connection:
        rows = connection.execute(text("SELECT version, current FROM landgis.parcel_version ORDER BY 1")).all()
    assert [tuple(row) for row in rows] == [(1, False), (2, True)]
    with pytest.raises(LandgisError), database.begin() as connection:
        connection.exec_driver_sql("UPDATE landgis.parcel_version SET current = true")
