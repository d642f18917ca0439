"""LayerIndex: a layer prepared for measuring parcels against it.

Order of work, per parcel and class: intersect, dissolve, sum. Overlapping features of one class are counted once.
Results follow feature ids, so neither the order of features, nor that of parcels, nor chunks or threads change a bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from landgis.errors import ContractBroken, GeometryInvalid
from landgis.overlay import stored
from landgis.overlay.choice import COMPILED, which
from landgis.overlay.kernel import measure_compiled, sharing
from landgis.overlay.plain import measure_plain
from landgis.overlay.polygons import Floats, Ints, Polygons
from landgis.overlay.result import (
    DISTANCE,
    HITS,
    LARGEST,
    PIECES,
    UNION,
    WIDTH,
    ByClass,
    Measurement,
    Pairs,
    Parcels,
    Rows,
)
from landgis.overlay.texts import Texts
from landgis.overlay.tree import Tree, leaf_order, pack
from landgis.overlay.valid import Geometries, processors, valid_polygons

DISTANCE_LIMIT_M = 100.0
"""Beyond this a distance is not reported."""
METRICS = frozenset({"union", "width", "pieces", "distance"})
"""What can be measured besides the pairs."""


@dataclass(frozen=True)
class LayerIndex:
    """Features of one layer, laid out for the kernel. Make one with `LayerIndex.build` or `LayerIndex.load`.

    Attributes
    ----------
    polygons
        The features, in the order of the tree's leaves.
    tree
        Boxes over them.
    feature_ids, positions, class_of
        Ids in their order; where each stood in the input; its class number.
    class_names
        Classes by number, sorted.
    sharers
        Offsets by place, and places, of features that share ground; both empty where that is found out on the way.
    """

    polygons: Polygons
    tree: Tree
    feature_ids: npt.NDArray[np.generic] | Texts
    positions: Ints
    class_of: Ints
    class_names: npt.NDArray[np.generic]
    sharers: tuple[Ints, Ints]

    @classmethod
    def build(
        cls,
        geometries: npt.ArrayLike,
        feature_ids: npt.ArrayLike | None = None,
        classes: npt.ArrayLike | None = None,
        *,
        near: npt.ArrayLike | None = None,
        threads: int | None = None,
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
        near
            Boxes (m, 4: xmin, ymin, xmax, ymax) outside which nothing will be asked, for use once: features whose box
            meets none are left out, unread and unchecked. Grow them by the distance limit where distances are wanted.
        threads
            Threads that prepare; all processors where None.

        Raises
        ------
        GeometryInvalid
            If a geometry is missing, empty, invalid or not polygonal.
        ContractBroken
            If ids repeat or array lengths differ.
        """
        shapes = np.asarray(geometries, dtype=object).ravel()
        ids, kinds = _labels(len(shapes), feature_ids, classes)
        positions = np.argsort(ids, kind="stable")
        if near is not None:
            positions = positions[_near(shapes, np.asarray(near, dtype=np.float64).reshape(-1, 4))[positions]]
        ids, kinds = ids[positions], kinds[positions]
        class_names, class_of = np.unique(kinds, return_inverse=True)
        valid_polygons(shapes if near is None else shapes[np.sort(positions)], "layer", threads)
        boxes = shapely.bounds(shapes[positions]).reshape(-1, 4)
        rank = leaf_order(boxes)
        polygons = Polygons.laid_out(shapes[positions][rank])
        tree = pack(polygons.rings.box, rank)
        sharers = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        if near is None and which() == COMPILED:
            sharers = sharing(polygons.rings, tree, threads or processors())
        arrays = (positions.astype(np.int64), class_of.astype(np.int64), *sharers)
        for array in arrays:
            array.flags.writeable = False
        return cls(polygons, tree, ids, arrays[0], arrays[1], class_names, arrays[2:])

    def save(self, folder: Path) -> None:
        """Write the index as flat arrays into a new folder; a folder is there whole or not at all."""
        stored.save(self.__dict__, folder)

    @classmethod
    def load(cls, folder: Path) -> LayerIndex:
        """Open a saved index; its arrays stay on the disk and are read as they are needed.

        Raises
        ------
        InputError
            If the folder holds no index, or one of another version, or arrays that do not fit each other.
        OSError
            If the system does not let it be opened; the index may be sound.
        """
        return cls(**stored.load(folder))

    def shapes(self, places: npt.ArrayLike | None = None) -> Geometries:
        """Make shapely polygons of features by their place in id order (`Pairs.place`); all where None."""
        rows = self.tree.row_of if places is None else self.tree.row_of[np.asarray(places, dtype=np.int64)]
        return self.polygons.shapes(rows)

    @property
    def feature_area_m2(self) -> Floats:
        """Planar area of each feature, m², in id order."""
        return self.polygons.area_m2[self.tree.row_of]

    def measure(
        self,
        parcels: npt.ArrayLike | Polygons,
        *,
        metrics: Iterable[str] = METRICS,
        distance_limit_m: float = DISTANCE_LIMIT_M,
        threads: int | None = None,
        kernel: str | None = None,
    ) -> Measurement:
        """Measure parcels against the layer.

        Parameters
        ----------
        parcels
            Valid shapely polygons or multipolygons in the layer's CRS, metres, shape (m,); or `Polygons` made of them
            once, for several layers.
        metrics
            Of ``union``, ``width``, ``pieces``, ``distance``: what is wanted besides the pairs.
        distance_limit_m
            Search limit for the nearest feature of a parcel without a hit.
        threads
            All processors where None; a few parcels are measured in one.
        kernel
            ``compiled`` or ``plain``; see `landgis.overlay.kernel.which`.

        Returns
        -------
        Measurement
            Areas are planar m²; overlaps up to 1e-6 m² count as touching and are left out.

        Raises
        ------
        GeometryInvalid
            If a parcel is missing, empty, invalid or not polygonal.
        ContractBroken
            For a metric that does not exist.
        """
        wanted = frozenset(metrics)
        if wanted - METRICS:
            raise ContractBroken(
                f"没有量算项目 {sorted(wanted - METRICS)}", f"There is no metric {sorted(wanted - METRICS)}"
            )
        made = parcels if isinstance(parcels, Polygons) else Polygons.of(parcels, threads=threads)
        limit = distance_limit_m if "distance" in wanted else None
        name = which(kernel)
        if name == COMPILED:
            rows = measure_compiled(
                made,
                self.polygons,
                self.tree,
                self.sharers,
                self.class_of,
                "union" in wanted,
                bool(wanted & {"width", "pieces"}),
                limit,
                threads or processors(),
            )
        else:
            rows = measure_plain(made.shapes(), self.shapes(), self.class_of, limit)
            _leave_out(rows, "union" in wanted, bool(wanted & {"width", "pieces"}))
        return self._measurement(made, rows, name)

    def _measurement(self, parcels: Polygons, rows: Rows, kernel: str) -> Measurement:
        if np.isnan(rows.area_m2).any():
            at = int(np.flatnonzero(np.isnan(rows.area_m2))[0])
            raise GeometryInvalid(
                f"要素 {self.feature_ids[rows.place[at]]} 的坐标无法量算",
                f"Feature {self.feature_ids[rows.place[at]]} has coordinates that cannot be measured",
                next_zh="请核对该要素的坐标",
                next_en="Check the coordinates of that feature",
            )
        numbers = np.arange(len(parcels))
        parcel, group_parcel = np.repeat(numbers, rows.hits), np.repeat(numbers, rows.groups)
        whole, groups = rows.whole, rows.group_values
        return Measurement(
            pairs=Pairs(
                parcel=parcel,
                feature=self.feature_ids[rows.place],
                area_m2=rows.area_m2,
                share_of_parcel=rows.area_m2 / parcels.area_m2[parcel],
                share_of_feature=rows.area_m2 / self.polygons.area_m2[self.tree.row_of[rows.place]],
                position=self.positions[rows.place],
                place=rows.place,
            ),
            parcels=Parcels(
                union_m2=whole[:, UNION],
                hits=whole[:, HITS].astype(np.int64),
                largest_m2=whole[:, LARGEST],
                mean_width_m=whole[:, WIDTH],
                distance_m=whole[:, DISTANCE],
                pieces=whole[:, PIECES].astype(np.int64),
            ),
            by_class=ByClass(
                parcel=group_parcel,
                class_=self.class_names[rows.group_class].astype(object),
                union_m2=groups[:, UNION],
                hits=groups[:, HITS].astype(np.int64),
                largest_m2=groups[:, LARGEST],
                mean_width_m=groups[:, WIDTH],
                pieces=groups[:, PIECES].astype(np.int64),
            ),
            kernel=kernel,
        )


