"""Approved conversions of agricultural land: which ground they cover, when they were given, and what says so.

Two sources speak: the layer of approved, unbuilt land (its class is the day of the approval), and the approval on
record for the parcel as a whole. Areas are unions per day; how those of several days lie over each other is not known,
so a sum has bounds. An approval on record without its day, or without its number, is one of no day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.catalogue import UNDATED
from landgis.rules.measures.evidence import Evidence, beyond_rounding

APPROVED = "approved_unbuilt"


@dataclass(frozen=True)
class Covered:
    """Ground of every parcel that some approvals cover: bounds by parcel_id, planar m²."""

    least: pd.Series
    most: pd.Series

    def whole(self, planar_m2: pd.Series) -> pd.Series:
        """Tell which parcels they surely cover as a whole."""
        return beyond_rounding(planar_m2 - self.least, planar_m2) == 0


def any_approval(evidence: Evidence) -> Covered:
    """Return the ground that approvals cover, whatever their day."""
    return _covered(evidence, lambda _day: True)


def given_before(evidence: Evidence) -> Covered:
    """Return the ground whose conversion was approved before the day from which on it is new."""
    return _covered(evidence, lambda day: _is_before(day, evidence.since) is True)


def given_since(evidence: Evidence) -> Covered:
    """Return the ground whose conversion was approved on that day or later."""
    return _covered(evidence, lambda day: _is_before(day, evidence.since) is False)


def told(evidence: Evidence) -> tuple[pd.Series, pd.Series]:
    """Say which approvals speak, in Chinese and in English, for every parcel that has any."""
    layer, parcel = _of_layer(evidence), _of_parcel(evidence)
    papers = evidence.facts.loc[parcel.index]
    numbers, on = papers["conversion_document"], papers["conversion_approved_on"].fillna(UNDATED)
    areas = [f"{area:,.2f}" for area in layer["union_m2"]]
    keys = [*layer["parcel_id"], *parcel.index]
    zh = [f"批准未建设土地图层 {area} ㎡（{_day_zh(day)}）" for area, day in zip(areas, layer["class"], strict=True)]
    zh += [f"批准文件 {number}（{_day_zh(day)}）" for number, day in zip(numbers.fillna("未注明文号"), on, strict=True)]
    en = [f"layer of approved, unbuilt land {area} m² ({day})" for area, day in zip(areas, layer["class"], strict=True)]
    en += [f"document {number} ({day})" for number, day in zip(numbers.fillna("without number"), on, strict=True)]
    return _joined(keys, zh, "；"), _joined(keys, en, "; ")


def _covered(evidence: Evidence, wanted: Callable[[str], bool]) -> Covered:
    planar = evidence.planar_m2
    rows, days = _of_layer(evidence), _of_parcel(evidence)
    by_parcel = rows[_which(rows["class"], wanted)].groupby("parcel_id")["union_m2"]
    as_a_whole = planar.index.isin(days.index[_which(days, wanted)])
    least, most = (found.reindex(planar.index).fillna(0.0) for found in (by_parcel.max(), by_parcel.sum()))
    return Covered(least.mask(as_a_whole, planar), most.clip(upper=planar).mask(as_a_whole, planar))


def _which(days: pd.Series, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    return np.array([wanted(day) for day in days], dtype=np.bool_)


def _of_layer(evidence: Evidence) -> pd.DataFrame:
    """Unions per parcel and day of approval; a layer out of date says nothing."""
    rows = evidence.overlaps[(evidence.overlaps["layer"] == APPROVED) & (evidence.overlaps["class"] != "")]
    able = evidence.speaks_for(APPROVED)
    return rows[rows["parcel_id"].isin(able.index[able])]


def _of_parcel(evidence: Evidence) -> pd.Series:
    """Day of the approval on record, for every parcel that has one; a day and a number prove it, one alone does not."""
    days, numbers = (evidence.facts[name].astype(object) for name in ("conversion_approved_on", "conversion_document"))
    return days.where(days.notna() & numbers.notna(), UNDATED)[days.notna() | numbers.notna()]


def _is_before(day: str, since: date | None) -> bool | None:
    """Tell whether an approval came before a day; None: it has no date, or there is no such day."""
    return None if since is None or day == UNDATED else date.fromisoformat(day) < since


def _day_zh(day: str) -> str:
    return "未注明日期" if day == UNDATED else day


def _joined(keys: list[str], said: list[str], between: str) -> pd.Series:
    """Join what is said of each parcel."""
    of_parcel: dict[str, list[str]] = {}
    for key, words in zip(keys, said, strict=True):
        of_parcel.setdefault(key, []).append(words)
    joined = [between.join(words) for words in of_parcel.values()]
    return pd.Series(joined, index=pd.Index(list(of_parcel), dtype=object), dtype="object")
