"""Scoring parcels that may enter: points of every contribution, ranks, and how far the ranks hang on the weights.

It comes after exclusion and never instead of it. A missing input gives its contribution a range, never a silent zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.errors import ContractBroken
from landgis.frames.preferred import POINTS, RANKS, READINGS
from landgis.rules.choosing.preference import Floats, Preference

Ints = npt.NDArray[np.int64]
VARIED = (0.8, 1.2)
"""By which factors each weight is varied."""
_STEP = 9
"""Decimals of points: sums that differ by rounding alone are equal, so that ties are ties."""


@dataclass(frozen=True)
class Sensitivity:
    """Ranks while one weight at a time is varied.

    Attributes
    ----------
    variations
        Contribution and factor of each variation.
    ranks
        Shape (parcels, variations), parcels in the order of ``Scored.ranks``.
    """

    variations: tuple[tuple[str, float], ...]
    ranks: Ints


@dataclass(frozen=True)
class Scored:
    """Points and ranks.

    Attributes
    ----------
    points
        ``frames.preferred.POINTS``, by rank and in the order of the contributions.
    ranks
        ``frames.preferred.RANKS``, by rank.
    sensitivity
        What a change of weights does to them.
    top
        The N of ``stays_share``.
    """

    points: pd.DataFrame
    ranks: pd.DataFrame
    sensitivity: Sensitivity
    top: int


def score(preference: Preference, readings: pd.DataFrame, verdicts: pd.DataFrame, top: int) -> Scored:
    """Score parcels that may enter.

    Parameters
    ----------
    preference
        What counts, and how much.
    readings
        ``frames.preferred.READINGS``: one row for each parcel and contribution, none missing.
    verdicts
        ``frames.judged.VERDICTS`` of the same parcels.
    top
        How many of the first the sensitivity asks about.

    Raises
    ------
    ContractBroken
        If a reading is missing, or bounds are the wrong way round.
    """
    READINGS.require(readings)
    ids = np.sort(verdicts["parcel_id"].to_numpy(dtype=object))
    names = [each.contribution_id for each in preference.contributions]
    bounds = {side: _grid(readings, side, ids, names) for side in ("least", "most")}
    least, most = _points(preference, bounds["least"], bounds["most"])
    varied = _varied(preference, least)
    place = _ranked(np.round(least.sum(axis=1), _STEP))
    order = np.argsort(place)
    ranks = _ranks(ids, least, most, place, varied.ranks, top).iloc[order].reset_index(drop=True)
    ranks = ranks.merge(verdicts, on="parcel_id", validate="1:1")[RANKS.names].astype({"parcel_id": "str"})
    RANKS.require(ranks)
    points = _told(preference, readings, ids[order], least[order], most[order])
    return Scored(points, ranks, Sensitivity(varied.variations, varied.ranks[order]), top)


def _grid(readings: pd.DataFrame, side: str, ids: npt.NDArray[np.object_], names: list[str]) -> Floats:
    """Bounds by parcel and contribution."""
    row = pd.Index(ids).get_indexer(pd.Index(readings["parcel_id"]))
    column = pd.Index(names).get_indexer(pd.Index(readings["contribution"]))
    grid = np.full((len(ids), len(names)), np.nan)
    grid[row, column] = readings[side]
    if (row < 0).any() or (column < 0).any() or np.isnan(grid).any():
        raise ContractBroken(
            "优选依据与地块、打分项不一一对应", "The readings do not match parcels and contributions one to one",
            next_zh="请补齐每宗地块每个打分项的依据（缺的给出上下限）",
            next_en="Give a reading of every parcel and contribution (bounds, where it is missing)",
        )  # fmt: skip
    return grid


def _points(preference: Preference, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Points at least and at most; shape (parcels, contributions)."""
    if (low > high).any():
        raise ContractBroken("优选依据的下限大于上限", "A reading has its bounds the wrong way round")
    least, most = np.empty_like(low), np.empty_like(high)
    for column, each in enumerate(preference.contributions):
        merits = each.scale.between(low[:, column], high[:, column])
        least[:, column], most[:, column] = (np.round(merit * each.weight, _STEP) for merit in merits)
    return least, most


def _ranked(points: Floats) -> Ints:
    """Ranks from 1 by points, equal points by position (positions follow the parcel numbers)."""
    ranks = np.empty(len(points), dtype=np.int64)
    ranks[np.lexsort((np.arange(len(points)), -points))] = np.arange(1, len(points) + 1)
    return ranks


def _before(points: Floats, own: Floats) -> Ints:
    """Count, for each parcel, the entries of ``points`` that stand before it with its ``own`` points."""
    count = len(points)
    position = np.arange(count)
    order = np.lexsort((np.repeat([0, 1], count), np.tile(position, 2), -np.concatenate([own, points])))
    asks = order < count
    passed = np.cumsum(~asks)
    before = np.empty(count, dtype=np.int64)
    before[order[asks]] = passed[asks]
    return before


def _varied(preference: Preference, least: Floats) -> Sensitivity:
    """Rank again with each weight a little less and a little more."""
    whole = least.sum(axis=1)
    variations, ranks = [], []
    for column, each in enumerate(preference.contributions):
        for factor in VARIED:
            variations.append((each.contribution_id, factor))
            ranks.append(_ranked(np.round(whole + (factor - 1.0) * least[:, column], _STEP)))
    return Sensitivity(tuple(variations), np.stack(ranks, axis=1))


def _ranks(
    ids: npt.NDArray[np.object_], least: Floats, most: Floats, place: Ints, varied: Ints, top: int
) -> pd.DataFrame:
    low, high = np.round(least.sum(axis=1), _STEP), np.round(most.sum(axis=1), _STEP)
    return pd.DataFrame(
        {
            "rank": place,
            "parcel_id": ids,
            "points_least": low,
            "points_most": high,
            "rank_best": 1 + _before(low, high),
            # A parcel whose own range is open would stand before itself.
            "rank_worst": 1 + _before(high, low) - (high > low),
            "varied_best": varied.min(axis=1, initial=len(ids) + 1),
            "varied_worst": varied.max(axis=1, initial=0),
            "stays_share": (varied <= top).mean(axis=1),
        }
    ).astype({"parcel_id": "str"})


def _told(
    preference: Preference, readings: pd.DataFrame, ids: npt.NDArray[np.object_], least: Floats, most: Floats
) -> pd.DataFrame:
    """Return every contribution of every parcel, in the order given."""
    parts = preference.contributions
    count, names = len(ids), [each.contribution_id for each in parts]
    rows = pd.MultiIndex.from_product([ids, names], names=["parcel_id", "contribution"])
    told = readings.set_index(["parcel_id", "contribution"]).loc[rows].reset_index()
    told["unit"] = np.tile([each.reading.kind.unit for each in parts], count)
    told["weight"] = np.tile([float(each.weight) for each in parts], count)
    told["points_least"], told["points_most"] = least.ravel(), most.ravel()
    told = told[POINTS.names]
    POINTS.require(told)
    return told
