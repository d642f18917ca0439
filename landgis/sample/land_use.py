"""What covers the ground: survey patches, planned patches and farmland. Under a parcel lies its bed, without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from landgis.sample.frame import Frame
from landgis.sample.ground import BANK_M, Block, Terrain, tidy
from landgis.sample.plots import HouseRun, Lot, Patch, Plot
from landgis.sample.settlement import bands

_LEAST_M2 = 25.0
_FIELDS = (("0101", "0103", "0201", "0202K", "1104A"), (0.78, 0.12, 0.05, 0.01, 0.04))
_GARDENS = (("0103", "0201", "0307", "0101", "1104"), (0.6, 0.1, 0.18, 0.09, 0.03))
_TREES, _WOOD = "0307", "0301"
_EXTRA_CODES = {
    "permanent_basic_farmland": ("0101", "0101"),
    "homestead": ("0702", "0703"),
    "ecological_redline": ("0301", "0301"),
    "development_boundary": ("1201", "16"),
    "water": ("1101", "1701"),
    "land_acquisition": ("", ""),
    "approved_unbuilt": ("", ""),
}
_COURSE_CODES = {
    "river": ("1101", "1701"),
    "canal": ("1101", "1701"),
    "road": ("1003", "1202"),
    "lane": ("1006", "0601"),
}
_RANK = ("road", "lane", "river", "canal")


@dataclass
class LandUse:
    """Survey and plan of one part; ``farmland`` are survey patches laid down as permanent basic farmland."""

    survey: list[Patch] = field(default_factory=list)
    plan: list[Patch] = field(default_factory=list)
    farmland: list[Patch] = field(default_factory=list)
    ponds: list[Patch] = field(default_factory=list)
    ditches: list[Patch] = field(default_factory=list)

    def add(self, grounds: Sequence[Polygon], survey_code: str, plan_code: str, village: int) -> None:
        """Add ground to survey and plan alike; an empty code leaves one out."""
        if survey_code:
            self.survey += [Patch(ground, survey_code, village) for ground in grounds]
        if plan_code:
            self.plan += [Patch(ground, plan_code, village) for ground in grounds]


def cover(
    terrain: Terrain, plots: list[Plot], runs: list[HouseRun], lots: list[Lot], rng: np.random.Generator
) -> LandUse:
    """Cover the ground of one part.

    Parameters
    ----------
    terrain, plots, runs, lots
        Ground and everything that stands on it; the plots' facts name their planned and current use.
    rng
        Source of all chance.
    """
    use = LandUse()
    for plot in plots:
        _bed(use, plot)
    for run in runs:
        use.add(tidy([run.patch], 1.0)[0], "0702", "0703", run.block.village)
    for lot in lots:
        use.add([lot.ground], lot.survey_code, lot.plan_code, lot.block.village)
        lot.block.taken.append(lot.ground)
    _networks(use, terrain)
    for block in terrain.blocks:
        if block.use in ("town", "park"):
            _streets(use, block, terrain)
        else:
            _countryside(use, block, terrain, rng)
    return use


def _bed(use: LandUse, plot: Plot) -> None:
    """Lay survey and plan under one parcel, and the ground of what a planted case brought along."""
    village = plot.block.village
    survey_code = str(plot.facts["current_use_code"])
    plan_code = plot.plan_code or str(plot.facts["planned_use_code"])
    use.survey += patches_of(plot.bed, survey_code, plot.survey, plot.survey_gaps, village)
    use.plan += patches_of(plot.bed, plan_code, plot.plan, plot.plan_gaps, village)
    above: BaseGeometry = plot.bed
    for extra in plot.extras:
        grounds, _ = tidy([shapely.difference(extra.geometry, above)], 1.0)
        use.add(grounds, *_EXTRA_CODES[extra.layer], village)
        above = shapely.union(above, extra.geometry)


def patches_of(
    bed: Polygon, code: str, others: list[tuple[Polygon, str]], gaps: list[Polygon], village: int
) -> list[Patch]:
    """Divide a bed among its codes; all corners are whole local metres, so the pieces meet exactly."""
    cut = shapely.union_all([ground for ground, _ in others] + gaps)
    pieces = [(shapely.difference(bed, cut), code)]
    pieces += [(shapely.intersection(bed, ground), other) for ground, other in others]
    grounds, source = tidy([ground for ground, _ in pieces], 0.0)
    return [Patch(ground, pieces[at][1], village) for ground, at in zip(grounds, source, strict=True)]


def _networks(use: LandUse, terrain: Terrain) -> None:
    """Lay roads over waters (bridges belong to the road) and count every crossing once."""
    done: BaseGeometry = Polygon()
    for course in sorted(terrain.courses, key=lambda course: _RANK.index(course.kind)):
        grounds, _ = tidy([shapely.difference(course.ground, done)], _LEAST_M2)
        use.add(grounds, *_COURSE_CODES[course.kind], -1)
        done = shapely.union(done, course.ground)


def _streets(use: LandUse, block: Block, terrain: Terrain) -> None:
    wet = shapely.intersection(block.land, terrain.corridor)
    rest, _ = tidy([shapely.difference(shapely.difference(block.land, wet), _taken(block))], _LEAST_M2)
    use.add(rest, "1004", "1207", block.village)
    use.add(tidy([wet], _LEAST_M2)[0], _WOOD, "0301", block.village)


def _countryside(use: LandUse, block: Block, terrain: Terrain, rng: np.random.Generator) -> None:
    """Bank, corridor wood, gardens behind the houses, and the fields in the middle."""
    frame = block.frame
    block.bands = bands(block, block.taken)
    taken = _taken(block)
    dry = shapely.difference(block.land, terrain.corridor)
    field_ground = dry.buffer(-BANK_M, join_style="mitre")
    u0, v0, u1, v1 = np.rint(frame.local(block.land).buffer(2).bounds).astype(int).tolist()
    low, high = _middle(block, v0, v1)
    middle = frame.box(u0, low, u1, high)
    core = shapely.difference(shapely.intersection(field_ground, middle), taken)
    garden = shapely.difference(shapely.difference(field_ground, middle), taken)
    bank = shapely.difference(shapely.difference(dry, field_ground), taken)
    wood = shapely.difference(shapely.intersection(block.land, terrain.corridor), taken)
    for ground in (bank, wood):
        use.add(tidy([ground], _LEAST_M2)[0], _TREES if ground is bank else _WOOD, "0301", block.village)
    use.add(tidy([shapely.difference(field_ground, taken)], _LEAST_M2)[0], "", "0101", block.village)
    _gardens(use, garden, _strips(frame, (u0, v0, u1, v1), 26, 62, rng), block.village, rng)
    _fields(use, core, (u0, low, u1, high), block, terrain.place.regular_fields, rng)


def _middle(block: Block, v0: int, v1: int) -> tuple[int, int]:
    """Return from where to where fields reach in a block: behind the gardens, or all of it."""
    south, north = block.bands
    height = block.inner[3] if block.inner else 0
    low, high = (south if south else v0), (height - north if north else v1)
    return (low, high) if low < high else (v1 - 1, v1)


def _gardens(
    use: LandUse, ground: BaseGeometry, strips: npt.NDArray[np.object_], village: int, rng: np.random.Generator
) -> None:
    pieces, _ = tidy(shapely.intersection(strips, ground), _LEAST_M2)
    codes = rng.choice(_GARDENS[0], size=len(pieces), p=_GARDENS[1])
    use.survey += [Patch(piece, str(code), village) for piece, code in zip(pieces, codes, strict=True)]


def _fields(
    use: LandUse,
    ground: BaseGeometry,
    around: tuple[int, int, int, int],
    block: Block,
    regular: bool,
    rng: np.random.Generator,
) -> None:
    """Divide the middle of a block into strips on both sides of a field lane or ditch."""
    u0, v0, u1, v1 = around
    least, most = (25, 29) if regular else (17, 40)
    lane = (v0 + v1) // 2 + int(rng.integers(-15, 16))
    ditch = rng.random() < 0.55
    half = 4 if ditch else 2
    halves = [(u0, v0, u1, lane - half), (u0, lane + half, u1, v1)] if v1 - v0 > 110 else [around]
    if len(halves) == 2:
        strip = shapely.intersection(block.frame.box(u0, lane - half, u1, lane + half), ground)
        pieces, _ = tidy([strip], _LEAST_M2)
        use.add(pieces, "1107" if ditch else "1006", "", block.village)
        use.ditches += [Patch(piece, "1107", block.village) for piece in pieces if ditch]
    protected = rng.random() < (0.86 if block.inner else 0.5)
    for part in halves:
        across = not regular and rng.random() < 0.22
        strips = _strips(block.frame, part, least, most, rng, across)
        pieces, _ = tidy(shapely.intersection(strips, ground), 60.0)
        codes = rng.choice(_FIELDS[0], size=len(pieces), p=_FIELDS[1])
        spared = rng.random(len(pieces)) < 0.07
        for piece, code, spare in zip(pieces, codes.tolist(), spared, strict=True):
            patch = Patch(piece, code, block.village)
            use.survey.append(patch)
            if code == "1104A":
                use.ponds.append(patch)
            elif protected and not spare and code in ("0101", "0103") and piece.area > 500:
                use.farmland.append(patch)


def _strips(
    frame: Frame,
    around: tuple[int, int, int, int],
    least: int,
    most: int,
    rng: np.random.Generator,
    across: bool = False,
) -> npt.NDArray[np.object_]:
    """Divide a local box into parallel strips that share their borders."""
    u0, v0, u1, v1 = around
    start, end = (v0, v1) if across else (u0, u1)
    widths = rng.integers(least, most + 1, max(1, (end - start) // least + 1))
    edges = np.concatenate([[start], start + np.cumsum(widths)])
    edges = np.append(edges[edges < end], end)
    low, high = edges[:-1], edges[1:]
    first, last = np.full(len(low), u0 if across else v0), np.full(len(low), u1 if across else v1)
    corners = [first, low, last, high] if across else [low, first, high, last]
    return frame.boxes(np.column_stack(corners).astype(np.int64))


def _taken(block: Block) -> BaseGeometry:
    return shapely.union_all(block.taken)
