"""The declared frames of a choice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from landgis.area import mu
from landgis.frames.portfolio import CHOSEN, CONFLICT, CONSTRAINT_USE
from landgis.frames.spec import FrameSpec
from landgis.plan.choosing.amounts import ten_thousandths
from landgis.plan.choosing.model import Kind, Model, Picks, Row


def chosen_frame(eligible: list[dict[str, Any]], model: Model, picks: Picks) -> pd.DataFrame:
    """Return the picked parcels in id order."""
    rows = []
    for column in np.flatnonzero(picks).tolist():
        row, quarter = eligible[int(model.parcel[column])], int(model.quarter[column])
        rows.append(
            row
            | {
                "area_mu": mu(row["area_ha"]),
                "worth": ten_thousandths(int(model.worth[column])),
                "quarter": quarter or None,
            }
        )
    return framed(CHOSEN, rows)


def use_frame(model: Model, picks: Picks) -> pd.DataFrame:
    """Return how far every constraint is used, one row each."""
    rows = [
        {
            "constraint": row.constraint,
            "title_zh": row.zh,
            "title_en": row.en,
            "side": "most" if row.at_most else "least",
            "limit": row.stated,
            "used": row.used(picks),
            "slack": row.shown(row.slack(picks)),
            "unit": row.unit,
            "supply": model.supply(row),
        }
        for row in _one_each(model)
    ]
    return framed(CONSTRAINT_USE, rows)


def conflict_frame(model: Model, constraints: tuple[str, ...]) -> pd.DataFrame:
    """Return named constraints with what the eligible candidates together would count."""
    rows = [
        {
            "constraint": row.constraint,
            "title_zh": row.zh,
            "title_en": row.en,
            "supply": model.supply(row),
            "unit": row.unit,
        }
        for row in _one_each(model)
        if row.constraint in constraints
    ]
    return framed(CONFLICT, rows)


def framed(spec: FrameSpec, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame of its declaration."""
    if not rows:
        return spec.empty()
    dtypes = {"text": "str", "int": "Int64", "bool": "boolean", "float": "float64", "object": "object"}
    table = pd.DataFrame(
        {each.name: pd.Series([row[each.name] for row in rows], dtype=dtypes[each.kind]) for each in spec.columns}
    )
    spec.require(table)
    return table


def _one_each(model: Model) -> list[Row]:
    """Return the last row of every constraint: for an order by quarters, the one over the whole year."""
    return list({row.constraint: row for row in model.rows if row.kind is not Kind.ONCE}.values())
