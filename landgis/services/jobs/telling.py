"""How far a job is: told by whoever does it as often as he likes, written at most twice a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from landgis.db.jobs import JobStore
from landgis.errors import LandgisError

_EVERY_S = 0.5


class Tell(Protocol):
    """Say how far it is: share done (0 to 1), and the present step in Chinese and English."""

    def __call__(self, share: float, zh: str, en: str) -> None:
        """Say it."""


@contextmanager
def telling(store: JobStore, job_no: int) -> Iterator[Tell]:
    """Give what tells of a job. The last word said is written, however fast others came before it.

    A database that does not answer is no reason to stop: the work itself will find out.
    """
    said: list[tuple[float, str, str]] = []
    over = threading.Event()

    def tell(share: float, zh: str, en: str) -> None:
        said.append((min(max(share, 0.0), 1.0), zh, en))

    def write() -> None:
        written: tuple[float, str, str] | None = None
        while not over.wait(_EVERY_S):
            last = said[-1] if said else written
            if last != written and last is not None:
                with suppress(LandgisError):
                    store.tell(job_no, *last)
                    written = last
                del said[:-1]

    thread = threading.Thread(target=write, daemon=True, name="telling")
    thread.start()
    try:
        yield tell
    finally:
        over.set()
        thread.join(timeout=10)


def words_of(step: str) -> tuple[str, str]:
    """Split what a service says of a step, ``读取 reading``, into Chinese and English; one word serves for both."""
    zh, _, en = step.strip().partition(" ")
    return zh, en or zh
