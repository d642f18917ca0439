"""Boundary points as a workbook (界址点成果表): one sheet, one row a point, that reads back exactly."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import shapely
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from landgis.crs import name_of
from landgis.errors import ContractBroken, FileUnreadable
from landgis.exchange.points.point_table import read_point_table
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.boundary_plots import DECIMALS, BoundaryPlot, Polygonal, broken, rings_of, rounded
from landgis.exchange.writing.boundary_text import BoundaryHeader, zone_of_header
from landgis.exchange.writing.spreadsheet import put, without_clock

TITLE = "界址点成果表"
_HEADINGS = {"地块编号": 22, "地块名称": 22, "圈号": 7, "点号": 8, "X坐标(m)": 17, "Y坐标(m)": 17, "边长(m)": 11}
_HEADING_ROW = 4
_THIN = Border(*(Side(style="thin", color="9AA5B1") for _ in range(4)))
_FILL = PatternFill("solid", fgColor="DCE6EE")
_ROWS_MOST = 1_000_000


def write_point_workbook(
    path: str | Path, plots: Sequence[BoundaryPlot], *, header: BoundaryHeader, precision: int = 3
) -> None:
    """Write plots as a table of boundary points, replacing a file of that name; the same content gives the same bytes.

    X is north, Y east. Points are numbered through each plot, a ring repeats its first point, and the length stands
    beside the point that a side begins at.

    Parameters
    ----------
    path
        Target ``.xlsx``.
    plots, header, precision
        As `write_boundary_text` takes them.

    Raises
    ------
    ContractBroken
        If the CRS has no place in the header, two plots have one identifier, a text cannot stand in a workbook,
        rounding would merge points, or there are more points than a sheet has rows.
    GeometryInvalid
        If a plot is not a valid polygon, before or after rounding.
    FileUnreadable
        If the file does not read back as written; nothing is left behind then.
    """
    target = Path(path)
    numbers = [plot.number for plot in plots]
    if not plots or len(set(numbers)) < len(numbers) or "" in numbers or precision not in DECIMALS:
        raise broken(
            target, "没有地块、地块编号重复或为空、小数位数不在 2–6", "no plots, identifiers repeated or empty, or decimals not 2 to 6",
            "请核对地块编号与小数位数", "Check the identifiers and the decimals",
        )  # fmt: skip
    shapes = [rounded(target, plot, precision) for plot in plots]
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise ContractBroken("无法新建工作表", "No sheet can be made", where=str(target))
    try:
        _write_head(sheet, target, header, len(plots))
        last = _write_points(sheet, plots, shapes, precision)
    except IllegalCharacterError as error:
        raise ContractBroken(
            f"文字含控制字符：{error}", f"A text has control characters: {error}", where=str(target)
        ) from error
    _lay_out(sheet, last, precision)
    raw = io.BytesIO()
    book.save(raw)
    with replacing(target) as draft:
        pack(draft, without_clock(raw))
        _read_back(draft, plots, shapes, header)


def _write_head(sheet: Worksheet, target: Path, header: BoundaryHeader, count: int) -> None:
    zone = zone_of_header(target, header)
    sheet.title = TITLE
    put(sheet.cell(1, 1), TITLE)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    said = {
        "坐标系": "2000国家大地坐标系",
        "几度分带": str(zone.width),
        "带号": str(zone.number),
        "数据产生日期": header.produced_on.isoformat(),
    }
    put(sheet.cell(2, 1), "　".join(f"{key}：{text}" for key, text in said.items()))
    told = {"地块数": str(count), **header.project}
    put(
        sheet.cell(3, 1),
        "　".join([f"数据产生单位：{header.producer}", *(f"{key}：{text}" for key, text in told.items())]),
    )
    for column, heading in enumerate(_HEADINGS, 1):
        cell = sheet.cell(_HEADING_ROW, column, heading)
        cell.font, cell.fill, cell.border = Font(bold=True), _FILL, _THIN
        cell.alignment = Alignment(horizontal="center")


def _write_points(sheet: Worksheet, plots: Sequence[BoundaryPlot], shapes: Sequence[Polygonal], precision: int) -> int:
    """Write the rows and return the last one's number."""
    number = _HEADING_ROW
    for plot, shape in zip(plots, shapes, strict=True):
        for row in _rows(shape, precision):
            number += 1
            if number > _ROWS_MOST:
                raise ContractBroken(
                    f"界址点超过 {_ROWS_MOST} 行", f"more than {_ROWS_MOST} rows of points", where=plot.number,
                    next_zh="请分成几个文件", next_en="Split it into several files",
                )  # fmt: skip
            for column, value in enumerate((plot.number, plot.name, *row), 1):
                put(sheet.cell(number, column), value)
    return number


def _rows(shape: Polygonal, precision: int) -> Iterator[tuple[str, str, float, float, float | None]]:
    """Yield ring, point, X, Y and the length to the next point; none beside a repeated first point."""
    number = 0
    for ring, vertices in enumerate(rings_of(shape), 1):
        first = number + 1
        for here, onward in zip(vertices, [*vertices[1:], vertices[0]], strict=True):
            number += 1
            length = math.hypot(onward[0] - here[0], onward[1] - here[1])
            yield str(ring), f"J{number}", here[1], here[0], round(length, precision)
        yield str(ring), f"J{first}", vertices[0][1], vertices[0][0], None


def _lay_out(sheet: Worksheet, last: int, precision: int) -> None:
    """Widths, borders, number formats, and an A4 page that repeats the headings."""
    formats = {5: f"0.{'0' * precision}", 6: f"0.{'0' * precision}", 7: "0.00"}
    for column, width in enumerate(_HEADINGS.values(), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        for row in range(_HEADING_ROW + 1, last + 1):
            cell = sheet.cell(row, column)
            cell.border = _THIN
            cell.number_format = formats.get(column, "General")
    sheet.freeze_panes = f"A{_HEADING_ROW + 1}"
    sheet.print_title_rows = f"1:{_HEADING_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", 9  # 9 is A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _read_back(draft: Path, plots: Sequence[BoundaryPlot], shapes: Sequence[Polygonal], header: BoundaryHeader) -> None:
    read = read_point_table(draft)
    same = read.crs_label == name_of(header.crs) and read.table["地块编号"].tolist() == [plot.number for plot in plots]
    same = same and all(
        shapely.normalize(one).equals_exact(shapely.normalize(other), 0.0)
        for one, other in zip(read.geometry, shapes, strict=True)
    )
    if not same:
        raise FileUnreadable(
            f"写出的 {draft.name} 未能原样读回",
            f"{draft.name} does not read back as written",
            where=draft.name,
            next_zh="文件未保存；请核对图形与文字",
            next_en="Nothing was saved: check geometry and texts",
        )
