"""Views of the map that persons keep.

Revision 0024, after 0023.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import OF_0022, OF_0024, call_by_name, run_file

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookmark",
        sa.Column("bookmark_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        *_by_and_at("bookmark"),
        sa.CheckConstraint("btrim(name) <> '' AND length(name) <= 100", name=op.f("bookmark_name_check")),
        sa.CheckConstraint("length(state) <= 8000", name=op.f("bookmark_state_check")),
        sa.PrimaryKeyConstraint("bookmark_no", name=op.f("bookmark_pkey")),
        schema="landgis",
        comment="Views of the map that somebody keeps, for himself or for all (shared); state: what stood in the address",
    )
    op.create_table(
        "bookmark_end",
        sa.Column("bookmark_no", sa.Integer(), nullable=False),
        *_by_and_at("bookmark_end"),
        sa.ForeignKeyConstraint(
            ["bookmark_no"], ["landgis.bookmark.bookmark_no"], name=op.f("bookmark_end_bookmark_no_fkey")
        ),
        sa.PrimaryKeyConstraint("bookmark_no", name=op.f("bookmark_end_pkey")),
        schema="landgis",
        comment="Views that their owner keeps no longer",
    )
    run_file("0024_bookmarks.sql")
    call_by_name(OF_0024)


def downgrade() -> None:
    """Go back to a program without bookmarks; those that were kept are given up."""
    call_by_name(OF_0022)
    op.drop_table("bookmark_end", schema="landgis")
    op.drop_table("bookmark", schema="landgis")
    op.execute("DROP FUNCTION landgis.bookmark_ends()")


def _by_and_at(table: str) -> tuple[sa.Column[int], sa.Column[object], sa.ForeignKeyConstraint]:
    person = ["landgis.person.person_id"]
    return (
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], person, name=op.f(f"{table}_created_by_fkey")),
    )
