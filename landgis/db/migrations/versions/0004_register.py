"""The parcel register: facts become dated rows, parcels get a family, papers and wishes are kept.

Revision 0004, after 0003.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_YES_NO = (
    "'ownership_registered', 'use_right_registered', 'dispute', 'restricted', 'rental_only', 'compensation_settled', "
    "'access_fit', 'road', 'water_supply', 'power', 'levelled', 'conditions_agreed', 'facilities_mature', "
    "'owner_willing', 'plan_settled', 'contracted', 'attachments', 'cleared', 'location_mature', 'investor_found'"
)
_FACTS = (
    "'owner_level', 'owner_name', 'ownership_registered', 'use_right_registered', 'certificate_no', "
    "'registered_area_m2', 'dispute', 'restricted', 'planned_use_code', 'planned_use_scheme', 'rental_only', "
    "'current_use_code', 'current_use_scheme', 'compensation_settled', 'access_fit', 'road', 'water_supply', 'power', "
    "'levelled', 'conditions_agreed', 'facilities_mature', 'owner_willing', 'intended_buyer', 'register_class', "
    "'entered_on', 'transaction_mode', 'grantee', 'owner_shares', 'restriction_note', 'plan_name', 'plan_settled', "
    "'contracted', 'contract_no', 'contract_ends_on', 'attachments', 'attachments_note', 'cleared', 'location_mature', "
    "'investor_found'"
)
_KIND = (
    f"jsonb_typeof(value) = CASE WHEN fact IN ({_YES_NO}) THEN 'boolean' WHEN fact IN ('registered_area_m2')"
    " THEN 'number' WHEN fact IN ('owner_shares') THEN 'array' ELSE 'string' END"
)
_REMEMBERED = ("parcel_fact", "parcel_intention")
_FOREVER = ("parcel", "parcel_act", "parcel_part")
_FUNCTIONS = (
    "today()", "refuse(text, text)", "version_stays()", "refers_to_something()",
    "version_is_current()", "told_now()",
    "not_in_future()", "ended_stays_ended()", "shares_make_one()",
    "wish_is_a_fact()", "end_parcel()", "act_is_whole()", "parcels_at(date, timestamptz)",
    "facts_at(date, timestamptz)",
)  # fmt: skip


def upgrade() -> None:
    _acts()
    _documents()
    _facts()
    _intentions()
    _run(_SQL / "0004_grants.sql")
    for name in _REMEMBERED:
        op.execute(f"CALL landgis.keep_history('{name}')")
    op.create_index("parcel_fact_history_parcel_idx", "parcel_fact_history", ["parcel_id"], schema="landgis")
    _move_facts()
    for name in _FOREVER:
        op.execute(f"CALL landgis.keep_forever('{name}')")
    _run(_SQL / "0004_register.sql")


def downgrade() -> None:
    for table, trigger in (
        ("parcel_version", "keeps"),
        ("parcel_version", "never_emptied"),
        ("parcel_version", "not_in_future"),
        ("parcel_version", "ended_stays_ended"),
        ("parcel_version", "is_current"),
        ("parcel_version", "told_now"),
        ("parcel_document", "not_in_future"),
        ("parcel_document", "told_now"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON landgis.{table}")
    _put_facts_back()
    for name in _REMEMBERED:
        op.execute(f"CALL landgis.forget_history('{name}')")
        op.drop_table(name, schema="landgis")
    _forget_documents()
    op.drop_column("parcel_version", "act_no", schema="landgis")
    for name in ("parcel_part", "parcel_act"):
        op.drop_table(name, schema="landgis")
    op.execute("CALL landgis.keep_no_longer('parcel')")
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION landgis.{name}")


def _run(path: Path) -> None:
    op.execute(sa.text(path.read_text(encoding="utf-8").replace(":", "\\:")))


def _acts() -> None:
    op.create_table(
        "parcel_act",
        sa.Column("act_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tolerance_m2", sa.Double(), nullable=False),
        sa.Column("difference_m2", sa.Double(), nullable=False),
        sa.Column("overlap_m2", sa.Double(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("act IN ('split', 'merge', 'retire')", name=op.f("parcel_act_act_check")),
        sa.CheckConstraint("reason <> ''", name=op.f("parcel_act_reason_check")),
        sa.CheckConstraint("tolerance_m2 >= 0", name=op.f("parcel_act_tolerance_m2_check")),
        sa.ForeignKeyConstraint(["created_by"], ["landgis.person.person_id"], name=op.f("parcel_act_created_by_fkey")),
        sa.PrimaryKeyConstraint("act_no", name=op.f("parcel_act_pkey")),
        schema="landgis",
        comment="Splits, mergers, strikings off; difference_m2 of the ground before and after, overlap_m2 among the children",
    )
    op.create_table(
        "parcel_part",
        sa.Column("act_no", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.CheckConstraint("part IN ('begins', 'ends')", name=op.f("parcel_part_part_check")),
        sa.ForeignKeyConstraint(["act_no"], ["landgis.parcel_act.act_no"], name=op.f("parcel_part_act_no_fkey")),
        sa.ForeignKeyConstraint(["parcel_id"], ["landgis.parcel.parcel_id"], name=op.f("parcel_part_parcel_id_fkey")),
        sa.PrimaryKeyConstraint("parcel_id", "part", name=op.f("parcel_part_pkey")),
        schema="landgis",
        comment="Which parcels an act ends and which it begins: each once at most",
    )
    op.create_index("parcel_part_act_idx", "parcel_part", ["act_no"], schema="landgis")


def _documents() -> None:
    """A document gets a number of its own, may come without an import, and may be kept as a file."""
    table = "parcel_document"
    op.drop_constraint("parcel_document_pkey", table, schema="landgis")
    op.alter_column(table, "import_no", nullable=True, schema="landgis")
    op.add_column(
        table, sa.Column("document_no", sa.Integer(), sa.Identity(always=True), nullable=False), schema="landgis"
    )
    op.add_column(table, sa.Column("content_hash", sa.Text()), schema="landgis")
    op.add_column(table, sa.Column("created_by", sa.Integer()), schema="landgis")
    op.add_column(
        table,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        schema="landgis",
    )
    op.execute("ALTER TABLE landgis.parcel_document DISABLE TRIGGER USER")  # nothing of the business changes
    op.execute(
        "UPDATE landgis.parcel_document d SET created_by = i.created_by, created_at = i.created_at"
        " FROM landgis.parcel_import i WHERE i.import_no = d.import_no"
    )
    op.execute("ALTER TABLE landgis.parcel_document ENABLE TRIGGER USER")
    op.alter_column(table, "created_by", nullable=False, schema="landgis")
    op.create_primary_key(op.f("parcel_document_pkey"), table, ["document_no"], schema="landgis")
    op.create_unique_constraint(
        op.f("parcel_document_parcel_id_kind_number_import_no_key"), table,
        ["parcel_id", "kind", "number", "import_no"], schema="landgis",
    )  # fmt: skip
    for column, target in (("content_hash", "source_file"), ("created_by", "person")):
        key = "person_id" if target == "person" else column
        op.create_foreign_key(
            op.f(f"parcel_document_{column}_fkey"), table, target, [column], [key],
            source_schema="landgis", referent_schema="landgis",
        )  # fmt: skip
    op.create_table_comment(
        table,
        "A later row of the same kind and number restates the document; content_hash: the paper itself is kept",
        schema="landgis",
    )


def _facts() -> None:
    op.create_table(
        "parcel_fact",
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), server_default=sa.text("'-infinity'"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB()),
        sa.Column("document_no", sa.Integer()),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("import_no", sa.Integer()),
        sa.Column("act_no", sa.Integer()),
        *_known(),
        sa.CheckConstraint(f"fact IN ({_FACTS})", name=op.f("parcel_fact_fact_check")),
        sa.CheckConstraint(_KIND, name=op.f("parcel_fact_kind_check")),
        sa.CheckConstraint("(state = 'known') = (value IS NOT NULL)", name=op.f("parcel_fact_known_check")),
        sa.CheckConstraint("state IN ('known', 'pending', 'unknown')", name=op.f("parcel_fact_state_check")),
        sa.PrimaryKeyConstraint("parcel_id", "fact", "valid_from", name=op.f("parcel_fact_pkey")),
        schema="landgis",
        comment="A fact holds from valid_from (-infinity: nobody stated since when) until the next row of the same fact",
    )


def _intentions() -> None:
    op.create_table(
        "parcel_intention",
        sa.Column("survey_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("use_wanted", sa.Text(), server_default="", nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("document_no", sa.Integer()),
        *_known(),
        sa.CheckConstraint("wish IN ('willing', 'undecided', 'unwilling')", name=op.f("parcel_intention_wish_check")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"landgis.{table}.{column}"], name=op.f(f"parcel_intention_{column}_fkey")
            )
            for column, table in (("parcel_id", "parcel"), ("document_no", "parcel_document"))
        ),
        sa.PrimaryKeyConstraint("survey_no", name=op.f("parcel_intention_pkey")),
        schema="landgis",
        comment="意愿调查: the answers of the latest day answer the fact owner_willing, the least willing first",
    )
    op.create_index("parcel_intention_parcel_idx", "parcel_intention", ["parcel_id"], schema="landgis")


def _known() -> tuple[sa.Column[object], ...]:
    now_on = sa.text("tstzrange(now(), NULL)")
    return (
        sa.Column("known", postgresql.TSTZRANGE(), server_default=now_on, nullable=False),
        sa.Column("known_by", sa.Text(), server_default="", nullable=False),
        sa.Column("known_why", sa.Text(), server_default="", nullable=False),
    )


def _move_facts() -> None:
    """Facts leave the versions; a run keeps those it judged. Areas are measured by the database this once."""
    op.add_column("parcel_import", sa.Column("valid_from", sa.Date()), schema="landgis")
    table = "parcel_version"
    op.add_column(
        table,
        sa.Column("valid_from", sa.Date(), server_default=sa.text("'-infinity'"), nullable=False),
        schema="landgis",
    )
    for column in ("planar_m2", "ellipsoidal_m2"):
        op.add_column(table, sa.Column(column, sa.Double()), schema="landgis")
    op.add_column(table, sa.Column("act_no", sa.Integer()), schema="landgis")
    op.add_column("run_parcel", sa.Column("facts", postgresql.JSONB()), schema="landgis")
    op.execute(
        "UPDATE landgis.parcel_version SET planar_m2 = ST_Area(geom),"
        " ellipsoidal_m2 = ST_Area(ST_Transform(geom, 4490)::geography)"
    )
    for name in ("parcel_fact", "run_parcel"):
        op.execute(f"ALTER TABLE landgis.{name} DISABLE TRIGGER USER")
    _run(_SQL / "0004_facts_out.sql")
    for name in ("parcel_fact", "run_parcel"):
        op.execute(f"ALTER TABLE landgis.{name} ENABLE TRIGGER USER")
    for column in ("planar_m2", "ellipsoidal_m2"):
        op.alter_column(table, column, nullable=False, schema="landgis")
    op.alter_column("run_parcel", "facts", nullable=False, schema="landgis")
    op.create_index("run_parcel_parcel_idx", "run_parcel", ["parcel_id"], schema="landgis")
    op.alter_column(table, "import_no", nullable=True, schema="landgis")
    for column in ("facts", "content_hash"):
        op.drop_column(table, column, schema="landgis")
    op.create_foreign_key(
        op.f("parcel_version_act_no_fkey"), table, "parcel_act", ["act_no"], ["act_no"],
        source_schema="landgis", referent_schema="landgis",
    )  # fmt: skip
    op.create_check_constraint(
        op.f("parcel_version_origin_check"), table, "num_nonnulls(import_no, act_no) > 0", schema="landgis"
    )
    op.create_check_constraint(
        op.f("parcel_version_planar_m2_check"), table,
        "abs(planar_m2 - ST_Area(geom)) <= greatest(0.001, 1e-9 * planar_m2)", schema="landgis",
    )  # fmt: skip
    op.create_table_comment(
        table,
        "valid_from -infinity: nobody stated since when. Of several, the latest start and then the latest version",
        schema="landgis",
    )


def _put_facts_back() -> None:
    table = "parcel_version"
    for column in ("facts", "content_hash"):
        kind = postgresql.JSONB() if column == "facts" else sa.Text()
        op.add_column(table, sa.Column(column, kind), schema="landgis")
    for name in ("parcel_document", table):
        op.execute(f"ALTER TABLE landgis.{name} DISABLE TRIGGER USER")
    op.execute("UPDATE landgis.parcel_fact SET document_no = NULL WHERE document_no IS NOT NULL")
    op.execute("UPDATE landgis.parcel_intention SET document_no = NULL WHERE document_no IS NOT NULL")
    _run(_SQL / "0004_facts_back.sql")
    for name in ("parcel_document", table):
        op.execute(f"ALTER TABLE landgis.{name} ENABLE TRIGGER USER")
    for column in ("origin", "planar_m2"):
        op.drop_constraint(f"parcel_version_{column}_check", table, schema="landgis")
    for column in ("facts", "content_hash", "import_no"):
        op.alter_column(table, column, nullable=False, schema="landgis")
    for column in ("valid_from", "planar_m2", "ellipsoidal_m2"):
        op.drop_column(table, column, schema="landgis")
    op.drop_table_comment(table, schema="landgis")
    op.drop_column("parcel_import", "valid_from", schema="landgis")
    op.drop_index("run_parcel_parcel_idx", "run_parcel", schema="landgis")
    op.drop_column("run_parcel", "facts", schema="landgis")


def _forget_documents() -> None:
    table = "parcel_document"
    op.drop_constraint("parcel_document_parcel_id_kind_number_import_no_key", table, schema="landgis")
    for column in ("document_no", "content_hash", "created_by", "created_at"):
        op.drop_column(table, column, schema="landgis")
    op.alter_column(table, "import_no", nullable=False, schema="landgis")
    op.create_primary_key(
        op.f("parcel_document_pkey"), table, ["parcel_id", "kind", "number", "import_no"], schema="landgis"
    )
    op.drop_table_comment(table, schema="landgis")
