"""Alembic's entry: run the migrations on the connection that was handed in."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from landgis.db.tables import METADATA, SCHEMA


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    del parents
    if kind == "table" and name is not None and name.startswith("layer_feature_"):
        return False  # partitions: one per release, made when it is stored
    return kind != "schema" or name == SCHEMA


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=_is_ours,
        include_object=alembic_helpers.include_object,
        render_item=alembic_helpers.render_item,
        process_revision_directives=alembic_helpers.writer,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
