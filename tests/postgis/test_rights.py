from __future__ import annotations

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Action, Role, may, roles_that_may
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.people import PeopleStore
from landgis.errors import Conflict, LandgisError, NotAllowed, NotFound
from tests.postgis.support import add_layer, add_parcels, add_run, row_of_parcels
from tests.support.ground import at, layer

CHANGES = [
    "UPDATE landgis.run_finding SET outcome = 'clear'",
    "DELETE FROM landgis.run_finding",
    "UPDATE landgis.screening_run SET as_of = '2020-01-01'",
    "DELETE FROM landgis.layer_feature",
    "UPDATE landgis.layer_feature SET class = 'x'",
    "DELETE FROM landgis.layer_issue",
    "UPDATE landgis.layer_release SET feature_count = 0",
    "DELETE FROM landgis.layer_release",
    "UPDATE landgis.parcel_version SET planar_m2 = 1",
    "DELETE FROM landgis.parcel_version",
    "TRUNCATE landgis.pool_member",
    "INSERT INTO landgis.person (os_account, name_zh, role) VALUES ('x', 'x', 'leader')",
    "DROP TABLE landgis.parcel CASCADE",
    "CREATE TABLE landgis.mine (n int)",
    "ALTER TABLE landgis.run_finding DISABLE TRIGGER ALL",
]


def test_the_working_role_may_not_rewrite_what_stands(database: Database) -> None:
    allowed = []
    for statement in CHANGES:
        try:
            with database.begin() as connection:
                connection.exec_driver_sql(statement)
            allowed.append(statement)
        except NotAllowed:
            continue
    assert allowed == []


def test_the_working_role_is_neither_superuser_nor_owner(database: Database) -> None:
    with database.begin() as connection:
        row = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, pg_has_role(current_user, 'landgis_owner', 'MEMBER')"
                " FROM pg_roles WHERE rolname = current_user"
            )
        ).one()
        assert connection.scalar(text("SELECT current_user")) == "landgis_app"
    assert tuple(row) == (False, True, False, False)  # rights by row are the desk's role's


def test_the_reading_role_reads_the_open_views_and_cannot_write_nor_see_tables(
    cluster: PrivateCluster, database_name: str, database: Database, planner: Person
) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    reader = open_database(cluster, role="landgis_read", name=database_name, pooled=False)
    with reader.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM landgis_open.parcels")) == 2
    for statement in (
        "INSERT INTO landgis.parcel VALUES ('a', 'songjiang')", "SELECT * FROM landgis.person",
        "SELECT * FROM landgis.parcel_version", "UPDATE landgis_open.project_features SET class = 'x'",
    ):  # fmt: skip
        with pytest.raises(NotAllowed), reader.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_stored_run_and_a_stored_release_take_no_further_row(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    add_run(database, planner)
    add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5)}))
    late = [
        "INSERT INTO landgis.run_coverage SELECT run_id, 'SJ-001', 'water', 'complete', '', 0 FROM landgis.screening_run",
        "INSERT INTO landgis.layer_issue VALUES ('homestead', '2024-01', 1, 'x', 'minor', '', '', '')",
    ]
    for statement in late:
        with pytest.raises(Conflict, match="is sealed") as raised, database.begin() as connection:
            connection.exec_driver_sql(statement)
        assert "已存档" in raised.value.zh


def test_a_release_never_goes_back_and_a_past_version_never_returns(
    database: Database, owner: Database, planner: Person
) -> None:
    add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5)}))
    with pytest.raises(Conflict, match="cannot go from draft to superseded"), database.begin() as connection:
        connection.exec_driver_sql("UPDATE landgis.layer_release SET status = 'superseded', published_at = now()")
    add_parcels(database, planner, row_of_parcels(1))
    add_parcels(database, planner, {"SJ-001": at(100, 0, 81, 60)})
    again = "UPDATE landgis.parcel_version SET current = true WHERE version = 1"
    with pytest.raises(NotAllowed), database.begin() as connection:
        connection.exec_driver_sql(again)
    with pytest.raises(Conflict, match="cannot become current again"), owner.begin() as connection:
        connection.exec_driver_sql(again)


def test_policy_lets_administrators_see_nothing_and_the_leader_only_read() -> None:
    own = {
        Role.SYSTEM_ADMIN: Action.MANAGE_SYSTEM,
        Role.SECURITY_ADMIN: Action.MANAGE_PEOPLE,
        Role.AUDIT_ADMIN: Action.READ_AUDIT,
    }
    for role, only in own.items():
        assert [action for action in Action if may(role, action)] == [only]
        assert roles_that_may(only) == (role,)
    assert all(action.value.startswith("read") for action in Action if may(Role.LEADER, action))
    second = {action for action in Action if not may(Role.DISTRICT_PLANNER, action)} - set(own.values())
    assert second == {Action.CONFIRM_DECISION, Action.APPROVE_PLAN}
    assert not may(Role.TOWN_CLERK, Action.PUBLISH_LAYER)


def test_a_store_refuses_a_person_whose_role_does_not_allow_it(database: Database, owner: Database) -> None:
    leader = PeopleStore(owner).register("lingdao", "领导甲", Role.LEADER)
    with pytest.raises(NotAllowed) as raised:
        add_parcels(database, leader, row_of_parcels(1))
    assert raised.value.zh == "领导甲（只读领导）无权导入地块"
    gone = Person(leader.person_id, "lingdao", "领导甲", Role.DISTRICT_PLANNER, active=False)
    with pytest.raises(NotAllowed, match="no longer active"):
        add_parcels(database, gone, row_of_parcels(1))


def test_persons_are_found_by_account_and_registered_once(database: Database, owner: Database, planner: Person) -> None:
    people = PeopleStore(database)
    assert people.acting("guihua") == planner
    with pytest.raises(NotFound, match="nobody-here"):
        people.acting("nobody-here")
    with pytest.raises(NotAllowed, match="not registered as a person"):
        people.acting()
    with pytest.raises(Conflict):
        PeopleStore(owner).register("guihua", "规划员乙", Role.LEADER)
    with pytest.raises(LandgisError, match="may not do this"):
        people.register("other", "乙", Role.LEADER)
