"""Numbering parcels on the map: inside where there is room, else beside with a leader, never over another number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landgis.maps.sheet.occupied import Boxes, Occupied

_DIRECTIONS = np.deg2rad(np.arange(0, 360, 22.5) - 45)
_UNIT = np.column_stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)])
_RINGS = ((0.6, 1.6), (3.0, 5.0, 7.5, 11.0, 15.0, 20.0))
"""Distances at which a place is looked for, near first: a place farther out cannot cost less than its distance."""
_LED_FROM_MM = 1.6
_LARGEST_MM = 50.0
_LIKELY = 8
_NEAR_MM = 0.9
"""A number this close to another parcel gets a leader, lest it be read as that parcel's."""
_FROM_FRAME_MM = 0.4
_ON_LEADER, _ON_PARCEL, _MOVED = 60.0, 8.0, 3.0
_DEAREST = 120.0
"""A place that costs more would be no help: its leader crosses others, and it hides what it stands on."""


@dataclass(frozen=True)
class Label:
    """One placed number.

    Attributes
    ----------
    text
        The line number, or what else is printed.
    x_mm, y_mm, width_mm, height_mm
        Box on the map, from its upper left corner.
    leader_mm
        Start and end of the leader (x1, y1, x2, y2), or None when the number stands on or next to its parcel.
    """

    text: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    leader_mm: tuple[float, float, float, float] | None = None


def place(
    texts: list[str],
    sizes_mm: npt.NDArray[np.float64],
    anchors_mm: Boxes,
    rooms_mm: npt.NDArray[np.float64],
    frame_mm: tuple[float, float],
) -> list[Label | None]:
    """Place labels inside the frame so that none touches another, and clear of parcels where that can be.

    The result depends on the input order only. Labels that fit into their parcel come first; the others take, ring by
    ring outwards, the free place that covers least and whose leader crosses least.

    Parameters
    ----------
    texts
        Label texts.
    sizes_mm
        (n, 2) width and height of each label.
    anchors_mm
        (n or more, 4) bounding boxes of the parcels (or of their point symbols); any further ones are only kept clear.
    rooms_mm
        (n, 3) x, y of the roomiest point in each parcel and the radius of the circle that fits there.
    frame_mm
        Width and height of the neat line.

    Returns
    -------
    list of Label or None
        In input order; None where no free place is left within reach.
    """
    ground = Occupied(frame_mm, anchors_mm, float(sizes_mm.min(initial=_LARGEST_MM)))
    placed: list[Label | None] = [None] * len(texts)
    inside = np.hypot(sizes_mm[:, 0], sizes_mm[:, 1]) / 2 < rooms_mm[:, 2]
    for index in sorted(range(len(texts)), key=lambda row: (not inside[row], row)):
        size, room, anchor = sizes_mm[index], rooms_mm[index], anchors_mm[index]
        found = _within(size, room, ground) if inside[index] else None
        found = found or _beside(size, room, anchor, ground, frame_mm)
        if found is not None:
            corner, leader = found
            (x, y), (width, height) = corner.tolist(), size.tolist()
            placed[index] = Label(texts[index], x, y, width, height, leader)
            ground.take(np.concatenate([corner, corner + size]), leader)
    return placed


_Found = tuple[npt.NDArray[np.float64], tuple[float, float, float, float] | None]


def _within(size: npt.NDArray[np.float64], room: npt.NDArray[np.float64], ground: Occupied) -> _Found | None:
    corner = room[:2] - size / 2
    box = np.concatenate([corner, corner + size])[None, :]
    return None if not ground.holds(box)[0] or ground.taken(box)[0] else (corner, None)


def _beside(
    size: npt.NDArray[np.float64],
    room: npt.NDArray[np.float64],
    anchor: npt.NDArray[np.float64],
    ground: Occupied,
    frame_mm: tuple[float, float],
) -> _Found | None:
    """Look on the near rings first, and farther out only where that can be better."""
    limit = np.array(frame_mm) - size - _FROM_FRAME_MM
    if (limit < _FROM_FRAME_MM).any():
        return None
    half = np.array([anchor[2] - anchor[0] + size[0], anchor[3] - anchor[1] + size[1]]) / 2
    centre = (anchor[:2] + anchor[2:]) / 2
    # The point where each direction leaves the box that parcel and label together make, then outwards from there.
    edge = centre + _UNIT * np.min(half / np.maximum(np.abs(_UNIT), 1e-9), axis=1)[:, None]
    best: tuple[float, _Found] | None = None
    for rings in _RINGS:
        if best is None or best[0] > rings[0]:
            found = _on_rings(rings, edge, size, room, anchor, ground, limit)
            best = min((each for each in (best, found) if each is not None), key=lambda each: each[0], default=None)
    return None if best is None or best[0] > _DEAREST else best[1]


def _on_rings(
    rings: tuple[float, ...],
    edge: npt.NDArray[np.float64],
    size: npt.NDArray[np.float64],
    room: npt.NDArray[np.float64],
    anchor: npt.NDArray[np.float64],
    ground: Occupied,
    limit: npt.NDArray[np.float64],
) -> tuple[float, _Found] | None:
    """Find the free place on some rings that costs least, and what it costs."""
    away = np.repeat(rings, len(_UNIT))
    middles = np.vstack([edge + _UNIT * ring for ring in rings])
    corners = np.minimum(np.maximum(middles - size / 2, _FROM_FRAME_MM), limit)
    free = ~ground.taken(np.hstack([corners, corners + size]))
    if not free.any():
        return None
    away, middles, corners = away[free], middles[free], corners[free]
    boxes = np.hstack([corners, corners + size])
    leaders = _leaders(boxes, room)
    near = ground.parcels(boxes, anchor, _NEAR_MM)
    moved = np.abs(corners + size / 2 - middles).sum(axis=1)
    cost = away + _MOVED * moved + _ON_PARCEL * ground.parcels(boxes, anchor, 0.15) + near
    whole, least = _least(cost, boxes, leaders, ground)
    line = leaders[least]
    needed = away[least] > _LED_FROM_MM or near[least] > 0
    leader = (float(line[0]), float(line[1]), float(line[2]), float(line[3])) if needed else None
    return whole, (corners[least], leader)


def _least(cost: npt.NDArray[np.float64], boxes: Boxes, leaders: Boxes, ground: Occupied) -> tuple[float, int]:
    """Find the place that costs least, leaders counted: they are asked for only where that may still decide."""
    likely = np.argsort(cost, kind="stable")
    best = (np.inf, 0)
    for some in (likely[:_LIKELY], likely[_LIKELY:]):
        if len(some) and cost[some[0]] <= best[0]:
            whole = cost[some] + _ON_LEADER * (ground.led_across(boxes[some]) + ground.crossed(leaders[some]))
            first = int(np.argmin(whole))
            best = min(best, (float(whole[first]), int(some[first])))
    return best


def _leaders(boxes: Boxes, room: npt.NDArray[np.float64]) -> Boxes:
    """From the nearest point of each box to the parcel's roomiest point."""
    x = np.minimum(np.maximum(room[0], boxes[:, 0]), boxes[:, 2])
    y = np.minimum(np.maximum(room[1], boxes[:, 1]), boxes[:, 3])
    return np.column_stack([x, y, np.full_like(x, room[0]), np.full_like(y, room[1])])
