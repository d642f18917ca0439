"""The annual plan on its way: versions, steps, checks, adjustments, other supply, milestones.

Revision 0015, after 0014.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from landgis.db.migrations.called import OF_0014, OF_0015, call_by_name, run_file

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATUSES = "('draft', 'town_consultation', 'government_review', 'reported', 'published', 'returned', 'superseded')"
_CHECKS = (
    "('planning_settled', 'title_clear', 'owner_willing', 'layout_fit', 'market_known', 'investor_found', 'site_ready',"
    " 'housing_plan')"
)
_MILESTONES = (
    "('surveyed', 'land_opinion', 'consulted', 'resolved', 'appraised', 'applied', 'announced', 'contracted',"
    " 'handed_over', 'registered')"
)
_DISTRICTS = "district IN ('songjiang', 'chongming')"
_INSIDE = "inside_ha >= 0 AND inside_ha <= area_ha"
_QUARTER = "quarter BETWEEN 1 AND 4"
_NEW_TABLES = ("milestone", "other_supply", "supply_batch", "plan_change", "plan_line_check", "plan_step")
_TRIGGERS = (("plan_line", "stands"), ("plan_line", "sealed"), ("plan_left_out", "sealed"), ("plan", "is_sound"))
_FUNCTIONS = (
    "milestone_is_sound()", "planned_counted_once()", "supply_counted_once()", "plan_holds()", "plan_steps()",
    "plan_is_sound()", "plan_line_stands()", "plan_may_go(text, text)", "plan_status_zh(text)",
)  # fmt: skip
_OF_PLAN = ("replaces", "adjusts", "purpose")
_OF_LINE = (
    "member_id", "quarter", "term_years", "trade_mode", "mode_certainty", "mode_said_zh", "mode_said_en", "cost_yuan",
    "inside_ha", "rental_housing", "in_housing_plan", "market_zh", "investor_zh",
)  # fmt: skip


def upgrade() -> None:
    _versions()
    _lines()
    _steps()
    _supply()
    _milestones()
    run_file("0015_plans.sql")
    call_by_name(OF_0015)


def downgrade() -> None:
    """Go back to a program that knows of drafts only; how far plans went, and what else is supplied, is given up."""
    call_by_name(OF_0014)
    for table, trigger in _TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger} ON landgis.{table}")
    for table in _NEW_TABLES:
        op.drop_table(table, schema="landgis")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION landgis.{function}")
    for column in _OF_LINE:
        op.drop_column("plan_line", column, schema="landgis")
    op.drop_constraint(op.f("plan_line_plan_id_fkey"), "plan_line", schema="landgis")
    # Lines that an adjustment kept from another pool stay as they are; what comes from now on is held to it.
    op.execute(
        "ALTER TABLE landgis.plan_line ADD CONSTRAINT plan_line_plan_id_pool_id_fkey FOREIGN KEY (plan_id, pool_id)"
        " REFERENCES landgis.plan (plan_id, pool_id) NOT VALID"
    )
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM landgis.plan_line l JOIN landgis.plan p USING (plan_id)"
        " WHERE l.pool_id <> p.pool_id) THEN"
        " ALTER TABLE landgis.plan_line VALIDATE CONSTRAINT plan_line_plan_id_pool_id_fkey; END IF; END $$"
    )
    op.drop_index("plan_published_key", "plan", schema="landgis")
    op.drop_constraint(op.f("plan_status_check"), "plan", schema="landgis")
    # How far a plan went is given up: its rows say nothing of it any more, nor does their history.
    op.execute("UPDATE landgis.plan SET status = 'draft' WHERE status <> 'draft'")
    op.execute("DROP VIEW landgis.plan_ever")
    for column in _OF_PLAN:
        op.drop_column("plan", column, schema="landgis")
        op.drop_column("plan_history", column, schema="landgis")
    op.execute("CALL landgis.show_ever('plan')")
    op.create_check_constraint(op.f("plan_status_check"), "plan", "status IN ('draft')", schema="landgis")
    op.execute("COMMENT ON TABLE landgis.plan IS NULL")
    op.execute("COMMENT ON TABLE landgis.plan_line IS 'Every line stands in the pool of its plan'")


def _versions() -> None:
    op.drop_constraint(op.f("plan_status_check"), "plan", schema="landgis")
    op.execute("DROP VIEW landgis.plan_ever")
    for table in ("plan", "plan_history"):
        op.add_column(table, sa.Column("replaces", sa.Text(), nullable=True), schema="landgis")
        op.add_column(table, sa.Column("adjusts", sa.Text(), nullable=True), schema="landgis")
        op.add_column(
            table, sa.Column("purpose", sa.Text(), server_default=sa.text("''"), nullable=False), schema="landgis"
        )
    op.alter_column("plan_history", "purpose", server_default=None, schema="landgis")
    op.execute("CALL landgis.show_ever('plan')")
    op.create_check_constraint(op.f("plan_status_check"), "plan", f"status IN {_STATUSES}", schema="landgis")
    op.create_check_constraint(
        op.f("plan_replaces_check"), "plan", "replaces IS NULL OR replaces <> plan_id", schema="landgis"
    )
    for column in ("replaces", "adjusts"):
        op.create_foreign_key(
            op.f(f"plan_{column}_fkey"), "plan", "plan", [column], ["plan_id"], source_schema="landgis",
            referent_schema="landgis",
        )  # fmt: skip
    op.create_index(
        "plan_published_key", "plan", ["district", "year"], unique=True, schema="landgis",
        postgresql_where=sa.text("status = 'published'"),
    )  # fmt: skip
    op.create_table_comment(
        "plan",
        "A version of a year's plan: its lines never change; replaces what was returned, adjusts what was published",
        schema="landgis",
    )


def _lines() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("member_id", sa.Text(), nullable=True),
        sa.Column("quarter", sa.Integer(), nullable=True),
        sa.Column("term_years", sa.Integer(), nullable=True),
        sa.Column("trade_mode", sa.Text(), nullable=True),
        sa.Column("mode_certainty", sa.Text(), nullable=True),
        sa.Column("mode_said_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("mode_said_en", sa.Text(), server_default="", nullable=False),
        sa.Column("cost_yuan", sa.Numeric(precision=16, scale=2), nullable=True),
        sa.Column("inside_ha", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("rental_housing", sa.Boolean(), nullable=True),
        sa.Column("in_housing_plan", sa.Boolean(), nullable=True),
        sa.Column("market_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("investor_zh", sa.Text(), server_default="", nullable=False),
    )
    for column in columns:
        op.add_column("plan_line", column, schema="landgis")
    op.create_foreign_key(
        op.f("plan_line_member_id_fkey"), "plan_line", "membership", ["member_id"], ["member_id"],
        source_schema="landgis", referent_schema="landgis",
    )  # fmt: skip
    for name, condition in (
        ("quarter", _QUARTER),
        ("term_years", "term_years BETWEEN 1 AND 70"),
        ("cost_yuan", "cost_yuan >= 0"),
        ("inside_ha", _INSIDE),
    ):
        op.create_check_constraint(op.f(f"plan_line_{name}_check"), "plan_line", condition, schema="landgis")
    op.drop_constraint(op.f("plan_line_plan_id_pool_id_fkey"), "plan_line", schema="landgis")
    op.create_foreign_key(
        op.f("plan_line_plan_id_fkey"), "plan_line", "plan", ["plan_id"], ["plan_id"], source_schema="landgis",
        referent_schema="landgis",
    )  # fmt: skip
    op.create_table_comment(
        "plan_line",
        "A line stands in the pool of its plan, or where the adjusted plan had it; inside_ha: inside the boundary",
        schema="landgis",
    )


def _steps() -> None:
    op.create_table(
        "plan_step",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        *_by_and_at("plan_step"),
        sa.CheckConstraint(f"from_status IN {_STATUSES}", name=op.f("plan_step_from_status_check")),
        sa.CheckConstraint(f"to_status IN {_STATUSES}", name=op.f("plan_step_to_status_check")),
        sa.ForeignKeyConstraint(["plan_id"], ["landgis.plan.plan_id"], name=op.f("plan_step_plan_id_fkey")),
        sa.PrimaryKeyConstraint("plan_id", "step", name=op.f("plan_step_pkey")),
        schema="landgis",
        comment="How a plan went on its way: by whom, when, by which document",
    )
    op.create_table(
        "plan_line_check",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("said_zh", sa.Text(), nullable=False),
        sa.Column("said_en", sa.Text(), nullable=False),
        sa.CheckConstraint(f"check_id IN {_CHECKS}", name=op.f("plan_line_check_check_id_check")),
        sa.CheckConstraint(
            "outcome IN ('clear', 'flagged', 'unknown', 'excluded', 'not_asked')",
            name=op.f("plan_line_check_outcome_check"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "line_no"],
            ["landgis.plan_line.plan_id", "landgis.plan_line.line_no"],
            name=op.f("plan_line_check_plan_id_line_no_fkey"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "line_no", "check_id", name=op.f("plan_line_check_pkey")),
        schema="landgis",
        comment="What was asked of every line when the plan was drafted",
    )
    op.create_table(
        "plan_change",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("change IN ('in', 'out', 'changed')", name=op.f("plan_change_change_check")),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("plan_change_reason_check")),
        sa.ForeignKeyConstraint(["plan_id"], ["landgis.plan.plan_id"], name=op.f("plan_change_plan_id_fkey")),
        sa.ForeignKeyConstraint(["parcel_id"], ["landgis.parcel.parcel_id"], name=op.f("plan_change_parcel_id_fkey")),
        sa.PrimaryKeyConstraint("plan_id", "parcel_id", name=op.f("plan_change_pkey")),
        schema="landgis",
        comment="What an adjustment changes in the plan that it adjusts, and why, parcel by parcel",
    )


def _supply() -> None:
    op.create_table(
        "supply_batch",
        sa.Column("batch_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        *_by_and_at("supply_batch"),
        sa.CheckConstraint(_DISTRICTS, name=op.f("supply_batch_district_check")),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["landgis.source_file.content_hash"], name=op.f("supply_batch_content_hash_fkey")
        ),
        sa.PrimaryKeyConstraint("batch_no", name=op.f("supply_batch_pkey")),
        schema="landgis",
        comment="A delivered list of what else a year supplies; the newest of a district and year speaks",
    )
    op.create_table(
        "other_supply",
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("supply_id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("ownership", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=True),
        sa.Column("town_code", sa.Text(), nullable=False),
        sa.Column("town_name", sa.Text(), nullable=False),
        sa.Column("planned_use_code", sa.Text(), nullable=False),
        sa.Column("area_ha", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("inside_ha", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("quarter", sa.Integer(), nullable=True),
        sa.Column("rental_housing", sa.Boolean(), nullable=False),
        sa.Column("in_housing_plan", sa.Boolean(), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", srid=4549, spatial_index=False), nullable=True),
        sa.CheckConstraint("ownership IN ('collective', 'state')", name=op.f("other_supply_ownership_check")),
        sa.CheckConstraint(
            "channel IN ('market_entry', 'acquisition', 'stock')", name=op.f("other_supply_channel_check")
        ),
        sa.CheckConstraint("ownership = 'state' OR channel = 'market_entry'", name=op.f("other_supply_column_check")),
        sa.CheckConstraint("area_ha > 0", name=op.f("other_supply_area_ha_check")),
        sa.CheckConstraint(_INSIDE, name=op.f("other_supply_inside_ha_check")),
        sa.CheckConstraint(_QUARTER, name=op.f("other_supply_quarter_check")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("other_supply_geom_valid_check")),
        sa.ForeignKeyConstraint(
            ["batch_no"], ["landgis.supply_batch.batch_no"], name=op.f("other_supply_batch_no_fkey")
        ),
        sa.PrimaryKeyConstraint("batch_no", "supply_id", name=op.f("other_supply_pkey")),
        schema="landgis",
        comment="State-owned and acquired land that a year supplies beside what enters the market",
    )


def _milestones() -> None:
    op.create_table(
        "milestone",
        sa.Column("milestone_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("milestone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        *_by_and_at("milestone"),
        sa.CheckConstraint(f"milestone IN {_MILESTONES}", name=op.f("milestone_milestone_check")),
        sa.CheckConstraint("state IN ('expected', 'done')", name=op.f("milestone_state_check")),
        sa.ForeignKeyConstraint(["member_id"], ["landgis.membership.member_id"], name=op.f("milestone_member_id_fkey")),
        sa.PrimaryKeyConstraint("milestone_no", name=op.f("milestone_pkey")),
        schema="landgis",
        comment="When a step of a planned parcel is expected, or was done; the newest row of a step speaks",
    )
    op.create_index("milestone_member_idx", "milestone", ["member_id"], schema="landgis")


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )
