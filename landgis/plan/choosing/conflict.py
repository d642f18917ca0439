"""Which constraints cannot hold together: none of those named can be spared for that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.plan.choosing.model import Kind, Model, Row
from landgis.plan.choosing.solver import relax, solve


@dataclass(frozen=True)
class Conflict:
    """Constraints proven not to hold together.

    Attributes
    ----------
    constraints
        Names, in the order of the scenario.
    irreducible
        Whether letting go of any one of them is known to let the others hold; False: the effort did not reach.
    """

    constraints: tuple[str, ...]
    irreducible: bool


def conflict_of(model: Model, node_columns: int) -> Conflict:
    """Reduce the constraints of an infeasible model by deletion, from the last to the first.

    Parameters
    ----------
    model
        Proven infeasible.
    node_columns
        Effort of each trial.
    """
    kept = list(model.constraints)
    if _relaxed_fails(model, kept):
        # Cheap trials first: what fails even with fractions of parcels fails with whole ones.
        for name in reversed(model.constraints):
            without = [each for each in kept if each != name]
            kept = without if _relaxed_fails(model, without) else kept
    decided = True
    for name in reversed(tuple(kept)):
        without = [each for each in kept if each != name]
        found = solve(model, np.zeros_like(model.worth), _rows(model, without), node_columns=node_columns)
        kept = without if found.infeasible else kept
        decided = decided and (found.infeasible or found.picks is not None)
    return Conflict(tuple(kept), decided)


def _relaxed_fails(model: Model, names: list[str]) -> bool:
    return relax(model, np.zeros_like(model.worth), _rows(model, names)) is None


def _rows(model: Model, names: list[str]) -> tuple[Row, ...]:
    kept = set(names)
    return tuple(row for row in model.rows if row.kind is Kind.ONCE or row.constraint in kept)
