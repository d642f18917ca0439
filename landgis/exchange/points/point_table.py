"""Reading tables of boundary points (界址点成果表): workbooks and CSV, X or Y first, metres or degrees."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import LayerEmpty
from landgis.exchange.points.built import build_plots
from landgis.exchange.points.complete import prove_complete, stated_plots
from landgis.exchange.points.point_columns import WORDS, looks_like_point_table
from landgis.exchange.points.point_rows import SheetPoints, find_heading, first_text, read_rows
from landgis.exchange.points.points_read import PointsRead, refusal
from landgis.exchange.points.sheets import Book, Sheet, choose_sheets, read_book

__all__ = ["looks_like_point_table", "read_point_table"]


def read_point_table(path: str | Path, *, sheet: str | None = None, encoding: str | None = None) -> PointsRead:
    """Read the plots of a table of boundary points as they are.

    The heading row may stand anywhere in the first thirty rows; what stands above and below the points as
    ``坐标系：…``, ``带号：…``, ``地块编号：…`` or ``面积：…`` counts as header.

    Parameters
    ----------
    path
        Workbook (xlsx) or CSV.
    sheet
        Only this sheet; without it every sheet that is not hidden and has a heading row. A sheet without a column of
        plot identifiers is one plot.
    encoding
        Text encoding of a CSV, where it does not prove it.

    Returns
    -------
    PointsRead

    Raises
    ------
    FileMissing, FileUnreadable
        No such file; damaged, cut off, or with a cell that cannot be used (its address is named).
    LayerEmpty
        If no sheet has a heading row of a point table.
    EncodingUnknown, UsageError
        If the encoding of a CSV is not proven; if there is no such sheet.
    """
    source = Path(path)
    book = read_book(source, encoding, WORDS)
    chosen = choose_sheets(book, sheet)
    read, skipped = _read_sheets(book, chosen, source.stem)
    _require_one_crs(book, read)
    plots = [plot for each in read for plot in each.plots]
    header = {key: value for each in reversed(read) for key, value in each.header.items()}
    built = build_plots(book.name, plots, header)
    issues = [*_told(book, sheet, read, skipped), *built.issues]
    if book.text is not None:
        issues += prove_complete(book.name, plots, built.rings, built.areas, ended=book.text.ended, header=header)
    rows = [{**plot.fields, "界址点数": str(facts.points)} for plot, facts in zip(plots, built.facts, strict=True)]
    table = pd.DataFrame([{key: text or None for key, text in row.items()} for row in rows], dtype="str")
    return PointsRead(
        name=source.stem,
        table=table,
        geometry=built.shapes,
        crs_label=built.crs.label,
        crs_evidence=built.crs.evidence,
        encoding=book.encoding,
        encoding_evidence=book.evidence,
        issues=tuple(issues),
        header=header,
        zone=built.axes.zone,
        plots=built.facts,
        promised=stated_plots(header),
    )


def _read_sheets(book: Book, sheets: tuple[Sheet, ...], stem: str) -> tuple[list[SheetPoints], list[str]]:
    """Read the sheets that have a heading row, and name those with content that have none."""
    headed = [(sheet, place) for sheet in sheets if (place := find_heading(sheet)) is not None]
    if not headed:
        raise LayerEmpty(
            f"{book.name} 没有界址点表：找不到含坐标列的标题行", f"{book.name} has no table of points: no heading row with coordinates",
            where=book.name,
            next_zh="标题行应有 点号、X坐标、Y坐标（或 经度、纬度）",
            next_en="The heading row needs 点号, X坐标, Y坐标 (or 经度, 纬度)",
        )  # fmt: skip
    read = [read_rows(book.name, sheet, place, sheet.name if len(headed) > 1 else stem) for sheet, place in headed]
    names = {sheet.name for sheet, _ in headed}
    skipped = [sheet.name for sheet in sheets if sheet.name not in names and _has_text(sheet)]
    return read, skipped


def _has_text(sheet: Sheet) -> bool:
    return any(cell.text for row in sheet.rows for cell in row)


def _told(book: Book, sheet: str | None, read: list[SheetPoints], skipped: list[str]) -> list[Issue]:
    issues = [
        _minor("reader_warning", book.name, f"读取时提示：{text}", f"The reader says: {text}") for text in book.warned
    ]
    unused = list(dict.fromkeys(name for each in read for name in each.unused))
    if unused:
        listed = "、".join(unused)
        issues.append(_minor("columns_not_used", book.name, f"未使用的列：{listed}", f"columns not used: {listed}"))
    hidden = [] if sheet else [each.name for each in book.sheets if each.hidden and _has_text(each)]
    if hidden:
        listed = "、".join(shown(name) for name in hidden)
        zh = f"隐藏的工作表未读：{listed}；需要时用 --layer 指明"
        en = f"hidden sheets were not read: {listed}; name one with --layer if it is wanted"
        issues.append(Issue("sheet_hidden", Severity.SERIOUS, book.name, zh, en))
    if skipped:
        listed = "、".join(skipped)
        issues.append(
            _minor(
                "sheets_not_read", book.name, f"没有界址点的工作表未读：{listed}", f"sheets without points: {listed}"
            )
        )
    for cell in (first_text(row) for each in read for row in each.remarks[:1]):
        zh, en = (
            f"表后文字未作为界址点：“{shown(cell.text)}”",
            f"text after the points, not read as points: “{shown(cell.text)}”",
        )
        issues.append(_minor("remarks_after_points", f"{book.name} {cell.place.zh}", zh, en))
    return issues


def _require_one_crs(book: Book, read: list[SheetPoints]) -> None:
    for key in ("坐标系", "带号", "几度分带"):
        said = sorted({each.header[key] for each in read if key in each.header})
        if len(said) > 1:
            listed = "、".join(said)
            raise refusal(
                book.name, None, f"各工作表的{key}不一：{listed}", f"the sheets state different {key}: {listed}",
                "请用 --layer 逐个读取，或拆成几个文件", "Read them one by one with --layer, or split the file",
            )  # fmt: skip


def _minor(code: str, where: str, zh: str, en: str) -> Issue:
    return Issue(code, Severity.MINOR, where, zh, en)
