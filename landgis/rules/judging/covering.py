"""What the release of a layer can say of each parcel: all of it, a part, or nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.layer import Coverage
from landgis.rules.judging.weighing import Places
from landgis.rules.judging.wording import COVERAGE_WORDS, INCOMPLETE, NOT_YET, UNMEASURED
from landgis.rules.measures import Evidence

WHY = (
    COVERAGE_WORDS[Coverage.PARTIAL], INCOMPLETE, COVERAGE_WORDS[Coverage.STALE], COVERAGE_WORDS[Coverage.ABSENT],
    NOT_YET, UNMEASURED,
)  # fmt: skip
"""Every way in which a layer has no full voice, in the order in which they are asked."""
_FULL = -1
_PLACE = {state: place for place, state in enumerate(Coverage)}


@dataclass(frozen=True)
class Covered:
    """The voice of a layer, parcel by parcel.

    Attributes
    ----------
    lacks
        Place in `WHY`; -1 where the layer speaks of the whole parcel.
    partial
        Whether the layer speaks of a part of it.
    release
        Name of the release, '' if there is none.
    uncovered_m2
        Planar area that it says nothing of.
    """

    lacks: Places
    partial: npt.NDArray[np.bool_]
    release: npt.NDArray[np.object_]
    uncovered_m2: npt.NDArray[np.float64]

    @property
    def full(self) -> npt.NDArray[np.bool_]:
        """Whether the layer speaks of the whole parcel."""
        return np.equal(self.lacks, _FULL)


class Voices:
    """What every layer of some evidence can prove; the tables are looked through once for all rules.

    Parameters
    ----------
    evidence
        Its coverage, and the rows measured, of parcels each once in its facts.
    """

    def __init__(self, evidence: Evidence) -> None:
        parcels = evidence.facts.index
        self._count = len(parcels)
        self._covered = _Rows(evidence.coverage, parcels)
        self._looked = [_Rows(frame, parcels) for frame in (evidence.overlaps, evidence.cells)]
        columns = evidence.coverage
        code, states = pd.factorize(columns["state"])
        self._state = np.array([_PLACE[Coverage(each)] for each in states], dtype=np.int8)[code]
        self._release = columns["release"].to_numpy(dtype=object)
        self._uncovered_m2 = columns["uncovered_m2"].to_numpy(dtype=np.float64)

    def of(self, layer: str) -> Covered:
        """Return the voice of one layer; a parcel without a row of coverage has no layer."""
        rows, place = self._covered.of(layer)
        state = np.full(self._count, _PLACE[Coverage.ABSENT], dtype=np.int8)
        release = np.full(self._count, "", dtype=object)
        uncovered = np.zeros(self._count)
        state[place], release[place], uncovered[place] = (
            self._state[rows],
            self._release[rows],
            self._uncovered_m2[rows],
        )
        # Without a row nobody has looked, whatever the coverage says.
        measured = np.zeros(self._count, dtype=np.bool_)
        for looked in self._looked:
            measured[looked.of(layer)[1]] = True
        lacks = _lacks(state, release != "", uncovered == 0, measured)
        return Covered(lacks, state == _PLACE[Coverage.PARTIAL], release, uncovered)


class _Rows:
    """Rows of a table by layer: where they stand, and the place of their parcel."""

    def __init__(self, frame: pd.DataFrame, parcels: pd.Index) -> None:
        self._place = parcels.get_indexer(pd.Index(frame["parcel_id"]))
        self._layer, names = pd.factorize(frame["layer"])
        self._code = {str(name): code for code, name in enumerate(names)}

    def of(self, layer: str) -> tuple[Places, Places]:
        rows = np.flatnonzero((self._layer == self._code.get(layer, -1)) & (self._place >= 0))
        return rows, self._place[rows]


def _lacks(
    state: npt.NDArray[np.int8],
    named: npt.NDArray[np.bool_],
    whole: npt.NDArray[np.bool_],
    measured: npt.NDArray[np.bool_],
) -> Places:
    partial, stale, absent = (state == _PLACE[each] for each in (Coverage.PARTIAL, Coverage.STALE, Coverage.ABSENT))
    why = [partial & ~whole, partial, stale, absent & ~named, absent, ~measured]
    return np.select(why, range(len(WHY)), _FULL).astype(np.intp)
