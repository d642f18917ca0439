"""The search: among the promising columns first, then among all that could still do better."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from landgis.plan.choosing.bound import DualBound, dual_bound
from landgis.plan.choosing.model import Kind, Model, Picks, Row
from landgis.plan.choosing.solver import Found, relax, solve

_PROMISING = 300


def search(model: Model, node_columns: int) -> tuple[Found, DualBound]:
    """Look for the worthiest portfolio.

    The first search is among the columns that the dual bound thinks most of. Whatever cannot be in a better portfolio
    by that bound, which is exact, is then left aside; the second search is among the rest, and loses nothing.

    Parameters
    ----------
    model
        What to choose from and what to keep.
    node_columns
        Effort of each search.

    Returns
    -------
    tuple[Found, DualBound]
        The portfolio with the bound of the search, and the dual bound.
    """
    prices = relax(model, model.worth, model.rows)
    if prices is None:
        return Found(None, 0, infeasible=True), dual_bound(model, np.zeros(len(model.rows)))
    dual = dual_bound(model, prices)
    promise = np.array(dual.picked, dtype=np.int64)
    first_ones = np.zeros(len(promise), dtype=bool)
    first_ones[np.argsort(-promise, kind="stable")[:_PROMISING]] = True
    first = solve(model, model.worth, model.rows, node_columns=node_columns, allowed=first_ones)
    if first.picks is None:
        if first_ones.all():
            return first, dual
        return solve(model, model.worth, model.rows, node_columns=node_columns), dual
    best = model.total_worth(first.picks)
    better = promise > best
    if not (better & ~first_ones).any():
        return first, dual
    allowed = better | first.picks
    return solve(model, model.worth, model.rows, node_columns=node_columns, allowed=allowed, start=first.picks), dual


def settled(model: Model, picks: Picks, dual: DualBound, node_columns: int) -> Picks:
    """Of all portfolios worth as much, take the one with the lower ids, then the earlier quarters.

    Parameters
    ----------
    model, picks
        The portfolio, proven optimal.
    dual
        Leaves aside what is in no portfolio worth as much.
    node_columns
        Effort; the portfolio found best by then is taken.
    """
    parcels, worth = len(model.parcel_ids), model.total_worth(picks)
    gain = (parcels - model.parcel) * (4 * parcels + 1) - model.quarter
    # What is worth nothing is taken only where a constraint wants it.
    gain = np.where(model.worth > 0, gain, -gain)
    every = np.arange(len(model.parcel))
    as_worthy = Row("", "", "", Kind.TOTAL, "", every, model.worth, model.worth, worth, False, Decimal(0))
    allowed = np.array(dual.picked, dtype=np.int64) >= worth
    rows = (*model.rows, as_worthy)
    found = solve(model, gain, rows, node_columns=node_columns, allowed=allowed, start=picks)
    return picks if found.picks is None or model.total_worth(found.picks) < worth else found.picks
