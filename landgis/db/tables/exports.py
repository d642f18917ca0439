"""What left the house, what its receivers answered, and the rules that their rejections became; rows are only added."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, one_of, text
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import BOTH, Secrecy
from landgis.domain.leaving import ExportKind
from landgis.domain.profile import Personal
from landgis.domain.receiver_rule import ReceiverTest

EXPORT_NUMBER = Sequence("export_number", metadata=METADATA, schema=SCHEMA)
REJECTION_NUMBER = Sequence("rejection_number", metadata=METADATA, schema=SCHEMA)


def _object(name: str) -> Column[object]:
    return Column(name, JSONB, nullable=False)


def _of(name: str, table: str) -> Column[str]:
    return Column(name, Text, ForeignKey(f"{SCHEMA}.{table}"))


EXPORT_LOG = Table(
    "export_log",
    METADATA,
    text("export_id", primary_key=True),
    text("kind"),
    text("district"),
    text("why"),
    text("profile_id"),
    text("profile_version"),
    text("format"),
    text("crs"),
    text("secrecy"),
    text("receiver"),
    text("personal"),
    Column("continuous_m2", Double, nullable=False),
    text("asked", server_default=""),
    _of("plan_id", "plan.plan_id"),
    _of("pool_id", "pool.pool_id"),
    _of("run_id", "screening_run.run_id"),
    _of("since", "export_log.export_id"),
    _object("rows"),
    _object("releases"),
    _object("files"),
    Column("keys", LargeBinary, nullable=False),
    by(),
    at(),
    one_of("kind", ExportKind),
    one_of("district", (*DISTRICTS, BOTH)),
    one_of("secrecy", Secrecy),
    one_of("receiver", Secrecy),
    one_of("personal", Personal),
    CheckConstraint("btrim(why) <> ''", name="why"),
    CheckConstraint("secrecy = 'public' OR receiver <> 'public'", name="mark"),
    CheckConstraint("personal <> 'keep' OR receiver <> 'public'", name="person"),
    CheckConstraint("continuous_m2 >= 0 AND continuous_m2 <= 25e6", name="continuous_m2"),
    CheckConstraint("(kind = 'delta') = (since IS NOT NULL)", name="since"),
    comment="导出台账: who let out what, why and from which releases; keys: hashes of the rows, JSON packed by zlib",
)
Index("export_log_receiver_idx", EXPORT_LOG.c.profile_id, EXPORT_LOG.c.district)

EXPORT_RECEIPT = Table(
    "export_receipt",
    METADATA,
    Column("receipt_no", Integer, Identity(always=True), primary_key=True),
    Column("export_id", Text, ForeignKey(f"{SCHEMA}.export_log.export_id"), nullable=False),
    text("outcome"),
    text("receiver"),
    text("document_no"),
    Column("on_date", Date, nullable=False),
    by(),
    at(),
    one_of("outcome", ("accepted", "rejected")),
    CheckConstraint("btrim(receiver) <> ''", name="receiver"),
    CheckConstraint("btrim(document_no) <> ''", name="document_no"),
    CheckConstraint("on_date <= (created_at AT TIME ZONE 'Asia/Shanghai')::date", name="on_date"),
    comment="What a receiver answered; the newest answer of an export speaks",
)
Index("export_receipt_export_idx", EXPORT_RECEIPT.c.export_id)

EXPORT_REJECTION = Table(
    "export_rejection",
    METADATA,
    text("rejection_id", primary_key=True),
    Column("export_id", Text, ForeignKey(f"{SCHEMA}.export_log.export_id"), nullable=False),
    text("code", server_default=""),
    text("row_key", server_default=""),
    text("profile_id"),
    text("layer"),
    text("field"),
    text("test"),
    text("value", server_default=""),
    text("reason"),
    by(),
    at(),
    one_of("test", ReceiverTest),
    CheckConstraint("btrim(profile_id) <> '' AND btrim(layer) <> '' AND btrim(field) <> ''", name="place"),
    CheckConstraint("(test IN ('required', 'unique')) = (value = '')", name="value"),
    CheckConstraint("btrim(reason) <> ''", name="reason"),
    comment="退回意见: what a receiver sent an export back for, in its words (reason), kept as a rule",
)
Index("export_rejection_profile_idx", EXPORT_REJECTION.c.profile_id)

EXPORT_REJECTION_ENDED = Table(
    "export_rejection_end",
    METADATA,
    Column("rejection_id", ForeignKey(f"{SCHEMA}.export_rejection.rejection_id"), primary_key=True),
    text("reason"),
    by(),
    at(),
    CheckConstraint("btrim(reason) <> ''", name="reason"),
    comment="Why a rule of a receiver is tried no longer",
)
