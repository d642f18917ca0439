"""What investors ask for, and what changes leave to be done; both are ended by a row of their own."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, one_of, text
from landgis.domain.district import DISTRICTS
from landgis.domain.intents import IntentEnd
from landgis.domain.tasks import TaskEnd, TaskKind

INTENT_NUMBER = Sequence("intent_number", metadata=METADATA, schema=SCHEMA)
TASK_NUMBER = Sequence("task_number", metadata=METADATA, schema=SCHEMA)

INTENT = Table(
    "investor_intent",
    METADATA,
    text("intent_id", primary_key=True),
    text("district"),
    text("investor"),
    Column("uses", ARRAY(Text), nullable=False),
    Column("min_area_m2", Double),
    Column("max_area_m2", Double),
    Column("towns", ARRAY(Text), nullable=False),
    Column("wanted_by", Date),
    Column("required_facts", ARRAY(Text), nullable=False),
    text("requirements", server_default=""),
    by(),
    at(),
    one_of("district", tuple(DISTRICTS)),
    CheckConstraint("btrim(investor) <> ''", name="investor"),
    CheckConstraint("cardinality(uses) > 0", name="uses"),
    CheckConstraint("min_area_m2 > 0 AND max_area_m2 > 0 AND min_area_m2 <= max_area_m2", name="area"),
    comment="用地意向: what an investor asks for; it names people and is not for outsiders",
)
INTENT_ENDED = Table(
    "investor_intent_end",
    METADATA,
    Column("intent_id", ForeignKey(f"{SCHEMA}.investor_intent.intent_id"), primary_key=True),
    text("reason"),
    text("note", server_default=""),
    by(),
    at(),
    one_of("reason", IntentEnd),
)

TASK = Table(
    "task",
    METADATA,
    text("task_id", primary_key=True),
    text("district"),
    text("kind"),
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    Column("member_id", Text, ForeignKey(f"{SCHEMA}.membership.member_id")),
    Column("plan_id", Text, ForeignKey(f"{SCHEMA}.plan.plan_id")),
    Column("run_id", Text, ForeignKey(f"{SCHEMA}.screening_run.run_id"), nullable=False),
    text("said_zh"),
    text("said_en"),
    by(),
    at(),
    UniqueConstraint("run_id", "kind", "parcel_id", "plan_id", postgresql_nulls_not_distinct=True),
    one_of("district", tuple(DISTRICTS)),
    one_of("kind", TaskKind),
    comment="待办事项: opened by a change, once for each run, kind and parcel",
)
TASK_ENDED = Table(
    "task_end",
    METADATA,
    Column("task_id", ForeignKey(f"{SCHEMA}.task.task_id"), nullable=False),
    text("outcome"),
    text("note"),
    by(),
    at(),
    PrimaryKeyConstraint("task_id"),
    one_of("outcome", TaskEnd),
    CheckConstraint("btrim(note) <> ''", name="note"),
)
