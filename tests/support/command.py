"""The ``landgis`` command inside the test's own process: same parsing, same errors, same exit codes, no start-up."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr
from dataclasses import dataclass
from unittest.mock import patch

from landgis.cli.app import main


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def landgis(*arguments: object) -> Ran:
    """Run a command and return exit code and output."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    with (
        patch.object(sys, "argv", ["landgis", *map(str, arguments)]),
        patch.object(sys, "stdout", out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Ran(code, out.buffer.getvalue().decode("utf-8"), err.getvalue())
