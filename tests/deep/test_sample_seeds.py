"""Many seeds of the sample district through the engine: every planted answer holds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from landgis.domain.outcome import Scope
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.sample import build
from landgis.sample.country import SIZES
from landgis.sample.country.content import MEASURED, tile_content
from landgis.screening.judge import judge
from landgis.screening.measure import measure

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("pack_name", ["songjiang", "chongming"])
@pytest.mark.parametrize("seed", range(2, 32))
def test_planted_answers_hold_for_every_seed(seed: int, pack_name: str) -> None:
    district, pack = build("small", seed), load_pack(pack_name)
    layers = {key: LayerData(layer.release, layer.features, layer.coverage) for key, layer in district.layers.items()}
    wanted, wrong = {*pack.layers(Scope.FULL), *pack.optional_layers(Scope.FULL)}, []
    for day, cases in district.planted.groupby("as_of"):
        as_of = day if isinstance(day, date) else date.fromisoformat(str(day))
        measured = measure(district.parcels, layers, wanted & set(layers), as_of)
        verdicts = judge(pack, district.parcels, measured, as_of, Scope.FULL).verdicts.set_index("parcel_id")["verdict"]
        for row in cases.itertuples():
            expected = row.expected_verdict if row.district == pack_name else row.expected_elsewhere
            if verdicts[row.parcel_id] != expected:
                wrong.append((row.kind, row.parcel_id, expected, verdicts[row.parcel_id]))
    assert wrong == []


@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("size", SIZES)
def test_large_samples_are_valid_and_planted_areas_hold_for_every_seed(size: str, seed: int) -> None:
    large = SIZES[size]
    wrong, checked = [], 0
    for tile in range(0, large.tiles, large.tiles // 24):
        content = tile_content(large, seed, tile)
        for key, table in {"parcels": content.parcels, **content.layers}.items():
            wrong += [(tile, key, "invalid")] * int((~shapely.is_valid(table.shapes)).sum())
        ids = content.parcels.columns["parcel_id"].to_pylist()
        for row in content.planted:
            if row["layer"] not in MEASURED or row["expected_m2"] is None:
                continue
            parcel = content.parcels.shapes[ids.index(row["parcel_id"])]
            shapes = content.layers[str(row["layer"])].shapes
            met = shapes[shapely.intersects(shapes, parcel)]
            found = shapely.union_all(shapely.intersection(met, parcel)).area if len(met) else 0.0
            checked += 1
            if not np.isclose(found, float(str(row["expected_m2"])), rtol=1e-9, atol=1e-7):
                wrong.append((tile, str(row["kind"]), f"{found} for {row['expected_m2']}"))
    assert wrong == []
    assert checked > 40
