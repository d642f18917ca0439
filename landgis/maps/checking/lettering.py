"""Labels on the map: inside the neat line, clear of each other, none forgotten; by where the drawing puts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgis.domain.sheet_fault import SheetFault
from landgis.maps.checking.drawing import MapDrawing, Plate, Words
from landgis.maps.checking.glyphs import extent
from landgis.maps.checking.printed import Printed
from landgis.maps.sheet.request import texts_of

_ON_MAP = ("numbers", "names")
_ROUNDED_MM = 0.002
"""Coordinates are written to a thousandth."""

Boxes = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Lettering:
    """Texts, the ground they take (left, top, right, bottom), and which text each box belongs to: plates have one too."""

    words: tuple[Words, ...]
    boxes: Boxes
    owners: npt.NDArray[np.intp]


def label_faults(printed: Printed) -> Iterator[SheetFault]:
    """Find labels that leave their place, that touch, or that are missing, on every map and small drawing of a sheet."""
    page = printed.facts.page
    for drawn in printed.maps:
        yield from _map_faults(drawn, page)
    for name in ("scale_bar", "north_arrow"):
        yield from _small_faults(printed, name)
    yield from _missing(printed)


def box_of(words: Words) -> tuple[float, float, float, float]:
    """Ground that a text takes, by the true widths of its glyphs."""
    width, rise, fall = (part * words.size_mm for part in extent(words.text, words.bold))
    x, y = words.x_mm, words.y_mm
    if words.turned:
        return x - rise, y - width / 2, x + fall, y + width / 2
    return x - width / 2, y - rise, x + width / 2, y + fall


def _map_faults(drawn: MapDrawing, page: int) -> Iterator[SheetFault]:
    inside = _lettering([each for each in drawn.words if each.part in _ON_MAP], drawn.plates)
    around = _lettering([each for each in drawn.words if each.part not in _ON_MAP], ())
    neat = np.array([0, 0, *drawn.neat_mm])
    (left, top), (width, height) = drawn.origin_mm, drawn.size_mm
    yield from _outside(inside, _leaves(inside.boxes, neat), page)
    outer = np.array([-left, -top, width - left, height - top])
    yield from _outside(around, _leaves(around.boxes, outer) | _meets(around.boxes, neat), page)
    yield from _touching(inside, page)
    yield from _touching(around, page)


def _small_faults(printed: Printed, name: str) -> Iterator[SheetFault]:
    text = printed.content.get(name, "")
    if not text:
        return
    drawn = printed.small(name)
    letters = _lettering(drawn.words, ())
    yield from _outside(letters, _leaves(letters.boxes, np.array([0, 0, *drawn.size_mm])), printed.facts.page)
    yield from _touching(letters, printed.facts.page)


def _lettering(words: Sequence[Words], plates: Sequence[Plate]) -> _Lettering:
    """Give every text its box, and the box of the plate under it; plates are in the order of the numbers."""
    own = [box_of(each) for each in words]
    under = [(each.x_mm, each.y_mm, each.x_mm + each.width_mm, each.y_mm + each.height_mm) for each in plates]
    numbers = [row for row, each in enumerate(words) if each.part == "numbers"][: len(plates)]
    owners = np.array([*range(len(words)), *numbers], dtype=np.intp)
    return _Lettering(tuple(words), np.array([*own, *under[: len(numbers)]]).reshape(-1, 4), owners)


def _leaves(boxes: Boxes, frame: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    beyond = (boxes[:, :2] < frame[:2] - _ROUNDED_MM) | (boxes[:, 2:] > frame[2:] + _ROUNDED_MM)
    return np.asarray(beyond.any(axis=1))


def _meets(boxes: Boxes, frame: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    clear = (boxes[:, 2:] < frame[:2]) | (boxes[:, :2] > frame[2:])
    return np.asarray(~clear.any(axis=1))


def _outside(letters: _Lettering, out: npt.NDArray[np.bool_], page: int) -> Iterator[SheetFault]:
    for row in np.unique(letters.owners[out]):
        text = letters.words[row].text
        yield SheetFault(
            "label-outside", page, text, f"注记“{text}”出了它的图框", f"The label “{text}” leaves its frame"
        )


def _touching(letters: _Lettering, page: int) -> Iterator[SheetFault]:
    shapes = np.asarray(shapely.box(*letters.boxes.T), dtype=object)
    one, other = letters.owners[shapely.STRtree(shapes).query(shapes, predicate="intersects")]
    for first, second in np.unique(np.column_stack([one, other])[one < other], axis=0).tolist():
        texts = letters.words[first].text, letters.words[second].text
        yield SheetFault(
            "label-touching",
            page,
            " / ".join(texts),
            f"注记“{texts[0]}”与“{texts[1]}”相叠",
            f"The labels “{texts[0]}” and “{texts[1]}” touch",
        )


def _missing(printed: Printed) -> Iterator[SheetFault]:
    """Find parcels of the sheet that no number, no group and no note on it names."""
    facts = printed.facts
    if not printed.content.get("numbered", True):
        return
    for place, (shown, drawn) in enumerate(zip(facts.maps, printed.maps, strict=True)):
        lines = printed.lines_of(place)
        numbers = dict(zip(lines["parcel_id"], texts_of(lines), strict=True))
        written = Counter(each.text for each in drawn.words if each.part == "numbers")
        together = {parcel_id for text, members in shown.groups if written[text] for parcel_id in members}
        told = together | (set(shown.unplaced) if printed.holds("图上无处注记的地块序号") else set())
        for parcel_id in shown.named:
            if parcel_id not in told and not written[numbers[parcel_id]]:
                yield SheetFault(
                    "label-missing",
                    facts.page,
                    parcel_id,
                    f"地块 {parcel_id}（注记 {numbers[parcel_id]}）图上没有注记，也未说明",
                    f"Parcel {parcel_id} (line {numbers[parcel_id]}) has no number on the map, and no note says so",
                )
