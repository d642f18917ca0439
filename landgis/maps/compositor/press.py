"""One child process that sets pages, seen from its parent."""

from __future__ import annotations

import signal
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from landgis.errors import ExternalError

LIMIT_S = 900
"""A job may take so long; an atlas of 300 pages takes a tenth of it."""
LIMIT_MB = 512
"""A child that holds more after a job is renewed: starting one costs less than a page."""
_CHILD = Path(__file__).with_name("child.py")


class PressBroken(Exception):
    """The child ended before it answered; says how."""


class PageRefused(Exception):
    """Typst refused the document, in its own words."""


class Press:
    """A child process, started at once; it ends with its parent, also one that is killed, as their pipe closes."""

    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_CHILD), str(theirs.fileno()), str(LIMIT_S)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl+C is for the parent
            )
        self._resident_mb = 0

    @property
    def ready(self) -> bool:
        """Whether it can take a further job: it lives and has not grown. False too in a fork, which did not start it."""
        return self._process.poll() is None and self._resident_mb <= LIMIT_MB

    def run(self, job: dict[str, Any] | None) -> Any:
        """Do one job and return what came out; the press must be ended if this raises anything but PageRefused.

        Raises
        ------
        PageRefused
            What typst said.
        PressBroken
            If the child ended meanwhile.
        ExternalError
            If it took longer than ``LIMIT_S``.
        """
        try:
            self._pipe.send(job)
            if not self._pipe.poll(LIMIT_S):
                raise _too_long()
            state, told, self._resident_mb = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise PressBroken(self._end()) from error
        if state == "refused":
            raise PageRefused(told)
        if state == "failed":
            raise RuntimeError(f"the child that sets pages failed:\n{told}")
        return told

    def end(self) -> None:
        """End the child, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def _end(self) -> str:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "its pipe closed"
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _too_long() -> ExternalError:
    minutes = LIMIT_S // 60
    return ExternalError(
        f"排版超过 {minutes} 分钟仍未完成，已中止",
        f"Setting the pages took more than {minutes} minutes and was stopped",
        next_zh="请分镇出图，或减少图层",
        next_en="Draw fewer towns at a time, or fewer layers",
    )
