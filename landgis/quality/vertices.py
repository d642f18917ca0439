"""Rules on the vertices of one feature: repeated ones, spikes, arcs drawn out as chords."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from landgis.quality.found import Bools, Floats, Found, Ints
from landgis.quality.shapes import Shapes, gathered_points, grouped

_ALIKE = 0.05
"""Turns and lengths of an arc's chords agree to this share; millimetre rounding stays below it."""
_TURN_RAD = (0.005, 0.6)
"""Less is a straight line, more is a corner."""


@dataclass(frozen=True)
class _Walk:
    """Vertices of all rings in order, without those that repeat the one before exactly.

    Attributes
    ----------
    xy
        Shape (n, 2).
    ring
        Ring of each vertex.
    before, after
        Position of the neighbours around the ring.
    """

    xy: Floats
    ring: Ints
    before: Ints
    after: Ints


def vertex_findings(shapes: Shapes, limits: Mapping[str, float]) -> Iterator[Found]:
    """Yield what the vertex rules find in a batch."""
    xy, ring = shapely.get_coordinates(shapes.rings, return_index=True)
    yield _repeated(shapes, xy, ring, limits["vertex_gap_m"])
    walk = _walk(xy, ring)
    back, ahead = walk.xy[walk.before] - walk.xy, walk.xy[walk.after] - walk.xy
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    dot = (back * ahead).sum(axis=1)
    yield _spikes(shapes, walk, np.degrees(np.arctan2(np.abs(cross), dot)), limits["spike_deg"])
    yield _arcs(shapes, walk, np.arctan2(-cross, -dot), np.hypot(*ahead.T), limits["arc_vertices"])


def _repeated(shapes: Shapes, xy: Floats, ring: Ints, gap_m: float) -> Found:
    near = np.hypot(*(xy[1:] - xy[:-1]).T) <= gap_m
    second = np.flatnonzero(near & (ring[1:] == ring[:-1])) + 1
    return _at_points("G05", shapes, ring[second], xy[second], np.ones(len(second)), count_measured=True)


def _walk(xy: Floats, ring: Ints) -> _Walk:
    """Drop each ring's closing vertex and exact repeats, and link the rest around."""
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, dtype=bool)
    repeat = np.append((xy[1:] == xy[:-1]).all(axis=1) & (ring[1:] == ring[:-1]), False) if len(ring) else last
    kept = ~last & ~repeat
    xy, ring = xy[kept], ring[kept].astype(np.int64)
    places = np.arange(len(ring))
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1])) if len(ring) else places
    final = np.append(first[1:], len(ring)) - 1 if len(ring) else places
    before, after = places - 1, places + 1
    before[first], after[final] = final, first
    return _Walk(xy, ring, before, after)


def _spikes(shapes: Shapes, walk: _Walk, angle: Floats, limit_deg: float) -> Found:
    sharp = np.flatnonzero(angle <= limit_deg)
    return _at_points("G07", shapes, walk.ring[sharp], walk.xy[sharp], angle[sharp])


def _arcs(shapes: Shapes, walk: _Walk, turn: Floats, chord: Floats, fewest: float) -> Found:
    """Find vertices in a row whose turn and chord are like those before; a circle has no beginning, so count all."""
    low, high = _TURN_RAD
    bent = (np.abs(turn) > low) & (np.abs(turn) < high)
    alike = bent & bent[walk.before] & _near(turn, turn[walk.before]) & _near(chord, chord[walk.before])
    # The vertex before the run belongs to it too, unless the run goes all the way around.
    run = np.minimum(_run_lengths(alike, walk.ring) + 1, np.bincount(walk.ring)[walk.ring])
    long = np.flatnonzero(alike & (run >= fewest))
    return _at_points("G12", shapes, walk.ring[long], walk.xy[long], run[long], largest=True)


def _near(values: Floats, others: Floats) -> Bools:
    return np.abs(values - others) <= _ALIKE * np.abs(values)


def _run_lengths(mask: Bools, ring: Ints) -> Floats:
    """Length of the run of true values that each position belongs to; runs end with the ring."""
    if not len(mask):
        return np.empty(0)
    starts = np.flatnonzero(np.append(True, (mask[1:] != mask[:-1]) | (ring[1:] != ring[:-1])))
    lengths = np.diff(np.append(starts, len(mask)))
    return np.repeat(lengths, lengths) * mask.astype(np.float64)


def _at_points(
    rule: str,
    shapes: Shapes,
    ring: Ints,
    xy: Floats,
    values: Floats,
    *,
    largest: bool = False,
    count_measured: bool = False,
) -> Found:
    owner = shapes.ring_owner[ring]
    owners, best, count = grouped(owner, values, largest)
    measured = count.astype(np.float64) if count_measured else best
    places = gathered_points(owner, xy)
    return Found(rule, owners, measured=measured, places=places, count=count)
