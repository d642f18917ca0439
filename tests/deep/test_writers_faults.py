"""Every format on a full disk and under a kill: a target is the whole new file or what was there before."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from landgis.errors import DiskFull
from landgis.exchange.writing.formats import FORMATS
from tests.support.deliveries import LAYER, every_kind, everything_accepted
from tests.support.faults import fill, small_disk

pytestmark = pytest.mark.deep

_WRITE = """
import sys
from landgis.exchange.writing.formats import FORMATS
from tests.support.deliveries import LAYER, every_kind, everything_accepted
content = {LAYER: every_kind(5_000)}
print("ready", flush=True)
while True:
    FORMATS[sys.argv[1]].write(sys.argv[2], content, everything_accepted())
    print("written", flush=True)
"""


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of 1 MB."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    with small_disk(place / "disk", 1) as mount:
        yield mount
    shutil.rmtree(place)


@pytest.mark.parametrize("key", FORMATS)
def test_a_full_disk_is_named_and_leaves_what_was_there(disk: Path, key: str) -> None:
    target = disk / "out" / f"成果{FORMATS[key].suffix}"
    target.parent.mkdir()
    target.write_text("before")
    fill(disk, 64 << 10)
    with pytest.raises(DiskFull) as raised:
        FORMATS[key].write(target, {LAYER: every_kind(5_000)}, everything_accepted())
    assert str(disk) in raised.value.zh
    assert target.read_text() == "before"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("key", FORMATS)
def test_a_kill_at_any_moment_leaves_the_whole_file_or_none(tmp_path: Path, key: str) -> None:
    whole = tmp_path / "whole" / f"成果{FORMATS[key].suffix}"
    FORMATS[key].write(whole, {LAYER: every_kind(5_000)}, everything_accepted())
    chance = random.Random(7)
    for number in range(4):
        target = tmp_path / str(number) / whole.name
        target.parent.mkdir()
        with subprocess.Popen([sys.executable, "-c", _WRITE, key, target], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0.01, 2.0))
            os.kill(writer.pid, signal.SIGKILL)
        assert not target.exists() or target.read_bytes() == whole.read_bytes()
