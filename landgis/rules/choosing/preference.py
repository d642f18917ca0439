"""Preference among parcels that may enter: what counts, by how much, and who signed it.

Weights and scales are settings of the bureau; no plan gives numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from landgis.domain.clause import Clause
from landgis.rules.pack import Words
from landgis.rules.signature import Signature

Floats = npt.NDArray[np.float64]


class Reads(StrEnum):
    """What a contribution is read from."""

    OUTSIDE_SHARE = "outside_share"
    INSIDE_SHARE = "inside_share"
    DISTANCE = "distance"
    FACT_SHARE = "fact_share"
    AREA = "area"
    COMPACTNESS = "compactness"
    COVER_SHARE = "cover_share"

    @property
    def unit(self) -> str:
        """Unit of the value: ``share`` (0 to 1), ``m`` or ``m2``."""
        return {"distance": "m", "area": "m2"}.get(self.value, "share")

    @property
    def of_layer(self) -> bool:
        """Whether it is read from a layer."""
        return self in (Reads.OUTSIDE_SHARE, Reads.INSIDE_SHARE, Reads.DISTANCE, Reads.COVER_SHARE)


@dataclass(frozen=True)
class Reading:
    """What is read: a layer, some facts, or a class of land cover, as its kind asks."""

    kind: Reads
    layer: str = ""
    facts: tuple[str, ...] = ()
    cover: str = ""


@dataclass(frozen=True)
class Scale:
    """Merit, 0 to 1, by value: straight between the knots, level beyond the first and the last."""

    values: tuple[float, ...]
    merits: tuple[float, ...]

    def between(self, least: Floats, most: Floats) -> tuple[Floats, Floats]:
        """Return the least and the most merit that values between bounds can have; shape (n,) each."""
        ends = [np.interp(bound, self.values, self.merits) for bound in (least, most)]
        lowest, highest = np.minimum(*ends), np.maximum(*ends)
        for value, merit in zip(self.values, self.merits, strict=True):
            within = (least <= value) & (value <= most)
            lowest, highest = (
                np.where(within, np.minimum(lowest, merit), lowest),
                np.where(within, np.maximum(highest, merit), highest),
            )
        return lowest, highest


@dataclass(frozen=True)
class Contribution:
    """One part of the score.

    Attributes
    ----------
    contribution_id, title
        Name.
    reading, scale
        What is read, and its merit.
    weight
        Points of merit 1.
    clause
        The sentence it stands on; None: a choice of the bureau.
    basis
        Why it counts.
    """

    contribution_id: str
    title: Words
    reading: Reading
    scale: Scale
    weight: float
    clause: Clause | None
    basis: Words


@dataclass(frozen=True)
class Preference:
    """The preference of a district in force from a day on; without a signature it is a default nobody confirmed."""

    pack_id: str
    start: date
    signed: Signature | None
    contributions: tuple[Contribution, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers that it reads."""
        return tuple(dict.fromkeys(each.reading.layer for each in self.contributions if each.reading.layer))

    @property
    def full(self) -> float:
        """Points of a parcel without any shortcoming."""
        return sum(each.weight for each in self.contributions)
