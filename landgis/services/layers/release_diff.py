"""What a new release changes: features, ground by town, coverage, and the parcels whose outline the change touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.parcels import ParcelStore
from landgis.db.release_compare import differing
from landgis.domain.layer import Release, ReleaseStatus
from landgis.errors import NotFound, UsageError
from landgis.exchange.writing.vector import write_geopackage
from landgis.frames.spec import rows_of
from landgis.services.layers.changed_places import by_town, coverage_change, lost_by_town, touched, uncovered
from landgis.services.layers.features_only import require_features
from landgis.services.layers.release_changes import CHANGES, changed_ground, changes_of
from landgis.services.layers.release_lines import districts_of, ground_of, lying_in, predecessors


@dataclass(frozen=True)
class ReleaseDiff:
    """Two releases of a layer compared.

    Attributes
    ----------
    before, after
        The releases.
    districts
        The districts compared: those where the one would take the place of the other.
    features
        One row per feature that differs: ``feature_id``, ``change`` (one of `CHANGES`), ``class_before``,
        ``class_after``, ``area_before_m2``, ``area_after_m2`` (planar) and its outline, the later one where there are two.
    ground
        Ground that a class gained (``change`` added) or lost (removed), as polygons that do not overlap:
        ``change``, ``class``, ``area_m2``; EPSG:4549.
    towns
        ``town``, ``class``, ``added_m2``, ``removed_m2``; empty where no release of the towns is published.
    lost
        Features that are gone, by the town of their middle: ``town``, ``count``, ``area_m2``.
    parcels
        Parcels that the changed ground touches, by class: ``parcel_id``, ``district``, ``town_name``, ``class``,
        ``added_m2``, ``removed_m2`` (planar overlap above 1e-6 m²) and the parcel's outline.
    coverage
        Ground that the coverage gained (``change`` added) or lost (removed): ``change``, ``area_m2``.
    uncovered
        Parcels that lose coverage: ``parcel_id``, ``district``, ``town_name``, ``lost_m2`` and the parcel's outline.
    """

    before: Release
    after: Release
    districts: tuple[str, ...]
    features: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    towns: pd.DataFrame
    lost: pd.DataFrame
    parcels: gpd.GeoDataFrame
    coverage: gpd.GeoDataFrame
    uncovered: gpd.GeoDataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Features by kind of change; every kind is listed."""
        found = self.features["change"].value_counts()
        return {change: int(found.get(change, 0)) for change in CHANGES}

    @property
    def parcel_ids(self) -> list[str]:
        """The parcels touched by a change of features, each once."""
        return sorted(set(self.parcels["parcel_id"]))

    def area_m2(self, change: str) -> float:
        """Return the ground ``added`` or ``removed``, all classes, planar m²."""
        return _area_m2(self.ground, change)

    def coverage_m2(self, change: str) -> float:
        """Return the coverage ``added`` or ``removed``, planar m²."""
        return _area_m2(self.coverage, change)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-able data, without outlines."""
        tables = {"changes": self.features, "by_town": self.towns, "lost_by_town": self.lost, "parcels": self.parcels,
                  "parcels_uncovered": self.uncovered}  # fmt: skip
        plain = {name: _plain_rows(frame) for name, frame in tables.items()}
        return {
            "before": self.before.key,
            "after": self.after.key,
            "districts": list(self.districts),
            "features": self.counts,
            "area_m2": {change: self.area_m2(change) for change in ("added", "removed")},
            "coverage_m2": {change: self.coverage_m2(change) for change in ("added", "removed")},
            "parcels_touched": len(self.parcel_ids),
            **plain,
        }


def compare(database: Database, after: tuple[str, str], before: tuple[str, str], as_of: date) -> ReleaseDiff:
    """Compare two releases of a layer, on all the ground of the districts that both speak for.

    Parameters
    ----------
    after, before
        Layer and edition, of any status.
    as_of
        The day whose town borders and parcels count.

    Raises
    ------
    NotFound
        No such edition.
    UsageError
        If they are of two layers, or speak for different districts.
    """
    store = LayerStore(database)
    new, old = store.get(*after), store.get(*before)
    shared = tuple(key for key in districts_of(new.release) if key in districts_of(old.release))
    if old.release.layer != new.release.layer or not shared:
        raise UsageError(
            f"{old.release.key} 与 {new.release.key} 不是同一图层、同一区的版本",
            f"{old.release.key} and {new.release.key} are not releases of one layer for one district",
            where=new.release.key,
            next_zh="请对比同一图层、同一区的两个版本",
            next_en="Compare two releases of one layer for one district",
        )
    return _compared(database, new, old, shared, as_of)


def compare_with_published(database: Database, after: tuple[str, str], as_of: date) -> list[ReleaseDiff]:
    """Compare a release with each published one that speaks where it would, district by district.

    Raises
    ------
    NotFound
        No such edition; or no other one is published there.
    """
    store = LayerStore(database)
    new = store.get(*after)
    earlier = predecessors(store, new.release)
    if not earlier:
        raise NotFound(
            f"图层 {new.release.layer} 没有别的已发布版本可供对比",
            f"Layer {new.release.layer} has no other published release to compare with",
            where=new.release.key,
            next_zh="请写明两个版本，如 landgis layer diff 图层@旧版 图层@新版",
            next_en="Name both: landgis layer diff LAYER@OLD LAYER@NEW",
        )
    return [_compared(database, new, found.stored, found.districts, as_of) for found in earlier]


def touched_by_publishing(database: Database, layer: str, name: str, as_of: date) -> list[ReleaseDiff]:
    """Compare a draft with every published release that it would take the place of; none where there is none."""
    store = LayerStore(database)
    draft = store.get(layer, name)
    if draft.release.raster is not None:  # what it touches is told by screening again
        return []
    if draft.release.status is not ReleaseStatus.DRAFT or not predecessors(store, draft.release):
        return []
    return compare_with_published(database, (layer, name), as_of)


def _compared(
    database: Database, new: StoredRelease, old: StoredRelease, districts: tuple[str, ...], as_of: date
) -> ReleaseDiff:
    """Compare two releases on the ground of some districts."""
    for release in (new, old):
        require_features(release, "逐要素对比", "compared feature by feature")
    store, here = LayerStore(database), ground_of(districts)
    found = differing(database, new.release.layer, old.release.name, new.release.name)
    changes = changes_of(lying_in(found.features, here))
    kept = gpd.GeoDataFrame(pd.concat([changes.same, found.kept], ignore_index=True), crs=WORKING)
    ground = changed_ground(changes.moved, kept)
    coverage = coverage_change(old.coverage, new.coverage, here)
    parcels = ParcelStore(database).current(districts[0] if len(districts) == 1 else None, as_of=as_of)
    towns = _towns(store, districts, as_of)
    return ReleaseDiff(
        before=old.release,
        after=new.release,
        districts=districts,
        features=changes.features,
        ground=ground,
        towns=by_town(towns, ground),
        lost=lost_by_town(towns, changes.features),
        parcels=touched(parcels, ground),
        coverage=coverage,
        uncovered=uncovered(parcels, coverage),
    )


def _towns(store: LayerStore, districts: tuple[str, ...], as_of: date) -> gpd.GeoDataFrame | None:
    """Return the towns published for the districts; None where there is no release of them."""
    speaking = [store.current("town", as_of, district=district) for district in districts]
    names = dict.fromkeys(stored.release.name for stored in speaking if stored is not None)
    frames = [store.features("town", name) for name in names]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=WORKING) if frames else None


def write_diff(every: Sequence[ReleaseDiff], path: Path) -> None:
    """Write features, changed ground and coverage, and the parcels touched as layers of one GeoPackage.

    Parameters
    ----------
    every
        Comparisons of one release; where there are several, each layer is named after the earlier release too.
    path
        File to write.

    Raises
    ------
    NotFound
        If the releases do not differ at all.
    """
    filled = {
        (name if len(every) == 1 else f"{name}_{found.before.name}"): frame
        for found in every
        for name, frame in _layers_of(found).items()
        if len(frame)
    }
    if not filled:
        before, after = "、".join(found.before.key for found in every), every[0].after.key
        raise NotFound(
            f"{before} 与 {after} 没有差别，没有可写出的内容",
            f"{before} and {after} do not differ; there is nothing to write",
            where=str(path),
        )
    write_geopackage(path, filled)


def _layers_of(found: ReleaseDiff) -> dict[str, gpd.GeoDataFrame]:
    return {
        "变化要素": found.features,
        "变化范围": found.ground,
        "涉及地块": found.parcels,
        "覆盖变化": found.coverage,
        "失去覆盖的地块": found.uncovered,
    }


def _plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    table = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype(object)
    return rows_of(table.where(table.notna(), None))


def _area_m2(ground: gpd.GeoDataFrame, change: str) -> float:
    return float(ground.loc[ground["change"] == change, "area_m2"].sum())
