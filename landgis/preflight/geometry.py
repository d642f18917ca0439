"""Judging geometry: there, of its kind, valid, in its normal form, and no ground given twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from landgis.area import FLOOR_M2
from landgis.crs import WORKING, GeometryArray, to_crs
from landgis.domain.preflight_fault import FaultCode
from landgis.domain.profile import GeometryKind
from landgis.overlay import LayerIndex
from landgis.preflight.outlines import Outlines, measure_outlines
from landgis.preflight.subject import Ints, Subject

NOISE_M = 0.001
"""Mean width up to which an overlap is what rounding and projection make of one shared border: a millimetre."""
_IN_TURN = (
    (FaultCode.GEOMETRY_NULL, "missing"),
    (FaultCode.GEOMETRY_EMPTY, "empty"),
    (FaultCode.GEOMETRY_TYPE, "other_kind"),
    (FaultCode.COORDINATE_NOT_FINITE, "endless"),
    (FaultCode.GEOMETRY_INVALID, "invalid"),
    (FaultCode.GEOMETRY_HEIGHT, "height"),
    (FaultCode.VERTEX_REPEATED, "repeated"),
    (FaultCode.RING_DIRECTION, "turned"),
    (FaultCode.PART_ORDER, "unordered"),
)
"""A row is told once, by the first of these."""


def judge_geometry(subject: Subject) -> None:
    """Tell what is wrong with the geometry of a layer, row by row."""
    shapes = subject.shapes
    if shapes is None or subject.declared.geometry is GeometryKind.NONE:
        return
    outlines = measure_outlines(shapes, subject.declared.geometry)
    for code, name in _IN_TURN:
        rows = getattr(outlines, name) & subject.sound_rows()
        subject.tell_rows(code, rows, values=_reasons(outlines, rows) if name == "invalid" else None)


def _reasons(outlines: Outlines, rows: np.ndarray) -> list[str]:
    return list(shapely.is_valid_reason(outlines.shapes[rows]))


def judge_pairs(subject: Subject) -> None:
    """Tell ground that is given twice, at the later of the two rows."""
    shapes, declared = subject.shapes, subject.declared
    if shapes is None or declared.geometry is not GeometryKind.POLYGON or declared.overlaps:
        return
    fit = np.flatnonzero(subject.sound_rows())
    twice = pd.Series(shapely.to_wkb(shapely.normalize(shapes[fit]))).duplicated().to_numpy()
    subject.tell_rows(FaultCode.GEOMETRY_DUPLICATE, fit[twice])
    if subject.faults_of_crs():
        return
    alone = fit[~twice]
    metres, _ = to_crs(shapes[alone], subject.delivery.crs, WORKING)
    one, other, area_m2 = overlapping(metres)
    words = [f"{subject.keys[alone[a]]}，{area:.3f} m²" for a, area in zip(one, area_m2, strict=True)]
    subject.tell_rows(FaultCode.GEOMETRY_OVERLAP, alone[other], values=words)


def overlapping(shapes: GeometryArray) -> tuple[Ints, Ints, np.ndarray]:
    """Return pairs (lower row, higher row, m²) of valid polygons that share more ground than a common border is wide.

    Parameters
    ----------
    shapes
        In metres.
    """
    if len(shapes) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    pairs = LayerIndex.build(shapes).measure(shapes).pairs
    first, second = pairs.parcel.astype(np.int64), pairs.feature.astype(np.int64)
    ahead = (first < second) & (pairs.area_m2 > FLOOR_M2)
    one, other, area_m2 = first[ahead], second[ahead], pairs.area_m2[ahead]
    width_m = 2 * area_m2 / np.maximum(shapely.length(shapely.intersection(shapes[one], shapes[other])), NOISE_M)
    real = width_m > NOISE_M
    return one[real], other[real], area_m2[real]
