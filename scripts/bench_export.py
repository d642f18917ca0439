"""Time handing over: 200,000 polygons to GeoPackage, against a bare write of the same frame in the same run.

Prints medians in seconds and two ratios: fitting and writing against the bare write, and the whole way (fit, write, read
back row by row, rename) against it. The bare write is ``pyogrio.write_dataframe`` as it comes, without reading anything
back; the same through Arrow stands beside it. The machine's load is told before and after.

Run: ``python scripts/bench_export.py [--polygons 200000] [--rounds 5]``.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from landgis.exchange.writing.format import Format
from landgis.exchange.writing.geopackage import GEOPACKAGE
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.ogr_layers import put_layer, reproducible
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.stored import StoredLayer

ALLOWED = {
    "bare write": "",
    "bare write through Arrow": "",
    "fitted and written": " (allowed 1.5)",
    "and read back row by row": " (allowed 3)",
}


def main() -> None:
    """Run the benchmark and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polygons", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    frame = polygons(asked.polygons)
    ways = {
        "bare write": bare_write,
        "bare write through Arrow": lambda path, frame: bare_write(path, frame, use_arrow=True),
        "fitted and written": lambda path, frame: export(replace(GEOPACKAGE, put=put_unproven), path, frame),
        "and read back row by row": lambda path, frame: export(GEOPACKAGE, path, frame),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(asked.rounds):  # in turn, so that what else the machine does weighs on all alike
            for number, (way, run) in enumerate(ways.items()):
                seconds[way].append(timed(partial(run, Path(folder) / f"{number}.gpkg", frame)))
    bare = median(seconds["bare write"])
    print(f"polygons {len(frame)} · medians of {asked.rounds} rounds · load {load:.1f} → {os.getloadavg()[0]:.1f}")
    for way, allowed in ALLOWED.items():
        taken = median(seconds[way])
        print(f"{way} {taken:.2f} s · ratio {taken / bare:.2f}{allowed}")


def polygons(count: int) -> gpd.GeoDataFrame:
    """Generate plots of five to nine corners with eight columns (替代数据，非法定成果)."""
    random = np.random.default_rng(7)
    row = np.arange(count)
    corners = random.integers(5, 10, count)
    owner = np.repeat(row, corners)
    turn = (np.arange(len(owner)) - np.repeat(np.cumsum(corners) - corners, corners)) / corners[owner] * 2 * np.pi
    radius = 20 + 20 * random.random(len(owner))
    east = 600_000 + 100.0 * (owner % 500) + radius * np.cos(turn)
    north = 3_400_000 + 100.0 * (owner // 500) + radius * np.sin(turn)
    shapes = shapely.polygons(shapely.linearrings(np.column_stack([east, north]).round(3), indices=owner))
    table = pd.DataFrame(
        {
            "DKBH": [f"SJ-{number:06d}" for number in row],
            "DKMC": [f"第{number % 97}村𠮷{number}号地块" for number in row],
            "QSDWMC": [None if number % 7 == 0 else f"第{number % 97}村经济合作社" for number in row],
            "GHYDDM": random.choice(["0901", "100101", "110101", "070102"], count),
            "AREA_M2": shapely.area(shapes),
            "AREA_HA": (shapely.area(shapes) / 10_000).round(4),
            "POINTS": random.integers(0, 100, count),
            "CLEAR": random.random(count) < 0.5,
        }
    )
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4549)


def bare_write(path: Path, frame: gpd.GeoDataFrame, *, use_arrow: bool = False) -> None:
    """Write as one would without a promise."""
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(frame, path, layer="plots", driver="GPKG", use_arrow=use_arrow)


def export(form: Format, path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write through a format."""
    form.write(path, {"plots": frame})


def put_unproven(draft: Path, layers: Sequence[StoredLayer], _: WritingOptions, __: Limits) -> None:
    """Write as the format does, without reading back."""
    with reproducible():
        for layer in layers:
            put_layer(draft, layer, "GPKG", {}, append=False)


def timed(run: Callable[[], None]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
