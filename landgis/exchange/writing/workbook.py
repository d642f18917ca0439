"""xlsx: every layer a sheet with its headings in the first row; numbers stay numbers, text stays text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import require_same_layer
from landgis.exchange.writing.spreadsheet import is_formula_like, without_clock
from landgis.exchange.writing.stored import StoredLayer

_CONTROLS = "".join(map(chr, (*range(9), 11, 12, *range(13, 32), 0xFFFE, 0xFFFF)))
LIMITS = Limits(
    fields=16_384, rows=1_048_575, layer_chars=31, layer_forbidden="[]:*?/\\'", text_chars=32_767, forbidden=_CONTROLS,
    empty_text=False, flags=False, days=False, whole=10**15, digits=15, finite=True, geometry=frozenset(), tables=True,
)  # fmt: skip


def put(draft: Path, layers: Sequence[StoredLayer], _: WritingOptions, limits: Limits) -> None:
    """Write one sheet to a layer, and prove that they read back."""
    book = Workbook(write_only=True)
    for layer in layers:
        page = book.create_sheet(layer.name)
        page.append([_cell(page, one.alias or one.name) for one in layer.fields])
        for row in zip(*(layer.table[one.name].to_pylist() for one in layer.fields), strict=True):
            page.append([_cell(page, value) for value in row])
    raw = io.BytesIO()
    book.save(raw)
    pack(draft, without_clock(raw))
    _require_same(draft, layers, limits)


XLSX = Format("xlsx", ".xlsx", "Excel 工作簿", "Excel workbook", LIMITS, put)


def _cell(page: WriteOnlyWorksheet, value: object) -> object:
    """Return text as text, whatever it looks like; numbers and nothing as they are."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value)
    cell.data_type = "s"
    if is_formula_like(value):
        cell.quotePrefix = True
    return cell


def _array(cells: Sequence[object], kind: pa.DataType) -> pa.Array:
    """Return cells in their type; a number without decimals reads as a whole one, however large."""
    if pa.types.is_floating(kind):
        cells = [float(value) if isinstance(value, int) else value for value in cells]
    return pa.array(cells, kind)


def _require_same(draft: Path, layers: Sequence[StoredLayer], limits: Limits) -> None:
    book = openpyxl.load_workbook(draft, read_only=True)
    try:
        for layer in layers:
            rows = list(book[layer.name].iter_rows(min_row=2, max_col=len(layer.fields), values_only=True))
            columns = list(zip(*rows, strict=True)) if rows else [()] * len(layer.fields)
            arrays = [_array(cells, field.type) for cells, field in zip(columns, layer.table.schema, strict=True)]
            table = pa.table(arrays, schema=layer.table.schema) if arrays else layer.table
            require_same_layer(layer, table, None, limits, f"{draft.name}:{layer.name}")
    finally:
        book.close()
