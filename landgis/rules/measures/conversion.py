"""Negative list 1: whether agricultural land would enter as new construction land. Several pieces of evidence argue."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgis.rules.measures.approvals import Approvals
from landgis.rules.measures.areas import FARMLAND
from landgis.rules.measures.evidence import Evidence, Floats, readings, without_rounding

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
    parcels, planar = evidence.planar_m2.index, evidence.planar_m2.to_numpy(dtype=np.float64)
    farmland, doubtful = _surveyed(evidence, layer)
    approvals = Approvals.of(evidence)
    every, before, since = approvals.any_day(), approvals.given_before(), approvals.given_since()
    (most, most_before, most_since), (least_before, least_since) = (
        [each.to_numpy(dtype=np.float64) for each in bounds]
        for bounds in ((every.most, before.most, since.most), (before.least, since.least))
    )
    bare = np.maximum(farmland - most, 0.0)
    settled = np.maximum(farmland + least_before - planar, 0.0)
    fresh = np.maximum(farmland + least_since - planar - most_before, 0.0)
    rest = farmland - bare - settled - fresh
    doubtful = np.where(before.whole(evidence.planar_m2).to_numpy(), 0.0, doubtful)
    undated = np.where(without_rounding(most - most_before - most_since, planar) > 0, rest, 0.0)
    amounts = (bare, fresh, undated, rest - undated + doubtful, settled)
    beyond = np.concatenate([without_rounding(amount, planar) for amount in amounts])
    place = np.tile(np.arange(len(planar)), len(CATEGORIES))[beyond > 0]
    category = np.repeat(np.array(CATEGORIES, dtype=object), len(planar))[beyond > 0]
    zh, en = (
        said.reindex(parcels).fillna(none).to_numpy(dtype=object)[place]
        for said, none in zip(approvals.told(), ("无", "none"), strict=True)
    )
    return readings(
        parcels[place], pd.Series(category), pd.Series(beyond[beyond > 0]), pd.Series(zh, dtype=object),
        value_en=pd.Series(en, dtype=object),
    )  # fmt: skip


def _surveyed(evidence: Evidence, layer: str) -> tuple[Floats, Floats]:
    """Return the agricultural land of every parcel, and the ground of which the survey does not say what it is."""
    planar = evidence.planar_m2
    rows = evidence.measured(layer)
    whole_m2 = planar.to_numpy(dtype=np.float64)

    def of(classes: tuple[str, ...]) -> Floats:
        mine = rows[rows["class"].isin(classes)]
        if mine.empty:
            return np.zeros(len(whole_m2))
        area = mine.groupby("parcel_id")["union_m2"].sum().reindex(planar.index).fillna(0.0)
        held: Floats = np.minimum(area.to_numpy(dtype=np.float64), whole_m2)
        return held

    gap = without_rounding(whole_m2 - evidence.whole_m2(layer).to_numpy(dtype=np.float64), whole_m2)
    return of(FARMLAND), of(_OPEN) + gap
