"""Polygons as flat arrays: what the kernel reads, and what is saved and memory-mapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from landgis.overlay.valid import Geometries, valid_polygons

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BLOCK_EDGES = 16
"""Edges of a block, and blocks of a group: a long ring is skipped by groups and blocks that lie off the window."""
_LONG_RING = 64
_POLYGON = 3


class Rings(NamedTuple):
    """The arrays that the compiled kernel walks; all read-only.

    ``xy`` (V, 2) are closed rings one after another; ring ``r`` has the vertices ``start[r]:start[r + 1]``, polygon
    ``f`` the rings ``ring_of[f]:ring_of[f + 1]``. ``sign[r]`` makes the area below the edges of ``r`` count positive
    for an exterior ring and negative for a hole, whichever way they were drawn. ``block`` and ``group`` give the first
    block and group of each ring (none for short rings), ``block_box`` and ``group_box`` their boxes, ``box`` (n, 4)
    the box of each polygon.
    """

    xy: Floats
    start: Ints
    sign: Floats
    ring_of: Ints
    box: Floats
    block: Ints
    block_box: Floats
    group: Ints
    group_box: Floats


@dataclass(frozen=True)
class Polygons:
    """Valid polygons and multipolygons in a projected CRS, metres. Make them with `Polygons.of`.

    Attributes
    ----------
    rings
        What the kernel walks.
    part_of, exterior_of
        First part of each polygon, first ring of each part: with them the shapes can be made again.
    area_m2
        Planar area of each, m².
    """

    rings: Rings
    part_of: Ints
    exterior_of: Ints
    area_m2: Floats

    def __len__(self) -> int:
        """Count the polygons."""
        return len(self.rings.box)

    @classmethod
    def of(cls, geometries: npt.ArrayLike, what: str = "parcel", threads: int | None = None) -> Polygons:
        """Lay polygons out flat.

        Parameters
        ----------
        geometries
            Valid shapely polygons or multipolygons, projected CRS, metres; shape (n,). Vertices are taken as they are;
            heights are left behind.
        what
            ``parcel`` or ``layer``: whose they are, for the message.
        threads
            Threads that check validity; all processors where None.

        Raises
        ------
        GeometryInvalid
            If a geometry is missing, empty, invalid or not polygonal; names the first.
        """
        return cls.laid_out(valid_polygons(geometries, what, threads))

    @classmethod
    def laid_out(cls, shapes: Geometries) -> Polygons:
        """Lay out polygons that were checked already (`valid_polygons`)."""
        xy = shapely.get_coordinates(shapes)
        lengths, exterior, part_of, exterior_of, ring_of = _layout(shapes)
        start = _ends(lengths)
        block, block_box, group, group_box = _blocks(xy, start)
        rings = Rings(
            xy,
            start,
            _signs(xy, start, exterior),
            ring_of,
            shapely.bounds(shapes).reshape(-1, 4),
            block,
            block_box,
            group,
            group_box,
        )
        return cls(Rings(*map(_frozen, rings)), _frozen(part_of), _frozen(exterior_of), _frozen(shapely.area(shapes)))

    def shapes(self, rows: npt.ArrayLike | None = None) -> Geometries:
        """Make shapely polygons again, vertex for vertex; shape as ``rows``, multipolygons where there are parts."""
        wanted = np.arange(len(self)) if rows is None else np.asarray(rows, dtype=np.int64)
        parts, of_polygon = _spread(self.part_of, wanted)
        rings, of_part = _spread(self.exterior_of, parts)
        vertices, of_ring = _spread(self.rings.start, rings)
        offsets = [
            _ends(np.bincount(of, minlength=n))
            for of, n in ((of_ring, len(rings)), (of_part, len(parts)), (of_polygon, len(wanted)))
        ]
        made: Geometries = shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON, self.rings.xy[vertices], tuple(offsets)
        )
        single = np.bincount(of_polygon, minlength=len(wanted)) == 1
        made[single] = shapely.get_geometry(made[single], 0)
        return made


def _layout(shapes: Geometries) -> tuple[Ints, npt.NDArray[np.bool_], Ints, Ints, Ints]:
    """Return vertices per ring, which rings are exterior, and first part, ring of part and ring of each polygon."""
    part_of = _ends(np.maximum(shapely.get_num_geometries(shapes), 1))
    simple = (shapely.get_type_id(shapes) == _POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    if simple.all():
        lengths = shapely.get_num_coordinates(shapes).astype(np.int64)
        return lengths, np.ones(len(shapes), dtype=bool), part_of, part_of, part_of
    pieces = shapely.get_parts(shapes[~simple])
    parts, _ = _spread(part_of, np.flatnonzero(~simple))
    rings_of_part = np.ones(part_of[-1], dtype=np.int64)
    rings_of_part[parts] = shapely.get_num_interior_rings(pieces) + 1
    exterior_of = _ends(rings_of_part)
    ring_of = exterior_of[part_of]
    lengths = np.empty(exterior_of[-1], dtype=np.int64)
    lengths[ring_of[:-1][simple]] = shapely.get_num_coordinates(shapes[simple])
    rings, _ = _spread(exterior_of, parts)
    lengths[rings] = shapely.get_num_coordinates(shapely.get_rings(pieces))
    exterior = np.zeros(len(lengths), dtype=bool)
    exterior[exterior_of[:-1]] = True
    return lengths, exterior, part_of, exterior_of, ring_of


def _ends(counts: npt.ArrayLike) -> Ints:
    """Turn counts into offsets, beginning with zero."""
    steps = np.asarray(counts)
    offsets = np.zeros(len(steps) + 1, dtype=np.int64)
    np.cumsum(steps, out=offsets[1:])
    return offsets


def _spread(offsets: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return the members of the given rows of an offset table, and the place in ``rows`` of each."""
    counts = offsets[rows + 1] - offsets[rows]
    place = np.repeat(np.arange(len(rows)), counts)
    within = np.arange(len(place)) - np.repeat(_ends(counts)[:-1], counts)
    return offsets[rows][place] + within, place


