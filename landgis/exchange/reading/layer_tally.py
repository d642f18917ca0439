"""Counting what a layer holds while its batches go by: kinds, gaps, faults, doubles and extent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgis.crs import GeometryArray, Points, vertices
from landgis.exchange.reading.geometry_words import broken_words
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.quality.reasons import invalid_reason

_FIRST = 5
_SAMPLE = 5_000
_PREVIEW_FIELDS, _CHARACTERS = 4, 24


class Place(NamedTuple):
    """A row (1-based), and where there is one the reason in Chinese and in English."""

    row: int
    reasons: tuple[str, str] = ("", "")


@dataclass
class Places:
    """How many rows have something, and the first five of them."""

    count: int = 0
    first: list[Place] = field(default_factory=list)

    def add(self, places: Sequence[Place]) -> None:
        """Count rows; the first five are kept."""
        self.count += len(places)
        self.first += places[: _FIRST - len(self.first)]

    def as_list(self) -> list[dict[str, object]]:
        """Return the first places as plain fields."""
        told = ("reason_zh", "reason_en")
        return [
            {"row": row} | {key: text for key, text in zip(told, why, strict=True) if text} for row, why in self.first
        ]


@dataclass
class LayerTally:
    """What has been counted so far.

    Attributes
    ----------
    rows
        Rows seen.
    kinds
        Geometry type → rows.
    null, empty, invalid, duplicates
        Rows without geometry, with an empty one, with one that cannot be measured, with the same one as an earlier row.
    filled
        Field → cells that hold something.
    types
        Field → type of its column.
    preview
        The first five rows, of the fields that tell most: field → text.
    heights
        Whether any vertex has a height.
    """

    rows: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    null: Places = field(default_factory=Places)
    empty: Places = field(default_factory=Places)
    invalid: Places = field(default_factory=Places)
    duplicates: Places = field(default_factory=Places)
    filled: Counter[str] = field(default_factory=Counter)
    types: dict[str, str] = field(default_factory=dict)
    preview: list[dict[str, str]] = field(default_factory=list)
    heights: bool = False
    _boxes: list[npt.NDArray[np.float64]] = field(default_factory=list)
    _samples: list[Points] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def add(self, batch: RawLayer) -> None:
        """Count one batch."""
        shapes: GeometryArray = np.asarray(batch.frame.geometry.array, dtype=object)
        numbers = np.arange(len(shapes)) + self.rows + 1
        self.rows += len(shapes)
        self._count_gaps(shapes, numbers, batch)
        there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        shapes, numbers = shapes[there], numbers[there]
        self.kinds.update(shape.geom_type for shape in shapes)
        self.heights = self.heights or bool(shapely.has_z(shapes).any())
        valid = shapely.is_valid(shapes)
        wrong = zip(numbers[~valid].tolist(), shapes[~valid], strict=True)
        self.invalid.add([Place(row, invalid_reason(shape)[:2]) for row, shape in wrong])
        self._count_doubles(shapes, numbers)
        self._boxes.append(shapely.bounds(shapes[valid]))
        self._samples.append(vertices(shapes, _SAMPLE))
        self._look_at_fields(batch.frame.drop(columns=batch.frame.geometry.name))

    def add_table(self, table: pd.DataFrame) -> None:
        """Count a table without geometry."""
        self.rows += len(table)
        self._look_at_fields(table)

    @property
    def boxes(self) -> npt.NDArray[np.float64]:
        """Bounds of every valid geometry in file order, shape (n, 4), as the coordinates stand."""
        return np.concatenate([np.zeros((0, 4)), *self._boxes])

    @property
    def sample(self) -> Points:
        """Some thousand vertices, evenly taken."""
        points = np.concatenate([np.zeros((0, 2)), *self._samples])
        return points[:: max(1, -(-len(points) // _SAMPLE))]

    @property
    def extent(self) -> list[float] | None:
        """Min x, min y, max x, max y of what is valid; None where nothing is."""
        boxes = self.boxes
        return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()] if len(boxes) else None

    def _count_gaps(self, shapes: GeometryArray, numbers: npt.NDArray[np.int64], batch: RawLayer) -> None:
        broken = {row - batch.first_row: reason for row, reason in batch.broken.items()}
        missing = shapely.is_missing(shapes)
        self.null.add([Place(int(numbers[row])) for row in np.flatnonzero(missing) if row not in broken])
        self.invalid.add([Place(int(numbers[row]), broken_words(reason)) for row, reason in broken.items()])
        self.empty.add([Place(int(number)) for number in numbers[shapely.is_empty(shapes)]])

    def _count_doubles(self, shapes: GeometryArray, numbers: npt.NDArray[np.int64]) -> None:
        doubles = []
        for number, wkb in zip(numbers.tolist(), shapely.to_wkb(shapely.normalize(shapes)), strict=True):
            key = hash(wkb)
            if key in self._seen:
                doubles.append(Place(number))
            self._seen.add(key)
        self.duplicates.add(doubles)

    def _look_at_fields(self, table: pd.DataFrame) -> None:
        self.filled.update({str(name): int(count) for name, count in table.notna().sum().items()})
        self.types = self.types or {str(name): str(dtype) for name, dtype in table.dtypes.items()}
        if self.preview:
            return
        head = table.head(_FIRST).astype("object").where(table.head(_FIRST).notna(), "")
        telling = sorted(head.columns, key=lambda name: all(str(value).isascii() for value in head[name]))
        kept = [name for name in head.columns if name in telling[:_PREVIEW_FIELDS]]
        self.preview = [{str(name): _short(row[name]) for name in kept} for _, row in head.iterrows()]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"
