"""Every call of typst: made in child processes, for typst keeps the memory of what it has set.

A child is started on first need, kept for the next pages, and renewed once it has grown. Any thread may call.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import Any

from landgis.errors import ExternalError
from landgis.maps.compositor.press import PageRefused, Press, PressBroken

__all__ = ["PageRefused", "families", "typeset"]

_PRESSES = 2
_FREE = BoundedSemaphore(_PRESSES)
_IDLE: LifoQueue[Press] = LifoQueue()


def typeset(
    template: Path,
    inputs: Mapping[str, str],
    *,
    root: Path | None = None,
    compiled: Mapping[str, Any] | None = None,
    asked: str | None = None,
) -> tuple[Any, str | None]:
    """Set a document, ask for values in it, or both.

    Parameters
    ----------
    template
        What sets it.
    inputs
        What the template reads as ``sys.inputs``.
    root
        What templates may import from; None: the folder of the template.
    compiled
        Options of ``typst.Compiler.compile``; None: nothing is drawn.
    asked
        Selector of the one element whose value is asked for; None: nothing is asked.

    Returns
    -------
    tuple
        What ``compile`` gave, and the value as JSON; None for what was not wanted.

    Raises
    ------
    PageRefused
        If typst refuses the document.
    ExternalError
        If the child dies twice over it, or takes too long.
    """
    job = {
        "template": str(template),
        "root": None if root is None else str(root),
        "inputs": dict(inputs),
        "compiled": None if compiled is None else dict(compiled),
        "asked": asked,
    }
    drawn, told = _run(job)
    return drawn, told


def families() -> frozenset[str]:
    """Names of the font families that typst finds.

    Raises
    ------
    ExternalError
        If the child does not start.
    """
    found: frozenset[str] = _run(None)
    return found


def _run(job: dict[str, Any] | None) -> Any:
    """Do a job. It changes nothing but the child, so one that dies under it is replaced once."""
    with _FREE:
        try:
            return _run_once(job)
        except PressBroken:
            try:
                return _run_once(job)
            except PressBroken as broken:
                raise _broken(broken) from broken


def _run_once(job: dict[str, Any] | None) -> Any:
    press = _press()
    try:
        done = press.run(job)
    except PageRefused:
        _IDLE.put(press)
        raise
    except BaseException:  # Ctrl+C too: its answer would be taken for that of the next job
        press.end()
        raise
    _IDLE.put(press)
    return done


def _press() -> Press:
    """Return the child that worked last, which has the fonts at hand, or a new one."""
    try:
        while not (press := _IDLE.get_nowait()).ready:
            press.end()
    except Empty:
        return Press()
    return press


@atexit.register
def _end_all() -> None:
    while True:
        try:
            _IDLE.get_nowait().end()
        except Empty:
            return


def _broken(broken: PressBroken) -> ExternalError:
    return ExternalError(
        f"排版程序两次异常退出（{broken}）",
        f"The process that sets pages died twice ({broken})",
        next_zh="请看内存是否不足，关闭其他程序后再试；仍不行则分镇出图",
        next_en="See whether memory is short and try again with other programs closed; else draw fewer towns at a time",
    )
