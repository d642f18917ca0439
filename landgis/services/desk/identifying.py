"""What lies at a point of the map: of the parcels and of every layer shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from landgis.db.connect import Database
from landgis.db.identify import features_at, parcels_at
from landgis.db.layers import LayerStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.layer import Release
from landgis.domain.outcome import Outcome
from landgis.maps.classes import classes_of
from landgis.services.desk.desk_map import verdict_words

Edition = tuple[str, str]
"""Layer key and name of a release."""


def identified(
    database: Database,
    catalogue: Catalogue,
    run_id: str,
    at: tuple[float, float],
    tolerance_m: float,
    shown: Sequence[Edition],
) -> list[dict[str, Any]]:
    """Return everything at a point, group by group: the run's parcels first, then the layers in the order asked.

    Parameters
    ----------
    at
        East and north, EPSG:4549, metres.
    tolerance_m
        How far from the point still counts, metres.
    shown
        Releases to ask, the topmost first.

    Returns
    -------
    list of dict
        ``key``, titles, ``release``, ``currency`` (ISO day or None), ``substitute`` and ``items``: ``id``, titles,
        ``distance_m``, ``outline`` (GeoJSON-like, EPSG:4549). Groups without items are left out; no item is.

    Raises
    ------
    NotFound
        If there is no such layer or release.
    """
    east, north = at
    parcels = [_parcel(row) for row in parcels_at(database, run_id, east, north, tolerance_m)]
    groups: list[dict[str, Any]] = []
    if parcels:
        groups.append(
            {
                "key": "parcels", "title_zh": "地块", "title_en": "Parcels", "release": run_id, "currency": None,
                "substitute": False, "items": parcels,
            }
        )  # fmt: skip
    store = LayerStore(database)
    for layer, name in shown:
        spec, release = catalogue.require(layer), store.get(layer, name).release
        names = {each.key: each for each in classes_of(spec.class_by)}
        items = []
        for row in features_at(database, spec.key, name, east, north, tolerance_m):
            kind = names.get(row["class"])
            words = (kind.zh, kind.en) if kind else ("", "")
            items.append(_item(row["feature_id"], row, [row["label"] or "", words[0]], [row["label"] or "", words[1]]))
        if items:
            groups.append(
                {"key": spec.key, "title_zh": spec.title_zh, "title_en": spec.title_en, **_told(release)}
                | {"items": items}
            )
    return groups


def _parcel(row: dict[str, Any]) -> dict[str, Any]:
    zh, en = verdict_words(row["verdict"])
    town = row["town_name"] or ""
    return _item(row["parcel_id"], row, [town, zh], [town, en]) | {"verdict": str(Outcome(row["verdict"]))}


def _item(number: str, row: dict[str, Any], zh: Sequence[str], en: Sequence[str]) -> dict[str, Any]:
    return {
        "id": number, "text_zh": " · ".join(filter(None, zh)), "text_en": " · ".join(filter(None, en)),
        "distance_m": row["distance_m"], "outline": row["outline"],
    }  # fmt: skip


def _told(release: Release) -> dict[str, Any]:
    day = release.state_of_data_on or release.issued_on
    return {
        "release": release.name,
        "currency": day.isoformat() if day is not None else None,
        "substitute": release.substitute,
    }
