"""Outlines that may be redrawn in QGIS: a view that keeps the register's rules.

Revision 0018, after 0017.
"""

from __future__ import annotations

from alembic import op

from landgis.db.migrations.called import run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0018_outlines.sql")


def downgrade() -> None:
    """Go back to outlines that only landgis redraws; what was redrawn stays."""
    op.execute("DROP VIEW landgis.parcel_outline")
    op.execute("DROP FUNCTION landgis.outline_redrawn()")
