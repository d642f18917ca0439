"""Lines of plans and other supply for tests that need no screening."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.area import mu
from landgis.frames.planned import CHECKS, LINES, OTHER_SUPPLY, framed

_LINE: dict[str, Any] = {
    "district": "songjiang", "town_code": "310117109", "town_name": "泖港镇", "village_name": "甲村", "owner_name": "甲村合作社",
    "planned_use_code": "0901", "planned_use_zh": "商业用地", "area_ha": Decimal("0.4800"), "area_basis": "registered",
    "verdict": "clear", "open_points_zh": "", "pool_id": "P000001", "member_id": "M000001", "quarter": 1, "term_years": 40,
    "trade_mode": "open_bidding", "mode_certainty": "decided", "mode_said_zh": "应采取公开招拍挂", "mode_said_en": "must",
    "cost_yuan": Decimal("100.50"), "inside_ha": Decimal("0.0000"), "rental_housing": False, "in_housing_plan": None,
    "market_zh": "", "investor_zh": "",
}  # fmt: skip
_SUPPLY: dict[str, Any] = {
    "name_zh": "国有地块", "ownership": "state", "channel": "stock", "parcel_id": None, "town_code": "310117109",
    "town_name": "泖港镇", "planned_use_code": "1001", "area_ha": Decimal("1.0000"), "inside_ha": None, "quarter": None,
    "rental_housing": False, "in_housing_plan": None,
}  # fmt: skip


def lines(*rows: dict[str, Any]) -> pd.DataFrame:
    """Lines with some values of their own; parcels are called p1, p2 … unless they say otherwise."""
    made = []
    for number, row in enumerate(rows, 1):
        line = _LINE | {"line_no": number, "parcel_id": f"p{number}"} | row
        made.append(line | {"area_mu": mu(line["area_ha"])})
    return framed(made, LINES)


def supply(*rows: dict[str, Any]) -> pd.DataFrame:
    """Other supply with some values of its own."""
    return framed([_SUPPLY | {"supply_id": f"G{number}"} | row for number, row in enumerate(rows, 1)], OTHER_SUPPLY)


def checks(table: pd.DataFrame, outcome: str = "clear") -> pd.DataFrame:
    """The owner's wish and the site, answered alike for all lines."""
    return framed(
        [
            {"line_no": number, "check_id": check, "outcome": outcome, "said_zh": "已查", "said_en": "looked at"}
            for number in table["line_no"]
            for check in ("owner_willing", "site_ready")
        ],
        CHECKS,
    )
