"""A package with any fault is never on disk as if complete: a full disk, a kill at any moment."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from landgis.bootstrap import build
from landgis.db.exports import ExportStore
from landgis.errors import DiskFull
from landgis.exchange.package.manifest import MANIFEST
from landgis.services.handing_over.build_delivery import Wanted
from landgis.services.handing_over.export_package import export_package
from tests.support.delivered import profiles
from tests.support.faults import fill, small_disk
from tests.support.planned_office import planned_office

pytestmark = pytest.mark.deep

_EXPORT = """
import sys
from datetime import date
from pathlib import Path
from landgis.bootstrap import build
from landgis.services.handing_over.build_delivery import Wanted
from landgis.services.handing_over.export_package import export_package
from tests.support.delivered import profiles
app = build(None, lambda _zh, _en: None)
app.database, app.person
print("ready", flush=True)
export_package(
    app.database, app.person, profiles()["plain"], Wanted("songjiang", date(2026, 6, 30)), Path(sys.argv[1]), why="故障试验"
)
print("written", flush=True)
"""
KILLS = 25
DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def home(planned_home: Path) -> Iterator[Path]:
    with planned_office("成果包故障", planned_home) as folder:
        yield folder


@pytest.fixture
def disk() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    with small_disk(place / "disk", 2) as mount:
        yield mount
    shutil.rmtree(place)


@pytest.mark.parametrize("leave_kb", [0, 16, 64, 200, 260])
def test_a_full_disk_leaves_no_package(home: Path, disk: Path, leave_kb: int) -> None:
    assert home.exists()
    app = build(None, lambda _zh, _en: None)
    before = len(ExportStore(app.database).list())
    fill(disk, leave_kb << 10)
    with pytest.raises(DiskFull):
        export_package(
            app.database, app.person, profiles()["plain"], Wanted("songjiang", DAY), disk / "包", why="故障试验"
        )
    assert sorted(path.name for path in disk.iterdir()) == ["ballast"]
    assert len(ExportStore(app.database).list()) == before
    app.close()


def test_a_kill_at_any_moment_leaves_the_whole_package_or_none(home: Path, tmp_path: Path) -> None:
    assert home.exists()
    whole = _timed(tmp_path / "全")
    chance = random.Random(7)
    left = 0
    for number in range(KILLS):
        target = tmp_path / str(number) / "包"
        target.parent.mkdir()
        with subprocess.Popen([sys.executable, "-c", _EXPORT, target], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0.0, 1.05) * whole)
            os.kill(writer.pid, signal.SIGKILL)
        if target.exists():
            left += 1
            _require_whole(target)
    assert left < KILLS
    app = build(None, lambda _zh, _en: None)
    assert len(ExportStore(app.database).list()) >= left + 1
    app.close()


def _timed(target: Path) -> float:
    with subprocess.Popen([sys.executable, "-c", _EXPORT, target], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        begun = time.monotonic()
        assert writer.stdout.readline() == b"written\n"
        return time.monotonic() - begun


def _require_whole(target: Path) -> None:
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    for file in manifest["files"]:
        assert hashlib.sha256((target / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert {path.name for path in target.iterdir()} == {
        *(file["name"] for file in manifest["files"]), MANIFEST, "checksums.sha256",
    }  # fmt: skip
