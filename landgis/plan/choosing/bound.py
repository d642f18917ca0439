"""Bounds that need no trust in a solver: weak duality in whole numbers.

Whatever prices, none below zero, are put on the rows: no portfolio that keeps them is worth more than their limits at
these prices plus, parcel by parcel, what its best column is worth beyond them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.plan.choosing.model import Kind, Model, Picks
from landgis.plan.choosing.solver import Floats

_STEPS = 1_000_000_000
"""Prices are rounded to this part of 0.0001 分 per unit: the bound stays true, as it does for any prices."""


@dataclass(frozen=True)
class DualBound:
    """Bounds of the objective, 0.0001 分.

    Attributes
    ----------
    objective
        No portfolio is worth more.
    picked
        By column: no portfolio that picks it is worth more.
    """

    objective: int
    picked: tuple[int, ...]


def dual_bound(model: Model, prices: Floats) -> DualBound:
    """Turn prices of the rows into bounds.

    Parameters
    ----------
    model
        Columns and rows.
    prices
        Of every row, 0 or more; shape (rows,).
    """
    left = [int(worth) * _STEPS for worth in model.worth]
    base = 0
    for row, price in zip(model.rows, prices, strict=True):
        steps = round(float(price) * _STEPS) * (1 if row.at_most else -1)
        # That a parcel has one quarter is kept below, parcel by parcel.
        if steps and row.kind is not Kind.ONCE:
            base += steps * row.limit
            for column, pull in zip(row.at.tolist(), row.pull.tolist(), strict=True):
                left[column] -= steps * pull
    best = [max(0, *(left[column] for column in columns.tolist())) for columns in model.columns_of]
    whole = base + sum(best)
    others = (whole - best[number] for number in model.parcel.tolist())
    return DualBound(whole // _STEPS, tuple((rest + own) // _STEPS for rest, own in zip(others, left, strict=True)))


def completed(model: Model, picks: Picks) -> Picks:
    """Add what still fits and is worth something: the worthiest first, then by id."""
    picks = picks.copy()
    slacks = [row.slack(picks) for row in model.rows]
    taken = set(model.parcel[picks].tolist())
    order = np.lexsort((np.arange(len(model.parcel)), -model.worth))
    pulls = pulls_of(model)
    for column in order.tolist():
        number = int(model.parcel[column])
        if model.worth[column] <= 0 or number in taken:
            continue
        after = {row: slacks[row] - drawn for row, drawn in pulls[column]}
        if all(slack >= 0 for slack in after.values()):
            picks[column] = True
            taken.add(number)
            for row, slack in after.items():
                slacks[row] = slack
    return picks


def pulls_of(model: Model) -> list[list[tuple[int, int]]]:
    """Return for every column the rows it is in, each with what it takes of their slack."""
    pulls: list[list[tuple[int, int]]] = [[] for _ in model.parcel]
    for number, row in enumerate(model.rows):
        for column, pull in zip(row.at.tolist(), row.pull.tolist(), strict=True):
            pulls[column].append((number, pull if row.at_most else -pull))
    return pulls
