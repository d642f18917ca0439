"""LayerIndex: a layer prepared for measuring parcels against it.

Order of work, per parcel and class: intersect, dissolve the pieces, sum. Overlapping features of one class are
counted once. Results follow feature ids, so neither the order of features nor that of parcels changes a bit of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from landgis.area import FLOOR_M2
from landgis.errors import ContractBroken, GeometryInvalid
from landgis.overlay.cells import Geometries, cells, polygonal, shifted
from landgis.overlay.result import ByClass, Floats, Ints, Measurement, Pairs, Parcels

DISTANCE_LIMIT_M = 100.0
"""Beyond this a distance is not reported."""
_POLYGONAL = (3, 6)


@dataclass(frozen=True)
class LayerIndex:
    """Features of one layer with a spatial tree over them. Make one with `LayerIndex.build`."""

    geometries: Geometries
    feature_ids: npt.NDArray[np.object_] | Ints
    classes: npt.NDArray[np.object_]
    positions: Ints
    tree: shapely.STRtree

    @classmethod
    def build(
        cls,
        geometries: npt.ArrayLike,
        feature_ids: npt.ArrayLike | None = None,
        classes: npt.ArrayLike | None = None,
    ) -> LayerIndex:
        """Prepare a layer.

        Parameters
        ----------
        geometries
            Valid shapely polygons or multipolygons in a projected CRS, metres; shape (n,).
        feature_ids
            Unique ids, shape (n,); positions are used where none are given.
        classes
            Class of each feature, shape (n,); one class for all where none are given.

        Raises
        ------
        GeometryInvalid
            If a geometry is missing, empty, invalid or not polygonal.
        ContractBroken
            If ids repeat or array lengths differ.
        """
        shapes = _polygons(geometries, "layer")
        count = len(shapes)
        ids = np.arange(count) if feature_ids is None else np.asarray(feature_ids)
        kinds = np.full(count, "", dtype=object) if classes is None else np.asarray(classes, dtype=object)
        if len(ids) != count or len(kinds) != count:
            raise ContractBroken(
                f"图斑 {count} 个，编号 {len(ids)} 个，类别 {len(kinds)} 个，数量不一致",
                f"{count} geometries, {len(ids)} ids and {len(kinds)} classes do not match",
            )
        order = np.argsort(ids, kind="stable")
        ids = ids[order]
        repeated = ids[1:][ids[1:] == ids[:-1]]
        if len(repeated):
            raise ContractBroken(f"图斑编号重复：{repeated[0]}", f"Feature id {repeated[0]} occurs more than once")
        shapes = shapes[order]
        return cls(shapes, ids, kinds[order], order.astype(np.int64), shapely.STRtree(shapes))

    def measure(self, parcels: npt.ArrayLike, *, distance_limit_m: float = DISTANCE_LIMIT_M) -> Measurement:
        """Measure parcels against the layer.

        Parameters
        ----------
        parcels
            Valid shapely polygons or multipolygons in the layer's CRS, metres; shape (m,).
        distance_limit_m
            Search limit for the nearest feature of a parcel without a hit.

        Returns
        -------
        Measurement
            Areas are planar m²; overlaps up to 1e-6 m² count as touching and are left out.

        Raises
        ------
        GeometryInvalid
            If a parcel is missing, empty, invalid or not polygonal.
        """
        shapes = _polygons(parcels, "parcel")
        parcel, feature, pieces, area = self._overlaps(shapes)
        pairs = Pairs(
            parcel=parcel,
            feature=self.feature_ids[feature],
            area_m2=area,
            position=self.positions[feature],
            pieces=shapely.get_num_geometries(pieces).astype(np.int64),
        )
        whole = _dissolve(parcel, np.zeros(len(parcel), dtype=np.int64), pieces, area)
        columns = _spread(len(shapes), whole)
        distance = np.where(columns["hits"] > 0, 0.0, np.nan)
        self._fill_distances(shapes, distance, distance_limit_m)
        return Measurement(
            pairs=pairs,
            parcels=Parcels(
                union_m2=columns["union_m2"],
                hits=columns["hits"].astype(np.int64),
                largest_m2=columns["largest_m2"],
                mean_width_m=np.where(columns["hits"] > 0, columns["mean_width_m"], np.nan),
                distance_m=distance,
                pieces=columns["pieces"].astype(np.int64),
            ),
            by_class=self._by_class(parcel, feature, pieces, area),
        )

    def _overlaps(self, shapes: Geometries) -> tuple[Ints, Ints, Geometries, Floats]:
        """Cut every touching pair; pieces come in coordinates local to the parcel's cell."""
        rows, columns = self.tree.query(shapes, predicate="intersects")
        order = np.lexsort((columns, rows))
        rows, columns = rows[order].astype(np.int64), columns[order].astype(np.int64)
        pieces = np.empty(len(rows), dtype=object)
        for members, origin in cells(shapes[rows]):
            features, which = np.unique(columns[members], return_inverse=True)
            near = shifted(self.geometries[features], origin)
            pieces[members] = shapely.intersection(shifted(shapes[rows[members]], origin), near[which])
        pieces = polygonal(pieces)
        area = np.asarray(shapely.area(pieces), dtype=np.float64)
        keep = area > FLOOR_M2
        return rows[keep], columns[keep], pieces[keep], area[keep]

    def _by_class(self, parcel: Ints, feature: Ints, pieces: Geometries, area: Floats) -> ByClass:
        names, codes = np.unique(self.classes.astype(str), return_inverse=True)
        table = _dissolve(parcel, codes[feature].astype(np.int64), pieces, area)
        return ByClass(
            parcel=table["parcel"].astype(np.int64),
            class_=names[table["class"].astype(np.int64)].astype(object),
            union_m2=table["union_m2"],
            hits=table["hits"].astype(np.int64),
            largest_m2=table["largest_m2"],
            mean_width_m=table["mean_width_m"],
            pieces=table["pieces"].astype(np.int64),
        )

    def _fill_distances(self, shapes: Geometries, distance: Floats, limit_m: float) -> None:
        """Write the nearest distance of every parcel without a hit that has a feature within the limit."""
        missing = np.flatnonzero(np.isnan(distance))
        if not len(missing) or not len(self.geometries):
            return
        (rows, _), gaps = self.tree.query_nearest(
            shapes[missing], max_distance=limit_m, return_distance=True, all_matches=False
        )
        distance[missing[rows]] = gaps


