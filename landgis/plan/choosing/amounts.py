"""Whole numbers for the model: m² of published hectares, and worth in ten-thousandths of a 分."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.portfolio import Weights
from landgis.errors import ContractBroken

Ints = npt.NDArray[np.int64]
_PLACES = 4
_STEP = Decimal(1).scaleb(-_PLACES)


def square_metres(area_ha: Decimal) -> int:
    """Return published hectares as whole m².

    Raises
    ------
    ContractBroken
        More than four places: 1 m² is the smallest step of a plan.
    """
    m2 = area_ha.scaleb(_PLACES)
    if m2 != m2.to_integral_value():
        raise ContractBroken(
            f"面积 {area_ha} 公顷不是 1 平方米的整数倍",
            f"{area_ha} ha is no whole number of m²",
            next_zh="面积保留四位小数",
            next_en="State hectares with four places at most",
        )
    return int(m2)


def ten_thousandths(whole: int) -> Decimal:
    """Return m² as 公顷, or what the model counts as 分: four places, exactly."""
    return Decimal(whole).scaleb(-_PLACES)


def worth_of(row: dict[str, Any], weights: Weights, counted: tuple[str, ...]) -> int:
    """Weigh a candidate by what is visible in the scenario, in 0.0001 分."""
    area_ha: Decimal = row["area_ha"]
    per_ha = weights.per_ha + weights.per_point_ha * Decimal(repr(float(row["points"])))
    if counted:
        ready = sum(1 for name in counted if not pd.isna(row[name]) and bool(row[name]))
        per_ha += weights.per_ready_ha * ready / len(counted)
    worth = area_ha * per_ha
    if weights.per_10k_yuan:
        worth += weights.per_10k_yuan * Decimal(int(row["up_front_cost_yuan"])).scaleb(-4)
    return int(worth.quantize(_STEP, ROUND_HALF_UP).scaleb(_PLACES))
