"""Reading plain tables (CSV, xlsx): every cell as text, so that no code loses its zeros. The child does the reading."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from landgis.errors import FileMissing
from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.fields import is_personal
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.original import copy_in
from landgis.exchange.reading.text_evidence import require_encoding

_JOB = "landgis.exchange.reading.table_rows:read"


def read_table(path: str | Path, *, sheet: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """Read a table with a heading row; empty cells are missing, fields with personal data are left out.

    Parameters
    ----------
    path
        CSV or xlsx; the content decides.
    sheet
        Which sheet of a workbook, where several have content.
    encoding
        Text encoding of a CSV as a person states it. Without it only text that proves itself is read: UTF-8 by its
        mark or by its bytes, and plain ASCII.

    Returns
    -------
    pandas.DataFrame
        Text columns, rows in file order.

    Raises
    ------
    FileMissing, FileUnreadable, LayerEmpty
        No such file; no table, too large, or rows of uneven length; a heading without rows.
    UsageError
        If several sheets have content, or none is called so; if there is no such encoding.
    EncodingUnknown
        If the text does not prove its encoding, or is not in the one stated; with candidates and a preview.
    """
    source = Path(path)
    if not source.is_file():
        raise FileMissing(
            f"没有文件 {source}",
            f"There is no file {source}",
            where=str(source),
            next_zh="请核对路径",
            next_en="Check the path",
        )
    if encoding is not None:
        require_encoding(encoding, source.name)
    with open_room() as room:
        copy = copy_in(source, room.folder)
        request = {"source": source.name, "file": str(copy), "sheet": sheet, "encoding": encoding}
        limits = limits_for(copy.stat().st_size, unpacks=True)
        told = room.run(_JOB, request, limits, needs="landgis.exchange.points.sheets")
    table = pd.DataFrame(told["rows"], columns=told["heading"], dtype="str")
    return table[[name for name in told["heading"] if not is_personal(name)]]
