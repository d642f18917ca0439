"""From the pool to a portfolio and from a portfolio to the year's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pandas as pd

from landgis.domain.criteria import PlanTargets, QuarterQuota, TownQuota, UseQuota
from landgis.domain.facts import FACTS
from landgis.domain.portfolio import PortfolioScenario
from landgis.frames.pooled import PLAN_LEFT_OUT
from landgis.frames.portfolio import CANDIDATES
from landgis.frames.spec import rows_of
from landgis.plan.checks import checks_of
from landgis.plan.choosing.result import Choice
from landgis.plan.draft import Draft, facts_by_parcel
from landgis.plan.grounds import Grounds
from landgis.plan.lines import numbered

YES_NO = tuple(fact.name for fact in FACTS if fact.kind == "bool")
"""Facts that a scenario may require or count."""
_WHOLE = ("up_front_cost_yuan", "earliest_quarter")


def candidates_of(lines: pd.DataFrame, parcels: pd.DataFrame, points: Mapping[str, float]) -> pd.DataFrame:
    """Return what may be chosen from: the lines of a draft without limits.

    Parameters
    ----------
    lines
        ``frames.planned.LINES``: everything that could be on a line this year. The quarter stated of a parcel is taken
        as the earliest in which it can be supplied; its cost counts in whole 元, rounded up.
    parcels
        ParcelFrame (geometry not used).
    points
        Parcel → proven points of preference.

    Returns
    -------
    pandas.DataFrame
        ``frames.portfolio.CANDIDATES`` with a nullable bool column for every name in ``YES_NO``.

    Raises
    ------
    KeyError
        A line's parcel has no points.
    """
    known = pd.DataFrame(parcels).set_index("parcel_id")[list(YES_NO)].astype("boolean")
    rows = [_candidate(line, points) for line in rows_of(lines)]
    table = pd.DataFrame(rows, columns=CANDIDATES.names).astype(dict.fromkeys(_WHOLE, "Int64") | {"points": "float64"})
    table = table.join(known, on="parcel_id")
    CANDIDATES.require(table)
    return table


def lines_of_choice(unlimited: Draft, choice: Choice, parcels: pd.DataFrame, grounds: Grounds) -> Draft:
    """Return the year's lines as a portfolio chose them, in its quarters.

    Parameters
    ----------
    unlimited
        The draft that the candidates were taken from.
    choice
        The portfolio.
    parcels, grounds
        What the draft was made of.

    Returns
    -------
    Draft
        Lines numbered by town and parcel; the left-out of the draft and of the portfolio, each with its reason.
    """
    quarters = {row["parcel_id"]: row["quarter"] for row in rows_of(choice.chosen)}
    taken = [
        line | {"quarter": _quarter(quarters[line["parcel_id"]], line["quarter"])}
        for line in rows_of(unlimited.lines)
        if line["parcel_id"] in quarters
    ]
    lines = numbered(taken)
    left = pd.concat([unlimited.left_out, choice.left_out[PLAN_LEFT_OUT.names]], ignore_index=True).astype("str")
    return Draft(lines, left, checks_of(lines, facts_by_parcel(parcels), grounds))


def targets_of_scenario(scenario: PortfolioScenario) -> PlanTargets:
    """Return what a scenario asks as the year's targets; shares, counts of parcels and the budget are not among them."""
    return PlanTargets(
        scenario.year,
        scenario.verdicts,
        scenario.required_facts,
        scenario.max_ha,
        tuple(UseQuota(each.use, each.max_ha, each.min_ha) for each in scenario.uses),
        scenario.min_ha,
        tuple(TownQuota(each.town_code, each.max_ha, each.min_ha) for each in _in_hectares(scenario.towns)),
        tuple(QuarterQuota(each.quarter, each.max_ha, each.min_ha) for each in scenario.quarters),
    )


def _in_hectares(bands: Sequence[Any]) -> list[Any]:
    return [each for each in bands if (each.min_ha, each.max_ha) != (None, None)]


def _candidate(line: Mapping[str, Any], points: Mapping[str, float]) -> dict[str, Any]:
    cost: Decimal | None = line["cost_yuan"]
    return {
        "parcel_id": line["parcel_id"],
        "town_code": line["town_code"] or None,
        "planned_use_code": line["planned_use_code"] or None,
        "verdict": line["verdict"],
        "area_ha": line["area_ha"],
        "points": points[line["parcel_id"]],
        "up_front_cost_yuan": None if cost is None else int(cost.to_integral_value(ROUND_CEILING)),
        "earliest_quarter": line["quarter"],
    }


def _quarter(chosen: Any, stated: int | None) -> int | None:
    """Take the quarter that the portfolio gave, or without quarters the one stated."""
    return stated if chosen is pd.NA or chosen is None else int(chosen)
