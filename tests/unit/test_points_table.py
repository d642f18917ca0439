"""Tables of boundary points: headings in any order and words, every unusable cell named by its address."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.errors import EncodingUnknown, FileMissing, FileUnreadable, LayerEmpty, UsageError
from landgis.exchange.points import workbook_guard
from landgis.exchange.points.point_table import looks_like_point_table, read_point_table
from landgis.exchange.points.points_read import PointsRead
from tests.support.boundary import HOLE, OUTER

EXPECTED = shapely.Polygon([(y, x) for x, y in OUTER])
TITLE = ["地块编号：SJ-9", "坐标系：2000国家大地坐标系", "带号：40"]
Rows = Sequence[Sequence[object]]


def book(path: Path, sheets_of: dict[str, Rows], merged: Sequence[str] = ()) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets_of.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
    made.save(path)
    return path


def points(ring: Sequence[tuple[float, float]] = OUTER, *, closed: bool = False) -> list[list[object]]:
    listed = [[f"J{at}", x, y] for at, (x, y) in enumerate(ring, 1)]
    return [*listed, listed[0]] if closed else listed


def codes(found: PointsRead) -> set[str]:
    return {issue.code for issue in found.issues}


def refused(path: Path) -> FileUnreadable:
    with pytest.raises(FileUnreadable) as caught:
        read_point_table(path)
    error = caught.value
    assert path.name in error.zh
    assert error.next_zh
    assert error.next_en
    return error


@pytest.mark.parametrize(
    "headings",
    [
        ("点号", "X坐标(m)", "Y坐标(m)"),
        ("界址点号", "X", "Y"),
        ("点名", "纵坐标（米）", "横坐标（米）"),
        ("JZDH", "XZB", "YZB"),
        ("点 号", "北坐标X", "东坐标Y"),
        ("序号", "N", "E"),
        ("Point", "Northing (m)", "Easting (m)"),
    ],
)
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_headings_say_which_column_is_north(tmp_path: Path, headings: tuple[str, ...], order: tuple[int, ...]) -> None:
    rows = [[row[at] for at in order] for row in [list(headings), *points()]]
    found = read_point_table(book(tmp_path / "a.xlsx", {"界址点": rows}))
    assert found.geometry[0].equals(EXPECTED)
    assert found.zone == 40
    assert found.crs_label is None
    assert looks_like_point_table([str(cell) for cell in rows[0]])


def test_what_stands_above_and_below_counts_as_header(tmp_path: Path) -> None:
    rows = [
        ["界址点成果表"],
        TITLE,
        ["点号", "X坐标", "Y坐标", "边长"],
        *points(closed=True),
        ["面积：0.8829公顷"],
        ["以下空白"],
    ]
    found = read_point_table(book(tmp_path / "a.xlsx", {"Sheet1": rows}, ["A1:D1"]))
    assert found.crs_label == "EPSG:4528"
    assert found.table["地块编号"].tolist() == ["SJ-9"]
    assert found.plots[0].stated_m2 == pytest.approx(8829)
    assert codes(found) == {"columns_not_used", "remarks_after_points"}
    wrong = [*rows[:-2], ["面积：", "0.9公顷"]]
    assert "area_differs" in codes(read_point_table(book(tmp_path / "b.xlsx", {"Sheet1": wrong})))


def test_a_heading_of_two_merged_rows_and_lengths_between_points(tmp_path: Path) -> None:
    between = [line for row in points() for line in ([*row, None], [None, None, None, 113.29])]
    rows = [["点号", "坐标", None, "边长"], [None, "X(m)", "Y(m)", None], *between]
    found = read_point_table(book(tmp_path / "a.xlsx", {"表": rows}, ["A1:A2", "B1:C1", "D1:D2"]))
    assert found.geometry[0].equals(EXPECTED)
    assert found.plots[0].points == 4


def test_plots_by_column_and_rings_by_number(tmp_path: Path) -> None:
    head = ["地块编号", "地块名称", "圈号", "点号", "X", "Y"]
    first = [["甲", "甲地块", ring, *row] for ring, rows in ((1, points()), (2, points(HOLE))) for row in rows]
    second = [["乙", "乙地块", 1, name, x, y + 500] for name, x, y in points()]
    found = read_point_table(book(tmp_path / "a.xlsx", {"表": [head, *first, *second]}))
    assert found.table["地块编号"].tolist() == ["甲", "乙"]
    assert found.table["地块名称"].tolist() == ["甲地块", "乙地块"]
    assert [round(shape.area, 2) for shape in found.geometry] == [8429.51, 8829.51]


def test_merged_identifiers_hold_for_all_their_rows(tmp_path: Path) -> None:
    rows = [["地块编号", "点号", "X", "Y"], *[[None if at else "甲", *row] for at, row in enumerate(points())]]
    assert read_point_table(book(tmp_path / "a.xlsx", {"表": rows}, ["A2:A5"])).table["地块编号"].tolist() == ["甲"]
    error = refused(book(tmp_path / "b.xlsx", {"表": rows}))
    assert "表!A3" in error.zh
    assert "地块编号" in error.zh


def test_sheets_are_plots(tmp_path: Path) -> None:
    other = [["点号", "X", "Y"], *[[name, x, y + 500] for name, x, y in points()]]
    path = book(tmp_path / "a.xlsx", {"A01": [["点号", "X", "Y"], *points()], "A02": other, "说明": [["编制说明"]]})
    found = read_point_table(path)
    assert found.table["地块编号"].tolist() == ["A01", "A02"]
    assert codes(found) == {"sheets_not_read"}
    assert read_point_table(path, sheet="A02").table["地块编号"].tolist() == ["a"]
    with pytest.raises(UsageError, match="no sheet"):
        read_point_table(path, sheet="A03")


def test_a_hidden_sheet_is_told_and_read_when_named(tmp_path: Path) -> None:
    other = [["点号", "X", "Y"], *[[name, x, y + 500] for name, x, y in points()]]
    path = book(tmp_path / "a.xlsx", {"A01": [["点号", "X", "Y"], *points()], "A02": other})
    made = openpyxl.load_workbook(path)
    made["A02"].sheet_state = "hidden"
    made.save(path)
    found = read_point_table(path)
    assert len(found.geometry) == 1
    assert codes(found) == {"sheet_hidden"}
    named = read_point_table(path, sheet="A02")
    assert codes(named) == set()
    assert named.geometry[0].bounds[0] == pytest.approx(40600834.4)


def test_sheets_that_name_different_crs_are_refused(tmp_path: Path) -> None:
    one = [["带号：40"], ["点号", "X", "Y"], *points()]
    path = book(tmp_path / "a.xlsx", {"A": one, "B": [["带号：41"], *one[1:]]})
    assert "带号" in refused(path).zh


def test_exchanged_columns_are_told(tmp_path: Path) -> None:
    found = read_point_table(book(tmp_path / "a.xlsx", {"表": [["点号", "Y", "X"], *points()]}))
    assert "axes_swapped" in codes(found)
    assert found.crs_label is None
    assert found.geometry[0].bounds[0] == pytest.approx(3425897.15)


DEGREES = [("30°57′03.600″", "121°03′00.000″"), ("30°57′03.6″", "121°03′03.6″"), ("N30°57'0\"", "E121°03'03.6\"")]


@pytest.mark.parametrize("headings", [("纬度", "经度"), ("B", "L"), ("lat", "lon")])
def test_degrees_minutes_and_seconds_are_read(tmp_path: Path, headings: tuple[str, str]) -> None:
    rows = [["点号", *headings], *[[f"J{at}", *pair] for at, pair in enumerate(DEGREES)]]
    found = read_point_table(book(tmp_path / "a.xlsx", {"表": rows}))
    assert found.geometry[0].bounds == pytest.approx((121.05, 30.95, 121.051, 30.951))
    assert found.crs_label is None
    assert found.plots[0].ellipsoidal_m2 == pytest.approx(5295, abs=10)


def replaced(at: int, column: int, value: object) -> list[list[object]]:
    rows = [["点号", "X坐标", "Y坐标"], *points(closed=True)]
    rows[at][column] = value
    return rows


BAD_CELLS = {
    "formula": (replaced(2, 1, "=B2-5.65"), "表!B3", "公式"),
    "one coordinate": (replaced(2, 2, None), "表!B3", "一个坐标"),
    "no coordinates": ([["点号", "X坐标", "Y坐标"], *points(), ["J9", None, None], ["J1", 1, 2]], "表!A6", "没有坐标"),
    "text": (replaced(3, 1, "约3425897"), "表!B4", "不是数字"),
    "NaN": (replaced(3, 1, "#N/A"), "表!B4", "不是坐标"),
    "degrees in metres": (replaced(3, 1, "30°57′03″"), "表!B4", "度分秒"),
    "a row of text": ([*replaced(1, 0, "J1")[:3], ["地块二"], *points(closed=True)], "表!A4", "无法识别的文字"),
    "a lost figure": (replaced(2, 2, 4060045.3), "表!B3", "位数不同"),
    "two columns of X": ([["点号", "X", "Y", "纵坐标"], *points()], "表!D1", "几列"),
    "no points": ([["点号", "X", "Y"]], "表!A1", "没有界址点"),
    "two points": ([["点号", "X", "Y"], *points()[:2]], "表!B3", "2 个不同的点"),
}


@pytest.mark.parametrize(("rows", "address", "says"), BAD_CELLS.values(), ids=BAD_CELLS)
def test_a_bad_cell_is_refused_by_its_address(tmp_path: Path, rows: Rows, address: str, says: str) -> None:
    error = refused(book(tmp_path / "a.xlsx", {"表": rows}))
    assert address in error.zh
    assert address in error.en
    assert says in error.zh


def test_a_merged_coordinate_is_refused(tmp_path: Path) -> None:
    error = refused(book(tmp_path / "a.xlsx", {"表": [["点号", "X", "Y"], *points()]}, ["B3:B4"]))
    assert "表!B4" in error.zh
    assert "合并" in error.zh


def test_numbers_as_text_and_a_heading_on_every_page(tmp_path: Path) -> None:
    head = ["点号", "X坐标", "Y坐标"]
    listed = [[name, f" {x:.3f}", f"{y:.3f}".translate({ord("4"): "４"})] for name, x, y in points()]
    found = read_point_table(book(tmp_path / "a.xlsx", {"表": [head, *listed[:2], head, *listed[2:]]}))
    assert found.geometry[0].equals(EXPECTED)


def csv_text(rows: Rows, end: str = "\n") -> str:
    return end.join(",".join(str(cell) for cell in row) for row in rows) + end


@pytest.mark.parametrize(("encoding", "label"), [("gbk", "GB18030"), ("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8")])
def test_csv_is_read_in_its_encoding(tmp_path: Path, encoding: str, label: str) -> None:
    rows = [["地块编号", "点号", "X坐标", "Y坐标"], *[["甲地块", *row] for row in points(closed=True)]]
    path = tmp_path / "a.csv"
    path.write_bytes(csv_text(rows, "\r\n").encode(encoding))
    found = read_point_table(path)
    assert found.encoding == label
    assert found.table["地块编号"].tolist() == ["甲地块"]
    assert found.geometry[0].equals(EXPECTED)
    assert codes(found) == {"completeness_undeclared"}


def test_a_csv_cell_is_named_and_a_cut_csv_is_refused(tmp_path: Path) -> None:
    whole = csv_text([["点号", "X坐标", "Y坐标"], *[[n, f"{x:.3f}", f"{y:.3f}"] for n, x, y in points(closed=True)]])
    path = tmp_path / "a.csv"
    path.write_text(whole.replace("3425897.150", "nan"), "utf-8")
    assert "B4" in refused(path).zh
    fourth = [at for at, mark in enumerate(whole) if mark == "\n"][3]
    for size in range(30, len(whole)):
        path.write_text(whole[:size], "utf-8", newline="")
        if size == len(whole) - 1:
            assert "last_line_unended" in codes(read_point_table(path))
        elif size > fourth and whole[size - 1] == "\n":
            assert "plot_completeness_unproven" in codes(read_point_table(path))
        else:
            refused(path)


def test_files_that_are_no_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileMissing):
        read_point_table(tmp_path / "none.xlsx")
    with pytest.raises(LayerEmpty, match="heading"):
        read_point_table(book(tmp_path / "a.xlsx", {"表": [["DKBM", "面积"], ["1", 2]]}))
    path = book(tmp_path / "b.xlsx", {"表": [["点号", "X", "Y"], *points()]})
    whole = path.read_bytes()
    for share in (0.01, 0.25, 0.5, 0.75, 0.99):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(FileUnreadable):
            read_point_table(path)
    (tmp_path / "c.csv").write_bytes('点号,X,Y\n"J1,1,2\n'.encode())
    assert "CSV" in refused(tmp_path / "c.csv").zh
    (tmp_path / "d.csv").write_bytes("甲,X,Y\n乙,1,2\n".encode("gbk"))
    with pytest.raises(EncodingUnknown):
        read_point_table(tmp_path / "d.csv")
    path.write_bytes(whole)
    monkeypatch.setattr(workbook_guard, "_MOST_UNPACKED", 100)
    assert "上限" in refused(path).zh


def test_a_table_of_parcels_is_no_point_table() -> None:
    assert not looks_like_point_table(["DKBM", "面积", "用途"])
    assert not looks_like_point_table(["DKBM", "X", "Y", "用途"])
    assert not looks_like_point_table(["点号", "X", "高程"])
    assert looks_like_point_table(["地块编号", "X", "Y"])
    assert looks_like_point_table(["Y(m)", "X(m)", "点号", "用途"])


COORDINATES = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.lists(COORDINATES, min_size=3, max_size=12, unique=True), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_figure_of_a_workbook_arrives(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[int, int]], as_text: bool, east_first: bool
) -> None:
    ring = [(3_400_000 + north / 1000, 40_600_000 + east / 1000) for north, east in found]
    rows: list[list[object]] = [[f"J{at}", x, y] for at, (x, y) in enumerate(ring)]
    if as_text:
        rows = [[name, f"{x:.3f}", f"{y:.3f}"] for name, x, y in rows]
    head: list[object] = ["点号", "X坐标", "Y坐标"]
    order = (0, 2, 1) if east_first else (0, 1, 2)
    table = [[row[at] for at in order] for row in [head, *rows]]
    read = read_point_table(book(tmp_path_factory.mktemp("xlsx") / "a.xlsx", {"表": table}))
    assert shapely.get_coordinates(read.geometry[0]).tolist() == [[y, x] for x, y in [*ring, ring[0]]]
