"""Judging together what is asked at the same time: one sitting over the parcels of several persons, each answered alone.

The judge works on tables, so that one parcel costs it nearly as much as twenty. Nothing is decided otherwise than alone:
what is found of a parcel does not depend on the others (`case.find`). Who may ask is settled before a case comes here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.screening.doubts import Doubts
from landgis.screening.indexed import Layer
from landgis.screening.measure import Measured
from landgis.services.checking.case import Case, Finding, Found, Progress, find
from landgis.services.checking.check import DRAWN

WAIT_S = 0.005
"""How long who comes first waits for others: little beside what the judge takes."""
MOST = 16
"""Cases of a sitting at the most."""
Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(eq=False)
class _Seat:
    """One case in a sitting, whoever asked asleep until it is found, or until it is his turn to lead."""

    case: Case
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    found: Found | None = None


@dataclass(eq=False)
class _Row:
    """Cases that can be judged together, the one that leads first; the next one leads when it is done."""

    seats: list[_Seat]


class Sitting:
    """Judges cases together that come within a moment, or while the judge is at work.

    Parameters
    ----------
    finding
        The judge.
    wait_s
        How long who comes first waits, for each case of the sitting before: the busier, the longer.
    """

    def __init__(self, finding: Finding = find, wait_s: float = WAIT_S) -> None:
        self._finding, self._wait_s = finding, wait_s
        self._rows: list[_Row] = []
        self._last = 1
        self._lock = threading.Lock()

    def find(self, case: Case, progress: Progress = lambda _step: None) -> Found:
        """Find what `case.find` finds. A case of several parcels, or of none, is nobody's company and judged at once.

        So is a parcel that has a number: its letters tell its title, and in a sitting it would be called otherwise.

        Raises
        ------
        LandgisError
            As the judge of this case alone: where a sitting fails, each of its cases is judged by itself.
        """
        if len(case.parcels) != 1 or case.rejected or case.parcels["parcel_id"].iloc[0] != DRAWN:
            return self._finding(case, progress)
        seat = _Seat(case)
        row = self._seated(seat)
        if not seat.leads:
            seat.woken.wait()
        if seat.leads:
            self._lead(row)
        return self._finding(case, progress) if seat.found is None else seat.found

    def _seated(self, seat: _Seat) -> _Row:
        with self._lock:
            row = next((row for row in self._rows if alike(row.seats[0].case, seat.case)), None)
            if row is None:
                row = _Row([])
                self._rows.append(row)
                seat.leads = True
            row.seats.append(seat)
            return row

    def _lead(self, row: _Row) -> None:
        """Judge whoever sits in the row by now, and hand the lead to who came meanwhile."""
        time.sleep(self._wait_s * self._last)  # whoever was answered last may come again when all are told
        with self._lock:
            seats = row.seats[:MOST]
            self._last = len(seats)
        try:
            for seat, found in zip(seats, self._together([seat.case for seat in seats]), strict=True):
                seat.found = found
        finally:
            with self._lock:
                row.seats = row.seats[len(seats) :]
                if row.seats:
                    row.seats[0].leads = True
                    row.seats[0].woken.set()
                else:
                    self._rows.remove(row)
            for seat in seats:
                seat.woken.set()

    def _together(self, cases: Sequence[Case]) -> Sequence[Found | None]:
        """Judge cases as one; None for each where they have to be judged one by one."""
        if len(cases) == 1:
            return [self._finding(cases[0], lambda _step: None)]
        try:
            found = self._finding(_joined(cases), lambda _step: None)
        except Exception:  # whose fault it is shows when each is judged alone, and he alone is told
            return [None] * len(cases)
        # A raster that cannot be read for one, or a limit that only all together reach, is no answer to the others.
        if found.unread or found.doubts.unexplained or found.doubts.unsounded:
            return [None] * len(cases)
        return list(_apart(found, cases))


def alike(one: Case, other: Case) -> bool:
    """Tell whether two cases may be judged together: same law, day, scope, layers as they are, and columns of parcels."""
    if one.pack is not other.pack and one.pack != other.pack:
        return False
    return (
        (one.as_of, one.scope, one.wanted, one.evidence) == (other.as_of, other.scope, other.wanted, other.evidence)
        and one.originals is other.originals
        and one.reasons == other.reasons
        and _same_layers(one.layers, other.layers)
        and one.parcels.crs == other.parcels.crs
        and one.parcels.dtypes.to_dict() == other.parcels.dtypes.to_dict()
    )


def _same_layers(one: Mapping[str, Layer], other: Mapping[str, Layer]) -> bool:
    """Layers are the same only if they come from the same reading of the register."""
    return list(one) == list(other) and all(
        type(mine) is type(theirs)
        and mine.coverage is theirs.coverage
        and mine.complete == theirs.complete
        and mine.release == theirs.release
        for mine, theirs in zip(one.values(), other.values(), strict=True)
    )


def _joined(cases: Sequence[Case]) -> Case:
    """Make one case of several; a parcel is called by its place among them, for several may bear one number."""
    parcels = pd.concat([case.parcels for case in cases], ignore_index=True)
    parcels["parcel_id"] = pd.Series(list(map(str, range(len(cases)))), dtype=cases[0].parcels["parcel_id"].dtype)
    return replace(cases[0], parcels=gpd.GeoDataFrame(parcels))


def _apart(found: Found, cases: Sequence[Case]) -> Iterator[Found]:
    """Give each case its own rows, under its own number."""
    names = [str(case.parcels["parcel_id"].iloc[0]) for case in cases]
    measured, doubts = found.measured, found.doubts
    of_measured = {name: _cut(frame, names) for name, frame in vars(measured).items()}
    of_doubts = {name: _cut(getattr(doubts, name), names) for name in ("slivers", "causes", "depths", "stability")}
    findings, verdicts = _cut(found.findings, names), _cut(found.verdicts, names)
    for place in range(len(cases)):
        yield replace(
            found,
            measured=Measured(**{name: parts[place] for name, parts in of_measured.items()}),
            findings=findings[place],
            verdicts=verdicts[place],
            doubts=Doubts(**{name: parts[place] for name, parts in of_doubts.items()}, unexplained=0, unsounded=0),
        )


def _cut(frame: Frame, names: Sequence[str]) -> list[Frame]:
    """Cut a table by parcels; rows of a parcel keep their order, and get its number back."""
    if frame.empty:
        return [frame] * len(names)
    place = frame["parcel_id"].to_numpy(dtype=object).astype(np.intp)
    order = np.argsort(place, kind="stable")
    ordered = frame.take(order)
    kind: Any = frame["parcel_id"].dtype
    ordered["parcel_id"] = pd.array(np.array(names, dtype=object)[place[order]], dtype=kind)
    nothing = ordered.iloc[:0].reset_index(drop=True)
    ends = np.searchsorted(place[order], np.arange(len(names) + 1))
    return [_numbered(ordered.iloc[start:end]) if start < end else nothing for start, end in pairwise(ends)]


def _numbered(rows: Frame) -> Frame:
    """Number rows from 0."""
    rows.index = pd.RangeIndex(len(rows))
    return rows
