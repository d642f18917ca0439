"""The role of the desk: the rights of the working role, row by row, and no way out of it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text

from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, OfficeServer, _url, open_database
from landgis.db.migrations.called import SQL
from landgis.errors import ConfigError, NotAllowed
from tests.conftest import admin

_HELD = """
SELECT c.oid::regclass::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
WHERE a.grantee = :role ::regrole AND c.relnamespace::regnamespace::text LIKE 'landgis%'
UNION ALL SELECT c.oid::regclass || '.' || t.attname, a.privilege_type
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
WHERE a.grantee = :role ::regrole AND c.relnamespace::regnamespace::text LIKE 'landgis%'
UNION ALL SELECT p.oid::regprocedure::text, a.privilege_type FROM pg_proc p, aclexplode(p.proacl) a
WHERE a.grantee = :role ::regrole AND p.pronamespace::regnamespace::text LIKE 'landgis%'
UNION ALL SELECT n.nspname, a.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) a
WHERE a.grantee = :role ::regrole AND n.nspname LIKE 'landgis%'
"""


@pytest.fixture
def desk(cluster: PrivateCluster, database_name: str) -> Iterator[Database]:
    database = open_database(cluster, role="landgis_desk", name=database_name)
    yield database
    database.close()


@pytest.mark.parametrize("role", ["landgis_app", "landgis_owner", "landgis_read", "landgis"])
def test_the_desk_takes_no_other_role(desk: Database, role: str) -> None:
    with pytest.raises(NotAllowed), desk.begin() as connection:
        connection.execute(text(f"SET ROLE {role}"))
    with desk.begin() as connection:
        connection.execute(text("RESET ROLE"))
        assert connection.scalar(text("SELECT current_user")) == "landgis_desk"
        assert connection.scalar(text("SELECT row_security_active('landgis.parcel_version')")) is True


def test_the_desk_may_what_the_working_role_may_and_nothing_else(owner: Database) -> None:
    with owner.begin() as connection:
        held = {
            role: {tuple(row) for row in connection.execute(text(_HELD), {"role": role})}
            for role in ("landgis_app", "landgis_desk")
        }
    assert held["landgis_desk"] == held["landgis_app"]
    assert len(held["landgis_desk"]) > 150


def test_an_office_names_a_login_of_the_desk() -> None:
    office = OfficeServer("postgresql://all@db/landgis", "postgresql://desk:secret@db/landgis")
    logins = {role: _url(office, role, "").username for role in ("landgis_app", "landgis_owner", "landgis_desk")}
    assert logins == {"landgis_app": "all", "landgis_owner": "all", "landgis_desk": "desk"}
    assert "secret" not in repr(office)
    alone = OfficeServer("postgresql://all@db/landgis")
    assert _url(alone, "landgis_desk", "").username == "all"
    with pytest.raises(ConfigError) as raised:
        _url(OfficeServer("postgresql://all@db/landgis", "mysql://x"), "landgis_desk", "")
    assert raised.value.where == "LANDGIS_DESK_DATABASE_URL"


def test_an_upgrade_asks_for_the_roles_where_the_desk_is_a_member_still(
    cluster: PrivateCluster, database_name: str
) -> None:
    asked = (SQL / "0027_desk.sql").read_text(encoding="utf-8")
    with admin(cluster, database_name) as connection, connection.transaction(force_rollback=True):
        connection.execute(asked)  # it is none here
        connection.execute("GRANT landgis_app TO landgis_desk")
        with pytest.raises(psycopg.Error, match="landgis db roles"):
            connection.execute(asked)