def _signs(xy: Floats, start: Ints, exterior: npt.NDArray[np.bool_]) -> Floats:
    """Sign of each ring: the direction in which it was drawn, turned round for holes."""
    if not len(exterior):
        return np.empty(0)
    x, y = xy[:, 0], xy[:, 1]
    low = np.repeat(y[start[:-1]], start[1:] - start[:-1])
    strips = np.zeros(len(xy))
    strips[:-1] = (x[1:] - x[:-1]) * ((y[:-1] - low[:-1]) + (y[1:] - low[:-1]))
    strips[start[1:] - 1] = 0.0
    below = np.add.reduceat(strips, start[:-1])
    return np.where((below > 0) == exterior, 1.0, -1.0)


def _blocks(xy: Floats, start: Ints) -> tuple[Ints, Floats, Ints, Floats]:
    """Box the long rings block by block of edges, and the blocks group by group."""
    vertices = start[1:] - start[:-1]
    if not (vertices > _LONG_RING).any():
        none = np.zeros(len(start), dtype=np.int64)
        return none, np.empty((0, 4)), none, np.empty((0, 4))
    blocks = np.where(vertices > _LONG_RING, -(-(vertices - 1) // BLOCK_EDGES), 0)
    groups = -(-blocks // BLOCK_EDGES)
    block, group = _ends(blocks), _ends(groups)
    # Blocks of edges share the vertex between them; groups of blocks share nothing.
    block_box = _boxes(xy, (0, 1, 0, 1), *_runs(start, vertices, blocks, 1))
    return block, block_box, group, _boxes(block_box, (0, 1, 2, 3), *_runs(block, blocks, groups, 0))


def _runs(start: Ints, members: Ints, runs: Ints, shared: int) -> tuple[Ints, Ints]:
    """Cut the members of each row into runs of sixteen (and those shared): first and last member of each run."""
    row = np.repeat(np.arange(len(runs)), runs)
    first = start[row] + (np.arange(len(row)) - np.repeat(_ends(runs)[:-1], runs)) * BLOCK_EDGES
    return first, np.minimum(first + BLOCK_EDGES - 1 + shared, (start[:-1] + members)[row] - 1)


def _boxes(values: Floats, columns: tuple[int, int, int, int], first: Ints, last: Ints) -> Floats:
    """Unite points or boxes ``first`` to ``last`` of each run into one box."""
    made = np.empty((len(first), 4))
    if len(first):
        at = np.stack([first, last], axis=1).ravel()
        for side, (column, best) in enumerate(zip(columns, (np.minimum,) * 2 + (np.maximum,) * 2, strict=True)):
            line = np.ascontiguousarray(values[:, column])
            made[:, side] = best(best.reduceat(line, at)[::2], line[last])
    return made


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array
