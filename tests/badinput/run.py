"""Running one case: made, delivered within limits, judged against its row of the table."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.badinput.case import MAKERS, Expected, Trap
from tests.badinput.doors import deliver, nothing_left, within_limit
from tests.badinput.judge import faults
from tests.badinput.traps import Wire

MEMORY_BYTES = 500 * 1024**2


def faults_of(expected: Expected, folder: Path, trap: Trap, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything in which a case differs from the table.

    Parameters
    ----------
    folder
        Empty; the delivery and the product's scratch folder are made in it.
    """
    delivered, scratch = folder / "交付", folder / "scratch"
    delivered.mkdir()
    delivery = MAKERS[expected.id](delivered, trap)
    calls, memory = len(wire.calls), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with nothing_left(delivered, scratch, monkeypatch), within_limit():
        met = deliver(delivery)
    found = faults(expected, delivery, met, scratch)
    if len(wire.calls) > calls:
        found.append("an address in the file was called")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) * 1024
    if grown >= MEMORY_BYTES:
        found.append(f"memory grew by {grown / 1024**2:.0f} MB")
    return found
