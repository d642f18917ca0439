"""Confinement: what a foreign file makes its reader do stays in the room, and the room goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from landgis.errors import ExternalError, FileUnreadable, LandgisError
from landgis.exchange.reading import confine
from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.jail import walls
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.vector import read_vector
from tests.support.foreign import degree_square, geojson
from tests.support.formats import geopackage

JOBS = "tests.support.misbehaving"
SMALL = replace(limits_for(0), cpu_seconds=2, wall_seconds=10.0, file_bytes=16 * 1024**2)


@pytest.fixture(autouse=True)
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rooms of the test lie in a folder of its own, which must be empty at the end."""
    place = tmp_path / "temp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def refusal(job: str) -> FileUnreadable:
    with open_room() as room, pytest.raises(FileUnreadable) as caught:
        room.run(f"{JOBS}:{job}", {"source": "甲.gpkg"}, SMALL)
    return caught.value


def test_an_answer_comes_back_as_text(own_temp: Path) -> None:
    with open_room() as room:
        answer = room.run(f"{JOBS}:told", {"say": ["一", None, 1.5]}, SMALL)
        assert answer == {"heard": ["一", None, 1.5], "folder": room.folder.name}
        assert list(own_temp.iterdir()) == [room.folder]
    assert list(own_temp.iterdir()) == []


@pytest.mark.parametrize(
    ("job", "zh", "en"),
    [
        ("allocate", "内存超过 1.2 GiB", "takes more than 1.2 GiB of memory"),
        ("spin", "处理时间超过 2 秒", "takes more than 2 s of processor time"),
        ("die", "异常结束", "ended abnormally"),
        ("write_much", "展开后超过 16 MiB", "unfolds to more than 16 MiB"),
    ],
)
def test_a_job_without_measure_is_stopped_and_said(own_temp: Path, job: str, zh: str, en: str) -> None:
    error = refusal(job)
    assert zh in error.zh
    assert en in error.en
    assert (error.where, "甲.gpkg" in error.zh, bool(error.next_zh), bool(error.next_en)) == (
        "甲.gpkg",
        True,
        True,
        True,
    )
    assert list(own_temp.iterdir()) == []


def test_a_job_that_sleeps_is_stopped_by_the_clock(own_temp: Path) -> None:
    with open_room() as room, pytest.raises(FileUnreadable, match="not read within 1 s"):
        room.run(f"{JOBS}:sleep", {"source": "甲.gpkg"}, replace(SMALL, wall_seconds=1.0))
    assert list(own_temp.iterdir()) == []


def test_no_way_leads_out_of_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    geojson(outside / "other.geojson", [degree_square()])
    monkeypatch.setenv("LANDGIS_TEST_SECRET", "1")
    with open_room() as room:
        tried = room.run(f"{JOBS}:attempts", {"outside": str(outside)}, SMALL)
    assert {name: how for name, how in tried.items() if how == "worked"} == {}
    assert tried["virtual"] == "DataSourceError"
    assert {path.name: path.stat().st_size for path in outside.iterdir()}["secret.txt"] == 6
    assert sorted(path.name for path in outside.iterdir()) == ["other.geojson", "secret.txt"]


def test_an_error_of_a_job_comes_back_as_itself(tmp_path: Path) -> None:
    with open_room() as room, pytest.raises(LandgisError) as caught:
        room.run("landgis.exchange.reading.jobs:look", {"source": "a.zip", "driver": "GTiff", "file": "a"}, SMALL)
    assert (caught.value.code, "a raster" in caught.value.en) == ("format_unknown", True)


def test_a_job_that_stumbles_says_over_what() -> None:
    with open_room() as room, pytest.raises(FileUnreadable, match="KeyError"):
        room.run(f"{JOBS}:told", {"source": "a"}, SMALL)


def test_many_threads_read_at_once(tmp_path: Path, own_temp: Path) -> None:
    path = geopackage(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: len(read_vector(path).frame), range(24)))
    assert counts == [20] * 24
    assert list(own_temp.iterdir()) == []


def test_a_reader_that_was_killed_is_started_again(tmp_path: Path, own_temp: Path) -> None:
    path = geopackage(tmp_path)
    assert len(read_vector(path).frame) == 20
    process = confine._WARM._process
    assert process is not None
    with open_room() as room:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(ExternalError):
            room.run(f"{JOBS}:told", {"say": 1}, SMALL)
    assert len(read_vector(path).frame) == 20
    assert list(own_temp.iterdir()) == []


_SLEEPER = """
import tempfile, sys
sys.path[:0] = [sys.argv[1]]
tempfile.tempdir = sys.argv[2]
from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.limits import limits_for
with open_room() as room:
    print("open", flush=True)
    room.run("tests.support.misbehaving:sleep", {"source": "a"}, limits_for(0))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_whoever_is_stopped_while_reading_leaves_nothing(own_temp: Path, number: signal.Signals) -> None:
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _SLEEPER, root, str(own_temp)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == b"open\n"
        time.sleep(0.2)
        assert list(own_temp.glob("landgis-read-*"))
        sleeper.send_signal(number)
        sleeper.wait(timeout=30)
    assert emptied(own_temp)


def emptied(place: Path) -> bool:
    """Whether a folder becomes empty: the warm process of a killed reader cleans up right after it."""
    for _ in range(100):
        if not list(place.iterdir()):
            return True
        time.sleep(0.1)
    return False


def test_rooms_that_nobody_holds_are_swept_away(own_temp: Path) -> None:
    left = own_temp / "landgis-read-left"
    left.mkdir()
    (left / ".held").touch()
    confine._WARM.stop()
    with open_room() as room:
        assert list(own_temp.iterdir()) == [room.folder]


_FORKS = """
import os, sys
from landgis.exchange.reading.vector import read_vector
assert len(read_vector(sys.argv[1]).frame) == 20
child = os.fork()
print(len(read_vector(sys.argv[1]).frame), flush=True)
if child:
    os.waitpid(child, 0)
"""


def test_a_process_that_forked_gets_a_reader_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _FORKS, str(geopackage(tmp_path))], capture_output=True, check=True)
    assert done.stdout.split() == [b"20", b"20"]


def test_what_this_machine_can_build_is_told() -> None:
    assert walls()[0] == "limits"
    assert set(walls()) <= {"limits", "landlock", "seccomp"}
