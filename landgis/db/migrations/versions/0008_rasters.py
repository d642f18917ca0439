"""Releases that are rasters, and what a run read from their cells.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MEASURES = (
    "covered_share", "outside_share", "nodata_share", "code_share", "cover_share", "mean_m", "max_m", "min_m",
)  # fmt: skip


def upgrade() -> None:
    op.execute("DROP VIEW landgis.layer_release_ever")
    for table in ("layer_release", "layer_release_history"):
        op.add_column(table, sa.Column("raster", postgresql.JSONB(none_as_null=True)), schema="landgis")
    op.execute("CALL landgis.show_ever('layer_release')")
    op.create_check_constraint(
        op.f("layer_release_raster_check"), "layer_release", "raster IS NULL OR feature_count = 0", schema="landgis"
    )
    measures = ", ".join(f"'{name}'" for name in _MEASURES)
    op.create_table(
        "run_cell",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.CheckConstraint(f"measure IN ({measures})", name=op.f("run_cell_measure_check")),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id"],
            name=op.f("run_cell_run_id_parcel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", "layer", "measure", "class", name=op.f("run_cell_pkey")),
        schema="landgis",
    )
    op.execute(
        "CREATE TRIGGER sealed AFTER INSERT ON landgis.run_cell REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id')"
    )
    op.execute("CALL landgis.keep_forever('run_cell')")
    op.execute("GRANT SELECT ON landgis.run_cell TO landgis_app, landgis_read")
    op.execute("GRANT INSERT ON landgis.run_cell TO landgis_app")


def downgrade() -> None:
    """Go back; a release that is a raster stays, as one without features: it speaks of nothing."""
    op.drop_table("run_cell", schema="landgis")
    op.execute("DROP VIEW landgis.layer_release_ever")
    for table in ("layer_release", "layer_release_history"):
        op.drop_column(table, "raster", schema="landgis")
    op.execute("CALL landgis.show_ever('layer_release')")
