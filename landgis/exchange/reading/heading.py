"""Whether the first row of a table is a heading, or a row of data that would be lost as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from landgis.domain.issue import shown
from landgis.errors import FileUnreadable

_DATA = re.compile(
    r"[+-]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?[%亩]?|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|是|否|有|无|真|假|√|×|true|false|yes|no",
    re.IGNORECASE,
)
"""A number, a day, a yes or a no: no column is called so."""


def require_heading(first: Sequence[str], source: str) -> None:
    """Refuse a table whose first row holds data: taken for a heading it would be lost, and name nothing.

    Parameters
    ----------
    first
        The first row, blanks around its cells left out.
    source
        Name of the file.

    Raises
    ------
    FileUnreadable
        Naming the cell that is no heading.
    """
    data = next((cell for cell in first if _DATA.fullmatch(cell)), None)
    if data is None:
        return
    raise FileUnreadable(
        f"无法读取 {source}：没有标题行，第一行含数据“{shown(data)}”",
        f"Cannot read {source}: it has no heading row; its first row holds the value “{shown(data)}”",
        where=source,
        next_zh="请在第一行写明各列名称：属性表须有 地块编号 等列，界址点表须有 点号、X坐标、Y坐标",
        next_en="Name the columns in the first row: a table of attributes needs 地块编号 (parcel_id), one of boundary "
        "points 点号, X坐标, Y坐标",
    )
