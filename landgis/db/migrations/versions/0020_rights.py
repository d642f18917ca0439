"""Rows are shown to whom the policy shows them: the policy as a table, and rights by row for the role of the desk.

Revision 0020, after 0019.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import SQL, run_file

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KNOWN = "SELECT * INTO known FROM landgis.parcel_version v WHERE v.parcel_id = OLD.parcel_id AND v.current;\n"
_ASKED = """    IF known.town_code IS DISTINCT FROM drawer.town_code AND NOT EXISTS (
        SELECT FROM landgis.access_rule a WHERE (a.role, a.action, a.reach) = (drawer.role, 'state_facts', 'all')) THEN
        PERFORM landgis.refuse(format('地块 %s 不属于本镇，不能修改', OLD.parcel_id),
                               format('Parcel %s is not of the own town and cannot be redrawn', OLD.parcel_id));
    END IF;
"""
_REACHES = "('none', 'own_town', 'all')"


def upgrade() -> None:
    op.create_table(
        "access_rule",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("role", "action", "reach")),
        sa.CheckConstraint(f"reach IN {_REACHES}", name=op.f("access_rule_reach_check")),
        sa.PrimaryKeyConstraint("role", "action", name=op.f("access_rule_pkey")),
        schema="landgis",
        comment="The policy table of the program, every cell of it; written when the tables are brought up to date",
    )
    op.create_index(
        "parcel_version_town_idx", "parcel_version", ["town_code"], schema="landgis",
        postgresql_include=["parcel_id"], postgresql_where=sa.text("current"),
    )  # fmt: skip
    _ask_before_redrawing()
    for name in ("0020_rights.sql", "0020_policies.sql", "0020_open_views.sql"):
        run_file(name)


def downgrade() -> None:
    """Go back to a program that shows every row to whoever may read; the policy is given up with its table."""
    _put_back("0016_open_views.sql", r"CREATE (VIEW landgis_open\.\w+ AS\n.*?;)\n\n")
    _put_back("0002_history.sql", r"CREATE (PROCEDURE landgis\.show_ever\(.*?^\$\$;)")
    _put_back("0019_people.sql", r"CREATE (FUNCTION landgis\.looks_as\(.*?^\$\$;)")
    _put_back("0018_outlines.sql", r"CREATE (FUNCTION landgis\.outline_redrawn\(.*?^\$\$;)")
    run_file("0020_undone.sql")
    op.drop_index("parcel_version_town_idx", "parcel_version", schema="landgis")
    op.drop_table("access_rule", schema="landgis")


def _ask_before_redrawing() -> None:
    """Let nobody redraw a parcel of another town: what revision 0018 wrote, and one question more."""
    text = (SQL / "0018_outlines.sql").read_text(encoding="utf-8")
    found = re.search(r"CREATE (FUNCTION landgis\.outline_redrawn\(.*?^\$\$;)", text, re.DOTALL | re.MULTILINE)
    if found is None or found[1].count(_KNOWN) != 1:
        raise LookupError("outline_redrawn")
    op.execute(sa.text(f"CREATE OR REPLACE {found[1].replace(_KNOWN, _KNOWN + _ASKED)}".replace(":", "\\:")))


def _put_back(name: str, pattern: str) -> None:
    """Make what an earlier revision wrote of it."""
    found = re.findall(pattern, (SQL / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    if not found:
        raise LookupError(name)
    for statement in found:
        op.execute(sa.text(f"CREATE OR REPLACE {statement}".replace(":", "\\:")))
