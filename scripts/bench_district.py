"""A district: build the indexes of four layers, screen all parcels with all metrics, and PostGIS on the farmland.

usage: python scripts/bench_district.py [--sample FOLDER] [--limit SECONDS] [--json FILE]

替代数据，非法定成果 generated data, no legal force: ``landgis sample build --size district``, built on the first run.
Building and screening run in processes of their own, as they do in an office: layer after layer, the index written to
the disk, later opened from there. Memory is that of the whole process tree.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_machine import machine, versions
from bench_memory import Watch
from bench_race import Race, Runner
from bench_sample import FARMLAND, LAYERS, Sample
from bench_server import server
from bench_tables import seconds, table, whole

from landgis.overlay import LayerIndex, Polygons

HOME = Path(__file__).resolve().parents[1]
LIMIT_S = 900.0
Stage = dict[str, Any]
KERNEL_RUNNER = Runner("landgis-2", "landgis 编译内核 compiled, 2 threads")


def build(sample: Sample, folder: Path) -> Stage:
    """Build and save one index after another; reading the file is told apart."""
    found = {}
    for key in LAYERS:
        began = time.perf_counter()
        shapes = sample.layer(key)
        read = time.perf_counter()
        index = LayerIndex.build(shapes)
        built = time.perf_counter()
        index.save(folder / key)
        found[key] = {
            "features": len(shapes),
            "read_s": read - began,
            "build_s": built - read,
            "save_s": time.perf_counter() - built,
        }
        del shapes, index
    return found


def screen(sample: Sample, folder: Path) -> Stage:
    """Open every index and measure all parcels against it, all metrics."""
    parcels = sample.parcels()
    began = time.perf_counter()
    polygons = Polygons.of(parcels)
    found: Stage = {"parcels": len(parcels), "prepare_s": time.perf_counter() - began}
    for key in LAYERS:
        began = time.perf_counter()
        measured = LayerIndex.load(folder / key).measure(polygons)
        found[key] = {
            "screen_s": time.perf_counter() - began,
            "hits": len(measured.pairs.area_m2),
            "union_m2": float(np.sum(measured.parcels.union_m2)),
        }
        del measured
    return found


STAGES = {"build": build, "screen": screen}


def main() -> int:
    """Run both stages and the race on the farmland, print, and fail if answers differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=Path, default=HOME / "out" / "bench" / "district")
    parser.add_argument("--size", default="district", help="size to build where there is no sample")
    parser.add_argument(
        "--limit", type=float, default=LIMIT_S, help="seconds that PostGIS has for a statement; 0: none"
    )
    parser.add_argument("--json", type=Path, help="write every figure there")
    parser.add_argument("--stage", nargs=2, metavar=("STAGE", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.stage:
        print(json.dumps(STAGES[asked.stage[0]](Sample(asked.sample), Path(asked.stage[1]))))
        return 0
    print(f"{machine()}\n{versions()}")
    sample = Sample.at(asked.sample, asked.size)
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        stages = {name: _stage(name, sample, Path(folder)) for name in STAGES}
    _print_stages(stages["build"], stages["screen"])
    race = _against_postgis(sample, asked.limit) if asked.limit else None
    if asked.json:
        asked.json.write_text(json.dumps(stages | {"farmland": race.as_dict() if race else None}, indent=1))
    print(f"\n{machine()}")
    for line in race.differing() if race else ():
        print(f"结果不一致 the answers differ: {line}", file=sys.stderr)
    return 1 if race and race.differing() else 0


def _stage(name: str, sample: Sample, folder: Path) -> Stage:
    command = [sys.executable, __file__, "--sample", sample.folder, "--stage", name, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running, Watch(running.pid) as watch:
        said, _ = running.communicate()
    if running.returncode:
        raise SystemExit(f"失败 failed: {name}")
    return {**json.loads(said.splitlines()[-1]), "peak_mib": watch.peak_mib}


def _print_stages(built: Stage, screened: Stage) -> None:
    rows = [
        (
            key,
            whole(built[key]["features"]),
            seconds(built[key]["read_s"]),
            seconds(built[key]["build_s"]),
            seconds(built[key]["save_s"]),
            seconds(screened[key]["screen_s"]),
            whole(screened[key]["hits"]),
        )
        for key in LAYERS
    ]
    build_s = sum(built[key]["build_s"] for key in LAYERS)
    screen_s = screened["prepare_s"] + sum(screened[key]["screen_s"] for key in LAYERS)
    peak_gib = max(built["peak_mib"], screened["peak_mib"]) / 1024
    table(
        f"1 · 全区：{screened['parcels']:,} 宗地块，四个图层，全部指标 a district, four layers, all metrics",
        ("秒 seconds", "图斑 features", "读 read", "建索引 build", "存 save", "量算 screen", "压占 hits"),
        rows,
        (
            f"地块准备 parcels made ready {screened['prepare_s']:.1f} s",
            f"内存峰值 peak memory: 建 build {built['peak_mib']:,.0f} MiB, 量 screen {screened['peak_mib']:,.0f} MiB",
        ),
    )
    asked = (("建索引 build, s", 60, build_s), ("量算 screen, s", 20, screen_s), ("内存 memory, GiB", 6, peak_gib))
    table(
        "要求与实测 asked and measured",
        ("", "要求 asked", "实测 measured", ""),
        [
            (name, f"< {most}", f"{value:.1f}", "达到 met" if value < most else "未达 not met")
            for name, most, value in asked
        ],
    )


def _against_postgis(sample: Sample, limit_s: float) -> Race:
    """Pairs and unions of the farmland, by landgis and by PostGIS."""
    files = sample.folder / "parcels.parquet", sample.folder / "layers" / f"{FARMLAND}.parquet"
    with server() as at:
        print(f"\n{at.versions()}", flush=True)
        parcels, features = sample.parcels(), sample.layer(FARMLAND)
        size = f"{len(parcels):,} parcels × {len(features):,} features"
        loaded = {"farmland": at.load("farmland", parcels, features)}
        del parcels, features
        runners = (KERNEL_RUNNER, Runner("postgis", "PostGIS 并行 parallel", schema="farmland", limit_s=limit_s))
        race = Race(*files, size, runners, at, loaded)
        race.run(1)
    race.print_warm(
        f"2 · 永久基本农田 farmland: {size}",
        f"PostGIS 每条语句限时 {limit_s:.0f} s a statement at most",
        *_at_least(race, limit_s),
    )
    return race


def _at_least(race: Race, limit_s: float) -> list[str]:
    """Say what is known of the ratio where PostGIS was not done in time."""
    ours, theirs = race.results["landgis-2"][0], race.results["postgis"][0]
    if theirs.both_s is not None or ours.both_s is None or "QueryCanceled" not in theirs.trouble:
        return []
    spent = limit_s + (theirs.pairs_s or 0)
    return [f"限时已到：至少 the limit was hit: at least {spent / ours.both_s:.0f} ×"]


if __name__ == "__main__":
    sys.exit(main())
