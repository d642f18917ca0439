"""Rows of a point table into plots. Every cell that cannot be used is named by its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from landgis.domain.issue import shown
from landgis.exchange.points.number_text import NotANumber, narrow, parse_degrees, parse_number
from landgis.exchange.points.point_columns import (
    COORDINATES,
    LATITUDE,
    NUMBER,
    PLOT,
    PLOT_NAME,
    RING,
    find_roles,
    looks_like_point_table,
)
from landgis.exchange.points.points_read import BoundaryPoint, Plot, refusal
from landgis.exchange.points.sheets import Cell, Sheet

_HEADING_WITHIN = 30
_PAIR = re.compile(r"([\u4e00-\u9fff]{2,10})\s*[:：=]\s*([^\s：:=；;，,、（）()]+)")
_POINT_NUMBER = re.compile(r"[A-Za-z]{0,3}[0-9]+")
_AREA_KEYS = ("面积", "地块面积", "宗地面积")
_PLOT_KEYS = ("地块编号", "宗地代码", "宗地编号", "地块编码", "宗地号", "地块号")


@dataclass
class SheetPoints:
    """What a sheet holds.

    Attributes
    ----------
    plots
        In the order of the rows.
    header
        ``key：value`` pairs of the rows above and below the points.
    remarks
        Rows of text after the last point.
    as_text
        Coordinates that stood as text in a workbook.
    unused
        Headings of columns that were not used.
    """

    plots: list[Plot] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)
    remarks: list[Sequence[Cell]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def find_heading(sheet: Sheet) -> int | None:
    """Return the place of the heading row among the first rows of a sheet, or None if it has none."""
    for place, row in enumerate(sheet.rows[:_HEADING_WITHIN]):
        if looks_like_point_table([cell.text for cell in row]):
            return place
    return None


def read_rows(name: str, sheet: Sheet, heading: int, plot_name: str) -> SheetPoints:
    """Read the points under a heading row.

    Parameters
    ----------
    name
        File.
    sheet
        The sheet.
    heading
        Place of its heading row.
    plot_name
        Identifier of the plot where neither a column nor the rows above name it.

    Raises
    ------
    FileUnreadable
        With the address of the cell: an ambiguous heading, a formula, a merged or empty coordinate, text that is no
        number, a row of text among the points, or no points at all.
    """
    roles = _single_roles(name, sheet.rows[heading])
    found = SheetPoints(unused=_unused(sheet.rows[heading], roles))
    for row in sheet.rows[:heading]:
        _note_pairs(row, found.header)
    for row in sheet.rows[heading + 1 :]:
        _read_row(name, row, roles, found, sheet.rows[heading])
    if not found.plots:
        raise refusal(name, sheet.rows[heading][0].place, "标题行下没有界址点", "there are no points under the heading")
    for remark in found.remarks:
        _note_pairs(remark, found.header)
    _name_single_plot(found, roles, plot_name)
    return found


def _single_roles(name: str, row: Sequence[Cell]) -> dict[str, int]:
    """Return role → column; a role that two columns claim cannot be settled."""
    roles = find_roles([cell.text for cell in row])
    pair = next(pair for pair in COORDINATES if all(role in roles for role in pair))
    needed = (*pair, NUMBER, RING, PLOT, PLOT_NAME)
    for role in needed:
        if len(roles.get(role, ())) > 1:
            cells = [row[place] for place in roles[role]]
            listed = "、".join(f"{cell.address}“{shown(cell.text)}”" for cell in cells)
            raise refusal(
                name, cells[1].place, f"有几列都像同一种内容：{listed}", f"several columns claim the same content: {listed}",
                "请只留一列，或拆成几个表", "Keep one of them, or split the table",
            )  # fmt: skip
    return {role: places[0] for role, places in roles.items() if role in needed}


def _unused(row: Sequence[Cell], roles: dict[str, int]) -> list[str]:
    used = set(roles.values())
    return [cell.text for place, cell in enumerate(row) if cell.text and place not in used and not cell.merged]


def _read_row(
    name: str, row: Sequence[Cell], roles: dict[str, int], found: SheetPoints, heading: Sequence[Cell]
) -> None:
    cells = {role: row[place] for role, place in roles.items() if place < len(row)}
    pair = [cells.get(role) for role in _pair(roles)]
    filled = [cell for cell in pair if cell is not None and cell.text]
    if not filled or any(cell.text.endswith((":", "：")) for cell in row):
        _row_without_point(name, row, cells, found)
        return
    if [cell.text for cell in row] == [cell.text for cell in heading]:
        return
    if found.remarks:
        remark = first_text(found.remarks[0])
        raise refusal(
            name, remark.place, f"界址点之间有无法识别的文字“{shown(remark.text)}”", f"text among the points: “{shown(remark.text)}”",
            "请删去这一行；不同地块请用地块编号列分开", "Delete the row; tell plots apart by a column 地块编号",
        )  # fmt: skip
    _require_usable(name, [cell or filled[0] for cell in pair], len(filled) < len(pair))
    north, east = (_coordinate(name, cell, roles) for cell in filled)
    texts = {role: cell.text for role, cell in cells.items()}
    point = BoundaryPoint(
        narrow(texts.get(NUMBER, "")),
        narrow(texts.get(RING, "")),
        north[0],
        east[0],
        min(north[1], east[1]),
        filled[0].place,
    )
    _plot_of(name, cells, found, point).points.append(point)


def _pair(roles: dict[str, int]) -> tuple[str, str]:
    return next(pair for pair in COORDINATES if pair[0] in roles)


def _row_without_point(name: str, row: Sequence[Cell], cells: dict[str, Cell], found: SheetPoints) -> None:
    """Keep a row of text; a point number without coordinates is a half row, a lone length is usual."""
    number = cells.get(NUMBER)
    if number is not None and not number.merged and _POINT_NUMBER.fullmatch(narrow(number.text)):
        raise refusal(name, number.place, f"点 {shown(number.text)} 没有坐标", f"point {shown(number.text)} has no coordinates",
                      "请补全坐标，或删去这一行", "Fill in its coordinates or delete the row")  # fmt: skip
    if any(cell.text and not cell.merged and not _is_figure(cell.text) for cell in row):
        found.remarks.append(row)


def first_text(row: Sequence[Cell]) -> Cell:
    """Return the first cell of a row of text that holds more than figures."""
    return next(cell for cell in row if cell.text and not _is_figure(cell.text))


def _is_figure(text: str) -> bool:
    return re.fullmatch(r"[0-9.]+", narrow(text)) is not None


def _require_usable(name: str, pair: Sequence[Cell], half: bool) -> None:
    for cell in pair:
        if cell.formula:
            said = shown(cell.text)
            raise refusal(
                name, cell.place, f"坐标是公式（{said}），不能确认其值", f"a formula ({said}): its value is not certain",
                "请把坐标列“选择性粘贴为数值”后再存", "Paste the coordinates as values and save again",
            )  # fmt: skip
        if cell.merged:
            raise refusal(name, cell.place, "坐标单元格是合并的", "a merged coordinate cell",
                          "请取消合并并逐行填写", "Unmerge it and fill in every row")  # fmt: skip
    if half:
        raise refusal(name, pair[0].place, "这一行只有一个坐标", "this row has one coordinate only",
                      "请补全 X 和 Y", "Fill in both X and Y")  # fmt: skip


def _coordinate(name: str, cell: Cell, roles: dict[str, int]) -> tuple[float, int]:
    try:
        return parse_degrees(cell.text) if LATITUDE in roles else parse_number(cell.text)
    except NotANumber as error:
        raise refusal(name, cell.place, error.zh, error.en, "请更正这一格", "Correct this cell") from error


def _plot_of(name: str, cells: dict[str, Cell], found: SheetPoints, point: BoundaryPoint) -> Plot:
    """Return the plot that a point belongs to, beginning it where the identifier changes."""
    if PLOT not in cells:
        if not found.plots:
            found.plots.append(Plot({}, [], point.place))
        return found.plots[-1]
    cell = cells[PLOT]
    if not cell.text:
        raise refusal(
            name, cell.place, "没有地块编号", "no plot identifier", "请逐行填写地块编号，或合并同一地块的单元格",
            "Fill in the identifier in every row, or merge the cells of one plot",
        )  # fmt: skip
    if not found.plots or found.plots[-1].fields["地块编号"] != cell.text:
        named = cells.get(PLOT_NAME)
        found.plots.append(Plot({"地块编号": cell.text, "地块名称": named.text if named else ""}, [], point.place))
    return found.plots[-1]


def _name_single_plot(found: SheetPoints, roles: dict[str, int], plot_name: str) -> None:
    """Give the only plot of a sheet its identifier, name and area from the rows around the points."""
    if PLOT in roles:
        return
    said = found.header
    identifier = next((said[key] for key in _PLOT_KEYS if key in said), plot_name)
    fields = {"地块编号": identifier, "地块名称": said.get("地块名称", said.get("宗地名称", ""))}
    area = next((said[key] for key in _AREA_KEYS if key in said), "")
    only = found.plots[0]
    found.plots[0] = Plot(fields, only.points, only.place, None, area)


def _note_pairs(row: Sequence[Cell], header: dict[str, str]) -> None:
    """Note what the rows around the points say: ``坐标系：…`` in one cell, or the label in one and the value in the next."""
    texts = [cell.text for cell in row if cell.text and not cell.merged]
    for key, value in _joined(texts):
        header.setdefault(key, value)


def _joined(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, text in enumerate(texts):
        if text.rstrip().endswith((":", "：")) and place + 1 < len(texts):
            yield text.rstrip(" :："), texts[place + 1]
        yield from _PAIR.findall(text)
