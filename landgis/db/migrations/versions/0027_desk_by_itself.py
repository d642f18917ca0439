"""The desk's role is a member of no other: it cannot take the role that sees every row.

Its rights are given when all migrations are through (``db/sql/desk_rights.sql``). Shelves, which are made in between,
name it here. And the log of exports says by which filter the rows of a list were chosen.

Revision 0027, after 0026.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import SQL, run_file

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_SHELVES = (
    ("0006_shelves.sql", "open_shelf", "TO landgis_app"),
    ("0010_hashes.sql", "close_shelf", "FROM landgis_app"),
)


def upgrade() -> None:
    run_file("0027_desk.sql")
    op.add_column("export_log", sa.Column("asked", sa.Text(), nullable=False, server_default=""), schema="landgis")
    for name, function, whom in _SHELVES:
        _write(name, function, whom, f"{whom}, landgis_desk")


def downgrade() -> None:
    """Go back to shelves that the working role alone fills, and to a log that does not say by which filter."""
    op.drop_column("export_log", "asked", schema="landgis")
    for name, function, _ in _SHELVES:
        _write(name, function)


def _write(name: str, function: str, said: str = "", instead: str = "") -> None:
    """Make a function as an earlier revision wrote it, with one thing said otherwise."""
    text = (SQL / name).read_text(encoding="utf-8")
    pattern = rf"CREATE (?:OR REPLACE )?(FUNCTION landgis\.{function}\(.*?^\$\$;)"
    found = re.search(pattern, text, re.DOTALL | re.MULTILINE)
    if found is None or (said and found[1].count(said) != 1):
        raise LookupError(function)
    body = found[1].replace(said, instead) if said else found[1]
    op.execute(sa.text(f"CREATE OR REPLACE {body}".replace(":", "\\:")))
