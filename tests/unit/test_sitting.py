"""Judging together: everyone gets what he would have got alone, and nobody pays for another's fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from landgis.crs import WORKING
from landgis.domain.outcome import Scope
from landgis.errors import NotReady
from landgis.rules.reading.load import load_pack
from landgis.screening.doubts import Doubts
from landgis.screening.indexed import Layer
from landgis.services.checking.case import Case, Found, Progress, find
from landgis.services.checking.check import candidate_from_shape
from landgis.services.checking.sitting import Sitting, alike
from tests.support import ground

_FIELDS = {
    "田-1": ground.at(190, 0, 12, 60), "田-2": ground.at(272, 40, 20, 20), "田-3": ground.at(500, 0, 80, 60),
    "细": ground.at(599.9, 0, 0.15, 60), "远": ground.at(2000, 2000, 9, 9),
}  # fmt: skip
_SHAPES = {
    "two fields": ground.at(190, 0, 90, 60),
    "clear": ground.at(100, 100, 50, 50),
    "inside a field": ground.at(510, 10, 20, 20),
    "a sliver": ground.at(600, 0, 60, 60),
    "in the boundary": ground.at(400, 0, 40, 40),
    "half of it uncovered": ground.at(2950, 100, 100, 100),
    "two parts": shapely.union(ground.at(195, 100, 30, 30), ground.at(195, 20, 30, 30)),
    "the same again": ground.at(190, 0, 90, 60),
}
BAD = ground.at(111, 111, 11, 11)


def _layers() -> dict[str, Layer]:
    layers = ground.clear_layers()
    layers["permanent_basic_farmland"] = ground.layer("permanent_basic_farmland", _FIELDS)
    layers["development_boundary"] = ground.layer("development_boundary", {"界": ground.at(395, -10, 100, 100)})
    return dict(layers)


@pytest.fixture(scope="module")
def layers() -> dict[str, Layer]:
    return _layers()


def _case(
    shape: shapely.Geometry,
    layers: dict[str, Layer],
    as_of: date = ground.AS_OF,
    scope: Scope = Scope.CONTROL_LINES,
    pack: str = "songjiang",
) -> Case:
    candidates = candidate_from_shape(shape, WORKING, where="test")
    return Case.of(candidates.parcels, candidates.rejected, layers, load_pack(pack), as_of, scope, {}, None)


@dataclass
class _Judge:
    """The judge, who begins with the second case only when everybody has come: who sits together is no matter of luck."""

    everybody: int
    sizes: list[int] = field(default_factory=list)
    days: set[tuple[date, int]] = field(default_factory=set)
    sitting: Sitting = field(init=False)
    asked: Callable[[Case], None] = lambda _case: None

    def __post_init__(self) -> None:
        self.sitting = Sitting(self._find, wait_s=0)
        self._arrived = 0
        self._lock = threading.Lock()

    def _find(self, case: Case, progress: Progress) -> Found:
        while self._arrived < self.everybody or sum(len(row.seats) for row in self.sitting._rows) < self._seated():
            time.sleep(0.001)
        with self._lock:
            self.sizes.append(len(case.parcels))
            self.days.add((case.as_of, len(case.parcels)))
        self.asked(case)
        return find(case, progress)

    def _seated(self) -> int:
        """Before anybody was judged all have to sit; later nobody waits any more."""
        return 0 if self.sizes else self.everybody

    def found(self, cases: Sequence[Case]) -> list[Found | Exception]:
        """Ask for all cases at the same time."""

        def ask(case: Case) -> Found | Exception:
            with self._lock:
                self._arrived += 1
            try:
                return self.sitting.find(case)
            except Exception as error:
                return error

        with ThreadPoolExecutor(len(cases)) as persons:
            return list(persons.map(ask, cases))


def _require_same(one: Found | Exception, other: Found) -> None:
    assert isinstance(one, Found)
    frames = {**vars(one.measured), "findings": one.findings, "verdicts": one.verdicts, **_frames(one.doubts)}
    wanted = {**vars(other.measured), "findings": other.findings, "verdicts": other.verdicts, **_frames(other.doubts)}
    for name, frame in frames.items():
        if frame.empty and wanted[name].empty:
            continue  # without rows a table has no say in its columns
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(wanted[name]), check_exact=True, obj=name)
    assert (one.reasons, one.unread) == (other.reasons, other.unread)


def _frames(doubts: Doubts) -> dict[str, pd.DataFrame]:
    return {name: getattr(doubts, name) for name in ("slivers", "causes", "depths", "stability")}


@pytest.mark.parametrize("scope", Scope)
def test_together_as_alone(layers: dict[str, Layer], scope: Scope) -> None:
    cases = [_case(shape, layers, scope=scope) for shape in _SHAPES.values()]
    judge = _Judge(len(cases))
    together = judge.found(cases)
    assert max(judge.sizes) > 1
    alone = [find(case) for case in cases]
    for one, other in zip(together, alone, strict=True):
        _require_same(one, other)
    assert len({found.verdicts["verdict"].iloc[0] for found in alone}) > 1
    assert sum(len(found.doubts.slivers) for found in alone) > 0


def test_depths_of_a_shallow_conflict_turn_for_its_parcel_alone(layers: dict[str, Layer]) -> None:
    cases = [_case(_SHAPES[name], layers) for name in ("a sliver", "inside a field", "clear")]
    judge = _Judge(len(cases))
    said = [found.doubts.stability["verdict"].nunique() for found in judge.found(cases) if isinstance(found, Found)]
    assert said == [2, 1, 1]


def test_every_day_law_and_breadth_has_its_own_sitting(layers: dict[str, Layer]) -> None:
    shape = _SHAPES["two fields"]
    cases = [_case(shape, layers, date(2026, 1, 1 + number % 2)) for number in range(8)]
    judge = _Judge(len(cases))
    found = judge.found(cases)
    assert {day for day, _ in judge.days} == {date(2026, 1, 1), date(2026, 1, 2)}
    assert sum(judge.sizes) == len(cases)
    for one, case in zip(found, cases, strict=True):
        _require_same(one, find(case))


def test_what_differs_keeps_apart(layers: dict[str, Layer]) -> None:
    shape = _SHAPES["clear"]
    case = _case(shape, layers)
    assert alike(case, _case(_SHAPES["a sliver"], layers))
    assert not alike(case, _case(shape, layers, scope=Scope.FULL))
    assert not alike(case, _case(shape, layers, pack="chongming"))
    assert not alike(case, _case(shape, {key: layer for key, layer in layers.items() if key != "ecological_redline"}))
    assert not alike(case, _case(shape, _layers()))  # read anew: nobody says that it is the same
    assert not alike(case, replace(case, reasons={"road": ("停用", "retired")}))


def test_who_asks_wrongly_is_told_alone(layers: dict[str, Layer]) -> None:
    cases = [_case(shape, layers) for shape in (*_SHAPES.values(), BAD)]

    def refuse(case: Case) -> None:
        if shapely.equals(np.asarray(case.parcels.geometry, dtype=object), BAD).any():
            raise NotReady("坏的", "the bad one", where="test")

    judge = _Judge(len(cases), asked=refuse)
    *good, bad = judge.found(cases)
    assert isinstance(bad, NotReady)
    assert max(judge.sizes) > 1
    for one, case in zip(good, cases[:-1], strict=True):
        _require_same(one, find(case))


def test_a_limit_that_all_together_reach_is_nobodys(layers: dict[str, Layer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landgis.screening.doubts.MOST_HITS", 1)
    cases = [_case(ground.at(600, 3 * number, 60, 60 - 3 * number), layers) for number in range(4)]
    judge = _Judge(len(cases))
    for found in judge.found(cases):
        assert isinstance(found, Found)
        assert found.doubts.unexplained == 0
        assert len(found.doubts.slivers) == 1


def test_nobody_waits_for_a_sitting_that_is_over(layers: dict[str, Layer]) -> None:
    sitting = Sitting(wait_s=0)
    for _ in range(2):
        sitting.find(_case(_SHAPES["clear"], layers))
        assert sitting._rows == []
