"""A stamp of sessions, persons and the policy; facts are found by when they became known.

Revision 0028, after 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from landgis.db.migrations.called import run_file

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_WATCHED = ("web_session", "person", "person_login")


def upgrade() -> None:
    """Make the stamp, and have it made anew with every change."""
    op.create_table(
        "entry_state",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stamp", postgresql.UUID(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.CheckConstraint("one", name=op.f("entry_state_one_check")),
        sa.PrimaryKeyConstraint("one", name=op.f("entry_state_pkey")),
        schema="landgis",
        comment="One row: a stamp of sessions and persons, and the hash of the policy; what is held in memory goes by it",
    )
    run_file("0028_entry_state.sql")
    op.create_index(
        "parcel_fact_known_brin", "parcel_fact", [sa.text("lower(known)")], schema="landgis", postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )  # fmt: skip
    run_file("0028_touched.sql")


def downgrade() -> None:
    """Go back to look-ups that are held for a while."""
    op.execute("DROP FUNCTION landgis.touched_since(timestamptz)")
    op.drop_index("parcel_fact_known_brin", "parcel_fact", schema="landgis")
    for table in _WATCHED:
        op.execute(f"DROP TRIGGER entry_changed ON landgis.{table}")
    op.execute("DROP TRIGGER rules_changed ON landgis.access_rule")
    op.drop_table("entry_state", schema="landgis")
    op.execute("DROP FUNCTION landgis.entry_changed()")
    op.execute("DROP FUNCTION landgis.rules_changed()")
