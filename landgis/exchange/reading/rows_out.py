"""Writing a layer's rows inside the confined child, and proving on the way that they are all there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from landgis.domain.issue import shown
from landgis.errors import FileUnreadable
from landgis.exchange.reading.detect import unreadable
from landgis.exchange.reading.opened import Opened
from landgis.exchange.reading.plain_columns import plain, undecodable

ROWS_FILE = "rows.arrow"
GEOMETRY = "geometry"
MOST_TEXT_BYTES = 4 * 1024**2


@dataclass
class Tally:
    """What was counted while the rows went by."""

    rows: int = 0
    without_geometry: int = 0
    empty_cells: list[int] = field(default_factory=list)
    undecodable: int = 0


def write_rows(opened: Opened, folder: Path, where: str) -> Tally:
    """Write every row into the room's Arrow file.

    Columns are numbered, not named: names are foreign text, and two may be alike.

    Raises
    ------
    FileUnreadable
        If the file promised other rows than were read, or says of a row that it has a geometry which was not read.
    """
    tally = Tally()
    with (folder / ROWS_FILE).open("wb") as sink:
        writer, schema = None, None
        for wkb, columns in opened.batches:
            tally.undecodable += sum(undecodable(column) for column in columns)
            arrays = [wkb, *(plain(column) for column in columns)]
            _require_short(arrays[1:], opened.columns, where)
            if writer is None:
                schema = _schema(arrays)
                writer = ipc.new_file(sink, schema)
            _require_declared(wkb, opened.nothing, tally.rows, where)
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            _count(tally, wkb, arrays[1:])
        if writer is None:
            writer = ipc.new_file(sink, _schema([pa.array([], pa.binary())]))
        writer.close()
    _require_all(opened, tally, where)
    return tally


def _schema(arrays: Sequence[pa.Array]) -> pa.Schema:
    """Return the schema of one file: geometry first, then the columns by number."""
    names = [GEOMETRY, *(str(number) for number in range(len(arrays) - 1))]
    return pa.schema([pa.field(name, array.type) for name, array in zip(names, arrays, strict=True)])


def _count(tally: Tally, wkb: pa.Array, columns: Sequence[pa.Array]) -> None:
    tally.rows += len(wkb)
    tally.without_geometry += wkb.null_count
    before = tally.empty_cells or [0] * len(columns)
    tally.empty_cells = [count + column.null_count for count, column in zip(before, columns, strict=True)]


def _require_short(columns: Sequence[pa.Array], names: Sequence[str], where: str) -> None:
    """Refuse a cell with more text than any attribute has: it would only be carried along and shown."""
    for name, column in zip(names, columns, strict=True):
        if (
            column.type in (pa.string(), pa.binary())
            and (pc.max(pc.binary_length(column)).as_py() or 0) > MOST_TEXT_BYTES
        ):
            most = MOST_TEXT_BYTES // 1024**2
            raise unreadable(
                where,
                f"字段 {shown(name)} 有一个值超过 {most} MB，不像属性",
                f"a value of field {shown(name)} is larger than {most} MB and no attribute",
            )


def _require_declared(wkb: pa.Array, nothing: npt.NDArray[np.bool_] | int | None, first: int, where: str) -> None:
    """Refuse a row whose geometry was not read although the file says that it has one."""
    if not isinstance(nothing, np.ndarray) or wkb.null_count == 0:
        return
    missing = np.flatnonzero(np.asarray(wkb.is_null()))
    lost = missing[(missing + first >= len(nothing)) | ~nothing[np.minimum(missing + first, len(nothing) - 1)]]
    if len(lost):
        row = int(lost[0]) + first + 1
        raise unreadable(where, f"第 {row} 行图形读不出", f"the geometry of row {row} cannot be read")


def _require_all(opened: Opened, tally: Tally, where: str) -> None:
    if opened.promised is not None and tally.rows != opened.promised:
        raise _short(where, opened.promised, tally.rows)
    if isinstance(opened.nothing, int) and opened.nothing != tally.without_geometry:
        lost = tally.without_geometry - opened.nothing
        raise unreadable(where, f"{lost} 个图形读不出", f"{lost} geometries cannot be read")


def _short(where: str, promised: int, read: int) -> FileUnreadable:
    return unreadable(where, f"应有 {promised} 个要素，只读到 {read} 个", f"{promised} features promised, {read} read")
