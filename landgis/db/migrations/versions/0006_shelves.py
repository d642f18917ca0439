"""Features of a release on a shelf of their own.

Revision 0006, after 0005.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    _put_aside("CALL landgis.keep_no_longer('layer_feature')")
    op.execute("ALTER TABLE landgis.layer_feature_aside DROP CONSTRAINT layer_feature_layer_release_fkey")
    op.execute(
        "CREATE TABLE landgis.layer_feature (LIKE landgis.layer_feature_aside INCLUDING CONSTRAINTS INCLUDING COMMENTS)"
        " PARTITION BY LIST (layer)"
    )
    op.execute(
        "COMMENT ON TABLE landgis.layer_feature IS"
        " 'One partition per release, filled through open_shelf and close_shelf by the transaction of the release'"
    )
    _index()
    op.execute(sa.text((_SQL / "0006_shelves.sql").read_text(encoding="utf-8").replace(":", "\\:")))
    op.execute("CALL landgis.keep_forever('layer_feature')")
    op.execute("GRANT SELECT ON landgis.layer_feature TO landgis_app, landgis_read")
    _move("SELECT layer, name FROM landgis.layer_release ORDER BY created_at, layer, name")
    op.execute("DROP TABLE landgis.layer_feature_aside")
    _seal()


def downgrade() -> None:
    op.execute("CALL landgis.keep_no_longer('layer_feature')")
    op.execute("DROP FUNCTION landgis.open_shelf(text, text), landgis.close_shelf(text, text, text)")
    op.execute("CREATE TABLE landgis.layer_feature_flat (LIKE landgis.layer_feature INCLUDING CONSTRAINTS)")
    op.execute("INSERT INTO landgis.layer_feature_flat SELECT * FROM landgis.layer_feature")
    op.execute("DROP TABLE landgis.layer_feature")
    op.execute("DROP SEQUENCE landgis.shelf_number")
    op.execute("ALTER TABLE landgis.layer_feature_flat RENAME TO layer_feature")
    _index()
    op.execute(
        "ALTER TABLE landgis.layer_feature ADD CONSTRAINT layer_feature_layer_release_fkey FOREIGN KEY (layer, release)"
        " REFERENCES landgis.layer_release (layer, name)"
    )
    op.execute(
        "CREATE TRIGGER sealed AFTER INSERT ON landgis.layer_feature REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('layer_release', 'p.layer = n.layer AND p.name = n.release')"
    )
    op.execute("GRANT SELECT ON landgis.layer_feature TO landgis_app, landgis_read")
    op.execute("GRANT INSERT ON landgis.layer_feature TO landgis_app")
    op.execute("CALL landgis.keep_forever('layer_feature')")


def _put_aside(release_triggers: str) -> None:
    op.execute(release_triggers)
    op.execute("ALTER TABLE landgis.layer_feature RENAME TO layer_feature_aside")
    op.execute("ALTER INDEX landgis.layer_feature_pkey RENAME TO layer_feature_aside_pkey")
    op.execute("ALTER INDEX landgis.layer_feature_geom_gist RENAME TO layer_feature_aside_geom_gist")


def _index() -> None:
    op.execute(
        "ALTER TABLE landgis.layer_feature ADD CONSTRAINT layer_feature_pkey PRIMARY KEY (layer, release, feature_id)"
    )
    op.execute("CREATE INDEX layer_feature_geom_gist ON landgis.layer_feature USING gist (geom)")


def _seal() -> None:
    """Close the front door and every shelf: features come in through ``close_shelf`` alone."""
    tables = "SELECT c.oid::regclass::text FROM pg_class c WHERE c.oid = 'landgis.layer_feature'::regclass OR c.relispartition"
    kinds = " AND c.relkind IN ('r', 'p') AND c.relnamespace = 'landgis'::regnamespace"
    for name in op.get_bind().scalars(sa.text(tables + kinds)).all():
        op.execute(
            f"CREATE TRIGGER sealed BEFORE INSERT ON {name} FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()"
        )


def _move(releases: str) -> None:
    """Give every release that is there its shelf; only the owner of the tables may skip the question whose it is."""
    connection = op.get_bind()
    for number, (layer, name) in enumerate(connection.execute(sa.text(releases)).all(), start=1):
        rack, shelf = f"layer_feature_{layer}", f"layer_feature_{layer}_{number}"
        if connection.scalar(sa.text("SELECT to_regclass(:name)"), {"name": f"landgis.{rack}"}) is None:
            op.execute(
                f"CREATE TABLE landgis.{rack} PARTITION OF landgis.layer_feature FOR VALUES IN ('{layer}')"
                " PARTITION BY LIST (release)"
            )
        literal = name.replace("'", "''").replace(":", "\\:")
        op.execute(sa.text(f"CREATE TABLE landgis.{shelf} PARTITION OF landgis.{rack} FOR VALUES IN ('{literal}')"))
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.{shelf}"
            " FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()"
        )
        connection.execute(sa.text("SELECT setval('landgis.shelf_number', :number)"), {"number": number})
    op.execute("INSERT INTO landgis.layer_feature SELECT * FROM landgis.layer_feature_aside")
