"""Running PostgreSQL's own tools beside the server, and saying what they said when they fail."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from landgis.domain.disk import full_disk
from landgis.errors import DatabaseError, ToolMissing

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}
"""All that a program of PostgreSQL gets to see of the caller's environment."""

Step = Callable[[str], None]
"""Told what is being done, for a line on the terminal."""


def run_tool(command: Sequence[str | Path], *, where: Path, held: Sequence[int] = (), step: Step) -> str:
    """Run a program as this account; every line it says goes to ``step`` as it comes.

    Parameters
    ----------
    command
        Program and arguments.
    where
        What it works on, named in errors.
    held
        File handles that the program inherits: a lock on them lasts until it, too, has ended.

    Returns
    -------
    str
        All it said.

    Raises
    ------
    ToolMissing, DiskFull, DatabaseError
        If there is no such program; if it ran out of room; if it failed otherwise.
    """
    program = Path(command[0])
    if not program.exists():
        raise ToolMissing(
            f"找不到 PostgreSQL 的程序 {program.name}",
            f"PostgreSQL's program {program.name} was not found",
            where=str(program.parent),
            next_zh="请安装完整的 PostgreSQL（Debian：postgresql-15），或用 LANDGIS_PGBIN 指明",
            next_en="Install the whole of PostgreSQL (Debian: postgresql-15), or name its folder in LANDGIS_PGBIN",
        )
    said: list[str] = []
    with subprocess.Popen(
        command, cwd="/", env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace", pass_fds=tuple(held),
    ) as process:  # fmt: skip
        try:
            for line in process.stdout or ():
                said.append(line.rstrip())
                step(line.strip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode == 0:
        return "\n".join(said)
    tail = "\n".join(said[-6:])
    if "No space left on device" in tail or "Disk quota exceeded" in tail:
        raise full_disk(where)
    raise DatabaseError(f"{program.name} 未能完成：{tail}", f"{program.name} did not finish: {tail}", where=str(where))
