"""Writing the exchange text of boundary points so that it reads back exactly; nothing is cut or rounded in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import shapely
from pyproj import CRS

from landgis.area import hectares
from landgis.crs import epsg_of, name_of
from landgis.errors import FileUnreadable
from landgis.exchange.points.boundary_lines import POINTS, PROJECT, PROPERTIES
from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.exchange.points.declared_crs import CGCS2000, Zone, zone_of_code
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.boundary_plots import DECIMALS, BoundaryPlot, Polygonal, broken, rings_of, rounded

ENCODINGS = {"GBK": "gbk", "GB18030": "gb18030", "UTF-8": "utf-8", "UTF-8-BOM": "utf-8-sig"}
"""Name of an encoding → codec."""
_CRLF = "\r\n"


@dataclass(frozen=True)
class BoundaryHeader:
    """Header of a file.

    Attributes
    ----------
    crs
        Projected CGCS2000, 3 or 6 degrees wide, with or without zone before the easting.
    producer, produced_on
        数据产生单位, 数据产生日期.
    version
        格式版本号.
    project
        Further lines of ``[项目信息]``.
    """

    crs: CRS
    producer: str
    produced_on: date
    version: str = "1.01版本"
    project: Mapping[str, str] = field(default_factory=dict)


def write_boundary_text(
    path: str | Path,
    plots: Sequence[BoundaryPlot],
    *,
    header: BoundaryHeader,
    encoding: str = "GBK",
    precision: int = 3,
) -> None:
    """Write plots as an exchange text, replacing a file of that name.

    Rings begin at their north-western corner, outer ones run clockwise, holes anticlockwise; points are numbered
    through, and each ring repeats its first point. Coordinates are rounded half up to ``precision`` decimals.

    Parameters
    ----------
    path
        Target.
    plots
        In the order to write.
    header
        CRS, producer and date.
    encoding
        A key of `ENCODINGS`.
    precision
        Decimals of a coordinate, one of `DECIMALS`.

    Raises
    ------
    ContractBroken
        If the CRS has no place in the header, a text holds a comma, a line break or a character that the encoding
        lacks, or rounding would merge points of a ring.
    GeometryInvalid
        If a plot is not a valid polygon, before or after rounding.
    FileUnreadable
        If the file does not read back as written; nothing is left behind then.
    """
    with replacing(Path(path)) as draft:
        put_boundary_text(draft, plots, header, encoding, precision)


def put_boundary_text(
    target: Path, plots: Sequence[BoundaryPlot], header: BoundaryHeader, encoding: str, precision: int
) -> None:
    """Write plots to a draft and prove that they read back: see ``write_boundary_text``."""
    if not plots:
        raise broken(target, "没有地块可写", "there is no plot to write", "请先选定地块", "Choose plots first")
    if encoding not in ENCODINGS or precision not in DECIMALS:
        raise broken(
            target, f"编码 {encoding} 或小数位数 {precision} 不可用", f"encoding {encoding} or {precision} decimals cannot be used",
            f"编码可选 {'、'.join(ENCODINGS)}，小数 2–6 位", f"Encodings: {', '.join(ENCODINGS)}; 2 to 6 decimals",
        )  # fmt: skip
    shapes = [rounded(target, plot, precision) for plot in plots]
    lines = [*_header_lines(target, header, precision)]
    for plot, shape in zip(plots, shapes, strict=True):
        lines += _plot_lines(target, plot, shape, precision)
    content = _encoded(target, _CRLF.join([*lines, ""]), encoding)
    target.write_bytes(content)
    _read_back(target, shapes, header, encoding)


def zone_of_header(target: Path, header: BoundaryHeader) -> Zone:
    """Return the zone that a header names; only the zones of CGCS2000 have a place in one.

    Raises
    ------
    ContractBroken
        For every other CRS.
    """
    zone = zone_of_code(epsg_of(header.crs))
    if zone is None or zone.datum != CGCS2000:
        raise broken(
            target, f"{name_of(header.crs)} 不能写入界址点文件", f"{name_of(header.crs)} has no place in a points file",
            "请用 CGCS2000 高斯克吕格分带坐标系，如 EPSG:4528", "Use a Gauss-Krüger zone of CGCS2000, such as EPSG:4528",
        )  # fmt: skip
    return zone


def _header_lines(target: Path, header: BoundaryHeader, precision: int) -> Iterator[str]:
    zone = zone_of_header(target, header)
    if header.project:
        yield f"[{PROJECT}]"
        for key, text in header.project.items():
            yield f"{_clean(target, key, '=[]')}={_clean(target, text)}"
    yield f"[{PROPERTIES}]"
    yield f"格式版本号={_clean(target, header.version)}"
    yield f"数据产生单位={_clean(target, header.producer)}"
    yield f"数据产生日期={header.produced_on.isoformat()}"
    yield "坐标系=2000国家大地坐标系"
    yield f"几度分带={zone.width}"
    yield "投影类型=高斯克吕格"
    yield "计量单位=米"
    yield f"带号={zone.number}"
    yield f"精度={Decimal(1).scaleb(-precision):f}"
    yield "转换参数=0,0,0,0,0,0,0"
    yield f"[{POINTS}]"


def _plot_lines(target: Path, plot: BoundaryPlot, shape: Polygonal, precision: int) -> list[str]:
    points: list[str] = []
    number = 0
    for ring, vertices in enumerate(rings_of(shape), 1):
        first = number + 1
        for east, north in vertices:
            number += 1
            points.append(f"J{number},{ring},{north:.{precision}f},{east:.{precision}f}")
        east, north = vertices[0]
        points.append(f"J{first},{ring},{north:.{precision}f},{east:.{precision}f}")
    texts = (plot.number, plot.name, "面", plot.sheet, plot.use_name, plot.use_code)
    cells = [
        str(len(points)),
        f"{hectares(plot.area_m2):f}",
        *(_clean(target, text, ",，@＠", plot) for text in texts),
        "@",
    ]
    return [",".join(cells), *points]


def _clean(target: Path, text: str, forbidden: str = "", plot: BoundaryPlot | None = None) -> str:
    found = next((mark for mark in text if mark in forbidden or not mark.isprintable()), None)
    if found is None and text == text.strip():
        return text
    whose = f"地块 {plot.number} 的" if plot else ""
    raise broken(
        target, f"{whose}“{text}”含有格式不容许的字符（{found!r}）", f"“{text}” holds a character that the format forbids ({found!r})",
        "请改写这段文字，例如以顿号代替逗号", "Rewrite the text, for example without the comma",
    )  # fmt: skip


def _encoded(target: Path, text: str, encoding: str) -> bytes:
    try:
        return text.encode(ENCODINGS[encoding])
    except UnicodeEncodeError as error:
        lost = text[error.start]
        raise broken(
            target, f"{encoding} 没有“{lost}”字", f"{encoding} has no character “{lost}”",
            "请用 GB18030 或 UTF-8 编码", "Use the encoding GB18030 or UTF-8",
        ) from error  # fmt: skip


def _read_back(draft: Path, shapes: Sequence[Polygonal], header: BoundaryHeader, encoding: str) -> None:
    read = read_boundary_text(draft, encoding="UTF-8" if encoding.startswith("UTF-8") else encoding)
    same = read.crs_label == name_of(header.crs) and len(read.geometry) == len(shapes)
    same = same and all(
        shapely.normalize(one).equals_exact(shapely.normalize(other), 0.0)
        for one, other in zip(read.geometry, shapes, strict=True)
    )
    if not same:
        raise FileUnreadable(
            f"写出的 {draft.name} 未能原样读回",
            f"{draft.name} does not read back as written",
            where=draft.name,
            next_zh="文件未保存；请核对图形",
            next_en="Nothing was saved: check the geometry",
        )
