"""What outsiders may read: views in a schema of their own, and the tokens by which they ask.

Revision 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import OF_0015, OF_0016, call_by_name, run_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_VIEWS = (
    "parcels", "pool_members", "plan_lines", "layer_features",
    "project_plan_lines", "project_pool_members", "project_parcels", "project_features",
)  # fmt: skip
_READ_BEFORE = (
    "decision", "decision_act", "layer_feature", "layer_issue", "layer_release", "layer_release_ever",
    "layer_release_history", "layer_repair", "membership", "membership_move", "membership_standing", "milestone",
    "other_supply", "parcel", "parcel_act", "parcel_document", "parcel_fact", "parcel_fact_ever", "parcel_fact_history",
    "parcel_import", "parcel_issue", "parcel_part", "parcel_version", "plan", "plan_change", "plan_ever", "plan_history",
    "plan_left_out", "plan_line", "plan_line_check", "plan_step", "pool", "pool_ever", "pool_history", "pool_left_out",
    "pool_member", "release_hash", "run_cell", "run_coverage", "run_finding", "run_hit", "run_overlap", "run_parcel",
    "screening_run", "source_file", "supply_batch",
)  # fmt: skip
"""Tables and views that ``landgis_read`` could read at 0015."""


def upgrade() -> None:
    _tokens()
    run_file("0016_open_views.sql")
    call_by_name(OF_0016)


def downgrade() -> None:
    """Go back to a program that shows outsiders its tables; the tokens are given up, the empty schema stays the DBA's."""
    call_by_name(OF_0015)
    for view in reversed(_VIEWS):
        op.execute(f"DROP VIEW landgis_open.{view}")
    op.execute("DROP FUNCTION landgis.use_class(text)")
    for table in ("access_token_end", "access_token"):
        op.drop_table(table, schema="landgis")
    op.execute(f"GRANT SELECT ON {', '.join(f'landgis.{table}' for table in _READ_BEFORE)} TO landgis_read")


def _tokens() -> None:
    op.create_table(
        "access_token",
        sa.Column("token_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_by_and_at("access_token"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("access_token_sha256_check")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("access_token_expires_at_check")),
        sa.ForeignKeyConstraint(["person_id"], ["landgis.person.person_id"], name=op.f("access_token_person_id_fkey")),
        sa.PrimaryKeyConstraint("token_no", name=op.f("access_token_pkey")),
        sa.UniqueConstraint("sha256", name=op.f("access_token_sha256_key")),
        schema="landgis",
        comment="Tokens of the open services: the hash alone is kept",
    )
    op.create_table(
        "access_token_end",
        sa.Column("token_no", sa.Integer(), nullable=False),
        *_by_and_at("access_token_end"),
        sa.ForeignKeyConstraint(
            ["token_no"], ["landgis.access_token.token_no"], name=op.f("access_token_end_token_no_fkey")
        ),
        sa.PrimaryKeyConstraint("token_no", name=op.f("access_token_end_pkey")),
        schema="landgis",
        comment="Tokens that were revoked before their day",
    )


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )
