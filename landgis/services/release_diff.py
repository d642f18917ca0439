"""What a new release changes: features, ground by town, and the parcels whose outline the change touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.parcels import ParcelStore
from landgis.db.release_compare import differing
from landgis.domain.layer import BOTH, Release, ReleaseStatus
from landgis.errors import NotFound, UsageError
from landgis.exchange.writing.vector import write_geopackage
from landgis.frames.spec import rows_of
from landgis.overlay import LayerIndex
from landgis.services.release_changes import CHANGES, changed_ground, changes_of

_ELSEWHERE = "镇界以外"


@dataclass(frozen=True)
class ReleaseDiff:
    """Two releases of a layer compared.

    Attributes
    ----------
    before, after
        The releases.
    features
        One row per feature that differs: ``feature_id``, ``change`` (one of `CHANGES`), ``class_before``,
        ``class_after``, ``area_before_m2``, ``area_after_m2`` (planar) and its outline, the later one where there are two.
    ground
        Ground that a class gained (``change`` added) or lost (removed), as polygons that do not overlap:
        ``change``, ``class``, ``area_m2``; EPSG:4549.
    towns
        ``town``, ``class``, ``added_m2``, ``removed_m2``; empty where no release of the towns is published.
    parcels
        Parcels that the changed ground touches, by class: ``parcel_id``, ``district``, ``town_name``, ``class``,
        ``added_m2``, ``removed_m2`` (planar overlap above 1e-6 m²) and the parcel's outline.
    """

    before: Release
    after: Release
    features: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    towns: pd.DataFrame
    parcels: gpd.GeoDataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Features by kind of change; every kind is listed."""
        found = self.features["change"].value_counts()
        return {change: int(found.get(change, 0)) for change in CHANGES}

    @property
    def parcel_ids(self) -> list[str]:
        """The parcels touched, each once."""
        return sorted(set(self.parcels["parcel_id"]))

    def area_m2(self, change: str) -> float:
        """Return the ground ``added`` or ``removed``, all classes, planar m²."""
        return float(self.ground.loc[self.ground["change"] == change, "area_m2"].sum())

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-able data, without outlines."""
        tables = {"changes": self.features, "by_town": self.towns, "parcels": self.parcels}
        plain = {name: _plain_rows(frame) for name, frame in tables.items()}
        return {
            "before": self.before.key,
            "after": self.after.key,
            "features": self.counts,
            "area_m2": {change: self.area_m2(change) for change in ("added", "removed")},
            "parcels_touched": len(self.parcel_ids),
            **plain,
        }


def compare(database: Database, after: tuple[str, str], before: tuple[str, str] | None, as_of: date) -> ReleaseDiff:
    """Compare two releases of a layer.

    Parameters
    ----------
    after
        Layer and edition, of any status.
    before
        The same, or None: the published one that the later one would supersede.
    as_of
        The day whose town borders and parcels count.

    Raises
    ------
    NotFound
        No such edition; or no other one is published.
    UsageError
        If they are of two layers.
    """
    store = LayerStore(database)
    new = store.get(*after)
    old = store.get(*before) if before else _published_for(store, new)
    if old is None:
        raise NotFound(
            f"图层 {new.release.layer} 没有别的已发布版本可供对比",
            f"Layer {new.release.layer} has no other published release to compare with",
            where=new.release.key,
            next_zh="请写明两个版本，如 landgis layer diff 图层@旧版 图层@新版",
            next_en="Name both: landgis layer diff LAYER@OLD LAYER@NEW",
        )
    if old.release.layer != new.release.layer:
        raise UsageError(
            f"{old.release.key} 与 {new.release.key} 不是同一图层的版本",
            f"{old.release.key} and {new.release.key} are not releases of one layer",
            where=new.release.key,
            next_zh="请对比同一图层的两个版本",
            next_en="Compare two releases of one layer",
        )
    found = differing(database, new.release.layer, old.release.name, new.release.name)
    changes = changes_of(found.features)
    kept = gpd.GeoDataFrame(pd.concat([changes.same, found.kept], ignore_index=True), crs=WORKING)
    ground = changed_ground(changes.moved, kept)
    district = None if BOTH in (old.release.district, new.release.district) else new.release.district
    parcels = ParcelStore(database).current(district, as_of=as_of)
    towns = _by_town(store, ground, as_of)
    return ReleaseDiff(old.release, new.release, changes.features, ground, towns, _touched(parcels, ground))


def touched_by_publishing(database: Database, layer: str, name: str, as_of: date) -> ReleaseDiff | None:
    """Compare a draft with the published release that it would supersede; None where there is none."""
    store = LayerStore(database)
    draft = store.get(layer, name)
    if draft.release.status is not ReleaseStatus.DRAFT or _published_for(store, draft) is None:
        return None
    return compare(database, (layer, name), None, as_of)


def write_diff(found: ReleaseDiff, path: Path) -> None:
    """Write features, changed ground and parcels touched as layers of one GeoPackage.

    Raises
    ------
    NotFound
        If the releases do not differ at all.
    """
    layers = {"变化要素": found.features, "变化范围": found.ground, "涉及地块": found.parcels}
    filled = {name: frame for name, frame in layers.items() if len(frame)}
    if not filled:
        raise NotFound(
            f"{found.before.key} 与 {found.after.key} 没有差别，没有可写出的内容",
            f"{found.before.key} and {found.after.key} do not differ; there is nothing to write",
            where=str(path),
        )
    write_geopackage(path, filled)


def _published_for(store: LayerStore, new: StoredRelease) -> StoredRelease | None:
    """Return the newest published release of the same legal state with ground in the same district."""
    release = new.release
    earlier = [
        row
        for row in store.list(release.layer)
        if row.release.status is ReleaseStatus.PUBLISHED
        and row.release.name != release.name
        and row.release.legal_state is release.legal_state
        and (BOTH in (row.release.district, release.district) or row.release.district == release.district)
    ]
    return max(earlier, key=lambda row: (str(row.published_at), row.release.name), default=None)


def _plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    table = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype(object)
    return rows_of(table.where(table.notna(), None))


def _by_town(store: LayerStore, ground: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    columns = ["town", "class", "added_m2", "removed_m2"]
    stored = store.current("town", as_of)
    if stored is None or ground.empty:
        return pd.DataFrame(columns=columns)
    towns = store.features("town", stored.release.name)
    pairs = LayerIndex.build(towns.geometry.to_numpy()).measure(ground.geometry.to_numpy()).pairs
    names = towns["label"].fillna(towns["feature_id"]).to_numpy(dtype=object)
    inside = ground.iloc[pairs.parcel][["change", "class"]].assign(town=names[pairs.position], area_m2=pairs.area_m2)
    rest = ground["area_m2"].to_numpy() - np.bincount(pairs.parcel, pairs.area_m2, minlength=len(ground))
    outside = ground[["change", "class"]].assign(town=_ELSEWHERE, area_m2=np.maximum(rest, 0.0))
    whole = pd.concat([inside, outside[rest > 0.5e-3]], ignore_index=True)
    return _spread(pd.DataFrame(whole), ["town", "class"])[columns]


def _touched(parcels: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure every parcel against the changed ground of each class."""
    kinds = (ground["change"] + "|" + ground["class"]).to_numpy(dtype=object)
    hit = LayerIndex.build(ground.geometry.to_numpy(), classes=kinds).measure(parcels.geometry.to_numpy()).by_class
    parts = pd.DataFrame([text.partition("|") for text in hit.class_], columns=["change", "by", "class"], dtype="str")
    rows = parts.assign(row=hit.parcel, area_m2=hit.union_m2)
    table = _spread(rows, ["row", "class"])
    place = parcels[["parcel_id", "district", "town_name", "geometry"]].iloc[table.pop("row").to_numpy(dtype=int)]
    return gpd.GeoDataFrame(
        pd.concat([place.drop(columns="geometry").reset_index(drop=True), table], axis=1),
        geometry=place.geometry.to_numpy(),
        crs=WORKING,
    )


def _spread(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum areas by key, what came and what went in two columns."""
    sums = {
        f"{change}_m2": rows[rows["change"] == change].groupby(keys, sort=True)["area_m2"].sum()
        for change in ("added", "removed")
    }
    return pd.DataFrame(sums).fillna(0.0).sort_index().rename_axis(keys).reset_index()
