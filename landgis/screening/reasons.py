"""Into which categories of a rule a parcel falls: all that count, where a finding tells the worst alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.rules.judging.weighing import counting
from landgis.rules.measures import MEASURES, Evidence, Speaks
from landgis.rules.pack import CategoryOutcome, DatedValue, Rule


@dataclass(frozen=True)
class Reason:
    """One category that a parcel falls into.

    Attributes
    ----------
    category
        Name of the category in the pack.
    amount
        What was measured, in the unit of the value; None where it is a fact.
    said
        What the pack makes of it.
    of
        Class of the layer's features whose ground was measured, '' for all of them; None where it is no feature's: ground
        that none covers, or a fact.
    """

    category: str
    amount: float | None
    said: CategoryOutcome
    of: str | None = None


def reasons(rule: Rule, value: DatedValue, evidence: Evidence) -> dict[str, tuple[Reason, ...]]:
    """Return the categories of a rule that parcels fall into and that are not clear, the worst first.

    Parameters
    ----------
    rule, value
        The rule, and what it says on the day.
    evidence
        Facts and measurements of the parcels.
    """
    measure = MEASURES[rule.measure]
    readings = measure.read(replace(evidence, since=rule.values[0].start), rule.layer or rule.fact)
    severity = readings["category"].map(lambda name: value.outcomes[name].outcome.severity)
    judged = readings.assign(severity=severity)[counting(readings, value)]
    ranked = judged[judged["severity"] > Outcome.CLEAR.severity].sort_values("severity", ascending=False, kind="stable")
    covered = _covered(evidence, rule.layer, ranked["parcel_id"])
    found: dict[str, list[Reason]] = {}
    for row in rows_of(ranked):
        name, amount, parcel_id = str(row["category"]), float(row["amount"]), str(row["parcel_id"])
        # Ground that no feature covers may be as large as what they do cover: an equal amount alone proves nothing.
        kind = {Speaks.CLASS: name, Speaks.LAYER: ""}.get(measure.speaks)
        of = kind if kind is not None and covered.get((parcel_id, kind)) == amount else None
        reason = Reason(name, None if math.isnan(amount) else amount, value.outcomes[name], of)
        found.setdefault(parcel_id, []).append(reason)
    return {parcel_id: tuple(rows) for parcel_id, rows in found.items()}


def _covered(evidence: Evidence, layer: str, parcels: pd.Series) -> dict[tuple[str, str], float]:
    """Ground that features cover, by parcel and class; class '' is the layer as a whole."""
    overlaps = evidence.overlaps
    rows = overlaps[(overlaps["layer"] == layer) & overlaps["parcel_id"].isin(parcels.unique())]
    areas = zip(rows["parcel_id"], rows["class"], rows["union_m2"], strict=True)
    return {(str(parcel), str(kind)): float(area) for parcel, kind, area in areas}
