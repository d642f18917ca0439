"""The first tables.

Revision 0001, after nothing.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_SEQUENCES = ("run_number", "pool_number", "plan_number")
_TABLES = (
    "person",
    "source_file",
    "layer_release",
    "layer_feature",
    "layer_issue",
    "parcel_import",
    "parcel",
    "parcel_version",
    "parcel_issue",
    "parcel_document",
    "screening_run",
    "run_parcel",
    "run_overlap",
    "run_hit",
    "run_coverage",
    "run_finding",
    "pool",
    "pool_member",
    "pool_left_out",
    "plan",
    "plan_line",
    "plan_left_out",
)


def upgrade() -> None:
    for name in _SEQUENCES:
        op.execute(sa.schema.CreateSequence(sa.Sequence(name, schema="landgis")))
    _people()
    _layers()
    _layer_rows()
    _parcels()
    _parcel_rows()
    _runs()
    _measured()
    _judged()
    _pools()
    _plans()
    for name in ("0001_rules.sql", "0001_grants.sql"):
        op.execute(sa.text((_SQL / name).read_text(encoding="utf-8")))


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(name, schema="landgis")
    for name in _SEQUENCES:
        op.execute(sa.schema.DropSequence(sa.Sequence(name, schema="landgis")))
    for name in ("sealed", "release_moves_on", "version_moves_on", "pool_ground_taken_once"):
        op.execute(sa.text(f"DROP FUNCTION landgis.{name}()"))


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("person_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("os_account", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('town_clerk', 'district_planner', 'district_reviewer', 'leader', 'consulted', 'platform', "
            "'system_admin', 'security_admin', 'audit_admin')",
            name=op.f("person_role_check"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("person_pkey")),
        sa.UniqueConstraint("os_account", name=op.f("person_os_account_key")),
        schema="landgis",
    )


def _layers() -> None:
    op.create_table(
        "source_file",
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("content_hash ~ '^[0-9a-f]{64}$'", name=op.f("source_file_sha256_check")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["landgis.person.person_id"], name=op.f("source_file_received_by_fkey")
        ),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("source_file_pkey")),
        schema="landgis",
        comment="Originals, kept byte for byte under LANDGIS_HOME/originals/<content_hash>",
    )
    op.create_table(
        "layer_release",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("issuing_body", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_crs", sa.Text(), nullable=False),
        sa.Column("transform", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("feature_count", sa.Integer(), nullable=False),
        sa.Column(
            "coverage",
            Geometry(geometry_type="MULTIPOLYGON", srid=4549, spatial_index=False, nullable=False),
            nullable=False,
        ),
        sa.Column("coverage_basis", sa.Text(), nullable=False),
        sa.Column("substitute", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'draft') = (published_at IS NULL)", name=op.f("layer_release_published_at_check")
        ),
        sa.CheckConstraint(
            "coverage_basis IN ('declared', 'assumed')", name=op.f("layer_release_coverage_basis_check")
        ),
        sa.CheckConstraint(
            "status = 'draft' OR coverage_basis = 'declared'", name=op.f("layer_release_assumed_stays_draft_check")
        ),
        sa.CheckConstraint("status IN ('draft', 'published', 'superseded')", name=op.f("layer_release_status_check")),
        sa.CheckConstraint(
            "ST_IsValid(coverage) AND NOT ST_IsEmpty(coverage)", name=op.f("layer_release_coverage_valid_check")
        ),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["landgis.source_file.content_hash"], name=op.f("layer_release_content_hash_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["landgis.person.person_id"], name=op.f("layer_release_created_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["landgis.person.person_id"], name=op.f("layer_release_published_by_fkey")
        ),
        sa.PrimaryKeyConstraint("layer", "name", name=op.f("layer_release_pkey")),
        schema="landgis",
    )
    op.create_index(
        "layer_release_coverage_gist", "layer_release", ["coverage"], schema="landgis", postgresql_using="gist"
    )
    op.create_index(
        "layer_release_published_key",
        "layer_release",
        ["layer"],
        unique=True,
        schema="landgis",
        postgresql_where=sa.text("status = 'published'"),
    )


def _layer_rows() -> None:
    op.create_table(
        "layer_feature",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("feature_id", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(geometry_type="MULTIPOLYGON", srid=4549, spatial_index=False, nullable=False),
            nullable=False,
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("layer_feature_geom_valid_check")),
        sa.ForeignKeyConstraint(
            ["layer", "release"],
            ["landgis.layer_release.layer", "landgis.layer_release.name"],
            name=op.f("layer_feature_layer_release_fkey"),
        ),
        sa.PrimaryKeyConstraint("layer", "release", "feature_id", name=op.f("layer_feature_pkey")),
        schema="landgis",
    )
    op.create_index("layer_feature_geom_gist", "layer_feature", ["geom"], schema="landgis", postgresql_using="gist")
    op.create_table(
        "layer_issue",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("where_text", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.CheckConstraint("severity IN ('fatal', 'serious', 'minor')", name=op.f("layer_issue_severity_check")),
        sa.ForeignKeyConstraint(
            ["layer", "release"],
            ["landgis.layer_release.layer", "landgis.layer_release.name"],
            name=op.f("layer_issue_layer_release_fkey"),
        ),
        sa.PrimaryKeyConstraint("layer", "release", "ordinal", name=op.f("layer_issue_pkey")),
        schema="landgis",
    )


def _parcels() -> None:
    op.create_table(
        "parcel_import",
        sa.Column("import_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_crs", sa.Text(), nullable=False),
        sa.Column("transform", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("changed_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["landgis.source_file.content_hash"], name=op.f("parcel_import_content_hash_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["landgis.person.person_id"], name=op.f("parcel_import_created_by_fkey")
        ),
        sa.PrimaryKeyConstraint("import_no", name=op.f("parcel_import_pkey")),
        schema="landgis",
    )
    op.create_table(
        "parcel",
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("district IN ('songjiang', 'chongming')", name=op.f("parcel_district_check")),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("parcel_pkey")),
        schema="landgis",
    )
    op.create_table(
        "parcel_version",
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town_code", sa.Text(), nullable=True),
        sa.Column("town_name", sa.Text(), nullable=True),
        sa.Column("village_name", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(geometry_type="MULTIPOLYGON", srid=4549, spatial_index=False, nullable=False),
            nullable=False,
        ),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("import_no", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("parcel_version_geom_valid_check")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["landgis.person.person_id"], name=op.f("parcel_version_created_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["import_no"], ["landgis.parcel_import.import_no"], name=op.f("parcel_version_import_no_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["landgis.parcel.parcel_id"], name=op.f("parcel_version_parcel_id_fkey")
        ),
        sa.PrimaryKeyConstraint("parcel_id", "version", name=op.f("parcel_version_pkey")),
        schema="landgis",
    )
    op.create_index(
        "parcel_version_current_key",
        "parcel_version",
        ["parcel_id"],
        unique=True,
        schema="landgis",
        postgresql_where=sa.text("current"),
    )
    op.create_index(
        "parcel_version_district_idx",
        "parcel_version",
        ["district"],
        schema="landgis",
        postgresql_where=sa.text("current"),
    )
    op.create_index("parcel_version_geom_gist", "parcel_version", ["geom"], schema="landgis", postgresql_using="gist")


def _parcel_rows() -> None:
    op.create_table(
        "parcel_issue",
        sa.Column("import_no", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("where_text", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.CheckConstraint("severity IN ('fatal', 'serious', 'minor')", name=op.f("parcel_issue_severity_check")),
        sa.ForeignKeyConstraint(
            ["import_no"], ["landgis.parcel_import.import_no"], name=op.f("parcel_issue_import_no_fkey")
        ),
        sa.PrimaryKeyConstraint("import_no", "ordinal", name=op.f("parcel_issue_pkey")),
        schema="landgis",
    )
    op.create_table(
        "parcel_document",
        sa.Column("import_no", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_no"], ["landgis.parcel_import.import_no"], name=op.f("parcel_document_import_no_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["landgis.parcel.parcel_id"], name=op.f("parcel_document_parcel_id_fkey")
        ),
        sa.PrimaryKeyConstraint("parcel_id", "kind", "number", "import_no", name=op.f("parcel_document_pkey")),
        schema="landgis",
    )


def _runs() -> None:
    op.create_table(
        "screening_run",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("pack_id", sa.Text(), nullable=False),
        sa.Column("pack_version", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("releases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("district IN ('songjiang', 'chongming')", name=op.f("screening_run_district_check")),
        sa.CheckConstraint("scope IN ('control-lines', 'full')", name=op.f("screening_run_scope_check")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["landgis.person.person_id"], name=op.f("screening_run_created_by_fkey")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("screening_run_pkey")),
        schema="landgis",
    )
    op.create_index(
        "screening_run_latest_idx", "screening_run", ["district", "pack_id", "created_at"], schema="landgis"
    )
    op.create_table(
        "run_parcel",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("planar_m2", sa.Double(), nullable=False),
        sa.Column("ellipsoidal_m2", sa.Double(), nullable=False),
        sa.Column("registered_m2", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('clear', 'flagged', 'unknown', 'excluded')", name=op.f("run_parcel_verdict_check")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id", "version"],
            ["landgis.parcel_version.parcel_id", "landgis.parcel_version.version"],
            name=op.f("run_parcel_parcel_id_version_fkey"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["landgis.screening_run.run_id"], name=op.f("run_parcel_run_id_fkey")),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", name=op.f("run_parcel_pkey")),
        sa.UniqueConstraint("run_id", "parcel_id", "version", name=op.f("run_parcel_run_id_parcel_id_version_key")),
        schema="landgis",
    )


def _measured() -> None:
    op.create_table(
        "run_overlap",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("union_m2", sa.Double(), nullable=False),
        sa.Column("union_ellipsoidal_m2", sa.Double(), nullable=False),
        sa.Column("share_of_parcel", sa.Double(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("largest_m2", sa.Double(), nullable=False),
        sa.Column("mean_width_m", sa.Double(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id"],
            name=op.f("run_overlap_run_id_parcel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", "layer", "class", name=op.f("run_overlap_pkey")),
        schema="landgis",
    )
    op.create_table(
        "run_hit",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("feature_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("share_of_parcel", sa.Double(), nullable=False),
        sa.Column("share_of_feature", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id"],
            name=op.f("run_hit_run_id_parcel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", "layer", "feature_id", name=op.f("run_hit_pkey")),
        schema="landgis",
    )
    op.create_table(
        "run_coverage",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("uncovered_m2", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "state IN ('complete', 'partial', 'absent', 'stale')", name=op.f("run_coverage_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id"],
            name=op.f("run_coverage_run_id_parcel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", "layer", name=op.f("run_coverage_pkey")),
        schema="landgis",
    )


def _judged() -> None:
    op.create_table(
        "run_finding",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("measured", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("quote_zh", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('clear', 'flagged', 'unknown', 'excluded', 'not_asked')",
            name=op.f("run_finding_outcome_check"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id"],
            name=op.f("run_finding_run_id_parcel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("run_id", "parcel_id", "rule_id", name=op.f("run_finding_pkey")),
        schema="landgis",
    )


def _pools() -> None:
    op.create_table(
        "pool",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("overlap_tolerance_m2", sa.Double(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("district IN ('songjiang', 'chongming')", name=op.f("pool_district_check")),
        sa.CheckConstraint("overlap_tolerance_m2 >= 0", name=op.f("pool_overlap_tolerance_m2_check")),
        sa.ForeignKeyConstraint(["created_by"], ["landgis.person.person_id"], name=op.f("pool_created_by_fkey")),
        sa.ForeignKeyConstraint(["run_id"], ["landgis.screening_run.run_id"], name=op.f("pool_run_id_fkey")),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pool_pkey")),
        sa.UniqueConstraint("pool_id", "run_id", name=op.f("pool_pool_id_run_id_key")),
        schema="landgis",
    )
    op.create_table(
        "pool_member",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("area_basis", sa.Text(), nullable=False),
        sa.Column("open_points_zh", sa.Text(), nullable=False),
        sa.Column("open_points_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id", "run_id"],
            ["landgis.pool.pool_id", "landgis.pool.run_id"],
            name=op.f("pool_member_pool_id_run_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "parcel_id", "version"],
            ["landgis.run_parcel.run_id", "landgis.run_parcel.parcel_id", "landgis.run_parcel.version"],
            name=op.f("pool_member_run_id_parcel_id_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("pool_id", "parcel_id", name=op.f("pool_member_pkey")),
        schema="landgis",
        comment="A member is a version of a parcel that the pool's own run has screened",
    )
    op.create_table(
        "pool_left_out",
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail_zh", sa.Text(), nullable=False),
        sa.Column("detail_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["landgis.pool.pool_id"], name=op.f("pool_left_out_pool_id_fkey")),
        sa.PrimaryKeyConstraint("pool_id", "parcel_id", name=op.f("pool_left_out_pkey")),
        schema="landgis",
    )


def _plans() -> None:
    op.create_table(
        "plan",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("targets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("district IN ('songjiang', 'chongming')", name=op.f("plan_district_check")),
        sa.CheckConstraint("status IN ('draft')", name=op.f("plan_status_check")),
        sa.ForeignKeyConstraint(["created_by"], ["landgis.person.person_id"], name=op.f("plan_created_by_fkey")),
        sa.ForeignKeyConstraint(["pool_id"], ["landgis.pool.pool_id"], name=op.f("plan_pool_id_fkey")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("plan_pkey")),
        sa.UniqueConstraint("plan_id", "pool_id", name=op.f("plan_plan_id_pool_id_key")),
        schema="landgis",
    )
    op.create_table(
        "plan_line",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("pool_id", sa.Text(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town_code", sa.Text(), nullable=True),
        sa.Column("town_name", sa.Text(), nullable=True),
        sa.Column("village_name", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("planned_use_code", sa.Text(), nullable=False),
        sa.Column("planned_use_zh", sa.Text(), nullable=False),
        sa.Column("area_ha", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("area_mu", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("area_basis", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("open_points_zh", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "pool_id"],
            ["landgis.plan.plan_id", "landgis.plan.pool_id"],
            name=op.f("plan_line_plan_id_pool_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["pool_id", "parcel_id"],
            ["landgis.pool_member.pool_id", "landgis.pool_member.parcel_id"],
            name=op.f("plan_line_pool_id_parcel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "line_no", name=op.f("plan_line_pkey")),
        sa.UniqueConstraint("plan_id", "parcel_id", name=op.f("plan_line_plan_id_parcel_id_key")),
        schema="landgis",
        comment="Every line stands in the pool of its plan",
    )
    op.create_table(
        "plan_left_out",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail_zh", sa.Text(), nullable=False),
        sa.Column("detail_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["landgis.plan.plan_id"], name=op.f("plan_left_out_plan_id_fkey")),
        sa.PrimaryKeyConstraint("plan_id", "parcel_id", name=op.f("plan_left_out_pkey")),
        schema="landgis",
    )
