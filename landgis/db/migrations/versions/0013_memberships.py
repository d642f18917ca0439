"""Membership in the pools: states, moves with reasons, no land twice.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import OF_0012, OF_0013, call_by_name, run_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STANDINGS = "('lead', 'pooled', 'planned', 'under_way', 'supplied', 'withdrawn')"
_REASONS = (
    "('town_report', 'near_miss', 'investor_request', 'criteria_met', 'renewed', 'in_plan', 'plan_adjusted',"
    " 'procedure_started', 'deal_failed', 'deal_closed', 'verdict_changed', 'criteria_changed', 'overlaps_member',"
    " 'owner_declined', 'use_changed', 'acquired', 'land_changed', 'entered', 'not_pursued', 'entered_by_mistake')"
)
_FUNCTIONS = (
    "membership_moves()", "membership_move_is_timed()", "membership_begins()", "membership_is_sound()", "member_told(text)",
    "membership_may_move(text, text, text)", "standing_zh(text)",
)  # fmt: skip


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("member_number", schema="landgis")))
    _memberships()
    _moves()
    _standings()
    run_file("0013_memberships.sql")
    call_by_name(OF_0013)


def downgrade() -> None:
    """Go back to a program that knows of builds only; memberships that there are, are given up."""
    call_by_name(OF_0012)
    for table in ("membership_standing", "membership_move", "membership"):
        op.drop_table(table, schema="landgis")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION landgis.{function}")
    op.execute(sa.schema.DropSequence(sa.Sequence("member_number", schema="landgis")))


def _memberships() -> None:
    op.create_table(
        "membership",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        *_by_and_at("membership"),
        sa.CheckConstraint("district IN ('songjiang', 'chongming')", name=op.f("membership_district_check")),
        sa.CheckConstraint("tier IN ('project', 'intent')", name=op.f("membership_tier_check")),
        sa.ForeignKeyConstraint(["parcel_id"], ["landgis.parcel.parcel_id"], name=op.f("membership_parcel_id_fkey")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("membership_pkey")),
        schema="landgis",
        comment="A parcel in 储备项目库 or 意向储备库; how it stands: membership_standing",
    )
    op.create_index("membership_parcel_idx", "membership", ["parcel_id"], schema="landgis")


def _moves() -> None:
    op.create_table(
        "membership_move",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("from_standing", sa.Text(), nullable=True),
        sa.Column("to_standing", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("pool_id", sa.Text(), nullable=True),
        sa.Column("plan_id", sa.Text(), nullable=True),
        *_by_and_at("membership_move"),
        sa.CheckConstraint(f"from_standing IN {_STANDINGS}", name=op.f("membership_move_from_standing_check")),
        sa.CheckConstraint(f"to_standing IN {_STANDINGS}", name=op.f("membership_move_to_standing_check")),
        sa.CheckConstraint(f"reason IN {_REASONS}", name=op.f("membership_move_reason_check")),
        sa.CheckConstraint("step > 0", name=op.f("membership_move_step_check")),
        _refers("membership_move", "member_id", "membership"),
        _refers("membership_move", "run_id", "screening_run"),
        _refers("membership_move", "pool_id", "pool"),
        _refers("membership_move", "plan_id", "plan"),
        _of_version("membership_move"),
        sa.PrimaryKeyConstraint("member_id", "step", name=op.f("membership_move_pkey")),
        schema="landgis",
        comment="Every move of every membership; which are possible says migration 0013",
    )


def _standings() -> None:
    op.create_table(
        "membership_standing",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"standing IN {_STANDINGS}", name=op.f("membership_standing_standing_check")),
        _refers("membership_standing", "member_id", "membership"),
        _of_version("membership_standing"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("membership_standing_pkey")),
        schema="landgis",
        comment="The last move of every membership; written by the rules of membership_move alone",
    )
    op.create_index(
        "membership_standing_parcel_idx",
        "membership_standing",
        ["parcel_id"],
        unique=True,
        schema="landgis",
        postgresql_where=sa.text("standing <> 'withdrawn'"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"landgis.{to}.{'run_id' if to == 'screening_run' else column}"], name=op.f(f"{table}_{column}_fkey")
    )


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["parcel_id", "version"],
        ["landgis.parcel_version.parcel_id", "landgis.parcel_version.version"],
        name=op.f(f"{table}_parcel_id_version_fkey"),
    )


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )
