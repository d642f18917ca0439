"""Which numbers the points carry: zone prefix or none, degrees, a local grid, and whether X and Y are exchanged.

The size of the numbers tells it. In China a northing has seven figures, an easting six, or eight with its zone before
it; latitudes lie below 54°, longitudes above 73°.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landgis.exchange.points.points_read import BoundaryPoint, Plot, refusal

PREFIXED, PLAIN, DEGREES, LOCAL, OTHER = "prefixed", "plain", "degrees", "local", "other"
_KINDS = (PREFIXED, PLAIN, DEGREES, LOCAL, OTHER)
_ZH = {PREFIXED: "带带号的东坐标", PLAIN: "6 位东坐标", DEGREES: "度", LOCAL: "地方坐标", OTHER: "无法识别的坐标"}
_EN = {PREFIXED: "eastings with zone", PLAIN: "six-figure eastings", DEGREES: "degrees", LOCAL: "a local grid",
       OTHER: "no known coordinates"}  # fmt: skip
_ZONES = (*range(13, 24), *range(25, 46))
"""Zones of China: 13–23 are 6 degrees wide, 25–45 are 3."""
_LEAST, _MOST = 1_000_000.0, 6_000_000.0

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Axes:
    """What the numbers of a file are.

    Attributes
    ----------
    kind
        ``prefixed``, ``plain``, ``degrees``, ``local`` or ``other``.
    zone
        Zone before the eastings; None without.
    swapped
        Whether what the format calls X holds the easting.
    """

    kind: str
    zone: int | None
    swapped: bool

    @property
    def zh(self) -> str:
        """Chinese description."""
        return f"{_ZH[self.kind]}（{self.zone} 带）" if self.zone else _ZH[self.kind]

    @property
    def en(self) -> str:
        """English description."""
        return f"{_EN[self.kind]} ({self.zone})" if self.zone else _EN[self.kind]


def find_axes(name: str, plots: Sequence[Plot]) -> Axes:
    """Tell what the numbers of a file are; all its points must agree.

    Raises
    ------
    FileUnreadable
        If some points carry other numbers than the rest: a lost or doubled figure, two zones, or X and Y exchanged in
        a part of the file. The first such point is named.
    """
    points = [point for plot in plots for point in plot.points]
    north = np.array([point.north for point in points])
    east = np.array([point.east for point in points])
    straight, exchanged = _kinds(north, east), _kinds(east, north)
    swapped = (straight > 2) & (exchanged < 3)
    kind = np.where(swapped, exchanged, straight)
    zone = np.where(kind == 0, np.where(swapped, north, east) // 1_000_000, 0).astype(int)
    forms = np.stack([kind, zone, swapped.astype(int)], axis=1)
    found, first, counts = np.unique(forms, axis=0, return_index=True, return_counts=True)
    main = int(np.argmax(counts))
    if len(found) > 1:
        odd = min(int(place) for row, place in enumerate(first) if row != main)
        raise _mixed(name, points[odd], _axes(found[main]), _axes(forms[odd]))
    return _axes(found[main])


def _axes(form: npt.NDArray[np.int_]) -> Axes:
    return Axes(_KINDS[int(form[0])], int(form[1]) or None, bool(form[2]))


def _kinds(north: Numbers, east: Numbers) -> npt.NDArray[np.int_]:
    """Return the place in ``_KINDS`` of every pair, taking the first number as north."""
    seven = (north >= _LEAST) & (north < _MOST)
    prefixed = seven & np.isin((east // 1_000_000).astype(int), _ZONES)
    plain = seven & (east >= 100_000) & (east < 900_000)
    degrees = (north > 3) & (north < 54) & (east > 73) & (east < 136)
    local = (np.abs(north) < _LEAST) & (np.abs(east) < _LEAST)
    return np.select([prefixed, plain, degrees, local], [0, 1, 2, 3], 4)


def _mixed(name: str, point: BoundaryPoint, main: Axes, odd: Axes) -> Exception:
    numbers = f"{point.north:.15g},{point.east:.15g}"
    if main.zone and odd.zone and main.swapped == odd.swapped:
        zh, en = f"文件里有 {main.zone}、{odd.zone} 两个带", f"the file has two zones, {main.zone} and {odd.zone}"
        remedy = ("请按带拆成两个文件", "Split it into one file for each zone")
    elif main.swapped != odd.swapped:
        zh, en = f"这一点的 X、Y 与其余各点相反（{numbers}）", f"X and Y of this point are exchanged ({numbers})"
        remedy = ("请统一 X（北）、Y（东）的次序", "Put X (north) before Y (east) throughout")
    else:
        zh = f"坐标 {numbers} 与其余各点位数不同（其余为{main.zh}），可能多写或漏写了数字"
        en = f"{numbers} has other numbers of figures than the rest ({main.en}): a figure may be lost or doubled"
        remedy = ("请核对这一点的坐标", "Check the coordinates of this point")
    return refusal(name, point.place, zh, en, *remedy)
