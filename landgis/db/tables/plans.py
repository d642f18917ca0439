"""Annual supply plans: lines and the left-out, with reasons."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, SRID, at, by, history, history_of, maybe_text, one_of, text
from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import Outcome
from landgis.domain.planning import Channel, Milestone, Ownership, PlanCheck, PlanStatus

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
    Column("replaces", Text, ForeignKey(f"{SCHEMA}.plan.plan_id")),
    Column("adjusts", Text, ForeignKey(f"{SCHEMA}.plan.plan_id")),
    text("purpose", server_default=""),
    UniqueConstraint("plan_id", "pool_id"),
    one_of("district", tuple(DISTRICTS)),
    one_of("status", PlanStatus),
    CheckConstraint("replaces IS NULL OR replaces <> plan_id", name="replaces"),
    comment="A version of a year's plan: its lines never change; replaces what was returned, adjusts what was published",
)
Index("plan_published_key", PLAN.c.district, PLAN.c.year, unique=True, postgresql_where=sql("status = 'published'"))
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
    Column("member_id", Text, ForeignKey(f"{SCHEMA}.membership.member_id")),
    Column("quarter", Integer),
    Column("term_years", Integer),
    maybe_text("trade_mode"),
    maybe_text("mode_certainty"),
    text("mode_said_zh", server_default=""),
    text("mode_said_en", server_default=""),
    Column("cost_yuan", Numeric(16, 2)),
    Column("inside_ha", Numeric(14, 4)),
    Column("rental_housing", Boolean),
    Column("in_housing_plan", Boolean),
    text("market_zh", server_default=""),
    text("investor_zh", server_default=""),
    PrimaryKeyConstraint("plan_id", "line_no"),
    UniqueConstraint("plan_id", "parcel_id"),
    ForeignKeyConstraint(["plan_id"], [f"{SCHEMA}.plan.plan_id"]),
    ForeignKeyConstraint(
        ["pool_id", "parcel_id"], [f"{SCHEMA}.pool_member.pool_id", f"{SCHEMA}.pool_member.parcel_id"]
    ),
    CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    CheckConstraint("term_years BETWEEN 1 AND 70", name="term_years"),
    CheckConstraint("cost_yuan >= 0", name="cost_yuan"),
    CheckConstraint("inside_ha >= 0 AND inside_ha <= area_ha", name="inside_ha"),
    comment="A line stands in the pool of its plan, or where the adjusted plan had it; inside_ha: inside the boundary",
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

PLAN_INPUT = Table(
    "plan_input",
    METADATA,
    Column("plan_id", ForeignKey(f"{SCHEMA}.plan.plan_id"), nullable=False),
    text("parcel_id"),
    Column("stated", JSONB, nullable=False),
    PrimaryKeyConstraint("plan_id", "parcel_id"),
    CheckConstraint("jsonb_typeof(stated) = 'object'", name="stated"),
    comment="What the bureau stated of single parcels when the version was drafted",
)

PLAN_STEP = Table(
    "plan_step",
    METADATA,
    Column("plan_id", ForeignKey(f"{SCHEMA}.plan.plan_id"), nullable=False),
    Column("step", Integer, nullable=False),
    text("from_status"),
    text("to_status"),
    text("document", server_default=""),
    text("note", server_default=""),
    by(),
    at(),
    PrimaryKeyConstraint("plan_id", "step"),
    one_of("from_status", PlanStatus),
    one_of("to_status", PlanStatus),
    comment="How a plan went on its way: by whom, when, by which document",
)

PLAN_LINE_CHECK = Table(
    "plan_line_check",
    METADATA,
    text("plan_id"),
    Column("line_no", Integer, nullable=False),
    text("check_id"),
    text("outcome"),
    text("said_zh"),
    text("said_en"),
    PrimaryKeyConstraint("plan_id", "line_no", "check_id"),
    ForeignKeyConstraint(["plan_id", "line_no"], [f"{SCHEMA}.plan_line.{name}" for name in ("plan_id", "line_no")]),
    one_of("check_id", PlanCheck),
    one_of("outcome", Outcome),
    comment="What was asked of every line when the plan was drafted",
)

PLAN_CHANGE = Table(
    "plan_change",
    METADATA,
    Column("plan_id", ForeignKey(f"{SCHEMA}.plan.plan_id"), nullable=False),
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    text("change"),
    text("reason"),
    PrimaryKeyConstraint("plan_id", "parcel_id"),
    one_of("change", ("in", "out", "changed")),
    CheckConstraint("btrim(reason) <> ''", name="reason"),
    comment="What an adjustment changes in the plan that it adjusts, and why, parcel by parcel",
)

SUPPLY_BATCH = Table(
    "supply_batch",
    METADATA,
    Column("batch_no", Integer, Identity(always=True), primary_key=True),
    text("district"),
    Column("year", Integer, nullable=False),
    Column("content_hash", ForeignKey(f"{SCHEMA}.source_file.content_hash"), nullable=False),
    by(),
    at(),
    one_of("district", tuple(DISTRICTS)),
    comment="A delivered list of what else a year supplies; the newest of a district and year speaks",
)
OTHER_SUPPLY = Table(
    "other_supply",
    METADATA,
    Column("batch_no", ForeignKey(f"{SCHEMA}.supply_batch.batch_no"), nullable=False),
    text("supply_id"),
    text("name_zh"),
    text("ownership"),
    text("channel"),
    maybe_text("parcel_id"),
    text("town_code"),
    text("town_name"),
    text("planned_use_code"),
    Column("area_ha", Numeric(14, 4), nullable=False),
    Column("inside_ha", Numeric(14, 4)),
    Column("quarter", Integer),
    Column("rental_housing", Boolean, nullable=False),
    Column("in_housing_plan", Boolean),
    Column("geom", Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False)),
    PrimaryKeyConstraint("batch_no", "supply_id"),
    one_of("ownership", Ownership),
    one_of("channel", Channel),
    CheckConstraint("ownership = 'state' OR channel = 'market_entry'", name="column"),
    CheckConstraint("area_ha > 0", name="area_ha"),
    CheckConstraint("inside_ha >= 0 AND inside_ha <= area_ha", name="inside_ha"),
    CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom_valid"),
    comment="State-owned and acquired land that a year supplies beside what enters the market",
)

MILESTONE = Table(
    "milestone",
    METADATA,
    Column("milestone_no", Integer, Identity(always=True), primary_key=True),
    Column("member_id", ForeignKey(f"{SCHEMA}.membership.member_id"), nullable=False),
    text("milestone"),
    text("state"),
    Column("on_date", Date, nullable=False),
    text("note", server_default=""),
    by(),
    at(),
    one_of("milestone", Milestone),
    one_of("state", ("expected", "done")),
    comment="When a step of a planned parcel is expected, or was done; the newest row of a step speaks",
)
Index("milestone_member_idx", MILESTONE.c.member_id)
