"""Reading back the PDF as typst wrote it: the words of every page, where they stand, and the grid lines of its maps.

Only what typst writes is understood: classic cross-reference tables, one deflated content stream a page, fonts with a
table of characters. Anything else is an error, never a guess; the tests read the same pages with an independent reader.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot

import numpy as np
import numpy.typing as npt

from landgis.errors import ContractBroken
from landgis.maps.checking.pdf_strings import shown

_MM = 25.4 / 72
_GRID = (0x7D / 255, 0x93 / 255, 0xA8 / 255)
_NUMBER = rb"(-?[\d.]+)"
_PLACED = re.compile(rb" ".join([_NUMBER] * 6) + rb" cm")
_BEGIN = re.compile(rb"\nBT(?=[ /])")
_SIZED = re.compile(rb"/f\d+ ([\d.]+) Tf")
_STROKED = re.compile(rb" cm/\w+ CS " + rb" ".join([_NUMBER] * 3) + rb" SCN ")
_SEGMENT = re.compile(rb" ".join([_NUMBER] * 2) + rb" m " + rb" ".join([_NUMBER] * 2) + rb" l")
_ENTRY = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")

Lines = npt.NDArray[np.float64]
Fonts = Mapping[bytes, Mapping[int, str]]


@dataclass(frozen=True)
class Run:
    """A run of text, where it begins (millimetres from the page's upper left corner), its smallest size, missing glyphs."""

    text: str
    x_mm: float
    y_mm: float
    size_pt: float
    missing: bool


@dataclass(frozen=True)
class SetPage:
    """One page as it is in the PDF.

    Attributes
    ----------
    runs
        Its words in the order they were set.
    grids
        Grid lines of each of its maps: (n, 4) x1, y1, x2, y2 in millimetres on the page.
    """

    runs: tuple[Run, ...]
    grids: tuple[Lines, ...]

    @property
    def text(self) -> str:
        """All words, without blanks."""
        return "".join("".join(run.text for run in self.runs).split())


def read_pages(pdf: bytes) -> list[SetPage]:
    """Read every page.

    Raises
    ------
    ContractBroken
        If the PDF is built otherwise than typst builds it.
    """
    try:
        objects = _Objects(pdf)
        return [_page(objects, number) for number in objects.pages()]
    except (LookupError, ValueError, zlib.error) as error:
        raise ContractBroken(
            f"排版软件写出的 PDF 与预期不同，无法自检：{error!r}",
            f"The PDF is not built as expected and cannot be read back: {error!r}",
            next_zh="请核对 typst 的版本是否与锁定的一致",
            next_en="See whether typst is of the locked version",
        ) from error


class _Objects:
    """Objects of a PDF by number, the newest of each."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf, self._places = pdf, _places(pdf)
        self._fonts: dict[int, Mapping[int, str]] = {}

    def pages(self) -> list[int]:
        """Numbers of the pages, in order."""
        (tree,) = {match[1] for match in re.finditer(rb"/Type/Pages/Count \d+/Kids\[([^\]]*)\]", self._pdf)}
        return [int(number) for number in re.findall(rb"(\d+) 0 R", tree)]

    def head(self, number: int) -> bytes:
        """Everything of an object before its stream."""
        start = self._places[number]
        return re.split(rb">>\s*stream\n|\nendobj", self._pdf[start : start + 200_000], maxsplit=1)[0]

    def stream(self, number: int) -> bytes:
        """Return the inflated stream of an object."""
        place = self._places[number]
        start = self._pdf.index(b"stream\n", place) + len(b"stream\n")
        length = int(_found(rb"/Length (\d+)", self._pdf[place:start])[1])
        return zlib.decompress(self._pdf[start : start + length])

    def font(self, number: int) -> Mapping[int, str]:
        """Characters of a font by glyph code; read once."""
        if number not in self._fonts:
            table = self.stream(int(_found(rb"/ToUnicode (\d+) 0 R", self.head(number))[1]))
            pairs = _ENTRY.findall(table)
            self._fonts[number] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs
            }
        return self._fonts[number]


def _places(pdf: bytes) -> dict[int, int]:
    """Follow the cross-reference tables, newest first."""
    places: dict[int, int] = {}
    start: int | None = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    while start is not None:
        table = pdf[start : pdf.index(b"startxref", start)]
        for first, rows in re.findall(rb"(\d+) \d+\n((?:\d{10} \d{5} [nf]\r?\s?\n)+)", table):
            for shift, row in enumerate(rows.splitlines()):
                if row[17:18] == b"n":
                    places.setdefault(int(first) + shift, int(row[:10]))
        earlier = re.search(rb"/Prev (\d+)", table)
        start = int(earlier[1]) if earlier else None
    return places


def _page(objects: _Objects, number: int) -> SetPage:
    head = objects.head(number)
    high = float(_found(rb"/MediaBox\[0 0 [\d.]+ ([\d.]+)\]", head)[1])
    resources = objects.head(int(_found(rb"/Resources (\d+) 0 R", head)[1]))
    named = re.search(rb"/Font<<(.*?)>>", resources)
    fonts = {
        name: objects.font(int(target))
        for name, target in re.findall(rb"/(f\d+) (\d+) 0 R", named[1] if named else b"")
    }
    content = objects.stream(int(_found(rb"/Contents (\d+) 0 R", head)[1]))
    return SetPage(tuple(_runs(content, fonts, high)), tuple(_grids(content, high)))


def _runs(content: bytes, fonts: Fonts, high: float) -> Iterator[Run]:
    before, *parts = _BEGIN.split(content)
    known: dict[bytes, tuple[str, float, bool]] = {}
    for part in parts:
        text_object, _, after = part.partition(b"\nET")
        _, _, slant, down, x, y = _last(_PLACED, before[before.rfind(b"\nq ") + 1 :])
        # Glyphs of a drawing are set one by one: the same few, over and over.
        if text_object not in known:
            known[text_object] = _spelt(text_object, fonts)
        text, size, missing = known[text_object]
        yield Run(text, x * _MM, (high - y) * _MM, size * hypot(slant, down), missing)
        before = after


def _spelt(text_object: bytes, fonts: Fonts) -> tuple[str, float, bool]:
    pieces = shown(text_object)
    texts = [
        "".join(fonts[piece.font].get(code, "") for code in piece.codes) if piece.instead is None else piece.instead
        for piece in pieces
    ]
    size = min(float(each) for each in _SIZED.findall(text_object))
    return "".join(texts).replace("\u200b", ""), size, any(0 in piece.codes for piece in pieces)


def _grids(content: bytes, high: float) -> Iterator[Lines]:
    for stroked in _STROKED.finditer(content):
        if any(abs(float(part) - wanted) > 0.002 for part, wanted in zip(stroked.groups(), _GRID, strict=True)):
            continue
        across, _, _, down, x, y = _last(_PLACED, content[max(0, stroked.start() - 120) : stroked.start() + 3])
        path = content[stroked.end() : content.index(b"\nS", stroked.end())]
        ends = np.array([[float(value) for value in segment] for segment in _SEGMENT.findall(path)]).reshape(-1, 4)
        yield (ends * [across, down, across, down] + [x, y, x, y]) * [_MM, -_MM, _MM, -_MM] + [0, high * _MM] * 2


def _last(pattern: re.Pattern[bytes], text: bytes) -> tuple[float, ...]:
    *_, found = pattern.findall(text)
    return tuple(float(value) for value in found)


def _found(pattern: bytes, text: bytes) -> re.Match[bytes]:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"no {pattern.decode()}")
    return found
