"""Which kernel measured a run, and what it took over from an earlier one.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLE = "screening_run"


def upgrade() -> None:
    """Add the columns; of older runs the kernel is not known, so nothing is taken over from them."""
    op.add_column(_TABLE, sa.Column("kernel", sa.Text(), server_default="", nullable=False), schema="landgis")
    op.add_column(_TABLE, sa.Column("taken_from", sa.Text()), schema="landgis")
    op.add_column(
        _TABLE, sa.Column("taken_over", postgresql.JSONB(), server_default="[]", nullable=False), schema="landgis"
    )
    op.create_foreign_key(
        op.f("screening_run_taken_from_fkey"), _TABLE, _TABLE, ["taken_from"], ["run_id"],
        source_schema="landgis", referent_schema="landgis",
    )  # fmt: skip


def downgrade() -> None:
    for name in ("taken_over", "taken_from", "kernel"):
        op.drop_column(_TABLE, name, schema="landgis")
