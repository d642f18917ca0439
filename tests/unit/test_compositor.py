"""Pages are set in child processes: kept, renewed, replaced when they die, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import LifoQueue
from threading import BoundedSemaphore, Thread

import pytest

from landgis.errors import ExternalError
from landgis.maps import compositor
from landgis.maps.compositor import PageRefused, families, press, typeset

PDF = {"format": "pdf", "timestamp": datetime(2026, 7, 1, tzinfo=UTC)}
PAGE = "#set page(width: 60mm, height: 40mm)\n#sys.inputs.word\n#[#metadata(sys.inputs.word) <word>]\n"
BUSY = "#let n = 0\n#while n < 9900 { let m = 0; while m < 9900 { m += 1 }; n += 1 }\n"
"""Keeps typst at work for minutes."""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return written(tmp_path, PAGE)


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[LifoQueue[press.Press]]:
    """Children of this test alone, ended with it."""
    own: LifoQueue[press.Press] = LifoQueue()
    monkeypatch.setattr(compositor, "_IDLE", own)
    yield own
    while not own.empty():
        own.get().end()


def written(folder: Path, text: str) -> Path:
    path = folder / "page.typ"
    path.write_text(text, encoding="utf-8")
    return path


def pid(idle: LifoQueue[press.Press]) -> int:
    (only,) = idle.queue
    return only._process.pid


def gone(process: int, within_s: float = 5.0) -> bool:
    """Whether a process that is none of our children ends in time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def child_of(parent: int) -> int | None:
    told = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(told[0]) if told else None


def test_one_job_draws_and_answers(template):
    drawn, word = typeset(template, {"word": "松江"}, compiled=PDF, asked="<word>")
    assert drawn.startswith(b"%PDF-")
    assert word == '"松江"'
    assert typeset(template, {"word": "松江"}, asked="<word>") == (None, '"松江"')


def test_a_child_is_kept_for_the_next_page_and_renewed_when_it_has_grown(template, idle, monkeypatch):
    first = typeset(template, {"word": "a"}, compiled=PDF)
    kept = pid(idle)
    assert typeset(template, {"word": "a"}, compiled=PDF) == first
    assert pid(idle) == kept
    monkeypatch.setattr(press, "LIMIT_MB", 1)
    assert typeset(template, {"word": "a"}, compiled=PDF) == first
    assert pid(idle) != kept
    assert gone(kept)


def test_a_refused_document_is_told_in_the_words_of_typst_and_costs_no_child(tmp_path, idle):
    families()
    kept = pid(idle)
    with pytest.raises(PageRefused, match="no room for this"):
        typeset(written(tmp_path, '#panic("no room for this")'), {}, compiled=PDF)
    assert pid(idle) == kept


def test_a_mistake_in_the_call_is_told_as_such(template):
    with pytest.raises(RuntimeError, match="colour"):
        typeset(template, {"word": "a"}, compiled={"colour": "red"})


def test_a_child_that_was_killed_while_idle_is_replaced(template, idle):
    first = typeset(template, {"word": "a"}, compiled=PDF)
    os.kill(pid(idle), signal.SIGKILL)
    assert typeset(template, {"word": "a"}, compiled=PDF) == first


def test_a_job_whose_child_is_killed_is_done_by_another(template, idle, monkeypatch):
    first = typeset(template, {"word": "a"}, compiled=PDF)
    (only,) = idle.queue
    send = only._pipe.send

    class Killing:
        """The pipe to a child that dies just before it can read the job."""

        def __getattr__(self, name):
            return getattr(pipe, name)

        def send(self, job):
            os.kill(only._process.pid, signal.SIGKILL)
            only._process.wait()
            send(job)

    pipe = only._pipe
    monkeypatch.setattr(only, "_pipe", Killing())
    assert typeset(template, {"word": "a"}, compiled=PDF) == first


def test_a_child_that_dies_every_time_is_told_with_what_to_do_next(tmp_path, monkeypatch):
    tries = tmp_path / "tries"
    child = tmp_path / "child.py"
    child.write_text(
        f"import os, signal\nwith open({str(tries)!r}, 'a') as told: told.write('x')\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    monkeypatch.setattr(press, "_CHILD", child)
    with pytest.raises(ExternalError, match="died twice \\(SIGKILL\\)") as told:
        families()
    assert "内存" in told.value.next_zh
    assert "memory" in told.value.next_en
    assert tries.read_text() == "xx"


def test_a_job_that_takes_too_long_is_stopped(tmp_path, idle, monkeypatch):
    families()
    kept = pid(idle)
    monkeypatch.setattr(press, "LIMIT_S", 0.2)
    with pytest.raises(ExternalError, match="was stopped") as told:
        typeset(written(tmp_path, BUSY), {}, compiled=PDF)
    assert told.value.next_zh
    assert idle.empty()
    assert gone(kept)


def test_threads_share_few_children_and_each_gets_its_own_page(template, idle):
    words = [f"第{number}页" for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda word: typeset(template, {"word": word}, compiled=PDF, asked="<word>"), words))
    assert [word for _, word in told] == [f'"{word}"' for word in words]
    assert 1 <= idle.qsize() <= 2
    assert [typeset(template, {"word": word}, compiled=PDF)[0] for word in words] == [drawn for drawn, _ in told]


def test_a_thread_waits_for_a_free_child(template, monkeypatch):
    free = BoundedSemaphore(1)
    monkeypatch.setattr(compositor, "_FREE", free)
    free.acquire()
    waiting = Thread(target=typeset, args=(template, {"word": "a"}), kwargs={"compiled": PDF})
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    free.release()
    waiting.join(10)
    assert not waiting.is_alive()


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT])
def test_no_child_outlives_its_parent(template, ended_by):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom landgis.maps.compositor import typeset\n"
        "typeset(Path(sys.argv[1]), {'word': 'a'}, compiled={'format': 'pdf'})\nprint('set', flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(template)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "set\n"
        child = child_of(parent.pid)
        assert child is not None
        parent.send_signal(ended_by)
        parent.wait(10)
    assert gone(child)


def test_a_parent_ends_with_its_child_and_says_nothing(template):
    code = (
        "import sys\nfrom pathlib import Path\nfrom landgis.maps.compositor import typeset\n"
        "typeset(Path(sys.argv[1]), {'word': 'a'}, compiled={'format': 'pdf'})\nassert 'typst' not in sys.modules"
    )
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", code, str(template)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_child_is_bare(template, idle):
    typeset(template, {"word": "a"}, compiled=PDF)
    mapped = Path(f"/proc/{pid(idle)}/maps").read_text()
    assert "typst" in mapped
    assert [library for library in ("numpy", "shapely", "gdal", "psycopg") if library in mapped] == []
