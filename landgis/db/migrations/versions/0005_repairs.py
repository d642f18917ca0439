"""Repairs that a person accepted, beside the release that holds them.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RELEASE = ["landgis.layer_release.layer", "landgis.layer_release.name"]


def upgrade() -> None:
    op.create_table(
        "layer_repair",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("feature_id", sa.Text(), nullable=False),
        sa.Column("repair_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("area_before_m2", sa.Double(), nullable=False),
        sa.Column("area_after_m2", sa.Double(), nullable=False),
        sa.Column("moved_m", sa.Double(), nullable=True),
        sa.Column("proposed_with", sa.Text(), nullable=False),
        sa.Column("from_release", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("why <> ''", name=op.f("layer_repair_why_check")),
        sa.ForeignKeyConstraint(["layer", "release"], _RELEASE, name=op.f("layer_repair_layer_release_fkey")),
        sa.ForeignKeyConstraint(["layer", "from_release"], _RELEASE, name=op.f("layer_repair_layer_from_release_fkey")),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["landgis.person.person_id"], name=op.f("layer_repair_accepted_by_fkey")
        ),
        sa.PrimaryKeyConstraint("layer", "release", "feature_id", name=op.f("layer_repair_pkey")),
        schema="landgis",
        comment="Rows of a release that are not as delivered; release holds them, from_release was repaired",
    )
    op.execute("GRANT SELECT ON landgis.layer_repair TO landgis_app, landgis_read")
    op.execute("GRANT INSERT ON landgis.layer_repair TO landgis_app")
    op.execute("CALL landgis.keep_forever('layer_repair')")


def downgrade() -> None:
    op.drop_table("layer_repair", schema="landgis")
