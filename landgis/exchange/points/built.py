"""Plots as written into polygons with their CRS and areas: what text and tables have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landgis.crs import GeometryArray
from landgis.domain.issue import Issue
from landgis.exchange.points.axes import Axes, find_axes
from landgis.exchange.points.declared_crs import DeclaredCrs, best_code, declared_crs
from landgis.exchange.points.points_read import Plot, PlotFacts
from landgis.exchange.points.rings import Ring, polygon_of, split_rings
from landgis.exchange.points.stated_area import AreaCheck, area_issues, check_areas


@dataclass(frozen=True)
class Built:
    """Plots built.

    Attributes
    ----------
    shapes
        Polygons, x = what the format calls Y; None where a plot is no polygon.
    rings, areas, facts
        Of every plot; no rings for what is no polygon.
    axes, crs
        What the numbers are, and what the header says of them.
    issues
        What was noticed.
    """

    shapes: GeometryArray
    rings: list[list[Ring]]
    areas: list[AreaCheck]
    axes: Axes
    crs: DeclaredCrs
    issues: tuple[Issue, ...]
    facts: tuple[PlotFacts, ...]


def build_plots(name: str, plots: Sequence[Plot], header: Mapping[str, str]) -> Built:
    """Build the polygons of a file's plots and hold them against what the file states.

    Raises
    ------
    FileUnreadable
        If a ring has too few points, or the numbers of the file do not agree in kind.
    """
    axes = find_axes(name, plots)
    split = [([], []) if plot.fault_zh else split_rings(name, plot) for plot in plots]
    rings = [own for own, _ in split]
    crs = declared_crs(name, header, axes)
    shapes = _shapes(rings, swapped=False)
    upright = _shapes(rings, swapped=True) if axes.swapped else shapes
    areas = check_areas(plots, upright, best_code(axes, header))
    issues = [issue for _, noticed in split for issue in noticed]
    issues += [*crs.issues, *area_issues(name, plots, areas)]
    facts = tuple(_facts(*each) for each in zip(plots, rings, areas, strict=True))
    return Built(shapes, rings, areas, axes, crs, tuple(issues), facts)


def _shapes(rings: Sequence[Sequence[Ring]], *, swapped: bool) -> GeometryArray:
    shapes = np.empty(len(rings), dtype=object)
    for row, own in enumerate(rings):
        shapes[row] = polygon_of(own, swapped=swapped) if own else None
    return shapes


def _facts(plot: Plot, rings: Sequence[Ring], area: AreaCheck) -> PlotFacts:
    points = sum(len(ring.points) for ring in rings)
    return PlotFacts(plot.place, len(rings), points, area.planar_m2, area.ellipsoidal_m2, area.stated_m2, area.unit)
