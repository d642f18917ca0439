"""What measures look at, what they are, and the rows that they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.area import FLOOR_M2
from landgis.domain.layer import Coverage
from landgis.frames.measures import CELLS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Everything the rules may look at.

    Attributes
    ----------
    facts
        Columns as in ``frames.parcels.PARCELS``, without geometry. Indexed by what the other tables call a parcel
        (``parcel_id``): its number, or, where only some parcels are judged, its place among them.
    areas, overlaps, coverage, cells
        Frames of ``frames.measures``.
    since
        First day of the value that judges: what was approved from then on is new. None: nobody said, and then no date
        decides anything.
    """

    facts: pd.DataFrame
    areas: pd.DataFrame
    overlaps: pd.DataFrame
    coverage: pd.DataFrame
    cells: pd.DataFrame = field(default_factory=CELLS.empty)
    since: date | None = None

    @cached_property
    def planar_m2(self) -> pd.Series:
        """Planar area by parcel_id."""
        return self.areas.set_index("parcel_id")["planar_m2"]

    @cached_property
    def _measured(self) -> dict[str, pd.DataFrame]:
        return {}

    def measured(self, layer: str) -> pd.DataFrame:
        """Return the overlaps with a layer, looked for once."""
        if layer not in self._measured:
            self._measured[layer] = self.overlaps[self.overlaps["layer"] == layer]
        return self._measured[layer]

    def whole_m2(self, layer: str) -> pd.Series:
        """Union of every parcel with a layer, planar m²; 0 where nothing was measured."""
        rows = self.measured(layer)
        rows = rows[rows["class"] == ""]
        parcels = self.planar_m2.index
        place = parcels.get_indexer(pd.Index(rows["parcel_id"]))
        found = np.zeros(len(parcels))
        found[place[place >= 0]] = rows["union_m2"].to_numpy(dtype=np.float64)[place >= 0]
        return pd.Series(found, index=parcels)

    def speaks_for(self, layer: str) -> pd.Series:
        """Tell for which parcels a layer is at hand and in date, if only for a part of them."""
        rows = self.coverage[self.coverage["layer"] == layer]
        able = rows.loc[rows["state"].isin((Coverage.COMPLETE, Coverage.PARTIAL)), "parcel_id"]
        return pd.Series(self.planar_m2.index.isin(able), index=self.planar_m2.index)

    def uncovered_m2(self, layer: str) -> pd.Series:
        """Area of every parcel that the release of a layer says nothing of, planar m²; all of it without one."""
        rows = self.coverage[self.coverage["layer"] == layer].set_index("parcel_id")["uncovered_m2"]
        return rows.reindex(self.planar_m2.index).fillna(self.planar_m2)

    def silent_m2(self, layer: str) -> pd.Series:
        """Area of every parcel of which a layer that was supplied says nothing, planar m²; 0 where nobody supplied it."""
        planar = self.planar_m2
        # Absent without a release: it was asked for, and there is none.
        at_hand = (self.coverage["state"] != Coverage.ABSENT) | (self.coverage["release"] != "")
        rows = self.coverage[(self.coverage["layer"] == layer) & at_hand].set_index("parcel_id")
        looked = self.overlaps.loc[self.overlaps["layer"] == layer, "parcel_id"]
        full = rows.index.isin(looked) & (rows["state"] == Coverage.COMPLETE)
        part = rows.index.isin(looked) & (rows["state"] == Coverage.PARTIAL) & (rows["uncovered_m2"] > 0)
        lost = rows["uncovered_m2"].astype(float).where(part | full, float("inf")).where(~full, 0.0)
        return lost.reindex(planar.index).fillna(0.0).clip(upper=planar)


class Speaks(StrEnum):
    """What of a layer the categories of a measure are about."""

    LAYER = "layer"
    """Each feature of it, whatever its class."""
    CLASS = "class"
    """The features whose class is called like the category."""
    GROUND = "ground"
    """Ground, not features: what the layer leaves free, or what several sources say together."""


@dataclass(frozen=True)
class Measure:
    """A registered measure.

    Attributes
    ----------
    unit
        Unit of ``amount``, or ``yes_no`` / ``code`` where a reading has no amount.
    categories
        Every category it can give; a pack must say what each means.
    reads_layer
        Whether it needs a layer (and that layer's coverage).
    read
        ``read(evidence, name)`` → DataFrame parcel_id, category, amount (NaN: counts whatever the threshold), least and
        most (bounds of the true amount; equal to it where all of it is known), value and value_en (what a card prints
        in Chinese and in English). ``name`` is the layer or the fact.
    reads_cells
        Whether that layer must be a raster; every other measure needs one of features.
    speaks
        What of the layer the categories are about.
    also
        Further layers that it reads where they are at hand; without them it still answers.
    facts
        Facts that it reads, beside the one that a rule names.
    """

    unit: str
    categories: tuple[str, ...]
    reads_layer: bool
    read: Callable[[Evidence, str], pd.DataFrame]
    reads_cells: bool = False
    speaks: Speaks = Speaks.LAYER
    also: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def readings(
    parcel: pd.Series | pd.Index,
    category: pd.Series | str,
    amount: pd.Series | None,
    value: pd.Series | None = None,
    *,
    least: pd.Series | None = None,
    most: pd.Series | None = None,
    value_en: pd.Series | None = None,
) -> pd.DataFrame:
    """Return readings, one per parcel given; see `Measure.read`."""
    known = float("nan") if amount is None else amount.to_numpy(dtype=float)
    shown = "" if value is None else value
    texts = {"category": category, "value": shown, "value_en": shown if value_en is None else value_en}
    numbers = {
        "amount": known,
        "least": known if least is None else least.to_numpy(dtype=float),
        "most": known if most is None else most.to_numpy(dtype=float),
    }
    return pd.DataFrame({"parcel_id": pd.Index(parcel)} | numbers | {
        name: _held(said, len(parcel)) for name, said in texts.items()
    })  # fmt: skip


def _held(said: pd.Series | str, count: int) -> pd.Series:
    """Hold texts as objects: they are few and the same, and Arrow would write each out on every row."""
    plain = np.full(count, said, dtype=object) if isinstance(said, str) else said.to_numpy(dtype=object)
    return pd.Series(plain, dtype=object)


def beyond_rounding(rest_m2: pd.Series, planar_m2: pd.Series) -> pd.Series:
    """Return what is left of parcels, or 0 where it is rounding; both of the same parcels in the same order."""
    left = without_rounding(rest_m2.to_numpy(dtype=np.float64), planar_m2.to_numpy(dtype=np.float64))
    return pd.Series(left, index=rest_m2.index)


def without_rounding(rest_m2: Floats, planar_m2: Floats) -> Floats:
    """Return what is left of parcels, or 0 where it is rounding.

    The difference of two areas of a parcel carries the rounding of both: 1e-9 of the area, at least the floor.
    """
    return np.where(rest_m2 > np.maximum(planar_m2 * 1e-9, FLOOR_M2), rest_m2, 0.0)
