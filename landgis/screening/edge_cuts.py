"""What it would cost to cut the curable conflicts off the edge of parcels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from landgis.screening.basis import Basis
from landgis.screening.cut_back import Terms, remaining
from landgis.screening.slivers.borders import Geometries

Wanted = Mapping[str, frozenset[str]]
"""Layer → classes of the features to be cut off; '' for all of them."""


@dataclass(frozen=True)
class EdgeCut:
    """What a parcel gives up and keeps, planar m².

    Attributes
    ----------
    given_up_m2, remaining_m2
        Ground given up, with what becomes too small or too narrow, and ground that remains.
    pieces
        Pieces that remain; 0: nothing useful does.
    depth_m
        By layer, how deep the conflict is (largest circle); None where it is deeper than the largest tolerance asked.
    """

    given_up_m2: float
    remaining_m2: float
    pieces: int
    depth_m: dict[str, float | None]


def edge_cuts(
    basis: Basis,
    wanted: Mapping[str, Wanted],
    terms: Terms | None = None,
    progress: Callable[[str], None] = lambda _step: None,
) -> dict[str, EdgeCut]:
    """Cut the conflicts of some parcels off, on paper alone.

    Parameters
    ----------
    basis
        What was judged.
    wanted
        By parcel, which conflicts.
    terms
        What a useful piece is; those of cutting back where None.
    progress
        Told how many are done.
    """
    shapes = dict(zip(basis.parcels["parcel_id"], basis.parcels.geometry, strict=True))
    hits = basis.measured.hits[basis.measured.hits["parcel_id"].isin(list(wanted))]
    by_parcel = dict(list(hits.groupby("parcel_id", sort=False)))
    rows = {key: pd.Index(layer.features["feature_id"]) for key, layer in basis.layers.items()}
    depths = _depths(basis.doubts.depths)
    found = {}
    for done, (parcel_id, conflicts) in enumerate(wanted.items(), 1):
        if parcel_id in by_parcel:
            walls = _walls(basis, rows, by_parcel[parcel_id], conflicts)
            left_m2, pieces = remaining(shapes[parcel_id], walls, terms or Terms())
            whole = float(shapely.area(shapes[parcel_id]))
            deep = {layer: depths.get((parcel_id, layer)) for layer in conflicts}
            found[parcel_id] = EdgeCut(whole - left_m2, left_m2, pieces, deep)
        if done % 100 == 0:
            progress(f"{done}/{len(wanted)}")
    return found


def _walls(basis: Basis, rows: Mapping[str, pd.Index], hits: pd.DataFrame, conflicts: Wanted) -> Geometries:
    chosen: list[Geometries] = []
    for layer, classes in conflicts.items():
        mine = hits[(hits["layer"] == layer) & (hits["class"].isin(classes) | ("" in classes))]
        at = rows[layer].get_indexer(pd.Index(mine["feature_id"]))
        chosen.append(np.asarray(basis.layers[layer].features.geometry.iloc[at], dtype=object))
    return np.concatenate(chosen)


def _depths(depths: pd.DataFrame) -> dict[tuple[str, str], float | None]:
    rows = zip(depths["parcel_id"], depths["layer"], depths["depth_m"], strict=True)
    return {(str(parcel), str(layer)): float(depth) if np.isfinite(depth) else None for parcel, layer, depth in rows}
