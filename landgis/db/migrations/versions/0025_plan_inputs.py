"""What the bureau stated of single parcels is kept with the version that was drafted with it.

Revision 0025, after 0024.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.migrations.called import OF_0024, OF_0025, call_by_name, run_file

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_input",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("stated", JSONB(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(stated) = 'object'", name=op.f("plan_input_stated_check")),
        sa.ForeignKeyConstraint(["plan_id"], ["landgis.plan.plan_id"], name=op.f("plan_input_plan_id_fkey")),
        sa.PrimaryKeyConstraint("plan_id", "parcel_id", name=op.f("plan_input_pkey")),
        schema="landgis",
        comment="What the bureau stated of single parcels when the version was drafted",
    )
    run_file("0025_plan_inputs.sql")
    call_by_name(OF_0025)


def downgrade() -> None:
    """Go back to a program that forgets what was stated once the lines are made."""
    call_by_name(OF_0024)
    op.drop_table("plan_input", schema="landgis")