def _polygons(values: npt.ArrayLike, what: str) -> Geometries:
    """Return an object array of valid, non-empty polygons, or raise naming the first that is not."""
    shapes = np.asarray(values, dtype=object).ravel()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    wrong = missing | ~np.isin(shapely.get_type_id(shapes), _POLYGONAL) | ~shapely.is_valid(shapes)
    if not wrong.any():
        return shapes
    first = int(np.flatnonzero(wrong)[0])
    reason = "missing or empty" if missing[first] else str(shapely.is_valid_reason(shapes[first]))
    raise GeometryInvalid(
        f"{'图斑' if what == 'layer' else '地块'}第 {first} 个图形不可用（{reason}），共 {int(wrong.sum())} 个",
        f"{what} geometry {first} cannot be measured ({reason}); {int(wrong.sum())} such in all",
        next_zh="请先修复图形，或用 landgis overlay 对修复后的副本量算",
        next_en="Repair the geometry first, or let landgis overlay measure repaired copies",
    )


def _dissolve(parcel: Ints, kind: Ints, pieces: Geometries, area: Floats) -> dict[str, npt.NDArray[Any]]:
    """Dissolve and sum the pieces of each (parcel, kind); rows come out in that order."""
    order = np.lexsort((kind, parcel))
    parcel, kind, pieces, area = parcel[order], kind[order], pieces[order], area[order]
    changed = np.flatnonzero((np.diff(parcel) != 0) | (np.diff(kind) != 0)) + 1
    starts = np.concatenate([[0], changed]).astype(np.int64) if len(parcel) else np.empty(0, dtype=np.int64)
    counts = np.diff(np.append(starts, len(parcel)))
    largest = np.array(
        [begin + int(np.argmax(area[begin : begin + n])) for begin, n in zip(starts, counts, strict=True)]
    )
    largest = largest.astype(np.int64)
    merged = pieces[starts].copy()
    for row in np.flatnonzero(counts > 1):
        merged[row] = shapely.union_all(pieces[starts[row] : starts[row] + counts[row]])
    return {
        "parcel": parcel[starts],
        "class": kind[starts],
        "union_m2": np.asarray(shapely.area(merged), dtype=np.float64),
        "hits": counts.astype(np.int64),
        "largest_m2": area[largest],
        "mean_width_m": 2 * area[largest] / shapely.length(pieces[largest]),
        "pieces": _count_parts(merged),
    }


def _count_parts(merged: Geometries) -> Ints:
    """Count the separate polygons of each dissolved overlap."""
    parts, owner = shapely.get_parts(merged, return_index=True)
    polygonal = shapely.get_dimensions(parts) == 2
    return np.bincount(owner[polygonal], minlength=len(merged)).astype(np.int64)


def _spread(count: int, table: dict[str, npt.NDArray[Any]]) -> dict[str, Floats]:
    """Put the rows of a (parcel) table onto all parcels; zero where there is none."""
    columns = {}
    for name in ("union_m2", "hits", "largest_m2", "mean_width_m", "pieces"):
        column = np.zeros(count)
        column[table["parcel"].astype(np.int64)] = table[name]
        columns[name] = column
    return columns
