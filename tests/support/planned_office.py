"""An installation with the sample screened and pooled, and a plan drafted from the pool."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command import landgis
from tests.support.office import installation


def draft_plan(stocked_home: Path, place: Path) -> None:
    """Fill a folder with such an installation at rest, with plan L000001 of Songjiang for 2027."""
    with installation("计划底本", like=stocked_home) as home:
        assert landgis("screen", "--rules", "songjiang", "--as-of", "2026-06-30").returncode in (0, 1, 3)
        assert landgis("pool", "build").returncode == 0
        assert landgis("plan", "draft", "--year", 2027).returncode == 0
        assert landgis("db", "stop").returncode == 0
        subprocess.run(["cp", "-a", f"{home}/.", place], check=True)


@contextmanager
def planned_office(name: str, planned_home: Path) -> Iterator[Path]:
    """Use a copy of it."""
    with installation(name, like=planned_home) as home:
        yield home
