"""Layer releases, their features and issues, and the files they came from."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
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
    Table,
    Text,
    column,
    table,
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
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Severity
from landgis.domain.layer import BOTH, CoverageBasis, LegalState, ReleaseStatus, Secrecy

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
    text("district", server_default=BOTH),
    text("legal_state", server_default=LegalState.IN_FORCE.value),
    Column("approved_on", Date),
    text("no_document_reason", server_default=""),
    Column("state_of_data_on", Date),
    Column("accuracy_m", Double),
    Column("scale_denominator", Integer),
    text("secrecy", server_default=Secrecy.UNSTATED.value),
    Column("cycle_months", Integer),
    Column("grace_months", Integer, nullable=False, server_default="0"),
    Column("answers", JSONB, nullable=False, server_default=sql("'[]'::jsonb")),
    text("code_scheme", server_default=""),
    text("source_layer", server_default=""),
    Column("raster", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("layer", "name"),
    one_of("coverage_basis", CoverageBasis),
    one_of("status", ReleaseStatus),
    one_of("district", (*DISTRICTS, BOTH)),
    one_of("legal_state", LegalState),
    one_of("secrecy", Secrecy),
    CheckConstraint("status IN ('draft', 'retired') OR coverage_basis = 'declared'", name="assumed_stays_draft"),
    CheckConstraint(
        "CASE status WHEN 'draft' THEN published_at IS NULL WHEN 'retired' THEN true ELSE published_at IS NOT NULL END",
        name="published_at",
    ),
    CheckConstraint("accuracy_m > 0 AND scale_denominator > 0", name="accuracy"),
    CheckConstraint("cycle_months > 0 AND grace_months >= 0", name="cycle"),
    CheckConstraint("raster IS NULL OR feature_count = 0", name="raster"),
    *spatial("layer_release", "coverage"),
)
Index(
    "layer_release_published_key",
    LAYER_RELEASE.c.layer,
    LAYER_RELEASE.c.district,
    LAYER_RELEASE.c.legal_state,
    unique=True,
    postgresql_where=sql("status = 'published'"),
)
LAYER_RELEASE_HISTORY = history_of(LAYER_RELEASE)
LAYER_RELEASE_EVER = table(
    "layer_release_ever", *(column(each.name, each.type) for each in LAYER_RELEASE.columns), schema=SCHEMA
)
"""View of what every release is and was."""

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
    *spatial("layer_feature"),
    postgresql_partition_by="LIST (layer)",
    comment="One partition per release, filled through open_shelf and close_shelf by the transaction of the release",
)
SHELF_NUMBER = Sequence("shelf_number", metadata=METADATA, schema=SCHEMA)

RELEASE_HASH = Table(
    "release_hash",
    METADATA,
    text("layer"),
    text("name"),
    Column("features", BigInteger, nullable=False),
    text("sha256"),
    Column("at_import", Boolean, nullable=False, server_default=sql("true")),
    PrimaryKeyConstraint("layer", "name"),
    ForeignKeyConstraint(["layer", "name"], [f"{SCHEMA}.layer_release.layer", f"{SCHEMA}.layer_release.name"]),
    comment="What the features of a release are, in one hash; at_import: taken by the transaction that stored them",
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
