"""Reading a PDF's own operators: where lines lie on the page, which glyphs are shown."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

MM_PER_PT = 25.4 / 72


@dataclass
class Drawing:
    """Paths of a page: (stroke colour, points in millimetres from the upper left corner), and glyph codes."""

    height_pt: float
    paths: list[tuple[tuple[float, ...], np.ndarray]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


def pages(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(pdf)).pages)


def text(pdf: bytes) -> str:
    """All text, without blanks and line breaks."""
    return "".join("".join((page.extract_text() or "").split()) for page in pages(pdf)).replace("\u200b", "")


def page_text(pdf: bytes, index: int) -> str:
    return "".join((pages(pdf)[index].extract_text() or "").split()).replace("\u200b", "")


def drawing(page: PageObject) -> Drawing:
    found = Drawing(float(page.mediabox.height))
    content = page.get_contents()
    assert content is not None
    _walk(ContentStream(content, page.pdf), page["/Resources"], np.eye(3), found)
    return found


_STROKES = ("S", "s", "B", "B*", "b", "b*")
_PAINTS = (*_STROKES, "f", "f*", "n")
_STROKE_COLOURS = ("SCN", "RG", "SC", "G")


def _walk(stream: ContentStream, resources: Any, matrix: np.ndarray, found: Drawing) -> None:
    stack: list[tuple[np.ndarray, tuple[float, ...]]] = []
    colour: tuple[float, ...] = ()
    points: list[tuple[float, float]] = []
    for operands, operator in stream.operations:
        name = operator.decode("latin-1")
        if name == "q":
            stack.append((matrix, colour))
        elif name == "Q":
            matrix, colour = stack.pop()
        elif name == "cm":
            matrix = _matrix(operands) @ matrix
        elif name in _STROKE_COLOURS:
            colour = tuple(float(value) for value in operands if not isinstance(value, str))
        elif name in ("m", "l"):
            points.append((float(operands[0]), float(operands[1])))
        elif name in _PAINTS:
            if points and name in _STROKES:
                found.paths.append((colour, _on_page(points, matrix, found.height_pt)))
            points = []
        elif name in ("Tj", "TJ"):
            found.codes += _codes(operands[0] if name == "TJ" else operands)
        elif name == "Do" and resources["/XObject"][operands[0]]["/Subtype"] == "/Form":
            form = resources["/XObject"][operands[0]]
            inner = _matrix(form.get("/Matrix", [1, 0, 0, 1, 0, 0])) @ matrix
            _walk(ContentStream(form, stream.pdf), form.get("/Resources", resources), inner, found)


def _codes(parts: Any) -> list[int]:
    texts = [getattr(part, "original_bytes", b"") for part in parts]
    return [int.from_bytes(text[at : at + 2], "big") for text in texts for at in range(0, len(text), 2)]


def _matrix(values: Any) -> np.ndarray:
    a, b, c, d, e, f = (float(value) for value in values)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]])


def _on_page(points: list[tuple[float, float]], matrix: np.ndarray, height_pt: float) -> np.ndarray:
    moved = np.column_stack([np.array(points), np.ones(len(points))]) @ matrix
    return np.column_stack([moved[:, 0], height_pt - moved[:, 1]]) * MM_PER_PT
