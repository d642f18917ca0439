"""Boundary points as text and tables: the exchange format of survey offices and its many ways to be wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
from shapely.geometry import Polygon

from tests.badinput import build
from tests.badinput.build import X, Y, square, txt_block, txt_points
from tests.badinput.case import Delivery, Trap, add, case

KIND = "coordinates"
Maker = Callable[[Path, Trap], Delivery]
LINES = txt_points()
BOW = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
HOLED = square().difference(square(40, 40, 20))
HOLE_ACROSS = Polygon(square().exterior, [square(90, 40, 20).exterior])


def _txt(
    blocks: Sequence[str] | None = None, encoding: str = "gbk", hidden: tuple[str, ...] = (), **head: str | None
) -> Maker:
    def make(folder: Path, _trap: Trap) -> Delivery:
        return Delivery(build.txt(folder / "界址点.txt", blocks, head=head, encoding=encoding), hidden=hidden)

    return make


def _lines(edit: Callable[[list[str]], list[str]]) -> Maker:
    """Edited point lines of one sound plot."""
    return _txt(txt_block(edit(list(LINES))))


def _changed(number: int, old: str, new: str) -> Maker:
    return _lines(lambda lines: [line.replace(old, new) if at == number else line for at, line in enumerate(lines)])


SECRET = "-107.3217"
TEXTS: dict[str, Maker] = {
    # coordinate system
    "axes-swapped": _txt(txt_block(txt_points(swap=True))),
    "zone-contradicts": _txt(带号="41"),
    "zone-and-prefix-missing": _txt(txt_block(txt_points(zone=0)), 带号=""),
    "system-missing": _txt(坐标系=None),
    "system-xian-80": _txt(坐标系="1980西安坐标系"),
    "system-beijing-54": _txt(坐标系="1954年北京坐标系"),
    "system-local": _txt(txt_block(txt_points(zone=-X)), 坐标系="上海城市坐标系", 带号=""),
    "six-degree-zone-40": _txt(几度分带="6"),
    "unit-degrees": _txt(计量单位="度"),
    "unit-millimetres": _txt(计量单位="毫米"),
    "parameters-stated": _txt(转换参数=f"{SECRET},63.8,38.4,0.1,0.2,0.3,1.0", hidden=(SECRET,)),
    "two-zones": _txt([*txt_block(txt_points()), *txt_block(txt_points(zone=41_000_000.0), plot="SJ-002")]),
    # plots
    "block-line-short": _txt(["5,1.0000,SJ-001,@", *LINES]),
    "block-without-points": _txt(txt_block([])),
    "block-missing": _txt(LINES),
    "plot-is-a-line": _txt(txt_block(LINES, shape="线")),
    "plot-is-a-point": _txt(txt_block(LINES[:1], shape="点", area="")),
    "area-wrong": _txt(txt_block(LINES, area="2.0000")),
    "area-in-mu": _txt(txt_block(LINES, area="15.00")),
    "area-no-number": _txt(txt_block(LINES, area="约一公顷")),
    "area-negative": _txt(txt_block(LINES, area="-1.0000")),
    "count-wrong": _txt(txt_block(LINES, count=9)),
    # points
    "point-two-fields": _changed(2, ",1,", ","),
    "point-five-fields": _lines(lambda lines: [lines[0] + ",7", *lines[1:]]),
    "point-letters": _changed(2, "3430100", "34301OO"),
    "point-nan": _lines(lambda lines: [*lines[:2], "J3,1,nan,nan", *lines[3:]]),
    "point-infinite": _lines(lambda lines: [*lines[:2], "J3,1,1e999,40600000", *lines[3:]]),
    "point-typing-error": _changed(2, "3430100.000", "3530100.000"),
    "point-digit-lost": _changed(2, "40600000.000", "4060000.000"),
    "point-stray-text": _lines(lambda lines: [*lines[:2], "以下为附属点", *lines[2:]]),
    "ring-crossing": _txt(txt_block(txt_points(BOW))),
    "ring-two-points": _lines(lambda lines: [*lines[:2], lines[0]]),
    "ring-closing-elsewhere": _lines(lambda lines: [*lines[:-1], f"J1,1,{Y + 0.5:.3f},{X + 40_000_100:.3f}"]),
    "hole-across": _txt(txt_block(txt_points(HOLE_ACROSS), area="0.9600")),
    "precision-lost": _txt([line.replace(".000", "") for line in txt_block(LINES)]),
    "binary-tail": _txt([*txt_block(LINES), "\x00\x00\x00\x00"]),
    # sound variants, as they are met
    "hole-sound": _txt(txt_block(txt_points(HOLED), area="0.9600")),
    "utf8-mark-sound": _txt(encoding="utf-8-sig"),
    "full-width-commas-sound": _txt([line.replace(",", "，") for line in txt_block(LINES)]),
    "square-metres-sound": _txt(txt_block(LINES, area="10000.00")),
}
for _key, _maker in TEXTS.items():
    add(KIND, _key, _maker)


@case(KIND, "plot-twice")
def _plot_twice(folder: Path, _trap: Trap) -> Delivery:
    blocks = [*txt_block(txt_points(square())), *txt_block(txt_points(square(200)))]
    return Delivery(build.txt(folder / "界址点.txt", blocks), "parcels")


@case(KIND, "no-heading")
def _no_heading(folder: Path, _trap: Trap) -> Delivery:
    text = "[地块坐标]\r\n" + "\r\n".join(txt_block(LINES)) + "\r\n"
    (folder / "界址点.txt").write_bytes(text.encode("gbk"))
    return Delivery(folder / "界址点.txt")


@case(KIND, "heading-only")
def _heading_only(folder: Path, _trap: Trap) -> Delivery:
    (folder / "界址点.txt").write_bytes(build.txt_text([]).encode("gbk"))
    return Delivery(folder / "界址点.txt")


# --- tables of points ------------------------------------------------------------------------------------------------


ROWS = build.point_rows()
HEAD, BODY = ROWS[0], ROWS[1:]


def _sheet(*rows: Sequence[object]) -> Maker:
    return lambda folder, _trap: Delivery(build.sheet(folder / "界址点.xlsx", rows))


def _csv(*rows: Sequence[object]) -> Maker:
    return lambda folder, _trap: Delivery(build.csv_of(folder / "界址点.csv", rows))


def _cells(change: Callable[[object, int, int], object]) -> list[list[object]]:
    """The body with cells changed by value, row and column."""
    return [[change(cell, at, place) for place, cell in enumerate(row)] for at, row in enumerate(BODY)]


def _one(row: int, column: int, value: object) -> list[list[object]]:
    return _cells(lambda cell, at, place: value if (at, place) == (row, column) else cell)


def _degrees() -> list[list[object]]:
    shape = build.degrees([square()])[0]
    points = list(shape.exterior.coords)
    return [["SJ-001", f"J{at % 4 + 1}", lat, lon] for at, (lon, lat) in enumerate(points)]


TABLES: dict[str, Maker] = {
    "sheet-axes-swapped": _sheet(HEAD, *([plot, name, east, north] for plot, name, north, east in BODY)),
    "sheet-no-heading": _sheet(*BODY),
    "sheet-heading-only": _sheet(HEAD),
    "sheet-cell-empty": _sheet(HEAD, *_one(2, 3, None)),
    "sheet-cell-words": _sheet(HEAD, *_one(2, 3, "见附图")),
    "sheet-cell-date": _sheet(HEAD, *_one(2, 3, date(2026, 1, 15))),
    "sheet-cell-error": _sheet(HEAD, *_one(2, 3, "#REF!")),
    "sheet-cell-yes": _sheet(HEAD, *_one(2, 3, True)),
    "sheet-formula-without-value": _sheet(HEAD, *_one(2, 3, "=D2+100")),
    "sheet-system-missing": _sheet(HEAD, *BODY),
    "csv-degrees": _csv(HEAD, *_degrees()),
    "csv-no-prefix": _csv(*build.point_rows(zone=0)),
    "csv-two-prefixes": _csv(HEAD, *_one(2, 3, 600_100.0)),
    "csv-decimal-commas": _csv(*([";".join(str(cell).replace(".", ",") for cell in row)] for row in ROWS)),
    "csv-one-point": _csv(HEAD, BODY[0]),
    "csv-crossing": _csv(*build.point_rows(BOW)),
}
for _key, _maker in TABLES.items():
    add(KIND, _key, _maker)


@case(KIND, "sheet-merged-cells")
def _merged(folder: Path, trap: Trap) -> Delivery:
    path = build.sheet(folder / "界址点.xlsx", ROWS)
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("D3:D4")
    book.save(path)
    return Delivery(path)


@case(KIND, "sheets-two-sound")
def _two_sheets(folder: Path, _trap: Trap) -> Delivery:
    path = build.sheet(folder / "界址点.xlsx", ROWS)
    book = openpyxl.load_workbook(path)
    page = book.create_sheet("另一页")
    for row in build.point_rows(square(200), "SJ-002"):
        page.append(row)
    book.save(path)
    return Delivery(path, reading={"crs": "EPSG:4528"})


@case(KIND, "sheet-hidden-with-points")
def _hidden_sheet(folder: Path, trap: Trap) -> Delivery:
    made = _two_sheets(folder, trap)
    book = openpyxl.load_workbook(made.path)
    book["另一页"].sheet_state = "hidden"
    book.save(made.path)
    return made
