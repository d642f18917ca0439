"""GeoPackage: one SQLite database, looked at with SQLite itself before GDAL opens it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pyogrio

from landgis.exchange.reading.detect import GEOPACKAGE, Part, unreadable
from landgis.exchange.reading.geopackage_proof import (
    contradicts,
    other_systems,
    quoted,
    require_count,
    require_package,
    require_size,
    require_sound,
    what_else,
    without_geometry,
)
from landgis.exchange.reading.ogr_rows import ogr_rows
from landgis.exchange.reading.opened import Delivered, Opened

_STEPS, _ROUNDS = 100_000, 300
"""Steps of SQLite between two looks at the clock, and how many looks any file has; one more per 100 kB."""


def look(found: Delivered) -> tuple[Part, ...]:
    """Return the layers with geometry, after proving that the database is whole and holds nothing that runs.

    Raises
    ------
    FormatUnknown, FileUnreadable
        If it is another database; damaged, cut off, or with virtual tables.
    """
    path, source = found.plain, found.source
    require_size(path, source)
    try:
        with closing(_connect(path)) as database:
            require_package(database, source)
            require_sound(database, source)
    except sqlite3.DatabaseError as error:
        raise unreadable(source, f"数据库已损坏（{error}）", f"the database is damaged ({error})") from error
    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    return tuple(Part(name, GEOPACKAGE, str(path), name, (found.path,)) for name in layers)


@contextmanager
def open_layer(part: Part, where: str, _: str | None) -> Iterator[Opened]:
    """Open one layer; the rows and the empty geometries are counted by SQLite."""
    with closing(_connect(Path(part.uri))) as database, _ending(where):
        table = quoted(part.layer or part.name)
        rows = int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - quoted identifier
        nothing = without_geometry(database, part.layer or part.name)
        require_count(database, part.layer or part.name, rows, where)
        doubt = contradicts(database, part.layer or part.name, where)
        others = other_systems(database, part.layer or part.name, where)
        issues = (*what_else(database, where), *others, *doubt)
    with ogr_rows(part) as found:
        crs = None if doubt else found.crs
        yield Opened(
            found.columns, found.batches, crs, rows, nothing, "UTF-8", f"{GEOPACKAGE} is UTF-8", found.personal,
            issues, late_issues=lambda: found.issues(where),
        )  # fmt: skip


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA temp_store = MEMORY")
    rounds = iter(range(_ROUNDS + path.stat().st_size // _STEPS))
    database.set_progress_handler(lambda: next(rounds, None) is None, _STEPS)
    return database


@contextmanager
def _ending(where: str) -> Iterator[None]:
    """Tell a query that was stopped: only a view can go on for longer than the file is large."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        raise unreadable(where, "视图产生的行数没有止境", "its view makes rows without end") from error
