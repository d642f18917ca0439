"""One parcel among the lines around it: everything that is measured of its slivers. Nothing is judged here."""

from __future__ import annotations

from dataclasses import asdict
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.area import FLOOR_M2
from landgis.overlay.cells import polygonal, shifted
from landgis.screening.slivers.borders import Bools, Edges, Floats, Ints, edges_of, facing
from landgis.screening.slivers.chord import Chord, Plane, chord_of
from landgis.screening.slivers.run import Beside, beside, run_along
from landgis.screening.slivers.shape import deepest, mean_width_m
from landgis.screening.slivers.shift import Outline, Shift, best_shift
from landgis.screening.slivers.survey import Interest, Survey, joined

_SHEET_M = 100.0
"""How far around the parcel the feature is compared with other layers, to see whether its sheet has moved."""
_GOOD_CHORD = 0.2


class Ground:
    """One parcel and what lies around it, in coordinates near zero."""

    def __init__(self, survey: Survey, parcel_id: str) -> None:
        shape = survey.parcel(parcel_id)
        bounds = shapely.bounds(shape)
        self.survey, self.parcel_id = survey, parcel_id
        self.origin: Floats = np.floor(bounds[:2] / 1_000.0) * 1_000.0
        self.box = _grown(bounds, survey.interest.reach_m)
        self.shape = shifted(np.array([shape], dtype=object), self.origin)
        self.lines: dict[str, tuple[Edges, Beside]] = {}

    @cached_property
    def edges(self) -> Edges:
        """The parcel's border."""
        return edges_of(self.shape)

    @cached_property
    def outline(self) -> Outline:
        """The parcel's border among the lines of all layers."""
        others = joined([self._around(key, self.box) for key in self.survey.layers])
        return Outline.among("parcel", self.edges, others, _step_m(self.edges), self.survey.interest.reach_m)

    @cached_property
    def moved(self) -> Shift:
        """The vector by which the parcel stands beside all lines around it."""
        return best_shift(self.outline, self.survey.interest.reach_m)

    def describe(self, layer: str, feature_id: str) -> dict[str, Any] | None:
        """Measure one hit, or return None where it is neither narrow nor small."""
        at, whole = self.survey.feature(layer, feature_id)
        feature = shifted(np.array([whole], dtype=object), self.origin)
        piece = polygonal(shapely.intersection(self.shape, feature))[0]
        if not _is_of_interest(piece, self.survey.interest):
            return None
        depth, place = deepest(piece)
        samples = self.outline.samples
        inside = shapely.contains_xy(feature[0], samples.xy)
        lines, line = self._line(layer)
        run = run_along(self.edges, samples, line, inside, self.survey.interest.near_m)
        shift = self._shift(layer, at)
        return {
            "parcel_id": self.parcel_id,
            "layer": layer,
            "feature_id": feature_id,
            "area_m2": float(piece.area),
            "mean_width_m": mean_width_m(piece),
            "depth_m": depth,
            "pieces": int(shapely.get_num_geometries(piece)),
            "x": float(place.x + self.origin[0]),
            "y": float(place.y + self.origin[1]),
            **asdict(run),
            "still_m": self._still_m(inside, run.deepest_m),
            **self._vertices_in(feature[0]),
            **self._chord(lines, line, inside),
            **asdict(shift),
            "shift_left_m2": self._left_m2(feature, shift),
            "geometry": shifted(np.array([piece], dtype=object), -self.origin)[0],
        }

    def _line(self, layer: str) -> tuple[Edges, Beside]:
        """The layer's edges near the parcel, and which lies beside each sample."""
        if layer not in self.lines:
            edges, samples = self._around(layer, self.box), self.outline.samples
            pairs = facing(self.edges, samples, edges, self.survey.interest.reach_m)
            self.lines[layer] = edges, beside(len(samples.xy), pairs)
        return self.lines[layer]

    def _still_m(self, inside: Bools, deepest_m: float) -> float:
        """Metres of the parcel's far side that lie on some line: it cannot have moved away from there."""
        samples = self.outline.samples
        direction = (self.edges.outward[samples.edge] * samples.weight_m[:, None])[inside].sum(axis=0)
        size = float(np.hypot(*direction))
        return self.outline.still_m(direction / size, max(0.02, deepest_m / 10)) if size else 0.0

    def _vertices_in(self, feature: BaseGeometry) -> dict[str, int]:
        """Points of the parcel inside the feature, and of the feature inside the parcel."""
        theirs = np.unique(shapely.get_coordinates(feature), axis=0)
        return {
            "parcel_vertices_in": int(shapely.contains_xy(feature, self.edges.start).sum()),
            "feature_vertices_in": int(shapely.contains_xy(self.shape[0], theirs).sum()),
        }

    def _chord(self, lines: Edges, line: Beside, inside: Bools) -> dict[str, Any]:
        """The largest well-fitting chord, and the share of the overlapped border that chords explain."""
        plane, reach = Plane(self.survey.crs, self.origin), self.survey.interest.reach_m
        mine, theirs = self.outline.samples.edge, line.edge
        tried = [(chord_of(self.edges, row, lines, plane, reach), mine == row) for row in _rows(mine[inside])]
        tried += [(chord_of(lines, row, self.edges, plane, reach), theirs == row) for row in _rows(theirs[inside])]
        found = [(chord, where) for chord, where in tried if chord is not None]
        best = min((chord for chord, _ in found), key=_order, default=Chord())
        explained = np.zeros(len(inside), dtype=bool)
        for chord, where in found:
            if chord.chord_misfit <= _GOOD_CHORD:
                explained |= where
        weight = self.outline.samples.weight_m
        total = float(weight[inside].sum())
        share = float(weight[inside & explained].sum()) / total if total else 0.0
        return {**asdict(best), "chord_share": share}

    def _shift(self, layer: str, row: int) -> Shift:
        """The better supported of two stories: the parcel has moved, or the sheet of the feature has."""
        reach, box = self.survey.interest.reach_m, _grown(self.box, _SHEET_M)
        feature = self.survey.feature_edges(layer, row).near(box)
        others = joined([self._around(key, box) for key in (*self.survey.layers, "") if key != layer])
        sheet = Outline.among("feature", joined([feature], self.origin), others, _step_m(self.edges), reach)
        return max(
            self.moved, best_shift(sheet, reach), key=lambda found: min(found.shift_ahead_m, found.shift_behind_m)
        )

    def _around(self, layer: str, box: tuple[float, float, float, float]) -> Edges:
        return self.survey.around(layer, box, self.origin)

    def _left_m2(self, feature: Any, shift: Shift) -> float:
        """Overlap left after what has moved is moved back, m²."""
        if not shift.shift_of:
            return float("nan")
        back = -shift.vector if shift.shift_of == "parcel" else shift.vector
        moved = shapely.transform(self.shape, lambda points: points + back)
        return float(shapely.area(shapely.intersection(moved, feature))[0])


def _is_of_interest(piece: BaseGeometry, interest: Interest) -> bool:
    if piece.is_empty or piece.area <= FLOOR_M2:
        return False
    return bool(piece.area < interest.area_m2 or mean_width_m(piece) < interest.mean_width_m)


def _rows(edge: Ints) -> list[int]:
    """Rows of edges that occur; -1 is none."""
    return [int(row) for row in np.unique(edge) if row >= 0]


def _order(chord: Chord) -> tuple[bool, float]:
    return chord.chord_misfit > _GOOD_CHORD, -chord.chord_measured_m


def _step_m(edges: Edges) -> float:
    """Spacing of samples: half a metre at a plot of ordinary size, wider along very long borders."""
    return float(np.clip(edges.length_m.sum() / 2_000, 0.25, 5.0))


def _grown(bounds: Any, by_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = (float(value) for value in bounds)
    return west - by_m, south - by_m, east + by_m, north + by_m
