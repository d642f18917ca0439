"""The kernel against PostGIS on the sample district: two engines, one answer."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from landgis.db.connect import Database
from landgis.overlay import LayerIndex
from tests.support.heaps import heap
from tests.support.second_engine import overlaps, pair_areas

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.mark.parametrize(
    "layer", ["permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary", "survey_land_use"]
)
def test_both_engines_measure_the_same(layer: str, database: Database) -> None:
    parcels = gpd.read_file(SAMPLE / "parcels.gpkg").geometry.to_numpy()
    features = gpd.read_file(SAMPLE / "layers" / f"{layer}.gpkg").geometry.to_numpy()
    result = LayerIndex.build(features).measure(parcels)
    union, summed, hits = overlaps(database, parcels, features)
    assert result.parcels.union_m2 == pytest.approx(union, abs=1e-4)
    assert np.bincount(result.pairs.parcel, result.pairs.area_m2, len(parcels)) == pytest.approx(summed, abs=1e-4)
    assert (result.parcels.hits == hits).all()
    assert result.parcels.hits.sum() > 0


def test_five_thousand_pairs(database: Database) -> None:
    # PostGIS cuts at the place's coordinates, where its snapping moves whole edges: beside noise of half a metre and
    # of nothing it agrees, and that is what is compared here; smaller noise is measured against shapely near zero.
    rng = np.random.default_rng(23)
    parcels = np.concatenate([heap(rng, 900, 0.0), heap(rng, 900, 0.5)])
    features = np.concatenate([heap(rng, 900, 0.5), heap(rng, 900, 0.0)])
    pairs = LayerIndex.build(features).measure(parcels).pairs
    chosen = np.sort(rng.choice(len(pairs.parcel), 5_000, replace=False))
    cut = pair_areas(database, parcels[pairs.parcel[chosen]], features[pairs.position[chosen]])
    assert pairs.area_m2[chosen] == pytest.approx(cut, abs=1e-6, rel=1e-10)
