"""The text of a shapefile's table as bytes, before anybody decides how to decode it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landgis.exchange.reading.shapefile import LIVE, Bytes, read_int

_CHUNK_ROWS = 10_000
Row = dict[bytes, bytes]


@dataclass(frozen=True)
class _Field:
    """A text field: its name, and where in a record it stands."""

    name: bytes
    start: int
    size: int


def text_cells(dbf: Path) -> list[bytes]:
    """Return the distinct field names and text cells of a table, blanks trimmed."""
    table = _Table(dbf)
    cells = set(table.names)
    for records in table.chunks():
        for field in table.fields:
            column = np.ascontiguousarray(records[:, field.start : field.start + field.size])
            cells.update(np.unique(column.view(f"S{field.size}").ravel()).tolist())
    return [cell.rstrip(b" \0") for cell in cells]


def live_rows(dbf: Path) -> Iterator[Row]:
    """Yield the rows with text beyond ASCII, as field name → cell, in file order; deleted records left out."""
    table = _Table(dbf)
    for records in table.chunks():
        beyond = (records[:, 0] == LIVE) & (records[:, 1:] > 0x7F).any(axis=1)
        for record in records[beyond]:
            cells = {field.name: record[field.start : field.start + field.size].tobytes() for field in table.fields}
            yield {name: cell.split(b"\0")[0].strip() for name, cell in cells.items()}


class _Table:
    """A table's heading, and its records in pieces."""

    def __init__(self, dbf: Path) -> None:
        self.data: Bytes = np.memmap(dbf, dtype=np.uint8, mode="r")
        self.rows, self.head, self.width = (
            read_int(self.data, place, form) for place, form in ((4, "<I"), (8, "<H"), (10, "<H"))
        )
        self.names: list[bytes] = []
        self.fields: list[_Field] = []
        start = 1
        for place in range(32, self.head - 1, 32):
            field = self.data[place : place + 32].tobytes()
            if field[0] == 0x0D or len(field) < 32:
                break
            text = field[11:12] == b"C"
            size = field[16] + (field[17] << 8 if text else 0)
            self.names.append(field[:11].split(b"\0")[0])
            if text and size and self.rows:
                self.fields.append(_Field(self.names[-1], start, size))
            start += size

    def chunks(self) -> Iterator[Bytes]:
        """Yield records, shape (rows, bytes of a record)."""
        step = _CHUNK_ROWS * self.width
        end = self.head + self.rows * self.width
        for start in range(self.head, end, step):
            yield self.data[start : min(start + step, end)].reshape(-1, self.width)
