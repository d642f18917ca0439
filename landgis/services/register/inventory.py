"""Looking into the inventory: releases with their issues, parcels with their facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolHead, PoolStore, StoredPool
from landgis.db.runs import RunHead, RunStore
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Issue
from landgis.domain.layer import LegalState
from landgis.errors import NotFound, NotReady


def releases(
    database: Database, layer: str | None = None, *, as_of: date | None = None, known_at: datetime | None = None
) -> list[StoredRelease]:
    """Return releases, of one layer or all.

    Parameters
    ----------
    as_of
        Only those that speak on this day, for either district and each legal state; None: all.
    known_at
        As the inventory knew them at that moment; None: now.
    """
    store = LayerStore(database)
    found = list(store.list(layer, known_at=known_at))
    if as_of is None:
        return found
    voices = (
        store.current(key, as_of, district=district, known_at=known_at, legal_state=state)
        for key in dict.fromkeys(row.release.layer for row in found)
        for district in DISTRICTS
        for state in LegalState
    )
    spoken = {row.release.key for row in voices if row is not None}
    return [row for row in found if row.release.key in spoken]


def speaking(database: Database, layer: str, as_of: date, *, known_at: datetime | None = None) -> StoredRelease:
    """Return the release in force that speaks for a layer on a day.

    Raises
    ------
    NotFound
        If none does.
    """
    stored = LayerStore(database).current(layer, as_of, known_at=known_at)
    if stored is None:
        raise NotFound(
            f"图层 {layer} 在 {as_of} 没有生效的版本",
            f"No release in force speaks for layer {layer} on {as_of}",
            where=layer,
            next_zh=f"请用 landgis layer list {layer} 查看",
            next_en=f"See landgis layer list {layer}",
        )
    return stored


def release_with_issues(
    database: Database, layer: str, name: str, *, known_at: datetime | None = None
) -> tuple[StoredRelease, list[Issue]]:
    """Return one release, as it is or was known, and everything noticed about it."""
    store = LayerStore(database)
    return store.get(layer, name, known_at=known_at), store.issues(layer, name)


def pools(database: Database, district: str | None) -> list[PoolHead]:
    """Return pools, the newest first."""
    return list(PoolStore(database).list(district))


def pool(database: Database, pool_id: str) -> StoredPool:
    """Return one pool with members and left-out."""
    return PoolStore(database).load(pool_id)


def run_named(database: Database, run_id: str) -> RunHead:
    """Return a run by its id, as it is stored or as people write it (``1``, ``r1``)."""
    return RunStore(database).head(run_id)


def runs_about(database: Database, parcel_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the newest run of each district that parcels lie in: run → its parcels, in the order given.

    Raises
    ------
    NotFound
        If a parcel never was in the inventory.
    NotReady
        If a district was never screened.
    """
    districts = ParcelStore(database).districts(parcel_ids)
    for parcel_id in parcel_ids:
        if parcel_id not in districts:
            raise NotFound(
                f"库内没有地块“{parcel_id}”", f"There is no parcel “{parcel_id}” in the inventory", where=parcel_id,
                next_zh="请用 landgis parcel list 核对编号；未入库的地块用 landgis check … --explain 文件夹",
                next_en="See landgis parcel list; for parcels outside the inventory: landgis check … --explain FOLDER",
            )  # fmt: skip
    newest = {key: newest_run(database, key).run_id for key in dict.fromkeys(districts[each] for each in parcel_ids)}
    return {run_id: [each for each in parcel_ids if districts[each] == key] for key, run_id in newest.items()}


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
            f"{district} 还没有可作依据的筛查批次（预审、回溯不算）",
            f"{district} was never screened (previews do not count)",
            next_zh=f"请先运行 landgis screen --rules {district}",
            next_en=f"Run landgis screen --rules {district} first",
        )
    return head
