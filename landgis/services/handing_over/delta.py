"""Packages of changes: what differs from the last delivery that the receiver accepted."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from landgis.db.connect import Database
from landgis.db.exports import ExportStore
from landgis.domain.leaving import Logged
from landgis.domain.profile import ExportProfile
from landgis.errors import Conflict, NotReady
from landgis.exchange.package.files import Part
from landgis.exchange.package.manifest import MANIFEST
from landgis.exchange.package.record import ChangesTold, Since
from landgis.frames.changed import Changed, compare
from landgis.frames.delivered import Delivery
from landgis.services.handing_over.receipts import last_accepted

LAST = "last"
"""What to write for the newest export that was accepted."""
Keys = Mapping[str, Mapping[str, str]]


def accepted_base(database: Database, district: str, profile: ExportProfile, since: str) -> Logged:
    """Return the accepted export that a package of changes can stand on, with the hashes of its rows.

    Parameters
    ----------
    profile
        With the CRS that is asked for.
    since
        Number of an export, or ``last``.

    Raises
    ------
    NotFound, NotReady
        If there is no such export; if none was accepted.
    Conflict
        If it was another district, profile, version or CRS: then a whole package is due.
    """
    if since == LAST:
        found = last_accepted(database, district, profile.profile_id)
        if found is None:
            raise _not_accepted(f"{district} {profile.profile_id}")
    else:
        store = ExportStore(database)
        found = store.with_keys(store.one(since))
        if found.receipt is None or not found.receipt.accepted:
            raise _not_accepted(found.export_id)
    _require_alike(found, district, profile)
    return found


def changes_since(
    base: Logged, delivery: Delivery, profile: ExportProfile, keys: Keys
) -> tuple[tuple[Part, ...], Since]:
    """Return the layers of a package of changes, and what differs; no layers where nothing does.

    Every layer that changed gives up to three: rows 新增 and 变更 as they are now, and the keys of rows 删除.
    """
    parts: list[Part] = []
    told: dict[str, ChangesTold] = {}
    for layer in profile.layers:
        before = base.leaving.keys.get(layer.name, {})
        found = compare(delivery.layers[layer.name], layer.key, keys[layer.name], before)
        told[layer.name] = ChangesTold(len(found.added), len(found.changed), len(found.gone), found.unchanged)
        for word, frame in _by_word(found).items():
            if len(frame):
                parts.append(Part(f"{layer.name}_{word}", f"{layer.alias_zh}（{word}）", layer, frame))
    return tuple(parts), Since(base.leaving.files.get(MANIFEST, ""), told)


def _by_word(found: Changed) -> dict[str, pd.DataFrame]:
    return {"新增": found.added, "变更": found.changed, "删除": found.gone}


def _require_alike(base: Logged, district: str, profile: ExportProfile) -> None:
    then = base.leaving
    pairs = {
        "区 district": (then.district, district),
        "方案 profile": (then.profile_id, profile.profile_id),
        "方案版本 version": (then.profile_version, profile.version),
        "坐标系 CRS": (then.crs, profile.crs),
    }
    other = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if not other:
        return
    told = "；".join(f"{name} {before} → {now}" for name, (before, now) in other.items())
    raise Conflict(
        f"{base.export_id} 与本次不能比较：{told}", f"{base.export_id} cannot be compared with this: {told}", where=base.export_id,
        next_zh="请移交完整成果包（不写 --since）", next_en="Hand over a whole package (without --since)",
    )  # fmt: skip


def _not_accepted(where: str) -> NotReady:
    return NotReady(
        "没有可依据的已接收移交，不能只给变化", "No delivery was accepted that changes could stand on", where=where,
        next_zh="请先移交完整成果包，并用 landgis export receipt 登记接收回执",
        next_en="Hand over a whole package first and note its receipt with landgis export receipt",
    )  # fmt: skip
