"""Readings against a value in force: which reading decides about each parcel, and where the bounds leave it open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.domain.raster import UNRECOGNISED
from landgis.errors import ContractBroken
from landgis.rules.pack import DatedValue, Side

Places = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
NONE = -1
"""The place of no reading: the last row of every column of `Weighed`, which says nothing."""


@dataclass(frozen=True)
class Weighed:
    """Readings as columns, and for every parcel which of them speak; `NONE` where none does.

    Attributes
    ----------
    category, amount, least, most, value, value_en
        Columns of the readings, one row more than there are readings: category (its place among the outcomes of the
        value; `NONE` in the last row), amount and its bounds, text in Chinese and in English.
    decides
        The worst category that counts, and of that the amount farthest beyond the threshold.
    doubts
        Of the readings of which the bounds leave open whether they count, the one farthest beyond the threshold.
    told
        Of the readings that do not count, the one nearest to the threshold.
    """

    category: Places
    amount: Floats
    least: Floats
    most: Floats
    value: npt.NDArray[np.object_]
    value_en: npt.NDArray[np.object_]
    decides: Places
    doubts: Places
    told: Places


def weigh(readings: pd.DataFrame, value: DatedValue, parcels: pd.Index) -> Weighed:
    """Weigh readings.

    Parameters
    ----------
    readings
        What a measure gives (``rules.measures``); rows of other parcels are left aside.
    value
        The value in force.
    parcels
        Ids of the parcels asked about, each once.
    """
    parcel = parcels.get_indexer(pd.Index(readings["parcel_id"]))
    category, severity = _severities(readings["category"], value)
    amount, least, most = (readings[name].to_numpy(dtype=np.float64) for name in ("amount", "least", "most"))
    asked = (parcel >= 0) & _meant(readings["category"], severity, value)
    counts, may_count = _sides(amount, least, most, value)
    open_ = may_count & ~counts & (severity > Outcome.CLEAR.severity)
    far = amount if value.side is Side.ABOVE else -amount
    by_far = np.argsort(far, kind="stable")
    worst_last = by_far[np.argsort(severity[by_far], kind="stable")]
    return Weighed(
        np.append(category, NONE),
        np.append(amount, 0.0),
        np.append(least, 0.0),
        np.append(most, 0.0),
        np.append(readings["value"].to_numpy(dtype=object), ""),
        np.append(readings["value_en"].to_numpy(dtype=object), ""),
        _last(worst_last, asked & counts, parcel, len(parcels)),
        _last(by_far, asked & open_, parcel, len(parcels)),
        _last(by_far, asked & ~counts, parcel, len(parcels)),
    )


def counting(readings: pd.DataFrame, value: DatedValue) -> npt.NDArray[np.bool_]:
    """Say which readings lie, by all their bounds, on the side of the threshold that counts; facts always do."""
    _, severity = _severities(readings["category"], value)
    amount, least, most = (readings[name].to_numpy(dtype=np.float64) for name in ("amount", "least", "most"))
    return _meant(readings["category"], severity, value) & _sides(amount, least, most, value)[0]


def _severities(categories: pd.Series, value: DatedValue) -> tuple[Places, npt.NDArray[np.int8]]:
    """Return for each reading the place of its category among the outcomes, and how severe that outcome is."""
    place = pd.Index(list(value.outcomes)).get_indexer(pd.Index(categories))
    if (place < 0).any():
        unknown = sorted(set(categories[place < 0]))
        raise ContractBroken(
            f"量测给出了规则没有说明的类别：{unknown}",
            f"A measure gave categories that the rule does not know: {unknown}",
        )
    severity = np.array([row.outcome.severity for row in value.outcomes.values()], dtype=np.int8)
    return place, severity[place]


def _meant(categories: pd.Series, severity: npt.NDArray[np.int8], value: DatedValue) -> npt.NDArray[np.bool_]:
    """Say which readings the threshold is about.

    Below a threshold lie all classes that a parcel has little of, so only those are meant of which the pack wants more;
    and ground of unrecognised codes is in the bounds of every class.
    """
    if value.side is Side.ABOVE:
        return np.ones(len(categories), dtype=np.bool_)
    return (severity > Outcome.CLEAR.severity) & (categories != UNRECOGNISED).to_numpy(dtype=np.bool_)


def _sides(
    amount: Floats, least: Floats, most: Floats, value: DatedValue
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Say which readings count, and which may count; what has no amount counts whatever the threshold."""
    if value.threshold is None:
        counts = np.isnan(amount)
        return counts, counts
    if value.side is Side.ABOVE:
        return least > value.threshold, most > value.threshold
    return most < value.threshold, least < value.threshold


def _last(order: Places, chosen: npt.NDArray[np.bool_], parcel: Places, count: int) -> Places:
    """Return for every parcel the last of the chosen readings in an order."""
    rows = order[chosen[order]]
    found = np.full(count, NONE, dtype=np.intp)
    found[parcel[rows]] = rows  # of several values for one place the last one stays
    return found
