"""Memory of processes and all their descendants, looked at while something else runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY_S = 0.1
_PAGES = ("RssAnon", "RssFile", "RssShmem")


class Watch:
    """Keep the peak of a process tree: ``with Watch(pid) as watch: …; watch.peak_mib``.

    Private and file-backed pages are summed over the processes; shared memory, which all of them see, counts once.
    """

    def __init__(self, pid: int) -> None:
        self.peak_mib = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.peak_mib = max(self.peak_mib, tree_mib(self._pid))
            if self._over.wait(_EVERY_S):
                return


def tree_mib(pid: int) -> float:
    """Memory of a process and its descendants now."""
    held = [_status_kib(process, _PAGES) for process in family(pid)]
    private = sum(one["RssAnon"] + one["RssFile"] for one in held)
    return (private + max((one["RssShmem"] for one in held), default=0)) / 1024


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for one in found:
        with suppress(FileNotFoundError, ProcessLookupError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def peak_mib() -> float:
    """Most that this process itself has held; unlike ``ru_maxrss`` it does not begin with what its parent held."""
    return _status_kib("self", ("VmHWM",))["VmHWM"] / 1024


def _status_kib(pid: int | str, names: tuple[str, ...]) -> dict[str, int]:
    held = dict.fromkeys(names, 0)
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in held:
                held[name] = int(value.split()[0])
    return held
