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


@dataclass(frozen=True)
class Approvals:
    """What the two sources say of some parcels.

    Attributes
    ----------
    by_day
        Rows of the layer, one per parcel and day; a layer out of date says nothing.
    on_record
        Approvals on record for a parcel as a whole, by parcel_id: ``day`` and ``number``, NA where only the other is known.
    planar_m2
        Planar area by parcel_id.
    since
        The day from which on an approval is new; None: nobody said.
    """

    by_day: pd.DataFrame
    on_record: pd.DataFrame
    planar_m2: pd.Series
    since: date | None

    @classmethod
    def of(cls, evidence: Evidence) -> Approvals:
        """Look once for all questions."""
        rows = evidence.measured(APPROVED)
        rows = rows[rows["class"] != ""]
        if len(rows):
            able = evidence.speaks_for(APPROVED)
            rows = rows[rows["parcel_id"].isin(able.index[able])]
        papers = evidence.facts[["conversion_approved_on", "conversion_document"]]
        spoken: pd.DataFrame = papers[papers.notna().any(axis=1)].astype(object)
        on_record = spoken.set_axis(["day", "number"], axis="columns")
        return cls(rows, on_record, evidence.planar_m2, evidence.since)

    def any_day(self) -> Covered:
        """Return the ground that approvals cover, whatever their day."""
        return self._covered(lambda _day: True)

    def given_before(self) -> Covered:
        """Return the ground whose conversion was approved before the day from which on it is new."""
        return self._covered(lambda day: _is_before(day, self.since) is True)

    def given_since(self) -> Covered:
        """Return the ground whose conversion was approved on that day or later."""
        return self._covered(lambda day: _is_before(day, self.since) is False)

    def told(self) -> tuple[pd.Series, pd.Series]:
        """Say which approvals speak, in Chinese and in English, for every parcel that has any."""
        keys = [*self.by_day["parcel_id"], *self.on_record.index]
        areas = [f"{area:,.2f}" for area in self.by_day["union_m2"]]
        of_layer = list(zip(areas, self.by_day["class"], strict=True))
        day, number = self.on_record["day"].fillna(UNDATED), self.on_record["number"]
        zh = [f"批准未建设土地图层 {area} ㎡（{_day_zh(day)}）" for area, day in of_layer]
        zh += [f"批准文件 {no}（{_day_zh(on)}）" for no, on in zip(number.fillna("未注明文号"), day, strict=True)]
        en = [f"layer of approved, unbuilt land {area} m² ({day})" for area, day in of_layer]
        en += [f"document {no} ({on})" for no, on in zip(number.fillna("without number"), day, strict=True)]
        return _joined(keys, zh, "；"), _joined(keys, en, "; ")

    def _covered(self, wanted: Callable[[str], bool]) -> Covered:
        # A day and a number prove an approval on record; one without the other is of no day.
        planar, rows = self.planar_m2, self.by_day
        if rows.empty and self.on_record.empty:
            nothing = pd.Series(0.0, index=planar.index)
            return Covered(nothing, nothing)
        days = self.on_record["day"].where(self.on_record.notna().all(axis=1), UNDATED)
        by_parcel = rows[_which(rows["class"], wanted)].groupby("parcel_id")["union_m2"]
        as_a_whole = planar.index.isin(days.index[_which(days, wanted)])
        least, most = (found.reindex(planar.index).fillna(0.0) for found in (by_parcel.max(), by_parcel.sum()))
        return Covered(least.mask(as_a_whole, planar), most.clip(upper=planar).mask(as_a_whole, planar))


def _which(days: pd.Series, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Say of which days it holds; there are few different ones."""
    place, different = pd.factorize(days)
    return np.array([wanted(day) for day in different], dtype=np.bool_)[place]


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
    return pd.Series(joined, index=pd.Index(list(of_parcel)), dtype="object")
