"""Judging what may be given at all: marks of secrecy, and how much ground full-element data cover without a gap."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely
from pyproj import CRS

from landgis.area import ellipsoidal_areas
from landgis.crs import GeometryArray
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import CONTINUOUS_LIMIT_M2, above
from landgis.domain.preflight_fault import Fault, FaultCode
from landgis.domain.profile import ExportProfile
from landgis.frames.delivered import Delivery


def judge_secrecy(delivery: Delivery, profile: ExportProfile) -> Iterator[Fault]:
    """Tell layers whose mark is above what the receiver may be given; a layer of which nobody says so is not marked."""
    most = Secrecy(profile.secrecy)
    for name in delivery.layers:
        mark = delivery.secrecy.get(name, Secrecy.UNSTATED)
        if above(mark, most):
            told_zh, told_en = f"{mark.zh} > {most.zh}", f"{mark} > {most}"
            yield Fault(FaultCode.SECRECY_ABOVE, name, "", "", f"{FaultCode.SECRECY_ABOVE.zh}：{told_zh}",
                        f"{FaultCode.SECRECY_ABOVE.en}: {told_en}")  # fmt: skip


def judge_coverage(delivery: Delivery) -> Iterator[Fault]:
    """Tell a delivery whose full-element layers together cover more ground without a gap than the limit."""
    code = FaultCode.COVERAGE_CONTINUOUS
    largest_m2 = continuous_of(delivery)
    if largest_m2 > CONTINUOUS_LIMIT_M2:
        names, told = " ".join(sorted(delivery.full_elements)), f"{largest_m2 / 1e6:.2f} km²"
        yield Fault(code, names, "", "", f"{code.zh}：{told}", f"{code.en}: {told}")


def continuous_of(delivery: Delivery) -> float:
    """Return the ellipsoidal area, m², of the largest ground that the full-element layers of a delivery cover together."""
    frames = [delivery.layers[name] for name in sorted(delivery.full_elements) if name in delivery.layers]
    shapes = [np.asarray(frame.geometry.array, dtype=object) for frame in frames if hasattr(frame, "geometry")]
    return continuous_m2(np.concatenate(shapes), delivery.crs) if shapes else 0.0


def continuous_m2(shapes: GeometryArray, crs: CRS) -> float:
    """Return the ellipsoidal area, m², of the largest ground that polygons cover without a gap; 0 within the limit.

    Parameters
    ----------
    shapes
        Polygons in ``crs``; those that are missing, empty or invalid are told elsewhere and count nothing here.
    """
    fit = shapes[shapely.is_valid(shapes) & ~shapely.is_empty(shapes)]
    if not len(fit) or math.fsum(ellipsoidal_areas(fit, crs).m2) <= CONTINUOUS_LIMIT_M2:
        return 0.0
    return float(ellipsoidal_areas(shapely.get_parts(shapely.union_all(fit)), crs).m2.max())
