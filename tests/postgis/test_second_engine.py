"""The kernel against PostGIS on the sample district: two engines, one answer."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from landgis.db.connect import Database
from landgis.overlay import LayerIndex
from tests.support.second_engine import overlaps

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
