"""What a reader must know of a page before reading it: what changed since the run, and what the run is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.runs import StoredRun
from landgis.errors import NotFound
from landgis.rules.pack import RulePack
from landgis.services.deciding.decisions import standings, told


def notes_of(
    database: Database, stored: StoredRun, pack: RulePack, parcel_ids: Sequence[str], day: date
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Say by parcel what has changed since the run, what the run itself is not, and what persons decided by a day."""
    meta = stored.head.meta
    general = [meta.caution] if meta.caution[0] else []
    if pack.version != meta.pack_version:
        general.append(
            (
                f"本批次按规则包 {meta.pack_version} 判定，现行为 {pack.version}：补正办法和补充依据按现行规则包",
                f"Judged by pack version {meta.pack_version}; it is now {pack.version}: cures and further clauses are of the latter",
            )
        )
    judged = dict(zip(stored.versions["parcel_id"], stored.versions["version"], strict=True))
    decided = told(standings(database, lambda _district: pack, day, district=meta.district, parcel_ids=parcel_ids))
    beside = {key: [row.words for row in decided if row.decision.parcel_id == key] for key in parcel_ids}
    return {key: (*general, *_changed(database, key, int(judged[key])), *beside[key]) for key in parcel_ids}


def _changed(database: Database, parcel_id: str, version: int) -> list[tuple[str, str]]:
    try:
        now = ParcelStore(database).one(parcel_id)
    except NotFound:
        return [("该地块在筛查之后已终止", "The parcel has ended since the run")]
    if int(now["version"].iloc[0]) == version:
        return []
    return [
        (
            "该地块在筛查之后有了变更，本页为筛查时的状态",
            "The parcel has changed since the run; this is what was judged",
        )
    ]
