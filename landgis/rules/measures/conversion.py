"""Negative list 1: whether agricultural land would enter as new construction land. Several pieces of evidence argue."""

from __future__ import annotations

import pandas as pd

from landgis.rules.measures.approvals import Approvals
from landgis.rules.measures.areas import FARMLAND
from landgis.rules.measures.evidence import Evidence, beyond_rounding, readings

CATEGORIES = ("unconverted", "converted_after", "undated", "undetermined", "converted_before")
_OPEN = ("mixed", "unrecognised")
"""Classes of the survey under which agricultural land may hide; ground that it says nothing of is such, too."""


def farmland_conversion(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Agricultural land of the survey, planar m², by what is known of its conversion.

    ``unconverted``: more than all approvals together can cover. ``converted_after`` and ``converted_before``: surely
    under an approval given since, or before, the first day of the value. ``undated``: under approvals of which at least
    one bears no date, or on record no number. ``undetermined``: approvals cover a part of the parcel, which need not be
    this; or the survey does not say whether it is agricultural land. The value names the approvals.
    """
    planar = evidence.planar_m2
    farmland, doubtful = _surveyed(evidence, layer)
    approvals = Approvals.of(evidence)
    every, before, since = approvals.any_day(), approvals.given_before(), approvals.given_since()
    bare = (farmland - every.most).clip(lower=0.0)
    settled = (farmland + before.least - planar).clip(lower=0.0)
    fresh = (farmland + since.least - planar - before.most).clip(lower=0.0)
    rest = farmland - bare - settled - fresh
    doubtful = doubtful.where(~before.whole(planar), 0.0)
    undated = rest.where(beyond_rounding(every.most - before.most - since.most, planar) > 0, 0.0)
    amounts = (bare, fresh, undated, rest - undated + doubtful, settled)
    zh, en = approvals.told()
    found = [
        _of(category, beyond_rounding(amount, planar), zh, en)
        for category, amount in zip(CATEGORIES, amounts, strict=True)
    ]
    return pd.concat(found, ignore_index=True)


def _of(category: str, amount: pd.Series, zh: pd.Series, en: pd.Series) -> pd.DataFrame:
    """Return the readings of one category, with the approvals that speak for each parcel."""
    some = amount[amount > 0]
    said, said_en = zh.reindex(some.index).fillna("无"), en.reindex(some.index).fillna("none")
    return readings(some.index, category, some, said, value_en=said_en)


def _surveyed(evidence: Evidence, layer: str) -> tuple[pd.Series, pd.Series]:
    """Return the agricultural land of every parcel, and the ground of which the survey does not say what it is."""
    planar = evidence.planar_m2
    rows = evidence.overlaps[evidence.overlaps["layer"] == layer]

    def of(classes: tuple[str, ...]) -> pd.Series:
        area = rows[rows["class"].isin(classes)].groupby("parcel_id")["union_m2"].sum()
        return area.reindex(planar.index).fillna(0.0).clip(upper=planar)

    gap = beyond_rounding(planar - evidence.whole_m2(layer), planar)
    return of(FARMLAND), of(_OPEN) + gap
