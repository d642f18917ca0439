"""Measures of rasters: land cover and heights."""

from __future__ import annotations

from math import inf

import pandas as pd

from landgis.domain.raster import UNRECOGNISED, CellMeasure, CoverClass
from landgis.rules.measures.evidence import Evidence, readings

COVERS = (*map(str, CoverClass), UNRECOGNISED)


def cover_share(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Share of the parcel per land-cover class, every class; ground that nobody knows the class of may be of any."""
    rows = _cells(evidence, layer, CellMeasure.COVER_SHARE)
    shares = rows.pivot_table(index="parcel_id", columns="class", values="amount", aggfunc="sum", fill_value=0.0)
    shares = shares.reindex(columns=list(COVERS), fill_value=0.0)
    table = shares.reset_index().melt(id_vars="parcel_id", var_name="class", value_name="amount")
    known = table["class"] != UNRECOGNISED
    parcel = table["parcel_id"]
    unknown = (parcel.map(shares[UNRECOGNISED]).where(known, 0.0), parcel.map(_silent_share(evidence, layer)))
    return readings(
        parcel, table["class"], table["amount"], most=table["amount"] + sum(part.astype(float) for part in unknown)
    )


def _silent_share(evidence: Evidence, layer: str) -> pd.Series:
    """Share of every parcel that a raster says nothing of; exactly 0 where it covers the parcel."""
    rows = _cells(evidence, layer, CellMeasure.COVERED_SHARE).set_index("parcel_id")["amount"]
    return (1.0 - rows).where(~rows.index.isin(_covered(evidence, layer)), 0.0)


def _covered(evidence: Evidence, layer: str) -> pd.Series:
    """Parcels that a layer leaves no part of uncovered."""
    coverage = evidence.coverage
    whole: pd.Series = coverage.loc[(coverage["layer"] == layer) & (coverage["uncovered_m2"] == 0), "parcel_id"]
    return whole


def height(evidence: Evidence, layer: str, measure: CellMeasure) -> pd.DataFrame:
    """A height in metres. Ground that is not covered can be of any: it may raise the highest and lower the lowest."""
    rows = _cells(evidence, layer, measure)
    whole, amount = rows["parcel_id"].isin(_covered(evidence, layer)), rows["amount"]
    least = amount.where(whole | (measure is CellMeasure.MAX_M), -inf)
    most = amount.where(whole | (measure is CellMeasure.MIN_M), inf)
    return readings(rows["parcel_id"], "height", amount, least=least, most=most)


def _cells(evidence: Evidence, layer: str, measure: CellMeasure) -> pd.DataFrame:
    return evidence.cells[(evidence.cells["layer"] == layer) & (evidence.cells["measure"] == measure)]
