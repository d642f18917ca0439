"""Which features of which layers a pack holds against a parcel on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.rules.measures import MEASURES, Speaks
from landgis.rules.pack import RulePack


@dataclass(frozen=True)
class Conflicting:
    """Layers and classes that lead to certain outcomes.

    Attributes
    ----------
    classes
        Layer → classes of features; None: every feature of the layer.
    """

    classes: dict[str, frozenset[str] | None]

    def selects(self, layer: str, kinds: pd.Series) -> np.ndarray:
        """Tell which features of a layer, given their classes, are among them."""
        if layer not in self.classes:
            return np.zeros(len(kinds), dtype=bool)
        wanted = self.classes[layer]
        return np.ones(len(kinds), dtype=bool) if wanted is None else kinds.isin(wanted).to_numpy()

    def holds(self, layer: str, kind: str) -> bool:
        """Tell whether a feature of a layer is among them, by its class."""
        wanted = self.classes.get(layer, frozenset())
        return wanted is None or kind in wanted

    def hits(self, hits: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a HitFrame that are among them."""
        keep = np.zeros(len(hits), dtype=bool)
        for layer in hits["layer"].unique():
            if layer not in self.classes:
                continue
            here = (hits["layer"] == layer).to_numpy()
            keep[here] = self.selects(layer, hits.loc[here, "class"])
        return hits[keep]


def conflicting(pack: RulePack, as_of: date, outcomes: Collection[Outcome]) -> Conflicting:
    """Return what leads to one of the outcomes by the rules in force on a day.

    Ground that a layer says nothing of (its gap), or leaves free, is no feature, and not among them.
    """
    found: dict[str, frozenset[str] | None] = {}
    for rule in pack.rules:
        value = rule.in_force(as_of)
        if not rule.layer or value is None or MEASURES[rule.measure].speaks is Speaks.GROUND:
            continue
        names = {name for name, row in value.outcomes.items() if row.outcome in outcomes} - {"gap"}
        if not names:
            continue
        known = found.get(rule.layer, frozenset())
        whole = MEASURES[rule.measure].speaks is Speaks.LAYER
        found[rule.layer] = None if whole or known is None else known | names
    return Conflicting(found)
