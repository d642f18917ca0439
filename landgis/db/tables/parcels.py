"""Parcels, their versions, documents and imports. A fact that a version does not hold is unknown."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Identity, Index, Integer, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, maybe_text, multipolygon, one_of, spatial, text
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Severity

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
)

PARCEL = Table(
    "parcel",
    METADATA,
    text("parcel_id", primary_key=True),
    text("district"),
    at(),
    one_of("district", tuple(DISTRICTS)),
)

PARCEL_VERSION = Table(
    "parcel_version",
    METADATA,
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    Column("version", Integer, nullable=False),
    text("district"),
    maybe_text("town_code"),
    maybe_text("town_name"),
    maybe_text("village_name"),
    Column("facts", JSONB, nullable=False),
    multipolygon(),
    text("content_hash"),
    Column("import_no", ForeignKey(f"{SCHEMA}.parcel_import.import_no"), nullable=False),
    by(),
    at(),
    Column("current", Boolean, nullable=False),
    PrimaryKeyConstraint("parcel_id", "version"),
    *spatial("parcel_version"),
)
Index("parcel_version_current_key", PARCEL_VERSION.c.parcel_id, unique=True, postgresql_where=sql("current"))
Index("parcel_version_district_idx", PARCEL_VERSION.c.district, postgresql_where=sql("current"))

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

PARCEL_DOCUMENT = Table(
    "parcel_document",
    METADATA,
    Column("import_no", ForeignKey(f"{SCHEMA}.parcel_import.import_no"), nullable=False),
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    text("kind"),
    text("number"),
    text("title_zh"),
    Column("dated_on", Date),
    PrimaryKeyConstraint("parcel_id", "kind", "number", "import_no"),
)
