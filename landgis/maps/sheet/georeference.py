"""Where on the ground a sheet lies, said in the ways programs read: in the PDF itself, and as world file numbers.

The PDF gets a viewport with geospatial measure (ISO 32000-2, 12.9 and 12.10) for every map of every page, appended as
an incremental update: the bytes that were there stay, and what was searchable stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import GEOGRAPHIC, epsg_of, to_crs
from landgis.errors import ContractBroken
from landgis.maps.sheet.facts import MapFacts, SheetFacts
from landgis.maps.sheet.view import Bounds, View

_PT_PER_MM = 72 / 25.4
_PAGES = re.compile(rb"/Type/Pages/Count \d+/Kids\[([^\]]*)\]")
_BOX = re.compile(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)


def georeferenced(pdf: bytes, sheets: Iterable[SheetFacts], crs: CRS) -> bytes:
    """Add a geospatial viewport for every map.

    Parameters
    ----------
    pdf
        As typst writes it: plain objects, one classic cross-reference table.
    sheets
        What stands on its pages; ``page`` counts from the PDF's own first page.
    crs
        Of the maps; projected CGCS2000.

    Raises
    ------
    ContractBroken
        If the PDF is built otherwise than expected.
    """
    maps = {sheet.page: sheet.maps for sheet in sheets if sheet.maps}
    kids, trailer = _PAGES.search(pdf), _TRAILER.search(pdf)
    if kids is None or trailer is None:
        raise _unexpected("没有单一的交叉引用表", "no single cross-reference table")
    numbers = [int(number) for number in re.findall(rb"(\d+) 0 R", kids[1])]
    added, places = bytearray(pdf + b"\n"), {}
    for page, shown in sorted(maps.items()):
        number = numbers[page - 1]
        places[number] = len(added)
        added += _with_viewports(pdf, number, shown, crs)
    start = len(added)
    rows = [b"%d 1\n%010d 00000 n\r\n" % (number, at) for number, at in sorted(places.items())]
    added += b"xref\n" + b"".join(rows) + b"trailer\n<<" + trailer[1] + b"/Prev " + trailer[2]
    return bytes(added + b">>\nstartxref\n%d\n%%%%EOF" % start)


def _with_viewports(pdf: bytes, number: int, maps: Sequence[MapFacts], crs: CRS) -> bytes:
    found = re.search(rb"\n%d 0 obj\n<<(/Type/Page/.*?)>>\nendobj" % number, pdf, re.DOTALL)
    box = _BOX.search(found[1]) if found else None
    if found is None or box is None:
        raise _unexpected(f"第 {number} 号对象不是页面", f"object {number} is no page")
    viewports = "".join(_viewport(each, float(box[2]), crs) for each in maps)
    return b"%d 0 obj\n<<%s/VP[%s]>>\nendobj\n" % (number, found[1], viewports.encode("ascii"))


def _unexpected(zh: str, en: str) -> ContractBroken:
    return ContractBroken(
        f"排版软件写出的 PDF 与预期不同，无法加注地理坐标：{zh}",
        f"The PDF is not built as expected and cannot be georeferenced: {en}",
        next_zh="请核对 typst 的版本是否与锁定的一致",
        next_en="See whether typst is of the locked version",
    )


def _viewport(shown: MapFacts, page_pt: float, crs: CRS) -> str:
    left, top, width, height = (value * _PT_PER_MM for value in shown.neat_line_mm)
    corners = f"{left:.4f} {page_pt - top - height:.4f} {left + width:.4f} {page_pt - top:.4f}"
    square = "0 0 0 1 1 1 1 0"
    ground = " ".join(f"{value:.9f}" for value in _corners(shown.view.bounds_m, crs))
    code = epsg_of(crs)
    # Parentheses and backslashes would end or escape the string.
    text = re.sub(r"([\\()])", r"\\\1", crs.to_wkt("WKT1_GDAL")).encode("ascii", "replace").decode("ascii")
    system = f"<</Type/PROJCS{f'/EPSG {code}' if code else ''}/WKT({text})>>"
    measure = f"<</Type/Measure/Subtype/GEO/Bounds[{square}]/GPTS[{ground}]/LPTS[{square}]/GCS{system}>>"
    return f"<</Type/Viewport/BBox[{corners}]/Measure{measure}>>"


def _corners(bounds: Bounds, crs: CRS) -> list[float]:
    """Latitude and longitude of the corners: lower left, upper left, upper right, lower right."""
    west, south, east, north = bounds
    points = shapely.points([[west, south], [west, north], [east, north], [east, south]])
    moved, _ = to_crs(np.asarray(points, dtype=object), crs, GEOGRAPHIC)
    return [float(value) for value in shapely.get_coordinates(moved)[:, ::-1].ravel()]


def world_file(view: View, neat_line_mm: tuple[float, float, float, float], dpi: int) -> str:
    """Six lines that place a picture of the whole page: size of a dot, turn (none), middle of the upper left dot.

    Parameters
    ----------
    view, neat_line_mm
        The map, and where it stands on the page.
    dpi
        Dots per inch of the picture.
    """
    west, _, _, north = view.bounds_m
    dot_m = 25.4 / dpi * view.metres_per_mm
    x = west - neat_line_mm[0] * view.metres_per_mm + dot_m / 2
    y = north + neat_line_mm[1] * view.metres_per_mm - dot_m / 2
    return "".join(f"{value:.10f}\n" for value in (dot_m, 0.0, 0.0, -dot_m, x, y))


def projection_file(crs: CRS) -> str:
    """CRS as the ``.prj`` beside a world file states it."""
    return str(crs.to_wkt("WKT1_ESRI"))
