"""Time quality control of a farmland mesh with faults: seconds, processor seconds, memory above the input.

usage: python scripts/bench_quality.py [--count 200000] [--cheap]

The mesh of ``bench_ground`` gets the faults of real deliveries: 10 % of the cells drawn again with 2 mm noise, 2 %
copied (enlarged and shifted), 0.1 % twisted to bow-ties. For comparison the same overlaps are found by
``geopandas.sjoin`` and ``intersection`` in the same run; both must name the same pairs, or the run fails.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from bench_ground import mesh

from landgis.area import FLOOR_M2
from landgis.quality.catalogue import cheap_rules
from landgis.quality.check import check_layer

_NODES = 7
T = TypeVar("T")


def delivery(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Make a layer with faults: ``feature_id``, four delivered fields and polygons in EPSG:4549."""
    rng = np.random.default_rng(seed)
    shapes = mesh(count, seed)
    rings = shapely.get_coordinates(shapes).reshape(len(shapes), -1, 2)
    noisy, twisted, copied = (rng.choice(len(shapes), len(shapes) // part, replace=False) for part in (10, 1000, 50))
    noise = rng.normal(0, 0.002, rings[noisy].shape)
    noise[:, -1] = noise[:, 0]
    shapes[noisy] = shapely.polygons(rings[noisy] + noise)
    bow_ties = rings[twisted].copy()
    bow_ties[:, [_NODES, 3 * _NODES]] = bow_ties[:, [3 * _NODES, _NODES]]
    shapes[twisted] = shapely.polygons(bow_ties)
    middle = rings[copied].mean(axis=1, keepdims=True)
    moved = middle + 1.1 * (rings[copied] - middle) + rng.normal(0, 10, (len(copied), 1, 2))
    shapes = np.concatenate([shapes, shapely.polygons(moved)])
    ids = pd.Series([f"310117{number:012d}" for number in range(len(shapes))], dtype="str")
    fields = {"BSM": ids, "DLBM": "0101", "ZLDWMC": "示例村", "TBMJ": shapely.area(shapes).round(2)}
    return gpd.GeoDataFrame({"feature_id": ids} | fields, geometry=shapes, crs=4549)


def plain_overlaps(layer: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    """Find overlapping pairs the plain way: join by box and predicate, cut, measure."""
    shapes = shapely.transform(layer.geometry.to_numpy(), lambda points: points - points.min(axis=0))
    bent = ~shapely.is_valid(shapes)
    shapes[bent] = shapely.make_valid(shapes[bent], method="structure", keep_collapsed=False)
    near = gpd.GeoDataFrame({"id": layer["feature_id"]}, geometry=shapes)
    pairs = near.sjoin(near, predicate="intersects")
    pairs = pairs[pairs["id_left"] < pairs["id_right"]]
    cut = shapely.intersection(pairs.geometry.to_numpy(), shapes[pairs["index_right"].to_numpy()])
    real = shapely.area(cut) > FLOOR_M2
    return set(zip(pairs["id_left"][real], pairs["id_right"][real], strict=True))


def timed(what: str, work: Callable[[], T]) -> T:
    """Do it and print seconds and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    print(f"  {what:<44} {time.perf_counter() - wall:7.1f} s   processor {time.process_time() - processor:7.1f} s")
    return result


def peak_mb() -> float:
    """Peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--cheap", action="store_true", help="only the rules that every import asks")
    options = parser.parse_args()
    layer = delivery(options.count)
    vertices = int(shapely.get_num_coordinates(layer.geometry.to_numpy()).sum())
    print(f"{len(layer):,} polygons, {vertices:,} vertices")
    before = peak_mb()
    if options.cheap:
        timed("rules judged row by row", lambda: check_layer(layer, rules=cheap_rules()))
        print(f"  memory above the input: {peak_mb() - before:,.0f} MB")
        return 0
    findings = timed("all rules", lambda: check_layer(layer))
    print(f"  {len(findings):,} findings, memory above the input: {peak_mb() - before:,.0f} MB")
    paired = timed("overlaps alone", lambda: check_layer(layer, rules=["T01", "D"], tolerance={"node_m": 0}))
    plain = timed("the same by sjoin and intersection", lambda: plain_overlaps(layer))
    ours = set(zip(paired["feature_id"], paired["other_id"], strict=True))
    print(f"  overlapping pairs: {len(ours):,}; told otherwise by the other way: {len(ours ^ plain)}")
    return int(ours != plain)


if __name__ == "__main__":
    sys.exit(main())
