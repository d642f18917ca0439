"""Judging where things lie: the CRS declared, the city, the district, and coordinates coarsened as declared."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.crs import GEOGRAPHIC, LOCAL, GeometryArray, epsg_of, inside_shanghai, interpretations, name_of, to_crs
from landgis.domain.district import DISTRICTS
from landgis.domain.preflight_fault import FaultCode
from landgis.preflight.subject import Bools, Floats, Subject

_LIKE_GRID = 1e-6
_ELSEWHERE = (FaultCode.AXES_SWAPPED, FaultCode.ZONE_OTHER, FaultCode.PLACE_OUTSIDE)


def judge_crs(subject: Subject) -> None:
    """Tell a layer without CRS, or in another than declared; the deployment's own plane may take its place."""
    if subject.shapes is None:
        return
    found = getattr(subject.frame, "crs", None)
    if found is None:
        subject.tell(FaultCode.CRS_MISSING)
        return
    named = name_of(found)
    wanted = name_of(subject.delivery.crs)
    if named != wanted or wanted not in (subject.profile.crs, LOCAL):
        said = wanted if wanted in (subject.profile.crs, LOCAL) else subject.profile.crs
        subject.tell(FaultCode.CRS_OTHER, "", f"{named} ≠ {said}", f"{named} ≠ {said}")


def judge_place(subject: Subject) -> None:
    """Tell rows that do not lie where they should, each by the likeliest reason."""
    shapes = subject.shapes
    if shapes is None or subject.faults_of_crs():
        return
    rows = np.flatnonzero(subject.sound_rows())
    boxes = shapely.bounds(shapes[rows])
    outside = ~inside_shanghai(boxes, subject.delivery.crs)
    for code, wrong in _reasons(boxes, outside, subject).items():
        subject.tell_rows(code, rows[wrong])
    if subject.delivery.district:
        away = ~outside & ~_inside_district(boxes, subject)
        subject.tell_rows(FaultCode.DISTRICT_OUTSIDE, rows[away])
    step = subject.profile.coarsen_m
    if step is not None:
        _judge_grid(subject, shapes, step)


def _reasons(boxes: Floats, outside: Bools, subject: Subject) -> dict[FaultCode, Bools]:
    told = {code: np.zeros(len(boxes), dtype=bool) for code in _ELSEWHERE}
    if not outside.any():
        return told
    swapped = inside_shanghai(boxes[:, [1, 0, 3, 2]], subject.delivery.crs)
    told[FaultCode.AXES_SWAPPED] = outside & swapped
    for row in np.flatnonzero(outside & ~swapped):
        likely = next(iter(interpretations(boxes[row].reshape(-1, 2))), None)
        zone = likely is not None and likely.fits and likely.epsg != epsg_of(subject.delivery.crs)
        told[FaultCode.ZONE_OTHER if zone else FaultCode.PLACE_OUTSIDE][row] = True
    return told


def _inside_district(boxes: Floats, subject: Subject) -> Bools:
    corners = np.asarray(shapely.points(boxes.reshape(-1, 2)), dtype=object)
    degrees, _ = to_crs(corners, subject.delivery.crs, GEOGRAPHIC)
    lon, lat = shapely.get_x(degrees), shapely.get_y(degrees)
    west, south, east, north = DISTRICTS[subject.delivery.district].bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.asarray(inside.reshape(-1, 2).all(axis=1))


def _judge_grid(subject: Subject, shapes: GeometryArray, step: float) -> None:
    vertices, row = shapely.get_coordinates(shapes, return_index=True)
    cells = vertices / step
    fine = (np.abs(cells - np.round(cells)) > _LIKE_GRID).any(axis=1)
    wrong = np.zeros(len(shapes), dtype=bool)
    wrong[row[fine]] = True
    subject.tell_rows(FaultCode.COORDINATES_FINE, wrong & subject.sound_rows())
