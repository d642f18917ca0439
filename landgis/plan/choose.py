"""Choosing the portfolio of a year's plan: the worthiest candidates that keep every constraint."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_UP, Decimal

import numpy as np
import pandas as pd

from landgis.domain.portfolio import PortfolioScenario, Proof, WhyNot
from landgis.frames.portfolio import CONSTRAINT_USE
from landgis.plan.choosing.amounts import ten_thousandths
from landgis.plan.choosing.bound import completed
from landgis.plan.choosing.conflict import conflict_of
from landgis.plan.choosing.left import Left, left_frame
from landgis.plan.choosing.model import Model, Picks
from landgis.plan.choosing.price import prices_of
from landgis.plan.choosing.reasons import Reasons, left_by
from landgis.plan.choosing.result import Choice
from landgis.plan.choosing.rows import build_model
from landgis.plan.choosing.search import search, settled
from landgis.plan.choosing.sifting import Sifted, check, sift
from landgis.plan.choosing.solver import NODE_COLUMNS
from landgis.plan.choosing.tables import chosen_frame, conflict_frame, use_frame
from landgis.plan.choosing.words import UNDECIDED, conflict_words, said_of


def choose(candidates: pd.DataFrame, scenario: PortfolioScenario, *, node_columns: int = NODE_COLUMNS) -> Choice:
    """Choose a portfolio under a scenario, and say of every other candidate why not.

    Parameters
    ----------
    candidates
        ``frames.portfolio.CANDIDATES``, with a nullable bool column for every fact that the scenario asks for. The
        order of rows does not matter.
    scenario
        What is asked: limits in 公顷, 元 and parcels, and the weights of the objective.
    node_columns
        Effort of every search: nodes times columns. The answer is the same twice for the same effort.

    Returns
    -------
    Choice
        Checked in whole numbers (m², 元, 0.0001 分). Among equally worthy portfolios the one with the lower parcel
        ids, then the earlier quarters, as far as the search reaches once the first is proven optimal.

    Raises
    ------
    ContractBroken
        The candidates are not as declared.
    ExternalError
        The solver failed, or gave an answer that breaks a constraint.
    """
    check(candidates, scenario)
    sifted = sift(candidates, scenario)
    model = build_model(sifted.eligible, scenario)
    found, dual = search(model, node_columns)
    unmatched = _unmatched(candidates, scenario)
    if found.infeasible:
        return _infeasible(scenario, sifted, model, node_columns, unmatched)
    if found.picks is None:
        return _none(scenario, sifted, model, Proof.UNDECIDED, UNDECIDED, unmatched)
    model.require_kept(found.picks)
    picks = completed(model, found.picks)
    bound = min(found.bound, dual.objective)
    optimal = model.total_worth(picks) >= bound
    if optimal:
        picks = settled(model, picks, dual, node_columns)
    model.require_kept(picks)
    costs = prices_of(model, picks, dual, optimal=optimal, node_columns=node_columns)
    left = [*sifted.refused, *left_by(Reasons(model, picks), costs)]
    return _choice(scenario, sifted, model, picks, max(bound, model.total_worth(picks)), left, unmatched)


def _choice(
    scenario: PortfolioScenario,
    sifted: Sifted,
    model: Model,
    picks: Picks,
    bound: int,
    left: list[Left],
    unmatched: tuple[str, ...],
) -> Choice:
    objective, most = ten_thousandths(model.total_worth(picks)), ten_thousandths(bound)
    proof = Proof.OPTIMAL if objective == most else Proof.GAP
    gap = ((most - objective) / most).quantize(Decimal("0.000001"), ROUND_UP) if most > objective else Decimal(0)
    chosen = chosen_frame(sifted.eligible, model, picks)
    said = said_of(proof, chosen, objective, most, gap)
    use = use_frame(model, picks)
    return Choice(
        scenario, proof, objective, most, gap, chosen, left_frame(left), use, conflict_frame(model, ()), True,
        unmatched, *said,
    )  # fmt: skip


def _infeasible(
    scenario: PortfolioScenario, sifted: Sifted, model: Model, node_columns: int, unmatched: tuple[str, ...]
) -> Choice:
    conflict = conflict_of(model, node_columns)
    table = conflict_frame(model, conflict.constraints)
    none = _none(scenario, sifted, model, Proof.INFEASIBLE, conflict_words(conflict, table), unmatched)
    return replace(none, conflict=table, conflict_irreducible=conflict.irreducible)


def _none(
    scenario: PortfolioScenario,
    sifted: Sifted,
    model: Model,
    proof: Proof,
    said: tuple[str, str],
    unmatched: tuple[str, ...],
) -> Choice:
    """Tell of no portfolio: the candidates that could have been chosen are left out because there is none."""
    zh, en = f"无组合可选（{proof.zh}）", f"There is no portfolio ({proof})"
    left = [*sifted.refused, *(Left(each, WhyNot.NO_PORTFOLIO, zh, en) for each in model.parcel_ids)]
    empty = np.zeros(len(model.parcel), dtype=bool)
    return Choice(
        scenario, proof, None, None, None, chosen_frame(sifted.eligible, model, empty), left_frame(left),
        CONSTRAINT_USE.empty(), conflict_frame(model, ()), False, unmatched, *said,
    )  # fmt: skip


def _unmatched(candidates: pd.DataFrame, scenario: PortfolioScenario) -> tuple[str, ...]:
    """Return parcels that orders and substitutes name and that are no candidates."""
    named = [each for order in scenario.orders for each in (order.parcel_id, order.after)]
    named += [each for group in scenario.substitutes for each in group.parcel_ids]
    there = set(candidates["parcel_id"])
    return tuple(sorted({each for each in named if each not in there}))
