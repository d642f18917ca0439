"""What a check shows on the map: outlines with verdicts, the ground of every conflict, and the proposal to cut it off."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.screening.conflicts import conflicting
from landgis.services.checking.joint import JointCheck, Part

MOST_PIECES = 2_000
"""More pieces than this on one map cannot be told apart; what is left out is counted."""
Row = dict[str, Any]


def outlines(checked: JointCheck) -> Row:
    """Return every measured parcel with its verdict (GeoJSON, working CRS)."""
    parcels = checked.parcels
    verdicts = dict(zip(checked.verdicts["parcel_id"], checked.verdicts["verdict"], strict=True))
    rows = [{"parcel_id": key, "verdict": verdicts[key]} for key in parcels["parcel_id"]]
    return collection(rows, parcels.geometry.to_numpy())


def conflicts(parts: Sequence[Part], as_of: date) -> Row:
    """Return the ground of every conflict, clipped to its parcel; ``left_out``: pieces beyond `MOST_PIECES`."""
    rows: list[Row] = []
    shapes: list[shapely.Geometry] = []
    for part in parts:
        outlines_of = part.checked.parcels.set_index("parcel_id").geometry
        for outcome, hits in _hits(part, as_of):
            for layer, found in hits.groupby("layer", sort=False):
                features = part.checked.layers[str(layer)].features
                places = pd.Index(features["feature_id"]).get_indexer(pd.Index(found["feature_id"]))
                ground = np.asarray(features.geometry, dtype=object)[places]
                mine = np.asarray(outlines_of.loc[found["parcel_id"]], dtype=object)
                shapes += list(shapely.intersection(ground, mine))
                labels = found["label"].where(found["label"].notna(), "")
                told = (found["parcel_id"], found["class"], found["feature_id"], labels, found["area_m2"])
                rows += [
                    {"parcel_id": parcel_id, "layer": layer, "class": kind, "feature_id": feature_id, "label": label,
                     "area_m2": float(area_m2), "outcome": str(outcome)}
                    for parcel_id, kind, feature_id, label, area_m2 in zip(*told, strict=True)
                ]  # fmt: skip
    shown = collection(rows[:MOST_PIECES], shapes[:MOST_PIECES])
    return shown | {"left_out": len(rows) - min(len(rows), MOST_PIECES)}


def proposal(frames: Mapping[str, gpd.GeoDataFrame]) -> Row:
    """Return the pieces of a proposal and what is given up (GeoJSON, working CRS)."""
    return {
        name: collection(rows_of(pd.DataFrame(frame.drop(columns=frame.geometry.name))), np.asarray(frame.geometry))
        for name, frame in frames.items()
    }


def collection(rows: Sequence[Row], shapes: Sequence[shapely.Geometry] | np.ndarray) -> Row:
    """Return rows with their shapes as a GeoJSON-like collection in the working CRS."""
    drawn: list[str] = list(shapely.to_geojson(np.asarray(shapes, dtype=object))) if len(rows) else []
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(text)}
        for row, text in zip(rows, drawn, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _hits(part: Part, as_of: date) -> list[tuple[Outcome, pd.DataFrame]]:
    hits = part.checked.measured.hits
    excluded = conflicting(part.pack, as_of, {Outcome.EXCLUDED}).hits(hits)
    flagged = conflicting(part.pack, as_of, {Outcome.FLAGGED}).hits(hits)
    return [(Outcome.EXCLUDED, excluded), (Outcome.FLAGGED, flagged[~flagged.index.isin(excluded.index)])]
