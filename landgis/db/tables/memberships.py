"""Membership in the pools: begun once, moved step by step, never deleted; how each stands is kept by the rules alone."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Sequence,
    Table,
)
from sqlalchemy import text as sql

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, maybe_text, one_of, text
from landgis.domain.district import DISTRICTS
from landgis.domain.pooling import MoveReason, Standing, Tier

MEMBER_NUMBER = Sequence("member_number", metadata=METADATA, schema=SCHEMA)

MEMBERSHIP = Table(
    "membership",
    METADATA,
    text("member_id", primary_key=True),
    text("district"),
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    text("tier"),
    by(),
    at(),
    one_of("district", tuple(DISTRICTS)),
    one_of("tier", Tier),
    comment="A parcel in 储备项目库 or 意向储备库; how it stands: membership_standing",
)
Index("membership_parcel_idx", MEMBERSHIP.c.parcel_id)

MEMBERSHIP_MOVE = Table(
    "membership_move",
    METADATA,
    Column("member_id", ForeignKey(f"{SCHEMA}.membership.member_id"), nullable=False),
    Column("step", Integer, nullable=False),
    maybe_text("from_standing"),
    text("to_standing"),
    text("reason"),
    text("note", server_default=""),
    text("parcel_id"),
    Column("version", Integer, nullable=False),
    maybe_text("run_id"),
    maybe_text("pool_id"),
    maybe_text("plan_id"),
    by(),
    at(),
    PrimaryKeyConstraint("member_id", "step"),
    ForeignKeyConstraint(
        ["parcel_id", "version"], [f"{SCHEMA}.parcel_version.parcel_id", f"{SCHEMA}.parcel_version.version"]
    ),
    ForeignKeyConstraint(["run_id"], [f"{SCHEMA}.screening_run.run_id"]),
    ForeignKeyConstraint(["pool_id"], [f"{SCHEMA}.pool.pool_id"]),
    ForeignKeyConstraint(["plan_id"], [f"{SCHEMA}.plan.plan_id"]),
    one_of("from_standing", Standing),
    one_of("to_standing", Standing),
    one_of("reason", MoveReason),
    CheckConstraint("step > 0", name="step"),
    comment="Every move of every membership; which are possible says migration 0013",
)

MEMBERSHIP_STANDING = Table(
    "membership_standing",
    METADATA,
    Column("member_id", ForeignKey(f"{SCHEMA}.membership.member_id"), primary_key=True),
    Column("step", Integer, nullable=False),
    text("standing"),
    text("district"),
    text("parcel_id"),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["parcel_id", "version"], [f"{SCHEMA}.parcel_version.parcel_id", f"{SCHEMA}.parcel_version.version"]
    ),
    one_of("standing", Standing),
    comment="The last move of every membership; written by the rules of membership_move alone",
)
Index(
    "membership_standing_parcel_idx",
    MEMBERSHIP_STANDING.c.parcel_id,
    unique=True,
    postgresql_where=sql("standing <> 'withdrawn'"),
)
