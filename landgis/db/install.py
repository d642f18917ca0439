"""First things: the database, its roles and its tables."""

from __future__ import annotations

import psycopg
from psycopg import sql

from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER
from landgis.db.connect import OfficeServer, Server, open_database, tables_of
from landgis.db.faults import translated
from landgis.db.migrate import upgrade
from landgis.db.people import register_first
from landgis.db.statements import statement
from landgis.errors import DatabaseError, NotReady

_LOCK = 4_549_005
_LOGIN_ROLES = ("landgis_owner", "landgis_app", "landgis_desk", "landgis_read")


def ensure_running(server: Server) -> None:
    """Start a private cluster that is down; on its first start make database, roles, tables and the first person.

    Tables of an older program are left alone: ``open_database`` then asks for ``landgis db upgrade``. An office server
    is left alone altogether.
    """
    if isinstance(server, OfficeServer) or _is_at_work(server):
        return
    server.start()
    if _is_at_work(server):
        return
    make_database(server)
    if tables_of(server, role="landgis_owner") is None:
        upgrade_database(server)


def upgrade_database(server: Server) -> None:
    """Bring the tables up to date, and register the account at work when nobody is registered yet.

    Raises
    ------
    NotReady
        If the roles are missing, or the account is not a member of ``landgis_owner``.
    """
    tables_of(server, role="landgis_owner")  # before all else: does it answer, are the roles there
    if isinstance(server, PrivateCluster):
        server.renew()
        make_database(server)  # what a newer program needs besides tables; on an office server the DBA's
    owner = open_database(server, role="landgis_owner", check=False, pooled=False)
    upgrade(owner)
    register_first(owner)


def make_database(cluster: PrivateCluster, name: str = "landgis") -> None:
    """Make database, roles and extension in a running private cluster, where they are missing; one at a time."""
    with translated(), superuser(cluster, "postgres") as cluster_wide:
        cluster_wide.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        found = cluster_wide.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            cluster_wide.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with superuser(cluster, name) as connection:
            connection.execute(statement("roles"))
            for role in _LOGIN_ROLES:
                connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(role)))


def roles_sql(login: str, desk_login: str = "") -> str:
    """Return what the DBA of an office server runs once, in the database of landgis.

    Parameters
    ----------
    login
        Account that ``LANDGIS_DATABASE_URL`` logs in with.
    desk_login
        Account that ``LANDGIS_DESK_DATABASE_URL`` logs in with, a member of the desk's role alone; empty: there is none.
    """
    name = sql.Identifier(login).as_string()
    grants = [f"GRANT landgis_owner, landgis_app, landgis_desk, landgis_read TO {name};\n"]
    if desk_login:
        grants.append(f"GRANT landgis_desk TO {sql.Identifier(desk_login).as_string()};\n")
    return statement("roles") + "".join(grants)


def _is_at_work(cluster: PrivateCluster) -> bool:
    """Tell, by asking it, whether a cluster runs and has tables: the common case, and the quickest to find out."""
    try:
        return tables_of(cluster, role="landgis_owner") is not None
    except (NotReady, DatabaseError):
        return False


def superuser(cluster: PrivateCluster, name: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect to a database of a running private cluster as its superuser, each statement a transaction of its own."""
    return psycopg.connect(host=str(cluster.host()), port=PORT, user=SUPERUSER, dbname=name, autocommit=True)
