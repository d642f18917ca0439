"""Paper and ground of a print: sizes, the scales offered, and the piece of ground that a frame holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from landgis.errors import UsageError
from landgis.maps.layout import Layout, load_layout
from landgis.maps.sheet.view import View

SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000)
"""Denominators that a view can be printed at."""
PAPERS = ("a4", "a3", "a2", "a1")
TURNS = ("landscape", "portrait")
_CENTIMETRE = 2
"""Corners of a frame stand on whole centimetres of the ground: less than a tenth of a line at any scale."""


@dataclass(frozen=True)
class Sheet:
    """A paper, and the size of the neat line on it: of what a frame holds. Millimetres."""

    paper: str
    turn: str
    width_mm: float
    height_mm: float
    map_width_mm: float
    map_height_mm: float


def layout_of(paper: str, turn: str) -> Layout:
    """Return the layout of a paper.

    Raises
    ------
    UsageError
        If there is no such paper.
    """
    if paper not in PAPERS or turn not in TURNS:
        raise _unknown("纸张", "paper", f"{paper} {turn}", [f"{each} {way}" for each in PAPERS for way in TURNS])
    return load_layout(f"{paper}_print" if turn == "landscape" else f"{paper}_print_portrait")


def sheets() -> Iterator[Sheet]:
    """Every paper that a view can be printed on."""
    for paper in PAPERS:
        for turn in TURNS:
            layout = layout_of(paper, turn)
            yield Sheet(paper, turn, layout.paper.width_mm, layout.paper.height_mm, *map_size_mm(layout))


def map_size_mm(layout: Layout) -> tuple[float, float]:
    """Width and height of the neat line."""
    box, border = layout.items.map, 2 * layout.map.border_mm
    return box.width_mm - border, box.height_mm - border


def frame(layout: Layout, scale: int, centre: tuple[float, float]) -> View:
    """Lay the frame of a layout around a point of the ground.

    Parameters
    ----------
    scale
        One of ``SCALES``.
    centre
        East and north of the middle of the map, projected CRS, metres.

    Raises
    ------
    UsageError
        If the scale is not offered.
    """
    if scale not in SCALES:
        raise _unknown("比例尺", "scale", f"1:{scale}", [f"1:{each}" for each in SCALES])
    width, height = map_size_mm(layout)
    west = centre[0] - width * scale / 2000
    south = centre[1] - height * scale / 2000
    return View(scale, round(west, _CENTIMETRE), round(south, _CENTIMETRE), width, height)


def _unknown(zh: str, en: str, value: str, known: list[str]) -> UsageError:
    return UsageError(
        f"没有这种{zh}：{value}", f"There is no such {en}: {value}", where=value,
        next_zh=f"可用：{'、'.join(known)}", next_en=f"Known: {', '.join(known)}",
    )  # fmt: skip
