"""Measures of areas: what a layer covers of a parcel, class by class, what it leaves free, and on which side it lies."""

from __future__ import annotations

import pandas as pd

from landgis.area import FLOOR_M2
from landgis.domain.land_use import PlannedClass, SurveyClass
from landgis.rules.measures.approvals import Approvals
from landgis.rules.measures.evidence import Evidence, beyond_rounding, readings

SURVEY = (*map(str, SurveyClass), "gap", "approved", "approved_in_part")
PLANNED = (*map(str, PlannedClass), "gap")
FARMLAND = (str(SurveyClass.CULTIVATED), str(SurveyClass.AGRICULTURAL))
"""Classes of the survey that are agricultural land (农用地)."""


def overlap_area(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Union area of the parcel inside the layer, planar m²."""
    rows = evidence.measured(layer)
    rows = rows[rows["class"] == ""]
    return readings(rows["parcel_id"], "overlap", rows["union_m2"])


def class_area(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Union area per class, planar m², and the gap: parcel area that no feature of the layer says anything of."""
    rows = evidence.measured(layer)
    classes = rows[rows["class"] != ""]
    # Of a parcel without a row nothing was measured: all of it is a gap.
    gap = beyond_rounding(evidence.planar_m2 - evidence.whole_m2(layer), evidence.planar_m2)
    parcels = pd.Index(classes["parcel_id"]).append(gap.index)
    category = [*classes["class"].astype(object), *["gap"] * len(gap)]
    return readings(parcels, pd.Series(category, dtype=object), pd.concat([classes["union_m2"], gap]))


def survey_area(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Area per survey class; agricultural land whose conversion was approved is no longer held against the parcel.

    The survey shows approved land by its old class until it is built upon. Where the approvals cover the parcel, its
    agricultural land is ``approved``. Where they cover a part, what they cannot cover keeps its class; when that is
    nothing, whether they cover the agricultural land is open: ``approved_in_part``.
    """
    found = class_area(evidence, layer)
    given = Approvals.of(evidence).any_day()
    if given.most.max() <= FLOOR_M2:
        return found
    farmland = found["category"].isin(FARMLAND)
    parcel, amount = found["parcel_id"], found["amount"]
    most, rest = parcel.map(given.most), amount - parcel.map(given.most)
    whole = farmland & parcel.map(given.whole(evidence.planar_m2)).astype(bool)
    part = farmland & ~whole & (most > FLOOR_M2)
    sure = part & (beyond_rounding(rest, parcel.map(evidence.planar_m2)) > 0)
    found.loc[whole, "category"] = "approved"
    found.loc[part & ~sure, "category"] = "approved_in_part"
    for bound in ("amount", "least", "most"):
        found.loc[sure, bound] = rest[sure]
    return found


def outside_area(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Parcel area that the layer leaves free, planar m²; ground that its release does not cover may be free or not."""
    planar = evidence.planar_m2
    most = beyond_rounding(planar - evidence.whole_m2(layer), planar)
    least = beyond_rounding(most - evidence.uncovered_m2(layer), planar)
    return readings(planar.index, "outside", least.where(least > 0, most), least=least, most=most)


def boundary_side(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Parcel area inside a boundary, planar m²: ``inside`` when it is all, ``across`` when some lies outside (value)."""
    planar, inside = evidence.planar_m2, evidence.whole_m2(layer)
    outside = beyond_rounding(planar - inside, planar)
    side = pd.Series("inside", index=planar.index, dtype="object").where(outside == 0, "across")
    hit = inside > 0
    return readings(planar.index[hit], side[hit], inside[hit], outside[hit].map("{:,.2f}".format))
