"""Lines drawn on plans: development boundary, red line, village construction boundaries, villages, towns, ownership."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from landgis.sample.frame import Frame
from landgis.sample.ground import Block, Terrain, tidy
from landgis.sample.land_use import LandUse
from landgis.sample.places import village_of
from landgis.sample.plots import HouseRun, Lot, Plot

_CLUSTER_GAP_M = 40
_LEAST_OWNED_M2 = 1000.0
_LEAST_BUILT_M2 = 20.0
_TOWN_REACH_M = 2300
SHORT_LAYERS = (
    "ecological_redline", "ownership_parcel", "unit_plan", "village_construction_boundary", "land_acquisition",
)  # fmt: skip
"""Layers whose releases end before the ground does: of the strip in the east they say nothing."""


@dataclass(frozen=True)
class Part:
    """One part of the sample with all that stands on it."""

    terrain: Terrain
    plots: list[Plot]
    runs: list[HouseRun]
    lots: list[Lot]
    use: LandUse

    def left_free(self, layer: str) -> BaseGeometry:
        """Return the ground that a layer leaves free: under planted cases, and beyond the end of its release."""
        beyond = shapely.difference(self.terrain.extent, covered(self.terrain, layer))
        return shapely.union_all(
            [beyond, *(gap.geometry for plot in self.plots for gap in plot.left_free if gap.layer == layer)]
        )

    def extras(self, layer: str) -> list[tuple[BaseGeometry, str, int]]:
        """Return what planted cases bring along for a layer: geometry, name, village."""
        return [
            (extra.geometry, extra.name, plot.block.village)
            for plot in self.plots
            for extra in plot.extras
            if extra.layer == layer
        ]


def covered(terrain: Terrain, layer: str) -> Polygon:
    """Return the ground that the release of a layer covers: the extent, some without the strip in the east."""
    if layer not in SHORT_LAYERS:
        return terrain.extent
    x0, y0, _, y1 = terrain.extent.bounds
    return shapely.box(x0, y0, terrain.uncovered_from, y1)


def development(part: Part) -> list[tuple[BaseGeometry, str]]:
    """Return the development boundary: town centre, industrial park, and the planted pieces beside the town."""
    zones = []
    for use, name in (("town", "城镇集中建设区"), ("park", "城镇集中建设区（产业园区）")):
        whole = shapely.difference(shapely.union_all(part.terrain.cells_of(use)), part.terrain.corridor)
        zones += [(piece, name) for piece in tidy([whole], 2000.0)[0]]
    return zones + [(geometry, name) for geometry, name, _ in part.extras("development_boundary")]


def red_line(part: Part) -> list[tuple[BaseGeometry, str]]:
    """Return the ecological corridor along the river as far as the release reaches, and the planted pieces."""
    corridor = shapely.intersection(part.terrain.corridor, covered(part.terrain, "ecological_redline"))
    name = f"{part.terrain.place.river_name}生态廊道"
    pieces = [(piece, name) for piece in tidy([corridor], 100.0)[0]]
    return pieces + [(geometry, label) for geometry, label, _ in part.extras("ecological_redline")]


def village_construction(part: Part) -> list[tuple[Polygon, int]]:
    """Return the village construction boundaries: built clusters of each block side, straight-edged."""
    built: dict[int, list[Polygon]] = {}
    for plot in part.plots:
        built.setdefault(id(plot.block), []).append(plot.bed)
    for run in part.runs:
        built.setdefault(id(run.block), []).append(run.patch)
    outside = _other_lines(part)
    found = []
    for block in part.terrain.blocks:
        if block.use == "rural" and id(block) in built:
            joined = shapely.difference(_clustered(block, built[id(block)]), outside)
            found += [(piece, block.village) for piece in tidy([joined], _LEAST_BUILT_M2)[0]]
    return found


def _other_lines(part: Part) -> BaseGeometry:
    """Return what planted cases drew that no village may be built on."""
    layers = ("permanent_basic_farmland", "ecological_redline", "development_boundary")
    drawn = [geometry for layer in layers for geometry, _, _ in part.extras(layer)]
    return shapely.union_all([*drawn, part.left_free("village_construction_boundary")])


def villages(terrain: Terrain) -> list[tuple[Polygon, int]]:
    """Return the villages, each a group of blocks that meets its neighbours in mid-canal."""
    groups: dict[int, list[Polygon]] = {}
    for at, cell in terrain.cells.items():
        groups.setdefault(village_of(terrain.place, at), []).append(cell)
    merged = [(shapely.union_all(cells), village) for village, cells in sorted(groups.items())]
    return [(max(tidy([whole], 1.0)[0], key=shapely.area), village) for whole, village in merged]


def towns(terrain: Terrain) -> list[Polygon]:
    """Return invented town outlines around a part, west to east, meeting in a real canal of the sample."""
    x0, y0, x1, y1 = terrain.extent.bounds
    far, near = _TOWN_REACH_M, _TOWN_REACH_M * 0.45
    corners = [(x0 - near, y0 - far), (x1 + near, y0 - near), (x1 + far, y0 + near), (x1 + near, y1 + far)]
    outline = Polygon([*corners, (x0 + near, y1 + near), (x0 - far, y1 - near)])
    if terrain.town_border is None:
        return [outline]
    line = shapely.get_coordinates(terrain.town_border)
    east = [*line, (line[-1][0], y1 + 2 * far), (x1 + 2 * far, y1 + 2 * far), (x1 + 2 * far, y0 - 2 * far)]
    half = Polygon([*east, (line[0][0], y0 - 2 * far)])
    pieces, _ = tidy([shapely.difference(outline, half), shapely.intersection(outline, half)], 10_000.0)
    return pieces


def ownership(part: Part) -> list[tuple[Polygon, Block]]:
    """Return the ownership parcels: one per block of land, so that each covers the parcels on it."""
    free = part.left_free("ownership_parcel")
    owned = [block for block in part.terrain.blocks if block.land.area > _LEAST_OWNED_M2]
    return [(piece, block) for block in owned for piece in tidy([shapely.difference(block.land, free)], 1.0)[0]]


def unit_plans(part: Part) -> list[tuple[Polygon, int]]:
    """Return the ground of country unit plans: one for each village."""
    free = part.left_free("unit_plan")
    grounds = [(shapely.difference(ground, free), village) for ground, village in villages(part.terrain)]
    return [(piece, village) for ground, village in grounds for piece in tidy([ground], 1.0)[0]]


def acquisition(part: Part) -> list[tuple[BaseGeometry, str]]:
    """Return what a plan of comprehensive acquisition takes: the industrial park, and the planted pieces."""
    park = shapely.difference(shapely.union_all(part.terrain.cells_of("park")), part.terrain.corridor)
    name = "产业园区成片开发方案（示例）"
    pieces: list[tuple[BaseGeometry, str]] = [(piece, name) for piece in tidy([park], 2000.0)[0]]
    return pieces + [(geometry, label) for geometry, label, _ in part.extras("land_acquisition")]


def _clustered(block: Block, beds: list[Polygon]) -> BaseGeometry:
    """Join neighbouring beds of each side of a block by a band as deep as the gardens."""
    height = block.inner[3] if block.inner else 0
    joined: list[Polygon] = list(beds)
    for south in (True, False):
        spans = sorted(
            (bounds[0], bounds[2])
            for bounds in (block.frame.local(bed).bounds for bed in beds)
            if ((bounds[1] + bounds[3]) / 2 < height / 2) == south
        )
        depth = block.bands[0 if south else 1] - 3
        for start, end in _merged(spans) if depth > 0 else []:
            joined.append(_band(block.frame, start, end, (0, depth) if south else (height - depth, height)))
    return shapely.union_all(joined)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[int, int]]:
    merged: list[list[float]] = []
    for start, end in spans:
        if merged and start - merged[-1][1] <= _CLUSTER_GAP_M:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [(int(np.floor(start)), int(np.ceil(end))) for start, end in merged]


def _band(frame: Frame, start: int, end: int, across: tuple[int, int]) -> Polygon:
    return frame.box(start, across[0], end, across[1])
