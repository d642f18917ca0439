"""Scale and place: grid lines measured in the PDF against the coordinates printed beside them, parcels against the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from landgis.domain.sheet_fault import SheetFault
from landgis.maps.checking.drawing import MapDrawing, read_drawing
from landgis.maps.checking.printed import Printed
from landgis.maps.checking.set_page import Lines
from landgis.maps.sheet.facts import MapFacts

TRUE_MM = 0.1
"""So true must a length on paper be."""
_DISC_MM = 1.35
"""A point symbol begins so far from its parcel at most."""

Values = npt.NDArray[np.float64]


def ground_faults(printed: Printed) -> Iterator[SheetFault]:
    """Measure every map of a sheet on its page, and see that its scale bar and its parcels stand true."""
    page, frames = printed.facts.page, printed.content.get("frames", ())
    grids: Sequence[Lines] = printed.pages[0].grids if printed.pages else ()
    for place, (shown, frame) in enumerate(zip(printed.facts.maps, frames, strict=True)):
        scale = _printed_scale(frame["scale"])
        grid = grids[place] if place < len(grids) else np.empty((0, 4))
        yield from _scale_faults(shown, printed.maps[place], frame, grid, scale, page)
        yield from _bar_faults(frame["bar"], scale, page)
        yield from _parcel_faults(printed, place)
    if printed.content.get("scale_bar"):
        yield from _bar_faults(printed.content["scale_bar"], _printed_scale(printed.content["scale"]), page)


def _printed_scale(words: str) -> int:
    return int(words.replace(" ", "").removeprefix("1:"))


def _scale_faults(
    shown: MapFacts, drawn: MapDrawing, frame: dict[str, Any], grid: Lines, scale: int, page: int
) -> Iterator[SheetFault]:
    """Compare distances between grid lines in the PDF with those their printed coordinates and the scale ask for."""
    corner = (frame["box"]["x_mm"] + drawn.origin_mm[0], frame["box"]["y_mm"] + drawn.origin_mm[1])
    title = frame["title"] or f"1:{scale}"
    for axis, direction in enumerate(("东 east", "北 north")):
        known = _known(shown, drawn, corner, axis)
        lines = np.unique(grid[grid[:, axis] == grid[:, axis + 2], axis].round(4))
        if len(known) < 2 or len(lines) < 2:
            yield SheetFault(
                "scale-unmeasured",
                page,
                title,
                f"{title} 在{direction}向不足两条坐标网线，比例尺无从量测",
                f"{title} has fewer than two grid lines towards {direction}: its scale cannot be measured",
            )
            continue
        stated = np.array(sorted(known.items()))
        nearest = lines[np.abs(lines[:, None] - stated[:, 1]).argmin(axis=0)]
        wanted = np.abs(stated[:, 0] - stated[0, 0]) * 1000 / scale
        wrong = max(np.abs(np.abs(nearest - nearest[0]) - wanted).max(), np.abs(nearest - stated[:, 1]).max())
        if wrong > TRUE_MM:
            yield SheetFault(
                "scale-false",
                page,
                title,
                f"{title} 的坐标网与所注坐标、比例尺相差 {wrong:.2f} 毫米（{direction}向）",
                f"The grid of {title} is {wrong:.2f} mm from what its coordinates and scale ask for ({direction})",
            )


def _known(shown: MapFacts, drawn: MapDrawing, corner: tuple[float, float], axis: int) -> dict[float, float]:
    """Coordinates of grid lines in metres and where they must stand on the page: as labelled, and as the facts say."""
    ticks = [((tick.east_m, tick.x_mm), (tick.north_m, tick.y_mm))[axis] for tick in shown.ticks]
    labels = [each for each in drawn.words if each.part == "grid-labels" and each.turned == bool(axis)]
    labelled = [(float(each.text) * 1000, (each.x_mm, each.y_mm)[axis] + corner[axis]) for each in labels]
    return {float(round(value, 3)): place for value, place in [*ticks, *labelled]}


def _bar_faults(text: str, scale: int, page: int) -> Iterator[SheetFault]:
    """Compare the segments of a scale bar with the length written at its end."""
    if not text:
        return
    long_mm = sum(float(width) for width in re.findall(r'<rect [^>]*?width="([\d.]+)"', text))
    said = [re.fullmatch(r"([\d.]+) (k?m)", each.text) for each in read_drawing(text).words]
    (length, unit), *_ = [each.groups() for each in said if each is not None]
    wanted = float(length) * (1000 if unit == "km" else 1) * 1000 / scale
    if abs(long_mm - wanted) > TRUE_MM:
        yield SheetFault(
            "scale-false",
            page,
            f"{length} {unit}",
            f"比例尺条注 {length} {unit}，长 {long_mm:.2f} 毫米，应为 {wanted:.2f} 毫米",
            f"The scale bar says {length} {unit} and is {long_mm:.2f} mm long; it should be {wanted:.2f} mm",
        )


def _parcel_faults(printed: Printed, place: int) -> Iterator[SheetFault]:
    """Find numbered parcels of one map that no corner, no point symbol drawn on it stands for."""
    shown, drawn = printed.facts.maps[place], printed.maps[place]
    named, lines = frozenset(shown.named), printed.lines_of(place)
    lines = lines[lines["parcel_id"].isin(named)]
    if not len(lines):
        return
    around = [entry for entry in printed.legend if entry.group == "context"]
    groups = [each.corners_mm() for each in drawn.symbols if not any(entry.explains(each.paints) for entry in around)]
    corners = np.asarray(shapely.points(np.vstack([*groups, np.empty((0, 2))])), dtype=object)
    west, _, _, north = shown.view.bounds_m
    ground = np.asarray(lines.geometry)
    per_mm = shown.view.metres_per_mm
    wanted = shapely.transform(ground, lambda points: (points - [west, north]) / [per_mm, -per_mm])
    dotted = frozenset(shown.small_parcels)
    small = lines["parcel_id"].isin(dotted).to_numpy()
    tree = shapely.STRtree(corners)
    whole = np.ones(len(lines), dtype=np.bool_)
    for ends in _two_corners(wanted):
        whole &= _has_near(tree, np.asarray(shapely.points(ends)), TRUE_MM)
    whole[np.flatnonzero(small)[_has_near(tree, shapely.envelope(wanted[small]), _DISC_MM)]] = True
    for parcel_id in lines["parcel_id"].to_numpy()[~whole]:
        yield SheetFault(
            "parcel-shifted",
            printed.facts.page,
            parcel_id,
            f"地块 {parcel_id} 图上的位置与坐标不符",
            f"Parcel {parcel_id} is not drawn where its coordinates lie",
        )


def _has_near(tree: shapely.STRtree, places: npt.NDArray[np.object_], distance: float) -> npt.NDArray[np.bool_]:
    """Tell which places have a corner so near; one is enough."""
    found = np.zeros(len(places), dtype=np.bool_)
    found[tree.query_nearest(places, max_distance=distance, all_matches=False)[0]] = True
    return found


def _two_corners(shapes: npt.NDArray[np.object_]) -> tuple[Values, Values]:
    """First corner of every shape, and one half way round: enough to tell a shift or another scale."""
    every, owner = shapely.get_coordinates(shapes, return_index=True)
    first, count = np.unique(owner, return_index=True, return_counts=True)[1:]
    return every[first], every[first + count // 2]
