"""Annual supply plans: lines and the left-out, with reasons."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, history, history_of, maybe_text, one_of, text
from landgis.domain.district import DISTRICTS

PLAN_NUMBER = Sequence("plan_number", metadata=METADATA, schema=SCHEMA)

PLAN = Table(
    "plan",
    METADATA,
    text("plan_id", primary_key=True),
    Column("pool_id", Text, ForeignKey(f"{SCHEMA}.pool.pool_id"), nullable=False),
    text("district"),
    Column("year", Integer, nullable=False),
    text("status", server_default="draft"),
    Column("targets", JSONB, nullable=False),
    by(),
    at(),
    *history(),
    UniqueConstraint("plan_id", "pool_id"),
    one_of("district", tuple(DISTRICTS)),
    one_of("status", ("draft",)),
)
PLAN_HISTORY = history_of(PLAN)

PLAN_LINE = Table(
    "plan_line",
    METADATA,
    text("plan_id"),
    text("pool_id"),
    Column("line_no", Integer, nullable=False),
    text("parcel_id"),
    text("district"),
    maybe_text("town_code"),
    maybe_text("town_name"),
    maybe_text("village_name"),
    maybe_text("owner_name"),
    text("planned_use_code"),
    text("planned_use_zh"),
    Column("area_ha", Numeric(14, 4), nullable=False),
    Column("area_mu", Numeric(14, 4), nullable=False),
    text("area_basis"),
    text("verdict"),
    text("open_points_zh"),
    PrimaryKeyConstraint("plan_id", "line_no"),
    UniqueConstraint("plan_id", "parcel_id"),
    ForeignKeyConstraint(["plan_id", "pool_id"], [f"{SCHEMA}.plan.plan_id", f"{SCHEMA}.plan.pool_id"]),
    ForeignKeyConstraint(
        ["pool_id", "parcel_id"], [f"{SCHEMA}.pool_member.pool_id", f"{SCHEMA}.pool_member.parcel_id"]
    ),
    comment="Every line stands in the pool of its plan",
)

PLAN_LEFT_OUT = Table(
    "plan_left_out",
    METADATA,
    Column("plan_id", ForeignKey(f"{SCHEMA}.plan.plan_id"), nullable=False),
    text("parcel_id"),
    text("reason"),
    text("detail_zh"),
    text("detail_en"),
    PrimaryKeyConstraint("plan_id", "parcel_id"),
)
