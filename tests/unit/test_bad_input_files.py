"""Files that are traps, half copies or disguises: none crashes, hangs, passes in silence, or leaves or reveals anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.badinput.case import Expected, Trap, expectations
from tests.badinput.every import KINDS
from tests.badinput.run import faults_of
from tests.badinput.traps import Wire, listening, set_trap

OF_FILES = ("container", "driver", "xml", "coordinates", "truncation")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with listening() as wire:
        yield wire


@pytest.fixture(scope="module")
def trap(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Trap:
    assert KINDS
    return set_trap(tmp_path_factory.mktemp("secret"), wire)


@pytest.mark.parametrize(
    "expected", [row for row in expectations().values() if row.kind in OF_FILES], ids=lambda row: row.id
)
def test_bad_input(expected: Expected, tmp_path: Path, trap: Trap, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults_of(expected, tmp_path, trap, wire, monkeypatch)
    assert not found, "\n".join(found)
