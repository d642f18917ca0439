"""Installations of landgis for tests of its commands: stocked once with the sample, then copied."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command import landgis
from tests.support.places import passable_folder

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@contextmanager
def installation(name: str, like: Path | None = None) -> Iterator[Path]:
    """Use an installation of its own while the context lasts; stop its server in the end.

    Parameters
    ----------
    name
        Of its folder.
    like
        An installation at rest, of which it begins as a copy.
    """
    with passable_folder(name) as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        patch.delenv("LANDGIS_DATABASE_URL", raising=False)
        if like is not None:
            # The files of the server belong to its own account.
            subprocess.run(["cp", "-a", f"{like}/.", home], check=True)
        yield home
        assert landgis("db", "stop").returncode == 0


def stock(place: Path) -> None:
    """Fill a folder with an installation at rest: the sample's layers published and its parcels in."""
    with installation("底本") as home:
        assert landgis("layer", "import", SAMPLE / "layers", "--publish").returncode == 0
        assert landgis("parcel", "import", SAMPLE / "parcels.gpkg").returncode == 0
        assert landgis("db", "stop").returncode == 0
        subprocess.run(["cp", "-a", f"{home}/.", place], check=True)
