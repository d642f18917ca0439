"""What only landgis is asked: one polygon at a time, growth, the sweep, causes of slivers; prints one line of JSON.

usage: python scripts/bench_kernel.py QUESTION SAMPLE [--count N]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from bench_sample import LAYERS, SEED, Sample, Shapes, around, western

from landgis.domain.outcome import Scope
from landgis.exchange.catalogue import load_catalogue
from landgis.overlay import LayerIndex, Polygons
from landgis.overlay.index import METRICS
from landgis.rules.reading.load import load_pack
from landgis.screening.measure import measure
from landgis.screening.slivers import accuracy, causes, evidence
from landgis.services.checking.check import candidates_from_file, layers_from_folder

CATALOGUE = Path(__file__).resolve().parents[1] / "layers"
Row = dict[str, Any]


def one_polygon(sample: Sample, count: int) -> list[Row]:
    """Ask four warm layers about drawn polygons, one after another, in one thread; milliseconds."""
    indexes = [LayerIndex.build(sample.layer(key)) for key in LAYERS]
    shapes = drawn(sample.parcels(), count)
    rows = []
    for name, metrics in (("areas and unions", {"union"}), ("all metrics", METRICS)):
        for shape in shapes[:100]:
            _ask(indexes, shape, metrics)
        took = np.empty(len(shapes))
        for number, shape in enumerate(shapes):
            began = time.perf_counter()
            _ask(indexes, shape, metrics)
            took[number] = (time.perf_counter() - began) * 1000
        p50, p99 = np.percentile(took, [50, 99])
        rows.append({"what": name, "polygons": len(took), "p50_ms": p50, "p99_ms": p99, "max_ms": took.max()})
    return rows


def _ask(indexes: list[LayerIndex], shape: shapely.Polygon, metrics: frozenset[str] | set[str]) -> None:
    polygon = Polygons.of([shape])
    for index in indexes:
        index.measure(polygon, metrics=metrics, threads=1)


def drawn(parcels: Shapes, count: int) -> Shapes:
    """Draw polygons as a hand would, 0.05 to 5 ha, 4 to 20 corners, anywhere among the parcels."""
    random = np.random.default_rng(SEED)
    x, y = random.choice(shapely.get_coordinates(shapely.centroid(parcels)), count).T + random.normal(
        0, 100, (2, count)
    )
    made = []
    for number in range(count):
        corners = random.integers(4, 21)
        angle = (np.arange(corners) + random.uniform(0, 0.8, corners)) * 2 * np.pi / corners
        far = np.sqrt(10 ** random.uniform(2.7, 4.7) / np.pi) * random.uniform(0.7, 1.3, corners)
        made.append(shapely.Polygon(np.c_[x[number] + far * np.cos(angle), y[number] + far * np.sin(angle)]))
    return np.array(made, dtype=object)


def growth(sample: Sample, count: int) -> list[Row]:
    """Measure the western tenth of the town and all of it: ten times the parcels at the same density, all metrics."""
    everyone = sample.parcels()
    towns = {"tenth": western(everyone, len(everyone) // 10), "whole": everyone}
    indexes = {
        name: [LayerIndex.build(around(sample.layer(key), parcels)) for key in LAYERS]
        for name, parcels in towns.items()
    }
    took: dict[str, list[float]] = {name: [] for name in towns}
    hits = dict.fromkeys(towns, 0)
    for _ in range(count):
        for name, parcels in towns.items():
            began = time.perf_counter()
            found = [index.measure(parcels, threads=2) for index in indexes[name]]
            took[name].append(time.perf_counter() - began)
            hits[name] = sum(len(one.pairs.area_m2) for one in found)
    return [
        {
            "what": name,
            "parcels": len(parcels),
            "features": sum(len(index.feature_ids) for index in indexes[name]),
            "hits": hits[name],
            "seconds": took[name][1:] or took[name],
        }
        for name, parcels in towns.items()
    ]


def slivers(sample: Sample, _count: int) -> list[Row]:
    """Judge the causes of slivers on planted parcels, whose causes are known."""
    planted = pd.read_csv(sample.folder / "planted.csv", dtype="str", encoding="utf-8-sig").dropna(subset=["cause"])
    candidates = candidates_from_file(sample.folder / "parcels.parquet").parcels
    chosen = candidates[candidates["parcel_id"].isin(planted["parcel_id"])]
    day = date.fromisoformat(planted["as_of"].iloc[0])
    wanted = load_pack("songjiang").layers(Scope.CONTROL_LINES)
    layers, _ = layers_from_folder(sample.folder / "layers", load_catalogue(CATALOGUE), wanted=set(wanted))
    measured = measure(chosen, layers, wanted, day)
    began = time.perf_counter()
    found = causes(evidence(candidates, layers, measured.hits))
    took = time.perf_counter() - began
    known = planted[["parcel_id", "layer", "cause"]]
    rows: list[Row] = accuracy(known, found).to_dict("records")
    return [{**row, "seconds": took, "slivers": len(found)} for row in rows]


def sweep(_sample: Sample, count: int) -> list[Row]:
    """Compare the sweep with looking at all pairs of edges; see `bench_sweep`."""
    from bench_sweep import compare

    return compare(count)


QUESTIONS: Mapping[str, Callable[[Sample, int], list[Row]]] = {
    "one-polygon": one_polygon,
    "growth": growth,
    "sweep": sweep,
    "slivers": slivers,
}


def main() -> int:
    """Answer one question."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", choices=QUESTIONS)
    parser.add_argument("sample", type=Path)
    parser.add_argument("--count", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(QUESTIONS[asked.question](Sample(asked.sample), asked.count)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
