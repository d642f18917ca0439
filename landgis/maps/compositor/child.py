"""The child that sets pages: does one job after the other until its pipe closes.

Run by its path in a bare interpreter, so that it starts in an eyeblink: nothing of landgis may be imported here.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import typst

_IDLE_S = 300
"""Without work for so long, it ends and gives its memory back; the next page starts another."""


def main() -> None:
    """Serve the pipe whose number is the first argument; the second is the longest that a job may take, in seconds."""
    pipe: Connection[Any, Any] = Connection(int(sys.argv[1]))
    limit_s = int(sys.argv[2])
    fonts = typst.Fonts()
    while pipe.poll(_IDLE_S):
        try:
            job = pipe.recv()
            signal.alarm(limit_s)  # ends this process also where nobody waits for it any more
            pipe.send((*_done(job, fonts), _resident_mb()))
            signal.alarm(0)
        except (EOFError, OSError):  # the parent is gone
            return


def _done(job: dict[str, Any] | None, fonts: Any) -> tuple[str, Any]:
    try:
        return "done", _set(fonts=fonts, **job) if job is not None else frozenset(fonts.families())
    except typst.TypstError as error:
        return "refused", error.message
    except Exception:
        return "failed", traceback.format_exc()


def _set(
    fonts: Any,
    template: str,
    root: str | None,
    inputs: dict[str, str],
    compiled: dict[str, Any] | None,
    asked: str | None,
) -> tuple[Any, str | None]:
    # Fonts looked up once are a twentieth of a second less a page, and half the memory.
    compiler = typst.Compiler(template, root=root, font_paths=fonts, sys_inputs=inputs)
    drawn = None if compiled is None else compiler.compile(**compiled)
    return drawn, None if asked is None else compiler.query(asked, field="value", one=True)


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


if __name__ == "__main__":
    main()
    sys.stderr.flush()
    os._exit(0)  # an orderly end would take half a second over memory that the system takes back at once
