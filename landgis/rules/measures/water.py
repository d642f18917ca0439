"""Parcels across water: whether filling it was approved."""

from __future__ import annotations

import pandas as pd

from landgis.rules.measures.evidence import Evidence, readings

CATEGORIES = ("permitted", "not_permitted", "permit_missing", "line_open")
BLUE_LINE = "river_blue_line"
_PERMIT = "river_filling_approved"


def overlap_permitted(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Parcel area in water, planar m², by whether filling it was approved.

    The management line of rivers (蓝线) counts beside the water itself where it is at hand and in date. How the two lie
    over each other is not known: the amount is the larger of them. ``line_open``: no water is known there, no filling is
    approved, and of so much ground a line that was supplied does not say whether it lies within. A line that nobody
    supplied leaves nothing open.
    """
    planar = evidence.planar_m2
    line = evidence.whole_m2(BLUE_LINE).where(evidence.speaks_for(BLUE_LINE), 0.0)
    water, silent = evidence.whole_m2(layer), evidence.silent_m2(BLUE_LINE)
    wet = water.where(water > line, line)
    permit = evidence.facts[_PERMIT].astype("boolean").reindex(planar.index)
    permitted = permit.fillna(False)
    category = pd.Series("permit_missing", index=planar.index, dtype="object")
    category[permitted] = "permitted"
    category[~permit.fillna(True)] = "not_permitted"
    hit = wet > 0
    left = ~hit & ~permitted & (silent > 0)
    found = readings(planar.index[hit], category[hit], wet[hit], most=(water + line).clip(upper=planar)[hit])
    return pd.concat([found, readings(planar.index[left], "line_open", silent[left])], ignore_index=True)
