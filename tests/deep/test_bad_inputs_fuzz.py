"""Sound files of every format, spoilt at random: bits flipped, ranges blanked, cut, doubled. Never a crash or a lie."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.badinput import truncation
from tests.badinput.case import Expected
from tests.badinput.doors import Met, deliver, nothing_left, within_limit
from tests.badinput.judge import faults

pytestmark = pytest.mark.deep
SEEDS = range(40)
FORMATS = [name for name in truncation.FORMATS if name != "tif"]
ANY = Expected("fuzz", "fuzz", "", ("refused", "question", "issue", "sound"), (), None, "", "", (), "")


def _flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randint(1, 8)):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _blank(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    size = min(len(data) - start, dice.randint(1, 512))
    data[start : start + size] = bytes(size)


def _cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(1, len(data)) :]


def _double(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    data[start:start] = data[start : start + dice.randint(1, 512)]


def _swap(data: bytearray, dice: random.Random) -> None:
    one, two, size = dice.randrange(len(data)), dice.randrange(len(data)), dice.randint(1, 256)
    data[one : one + size], data[two : two + size] = data[two : two + size], data[one : one + size]


SPOILERS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _blank, _cut, _double, _swap)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_spoilt_at_random_neither_crashes_nor_lies(
    name: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(f"{name} {seed}")
    delivered = tmp_path / "交付"
    delivered.mkdir()
    delivery = truncation.whole(name, delivered)
    part = truncation.FORMATS[name][1]
    path = Path(delivery.path).with_suffix(part) if part else Path(delivery.path)
    data = bytearray(path.read_bytes())
    dice.choice(SPOILERS)(data, dice)
    path.write_bytes(data)
    with nothing_left(delivered, tmp_path / "scratch", monkeypatch), within_limit():
        met = deliver(delivery)
    if met.error is None:
        assert [fault for fault in faults(ANY, delivery, met, tmp_path / "scratch") if "code" not in fault] == []
        _nothing_lost_in_silence(met, name)


def _nothing_lost_in_silence(met: Met, name: str) -> None:
    """Sixty rows of ten thousand square metres went in: what is short of that must be said."""
    assert met.table is not None
    whole = 2 if name == "facts" else truncation.COUNT
    areas = met.table.geometry.area.to_numpy()
    if met.rows < whole or not np.allclose(areas, 10_000, rtol=0.01):
        moved = np.isfinite(areas).all() and met.rows == whole  # a flipped bit of a coordinate is another sound shape
        assert met.issues or moved, f"{met.rows} of {whole} rows, and nothing was said"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", range(20))
def test_a_file_cut_anywhere_is_refused(name: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = random.Random(f"cut {name} {seed}").uniform(0.001, 0.999)
    delivered = tmp_path / "交付"
    delivered.mkdir()
    delivery = truncation.cut(name, share, delivered)
    with nothing_left(delivered, tmp_path / "scratch", monkeypatch), within_limit():
        met = deliver(delivery)
    # Text promises no count: cut between two plots or rows it is whole to every reader, and only said to be unproven.
    at_row = name == "facts" and Path(delivery.path).read_bytes().endswith(b"\n")
    unproven = met.outcome == "issue" and (at_row or "completeness_undeclared" in met.codes)
    assert met.outcome == "refused" or unproven, f"cut at {share:.3%}: {sorted(met.codes)}"
