"""Parcels on paper: which are shown in their shape, which as points, which in a group, and where their numbers stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from landgis.maps import svg
from landgis.maps.layout import MapPart
from landgis.maps.sheet import labels
from landgis.maps.sheet.canvas import Canvas, LegendEntry
from landgis.maps.sheet.groups import Group, crowded
from landgis.maps.sheet.request import texts_of
from landgis.maps.style import INK, Symbol, use_class, use_label_zh, use_symbols
from landgis.maps.svg import GeometryArray, number

_POINT_MM, _RING_MM, _DOT_MM = 0.75, 1.25, 0.55
_SHELL_SWEEP = 1
_SMALL = LegendEntry(
    "small-parcel",
    "图上过小的地块（颜色同上）",
    "Parcel too small for this scale",
    Symbol(stroke=INK),
    "point",
    "use",
)
_GROUP = LegendEntry(
    "parcel-group",
    "密集地块范围（注记为圈内地块序号或宗数）",
    "Parcels lying close: their numbers, or how many",
    Symbol("#ffffff", 0.7, INK, 0.3),
    "area",
    "use",
)
_MUTED = LegendEntry(
    "muted",
    "已供地块（任一用途）",
    "Already supplied, any use",
    Symbol("#e6e6e6", 1.0, "#7a7a7a", 0.2, (0.8, 0.4)),
    "area",
    "use",
)
_OTHER = LegendEntry(
    "other-parcel",
    "本图不注记的其他计划地块",
    "Other parcels of the plan, not numbered here",
    Symbol("", 1.0, "#444444", 0.25, (0.5, 0.4)),
    "area",
    "use",
)


@dataclass(frozen=True)
class Look:
    """How the parcels of a plan are drawn, the same on all its sheets.

    Attributes
    ----------
    classes
        Class of every line of the plan.
    entries
        How each class is drawn, the lowest first.
    others
        How parcels are drawn that a map does not number.
    """

    classes: npt.NDArray[np.str_]
    entries: Mapping[str, LegendEntry]
    others: LegendEntry = _OTHER


@dataclass(frozen=True)
class Parcels:
    """The numbered parcels of one map, in the order of the plan's lines.

    Attributes
    ----------
    ids, texts
        Parcel ids, and what is written at them.
    classes
        Class by which each is drawn.
    shapes_mm, middles_mm
        Outlines, and a point inside each.
    ringed, grouped
        Which are shown as ringed points, and which inside a group.
    groups
        Groups; members are positions in these arrays.
    others_mm
        Outlines of the plan's other parcels in the frame.
    """

    ids: npt.NDArray[np.object_]
    texts: tuple[str, ...]
    classes: npt.NDArray[np.str_]
    shapes_mm: GeometryArray
    middles_mm: npt.NDArray[np.float64]
    ringed: npt.NDArray[np.bool_]
    grouped: npt.NDArray[np.bool_]
    groups: tuple[Group, ...]
    others_mm: GeometryArray


def sorted_out(
    canvas: Canvas,
    lines: gpd.GeoDataFrame,
    classes: npt.NDArray[np.str_],
    named: npt.NDArray[np.bool_],
    part: MapPart,
) -> Parcels:
    """Tell parcels shown in their shape from those shown as ringed points and those grouped.

    Parameters
    ----------
    lines
        All lines of the plan, CRS of the canvas.
    classes
        Class of each.
    named
        Which of them this map numbers; of the others it shows the outline where they reach into the frame.
    """
    shapes = canvas.on_paper(np.asarray(lines.geometry[named]))
    bounds = shapely.bounds(shapes)
    small = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) < part.small_parcel_mm
    middles = np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    numbers = lines["line_no"].to_numpy()[named]
    positions = np.flatnonzero(small).tolist()
    groups = crowded(middles[small], positions, numbers[small].tolist(), 2 * _RING_MM, part.group_from)
    grouped = np.zeros(len(shapes), dtype=np.bool_)
    grouped[[member for group in groups for member in group.members]] = True
    return Parcels(
        lines["parcel_id"].to_numpy(dtype=object)[named],
        tuple(texts_of(lines[named])),
        classes[named],
        shapes,
        middles,
        small & ~grouped,
        grouped,
        tuple(groups),
        canvas.seen(np.asarray(lines.geometry[~named])),
    )


def look_of(lines: gpd.GeoDataFrame) -> Look:
    """Draw the parcels of a plan by planned use; those already supplied pale and lowest: they cover nothing to come."""
    uses = {code: use_class(code) for code in lines["planned_use_code"].unique()}
    classes = lines["planned_use_code"].map(uses).to_numpy(dtype=np.str_)
    symbols = use_symbols(uses.values())
    entries = {
        code: LegendEntry(f"use-{code}", use_label_zh(code), "", symbols[code], "area", "use")
        for code in sorted(symbols)
    }
    if "muted" in lines:
        classes = np.where(lines["muted"].fillna(False).to_numpy(dtype=np.bool_), _MUTED.key, classes)
    return Look(classes, {_MUTED.key: _MUTED, **entries})


def draw(canvas: Canvas, parcels: Parcels, look: Look) -> None:
    """Draw other parcels, groups, then parcels class by class; those too small to be seen as points, in the same colour."""
    canvas.paint(look.others, svg.areas_path(parcels.others_mm))
    canvas.paint(_GROUP, svg.areas_path(np.array([group.outline_mm for group in parcels.groups], dtype=object)))
    shown = ~parcels.ringed & ~parcels.grouped
    for code, entry in look.entries.items():
        of_class = parcels.classes == code
        points = discs(parcels.middles_mm[of_class & parcels.ringed], _POINT_MM)
        dots = discs(parcels.middles_mm[of_class & parcels.grouped], _DOT_MM)
        canvas.paint(entry, svg.areas_path(parcels.shapes_mm[of_class & shown]) + points, dots)
    canvas.paint(_SMALL, discs(parcels.middles_mm[parcels.ringed], _RING_MM))


def discs(points_mm: npt.NDArray[np.float64], radius: float) -> str:
    """Path data of filled circles."""
    return "".join(disc(x, y, radius) for x, y in points_mm.tolist())


def disc(x: float, y: float, radius: float) -> str:
    """Path data of one circle; it runs as the shells of areas do, so that where both lie the ground stays filled."""
    turn = f"a{number(radius)},{number(radius)} 0 1,{_SHELL_SWEEP}"
    return f"M{number(x - radius)},{number(y)}{turn} {number(2 * radius)},0{turn} {number(-2 * radius)},0Z"


def place_numbers(canvas: Canvas, parcels: Parcels, size: float) -> tuple[list[labels.Label], list[int]]:
    """Place line numbers and the labels of groups.

    Returns
    -------
    tuple
        Labels, those of groups last; and the positions of parcels whose number found no free place.
    """
    rooms = _rooms(parcels.shapes_mm)
    boxes = shapely.bounds(parcels.shapes_mm)
    ringed, alone = parcels.ringed, np.flatnonzero(~parcels.grouped)
    rooms[ringed] = np.column_stack([parcels.middles_mm[ringed], np.zeros(ringed.sum())])
    boxes[ringed] = np.hstack([parcels.middles_mm[ringed] - _RING_MM, parcels.middles_mm[ringed] + _RING_MM])
    outlines = np.array([group.outline_mm for group in parcels.groups], dtype=object)
    rooms = np.vstack([rooms[alone], _rooms(outlines)])
    around = [boxes[alone], shapely.bounds(outlines).reshape(-1, 4), shapely.bounds(parcels.others_mm).reshape(-1, 4)]
    texts = [parcels.texts[row] for row in alone] + [group.text for group in parcels.groups]
    frame = (canvas.view.width_mm, canvas.view.height_mm)
    placed = labels.place(texts, label_sizes(texts, size), np.vstack(around), rooms, frame)
    without = [row for row, label in enumerate(placed) if label is None]
    lost = [alone[row] for row in without if row < len(alone)]
    lost += [member for row in without if row >= len(alone) for member in parcels.groups[row - len(alone)].members]
    return [label for label in placed if label is not None], sorted(map(int, lost))


def _rooms(shapes_mm: GeometryArray) -> npt.NDArray[np.float64]:
    """Roomiest point of each shape, and the radius of the circle that fits there."""
    circles = shapely.get_coordinates(shapely.maximum_inscribed_circle(shapes_mm, tolerance=0.05)).reshape(-1, 2, 2)
    return np.column_stack([circles[:, 0], np.linalg.norm(circles[:, 1] - circles[:, 0], axis=1)])


def label_sizes(texts: list[str], size: float) -> npt.NDArray[np.float64]:
    """Width and height of labels on their plates."""
    return np.array([[svg.width_of(text, size) + 0.6, size * 1.02] for text in texts]).reshape(-1, 2)
