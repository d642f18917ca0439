"""What choosing gives."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from landgis.domain.portfolio import PortfolioScenario, Proof


@dataclass(frozen=True)
class Choice:
    """A portfolio, how good it is proven to be, and why everything else is not in it.

    Attributes
    ----------
    scenario
        What was asked.
    proof
        How sure it is that none is better.
    objective, bound
        分 at four places: what the portfolio is worth, and what none can exceed; None without a portfolio.
    gap_share
        (bound − objective) / bound, rounded up to 6 places; 0 where optimal; None without a portfolio.
    chosen
        ``frames.portfolio.CHOSEN``, in id order.
    left_out
        ``frames.portfolio.NOT_CHOSEN``: every other candidate.
    use
        ``frames.portfolio.CONSTRAINT_USE``; empty without a portfolio.
    conflict
        ``frames.portfolio.CONFLICT``; empty unless infeasible.
    conflict_irreducible
        Whether the conflict is known to end when any one of its constraints is let go.
    unmatched
        Parcels that the scenario names and that are no candidates.
    said_zh, said_en
        The result in one paragraph, with what to do next where there is no portfolio.
    """

    scenario: PortfolioScenario
    proof: Proof
    objective: Decimal | None
    bound: Decimal | None
    gap_share: Decimal | None
    chosen: pd.DataFrame
    left_out: pd.DataFrame
    use: pd.DataFrame
    conflict: pd.DataFrame
    conflict_irreducible: bool
    unmatched: tuple[str, ...]
    said_zh: str
    said_en: str
