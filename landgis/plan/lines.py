"""Making a line of the plan of a pool member: its area, its terms, and how it is to be sold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from landgis.area import hectares, mu
from landgis.domain.land_use import PlannedClass, Scheme, look_up, planned_class
from landgis.frames.planned import LINES, framed
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import NOTHING, LineInput
from landgis.plan.mode_words import mode_words
from landgis.rules.choosing.mode_answer import ModeAnswer
from landgis.rules.choosing.mode_choice import trading_mode
from landgis.rules.choosing.sale import Project, Sale

_HA_STEP = Decimal("0.0001")
_COPIED = ("district", "town_code", "town_name", "village_name", "owner_name", "planned_use_code")


def line_of(member: Mapping[str, Any], parcel: Mapping[str, Any], member_id: str, grounds: Grounds) -> dict[str, Any]:
    """Return a line of ``frames.planned.LINES``, without its number.

    Parameters
    ----------
    member
        Row of ``frames.pooled.POOL_MEMBERS``.
    parcel
        Its facts, ``planned_use_code`` in the guide of 2023.
    """
    said, parcel_id = grounds.inputs.get(member["parcel_id"], NOTHING), member["parcel_id"]
    code, area_ha = str(parcel["planned_use_code"]), hectares(float(member["area_m2"]))
    use = look_up(code, Scheme.GUIDE_2023)
    rental = rental_housing(code, parcel["rental_only"])
    return {name: parcel[name] for name in _COPIED} | sale_columns(code, rental, said, grounds) | {
        "parcel_id": parcel_id,
        "planned_use_zh": use.name_zh if use else "",
        "area_ha": area_ha,
        "area_mu": mu(area_ha),
        "area_basis": member["area_basis"],
        "verdict": member["verdict"],
        "open_points_zh": member["open_points_zh"],
        "pool_id": None,
        "member_id": member_id,
        "quarter": said.quarter,
        "term_years": said.term_years,
        "cost_yuan": said.cost_yuan,
        "inside_ha": inside_ha(area_ha, grounds.inside.get(parcel_id)),
        "rental_housing": rental,
        "in_housing_plan": said.in_housing_plan,
        "market_zh": said.market_zh,
        "investor_zh": said.investor_zh or _text(parcel["intended_buyer"]),
    }  # fmt: skip


def numbered(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return lines as a frame, numbered by town and parcel; what has no town comes last."""
    ordered = sorted(
        rows, key=lambda row: (not isinstance(row["town_code"], str), str(row["town_code"]), row["parcel_id"])
    )
    return framed([row | {"line_no": number} for number, row in enumerate(ordered, 1)], LINES)


def sale_columns(code: str, rental: bool | None, said: LineInput, grounds: Grounds) -> dict[str, Any]:
    """Return the columns that say how a use is sold."""
    answer = mode_of(code, rental, said, grounds)
    words = mode_words(answer)
    return {
        "trade_mode": str(answer.mode) if answer.mode else None,
        "mode_certainty": str(answer.certainty),
        "mode_said_zh": words.zh,
        "mode_said_en": words.en,
    }


def mode_of(code: str, rental: bool | None, said: LineInput, grounds: Grounds) -> ModeAnswer:
    """Look up how a use is sold; land that is for rental housing only is no other kind of project."""
    project = Project.RENTAL_HOUSING if rental and said.project is None else said.project
    sale = Sale(project, said.intended, said.buyer, said.character_area)
    return trading_mode(grounds.modes, code, Scheme.GUIDE_2023, sale, grounds.as_of)


def rental_housing(code: str, rental_only: object) -> bool | None:
    """Tell whether a parcel is for rental housing: None where it is for housing and nobody says of which kind."""
    if planned_class(code, Scheme.GUIDE_2023) is not PlannedClass.HOUSING:
        return False
    return None if rental_only is None or rental_only is pd.NA else bool(rental_only)


def inside_ha(area_ha: Decimal, share: float | None) -> Decimal | None:
    """Return how much of a published area lies inside the development boundary, 公顷; None: not known."""
    if share is None:
        return None
    return min(area_ha, (area_ha * Decimal(repr(share))).quantize(_HA_STEP, ROUND_HALF_UP))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
