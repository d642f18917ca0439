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
from landgis.domain.preflight_fault import Fault, FaultCode
from landgis.domain.profile import ExportProfile
from landgis.frames.delivered import Delivery

LIMIT_M2 = 25e6
"""Continuous coverage beyond which large-scale full-element data are classified: 25 km²."""
_RANK = {Secrecy.PUBLIC: 0, Secrecy.INTERNAL: 1, Secrecy.UNSTATED: 1}
"""What is not marked counts as internal: unknown is not public."""


def judge_secrecy(delivery: Delivery, profile: ExportProfile) -> Iterator[Fault]:
    """Tell layers whose mark is above what the receiver may be given."""
    most = _RANK[Secrecy(profile.secrecy)]
    for name, mark in delivery.secrecy.items():
        if _RANK[mark] > most:
            told_zh, told_en = f"{mark.zh} > {Secrecy(profile.secrecy).zh}", f"{mark} > {profile.secrecy}"
            yield Fault(FaultCode.SECRECY_ABOVE, name, "", "", f"{FaultCode.SECRECY_ABOVE.zh}：{told_zh}",
                        f"{FaultCode.SECRECY_ABOVE.en}: {told_en}")  # fmt: skip


def judge_coverage(delivery: Delivery) -> Iterator[Fault]:
    """Tell a delivery whose full-element layers together cover more ground without a gap than the limit."""
    frames = [delivery.layers[name] for name in sorted(delivery.full_elements) if name in delivery.layers]
    shapes = [np.asarray(frame.geometry.array, dtype=object) for frame in frames if hasattr(frame, "geometry")]
    if not shapes:
        return
    code = FaultCode.COVERAGE_CONTINUOUS
    largest_km2 = continuous_m2(np.concatenate(shapes), delivery.crs) / 1e6
    if largest_km2 > LIMIT_M2 / 1e6:
        names = " ".join(sorted(delivery.full_elements))
        yield Fault(code, names, "", "", f"{code.zh}：{largest_km2:.2f} km²", f"{code.en}: {largest_km2:.2f} km²")


def continuous_m2(shapes: GeometryArray, crs: CRS) -> float:
    """Return the ellipsoidal area, m², of the largest ground that polygons cover without a gap; 0 within the limit.

    Parameters
    ----------
    shapes
        Polygons in ``crs``; those that are missing, empty or invalid are told elsewhere and count nothing here.
    """
    fit = shapes[shapely.is_valid(shapes) & ~shapely.is_empty(shapes)]
    if not len(fit) or math.fsum(ellipsoidal_areas(fit, crs).m2) <= LIMIT_M2:
        return 0.0
    return float(ellipsoidal_areas(shapely.get_parts(shapely.union_all(fit)), crs).m2.max())
