"""Bad values in sound files: none crashes, hangs, passes in silence, or leaves or reveals anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.badinput.case import CASES, FLOORS, MAKERS, SHARES, Expected, Trap, expectations
from tests.badinput.every import KINDS
from tests.badinput.run import faults_of
from tests.badinput.traps import Wire, listening, set_trap
from tests.badinput.truncation import FORMATS

OF_VALUES = ("geometry", "crs", "encoding", "attributes")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with listening() as wire:
        yield wire


@pytest.fixture(scope="module")
def trap(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Trap:
    return set_trap(tmp_path_factory.mktemp("secret"), wire)


def test_the_table_and_the_makers_name_the_same_cases() -> None:
    assert {row.kind for row in expectations().values()} == set(FLOORS)
    assert KINDS
    assert set(expectations()) == set(MAKERS)
    assert all(row.id.startswith(f"{row.kind}-") for row in expectations().values())


def test_every_row_of_the_table_says_what_is_wrong_and_what_must_come_of_it() -> None:
    for row in expectations().values():
        assert row.wrong, row.id
        assert set(row.outcomes) <= {"refused", "question", "issue", "sound"}, row.id
        assert row.codes or row.outcomes == ("sound",), row.id


def test_every_sound_row_says_exactly_what_must_come_in() -> None:
    sound = [row for row in expectations().values() if not row.is_bad]
    assert len(sound) >= 45
    for row in sound:
        assert row.rows is not None, row.id
        assert all(len(group) == 1 for group in row.codes), row.id
        assert row.crs or row.encoding or "facts" in row.id, row.id


def test_there_are_enough_cases_of_every_kind() -> None:
    counts = Counter(row.kind for row in expectations().values() if row.is_bad)
    assert {kind: counts[kind] >= least for kind, least in FLOORS.items()} == dict.fromkeys(FLOORS, True), counts
    assert counts.total() >= CASES


def test_every_format_is_cut_at_every_share() -> None:
    cut = {row.id for row in expectations().values() if row.kind == "truncation" and row.outcomes == ("refused",)}
    assert cut == {f"truncation-{name}-{share}" for name in FORMATS for share in SHARES}


@pytest.mark.parametrize(
    "expected", [row for row in expectations().values() if row.kind in OF_VALUES], ids=lambda row: row.id
)
def test_bad_input(expected: Expected, tmp_path: Path, trap: Trap, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults_of(expected, tmp_path, trap, wire, monkeypatch)
    assert not found, "\n".join(found)
