"""Layer releases, their features and issues, and the files they came from."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import (
    METADATA,
    SCHEMA,
    at,
    by,
    history,
    history_of,
    maybe_text,
    multipolygon,
    one_of,
    spatial,
    text,
)
from landgis.domain.issue import Severity
from landgis.domain.layer import CoverageBasis, ReleaseStatus

SOURCE_FILE = Table(
    "source_file",
    METADATA,
    text("content_hash", primary_key=True),
    text("name"),
    Column("byte_size", BigInteger, nullable=False),
    at("received_at"),
    by("received_by"),
    CheckConstraint("content_hash ~ '^[0-9a-f]{64}$'", name="sha256"),
    comment="Originals, kept byte for byte under LANDGIS_HOME/originals/<content_hash>",
)

LAYER_RELEASE = Table(
    "layer_release",
    METADATA,
    text("layer"),
    text("name"),
    text("title_zh"),
    text("document_no"),
    text("issuing_body"),
    text("attribution"),
    Column("issued_on", Date),
    Column("in_force_from", Date),
    Column("expires_on", Date),
    Column("content_hash", Text, ForeignKey(f"{SCHEMA}.source_file.content_hash"), nullable=False),
    text("source_name"),
    text("source_crs"),
    text("transform"),
    text("encoding"),
    Column("feature_count", Integer, nullable=False),
    multipolygon("coverage"),
    text("coverage_basis"),
    Column("substitute", Boolean, nullable=False),
    text("status", server_default=ReleaseStatus.DRAFT.value),
    by(),
    at(),
    by("published_by", nullable=True),
    Column("published_at", DateTime(timezone=True)),
    *history(),
    PrimaryKeyConstraint("layer", "name"),
    one_of("coverage_basis", CoverageBasis),
    one_of("status", ReleaseStatus),
    CheckConstraint("status = 'draft' OR coverage_basis = 'declared'", name="assumed_stays_draft"),
    CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published_at"),
    *spatial("layer_release", "coverage"),
)
Index("layer_release_published_key", LAYER_RELEASE.c.layer, unique=True, postgresql_where=sql("status = 'published'"))
LAYER_RELEASE_HISTORY = history_of(LAYER_RELEASE)

LAYER_FEATURE = Table(
    "layer_feature",
    METADATA,
    text("layer"),
    text("release"),
    text("feature_id"),
    text("class"),
    maybe_text("label"),
    Column("attributes", JSONB, nullable=False),
    multipolygon(),
    PrimaryKeyConstraint("layer", "release", "feature_id"),
    ForeignKeyConstraint(["layer", "release"], [f"{SCHEMA}.layer_release.layer", f"{SCHEMA}.layer_release.name"]),
    *spatial("layer_feature"),
)

LAYER_ISSUE = Table(
    "layer_issue",
    METADATA,
    text("layer"),
    text("release"),
    Column("ordinal", Integer, nullable=False),
    text("code"),
    text("severity"),
    text("where_text"),
    text("message_zh"),
    text("message_en"),
    PrimaryKeyConstraint("layer", "release", "ordinal"),
    ForeignKeyConstraint(["layer", "release"], [f"{SCHEMA}.layer_release.layer", f"{SCHEMA}.layer_release.name"]),
    one_of("severity", Severity),
)
