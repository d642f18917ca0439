"""Two states side by side for the map: two releases of a layer, or two runs; what differs, and where."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunStore
from landgis.domain.layer import Release, ReleaseStatus
from landgis.errors import UsageError
from landgis.frames.spec import rows_of
from landgis.services.desk.desk_map import verdict_words
from landgis.services.layers.release_changes import CHANGES
from landgis.services.layers.release_diff import compare
from landgis.services.runs.run_list import listed_runs

_CHANGES_EN = {
    "added": "new",
    "removed": "gone",
    "changed": "changed",
    "same_shape": "same outline, last digits differ",
    "renumbered": "number only",
    "reworded": "attributes only",
}
_SHOWN = (ReleaseStatus.PUBLISHED, ReleaseStatus.SUPERSEDED)


def editions(database: Database, layer: str, district: str) -> list[dict[str, Any]]:
    """Return the releases of a layer that can be laid on the map for a district, the newest first.

    Drafts and what was withdrawn are not shown, nor releases that are rasters.
    """
    rows = [row.release for row in LayerStore(database).list(layer)]
    shown = [row for row in rows if row.status in _SHOWN and row.raster is None and row.district in (district, "both")]
    shown.sort(key=lambda row: (_day(row) or "", row.name), reverse=True)
    return [
        {
            "name": row.name, "day": _day(row), "status": str(row.status), "substitute": row.substitute,
            "district": row.district,
        }
        for row in shown
    ]  # fmt: skip


def comparable_runs(database: Database, district: str) -> list[dict[str, Any]]:
    """Return the runs of a district, the newest first: ``name``, ``day`` (as of) and the verdicts' count."""
    return [
        {"name": row.head.run_id, "day": row.head.meta.as_of.isoformat(), "count": sum(row.counts.values())}
        for row in listed_runs(database, district)
    ]


def release_changes(database: Database, layer: str, before: str, after: str, as_of: date) -> list[dict[str, Any]]:
    """List the features that two releases of a layer do not share.

    Returns
    -------
    list of dict
        ``id``, ``change`` with its words, ``area_before_m2`` and ``area_after_m2`` (planar, None where there was
        none) and ``extent`` (EPSG:4549).

    Raises
    ------
    NotFound, UsageError
        No such release; they do not speak for one district.
    """
    found = compare(database, (layer, after), (layer, before), as_of).features
    bounds = found.geometry.bounds.to_numpy().tolist() if len(found) else []
    order = {change: place for place, change in enumerate(CHANGES)}
    rows = [
        {
            "id": row["feature_id"], "change": row["change"], "text_zh": CHANGES[str(row["change"])],
            "text_en": _CHANGES_EN[str(row["change"])], "area_before_m2": _number(row["area_before_m2"]),
            "area_after_m2": _number(row["area_after_m2"]), "extent": extent,
        }
        for row, extent in zip(rows_of(found.drop(columns="geometry")), bounds, strict=True)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (order[str(row["change"])], str(row["id"])))


def run_changes(database: Database, before: str, after: str) -> list[dict[str, Any]]:
    """List the parcels that two runs judge differently, or of which only one has a verdict or the same outline.

    Returns
    -------
    list of dict
        ``id``, ``change`` (``added``, ``removed``, ``verdict``, ``outline``) with its words, and ``extent``.

    Raises
    ------
    NotFound
        If there is no such run.
    UsageError
        If they are of two districts.
    """
    store = RunStore(database)
    old, new = store.head(before), store.head(after)
    if old.meta.district != new.meta.district:
        raise UsageError(
            f"{before} 与 {after} 不是同一区的批次", f"{before} and {after} are runs of two districts", where=after,
            next_zh="请选择同一区的两个批次", next_en="Choose two runs of one district",
        )  # fmt: skip
    sides = [_judged(database, store, head.run_id) for head in (old, new)]
    rows = []
    for number in sorted(set(sides[0]) | set(sides[1])):
        was, now = (side.get(number) for side in sides)
        change = _change(was, now)
        if change:
            shown = now or was
            assert shown is not None
            rows.append({"id": number, "change": change, **_words(change, was, now), "extent": shown["extent"]})
    return rows


def _judged(database: Database, store: RunStore, run_id: str) -> dict[str, dict[str, Any]]:
    versions = store.versions(run_id)
    parcels: gpd.GeoDataFrame = ParcelStore(database).versions(versions)
    verdicts = store.verdicts(run_id).set_index("parcel_id")["verdict"]
    bounds = parcels.geometry.bounds.to_numpy().tolist()
    outlines = parcels.geometry.to_wkb()
    return {
        str(number): {"verdict": str(verdicts[number]), "outline": outline, "extent": extent}
        for number, outline, extent in zip(parcels["parcel_id"], outlines, bounds, strict=True)
    }


def _change(was: dict[str, Any] | None, now: dict[str, Any] | None) -> str:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if was["verdict"] != now["verdict"]:
        return "verdict"
    return "outline" if was["outline"] != now["outline"] else ""


def _words(change: str, was: dict[str, Any] | None, now: dict[str, Any] | None) -> dict[str, str]:
    if change == "verdict" and was is not None and now is not None:
        before, after = verdict_words(was["verdict"]), verdict_words(now["verdict"])
        return {"text_zh": f"{before[0]} → {after[0]}", "text_en": f"{before[1]} → {after[1]}"}
    words = {"added": ("新增", "new"), "removed": ("不在其中", "gone"), "outline": ("界线变更", "another outline")}
    zh, en = words[change]
    return {"text_zh": zh, "text_en": en}


def _day(release: Release) -> str | None:
    day = release.state_of_data_on or release.issued_on
    return day.isoformat() if day is not None else None


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
