"""What spreadsheets need: text that must not run as a formula, files that do not carry the clock."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

from openpyxl.cell import Cell

_CORE = "docProps/core.xml"
_PROPERTIES = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
)
"""Properties of a workbook without the clock. Written by ourselves: how the library names its spaces hangs on what else the
process has loaded."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA_STARTS)


def neutralised(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run, so that it stays text."""
    return f"'{text}" if is_formula_like(text) else text


def put(cell: Cell, value: object) -> None:
    """Set a value; text stays text even where it looks like a formula, and what is no text and no number is left out."""
    cell.value = value if isinstance(value, (str, int, float, Decimal)) else None
    if isinstance(value, str) and is_formula_like(value):
        cell.data_type = "s"
        cell.quotePrefix = True


def without_clock(raw: io.BytesIO) -> dict[str, bytes]:
    """Return the entries of a workbook with a fixed date in place of the clock: the same content, the same bytes."""
    with zipfile.ZipFile(raw) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    return entries | {_CORE: _PROPERTIES.encode()}
