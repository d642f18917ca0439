"""The record of a run by hash: what it stood on, what it gave, and what the features of a release are.

Revision 0010, after 0009.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"
_PER_PARCEL = ("outline_hash", "facts_hash")


def upgrade() -> None:
    """Add the hashes; those of releases that are there are taken now, and runs that are there have none."""
    op.create_table(
        "release_hash",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("features", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at_import", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["layer", "name"],
            ["landgis.layer_release.layer", "landgis.layer_release.name"],
            name=op.f("release_hash_layer_name_fkey"),
        ),
        sa.PrimaryKeyConstraint("layer", "name", name=op.f("release_hash_pkey")),
        schema="landgis",
        comment="What the features of a release are, in one hash; at_import: taken by the transaction that stored them",
    )
    op.execute(sa.text((_SQL / "0010_hashes.sql").read_text(encoding="utf-8").replace(":", "\\:")))
    op.execute(
        "INSERT INTO landgis.release_hash SELECT r.layer, r.name, hashed.features, hashed.sha256, false"
        " FROM landgis.layer_release r, LATERAL landgis.features_hash(r.layer, r.name) hashed"
    )
    op.execute("CALL landgis.keep_forever('release_hash')")
    op.execute("GRANT SELECT ON landgis.release_hash TO landgis_app, landgis_read")
    op.add_column("screening_run", sa.Column("record", postgresql.JSONB(none_as_null=True)), schema="landgis")
    for name in _PER_PARCEL:
        op.add_column("run_parcel", sa.Column(name, sa.Text()), schema="landgis")


def downgrade() -> None:
    for name in _PER_PARCEL:
        op.drop_column("run_parcel", name, schema="landgis")
    op.drop_column("screening_run", "record", schema="landgis")
    op.execute(_closing_before())
    op.drop_table("release_hash", schema="landgis")
    op.execute("DROP FUNCTION landgis.features_hash(text, text)")


def _closing_before() -> sa.TextClause:
    """Return ``close_shelf`` as revision 0006 wrote it."""
    text = (_SQL / "0006_shelves.sql").read_text(encoding="utf-8")
    found = re.search(r"CREATE FUNCTION (landgis\.close_shelf\(.*?^\$\$;)", text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise LookupError("close_shelf")
    return sa.text(f"CREATE OR REPLACE FUNCTION {found[1]}".replace(":", "\\:"))
