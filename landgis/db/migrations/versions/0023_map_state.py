"""A stamp of what tiles show.

Revision 0023, after 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from landgis.db.migrations.called import run_file

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WATCHED = ("parcel_version", "membership_standing", "plan", "plan_line")


def upgrade() -> None:
    """Make the stamp, and have it made anew with every change."""
    op.create_table(
        "map_state",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stamp", postgresql.UUID(), nullable=False),
        sa.CheckConstraint("one", name=op.f("map_state_one_check")),
        sa.PrimaryKeyConstraint("one", name=op.f("map_state_pkey")),
        schema="landgis",
        comment="One row: the stamp of parcels, pools and plans as tiles show them; kept tiles are named by it",
    )
    op.create_table(
        "map_change",
        sa.Column("transaction", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("transaction", name=op.f("map_change_pkey")),
        schema="landgis",
        comment="Transactions that have changed something and are not committed; empty for everybody else",
    )
    run_file("0023_map_state.sql")


def downgrade() -> None:
    """Go back; tiles are made anew afterwards."""
    for table in _WATCHED:
        op.execute(f"DROP TRIGGER map_changes ON landgis.{table}")
    op.drop_table("map_change", schema="landgis")
    op.drop_table("map_state", schema="landgis")
    op.execute("DROP FUNCTION landgis.map_changed()")
    op.execute("DROP FUNCTION landgis.map_changes()")
