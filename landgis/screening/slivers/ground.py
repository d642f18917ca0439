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
from landgis.screening.slivers.borders import Bools, Edges, Ints, edges_of, joined
from landgis.screening.slivers.chord import Chord, Plane, chord_of, shared_joints
from landgis.screening.slivers.run import Beside, beside, run_along
from landgis.screening.slivers.shape import deepest, mean_width_m
from landgis.screening.slivers.sheet import sheet_shift
from landgis.screening.slivers.shift import Outline, Shift, best_shift
from landgis.screening.slivers.survey import Survey, grown, origin_of, step_m

_SHEET_M = 100.0
"""How far around the parcel the feature is compared with other layers, to see whether its sheet has moved."""
_GOOD_CHORD = 0.2


class Ground:
    """One parcel and what lies around it, in coordinates near zero."""

    def __init__(self, survey: Survey, parcel_id: str) -> None:
        shape = survey.parcels.shapes[[survey.parcels.rows[parcel_id]]]
        bounds = shapely.bounds(shape[0])
        self.survey, self.parcel_id = survey, parcel_id
        self.origin = origin_of(bounds)
        self.box = grown(bounds, survey.interest.reach_m)
        self.shape = shifted(shape, self.origin)
        self.edges = edges_of(self.shape)
        self.lines: dict[str, tuple[Edges, Beside]] = {}

    @cached_property
    def outline(self) -> Outline:
        """The parcel's border among the lines of all layers, one layer after the other."""
        others = joined(list(self._layers.values()))
        return Outline.among("parcel", self.edges, others, step_m(self.edges), self.survey.interest.reach_m)

    @cached_property
    def moved(self) -> Shift:
        """The vector by which the parcel stands beside all lines around it."""
        return best_shift(self.outline, self.survey.interest.reach_m)

    @cached_property
    def _layers(self) -> dict[str, Edges]:
        """The edges of every layer near the parcel."""
        return {key: kept.around(self.box, self.origin) for key, kept in self.survey.layers.items()}

    def describe(self, layer: str, feature_id: str) -> dict[str, Any] | None:
        """Measure one hit, or return None where it comes to nothing."""
        kept = self.survey.layers[layer]
        row = kept.rows[feature_id]
        feature = shifted(kept.shapes[[row]], self.origin)
        piece = polygonal(shapely.intersection(self.shape, feature))[0]
        if piece.is_empty or piece.area <= FLOOR_M2:
            return None
        depth, place = deepest(piece)
        samples = self.outline.samples
        inside = shapely.contains_xy(feature[0], samples.xy)
        lines, line = self._line(layer)
        run = run_along(self.edges, samples, line, inside, self.survey.interest.near_m)
        shift = self._shift(layer, row)
        return {
            "parcel_id": self.parcel_id,
            "layer": layer,
            "feature_id": feature_id,
            "accuracy_m": self.survey.accuracy_m[layer],
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
            names, edges = list(self._layers), self._layers[layer]
            first = sum(len(self._layers[name].ring) for name in names[: names.index(layer)])
            pairs = self.outline.pairs.of_rows(first, first + len(edges.ring))
            self.lines[layer] = edges, beside(len(self.outline.samples.xy), pairs)
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
        weight = self.outline.samples.weight_m
        explained, found, joints = np.zeros(len(inside), dtype=bool), [], []
        for edges, others, edge in ((self.edges, lines, self.outline.samples.edge), (lines, self.edges, line.edge)):
            chords = {row: chord_of(edges, row, others, plane, reach) for row in _rows(edge[inside])}
            good = [row for row, chord in chords.items() if chord and chord.chord_misfit <= _GOOD_CHORD]
            explained |= np.isin(edge, good)
            found += [chord for chord in chords.values() if chord]
            joints.append(shared_joints(edges, np.array(good, dtype=np.int64), others) if len(good) > 1 else 0)
        total = float(weight[inside].sum())
        share = float(weight[inside & explained].sum()) / total if total else 0.0
        best = min(found, key=_order, default=Chord())
        return {**asdict(best), "chord_joints": max(joints), "chord_share": share}

    def _shift(self, layer: str, row: int) -> Shift:
        """The better supported of two stories: the parcel has moved, or the sheet of the feature has."""
        sheet = sheet_shift(self.survey, layer, row, grown(self.box, _SHEET_M))
        return max(self.moved, sheet, key=lambda found: min(found.shift_ahead_m, found.shift_behind_m))

    def _left_m2(self, feature: Any, shift: Shift) -> float:
        """Overlap left after what has moved is moved back, m²."""
        if not shift.shift_of:
            return float("nan")
        back = -shift.vector if shift.shift_of == "parcel" else shift.vector
        moved = shapely.transform(self.shape, lambda points: points + back)
        return float(shapely.area(shapely.intersection(moved, feature))[0])


def _rows(edge: Ints) -> list[int]:
    """Rows of edges that occur; -1 is none."""
    return [int(row) for row in np.unique(edge) if row >= 0]


def _order(chord: Chord) -> tuple[bool, float]:
    return chord.chord_misfit > _GOOD_CHORD, -chord.chord_measured_m
