"""Repairs that a person accepted: what was changed in a release, by how much, and why."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Double, ForeignKeyConstraint, PrimaryKeyConstraint, Table

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, text

LAYER_REPAIR = Table(
    "layer_repair",
    METADATA,
    text("layer"),
    text("release"),
    text("feature_id"),
    text("repair_id"),
    text("kind"),
    text("reason"),
    Column("area_before_m2", Double, nullable=False),
    Column("area_after_m2", Double, nullable=False),
    Column("moved_m", Double),
    text("proposed_with"),
    text("from_release"),
    by("accepted_by"),
    at("accepted_at"),
    text("why"),
    PrimaryKeyConstraint("layer", "release", "feature_id"),
    ForeignKeyConstraint(["layer", "release"], [f"{SCHEMA}.layer_release.layer", f"{SCHEMA}.layer_release.name"]),
    ForeignKeyConstraint(["layer", "from_release"], [f"{SCHEMA}.layer_release.layer", f"{SCHEMA}.layer_release.name"]),
    CheckConstraint("why <> ''", name="why"),
    comment="Rows of a release that are not as delivered; release holds them, from_release was repaired",
)
