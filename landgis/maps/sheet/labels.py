"""Numbering parcels on the map: inside where there is room, else beside with a leader."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Boxes = npt.NDArray[np.float64]
"""(n, 4): left, top, right, bottom in millimetres."""
_DIRECTIONS = np.deg2rad(np.arange(0, 360, 22.5) - 45)
_DISTANCES_MM = (0.6, 1.6, 3.0, 5.0, 7.5, 11.0, 15.0, 20.0)
_NEAR_MM = 0.9
"""A number this close to another parcel gets a leader, lest it be read as that parcel's."""
_ON_LABEL, _ON_LEADER, _ON_PARCEL = 1000.0, 60.0, 8.0


@dataclass(frozen=True)
class Label:
    """One placed number.

    Attributes
    ----------
    text
        The line number.
    x_mm, y_mm, width_mm, height_mm
        Box on the map, from its upper left corner.
    leader_mm
        Start and end of the leader (x1, y1, x2, y2), or None when the number stands on or next to its parcel.
    covers
        True when no free place was found and the box covers another label.
    """

    text: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    leader_mm: tuple[float, float, float, float] | None
    covers: bool


def place(
    texts: list[str],
    sizes_mm: Boxes,
    anchors_mm: Boxes,
    rooms_mm: npt.NDArray[np.float64],
    frame_mm: tuple[float, float],
) -> list[Label]:
    """Place labels so that they miss each other, and parcels where they can.

    The result depends on the input order only. Labels that fit into their parcel come first; the others take, ring by
    ring outwards, the candidate that covers least and whose leader crosses least.

    Parameters
    ----------
    texts
        Label texts.
    sizes_mm
        (n, 2) width and height of each label.
    anchors_mm
        (n, 4) bounding boxes of the parcels (or of their point symbols).
    rooms_mm
        (n, 3) x, y of the roomiest point in each parcel and the radius of the circle that fits there.
    frame_mm
        Width and height of the neat line; labels stay inside.

    Returns
    -------
    list of Label
        In input order.
    """
    placed: dict[int, Label] = {}
    boxes, leaders = np.empty((0, 4)), np.empty((0, 4))
    inside = np.hypot(sizes_mm[:, 0], sizes_mm[:, 1]) / 2 < rooms_mm[:, 2]
    for index in sorted(range(len(texts)), key=lambda row: (not inside[row], row)):
        width, height = sizes_mm[index]
        if inside[index]:
            x, y = rooms_mm[index, 0] - width / 2, rooms_mm[index, 1] - height / 2
            label = Label(texts[index], x, y, width, height, None, False)
        else:
            others = np.delete(anchors_mm, index, axis=0)
            label = _beside(
                texts[index], (width, height), rooms_mm[index], anchors_mm[index], (boxes, leaders, others), frame_mm
            )
        placed[index] = label
        boxes = np.vstack([boxes, [label.x_mm, label.y_mm, label.x_mm + width, label.y_mm + height]])
        if label.leader_mm is not None:
            leaders = np.vstack([leaders, label.leader_mm])
    return [placed[index] for index in range(len(texts))]


def _beside(
    text: str,
    size: tuple[float, float],
    room: npt.NDArray[np.float64],
    anchor: npt.NDArray[np.float64],
    taken: tuple[Boxes, Boxes, Boxes],
    frame_mm: tuple[float, float],
) -> Label:
    boxes, leaders, parcels = taken
    candidates, distance = _candidates(size, room, anchor, frame_mm)
    lines = _leaders(candidates, room)
    on_labels = _shared_mm2(candidates, boxes, 0.15)
    near_parcels = _shared_mm2(candidates, parcels, _NEAR_MM)
    cost = distance + _ON_LABEL * on_labels + _ON_PARCEL * _shared_mm2(candidates, parcels, 0.15) + near_parcels
    cost += _ON_LEADER * (_crossings(lines, leaders) + _crossings(lines, _diagonals(boxes)))
    cost += _ON_LEADER * _crossings(_diagonals(candidates), leaders).reshape(2, -1).sum(axis=0)
    best = int(np.argmin(cost))
    left, top = candidates[best, :2]
    needed = distance[best] > _DISTANCES_MM[1] or near_parcels[best] > 0
    leader = (float(lines[best, 0]), float(lines[best, 1]), float(lines[best, 2]), float(lines[best, 3]))
    return Label(text, float(left), float(top), *size, leader if needed else None, bool(on_labels[best] > 1e-9))


def _candidates(
    size: tuple[float, float],
    room: npt.NDArray[np.float64],
    anchor: npt.NDArray[np.float64],
    frame_mm: tuple[float, float],
) -> tuple[Boxes, npt.NDArray[np.float64]]:
    """Boxes around a parcel, kept inside the frame, and how far each stands off."""
    half = np.array([(anchor[2] - anchor[0] + size[0]) / 2, (anchor[3] - anchor[1] + size[1]) / 2])
    centre = np.array([(anchor[0] + anchor[2]) / 2, (anchor[1] + anchor[3]) / 2])
    unit = np.column_stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)])
    # The point where each direction leaves the box that parcel and label together make, then outwards from there.
    edge = unit * np.min(half / np.maximum(np.abs(unit), 1e-9), axis=1)[:, None]
    rings = [centre + edge + unit * away for away in _DISTANCES_MM]
    middle = np.vstack([*rings, room[None, :2]])
    distance = np.append(np.repeat(_DISTANCES_MM, len(unit)), 2.0)
    limit = np.array(frame_mm) - np.array(size)
    corner = np.clip(middle - np.array(size) / 2, 0.4, limit - 0.4)
    moved = np.abs(corner + np.array(size) / 2 - middle).sum(axis=1)
    return np.hstack([corner, corner + np.array(size)]), distance + 3 * moved


def _leaders(boxes: Boxes, room: npt.NDArray[np.float64]) -> Boxes:
    """From the nearest point of each box to the parcel's roomiest point."""
    x = np.clip(room[0], boxes[:, 0], boxes[:, 2])
    y = np.clip(room[1], boxes[:, 1], boxes[:, 3])
    return np.column_stack([x, y, np.full_like(x, room[0]), np.full_like(y, room[1])])


def _diagonals(boxes: Boxes) -> Boxes:
    return np.vstack([boxes, boxes[:, [0, 3, 2, 1]]])


def _shared_mm2(candidates: Boxes, obstacles: Boxes, air: float) -> npt.NDArray[np.float64]:
    """Area that each candidate shares with all obstacles together, with ``air`` millimetres around."""
    across = np.minimum(candidates[:, None, 2], obstacles[None, :, 2]) - np.maximum(
        candidates[:, None, 0], obstacles[None, :, 0]
    )
    down = np.minimum(candidates[:, None, 3], obstacles[None, :, 3]) - np.maximum(
        candidates[:, None, 1], obstacles[None, :, 1]
    )
    shared: npt.NDArray[np.float64] = (np.clip(across + air, 0, None) * np.clip(down + air, 0, None)).sum(axis=1)
    return shared


def _crossings(lines: Boxes, others: Boxes) -> npt.NDArray[np.float64]:
    """How many of ``others`` each line crosses; lines given as x1, y1, x2, y2."""
    count = np.zeros(len(lines))
    if not len(lines) or not len(others):
        return count
    tree = shapely.STRtree(np.asarray(shapely.linestrings(others.reshape(-1, 2, 2))))
    hits, _ = tree.query(shapely.linestrings(lines.reshape(-1, 2, 2)), predicate="crosses")
    np.add.at(count, hits, 1)
    return count
