"""What is stated of parcels: documents, dated facts, wishes. A fact without a row was never spoken of."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, history, history_of, one_of, text
from landgis.domain.facts import FactState
from landgis.domain.register import REGISTER_FACTS, Wish

PARCEL_DOCUMENT = Table(
    "parcel_document",
    METADATA,
    Column("import_no", ForeignKey(f"{SCHEMA}.parcel_import.import_no")),
    Column("parcel_id", ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    text("kind"),
    text("number"),
    text("title_zh"),
    Column("dated_on", Date),
    Column("document_no", Integer, Identity(always=True), primary_key=True),
    Column("content_hash", Text, ForeignKey(f"{SCHEMA}.source_file.content_hash")),
    by(),
    at(),
    UniqueConstraint("parcel_id", "kind", "number", "import_no"),
    comment="A later row of the same kind and number restates the document; content_hash: the paper itself is kept",
)


def _kinds(column: str) -> str:
    """Say in SQL which JSON type the value of each fact has."""
    yes_no = ", ".join(f"'{fact.name}'" for fact in REGISTER_FACTS if fact.kind == "bool")
    numbers = ", ".join(f"'{fact.name}'" for fact in REGISTER_FACTS if fact.kind == "area_m2")
    lists = ", ".join(f"'{fact.name}'" for fact in REGISTER_FACTS if fact.kind == "shares")
    return (
        f"jsonb_typeof(value) = CASE WHEN {column} IN ({yes_no}) THEN 'boolean' WHEN {column} IN ({numbers})"
        f" THEN 'number' WHEN {column} IN ({lists}) THEN 'array' ELSE 'string' END"
    )


# Rows come by the million: a trigger checks once per statement that what they refer to exists, which foreign keys would
# do row by row. What is referred to is never deleted.
PARCEL_FACT = Table(
    "parcel_fact",
    METADATA,
    text("parcel_id"),
    text("fact"),
    Column("valid_from", Date, nullable=False, server_default=sql("'-infinity'")),
    text("state"),
    Column("value", JSONB),
    Column("document_no", Integer),
    text("source", server_default=""),
    Column("import_no", Integer),
    Column("act_no", Integer),
    *history(),
    PrimaryKeyConstraint("parcel_id", "fact", "valid_from"),
    one_of("fact", tuple(fact.name for fact in REGISTER_FACTS)),
    one_of("state", FactState),
    CheckConstraint("(state = 'known') = (value IS NOT NULL)", name="known"),
    CheckConstraint(_kinds("fact"), name="kind"),
    comment="A fact holds from valid_from (-infinity: nobody stated since when) until the next row of the same fact",
)
Index("parcel_fact_known_brin", func.lower(PARCEL_FACT.c.known), postgresql_using="brin")
PARCEL_FACT_HISTORY = history_of(PARCEL_FACT)
Index("parcel_fact_history_parcel_idx", PARCEL_FACT_HISTORY.c.parcel_id)

PARCEL_INTENTION = Table(
    "parcel_intention",
    METADATA,
    Column("survey_no", Integer, Identity(always=True), primary_key=True),
    Column("parcel_id", Text, ForeignKey(f"{SCHEMA}.parcel.parcel_id"), nullable=False),
    text("asked"),
    Column("asked_on", Date, nullable=False),
    text("wish"),
    text("use_wanted", server_default=""),
    text("remark", server_default=""),
    Column("document_no", Integer, ForeignKey(f"{SCHEMA}.parcel_document.document_no")),
    *history(),
    one_of("wish", Wish),
    comment="意愿调查: of every owner asked the latest answer counts, of these the least willing is the fact owner_willing",
)
PARCEL_INTENTION_HISTORY = history_of(PARCEL_INTENTION)
Index("parcel_intention_parcel_idx", PARCEL_INTENTION.c.parcel_id)
