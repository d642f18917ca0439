"""Moving a database from one set of tables to the next."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from landgis.db.access_rules import write_rules
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.statements import statement

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 4_549_001


def upgrade(owner: Database, revision: str = "head") -> None:
    """Bring the tables up to a revision, the policy in them and the desk's rights; in one transaction, two at once wait for each other.

    Parameters
    ----------
    owner
        Database opened as ``landgis_owner``.
    revision
        Revision to reach, the newest by default.
    """
    with owner.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(configuration(connection), revision)
        write_rules(connection)
        _share_rights(connection)


def downgrade(owner: Database, revision: str) -> None:
    """Take the tables back to a revision, ``base`` for none; what they held is lost."""
    with owner.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.downgrade(configuration(connection), revision)
        _share_rights(connection)


def _share_rights(connection: Connection) -> None:
    """Let the desk's role do what the working role may: it is no member of it, or it could take its place."""
    raw(connection).execute(statement("desk_rights"))


def configuration(connection: object) -> Config:
    """Return Alembic's configuration, bound to a connection."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
