"""What persons decided beside computed findings: written once, then confirmed or withdrawn once."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    false,
)

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, one_of, text
from landgis.domain.decision import DECIDABLE

DECISION_NUMBER = Sequence("decision_number", metadata=METADATA, schema=SCHEMA)

DECISION = Table(
    "decision",
    METADATA,
    text("decision_id", primary_key=True),
    text("run_id"),
    text("parcel_id"),
    text("rule_id"),
    text("outcome"),
    text("reason"),
    Column("document_no", ForeignKey(f"{SCHEMA}.parcel_document.document_no"), nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("second_person", Boolean, nullable=False, server_default=false()),
    by(),
    at(),
    ForeignKeyConstraint(
        ["run_id", "parcel_id", "rule_id"],
        [f"{SCHEMA}.run_finding.{name}" for name in ("run_id", "parcel_id", "rule_id")],
    ),
    one_of("outcome", DECIDABLE),
    CheckConstraint("btrim(reason) <> ''", name="reason"),
    CheckConstraint(
        "expires_on > (created_at AT TIME ZONE 'Asia/Shanghai')::date"
        " AND expires_on <= (created_at AT TIME ZONE 'Asia/Shanghai')::date + interval '1 year'",
        name="expires_on",
    ),
    comment="人工认定: a person's decision beside a computed finding; expires_on is its last day",
)
Index("decision_parcel_idx", DECISION.c.parcel_id, DECISION.c.rule_id)

DECISION_ACT = Table(
    "decision_act",
    METADATA,
    Column("decision_id", ForeignKey(f"{SCHEMA}.decision.decision_id"), nullable=False),
    text("act"),
    text("reason", server_default=""),
    by(),
    at(),
    PrimaryKeyConstraint("decision_id", "act"),
    one_of("act", ("confirm", "withdraw")),
    CheckConstraint("act = 'confirm' OR btrim(reason) <> ''", name="reason"),
    comment="What became of a decision: the second person's confirmation, a withdrawal",
)
