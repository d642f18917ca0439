"""GeoPackage: layers, captions, styles and metadata in one file that loses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.ogr_layers import put_layer, read_layer, reproducible
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import differs, require_same_layer
from landgis.exchange.writing.stored import StoredLayer

LIMITS = Limits(fields=2000, reserved=frozenset({"fid", "geom"}), tables=True, mixed=True)
"""SQLite holds 2,000 columns. Infinite numbers, missing and empty: all as they are."""
_DATE = "2000-01-01T00:00:00.000Z"
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT,
  f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT, ui TEXT, update_time DATETIME)
"""
_METADATA = """
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')
"""
_REFERENCE = """
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))
"""
_EXTENSION = ("gpkg_metadata", "http://www.geopackage.org/spec/#extension_metadata", "read-write")
_ISO_19139 = "http://www.isotc211.org/2005/gmd"


def put(draft: Path, layers: Sequence[StoredLayer], options: WritingOptions, limits: Limits) -> None:
    """Write layers, then styles and metadata where given, and prove that all read back."""
    with reproducible():
        for number, layer in enumerate(layers):
            put_layer(draft, layer, "GPKG", {}, append=number > 0)
    styles = [
        (layer.name, layer.alias, options.layer(layer.title).qml, options.layer(layer.title).sld) for layer in layers
    ]
    _put_inside(draft, [style for style in styles if style[2] or style[3]], options.metadata_xml)
    for layer in layers:
        table, shapes = read_layer(draft, layer.name)
        require_same_layer(layer, table, shapes, limits, f"{draft.name}:{layer.name}")


GEOPACKAGE = Format("geopackage", ".gpkg", "GeoPackage", "GeoPackage", LIMITS, put)


def _put_inside(draft: Path, styles: Sequence[tuple[str, str, str, str]], metadata_xml: str) -> None:
    """Add the tables by which QGIS finds styles, and the standard's tables for metadata."""
    if not styles and not metadata_xml:
        return
    with closing(sqlite3.connect(draft)) as database, database:
        database.execute("PRAGMA journal_mode = OFF")
        if styles:
            _put_styles(database, styles)
        if metadata_xml:
            _put_metadata(database, metadata_xml)
    with closing(sqlite3.connect(draft)) as database:
        kept = _rows(database, "SELECT f_table_name, styleName, styleQML, styleSLD FROM layer_styles", bool(styles))
        told = _rows(database, "SELECT metadata FROM gpkg_metadata", bool(metadata_xml))
    if kept != list(styles) or told != [(metadata_xml,)] * bool(metadata_xml):
        raise differs(draft.name, "样式或元数据不一", "styles or metadata differ")


def _rows(database: sqlite3.Connection, query: str, there: bool) -> list[tuple[object, ...]]:
    return database.execute(query).fetchall() if there else []


def _put_styles(database: sqlite3.Connection, styles: Sequence[tuple[str, str, str, str]]) -> None:
    database.execute(_STYLES)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, ?, ?, ?)",
        ("layer_styles", "attributes", "layer_styles", _DATE),
    )
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
        " styleQML, styleSLD, useAsDefault, description, owner, update_time)"
        " VALUES ('', '', ?, 'geom', ?, ?, ?, 1, '', '', ?)",
        [(*style, _DATE) for style in styles],
    )


def _put_metadata(database: sqlite3.Connection, text: str) -> None:
    database.execute(_METADATA)
    database.execute(_REFERENCE)
    database.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)"
        " VALUES (?, NULL, ?, ?, ?)",
        [(table, *_EXTENSION) for table in ("gpkg_metadata", "gpkg_metadata_reference")],
    )
    database.execute("INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'text/xml', ?)", (_ISO_19139, text))
    database.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)", (_DATE,)
    )
