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
    rows: list[Row] = []
    shapes: list[shapely.Geometry] = []
    for part in checked.parts:
        found, parcels = part.checked.verdicts, part.checked.parcels
        verdicts = dict(zip(found["parcel_id"], found["verdict"], strict=True))
        rows += [{"parcel_id": key, "verdict": verdicts[key]} for key in parcels["parcel_id"]]
        shapes += list(parcels.geometry.to_numpy())
    return collection(rows, shapes)


def conflicts(parts: Sequence[Part], as_of: date) -> Row:
    """Return the ground of every conflict, clipped to its parcel; ``left_out``: pieces beyond `MOST_PIECES`."""
    rows: list[Row] = []
    shapes: list[shapely.Geometry] = []
    for part in parts:
        parcels = part.checked.parcels
        outline_of = dict(zip(parcels["parcel_id"], parcels.geometry.to_numpy(), strict=True))
        for (outcome, layer), hits in _hits(part, as_of).items():
            features = part.checked.layers[layer].features
            places = pd.Index(features["feature_id"]).get_indexer(pd.Index([hit["feature_id"] for hit in hits]))
            ground = np.asarray(features.geometry, dtype=object)[places]
            mine = np.array([outline_of[hit["parcel_id"]] for hit in hits], dtype=object)
            shapes += list(shapely.intersection(ground, mine))
            rows += [
                {"parcel_id": hit["parcel_id"], "layer": layer, "class": hit["class"], "feature_id": hit["feature_id"],
                 "label": hit["label"] if isinstance(hit["label"], str) else "", "area_m2": float(hit["area_m2"]),
                 "outcome": str(outcome)}
                for hit in hits
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


def _hits(part: Part, as_of: date) -> dict[tuple[Outcome, str], list[Row]]:
    """Hits by what they lead to, and by layer: those that exclude first, and each under the worse outcome alone."""
    rows = rows_of(part.checked.measured.hits)
    found: dict[tuple[Outcome, str], list[Row]] = {}
    for outcome in (Outcome.EXCLUDED, Outcome.FLAGGED):
        held = conflicting(part.pack, as_of, {outcome})
        for row in [row for row in rows if held.holds(row["layer"], row["class"])]:
            found.setdefault((outcome, row["layer"]), []).append(row)
        rows = [row for row in rows if not held.holds(row["layer"], row["class"])]
    return found
