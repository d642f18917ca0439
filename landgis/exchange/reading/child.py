"""The child that the warm process forks for one job: shut in, at work, and gone."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from landgis.errors import LandgisError
from landgis.exchange.reading.jail import enter
from landgis.exchange.reading.limits import Limits

REQUEST, ANSWER = "request.json", "answer.json"
_PR_SET_PDEATHSIG = 1


def work(folder: Path, job: str, limits: Limits) -> None:
    """Do one job in the child and end it, whatever happens."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _settle_in(folder)
        function = _resolve(job)
        request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        enter(folder, limits)
        answer = _answer(function, request, folder)
        text = json.dumps(answer)
        if "answer" not in answer:  # an error may quote a path that means nothing to a reader
            text = text.replace(f"{folder}/delivered/", "").replace(f"{folder}/", "")
        (folder / ANSWER).write_text(text, encoding="utf-8")
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _settle_in(folder: Path) -> None:
    """Write what libraries print into the room, and take every temporary file there."""
    os.setsid()
    for signal_number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, number in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, number)
    os.environ["TMPDIR"] = os.environ["CPL_TMPDIR"] = os.environ["HOME"] = str(folder)
    tempfile.tempdir = str(folder)


Job = Callable[[dict[str, Any], Path], dict[str, Any]]


def _resolve(job: str) -> Job:
    module, _, name = job.partition(":")
    function: Job = getattr(importlib.import_module(module), name)
    return function


def _answer(function: Job, request: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        return {"answer": function(request, folder)}
    except LandgisError as error:
        return {"error": error.as_dict()}
    except MemoryError:
        return {"failed": "memory"}
    except OSError as error:
        return {"failed": "system", "errno": error.errno, "told": str(error.strerror or error)}
    except Exception as error:
        traceback.print_exc()
        return {"failed": "crash", "told": f"{type(error).__name__}: {error}"}
