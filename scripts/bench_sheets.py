"""Times of sheets in a warm process, beside the times that are wanted: ``python scripts/bench_sheets.py``.

No peer draws such a sheet here: QGIS is not installed, and matplotlib is none of the dependencies. Each figure is the
best of several runs, the sheet's own check included; the first, which loads fonts, is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from landgis.maps.checking import SheetFault, atlas_faults, sheet_faults
from landgis.maps.layout import Layout, load_layout
from landgis.maps.sheet import PlanSheet, plan_sheet
from landgis.maps.sheet.atlas import atlas
from tests.support import plan_case

MEGABYTES = 5.0
TOWNS = 10


def background(request: PlanSheet, count: int) -> PlanSheet:
    """Replace the farmland under a plan by ``count`` polygons of some thirty corners."""
    rng = np.random.default_rng(5)
    west, south, east, north = request.lines.total_bounds
    x, y = rng.uniform(west, east, count), rng.uniform(south, north, count)
    turns = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    radius = (east - west) / 160 * rng.uniform(0.6, 1.2, (count, 30))
    corners = np.stack([x[:, None] + radius * np.cos(turns), y[:, None] + radius * np.sin(turns)], axis=2)
    fields = gpd.GeoDataFrame(geometry=list(shapely.polygons(corners)), crs=request.lines.crs)
    layers = [
        replace(layer, features=fields, style=replace(layer.style, hatch="diag"))
        if layer.key == "permanent_basic_farmland"
        else layer
        for layer in request.context
    ]
    return replace(request, context=tuple(layers))


def towns(lines: gpd.GeoDataFrame, count: int) -> gpd.GeoDataFrame:
    """Share lines among towns, from west to east."""
    order = np.argsort(np.argsort(lines.centroid.x.to_numpy())) * count // len(lines)
    return lines.assign(
        town_code=[f"310117{100 + town}" for town in order], town_name=[f"第{town + 1}镇" for town in order]
    )


def one_sheet(request: PlanSheet, layout: Layout | None = None) -> bytes:
    """Draw a sheet and read it back."""
    sheet = plan_sheet(request, layout)
    return sound(sheet.pdf, sheet_faults(sheet))


def whole_atlas(request: PlanSheet) -> bytes:
    """Draw an atlas and read it back."""
    drawn = atlas(request)
    return sound(drawn.pdf, atlas_faults(drawn))


def sound(pdf: bytes, faults: tuple[SheetFault, ...]) -> bytes:
    """Return what has no fault."""
    if faults:
        raise SystemExit(f"faulty: {faults[0].en}")
    return pdf


def best(work: Callable[[], bytes], rounds: int) -> tuple[float, float, float]:
    """Seconds on the clock and of processors of the best run, and megabytes."""
    times = []
    for _ in range(rounds):
        clock, busy = time.perf_counter(), time.process_time()
        size = len(work())
        times.append((time.perf_counter() - clock, time.process_time() - busy))
    return min(each[0] for each in times), min(each[1] for each in times), size / 1e6


def main() -> int:
    """Print one line a case; return 1 if a wanted figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    overview = load_layout("a3_overview")
    small = plan_case.plan(plan_case.lines(500, 9_000, 9_000))
    large = background(plan_case.plan(plan_case.lines(5_000, 16_000, 16_000)), 2_000)
    lines = towns(plan_case.lines(260, 12_000, 9_000), TOWNS)
    whole = plan_case.plan(lines, boundaries=())
    cases: list[tuple[str, Callable[[], bytes], float]] = [
        ("A3, 500 parcels", lambda: one_sheet(small, overview), 0.8),
        ("A3, 500 parcels, schedule continued", lambda: one_sheet(small), 0.0),
        ("A3, 5,000 parcels, 2,000 polygons", lambda: one_sheet(large, overview), 2.0),
        (f"atlas, {len(atlas(whole).sheets)} sheets", lambda: whole_atlas(whole), 15.0),
    ]
    one_sheet(small, overview)
    missed = 0
    for name, work, wanted in cases:
        clock, busy, size = best(work, rounds)
        well = (not wanted or clock <= wanted) and size < MEGABYTES
        missed += not well
        aim = f"wanted {wanted:4.1f} s" if wanted else "for the record"
        print(f"{name:38} {clock:6.2f} s ({busy:5.2f} s busy)  {aim}  {size:5.2f} MB  {'ok' if well else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
