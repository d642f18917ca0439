"""Good deliveries of a few plots under the shipped profiles, and one thing changed in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.area import ellipsoidal_m2, hectares, mu
from landgis.crs import parse
from landgis.domain.leaving import mark_of_ours
from landgis.domain.plan_named import PlanNamed
from landgis.domain.profile import ExportProfile
from landgis.exchange.profiles import shipped_profiles
from landgis.frames.delivered import Delivery
from landgis.frames.planned import LINES, framed
from landgis.services.handing_over.fill_profile import Filling, fill
from landgis.services.handing_over.source_frames import (
    housing_only,
    line_sources,
    member_sources,
    register_sources,
    summary_sources,
)
from tests.support.ground import at, parcels

PROFILES = Path(__file__).resolve().parents[2] / "data" / "profiles"
TOLD = PlanNamed("L000001", "songjiang", 2027, date(2026, 12, 1))
PLOTS = {
    "SJ-001": at(0, 0, 80, 60).difference(at(20, 20, 10, 10)),
    "SJ-002": shapely.union_all([at(200, 0, 70, 50), at(300, 0, 20, 20)]),
    "SJ-003": at(80, 0, 40, 60),
    "SJ-004": at(400, 100, 60, 60),
}
"""One with a hole, one of two parts, one that shares a border with the first, one for housing."""
USES = ("0901", "100101", "0901", "070102")

Change = Callable[[Delivery], Delivery]


@cache
def profiles() -> dict[str, ExportProfile]:
    """The shipped profiles."""
    return shipped_profiles(PROFILES)


def good(profile_id: str, plots: dict[str, Any] | None = None) -> Delivery:
    """A delivery in which the receiver finds nothing."""
    profile = profiles()[profile_id]
    frame = parcels(plots or PLOTS, village_name="团结村", current_use_code="0601", current_use_scheme="survey")
    lines = _lines(frame)
    told = line_sources(lines, frame, TOLD)
    members = pd.DataFrame({
        "parcel_id": frame["parcel_id"], "rank": range(1, len(frame) + 1), "verdict": "clear",
        "area_m2": ellipsoidal_m2(_shapes(frame)), "area_basis": "ellipsoidal", "open_points_zh": "",
    })  # fmt: skip
    frames = {
        "parcels": register_sources(frame),
        "pool_members": member_sources(members, frame),
        "plan_lines": told,
        "plan_housing": housing_only(told),
        "plan_summary": summary_sources(lines, TOLD),
    }
    marks = {name: mark_of_ours(name.startswith("plan_")) for name in frames}
    return fill(profile, Filling(frames, profile.default_format, parse(profile.crs), "songjiang", marks))


def _lines(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    areas = [hectares(area) for area in ellipsoidal_m2(_shapes(frame))]
    blank = {column.name: "" if column.kind == "text" else None for column in LINES.columns}
    rows = [
        blank | {
            "line_no": number, "parcel_id": parcel_id, "district": "songjiang", "town_code": "310117109",
            "town_name": "叶榭镇", "village_name": "团结村", "owner_name": "团结村经济合作社", "planned_use_code": use,
            "planned_use_zh": "某用途", "area_ha": area, "area_mu": mu(area), "area_basis": "ellipsoidal",
            "verdict": "clear", "quarter": 2, "rental_housing": use.startswith("07"), "trade_mode": None,
            "mode_certainty": None,
        }
        for number, (parcel_id, use, area) in enumerate(zip(frame["parcel_id"], cycle(USES), areas, strict=False), 1)
    ]  # fmt: skip
    return framed(rows, LINES)


def _shapes(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(frame.geometry.array, dtype=object)


def on_frame(layer: str, change: Callable[[Any], Any]) -> Change:
    """Change one layer."""
    return lambda delivery: replace(
        delivery, layers=dict(delivery.layers) | {layer: change(delivery.layers[layer].copy())}
    )


def cell(layer: str, row: int, field: str, value: object) -> Change:
    """Change one cell."""

    def change(frame: Any) -> Any:
        values = frame[field].tolist()
        values[row] = value(values[row]) if callable(value) else value
        frame[field] = pd.Series(values, index=frame.index, dtype=frame[field].dtype)
        return frame

    return on_frame(layer, change)


def shape(layer: str, row: int, value: Callable[[Any], Any]) -> Change:
    """Change the geometry of one row."""

    def change(frame: Any) -> Any:
        values = frame.geometry.tolist()
        values[row] = value(values[row])
        return frame.set_geometry(gpd.GeoSeries(values, index=frame.index, crs=frame.crs))

    return on_frame(layer, change)


def without_rows(layer: str, gone: Callable[[Any], Any], *, counted: bool) -> Change:
    """Leave rows out; ``counted``: and say so."""

    def change(delivery: Delivery) -> Delivery:
        left = on_frame(layer, lambda frame: frame[~gone(frame)].reset_index(drop=True))(delivery)
        return replace(left, counts=dict(left.counts) | {layer: len(left.layers[layer])}) if counted else left

    return change


def together(*changes: Change) -> Change:
    """Change several things that make one fault."""

    def change(delivery: Delivery) -> Delivery:
        for each in changes:
            delivery = each(delivery)
        return delivery

    return change


def rounded(value: float, decimals: int = 4) -> float:
    """The double nearest a decimal of so many places."""
    return float(round(Decimal(repr(value)), decimals))
