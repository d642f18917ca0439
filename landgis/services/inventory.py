"""Looking into the inventory: releases with their issues, parcels with their facts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from landgis.area import ellipsoidal_m2, planar_m2
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolHead, PoolStore, StoredPool
from landgis.db.runs import RunHead, RunStore
from landgis.domain.facts import FACTS
from landgis.domain.issue import Issue
from landgis.errors import NotReady
from landgis.frames.spec import rows_of


def releases(database: Database, layer: str | None = None) -> list[StoredRelease]:
    """Return releases, of one layer or all."""
    return list(LayerStore(database).list(layer))


def release_with_issues(database: Database, layer: str, name: str) -> tuple[StoredRelease, list[Issue]]:
    """Return one release and everything noticed about it."""
    store = LayerStore(database)
    return store.get(layer, name), store.issues(layer, name)


def parcel_rows(database: Database, district: str | None, town: str | None) -> list[dict[str, Any]]:
    """Return the current parcels as plain rows, without geometry."""
    frame = ParcelStore(database).current(district, town_code=town)
    return [_plain(row) for row in rows_of(pd.DataFrame(frame.drop(columns=frame.geometry.name)))]


def parcel_sheet(database: Database, parcel_id: str) -> dict[str, Any]:
    """Return one parcel: facts with labels, the three areas (m²), documents.

    Raises
    ------
    NotFound
        If there is no such parcel.
    """
    store = ParcelStore(database)
    frame = store.one(parcel_id)
    row = _plain(rows_of(pd.DataFrame(frame.drop(columns=frame.geometry.name)))[0])
    shapes = frame.geometry.to_numpy()
    place = [("district", "所属区"), ("town_name", "镇（街道）"), ("village_name", "村")]
    labels = [*place, *((fact.name, fact.zh) for fact in FACTS)]
    return {
        "parcel_id": parcel_id,
        "version": row["version"],
        "facts": [{"name": name, "zh": zh, "value": row[name]} for name, zh in labels],
        "areas": [
            {"basis": "registered", "zh": "证载面积", "area_m2": row["registered_area_m2"]},
            {"basis": "ellipsoidal", "zh": "椭球面积（CGCS2000）", "area_m2": float(ellipsoidal_m2(shapes)[0])},
            {"basis": "planar", "zh": "平面面积（EPSG:4549）", "area_m2": float(planar_m2(shapes)[0])},
        ],
        "documents": [_plain(document) for document in rows_of(store.documents(parcel_id))],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Missing becomes None."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def pools(database: Database, district: str | None) -> list[PoolHead]:
    """Return pools, the newest first."""
    return list(PoolStore(database).list(district))


def pool(database: Database, pool_id: str) -> StoredPool:
    """Return one pool with members and left-out."""
    return PoolStore(database).load(pool_id)


def newest_run(database: Database, district: str) -> RunHead:
    """Return the newest run of a district.

    Raises
    ------
    NotReady
        If it was never screened.
    """
    head = RunStore(database).latest(district)
    if head is None:
        raise NotReady(
            f"{district} 还没有筛查批次",
            f"{district} was never screened",
            next_zh=f"请先运行 landgis screen --rules {district}",
            next_en=f"Run landgis screen --rules {district} first",
        )
    return head
