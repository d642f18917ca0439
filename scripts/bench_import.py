"""Time the way of a layer from file to published release against a bare ogr2ogr load of the same file.

usage: python scripts/bench_import.py [--count N] [--rounds N]

A generated farmland (替代数据，非法定成果) of N polygons is loaded into one private server, by turns, by both ways, each in
processes of its own. The ratio of medians is printed, and the peak memory of all processes of a way together. ogr2ogr
loads and indexes; landgis reads in a confined process, proves completeness, checks validity and quality, lists repairs,
stores, indexes and publishes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import bench_ground
import shapely

from landgis.db.configuration import PORT, SUPERUSER

LANDGIS = Path(sys.executable).with_name("landgis")
LAYERS = ("permanent_basic_farmland", "ecological_redline", "heritage", "village")
"""A layer for each round: nothing is there to be compared with, as at a first delivery."""
QUIET: dict[str, int] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@dataclass(frozen=True)
class Timed:
    """Seconds and peak memory (proportional set, MiB) of one command with all its children."""

    seconds: float
    peak_mib: float


def main() -> int:
    """Run the rounds and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if shutil.which("ogr2ogr") is None:
        print("需要 ogr2ogr（Debian 软件包 gdal-bin） ogr2ogr is needed: apt-get install gdal-bin", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        Path(folder).chmod(0o755)  # the server's account must pass
        return _run(Path(folder), arguments.count, arguments.rounds)


def _run(folder: Path, count: int, rounds: int) -> int:
    file, coverage = folder / "farmland.gpkg", folder / "coverage.geojson"
    made = bench_ground.write_farmland(file, count)
    _write_coverage(coverage)
    os.environ["LANDGIS_HOME"] = str(folder / "home")
    times: dict[str, list[Timed]] = {"ogr2ogr": [], "landgis": []}
    with _server() as target:
        for number in range(rounds):
            times["ogr2ogr"].append(_timed(_ogr2ogr(file, target)))
            times["landgis"].append(_timed(_landgis(file, coverage, LAYERS[number % len(LAYERS)], f"round-{number}")))
    print(f"{made:,} 个图斑 polygons, {file.stat().st_size / 1e6:.0f} MB, {rounds} 轮 rounds")
    base = statistics.median(timed.seconds for timed in times["ogr2ogr"])
    for way, timed in times.items():
        middle = statistics.median(one.seconds for one in timed)
        peak = max(one.peak_mib for one in timed)
        print(f"  {way:8} {middle:7.2f} s   {middle / base:5.2f} × ogr2ogr   峰值内存 peak {peak:6.0f} MiB")
    return 0


@contextmanager
def _server() -> Iterator[str]:
    """Start a private server for the bench, and give ogr2ogr's way of naming it."""
    subprocess.run([LANDGIS, "db", "start"], check=True, stdout=subprocess.DEVNULL)
    status = json.loads(subprocess.run([LANDGIS, "db", "status", "--json"], check=True, capture_output=True).stdout)
    place = f"host={status['socket_dir']} port={PORT} dbname=landgis user={SUPERUSER}"
    try:
        subprocess.run(["ogrinfo", f"PG:{place}", "-sql", "CREATE SCHEMA IF NOT EXISTS bench"], check=True, **QUIET)
        yield f"PG:{place} schemas=bench"
    finally:
        subprocess.run([LANDGIS, "db", "stop"], check=True, stdout=subprocess.DEVNULL)


def _ogr2ogr(file: Path, target: str) -> list[str | Path]:
    return ["ogr2ogr", "-f", "PostgreSQL", target, file, "-nln", "farmland", "-overwrite", "-nlt", "PROMOTE_TO_MULTI"]


def _landgis(file: Path, coverage: Path, layer: str, name: str) -> list[str | Path]:
    said = ["--as-layer", layer, "--name", name, "--in-force-from", "2024-01-01", "--substitute"]
    return [LANDGIS, "layer", "import", file, *said, "--coverage", coverage, "--publish"]


def _timed(command: list[str | Path]) -> Timed:
    """Run a command to its end; look at the memory of all its processes twenty times a second."""
    started = time.perf_counter()
    with subprocess.Popen(command, **QUIET) as running:
        peak = 0
        while running.poll() is None:
            peak = max(peak, sum(_memory_kib(process) for process in _family(running.pid)))
            time.sleep(0.05)
    if running.returncode != 0:
        raise SystemExit(f"失败 failed: {' '.join(map(str, command))}")
    return Timed(time.perf_counter() - started, peak / 1024)


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants; the server's own are not among them."""
    found = [pid]
    for one in found:
        with suppress(FileNotFoundError, ProcessLookupError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _memory_kib(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _write_coverage(path: Path) -> None:
    east, north = bench_ground.ORIGIN
    ring = shapely.to_geojson(shapely.box(east - 500, north - 500, east + 25_500, north + 25_500))
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{bench_ground.CRS.replace(':', '::')}"}}
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(ring)}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
