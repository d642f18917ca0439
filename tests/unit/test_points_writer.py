"""The exchange text written: it reads back exactly, or it is not written."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from landgis.errors import ContractBroken, GeometryInvalid
from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.exchange.points.point_table import read_point_table
from landgis.exchange.writing.boundary_plots import BoundaryPlot
from landgis.exchange.writing.boundary_text import ENCODINGS, BoundaryHeader, write_boundary_text
from landgis.exchange.writing.point_workbook import write_point_workbook
from tests.support.boundary import HOLE, OUTER, text

DAY = date(2026, 1, 15)
SHAPE = shapely.Polygon([(y, x) for x, y in OUTER], [[(y, x) for x, y in HOLE]])
CORNERS = {4528: (40_600_000.0, 3_430_000.0), 4529: (41_400_000.0, 3_480_000.0), 4549: (600_000.0, 3_430_000.0),
           4550: (400_000.0, 3_480_000.0), 4498: (20_890_000.0, 3_440_000.0), 4509: (890_000.0, 3_440_000.0)}  # fmt: skip


def header(code: int = 4528, **project: str) -> BoundaryHeader:
    return BoundaryHeader(CRS.from_epsg(code), "示例测绘单位", DAY, project=project)


def plot(shape: shapely.Geometry = SHAPE, number: str = "SJ-DEMO-001", name: str = "示例地块一") -> BoundaryPlot:
    return BoundaryPlot(number, name, shape, 8427.415, "商服用地")


def test_the_published_example_is_written_as_published(tmp_path: Path) -> None:
    path = tmp_path / "界址点.txt"
    write_boundary_text(path, [plot()], header=header(), encoding="UTF-8")
    assert path.read_bytes().decode() == text().replace("\n", "\r\n")


def test_gbk_is_the_rule_and_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        write_boundary_text(tmp_path / name, [plot()], header=header(地块数="1"))
    assert (tmp_path / "a.txt").read_bytes() == (tmp_path / "b.txt").read_bytes()
    assert "示例测绘单位" in (tmp_path / "a.txt").read_bytes().decode("gbk")


def test_rings_begin_in_the_north_west_and_run_as_they_should(tmp_path: Path) -> None:
    turned = shapely.Polygon(list(SHAPE.exterior.coords)[2:] + list(SHAPE.exterior.coords)[1:3], SHAPE.interiors)
    write_boundary_text(tmp_path / "a.txt", [plot(turned)], header=header(), encoding="UTF-8")
    assert (tmp_path / "a.txt").read_text("utf-8") == text()


@st.composite
def rings(draw: st.DrawFn, east: float, north: float, low: float, high: float) -> list[tuple[float, float]]:
    """A ring around a point, its vertices between two distances from it."""
    count = draw(st.integers(3, 9))
    turn = draw(st.floats(0, 1))
    distances = draw(st.lists(st.floats(low, high), min_size=count, max_size=count))
    angles = [2 * math.pi * (at + 0.4 * turn) / count for at in range(count)]
    return [(east + far * math.cos(a), north + far * math.sin(a)) for a, far in zip(angles, distances, strict=True)]


@st.composite
def shapes(draw: st.DrawFn, code: int) -> shapely.Polygon | shapely.MultiPolygon:
    """Up to three parts, each with up to three holes, some with an island in a hole."""
    parts = []
    for at in range(draw(st.integers(1, 3))):
        east, north = CORNERS[code][0] + 1000 * at, CORNERS[code][1]
        holes = []
        for corner in range(draw(st.integers(0, 3))):
            centre = (east + (-60, 60, 60)[corner], north + (60, 60, -60)[corner])
            holes.append(draw(rings(*centre, 15, 25)))
            if draw(st.booleans()):
                parts.append(shapely.Polygon(draw(rings(*centre, 2, 5))))
        shell = [(east - 300, north - 300), (east + 300, north - 290), *draw(rings(east, north, 300, 310))[:1],
                 (east + 310, north + 300), (east - 290, north + 310)]  # fmt: skip
        parts.append(shapely.Polygon(shapely.convex_hull(shapely.MultiPoint(shell)).exterior, holes))
    return parts[0] if len(parts) == 1 and draw(st.booleans()) else shapely.MultiPolygon(parts)


@st.composite
def files(draw: st.DrawFn) -> tuple[int, list[BoundaryPlot], str, int]:
    code = draw(st.sampled_from(sorted(CORNERS)))
    words = st.text(st.sampled_from("示例地块甲乙丙（一）/-·A1 "), min_size=1, max_size=12).map(str.strip).filter(bool)
    found = draw(st.lists(st.tuples(words, words, shapes(code), st.floats(0, 1e6)), min_size=1, max_size=4))
    plots = [BoundaryPlot(number, name, shape, area) for number, name, shape, area in found]
    return code, plots, draw(st.sampled_from(sorted(ENCODINGS))), draw(st.integers(2, 6))


@given(files())
@settings(max_examples=120, deadline=None)
def test_what_is_written_reads_back_to_the_last_figure(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[int, list[BoundaryPlot], str, int]
) -> None:
    code, plots, encoding, precision = case
    path = tmp_path_factory.mktemp("round") / "界址点.txt"
    write_boundary_text(
        path, plots, header=header(code, 地块数=str(len(plots))), encoding=encoding, precision=precision
    )
    found = read_boundary_text(path, encoding="UTF-8" if encoding.startswith("UTF") else encoding)
    assert found.crs_label == f"EPSG:{code}"
    assert found.table["地块编号"].tolist() == [each.number for each in plots]
    assert found.table["地块名称"].tolist() == [each.name for each in plots]
    for read, each in zip(found.geometry, plots, strict=True):
        whole = (
            shapely.get_geometry(each.geometry, 0) if shapely.get_num_geometries(each.geometry) == 1 else each.geometry
        )
        wanted = shapely.transform(whole, lambda xy: np.array([[round(v, precision) for v in p] for p in xy]))
        assert read.is_valid
        assert shapely.normalize(read).equals_exact(shapely.normalize(wanted), 1.01 * 10**-precision)
        assert read.area == pytest.approx(wanted.area, abs=10 ** (3 - precision))
    again = path.with_name("again.txt")
    rewritten = [
        BoundaryPlot(each.number, each.name, read, each.area_m2)
        for each, read in zip(plots, found.geometry, strict=True)
    ]
    write_boundary_text(
        again, rewritten, header=header(code, 地块数=str(len(plots))), encoding=encoding, precision=precision
    )
    second = read_boundary_text(again, encoding="UTF-8" if encoding.startswith("UTF") else encoding)
    assert all(
        a.equals_exact(b, 0.0)
        for a, b in zip(shapely.normalize(found.geometry), shapely.normalize(second.geometry), strict=True)
    )


@given(files())
@settings(max_examples=40, deadline=None)
def test_a_workbook_reads_back_to_the_last_figure(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[int, list[BoundaryPlot], str, int]
) -> None:
    code, drawn, _, precision = case
    plots = [dataclasses.replace(each, number=f"{at}{each.number}") for at, each in enumerate(drawn)]
    folder = tmp_path_factory.mktemp("book")
    for name in ("a.xlsx", "b.xlsx"):
        write_point_workbook(folder / name, plots, header=header(code), precision=precision)
    assert (folder / "a.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()
    write_boundary_text(folder / "a.txt", plots, header=header(code), encoding="UTF-8", precision=precision)
    table, text_ = read_point_table(folder / "a.xlsx"), read_boundary_text(folder / "a.txt")
    assert table.crs_label == f"EPSG:{code}"
    assert table.table["地块编号"].tolist() == [each.number for each in plots]
    assert table.table["地块名称"].tolist() == [each.name for each in plots]
    assert [a.equals_exact(b, 0.0) for a, b in zip(table.geometry, text_.geometry, strict=True)] == [True] * len(plots)


def test_a_workbook_keeps_text_as_text_and_refuses_repeated_plots(tmp_path: Path) -> None:
    write_point_workbook(tmp_path / "a.xlsx", [plot(number="=1+1", name="@甲"), plot(number="007")], header=header())
    found = read_point_table(tmp_path / "a.xlsx").table
    assert found["地块编号"].tolist() == ["=1+1", "007"]
    assert found["地块名称"].tolist() == ["@甲", "示例地块一"]
    for plots in ([plot(), plot()], [], [plot(number="")]):
        with pytest.raises(ContractBroken):
            write_point_workbook(tmp_path / "b.xlsx", plots, header=header())
    with pytest.raises(ContractBroken, match="EPSG:4326"):
        write_point_workbook(tmp_path / "b.xlsx", [plot()], header=header(4326))
    with pytest.raises(ContractBroken, match="control characters"):
        write_point_workbook(tmp_path / "b.xlsx", [plot(name="甲\x07")], header=header())
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("number", "name", "says"),
    [
        ("A,1", "甲", "“A,1”"),
        ("A1", "甲，乙", "“甲，乙”"),
        ("A1", "甲\n乙", "不容许"),
        ("A1", "甲@", "“甲@”"),
        ("A1", "㐂村", "没有“㐂”字"),
        ("A1", "𠮷村", "没有“𠮷”字"),
    ],
)
def test_a_text_that_would_be_cut_is_refused(tmp_path: Path, number: str, name: str, says: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        write_boundary_text(tmp_path / "a.txt", [plot(number=number, name=name)], header=header())
    assert says in caught.value.zh
    assert list(tmp_path.iterdir()) == []


def test_rare_characters_can_be_written_in_wider_encodings(tmp_path: Path) -> None:
    write_boundary_text(tmp_path / "a.txt", [plot(name="𠮷㐂村")], header=header(), encoding="GB18030")
    assert read_boundary_text(tmp_path / "a.txt").table["地块名称"].tolist() == ["𠮷㐂村"]


def test_rounding_that_would_lose_a_point_is_refused(tmp_path: Path) -> None:
    x, y = CORNERS[4528]
    close = shapely.Polygon([(x, y), (x + 10, y), (x + 10, y + 10), (x + 10.0004, y + 10.0004), (x, y + 10)])
    with pytest.raises(ContractBroken, match="3 decimals"):
        write_boundary_text(tmp_path / "a.txt", [plot(close)], header=header())
    write_boundary_text(tmp_path / "a.txt", [plot(close)], header=header(), precision=4)
    assert read_boundary_text(tmp_path / "a.txt").plots[0].points == 5


def test_what_cannot_be_a_plot_is_refused(tmp_path: Path) -> None:
    tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    for shape in (tie, shapely.Polygon(), shapely.Point(0, 0)):
        with pytest.raises(GeometryInvalid):
            write_boundary_text(tmp_path / "a.txt", [plot(shape)], header=header())
    with pytest.raises(ContractBroken, match="no plot"):
        write_boundary_text(tmp_path / "a.txt", [], header=header())
    with pytest.raises(ContractBroken, match="Latin-1"):
        write_boundary_text(tmp_path / "a.txt", [plot()], header=header(), encoding="Latin-1")
    with pytest.raises(ContractBroken, match="EPSG:4326"):
        write_boundary_text(tmp_path / "a.txt", [plot()], header=header(4326))
    with pytest.raises(ContractBroken, match="EPSG:2364"):
        write_boundary_text(tmp_path / "a.txt", [plot()], header=header(2364))
    assert list(tmp_path.iterdir()) == []


def test_coordinates_of_another_zone_do_not_read_back_and_are_not_written(tmp_path: Path) -> None:
    from landgis.errors import FileUnreadable

    with pytest.raises(FileUnreadable, match="does not read back"):
        write_boundary_text(tmp_path / "a.txt", [plot()], header=header(4529))
    assert list(tmp_path.iterdir()) == []
