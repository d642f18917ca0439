"""What leaves the house, what its receivers answer, and the rules that their rejections become.

Revision 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from landgis.db.migrations.called import OF_0016, OF_0017, call_by_name, run_file

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SEQUENCES = ("export_number", "rejection_number")
_TABLES = ("export_rejection_end", "export_rejection", "export_receipt", "export_log")
_MARKS = "('unstated', 'public', 'internal')"
_EXPORT = ["landgis.export_log.export_id"]


def upgrade() -> None:
    for name in _SEQUENCES:
        op.execute(sa.schema.CreateSequence(sa.Sequence(name, schema="landgis")))
    _log()
    _receipts()
    _rejections()
    run_file("0017_exports.sql")
    call_by_name(OF_0017)


def downgrade() -> None:
    """Go back to a program that logs nothing; what was logged is given up."""
    call_by_name(OF_0016)
    for table in _TABLES:
        op.drop_table(table, schema="landgis")
    op.execute("DROP FUNCTION landgis.export_may_leave()")
    for name in _SEQUENCES:
        op.execute(sa.schema.DropSequence(sa.Sequence(name, schema="landgis")))


def _log() -> None:
    of = {"plan_id": "plan", "pool_id": "pool", "run_id": "screening_run"}
    op.create_table(
        "export_log",
        *_texts("export_id", "kind", "district", "why", "profile_id", "profile_version", "format", "crs"),
        *_texts("secrecy", "receiver", "personal"),
        sa.Column("continuous_m2", sa.Double(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in (*of, "since")),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("rows", "releases", "files")),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        *_by_and_at("export_log"),
        sa.CheckConstraint(
            "kind IN ('package', 'delta', 'layer', 'points', 'qgis', 'plan_files', 'sheet')",
            name=op.f("export_log_kind_check"),
        ),
        sa.CheckConstraint("district IN ('songjiang', 'chongming', 'both')", name=op.f("export_log_district_check")),
        sa.CheckConstraint(f"secrecy IN {_MARKS}", name=op.f("export_log_secrecy_check")),
        sa.CheckConstraint(f"receiver IN {_MARKS}", name=op.f("export_log_receiver_check")),
        sa.CheckConstraint("personal IN ('drop', 'mask', 'keep')", name=op.f("export_log_personal_check")),
        sa.CheckConstraint("btrim(why) <> ''", name=op.f("export_log_why_check")),
        sa.CheckConstraint("secrecy = 'public' OR receiver <> 'public'", name=op.f("export_log_mark_check")),
        sa.CheckConstraint("personal <> 'keep' OR receiver <> 'public'", name=op.f("export_log_person_check")),
        sa.CheckConstraint("continuous_m2 >= 0 AND continuous_m2 <= 25e6", name=op.f("export_log_continuous_m2_check")),
        sa.CheckConstraint("(kind = 'delta') = (since IS NOT NULL)", name=op.f("export_log_since_check")),
        *(
            sa.ForeignKeyConstraint([name], [f"landgis.{table}.{name}"], name=op.f(f"export_log_{name}_fkey"))
            for name, table in of.items()
        ),
        sa.ForeignKeyConstraint(["since"], _EXPORT, name=op.f("export_log_since_fkey")),
        sa.PrimaryKeyConstraint("export_id", name=op.f("export_log_pkey")),
        schema="landgis",
        comment="导出台账: who let out what, why and from which releases; keys: hashes of the rows, JSON packed by zlib",
    )
    op.create_index("export_log_receiver_idx", "export_log", ["profile_id", "district"], schema="landgis")


def _receipts() -> None:
    op.create_table(
        "export_receipt",
        sa.Column("receipt_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        *_texts("export_id", "outcome", "receiver", "document_no"),
        sa.Column("on_date", sa.Date(), nullable=False),
        *_by_and_at("export_receipt"),
        sa.CheckConstraint("outcome IN ('accepted', 'rejected')", name=op.f("export_receipt_outcome_check")),
        sa.CheckConstraint("btrim(receiver) <> ''", name=op.f("export_receipt_receiver_check")),
        sa.CheckConstraint("btrim(document_no) <> ''", name=op.f("export_receipt_document_no_check")),
        sa.CheckConstraint(
            "on_date <= (created_at AT TIME ZONE 'Asia/Shanghai')::date", name=op.f("export_receipt_on_date_check")
        ),
        sa.ForeignKeyConstraint(["export_id"], _EXPORT, name=op.f("export_receipt_export_id_fkey")),
        sa.PrimaryKeyConstraint("receipt_no", name=op.f("export_receipt_pkey")),
        schema="landgis",
        comment="What a receiver answered; the newest answer of an export speaks",
    )
    op.create_index("export_receipt_export_idx", "export_receipt", ["export_id"], schema="landgis")


def _rejections() -> None:
    op.create_table(
        "export_rejection",
        *_texts("rejection_id", "export_id"),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("code", "row_key")),
        *_texts("profile_id", "layer", "field", "test"),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        *_texts("reason"),
        *_by_and_at("export_rejection"),
        sa.CheckConstraint(
            "test IN ('required', 'one_of', 'pattern', 'max_length', 'at_least', 'at_most', 'unique')",
            name=op.f("export_rejection_test_check"),
        ),
        sa.CheckConstraint(
            "btrim(profile_id) <> '' AND btrim(layer) <> '' AND btrim(field) <> ''",
            name=op.f("export_rejection_place_check"),
        ),
        sa.CheckConstraint(
            "(test IN ('required', 'unique')) = (value = '')", name=op.f("export_rejection_value_check")
        ),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("export_rejection_reason_check")),
        sa.ForeignKeyConstraint(["export_id"], _EXPORT, name=op.f("export_rejection_export_id_fkey")),
        sa.PrimaryKeyConstraint("rejection_id", name=op.f("export_rejection_pkey")),
        schema="landgis",
        comment="退回意见: what a receiver sent an export back for, in its words (reason), kept as a rule",
    )
    op.create_index("export_rejection_profile_idx", "export_rejection", ["profile_id"], schema="landgis")
    op.create_table(
        "export_rejection_end",
        *_texts("rejection_id", "reason"),
        *_by_and_at("export_rejection_end"),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("export_rejection_end_reason_check")),
        sa.ForeignKeyConstraint(
            ["rejection_id"],
            ["landgis.export_rejection.rejection_id"],
            name=op.f("export_rejection_end_rejection_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("rejection_id", name=op.f("export_rejection_end_pkey")),
        schema="landgis",
        comment="Why a rule of a receiver is tried no longer",
    )


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )
