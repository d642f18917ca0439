"""Rights by row of the tables that came after 0020.

Revision 0026, after 0025.
"""

from __future__ import annotations

from alembic import op

from landgis.db.migrations.called import run_file

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = ("run_row", "plan_input", "job", "bookmark", "bookmark_end")


def upgrade() -> None:
    run_file("0026_policies.sql")


def downgrade() -> None:
    """Go back to tables that the desk's role reads whole."""
    for table in _TABLES:
        for policy in ("sees", "adds"):
            op.execute(f"DROP POLICY {policy} ON landgis.{table}")
        op.execute(f"DROP POLICY IF EXISTS changes ON landgis.{table}")
        op.execute(f"ALTER TABLE landgis.{table} DISABLE ROW LEVEL SECURITY")
