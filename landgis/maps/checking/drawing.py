"""Reading back the SVG of a map: with what it paints, what it writes and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset({"path", "rect", "circle", "text"})
_TRANSLATE = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")
_ARCS = re.compile(r"a[^MZ]*")
"""Arcs of circles: of a circle only the point where it begins is kept."""
_SIGNS = str.maketrans("MZ,", "   ")

Point = tuple[float, float]


@dataclass(frozen=True)
class Paint:
    """One way of painting: ``kind`` fill, hatch or line; ``colour`` of fill or line; ``more``: opacity, dash or hatch."""

    kind: str
    colour: str
    more: str = ""

    @property
    def words(self) -> str:
        """Colour, or the inks of a hatch."""
        return self.colour or "、".join(dict.fromkeys(re.findall(r"#[0-9a-f]{6}", self.more))) or self.more


@dataclass(frozen=True)
class Words:
    """A text centred on x, standing on y; ``turned``: a quarter to the left. ``part``: id of the group it stands in."""

    text: str
    x_mm: float
    y_mm: float
    size_mm: float
    bold: bool
    turned: bool
    part: str


@dataclass(frozen=True)
class Plate:
    """A rectangle under a number."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True)
class Painted:
    """One group of a symbol: its paints, the path data it paints, and whether it fills what is no closed ring."""

    paints: frozenset[Paint]
    paths: tuple[str, ...]
    open_filled: bool

    def corners_mm(self) -> npt.NDArray[np.float64]:
        """Every corner of its paths, (n, 2), and the leftmost point of every circle."""
        plain = _ARCS.sub(" ", " ".join(self.paths)).translate(_SIGNS)
        return np.array(plain.split(), dtype=np.float64).reshape(-1, 2)


@dataclass(frozen=True)
class MapDrawing:
    """A drawing read back; millimetres from the neat line's upper left corner where it has one.

    Attributes
    ----------
    symbols
        Groups that paint a symbol.
    furniture
        Paints outside of symbols.
    words, plates
        Texts, and the plates under the numbers.
    origin_mm
        The neat line's upper left corner on the drawing.
    size_mm, neat_mm
        Size of the drawing and of the neat line; the latter that of the drawing where there is none.
    """

    symbols: tuple[Painted, ...]
    furniture: frozenset[Paint]
    words: tuple[Words, ...]
    plates: tuple[Plate, ...]
    origin_mm: Point
    size_mm: Point
    neat_mm: Point


def read_drawing(text: str) -> MapDrawing:
    """Read a drawing as ``landgis.maps.svg`` writes it."""
    root = ElementTree.fromstring(text)
    hatches = {pattern.get("id", ""): _hatch(pattern) for pattern in root.iter(f"{_SVG}pattern")}
    body = [child for child in root if child.tag != f"{_SVG}defs"]
    groups = [each for part in body for each in part.iter(f"{_SVG}g")]
    symbols = {each for group in groups if _of_symbol(group) for each in group.iter()}
    loose = [each for part in body for each in part.iter() if each not in symbols]
    neat = next((each for each in loose if each.get("id") == "neat-line"), root)
    moved = next((_TRANSLATE.match(group.get("transform", "")) for group in groups), None)
    return MapDrawing(
        tuple(_symbol(group, hatches) for group in groups if _of_symbol(group)),
        frozenset(paint for each in loose for paint in paints(each, hatches)),
        tuple(_words(body)),
        tuple(_plate(rect) for group in groups if group.get("id") == "numbers" for rect in group.iter(f"{_SVG}rect")),
        (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0),
        _size(root),
        _size(neat),
    )


def paints(element: ElementTree.Element, hatches: Mapping[str, str]) -> Iterator[Paint]:
    """With what an element is painted; without a word of it SVG fills black."""
    if element.tag.removeprefix(_SVG) not in _SHAPES:
        return
    fill, stroke = element.get("fill", "#000000"), element.get("stroke", "none")
    if fill.startswith("url(#"):
        yield Paint("hatch", "", hatches[fill[5:-1]])
    elif fill != "none":
        yield Paint("fill", fill, element.get("fill-opacity", "1"))
    if stroke != "none":
        yield Paint("line", stroke, element.get("stroke-dasharray", ""))


def swatch_paints(text: str) -> frozenset[Paint]:
    """With what a sample of the legend is painted."""
    drawn = read_drawing(text)
    return drawn.furniture


def _of_symbol(group: ElementTree.Element) -> bool:
    return group.get("id", "").startswith("symbol-")


def _symbol(group: ElementTree.Element, hatches: Mapping[str, str]) -> Painted:
    found = frozenset(paint for each in group.iter() for paint in paints(each, hatches))
    paths = list(group.iter(f"{_SVG}path"))
    data = tuple(each.get("d", "") for each in paths)
    filled = (each.get("d", "") for each in paths if each.get("fill") != "none")
    return Painted(found, data, any(path.count("M") != path.count("Z") for path in filled))


def _hatch(pattern: ElementTree.Element) -> str:
    """Everything of a hatch but its name."""
    own = [f"{name}={value}" for name, value in sorted(pattern.attrib.items()) if name != "id"]
    return " ".join([*own, *(f"{each.tag.removeprefix(_SVG)} {sorted(each.attrib.items())}" for each in pattern)])


def _words(body: list[ElementTree.Element]) -> Iterator[Words]:
    for part in body:
        for parent in part.iter():
            for each in parent.findall(f"{_SVG}text"):
                yield _written(each, parent.get("id", ""))
        if part.tag == f"{_SVG}text":
            yield _written(part, "")


def _written(text: ElementTree.Element, part: str) -> Words:
    x, y, size = (float(text.get(name, "nan")) for name in ("x", "y", "font-size"))
    turned = text.get("transform", "").startswith("rotate(-90")
    return Words(text.text or "", x, y, size, text.get("font-weight") == "bold", turned, part)


def _plate(rect: ElementTree.Element) -> Plate:
    x, y, width, height = (float(rect.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return Plate(x, y, width, height)


def _size(element: ElementTree.Element) -> Point:
    width, height = (float(element.get(name, "nan").removesuffix("mm")) for name in ("width", "height"))
    return width, height
