"""One row per parcel of a run, by which the desk filters, sorts and counts; those of stored runs are written now.

Revision 0021, after 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from landgis.db.migrations.called import OF_0019, OF_0021, call_by_name
from landgis.db.run_rows import write_run_rows

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KINDS = ("package", "delta", "layer", "points", "qgis", "plan_files", "sheet")


def _kinds_check(kinds: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"kind IN ({listed})"


def upgrade() -> None:
    """Make the table, and fill it before it is sealed."""
    op.create_table(
        "run_row",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town_code", sa.Text(), nullable=False),
        sa.Column("town_name", sa.Text(collation="C"), nullable=False),
        sa.Column("village_name", sa.Text(collation="C"), nullable=False),
        sa.Column("uses", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("planned_use", sa.Text(collation="C"), nullable=False),
        sa.Column("owner_level", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ellipsoidal_m2", sa.Double(), nullable=False),
        sa.Column("planar_m2", sa.Double(), nullable=False),
        *(sa.Column(f"{side}_m", sa.Double(), nullable=False) for side in ("west", "south", "east", "north")),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('clear', 'flagged', 'unknown', 'excluded')", name=op.f("run_row_verdict_check")
        ),
        sa.CheckConstraint(
            "owner_level IN ('town', 'village', 'group', 'joint', 'unknown')", name=op.f("run_row_owner_level_check")
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id", "version"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id", "landgis.run_parcel.version"],
            name=op.f("run_row_run_id_parcel_id_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", name=op.f("run_row_pkey")),
        schema="landgis",
        comment="What the desk filters and sorts by, one row per parcel of a run; written with the run from its own parcels",
    )
    connection = op.get_bind()
    for run_id in connection.scalars(sa.text("SELECT run_id FROM landgis.screening_run ORDER BY created_at")).all():
        write_run_rows(connection, run_id)
    for name in ("place", "severity", "town_name", "village_name", "planned_use", "ellipsoidal_m2"):
        columns = list(dict.fromkeys(("run_id", name, "place")))
        op.create_index(f"run_row_{name}_idx", "run_row", columns, schema="landgis")
    op.create_index(
        "run_finding_outcome_idx", "run_finding", ["run_id", "rule_id", "outcome", "parcel_id"], schema="landgis"
    )
    op.execute(
        "CREATE TRIGGER sealed AFTER INSERT ON landgis.run_row REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id')"
    )
    op.execute("CALL landgis.keep_forever('run_row')")
    op.execute("GRANT SELECT ON landgis.run_row TO landgis_app")
    op.execute("GRANT INSERT ON landgis.run_row TO landgis_app")
    call_by_name(OF_0021)
    op.drop_constraint("export_log_kind_check", "export_log", schema="landgis")
    op.create_check_constraint(
        op.f("export_log_kind_check"), "export_log", _kinds_check((*_KINDS, "parcel_list")), schema="landgis"
    )


def downgrade() -> None:
    """Go back; runs keep what the rows were made from, and a list of parcels that left stays in the log, as files."""
    op.drop_constraint("export_log_kind_check", "export_log", schema="landgis")
    op.execute("ALTER TABLE landgis.export_log DISABLE TRIGGER USER")
    op.execute("UPDATE landgis.export_log SET kind = 'plan_files' WHERE kind = 'parcel_list'")
    op.execute("ALTER TABLE landgis.export_log ENABLE TRIGGER USER")
    op.create_check_constraint(op.f("export_log_kind_check"), "export_log", _kinds_check(_KINDS), schema="landgis")
    call_by_name(OF_0019)
    op.drop_index("run_finding_outcome_idx", "run_finding", schema="landgis")
    op.drop_table("run_row", schema="landgis")
