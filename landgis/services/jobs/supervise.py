"""Watching over the process of one job: heartbeats while it lives, an end when that is asked for, a word when it is over."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from landgis.db.jobs import JobStore
from landgis.domain.jobs import JobState
from landgis.errors import ExternalError, LandgisError
from landgis.services.jobs.jobs import folder_of
from landgis.services.jobs.run import GRACE_S

BEAT_S = 5.0
_LOOK_S = 0.2


class Stop(StrEnum):
    """Why a job is to end before it is done."""

    CANCELLED = "cancelled"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True)
class Supervisor:
    """Who begins jobs and watches over them.

    Attributes
    ----------
    store, home
        Where they are recorded, and where their files lie.
    command
        Begins the process of a job; its number is added.
    name
        Of the worker.
    environment
        Of the process.
    """

    store: JobStore
    home: Path
    command: Sequence[str]
    name: str
    environment: dict[str, str] = field(default_factory=dict)

    def do(self, job_no: int, stop: Callable[[], Stop | None]) -> None:
        """Do a job in a process of its own, and return when it is over.

        Parameters
        ----------
        stop
            Tells whether it is to end early, and why.
        """
        if not self.store.begin(job_no, self.name):
            return  # cancelled while it waited
        process = subprocess.Popen(
            [*self.command, str(job_no)], stdin=subprocess.PIPE, start_new_session=True,
            env=os.environ | self.environment,
        )  # fmt: skip
        why = None
        try:
            why = self._watch(process, job_no, stop)
        finally:
            _end(process)  # whatever happens here, no process is left behind
            self._close(job_no, why, process.returncode)

    def _watch(self, process: subprocess.Popen[bytes], job_no: int, stop: Callable[[], Stop | None]) -> Stop | None:
        beaten = time.monotonic()
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_S)
                return None
            why = stop()
            if why is not None:
                return why
            if time.monotonic() - beaten >= BEAT_S:
                beaten = time.monotonic()
                with suppress(LandgisError):  # a database that is away for a moment: say it the next time
                    if not self.store.beat(job_no):
                        return None  # over on record; a process that still goes on is ended

    def _close(self, job_no: int, why: Stop | None, code: int) -> None:
        """Say what became of it, unless the process has said so itself; what it left lying is removed."""
        error = None
        state = {Stop.CANCELLED: JobState.CANCELLED, Stop.SHUTDOWN: JobState.INTERRUPTED, None: JobState.FAILED}[why]
        if why is None:
            error = _died(code).as_dict()
        with suppress(LandgisError):  # nobody to tell: whoever looks next finds it silent, and says it was interrupted
            self.store.end(job_no, state, error)
            if self.store.one(job_no).state is not JobState.DONE:
                shutil.rmtree(folder_of(self.home, job_no), ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs: asked first, then made to; with it goes whatever it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _died(code: int) -> LandgisError:
    how_zh = f"被信号 {-code} 终止" if code < 0 else f"退出码 {code}"
    how_en = f"signal {-code}" if code < 0 else f"exit code {code}"
    return ExternalError(
        f"执行任务的进程意外结束（{how_zh}），没有留下一半的内容",
        f"The process of the job died ({how_en}); no half of anything is left",
        next_zh="信号 9 多为内存不足：请关闭其他程序或缩小范围后重新提交；再次发生请把执行程序的记录交给维护人员",
        next_en="Signal 9 mostly means that memory ran out: close other programs or ask for less, and ask again; if it "
        "happens again give the worker's log to whoever maintains it",
    )
