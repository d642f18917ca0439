"""Pools: members and the left-out, with reasons."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, history, history_of, one_of, text
from landgis.domain.district import DISTRICTS

POOL_NUMBER = Sequence("pool_number", metadata=METADATA, schema=SCHEMA)

POOL = Table(
    "pool",
    METADATA,
    text("pool_id", primary_key=True),
    Column("run_id", Text, ForeignKey(f"{SCHEMA}.screening_run.run_id"), nullable=False),
    text("district"),
    Column("criteria", JSONB, nullable=False),
    Column("overlap_tolerance_m2", Double, nullable=False),
    by(),
    at(),
    *history(),
    UniqueConstraint("pool_id", "run_id"),
    one_of("district", tuple(DISTRICTS)),
    CheckConstraint("overlap_tolerance_m2 >= 0", name="overlap_tolerance_m2"),
)
POOL_HISTORY = history_of(POOL)

POOL_MEMBER = Table(
    "pool_member",
    METADATA,
    text("pool_id"),
    text("run_id"),
    text("parcel_id"),
    Column("version", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    text("verdict"),
    Column("area_m2", Double, nullable=False),
    text("area_basis"),
    text("open_points_zh"),
    text("open_points_en"),
    PrimaryKeyConstraint("pool_id", "parcel_id"),
    ForeignKeyConstraint(["pool_id", "run_id"], [f"{SCHEMA}.pool.pool_id", f"{SCHEMA}.pool.run_id"]),
    ForeignKeyConstraint(
        ["run_id", "parcel_id", "version"],
        [f"{SCHEMA}.run_parcel.{name}" for name in ("run_id", "parcel_id", "version")],
    ),
    comment="A member is a version of a parcel that the pool's own run has screened",
)

POOL_LEFT_OUT = Table(
    "pool_left_out",
    METADATA,
    Column("pool_id", ForeignKey(f"{SCHEMA}.pool.pool_id"), nullable=False),
    text("parcel_id"),
    text("reason"),
    text("detail_zh"),
    text("detail_en"),
    PrimaryKeyConstraint("pool_id", "parcel_id"),
)
