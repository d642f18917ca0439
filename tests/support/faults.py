"""What the fault tests need: an installation of its own, commands in their own process, a small disk, a killing hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from landgis.crs import WORKING
from landgis.db.cluster import PrivateCluster
from tests.conftest import admin
from tests.support.ground import at

ACCOUNT = "postgres" if os.geteuid() == 0 else None
_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Edition:
    """What the database holds of an edition of the layer under test."""

    status: str
    features: int
    content: str


@dataclass(frozen=True)
class Office:
    """An installation in a folder of its own, worked with as a person would: by commands.

    Attributes
    ----------
    folder
        Home and sockets.
    temporary
        Where its commands put temporary files.
    """

    folder: Path
    temporary: Path

    @property
    def cluster(self) -> PrivateCluster:
        """Its private cluster, as the commands see it."""
        from landgis.settings import DatabaseSettings, Paths, house

        place = house(Paths(home=self.folder / "home"), DatabaseSettings(socket_dir=self.folder / "run"))
        return PrivateCluster(place.home, place.socket_dir, place.account)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        self.temporary.mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LANDGIS_")}
        own = {
            "LANDGIS_HOME": str(self.folder / "home"),
            "LANDGIS_SOCKET_DIR": str(self.folder / "run"),
            "TMPDIR": str(self.temporary),
        }
        command = [sys.executable, "-m", "landgis.cli.app", *map(str, arguments)]
        return subprocess.Popen(
            command, cwd=_PROJECT, env=kept | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *arguments: object) -> tuple[int, str]:
        """Run a command to its end: exit code, and all it said."""
        process = self.start(*arguments)
        said, _ = process.communicate()
        return process.returncode, said

    def editions(self) -> dict[str, Edition]:
        """Return every edition of the layer under test, by name."""
        query = (
            "SELECT r.name, r.status, count(f.feature_id), coalesce(md5(string_agg(f.feature_id ||"
            " encode(ST_AsEWKB(f.geom), 'hex') || f.attributes::text, '' ORDER BY f.feature_id COLLATE \"C\")), '')"
            " FROM landgis.layer_release r LEFT JOIN landgis.layer_feature f ON f.layer = r.layer AND f.release = r.name"
            " WHERE r.layer = 'homestead' GROUP BY r.name, r.status"
        )
        with admin(self.cluster, "landgis") as connection:
            rows = connection.execute(query).fetchall()
        return {str(name): Edition(str(status), int(str(count)), str(content)) for name, status, count, content in rows}

    def backends(self) -> list[tuple[object, ...]]:
        """Return the sessions that commands have open."""
        query = "SELECT pid, state, query FROM pg_stat_activity WHERE application_name = 'landgis'"
        with admin(self.cluster) as connection:
            return connection.execute(query).fetchall()


def delivery(folder: Path, name: str, count: int) -> tuple[object, ...]:
    """Write an edition of homesteads, once; return the arguments of the command that brings it in and publishes it."""
    side = int(count**0.5) + 1
    shapes = [at(30 * (number % side), 30 * (number // side), 20, 15 + len(name) % 5) for number in range(count)]
    frame = gpd.GeoDataFrame({"编号": [f"{name}-{n:06d}" for n in range(count)]}, geometry=shapes, crs=WORKING)
    path, coverage = folder / f"{name}.gpkg", folder / "coverage.geojson"
    if not path.exists():
        pyogrio.write_dataframe(frame, path, layer="homestead")
    ground = gpd.GeoDataFrame(geometry=[shapely.box(*frame.total_bounds)], crs=WORKING).to_crs(4490)
    pyogrio.write_dataframe(ground, coverage)
    told = ("--as-layer", "homestead", "--name", name, "--coverage", coverage, "--document-no", f"文〔2024〕{count}号")
    dated = ("--issuing-body", "区规划资源局", "--in-force-from", "2024-01-01")
    return ("layer", "import", path, *told, *dated, "--publish")


def kill(pid: int | None) -> None:
    """End a process as a power cut would."""
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what had to come did not"
        time.sleep(0.02)


@contextmanager
def small_disk(mount: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of a given size; needs root, and fails where it may not mount, for an unseen fault is no test."""
    mount.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", mount], check=True)
    try:
        yield mount
    finally:
        subprocess.run(["umount", "--lazy", mount], check=True)


def fill(disk: Path, leave_bytes: int = 0) -> Path:
    """Fill a disk with one file, but for some bytes; others may be writing there meanwhile."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        for _ in range(1_000):
            facts = os.statvfs(disk)
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(1, facts.f_bavail * facts.f_frsize - leave_bytes))
                break
    return ballast