def _leave_out(rows: Rows, union: bool, shape: bool) -> None:
    """Empty what was not asked for, as the compiled kernel leaves it."""
    for values, hit in ((rows.group_values, slice(None)), (rows.whole, rows.whole[:, HITS] > 0)):
        if not union:
            values[hit, UNION] = np.nan
        if not shape:
            values[hit, WIDTH], values[hit, PIECES] = np.nan, -1


def _labels(
    count: int, feature_ids: npt.ArrayLike | None, classes: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]:
    """Return ids and classes, one of each per feature; whole numbers stay numbers, all else becomes text."""
    ids = np.arange(count) if feature_ids is None else np.asarray(feature_ids)
    ids = ids if np.issubdtype(ids.dtype, np.integer) else _texts(ids)
    kinds = _texts(np.full(count, "", dtype=object) if classes is None else np.asarray(classes, dtype=object))
    if len(ids) != count or len(kinds) != count:
        raise ContractBroken(
            f"图斑 {count} 个，编号 {len(ids)} 个，类别 {len(kinds)} 个，数量不一致",
            f"{count} geometries, {len(ids)} ids and {len(kinds)} classes do not match",
        )
    if len(set(ids.tolist())) < count:
        seen, times = np.unique(ids, return_counts=True)
        repeated = seen[times > 1][0]
        raise ContractBroken(f"图斑编号重复：{repeated}", f"Feature id {repeated} occurs more than once")
    return ids, kinds


def _texts(values: npt.NDArray[np.generic]) -> npt.NDArray[np.object_]:
    """Return values as texts, each as long as it is: in an array of fixed width one long text makes all as wide."""
    texts = np.empty(len(values), dtype=object)
    texts[:] = [str(value) for value in values.tolist()]
    return texts


def _near(shapes: Geometries, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Tell which shapes have a box that meets one of the boxes."""
    asked = shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3])
    met = np.zeros(len(shapes), dtype=bool)
    met[shapely.STRtree(shapes).query(asked)[1]] = True
    return met
