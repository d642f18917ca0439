"""What investors ask for, and what changes leave to be done.

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import OF_0013, OF_0014, call_by_name, run_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SEQUENCES = ("intent_number", "task_number")
_DISTRICTS = "district IN ('songjiang', 'chongming')"


def upgrade() -> None:
    for name in _SEQUENCES:
        op.execute(sa.schema.CreateSequence(sa.Sequence(name, schema="landgis")))
    _intents()
    _tasks()
    run_file("0014_intents_and_tasks.sql")
    call_by_name(OF_0014)


def downgrade() -> None:
    """Go back to a program that knows of neither; those that there are, are given up."""
    call_by_name(OF_0013)
    for table in ("task_end", "task", "investor_intent_end", "investor_intent"):
        op.drop_table(table, schema="landgis")
    op.execute("DROP FUNCTION landgis.written_by_staff()")
    for name in _SEQUENCES:
        op.execute(sa.schema.DropSequence(sa.Sequence(name, schema="landgis")))


def _intents() -> None:
    op.create_table(
        "investor_intent",
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("investor", sa.Text(), nullable=False),
        sa.Column("uses", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_area_m2", sa.Double(), nullable=True),
        sa.Column("max_area_m2", sa.Double(), nullable=True),
        sa.Column("towns", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("required_facts", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("requirements", sa.Text(), server_default="", nullable=False),
        *_by_and_at("investor_intent"),
        sa.CheckConstraint(_DISTRICTS, name=op.f("investor_intent_district_check")),
        sa.CheckConstraint("btrim(investor) <> ''", name=op.f("investor_intent_investor_check")),
        sa.CheckConstraint("cardinality(uses) > 0", name=op.f("investor_intent_uses_check")),
        sa.CheckConstraint(
            "min_area_m2 > 0 AND max_area_m2 > 0 AND min_area_m2 <= max_area_m2",
            name=op.f("investor_intent_area_check"),
        ),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("investor_intent_pkey")),
        schema="landgis",
        comment="用地意向: what an investor asks for; it names people and is not for outsiders",
    )
    op.create_table(
        "investor_intent_end",
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        *_by_and_at("investor_intent_end"),
        sa.CheckConstraint(
            "reason IN ('met', 'withdrawn', 'expired', 'entered_by_mistake')",
            name=op.f("investor_intent_end_reason_check"),
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["landgis.investor_intent.intent_id"], name=op.f("investor_intent_end_intent_id_fkey")
        ),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("investor_intent_end_pkey")),
        schema="landgis",
    )


def _tasks() -> None:
    op.create_table(
        "task",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=True),
        sa.Column("plan_id", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("said_zh", sa.Text(), nullable=False),
        sa.Column("said_en", sa.Text(), nullable=False),
        *_by_and_at("task"),
        sa.CheckConstraint(_DISTRICTS, name=op.f("task_district_check")),
        sa.CheckConstraint("kind IN ('member', 'plan_line', 'consultation')", name=op.f("task_kind_check")),
        sa.ForeignKeyConstraint(["parcel_id"], ["landgis.parcel.parcel_id"], name=op.f("task_parcel_id_fkey")),
        sa.ForeignKeyConstraint(["member_id"], ["landgis.membership.member_id"], name=op.f("task_member_id_fkey")),
        sa.ForeignKeyConstraint(["plan_id"], ["landgis.plan.plan_id"], name=op.f("task_plan_id_fkey")),
        sa.ForeignKeyConstraint(["run_id"], ["landgis.screening_run.run_id"], name=op.f("task_run_id_fkey")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("task_pkey")),
        sa.UniqueConstraint(
            "run_id", "kind", "parcel_id", "plan_id",
            name=op.f("task_run_id_kind_parcel_id_plan_id_key"), postgresql_nulls_not_distinct=True,
        ),
        schema="landgis",
        comment="待办事项: opened by a change, once for each run, kind and parcel",
    )  # fmt: skip
    op.create_table(
        "task_end",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_by_and_at("task_end"),
        sa.CheckConstraint("outcome IN ('done', 'void')", name=op.f("task_end_outcome_check")),
        sa.CheckConstraint("btrim(note) <> ''", name=op.f("task_end_note_check")),
        sa.ForeignKeyConstraint(["task_id"], ["landgis.task.task_id"], name=op.f("task_end_task_id_fkey")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("task_end_pkey")),
        schema="landgis",
    )


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )
