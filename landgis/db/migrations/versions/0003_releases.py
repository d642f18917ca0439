"""Releases with all that is stated of them, per district and legal state; runs that are previews.

Revision 0003, after 0002.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_COLUMNS: tuple[tuple[str, Any, str | None], ...] = (
    ("district", sa.Text(), "'both'"),
    ("legal_state", sa.Text(), "'in_force'"),
    ("approved_on", sa.Date(), None),
    ("no_document_reason", sa.Text(), "''"),
    ("state_of_data_on", sa.Date(), None),
    ("accuracy_m", sa.Double(), None),
    ("scale_denominator", sa.Integer(), None),
    ("secrecy", sa.Text(), "'unstated'"),
    ("cycle_months", sa.Integer(), None),
    ("grace_months", sa.Integer(), "0"),
    ("answers", postgresql.JSONB(), "'[]'::jsonb"),
    ("code_scheme", sa.Text(), "''"),
    ("source_layer", sa.Text(), "''"),
)
"""Column, type, and what it says of releases that are there already; None: may be unknown."""
_LEGAL_STATE = "legal_state IN ('drafting', 'public_notice', 'approved_pending', 'in_force')"
_CHECKS = {
    "layer_release_district_check": "district IN ('songjiang', 'chongming', 'both')",
    "layer_release_legal_state_check": _LEGAL_STATE,
    "layer_release_secrecy_check": "secrecy IN ('unstated', 'public', 'internal')",
    "layer_release_accuracy_check": "accuracy_m > 0 AND scale_denominator > 0",
    "layer_release_cycle_check": "cycle_months > 0 AND grace_months >= 0",
}
_CHANGED = {
    "layer_release_status_check": (
        "status IN ('draft', 'published', 'superseded')",
        "status IN ('draft', 'published', 'superseded', 'retired')",
    ),
    "layer_release_assumed_stays_draft_check": (
        "status = 'draft' OR coverage_basis = 'declared'",
        "status IN ('draft', 'retired') OR coverage_basis = 'declared'",
    ),
    "layer_release_published_at_check": (
        "(status = 'draft') = (published_at IS NULL)",
        "CASE status WHEN 'draft' THEN published_at IS NULL WHEN 'retired' THEN true ELSE published_at IS NOT NULL END",
    ),
}
"""Check: as it was, as it is."""
_TRIGGERS = {
    "pool_stands_on_a_final_run": "pool",
    "release_begins_as_draft": "layer_release",
    "never_deleted": "layer_release",
}
_FUNCTIONS = ("pool_stands_on_a_final_run()", "release_begins_as_draft()", "release_lacks(landgis.layer_release)")


def upgrade() -> None:
    op.execute("DROP VIEW landgis.layer_release_ever")
    for table in ("layer_release", "layer_release_history"):
        for name, kind, said in _COLUMNS:
            default = None if said is None else sa.text(said)
            column = sa.Column(name, kind, server_default=default, nullable=default is None)
            op.add_column(table, column, schema="landgis")
            if default is not None and table.endswith("history"):
                op.alter_column(table, name, server_default=None, schema="landgis")
    op.execute("CALL landgis.show_ever('layer_release')")
    for name, condition in _CHECKS.items():
        op.create_check_constraint(op.f(name), "layer_release", condition, schema="landgis")
    for name, (_, now) in _CHANGED.items():
        _replace_check(name, now)
    _replace_key("layer", "district", "legal_state")
    op.add_column(
        "screening_run",
        sa.Column("legal_state", sa.Text(), server_default="in_force", nullable=False),
        schema="landgis",
    )
    op.add_column("screening_run", sa.Column("known_at", sa.DateTime(timezone=True)), schema="landgis")
    op.create_check_constraint(op.f("screening_run_legal_state_check"), "screening_run", _LEGAL_STATE, schema="landgis")
    _run_sql("0003_releases.sql")


def downgrade() -> None:
    for name, table in _TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON landgis.{table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION landgis.{function}")
    _run_sql("0003_undone.sql")
    for name in ("legal_state", "known_at"):
        op.drop_column("screening_run", name, schema="landgis")
    _replace_key("layer")
    for name, (before, _) in _CHANGED.items():
        _replace_check(name, before)
    op.execute("DROP VIEW landgis.layer_release_ever")
    for table in ("layer_release", "layer_release_history"):
        for name, _, _ in _COLUMNS:
            op.drop_column(table, name, schema="landgis")
    op.execute("CALL landgis.show_ever('layer_release')")


def _replace_check(name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), "layer_release", schema="landgis")
    op.create_check_constraint(op.f(name), "layer_release", condition, schema="landgis")


def _replace_key(*columns: str) -> None:
    op.drop_index("layer_release_published_key", "layer_release", schema="landgis")
    op.create_index(
        "layer_release_published_key",
        "layer_release",
        list(columns),
        unique=True,
        schema="landgis",
        postgresql_where=sa.text("status = 'published'"),
    )


def _run_sql(name: str) -> None:
    op.execute(sa.text((_SQL / name).read_text(encoding="utf-8").replace(":", "\\:")))
