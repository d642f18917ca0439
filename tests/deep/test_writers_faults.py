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

ROWS = 2_000
_WRITE = f"""
import sys, time
from landgis.exchange.writing.formats import FORMATS
from tests.support.deliveries import LAYER, every_kind, everything_accepted
content = {{LAYER: every_kind({ROWS})}}
def write(path):
    FORMATS[sys.argv[1]].write(path, content, everything_accepted())
write(sys.argv[2])
"""
_AT_ANY_TIME = f"""{_WRITE}
began = time.perf_counter()
write(sys.argv[2])
print(time.perf_counter() - began, flush=True)
while True:
    write(sys.argv[3])
"""
_AT_EVERY_STEP = f"""{_WRITE}
import os, pathlib, signal
TOUCHES = ("open", "sqlite3.connect", "fcntl.", "os.", "shutil.", "tempfile.")
folder, name = pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[2]).name
def end_before(step):
    seen = 0
    def count(event, _):
        nonlocal seen
        if event.startswith(TOUCHES):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    write(folder / str(step) / name)
    os._exit(0)
for step in range(1, 200):
    child = os.fork() or end_before(step)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
    if status == 0:
        break
"""
"""Ends, in a process of its own, just before the n-th time that Python touches the disk, for every n."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any account may enter."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.mark.parametrize("key", FORMATS)
def test_a_full_disk_is_named_and_leaves_what_was_there(folder: Path, key: str) -> None:
    name, content = f"成果{FORMATS[key].suffix}", {LAYER: every_kind(ROWS)}
    FORMATS[key].write(folder / name, content, everything_accepted())
    whole = (folder / name).stat().st_size
    with small_disk(folder / "disk", 2 + whole // 500_000) as disk:
        target = disk / "out" / name
        target.parent.mkdir()
        target.write_text("before")
        for share in (0.0, 0.02, 0.3, 0.6, 0.9):
            ballast = fill(disk, int(share * whole))
            with pytest.raises(DiskFull) as raised:
                FORMATS[key].write(target, content, everything_accepted())
            assert str(disk) in raised.value.zh
            assert target.read_text() == "before"
            assert list(target.parent.iterdir()) == [target]
            ballast.unlink()
        FORMATS[key].write(target, content, everything_accepted())
        assert target.read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("key", FORMATS)
def test_a_kill_at_any_moment_leaves_the_whole_file_or_none(tmp_path: Path, key: str) -> None:
    whole, chance = tmp_path / "whole" / f"成果{FORMATS[key].suffix}", random.Random(7)
    for number in range(6):
        target = tmp_path / str(number) / whole.name
        with _started(_AT_ANY_TIME, key, whole, target) as writer:
            assert writer.stdout is not None
            time.sleep(chance.uniform(0.0, 1.5 * float(writer.stdout.readline())))
            os.kill(writer.pid, signal.SIGKILL)
        require_whole_or_none(target, whole)


@pytest.mark.parametrize("key", FORMATS)
def test_a_kill_at_every_touch_of_the_disk_leaves_the_whole_file_or_none(tmp_path: Path, key: str) -> None:
    whole = tmp_path / "whole" / f"成果{FORMATS[key].suffix}"
    with _started(_AT_EVERY_STEP, key, whole, tmp_path) as writer:
        told, _ = writer.communicate(timeout=300)
    *killed, ended = map(int, told.split())
    assert set(killed) == {-signal.SIGKILL}
    assert ended == 0
    targets = [tmp_path / str(step) / whole.name for step in range(1, len(killed) + 2)]
    there = [target.exists() for target in targets]
    assert there == sorted(there), "once there, it stays"
    assert 8 < there.count(False) < len(targets) - 1, "killed before the target is there, and after"
    for target in targets:
        require_whole_or_none(target, whole)


def require_whole_or_none(target: Path, whole: Path) -> None:
    """Compare a target with the whole file; a later write finds its way and clears what was left."""
    assert not target.exists() or target.read_bytes() == whole.read_bytes()
    if target.parent.exists():
        FORMATS["geojson"].write(target, {LAYER: every_kind(1)}, everything_accepted())
        assert list(target.parent.iterdir()) == [target]


def _started(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
