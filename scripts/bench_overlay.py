"""Time the overlay kernel against named peers: same data, same answers, interleaved rounds, ratios of medians.

usage: python scripts/bench_overlay.py [--rounds N]

Data: the real-geometry pack (6,512 parcels × farmland, 1,653 features, and × homesteads, 2,304 features), already in
memory in EPSG:4528. Each way must give the same total of union areas, or the run fails.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np

from landgis.overlay import LayerIndex

PACK = Path(__file__).resolve().parents[1] / "data" / "real" / "landgis_real.gpkg"
LAYERS = {"farmland": "yjjbnt_standin", "homesteads": "zjd_standin"}
Way = Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], float]


def kernel(parcels: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> float:
    """landgis: build the index and measure."""
    return float(
        LayerIndex.build(layer.geometry.to_numpy()).measure(parcels.geometry.to_numpy()).parcels.union_m2.sum()
    )


def overlay_dissolve(parcels: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> float:
    """geopandas.overlay, then dissolve by parcel."""
    pieces = gpd.overlay(parcels, layer[["geometry"]], how="intersection", keep_geom_type=True)
    return float(pieces.dissolve("row").area.sum())


def sjoin_union(parcels: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> float:
    """geopandas.sjoin, then intersection and union_all per parcel."""
    joined = parcels.sjoin(layer[["geometry"]], predicate="intersects")
    pieces = joined.geometry.intersection(layer.geometry.loc[joined["index_right"]], align=False)
    return float(sum(gpd.GeoSeries(group).union_all().area for _, group in pieces.groupby(joined["row"])))


WAYS: dict[str, Way] = {
    "landgis kernel": kernel,
    "geopandas.overlay + dissolve": overlay_dissolve,
    "geopandas.sjoin + intersection + union_all": sjoin_union,
}


def main() -> int:
    """Run the rounds and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    parcels = gpd.read_file(PACK, layer="dk_standin").to_crs(4528)[["geometry"]]
    parcels["row"] = np.arange(len(parcels))
    for name, source in LAYERS.items():
        layer = gpd.read_file(PACK, layer=source).to_crs(4528)
        seconds: dict[str, list[float]] = {way: [] for way in WAYS}
        totals: dict[str, float] = {}
        for _ in range(rounds):
            for way, run in WAYS.items():
                started = time.perf_counter()
                totals[way] = run(parcels, layer)
                seconds[way].append(time.perf_counter() - started)
        reference = totals["landgis kernel"]
        print(f"\n{name}: {len(parcels)} parcels × {len(layer)} features, union {reference:,.3f} m², {rounds} rounds")
        best = statistics.median(seconds["landgis kernel"])
        for way, times in seconds.items():
            median = statistics.median(times)
            print(f"  {way:<44} {median:7.3f} s ({min(times):.3f}..{max(times):.3f})  ratio {median / best:6.2f}")
        if max(abs(total - reference) for total in totals.values()) > 1e-6 * reference:
            print(f"  the answers differ: {totals}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
