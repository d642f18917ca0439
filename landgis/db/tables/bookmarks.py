"""Views of the map that persons keep for themselves or for all."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Identity, Integer, Table

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, text

BOOKMARK = Table(
    "bookmark",
    METADATA,
    Column("bookmark_no", Integer, Identity(always=True), primary_key=True),
    text("name"),
    text("state"),
    Column("shared", Boolean, nullable=False),
    by(),
    at(),
    CheckConstraint("btrim(name) <> '' AND length(name) <= 100", name="name"),
    CheckConstraint("length(state) <= 8000", name="state"),
    comment="Views of the map that somebody keeps, for himself or for all (shared); state: what stood in the address",
)
BOOKMARK_END = Table(
    "bookmark_end",
    METADATA,
    Column("bookmark_no", ForeignKey(f"{SCHEMA}.bookmark.bookmark_no"), primary_key=True),
    by(),
    at(),
    comment="Views that their owner keeps no longer",
)
