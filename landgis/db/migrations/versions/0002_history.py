"""What was known when: tables remember their rows, or never change them.

Revision 0002, after 0001.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_REMEMBERED = ("person", "layer_release", "pool", "plan")
_FOREVER = (
    "source_file",
    "layer_feature",
    "layer_issue",
    "parcel_import",
    "parcel_issue",
    "parcel_document",
    "screening_run",
    "run_parcel",
    "run_overlap",
    "run_hit",
    "run_coverage",
    "run_finding",
    "pool_member",
    "pool_left_out",
    "plan_line",
    "plan_left_out",
)
_FUNCTIONS = ("remember()", "refuse_change()", "who()", "why()")
_PROCEDURES = ("keep_history", "show_ever", "forget_history", "keep_forever", "keep_no_longer")


def upgrade() -> None:
    op.execute(sa.text((_SQL / "0002_history.sql").read_text(encoding="utf-8").replace(":", "\\:")))
    for name in _REMEMBERED:
        _add_columns(name)
        op.execute(f"CALL landgis.keep_history('{name}')")
    for name in _FOREVER:
        op.execute(f"CALL landgis.keep_forever('{name}')")


def downgrade() -> None:
    for name in _FOREVER:
        op.execute(f"CALL landgis.keep_no_longer('{name}')")
    for name in _REMEMBERED:
        op.execute(f"CALL landgis.forget_history('{name}')")
        for column in ("known", "known_by", "known_why"):
            op.drop_column(name, column, schema="landgis")
    for name in _PROCEDURES:
        op.execute(f"DROP PROCEDURE landgis.{name}(text)")
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION landgis.{name}")


def _add_columns(name: str) -> None:
    """Rows that are there already have been known since they were written."""
    now_on = sa.text("tstzrange(now(), NULL)")
    op.add_column(
        name, sa.Column("known", postgresql.TSTZRANGE(), server_default=now_on, nullable=False), schema="landgis"
    )
    for column in ("known_by", "known_why"):
        op.add_column(name, sa.Column(column, sa.Text(), server_default="", nullable=False), schema="landgis")
    op.execute(f"ALTER TABLE landgis.{name} DISABLE TRIGGER USER")  # nothing of the business changes
    table = sa.table(name, sa.column("known"), sa.column("created_at"), schema="landgis")
    op.execute(table.update().values(known=sa.func.tstzrange(table.c.created_at, sa.null())))
    op.execute(f"ALTER TABLE landgis.{name} ENABLE TRIGGER USER")
