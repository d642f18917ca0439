"""Parcels: numbers that are never used twice, outlines that are never changed, what became of them, imports."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
)
from sqlalchemy import text as sql

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, maybe_text, multipolygon, one_of, spatial, text
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Severity
from landgis.domain.register import Act

PARCEL_IMPORT = Table(
    "parcel_import",
    METADATA,
    Column("import_no", Integer, Identity(always=True), primary_key=True),
    Column("content_hash", ForeignKey(f"{SCHEMA}.source_file.content_hash"), nullable=False),
    text("source_name"),
    text("source_crs"),
    text("transform"),
    text("encoding"),
    Column("created_count", Integer, nullable=False),
    Column("changed_count", Integer, nullable=False),
    Column("unchanged_count", Integer, nullable=False),
    by(),
    at(),
    Column("valid_from", Date),
)

PARCEL = Table(
    "parcel",
    METADATA,
    text("parcel_id", primary_key=True),
    text("district"),
    at(),
    one_of("district", tuple(DISTRICTS)),
)

PARCEL_ACT = Table(
    "parcel_act",
    METADATA,
    Column("act_no", Integer, Identity(always=True), primary_key=True),
    text("act"),
    Column("acted_on", Date, nullable=False),
    text("document"),
    text("reason"),
    Column("tolerance_m2", Double, nullable=False),
    Column("difference_m2", Double, nullable=False),
    Column("overlap_m2", Double, nullable=False),
    by(),
    at(),
    Column("gap_m", Double, nullable=False, server_default="0"),
    text("apart_reason", server_default=""),
    one_of("act", Act),
    CheckConstraint("tolerance_m2 >= 0", name="tolerance_m2"),
    CheckConstraint("gap_m >= 0", name="gap_m"),
    CheckConstraint("reason <> ''", name="reason"),
    comment="Splits, mergers, strikings off; difference_m2 of the ground before and after, overlap_m2 among the children",
)
PARCEL_PART = Table(
    "parcel_part",
    METADATA,
    Column("act_no", ForeignKey(f"{SCHEMA}.parcel_act.act_no"), nullable=False),
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    text("part"),
    PrimaryKeyConstraint("parcel_id", "part"),
    one_of("part", ("begins", "ends")),
    comment="Which parcels an act ends and which it begins: each once at most",
)
Index("parcel_part_act_idx", PARCEL_PART.c.act_no)

PARCEL_VERSION = Table(
    "parcel_version",
    METADATA,
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    Column("version", Integer, nullable=False),
    text("district"),
    maybe_text("town_code"),
    maybe_text("town_name"),
    maybe_text("village_name"),
    multipolygon(),
    Column("import_no", ForeignKey(f"{SCHEMA}.parcel_import.import_no")),
    by(),
    at(),
    Column("current", Boolean, nullable=False),
    Column("valid_from", Date, nullable=False, server_default=sql("'-infinity'")),
    Column("planar_m2", Double, nullable=False),
    Column("ellipsoidal_m2", Double, nullable=False),
    Column("act_no", ForeignKey(f"{SCHEMA}.parcel_act.act_no")),
    text("reason", server_default=""),
    Column("document_no", ForeignKey(f"{SCHEMA}.parcel_document.document_no")),
    PrimaryKeyConstraint("parcel_id", "version"),
    CheckConstraint("num_nonnulls(import_no, act_no) > 0 OR reason <> ''", name="origin"),
    CheckConstraint("abs(planar_m2 - ST_Area(geom)) <= greatest(0.001, 1e-9 * planar_m2)", name="planar_m2"),
    *spatial("parcel_version"),
    comment="valid_from -infinity: nobody stated since when. Of several, the latest start and then the latest version",
)
Index("parcel_version_current_key", PARCEL_VERSION.c.parcel_id, unique=True, postgresql_where=sql("current"))
Index("parcel_version_district_idx", PARCEL_VERSION.c.district, postgresql_where=sql("current"))
Index(
    "parcel_version_town_idx",
    PARCEL_VERSION.c.town_code,
    postgresql_include=["parcel_id"],
    postgresql_where=sql("current"),
)

PARCEL_ISSUE = Table(
    "parcel_issue",
    METADATA,
    Column("import_no", ForeignKey(f"{SCHEMA}.parcel_import.import_no"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    text("code"),
    text("severity"),
    text("where_text"),
    text("message_zh"),
    text("message_en"),
    PrimaryKeyConstraint("import_no", "ordinal"),
    one_of("severity", Severity),
)
