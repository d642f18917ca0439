"""An installation with the sample screened and pooled, and a plan drafted from the pool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command import landgis
from tests.support.office import installation


@contextmanager
def planned_office(name: str, stocked_home: Path) -> Iterator[Path]:
    """Use a copy of a stocked installation, with plan L000001 of Songjiang for 2027."""
    with installation(name, like=stocked_home) as home:
        assert landgis("screen", "--rules", "songjiang", "--as-of", "2026-06-30").returncode in (0, 1, 3)
        assert landgis("pool", "build").returncode == 0
        assert landgis("plan", "draft", "--year", 2027).returncode == 0
        yield home
