"""What the kernel answers: flat arrays, no objects per parcel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landgis.overlay.polygons import Floats, Ints


@dataclass(frozen=True)
class Pairs:
    """One row per (parcel, feature) whose overlap is above the floor.

    Attributes
    ----------
    parcel
        Position of the parcel in the input, ascending.
    feature
        Feature id (position in the layer where no ids were given), in id order within a parcel.
    area_m2
        Planar overlap, m².
    share_of_parcel, share_of_feature
        The overlap over the planar area of the parcel, and of the feature.
    position
        Position of the feature in the arrays that ``build`` was given.
    place
        Place of the feature in id order: what `LayerIndex.shapes` takes.
    """

    parcel: Ints
    feature: npt.NDArray[np.generic]
    area_m2: Floats
    share_of_parcel: Floats
    share_of_feature: Floats
    position: Ints
    place: Ints


@dataclass(frozen=True)
class Parcels:
    """One row per parcel, in input order. A column that was not asked for is NaN (pieces: -1).

    Attributes
    ----------
    union_m2
        Area covered by the layer, overlapping features counted once, m² planar.
    hits
        Number of features with overlap above the floor.
    largest_m2
        Largest single-feature overlap, m².
    mean_width_m
        2A/P of the largest overlap, m; NaN without a hit.
    distance_m
        0 on a hit, else the distance to the nearest feature; NaN beyond the limit.
    pieces
        Number of separate polygons that the dissolved overlap consists of.
    """

    union_m2: Floats
    hits: Ints
    largest_m2: Floats
    mean_width_m: Floats
    distance_m: Floats
    pieces: Ints


@dataclass(frozen=True)
class ByClass:
    """One row per (parcel, class) with a hit; columns as in `Parcels`.

    ``class`` is a reserved word: read it as ``by_class["class"]`` or ``by_class.class_``.
    """

    parcel: Ints
    class_: npt.NDArray[np.object_]
    union_m2: Floats
    hits: Ints
    largest_m2: Floats
    mean_width_m: Floats
    pieces: Ints

    def __getitem__(self, name: str) -> npt.NDArray[np.generic]:
        """Return a column by name, ``class`` included."""
        column: npt.NDArray[np.generic] = getattr(self, "class_" if name == "class" else name)
        return column

    def __getattr__(self, name: str) -> npt.NDArray[np.object_]:
        """Let ``getattr(by_class, "class")`` work too."""
        if name == "class":
            return self.class_
        raise AttributeError(name)


@dataclass(frozen=True)
class Measurement:
    """Result of `LayerIndex.measure`; ``kernel`` says which one measured: ``compiled`` or ``plain``."""

    pairs: Pairs
    parcels: Parcels
    by_class: ByClass
    kernel: str


HITS, LARGEST, UNION, WIDTH, PIECES, DISTANCE = range(6)
"""Columns of `Rows.groups` (the first five) and `Rows.whole`."""


@dataclass(frozen=True)
class Rows:
    """What either kernel hands to the index, parcel by parcel as they were given.

    Attributes
    ----------
    hits, groups
        Pairs and classes of each parcel, shape (k,).
    place, area_m2
        Place of the feature in id order and overlap of each pair, shape (p,).
    group_class, group_values
        Class number of each group (g,); hits, largest, union, mean width and pieces of each (g, 5).
    whole
        The same of the layer as a whole, and the distance; shape (k, 6).
    """

    hits: Ints
    place: Ints
    area_m2: Floats
    groups: Ints
    group_class: Ints
    group_values: Floats
    whole: Floats
