"""Many seeds of the sample district through the engine: every planted answer holds."""

from __future__ import annotations

from datetime import date

import pytest

from landgis.domain.outcome import Scope
from landgis.frames.layer import LayerData
from landgis.rules.load import load_pack
from landgis.sample import build
from landgis.screening.judge import judge
from landgis.screening.measure import measure

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("seed", range(2, 32))
def test_planted_answers_hold_for_every_seed(seed: int) -> None:
    district = build("small", seed)
    layers = {key: LayerData(layer.release, layer.features, layer.coverage) for key, layer in district.layers.items()}
    pack = load_pack("songjiang")
    wanted, wrong = pack.layers(Scope.FULL), []
    for day, cases in district.planted.groupby("as_of"):
        as_of = day if isinstance(day, date) else date.fromisoformat(str(day))
        measured = measure(district.parcels, layers, wanted, as_of)
        verdicts = judge(pack, district.parcels, measured, as_of, Scope.FULL).verdicts.set_index("parcel_id")["verdict"]
        wrong += [
            (row.kind, row.expected_verdict, verdicts[row.parcel_id])
            for row in cases.itertuples()
            if verdicts[row.parcel_id] != row.expected_verdict
        ]
    assert wrong == []
