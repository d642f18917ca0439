"""The register in several hands: rights cut down, wishes of all owners, mergers of what lies apart, places stated.

Revision 0007, after 0006.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_BEFORE = {
    "0001_rules.sql": ("sealed",),
    "0002_history.sql": ("refuse_change",),
    "0004_register.sql": (
        "version_is_current", "end_parcel", "ended_stays_ended", "not_in_future", "refers_to_something",
        "wish_is_a_fact", "act_is_whole",
    ),
}  # fmt: skip
"""Where the functions that this revision replaces were written first."""
_NEW = (
    "paper_of_version()", "owners_must_wish()", "restate_wish(text, date)", "wish_on(text, date)", "called(text)",
)  # fmt: skip
_TOLD = ("parcel", "parcel_import", "screening_run", "pool", "plan")
_COMMENT = "意愿调查: the answers of the latest day answer the fact owner_willing, the least willing first"
_COMMENT_NOW = (
    "意愿调查: of every owner asked the latest answer counts, of these the least willing is the fact owner_willing"
)
_KEEPS_TO_ITSELF = ("remember", "version_is_current", "end_parcel", "ended_stays_ended")


def upgrade() -> None:
    op.add_column("parcel_act", sa.Column("gap_m", sa.Double(), server_default="0", nullable=False), schema="landgis")
    op.add_column(
        "parcel_act", sa.Column("apart_reason", sa.Text(), server_default="", nullable=False), schema="landgis"
    )
    op.create_check_constraint(op.f("parcel_act_gap_m_check"), "parcel_act", "gap_m >= 0", schema="landgis")
    op.add_column("parcel_version", sa.Column("reason", sa.Text(), server_default="", nullable=False), schema="landgis")
    op.add_column("parcel_version", sa.Column("document_no", sa.Integer()), schema="landgis")
    op.create_foreign_key(
        op.f("parcel_version_document_no_fkey"), "parcel_version", "parcel_document", ["document_no"], ["document_no"],
        source_schema="landgis", referent_schema="landgis",
    )  # fmt: skip
    _require_origin("num_nonnulls(import_no, act_no) > 0 OR reason <> ''")
    op.create_table_comment("parcel_intention", _COMMENT_NOW, existing_comment=_COMMENT, schema="landgis")
    op.execute(sa.text((_SQL / "0007_register.sql").read_text(encoding="utf-8").replace(":", "\\:")))


def downgrade() -> None:
    """Go back; a version that only states a place is ascribed to the import that its parcel came with."""
    op.create_table_comment("parcel_intention", _COMMENT, existing_comment=_COMMENT_NOW, schema="landgis")
    for table in _TOLD:
        op.execute(f"DROP TRIGGER told_now ON landgis.{table}")
    op.execute("DROP TRIGGER paper_of_version ON landgis.parcel_version")
    op.execute("DROP TRIGGER owners_must_wish ON landgis.parcel_fact")
    for name, functions in _BEFORE.items():
        _put_back((_SQL / name).read_text(encoding="utf-8"), functions)
    for function in _NEW:
        op.execute(f"DROP FUNCTION landgis.{function}")
    for function in _KEEPS_TO_ITSELF:
        op.execute(f"GRANT EXECUTE ON FUNCTION landgis.{function}() TO PUBLIC")
    op.execute("GRANT UPDATE (current) ON landgis.parcel_version TO landgis_app")
    op.execute("ALTER TABLE landgis.parcel_version DISABLE TRIGGER USER")
    op.execute(
        "UPDATE landgis.parcel_version v SET (import_no, act_no) = (SELECT o.import_no, o.act_no FROM"
        " landgis.parcel_version o WHERE o.parcel_id = v.parcel_id AND num_nonnulls(o.import_no, o.act_no) > 0"
        " ORDER BY o.version LIMIT 1) WHERE num_nonnulls(v.import_no, v.act_no) = 0"
    )
    op.execute("ALTER TABLE landgis.parcel_version ENABLE TRIGGER USER")
    _require_origin("num_nonnulls(import_no, act_no) > 0")
    for table, column in (
        ("parcel_version", "document_no"), ("parcel_version", "reason"), ("parcel_act", "apart_reason"),
        ("parcel_act", "gap_m"),
    ):  # fmt: skip
        op.drop_column(table, column, schema="landgis")


def _require_origin(condition: str) -> None:
    name = op.f("parcel_version_origin_check")
    op.drop_constraint(name, "parcel_version", schema="landgis")
    op.create_check_constraint(name, "parcel_version", condition, schema="landgis")


def _put_back(text: str, functions: tuple[str, ...]) -> None:
    """Make functions what an earlier revision wrote."""
    for name in functions:
        found = re.search(rf"CREATE FUNCTION (landgis\.{name}\(\).*?^\$\$;)", text, re.DOTALL | re.MULTILINE)
        if found is None:
            raise LookupError(name)
        op.execute(sa.text(f"CREATE OR REPLACE FUNCTION {found[1]}".replace(":", "\\:")))
