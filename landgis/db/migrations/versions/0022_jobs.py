"""Long work: the record that people see, and the queue that workers take it from.

Revision 0022, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

from landgis.db.bulk import raw
from landgis.db.migrations.called import OF_0021, OF_0022, call_by_name, run_file

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OPEN = "state IN ('waiting', 'running')"


def upgrade() -> None:
    _job()
    run_file("0022_jobs.sql")
    _queue()
    call_by_name(OF_0022)


def downgrade() -> None:
    """Go back to a program that does long work while one waits; the record of jobs is given up, the empty schema stays."""
    call_by_name(OF_0021)
    run_file("0022_queue_down.sql")
    op.drop_table("job", schema="landgis")
    op.execute("DROP FUNCTION landgis.job_moves()")


def _queue() -> None:
    """Make the queue's own tables, as the installed library has them, in their own schema."""
    path = op.get_bind().scalar(sa.text("SELECT current_setting('search_path')"))
    op.execute("SET LOCAL search_path TO landgis_jobs")
    raw(op.get_bind()).execute(SchemaManager.get_schema())  # its text has signs that mean parameters elsewhere
    op.get_bind().execute(sa.text("SELECT set_config('search_path', :path, true)"), {"path": path})
    run_file("0022_queue_grants.sql")


def _job() -> None:
    person = ["landgis.person.person_id"]
    op.create_table(
        "job",
        sa.Column("job_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("share", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("step_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("step_en", sa.Text(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("error", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text(), server_default="", nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_by", sa.Integer(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queue_no", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('import_layer', 'import_parcels', 'screen', 'atlas', 'package')", name=op.f("job_kind_check")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')",
            name=op.f("job_state_check"),
        ),
        sa.CheckConstraint("key ~ '^[0-9a-f]{64}$'", name=op.f("job_key_check")),
        sa.CheckConstraint("share >= 0 AND share <= 1", name=op.f("job_share_check")),
        sa.CheckConstraint(f"({_OPEN}) = (ended_at IS NULL)", name=op.f("job_ended_at_check")),
        sa.CheckConstraint(
            "state <> 'running' OR (started_at IS NOT NULL AND heartbeat_at IS NOT NULL)",
            name=op.f("job_running_check"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], person, name=op.f("job_asked_by_fkey")),
        sa.ForeignKeyConstraint(["cancel_by"], person, name=op.f("job_cancel_by_fkey")),
        sa.PrimaryKeyConstraint("job_no", name=op.f("job_pkey")),
        schema="landgis",
        comment="后台任务: long work as people see it; landgis_jobs holds the queue that workers take it from",
    )
    op.create_index("job_open_key", "job", ["key"], unique=True, schema="landgis", postgresql_where=sa.text(_OPEN))
    op.create_index("job_asked_by_idx", "job", ["asked_by", "job_no"], schema="landgis")
