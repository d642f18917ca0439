"""Time the overlay kernel against named peers: same data, same answers, interleaved rounds, ratios of medians.

usage: python scripts/bench_overlay.py [--rounds 3] [--sample FOLDER] [--only farmland red-line …] [--json FILE]

替代数据，非法定成果 generated data, no legal force: the town of ``landgis sample build --size town``, built on the first run.
Every way runs in a process of its own, one at a time. The run fails if two ways find different areas.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from bench_machine import machine, versions
from bench_race import Race, Runner
from bench_sample import FARMLAND, RED_LINE, Sample, Shapes, around, drawn_from, moved_into, western, write_shapes
from bench_server import SUBDIVIDED, Server, server
from bench_tables import middle, spread, table, times, whole

HOME = Path(__file__).resolve().parents[1]
KERNEL = Path(__file__).with_name("bench_kernel.py")
PARCELS, RED_LINE_PARCELS, RED_LINES = 8_000, 4_000, 20
LARGE = 5_000
"""Vertices of a large polygon. One planted among farmland outweighs all others with some peers: left out, to be fair."""
RAW_LIMIT_S = 60.0
ONE_SHOT, SAVED = "landgis-near", "landgis-saved"
KERNEL_RUNNER = Runner("landgis-2", "landgis 编译内核 compiled, 2 threads")
FARMLAND_RUNNERS = (
    KERNEL_RUNNER,
    Runner("landgis-1", "landgis 编译内核 compiled, 1 thread"),
    Runner(SAVED, "landgis 存盘索引 saved index, memory-mapped"),
    Runner(ONE_SHOT, "landgis 一次性 one-shot (near=)"),
    Runner("landgis-plain", "landgis 普通内核 plain kernel (shapely)"),
    Runner("overlay", "geopandas.overlay + dissolve"),
    Runner("sjoin", "sjoin + intersection + union_all"),
    Runner("postgis", "PostGIS 并行 parallel", schema="farmland"),
    Runner("postgis-serial", "PostGIS 不并行 not parallel", schema="farmland"),
    Runner("duckdb", "DuckDB spatial, 2 threads"),
    Runner("sedonadb", "SedonaDB"),
)
RED_LINE_RUNNERS = (
    KERNEL_RUNNER,
    Runner("landgis-plain", "landgis 普通内核 plain kernel (shapely)"),
    Runner("overlay", "geopandas.overlay + dissolve"),
    Runner("postgis", f"PostGIS ST_Subdivide({SUBDIVIDED})", schema="redline_parts", name="subdivided"),
    Runner("postgis", "PostGIS 原图 raw", schema="redline", once=True, limit_s=RAW_LIMIT_S, name="raw"),
    Runner("duckdb", "DuckDB spatial 原图 raw", once=True, limit_s=RAW_LIMIT_S),
    Runner("sedonadb", "SedonaDB 原图 raw", once=True, limit_s=RAW_LIMIT_S),
)


class Bench:
    """One run of the command: what it asks, what it has found."""

    def __init__(self, sample: Sample, folder: Path, asked: argparse.Namespace) -> None:
        self.found: dict[str, Any] = {}
        self.goals: list[tuple[str, str, float | None, bool]] = []
        self.differing: list[str] = []
        self._sample, self._folder, self._asked = sample, folder, asked

    def farmland(self, at: Server) -> None:
        """Parcels against many small features."""
        parcels = drawn_from(self._parcels(), PARCELS)
        features = self._near(self._sample.layer(FARMLAND))
        fields = small(features)
        race = self._race("farmland", parcels, fields, at, FARMLAND_RUNNERS, {})
        left = f"未计 left out: {len(features) - len(fields)} 个 > {LARGE:,} 顶点 vertices"
        race.print_warm(f"1 · 永久基本农田，已备 farmland, warm: {race.size}", left, without=[ONE_SHOT])
        race.print_cold(
            f"2 · 同上，自内存中的图形起 the same, nothing prebuilt, geometry in memory: {race.size}", ONE_SHOT, [SAVED]
        )
        self._at_least("1 farmland, warm: × geopandas.overlay", 40, race.warm("overlay"))
        self._at_least("1 farmland, warm: × PostGIS parallel", 40, race.warm("postgis"))
        self._at_least("2 nothing prebuilt: × geopandas.overlay", 6, race.cold("overlay", ONE_SHOT))

    def red_line(self, at: Server) -> None:
        """Parcels against few polygons of very many vertices."""
        features = self._sample.layer(RED_LINE)
        features = features[np.argsort(-shapely.area(features), kind="stable")[:RED_LINES]]
        parcels = drawn_from(self._parcels(), RED_LINE_PARCELS)
        half = len(parcels) // 2
        parcels = np.concatenate([parcels[:half], moved_into(parcels[half:], features)])
        vertices = shapely.get_num_coordinates(features)
        race = self._race("redline", parcels, features, at, RED_LINE_RUNNERS, {"redline_parts": at.subdivide})
        race.print_warm(
            f"3 · 生态保护红线 red line: {race.size}, {vertices.min():,}–{vertices.max():,} 顶点 vertices each",
            f"原图各引擎只跑一次，每条语句（PostGIS）或全程（其余）限时 {RAW_LIMIT_S:.0f} s；"
            f" raw peers run once, {RAW_LIMIT_S:.0f} s at most for a statement (PostGIS) or a process (others)",
            "取面积最大的二十个，不计埋设的小块 the twenty largest by area, planted pieces left out",
            "地块中有一半移到红线范围内，否则极少压占 half of the parcels are moved to the red line: else hardly any would hit",
        )
        self._at_least("3 red line: × PostGIS subdivided", 15, race.warm("subdivided"))
        self._at_least("3 red line: × geopandas.overlay", 150, race.warm("overlay"))

    def one_polygon(self) -> None:
        """One drawn polygon after another."""
        rows = self._ask("one-polygon", self._asked.drawn)
        table(
            f"4 · 单个图形对四个图层，已备，单线程 one polygon, four layers, warm, 1 thread: {rows[0]['polygons']:,} drawn",
            ("毫秒 ms", "p50", "p99", "max"),
            [(row["what"], *(f"{row[name]:.2f}" for name in ("p50_ms", "p99_ms", "max_ms"))) for row in rows],
        )
        for row in rows:
            self._at_most(f"4 one polygon, {row['what']}: p50 ms", 0.5, row["p50_ms"])
            self._at_most(f"4 one polygon, {row['what']}: p99 ms", 2, row["p99_ms"])

    def growth(self) -> None:
        """Ten times the parcels at the same density."""
        small, large = rows = self._ask("growth", 2 * self._asked.rounds + 1)
        factor = (middle(large["seconds"]) or 0) / (middle(small["seconds"]) or 1)
        counts = ("parcels", "features", "hits")
        shown = [(row["what"], *(whole(row[name]) for name in counts), spread(row["seconds"])) for row in rows]
        factors = (*(times(large[name], small[name]) for name in counts), f"{factor:.1f} ×")
        table(
            "5 · 密度不变，地块十倍；四个图层，全部指标 growth: parcels × 10 at the same density, four layers, all metrics",
            ("", "地块 parcels", "图斑 features", "压占 hits", "秒 seconds"),
            [*shown, ("倍数 factor", *factors)],
        )
        self._at_most("5 growth: factor of time", 11, factor)

    def sweep(self) -> None:
        """The sweep against all pairs of edges."""
        rows = self._ask("sweep", self._asked.rounds)
        shown = [
            (
                whole(row["corners"]),
                whole(row["edge_pairs"]),
                f"{row['all_pairs_us']:,.1f}",
                f"{row['sweep_us']:,.1f}",
                f"{row['all_pairs_us'] / row['sweep_us']:.2f} ×",
                row["kernel"],
            )
            for row in rows
        ]
        table(
            "6 · 一对图形：扫描线与逐对比较，微秒 one pair of polygons: the sweep against all pairs of edges, µs",
            (
                "顶点 corners",
                "边对 edge pairs",
                "逐对 all pairs",
                "扫描 sweep",
                "扫描之利 worth",
                "内核取 kernel takes",
            ),
            shown,
            [f"面积相差不超过 areas differ by at most {max(row['apart_m2'] for row in rows):.0e} m²"],
        )

    def slivers(self) -> None:
        """Causes of slivers."""
        rows = self._ask("slivers", 1)
        counts, shares = ("planted", "unseen", "found", "right"), ("precision", "recall")
        table(
            "7 · 碎部成因，已知答案 causes of slivers on the planted cases",
            (
                "成因 cause",
                "埋设 planted",
                "非碎部 unseen",
                "判为 found",
                "正确 right",
                "准确率 precision",
                "召回率 recall",
            ),
            [(row["cause"], *(whole(row[n]) for n in counts), *(_share(row[n]) for n in shares)) for row in rows],
            [f"{rows[0]['slivers']:,} 处 slivers, {rows[0]['seconds']:.1f} s"],
        )

    def summary(self) -> None:
        """What was asked of landgis, and what it reached."""
        rows = [
            (name, asked, "—" if value is None else f"{value:.2f}", "达到 met" if met else "未达 not met")
            for name, asked, value, met in self.goals
        ]
        if rows:
            table("要求与实测 asked and measured", ("", "要求 asked", "实测 measured", ""), rows)
        for line in self.differing:
            print(f"结果不一致 the answers differ: {line}", file=sys.stderr)

    def _parcels(self) -> Shapes:
        everyone = small(self._sample.parcels())
        return western(everyone, int(len(everyone) * self._asked.share))

    def _near(self, features: Shapes) -> Shapes:
        return features if self._asked.share == 1 else around(features, self._parcels())

    def _race(
        self,
        name: str,
        parcels: Shapes,
        features: Shapes,
        at: Server,
        runners: Sequence[Runner],
        further: dict[str, Callable[[str, str], float]],
    ) -> Race:
        files = self._folder / f"{name}-parcels.parquet", self._folder / f"{name}.parquet"
        for file, shapes in zip(files, (parcels, features), strict=True):
            write_shapes(file, shapes)
        loaded = {name: at.load(name, parcels, features)}
        loaded |= {schema: make(name, schema) for schema, make in further.items()}
        race = Race(*files, f"{len(parcels):,} parcels × {len(features):,} features", runners, at, loaded)
        race.run(self._asked.rounds)
        self.differing += race.differing()
        self.found[name] = race.as_dict()
        return race

    def _ask(self, question: str, count: int) -> list[dict[str, Any]]:
        command = [sys.executable, KERNEL, question, self._sample.folder, "--count", str(count)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        self.found[question] = json.loads(done.stdout.splitlines()[-1])
        return list(self.found[question])

    def _at_least(self, name: str, asked: float, value: float | None) -> None:
        self.goals.append((name, f"≥ {asked:g}", value, value is not None and value >= asked))

    def _at_most(self, name: str, asked: float, value: float) -> None:
        self.goals.append((name, f"≤ {asked:g}", value, value <= asked))


def small(shapes: Shapes) -> Shapes:
    """Leave the large polygons out."""
    return shapes[shapely.get_num_coordinates(shapes) <= LARGE]


def _share(value: float) -> str:
    return "—" if value != value else f"{value:.2f}"


RACES = ("farmland", "red-line")
QUESTIONS = ("one-polygon", "growth", "sweep", "slivers")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=Path, default=HOME / "out" / "bench" / "town")
    parser.add_argument("--only", nargs="+", choices=(*RACES, *QUESTIONS), default=(*RACES, *QUESTIONS))
    parser.add_argument("--share", type=float, default=1.0, help="western share of the town that races run on")
    parser.add_argument("--drawn", type=int, default=2_500, help="polygons asked one by one")
    parser.add_argument("--json", type=Path, help="write every figure there")
    return parser.parse_args()


def main() -> int:
    """Run what was asked for, print, and fail if answers differ."""
    asked = arguments()
    began = time.perf_counter()
    print(f"{machine()}\n{versions()}")
    sample = Sample.at(asked.sample, "town")
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        bench = Bench(sample, Path(folder), asked)
        if set(asked.only) & set(RACES):
            with server() as at:
                print(at.versions())
                for name in (race for race in RACES if race in asked.only):
                    getattr(bench, name.replace("-", "_"))(at)
        for name in (question for question in QUESTIONS if question in asked.only):
            getattr(bench, name.replace("-", "_"))()
    bench.summary()
    print(f"\n{asked.rounds} 轮 rounds, {time.perf_counter() - began:.0f} s; {machine()}")
    if asked.json:
        asked.json.write_text(json.dumps(bench.found, indent=1), encoding="utf-8")
    return 1 if bench.differing else 0


if __name__ == "__main__":
    sys.exit(main())
