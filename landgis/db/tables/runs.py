"""Screening runs: written once by one transaction, then sealed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, maybe_text, one_of, text
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import Coverage, LegalState
from landgis.domain.outcome import VERDICTS, Outcome, Scope
from landgis.domain.parcel_filter import OWNER_LEVELS
from landgis.domain.raster import CellMeasure

RUN_NUMBER = Sequence("run_number", metadata=METADATA, schema=SCHEMA)

SCREENING_RUN = Table(
    "screening_run",
    METADATA,
    text("run_id", primary_key=True),
    text("pack_id"),
    text("pack_version"),
    Column("as_of", Date, nullable=False),
    text("scope"),
    text("district"),
    text("crs"),
    text("code_version"),
    Column("releases", JSONB, nullable=False),
    Column("seconds", Double, nullable=False),
    by(),
    at(),
    text("legal_state", server_default=LegalState.IN_FORCE.value),
    Column("known_at", DateTime(timezone=True)),
    text("kernel", server_default=""),
    Column("taken_from", ForeignKey(f"{SCHEMA}.screening_run.run_id")),
    Column("taken_over", JSONB, nullable=False, server_default="[]"),
    Column("record", JSONB(none_as_null=True)),
    one_of("scope", Scope),
    one_of("district", tuple(DISTRICTS)),
    one_of("legal_state", LegalState),
)
Index("screening_run_latest_idx", SCREENING_RUN.c.district, SCREENING_RUN.c.pack_id, SCREENING_RUN.c.created_at)

RUN_PARCEL = Table(
    "run_parcel",
    METADATA,
    Column("run_id", ForeignKey(f"{SCHEMA}.screening_run.run_id"), nullable=False),
    text("parcel_id"),
    Column("version", Integer, nullable=False),
    text("verdict"),
    Column("planar_m2", Double, nullable=False),
    Column("ellipsoidal_m2", Double, nullable=False),
    Column("registered_m2", Double),
    Column("facts", JSONB, nullable=False),
    maybe_text("outline_hash"),
    maybe_text("facts_hash"),
    PrimaryKeyConstraint("run_id", "parcel_id"),
    UniqueConstraint("run_id", "parcel_id", "version"),
    ForeignKeyConstraint(
        ["parcel_id", "version"], [f"{SCHEMA}.parcel_version.parcel_id", f"{SCHEMA}.parcel_version.version"]
    ),
    one_of("verdict", VERDICTS),
)


Index("run_parcel_parcel_idx", RUN_PARCEL.c.parcel_id)

RUN_ROW = Table(
    "run_row",
    METADATA,
    text("run_id"),
    text("parcel_id"),
    Column("version", Integer, nullable=False),
    text("district"),
    text("town_code"),
    Column("town_name", Text(collation="C"), nullable=False),
    Column("village_name", Text(collation="C"), nullable=False),
    Column("uses", ARRAY(Text), nullable=False),
    Column("planned_use", Text(collation="C"), nullable=False),
    text("owner_level"),
    text("verdict"),
    Column("severity", SmallInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("ellipsoidal_m2", Double, nullable=False),
    Column("planar_m2", Double, nullable=False),
    Column("west_m", Double, nullable=False),
    Column("south_m", Double, nullable=False),
    Column("east_m", Double, nullable=False),
    Column("north_m", Double, nullable=False),
    text("folded"),
    text("initials"),
    PrimaryKeyConstraint("run_id", "parcel_id"),
    ForeignKeyConstraint(
        ["run_id", "parcel_id", "version"],
        [f"{SCHEMA}.run_parcel.{name}" for name in ("run_id", "parcel_id", "version")],
    ),
    one_of("verdict", VERDICTS),
    one_of("owner_level", OWNER_LEVELS),
    comment="What the desk filters and sorts by, one row per parcel of a run; written with the run from its own parcels",
)
for _sorted in ("place", "severity", "town_name", "village_name", "planned_use", "ellipsoidal_m2"):
    Index(f"run_row_{_sorted}_idx", *(RUN_ROW.c[name] for name in dict.fromkeys(("run_id", _sorted, "place"))))


def _result(name: str, key: tuple[str, ...], *columns: Any) -> Table:
    """Return a table of results of one run and parcel."""
    return Table(
        name,
        METADATA,
        text("run_id"),
        text("parcel_id"),
        *columns,
        PrimaryKeyConstraint("run_id", "parcel_id", *key),
        ForeignKeyConstraint(
            ["run_id", "parcel_id"], [f"{SCHEMA}.run_parcel.run_id", f"{SCHEMA}.run_parcel.parcel_id"]
        ),
    )


RUN_OVERLAP = _result(
    "run_overlap",
    ("layer", "class"),
    text("layer"),
    text("class"),
    Column("union_m2", Double, nullable=False),
    Column("union_ellipsoidal_m2", Double, nullable=False),
    Column("share_of_parcel", Double, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("largest_m2", Double, nullable=False),
    Column("mean_width_m", Double),
    Column("pieces", Integer, nullable=False),
    Column("distance_m", Double),
)
RUN_HIT = _result(
    "run_hit",
    ("layer", "feature_id"),
    text("layer"),
    text("class"),
    text("feature_id"),
    maybe_text("label"),
    Column("area_m2", Double, nullable=False),
    Column("share_of_parcel", Double, nullable=False),
    Column("share_of_feature", Double, nullable=False),
)
RUN_COVERAGE = _result(
    "run_coverage",
    ("layer",),
    text("layer"),
    text("state"),
    text("release"),
    Column("uncovered_m2", Double, nullable=False),
    one_of("state", Coverage),
)
RUN_CELL = _result(
    "run_cell",
    ("layer", "measure", "class"),
    text("layer"),
    text("measure"),
    text("class"),
    Column("amount", Double, nullable=False),
    one_of("measure", CellMeasure),
)
RUN_FINDING = _result(
    "run_finding",
    ("rule_id",),
    text("rule_id"),
    text("outcome"),
    maybe_text("measured"),
    text("unit"),
    text("threshold"),
    text("document"),
    text("article"),
    text("quote_zh"),
    text("layer"),
    text("release"),
    text("message_zh"),
    text("message_en"),
    one_of("outcome", Outcome),
)
Index(
    "run_finding_outcome_idx",
    RUN_FINDING.c.run_id,
    RUN_FINDING.c.rule_id,
    RUN_FINDING.c.outcome,
    RUN_FINDING.c.parcel_id,
)
