"""Who is given what: by token and role, nothing of persons, nothing of drafts, and no word of how it is made."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from landgis.access.roles import Action, Role, may
from landgis.access.secrecy import marks_open_to
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.tokens import TokenStore
from landgis.domain.layer import Secrecy
from landgis.domain.open_data import open_collections
from landgis.errors import NotAllowed
from tests.support.desk_case import catalogue
from tests.support.open_case import OWNER, PARCELS, TOWN, Client, OpenCase

PATHS = (
    "/ogc", "/ogc/", "/ogc/api", "/ogc/conformance", "/ogc/collections", "/ogc/collections/parcels",
    "/ogc/collections/parcels/items", "/ogc/collections/parcels/items/SJ-001", "/ogc/collections/parcels/queryables",
    "/ogc/collections/parcels/schema", "/ogc/collections/nothing",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_without_a_token(case: OpenCase, path: str) -> None:
    for header in ("", "Bearer", "Bearer wrong", "Basic Z3Vlc3Q6Z3Vlc3Q=", "Bearer ' OR 1=1 --"):
        answer = Client(case.address, {"Authorization": header} if header else {}).get(path)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="landgis"')
        assert "令牌" in answer.document["description"]
        assert "token" in answer.document["description"]


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_as_the_policy_has_it(case: OpenCase, role: Role) -> None:
    client = case.client(role)
    inside = Secrecy.INTERNAL in marks_open_to(role)
    for path in PATHS[:-1]:
        hidden = path.endswith("SJ-001") and not inside
        assert client.get(path).status == (403 if not may(role, Action.READ) else 404 if hidden else 200), path
    if may(role, Action.READ):
        for key, rows in (("parcels", PARCELS), ("pool_members", 3), ("homestead", 2)):
            found = client.get(f"/ogc/collections/{key}/items").document
            assert found["numberMatched"] == (rows if inside else 0), key
        planned = 2 if may(role, Action.READ_PLANS) else 0
        for key, rows in (("plan_lines", planned), ("town", 2)):
            assert client.get(f"/ogc/collections/{key}/items").document["numberMatched"] == rows


def test_a_town_sees_its_own_and_cannot_tell_what_else_there_is(case: OpenCase) -> None:
    client = case.client(Role.TOWN_CLERK)
    line = next(one["id"] for one in client.get("/ogc/collections/plan_lines/items").document["features"])
    described = client.get("/ogc/collections/plan_lines").text
    with case.owner.begin() as connection:  # the clerk goes to another town
        connection.execute(text("UPDATE landgis.person SET town_code = '310117106' WHERE role = 'town_clerk'"))
    try:
        assert client.get("/ogc/collections/plan_lines/items").document["numberMatched"] == 0
        assert client.get("/ogc/collections/town/items").document["numberMatched"] == 2  # layers are of no town
        hidden, missing = (
            client.get(f"/ogc/collections/plan_lines/items/{name}") for name in (line, line.replace("L1", "L9"))
        )
        assert (hidden.status, missing.status) == (404, 404)
        assert hidden.text.replace(line, "") == missing.text.replace(line.replace("L1", "L9"), "")
        assert client.get("/ogc/collections/plan_lines").text == described  # no extent, no count
    finally:
        with case.owner.begin() as connection:
            connection.execute(
                text("UPDATE landgis.person SET town_code = :town WHERE role = 'town_clerk'"), {"town": TOWN}
            )


def test_what_may_not_be_seen_does_not_exist(case: OpenCase) -> None:
    client = case.client(Role.CONSULTED)
    hidden, missing = (client.get(f"/ogc/collections/parcels/items/{name}") for name in ("SJ-001", "SJ-999"))
    assert (hidden.status, missing.status) == (404, 404)
    assert hidden.text.replace("SJ-001", "") == missing.text.replace("SJ-999", "")
    asked = "/ogc/collections/parcels/items?filter=secrecy%20%3D%20%27internal%27"
    assert client.get(asked).document["features"] == []


def test_three_administrators_see_no_business_data() -> None:
    assert [role for role in Role if not marks_open_to(role)] == [
        Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN,
    ]  # fmt: skip


def test_a_token_ends_when_it_expires_or_is_revoked_or_its_person_leaves(case: OpenCase) -> None:
    client = case.client(Role.LEADER)
    store = TokenStore(case.owner)
    assert client.get("/ogc").status == 200
    store.revoke(store.list()[-1].token_no, by=None)
    assert client.get("/ogc").status == 401
    client = case.client(Role.LEADER)
    with case.owner.begin() as connection:  # a day later
        connection.exec_driver_sql("ALTER TABLE landgis.access_token DISABLE TRIGGER keeps")
        connection.exec_driver_sql(
            "UPDATE landgis.access_token SET created_at = created_at - interval '2 days',"
            " expires_at = expires_at - interval '2 days' WHERE token_no = (SELECT max(token_no) FROM landgis.access_token)"
        )
        connection.exec_driver_sql("ALTER TABLE landgis.access_token ENABLE TRIGGER keeps")
    assert client.get("/ogc").status == 401
    leaving = case.client(Role.LEADER)
    with case.owner.begin() as connection:
        connection.execute(text("UPDATE landgis.person SET active = false WHERE role = 'leader'"))
    assert leaving.get("/ogc").status == 403
    with case.owner.begin() as connection:
        connection.execute(text("UPDATE landgis.person SET active = true WHERE role = 'leader'"))
    assert leaving.get("/ogc").status == 200


def test_nothing_of_persons_or_drafts_leaves(client: Client) -> None:
    for key in open_collections(catalogue()):
        answer = client.get(f"/ogc/collections/{key}/items")
        assert answer.status == 200
        assert OWNER not in answer.text
        names = set(client.get(f"/ogc/collections/{key}/queryables").document["properties"])
        assert not names & {"owner_name", "certificate_no", "intended_buyer", "investor_zh", "created_by", "facts"}
    lines = client.get("/ogc/collections/plan_lines/items").document["features"]
    assert {one["properties"]["plan_id"] for one in lines} == {"L1"}  # L2 is being drafted
    assert client.get("/ogc/collections/ecological_redline/items").document["features"] == []  # a draft release


def test_stand_in_data_are_named(client: Client) -> None:
    for one in client.get("/ogc/collections/town/items").document["features"]:
        assert one["properties"]["substitute"] is True
        assert one["properties"]["notice_zh"] == "替代数据，非法定成果"


def test_answers_tell_no_paths_no_program_and_no_secrets(client: Client, case: OpenCase) -> None:
    for path in (*PATHS, "/ogc/collections/parcels/items?filter=((", "/ogc/collections/parcels/items/x%00y"):
        answer = client.get(path)
        told = f"{answer.text} {answer.headers}"
        assert not re.search(
            r"/(tmp|home|usr|root|opt|var)/|site-packages|Traceback|psycopg|sqlalchemy|landgis_read|SELECT ", told
        )
        assert "X-Powered-By" not in answer.headers
        assert client.headers["Authorization"].split()[1] not in told


def test_only_reading(client: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for path in ("/ogc/collections/parcels/items", "/ogc/collections/parcels/items/SJ-001"):
            assert client.get(path, method=method).status == 405


def test_another_host_name_is_not_answered(client: Client) -> None:
    assert client.get("/ogc", Host="evil.example").status == 421


def test_links_stay_with_the_name_that_was_asked(case: OpenCase, client: Client) -> None:
    port = case.address.rsplit(":", 1)[1]
    document = client.get("/ogc", Host=f"localhost:{port}").document
    assert {one["href"].split("/ogc")[0] for one in document["links"]} == {f"http://localhost:{port}"}


def test_the_reading_role_reads_the_open_views_and_nothing_else(
    cluster: PrivateCluster, database_name: str, database: Database
) -> None:
    readable = text(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('landgis', 'landgis_open') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND (has_table_privilege('landgis_read', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
        " OR has_any_column_privilege('landgis_read', c.oid, 'SELECT, INSERT, UPDATE'))"
    )
    with database.begin() as connection:
        found = set(connection.scalars(readable))
    published = {one.view for one in open_collections(catalogue()).values()}
    project = {"project_plan_lines", "project_pool_members", "project_parcels", "project_features"}
    assert found == {"landgis.alembic_version"} | {f"landgis_open.{name}" for name in published | project}
    reader = open_database(cluster, role="landgis_read", name=database_name, pooled=False)
    for statement in (
        "UPDATE landgis_open.project_features SET class = 'x'", "CREATE TABLE landgis_open.mine (n int)",
        "SELECT * FROM landgis.access_token",
    ):  # fmt: skip
        with pytest.raises(NotAllowed), reader.begin() as connection:
            connection.exec_driver_sql(statement)


def test_the_views_hold_the_columns_that_are_declared(database: Database) -> None:
    query = text(
        "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = ('landgis_open.' || :view)::regclass AND a.attnum > 0"
    )
    with database.begin() as connection:
        for one in open_collections(catalogue()).values():
            columns = set(connection.scalars(query, {"view": one.view}))
            assert columns - {"geom", "layer"} == {field.name for field in one.fields}
