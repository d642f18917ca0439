"""Which releases a draft would take the place of, district by district, and which ground each district is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from landgis.crs import GEOGRAPHIC, WORKING, to_crs
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.district import CHONGMING, DISTRICTS, SONGJIANG
from landgis.domain.layer import BOTH, Release, ReleaseStatus

_EAST, _NORTH = 2_000_000.0, 10_000_000.0
"""Beyond any coordinate of the working CRS."""


@dataclass(frozen=True)
class Predecessor:
    """A published release, and the districts in which a draft would take its place."""

    stored: StoredRelease
    districts: tuple[str, ...]


def districts_of(release: Release) -> tuple[str, ...]:
    """Return the districts that a release speaks for."""
    return tuple(DISTRICTS) if release.district == BOTH else (release.district,)


def predecessors(store: LayerStore, draft: Release) -> list[Predecessor]:
    """Return the releases that speak now where a draft would speak, each with the districts concerned.

    In every district that is the newest published one of the same layer and legal state that has it.
    """
    line = [
        row
        for row in store.list(draft.layer)
        if row.release.status is ReleaseStatus.PUBLISHED
        and row.release.name != draft.name
        and row.release.legal_state is draft.legal_state
    ]
    found: dict[str, Predecessor] = {}
    for district in districts_of(draft):
        speaking = _newest([row for row in line if district in districts_of(row.release)])
        if speaking is not None:
            name = speaking.release.name
            before = found[name].districts if name in found else ()
            found[name] = Predecessor(speaking, (*before, district))
    return list(found.values())


def _newest(rows: Sequence[StoredRelease]) -> StoredRelease | None:
    """Return the one that speaks: latest first day, else latest published (as the inventory's own query orders)."""
    return max(rows, key=lambda row: (str(row.release.first_day or ""), str(row.published_at)), default=None)


def ground_of(districts: Collection[str]) -> shapely.Polygon:
    """Return the side of the line half way between the districts (EPSG:4549) that these lie on; both: everything."""
    middle = (SONGJIANG.bounds[3] + CHONGMING.bounds[1]) / 2
    (place,), _ = to_crs(np.array([shapely.Point(121.3, middle)], dtype=object), GEOGRAPHIC, WORKING)
    south = 0.0 if SONGJIANG.key in districts else place.y
    north = _NORTH if CHONGMING.key in districts else place.y
    return shapely.box(0.0, south, _EAST, north)


def lying_in(frame: gpd.GeoDataFrame, ground: shapely.Polygon) -> gpd.GeoDataFrame:
    """Return the rows whose middle lies on some ground."""
    box = shapely.bounds(np.asarray(frame.geometry.array, dtype=object))
    middle = (box[:, :2] + box[:, 2:]) / 2
    return gpd.GeoDataFrame(frame[shapely.contains_xy(ground, middle)].reset_index(drop=True))
