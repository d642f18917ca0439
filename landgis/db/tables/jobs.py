"""Long work: what was asked for, how it stands, and what came of it. The queue itself is a schema of its own."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Double, Identity, Index, Integer, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, at, by, one_of, text
from landgis.domain.jobs import JobKind, JobState


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


JOB = Table(
    "job",
    METADATA,
    Column("job_no", Integer, Identity(always=True), primary_key=True),
    text("kind"),
    Column("arguments", JSONB, nullable=False),
    text("key"),
    by("asked_by"),
    at(),
    text("state", server_default="waiting"),
    Column("share", Double, nullable=False, server_default=sql("0")),
    text("step_zh", server_default=""),
    text("step_en", server_default=""),
    Column("result", JSONB, nullable=False, server_default=sql("'{}'::jsonb")),
    Column("error", JSONB, nullable=False, server_default=sql("'{}'::jsonb")),
    _moment("started_at"),
    _moment("ended_at"),
    text("worker", server_default=""),
    _moment("heartbeat_at"),
    by("cancel_by", nullable=True),
    _moment("cleared_at"),
    Column("queue_no", BigInteger),
    one_of("kind", JobKind),
    one_of("state", JobState),
    CheckConstraint("key ~ '^[0-9a-f]{64}$'", name="key"),
    CheckConstraint("share >= 0 AND share <= 1", name="share"),
    CheckConstraint("(state IN ('waiting', 'running')) = (ended_at IS NULL)", name="ended_at"),
    CheckConstraint("state <> 'running' OR (started_at IS NOT NULL AND heartbeat_at IS NOT NULL)", name="running"),
    comment="后台任务: long work as people see it; landgis_jobs holds the queue that workers take it from",
)
Index("job_open_key", JOB.c.key, unique=True, postgresql_where=sql("state IN ('waiting', 'running')"))
Index("job_asked_by_idx", JOB.c.asked_by, JOB.c.job_no)
