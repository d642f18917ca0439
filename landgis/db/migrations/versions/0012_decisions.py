"""What persons decide beside computed findings, and what became of it.

Revision 0012, after 0011.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_LAST_WORD = "('person', '人员', 'persons')"
_WORDS = ("('decision', '人工认定', 'decisions')", "('decision_act', '人工认定的确认和撤回', 'acts on decisions')")
_DAY = "(created_at AT TIME ZONE 'Asia/Shanghai')::date"
_FUNCTIONS = ("decision_is_sound()", "decision_act_is_sound()", "person_is(integer, text[])")


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("decision_number", schema="landgis")))
    _decisions()
    _acts()
    op.execute(sa.text((_SQL / "0012_decisions.sql").read_text(encoding="utf-8").replace(":", "\\:")))
    _call_by_name(", ".join((_LAST_WORD, *_WORDS)))


def downgrade() -> None:
    """Go back to a program that knows of no decisions; those that there are, are given up."""
    _call_by_name(_LAST_WORD)
    op.drop_table("decision_act", schema="landgis")
    op.drop_table("decision", schema="landgis")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION landgis.{function}")
    op.execute(sa.schema.DropSequence(sa.Sequence("decision_number", schema="landgis")))


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("second_person", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_by_and_at("decision"),
        sa.CheckConstraint("outcome IN ('clear', 'flagged', 'excluded')", name=op.f("decision_outcome_check")),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("decision_reason_check")),
        sa.CheckConstraint(
            f"expires_on > {_DAY} AND expires_on <= {_DAY} + interval '1 year'", name=op.f("decision_expires_on_check")
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id", "rule_id"],
            [f"landgis.run_finding.{name}" for name in ("run_id", "parcel_id", "rule_id")],
            name=op.f("decision_run_id_parcel_id_rule_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["document_no"], ["landgis.parcel_document.document_no"], name=op.f("decision_document_no_fkey")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("decision_pkey")),
        schema="landgis",
        comment="人工认定: a person's decision beside a computed finding; expires_on is its last day",
    )
    op.create_index("decision_parcel_idx", "decision", ["parcel_id", "rule_id"], schema="landgis")


def _acts() -> None:
    op.create_table(
        "decision_act",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        *_by_and_at("decision_act"),
        sa.CheckConstraint("act IN ('confirm', 'withdraw')", name=op.f("decision_act_act_check")),
        sa.CheckConstraint("act = 'confirm' OR btrim(reason) <> ''", name=op.f("decision_act_reason_check")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["landgis.decision.decision_id"], name=op.f("decision_act_decision_id_fkey")
        ),
        sa.PrimaryKeyConstraint("decision_id", "act", name=op.f("decision_act_pkey")),
        schema="landgis",
        comment="What became of a decision: the second person's confirmation, a withdrawal",
    )


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )


def _call_by_name(words: str) -> None:
    """Make the names of tables that refusals use those of revision 0007, the last of them replaced by some words."""
    text = (_SQL / "0007_register.sql").read_text(encoding="utf-8")
    found = re.search(r"CREATE FUNCTION (landgis\.called\(.*?^\$\$;)", text, re.DOTALL | re.MULTILINE)
    if found is None or _LAST_WORD not in found[1]:
        raise LookupError("called")
    function = found[1].replace(_LAST_WORD, words)
    op.execute(sa.text(f"CREATE OR REPLACE FUNCTION {function}".replace(":", "\\:")))
