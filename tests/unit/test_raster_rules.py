"""Rules that read rasters: named measures, what a partly covered parcel may prove, and what it may not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Polygon

from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.outcome import Scope
from landgis.domain.raster import RasterKind
from landgis.errors import RulePackError
from landgis.exchange.delivery.layer_input import no_features
from landgis.frames.layer import LayerData
from landgis.frames.measures import CELLS
from landgis.raster.ground import ground_of
from landgis.rules.pack import RulePack
from landgis.screening.judge import judge
from landgis.screening.measure import Measured, measure
from landgis.services.measure_raster import measure_rasters
from tests.support.ground import AS_OF, Y, at, layer, parcels
from tests.support.raster_pack import OUTCOMES, pack, rule
from tests.support.rasters import WEST, Cells, write
from tests.unit.test_raster_cells import described

PACK = pack()


def data(home: Path, key: str, cells: Cells, nodata: float | None = 0) -> LayerData:
    kind = RasterKind.CLASSES if key == "land_cover" else RasterKind.HEIGHTS
    raster = described(cells, kind, nodata)
    source = Originals(home).keep(write(home / f"{key}.tif", cells, nodata=nodata))
    release = Release(key, "t", key, content_hash=source.content_hash, approved_on=AS_OF, raster=raster)
    return LayerData(release, no_features(), ground_of(raster))


def judged(
    home: Path, shape: Polygon, cover: Cells, heights: Cells, rules: RulePack = PACK
) -> tuple[Measured, dict[str, tuple[str, str | None]]]:
    frame = parcels({"a": shape})
    layers = {"land_cover": data(home, "land_cover", cover), "terrain": data(home, "terrain", heights, -9999)}
    cells = measure_rasters(Originals(home), layers, frame)
    measured = measure(frame, layers, rules.layers(Scope.FULL), AS_OF, cells=cells)
    findings = judge(rules, frame, measured, AS_OF, Scope.FULL).findings
    told = zip(findings["rule_id"], findings["outcome"], findings["measured"], strict=True)
    return measured, {name: (outcome, None if pd.isna(said) else said) for name, outcome, said in told}


def flat(value: float, kind: str = "float32") -> Cells:
    return np.full((60, 70), value, kind)


INSIDE = at(0, 0, 100, 50)
HALF_OUT = Polygon([(WEST - 50, Y), (WEST + 50, Y), (WEST + 50, Y + 50), (WEST - 50, Y + 50)])


@pytest.mark.parametrize(("code", "outcome"), [(80, "clear"), (20, "flagged"), (10, "excluded"), (60, "unknown")])
def test_the_worst_class_above_the_threshold_decides(tmp_path: Path, code: int, outcome: str) -> None:
    cover = flat(80, "uint8")
    cover[:, 22:24] = code  # 20 m of the parcel's 100 m
    measured, found = judged(tmp_path, INSIDE, cover, flat(3))
    assert found["cover"][0] == outcome
    assert float(found["cover"][1]) == pytest.approx(0.2 if code != 80 else 1, abs=1e-6)
    assert set(measured.coverage["state"]) == {"complete"}


def test_a_share_below_the_threshold_is_told_and_does_not_count(tmp_path: Path) -> None:
    cover = flat(0, "uint8") + np.uint8(80)
    cover[:, 22] = 10
    cover[:, 23] = 10
    rules = pack(rule("cover", "cover_share", "land_cover", 0.9, "share", OUTCOMES))
    found = judged(tmp_path, INSIDE, cover, flat(3), rules)[1]
    assert found["cover"][0] == "clear"
    assert float(found["cover"][1]) == pytest.approx(0.8, abs=1e-6)


def test_heights_above_and_below(tmp_path: Path) -> None:
    heights = flat(3.5)
    heights[:, 22] = 6
    heights[:, 23] = 1
    found = judged(tmp_path, INSIDE, flat(80, "uint8"), heights)[1]
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "cover": "clear", "highest": "excluded", "mean": "clear", "lowest": "clear",
    }  # fmt: skip
    assert [float(found[name][1]) for name in ("highest", "mean", "lowest")] == pytest.approx([6, 3.5, 1])


@pytest.mark.parametrize("why", ["outside", "nodata"])
def test_a_partly_covered_parcel_is_never_clear(tmp_path: Path, why: str) -> None:
    cover, heights = flat(80, "uint8"), flat(3)
    shape = HALF_OUT if why == "outside" else INSIDE
    if why == "nodata":
        cover[:, 20:25] = 0
        heights[:, 20:25] = -9999
    measured, found = judged(tmp_path, shape, cover, heights)
    assert {outcome for outcome, _ in found.values()} == {"unknown"}
    assert set(measured.coverage["state"]) == {"partial"}
    assert measured.coverage["uncovered_m2"].tolist() == pytest.approx([2500, 2500])


def test_a_partly_covered_parcel_proves_what_the_rest_cannot_undo(tmp_path: Path) -> None:
    """Cropland above the threshold and a height above it stay so; a mean and a lowest height do not."""
    found = judged(tmp_path, HALF_OUT, flat(10, "uint8"), flat(9))[1]
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "cover": "excluded", "highest": "excluded", "mean": "unknown", "lowest": "unknown",
    }  # fmt: skip
    assert float(found["cover"][1]) == pytest.approx(0.5, abs=1e-6)


def test_a_raster_that_was_not_measured_is_absent(tmp_path: Path) -> None:
    frame = parcels({"a": INSIDE})
    layers = {"land_cover": data(tmp_path, "land_cover", flat(80, "uint8"))}
    measured = measure(frame, layers, ("land_cover",), AS_OF)
    assert measured.coverage["state"].tolist() == ["absent"]
    assert judge(PACK, frame, measured, AS_OF, Scope.FULL).verdicts["verdict"].tolist() == ["unknown"]


def test_a_parcel_that_the_cells_leave_out_is_uncovered(tmp_path: Path) -> None:
    layers = {"land_cover": data(tmp_path, "land_cover", flat(80, "uint8"))}
    cells = measure_rasters(Originals(tmp_path), layers, parcels({"a": INSIDE}))
    measured = measure(parcels({"a": INSIDE, "b": INSIDE}), layers, ("land_cover",), AS_OF, cells=cells)
    assert measured.coverage["state"].tolist() == ["complete", "partial"]


def test_a_stale_raster_proves_nothing(tmp_path: Path) -> None:
    stale = data(tmp_path, "land_cover", flat(10, "uint8"))
    stale = replace(stale, release=replace(stale.release, expires_on=AS_OF.replace(year=2025)))
    frame, layers = parcels({"a": INSIDE}), {"land_cover": stale}
    measured = measure(frame, layers, ("land_cover",), AS_OF, cells=measure_rasters(Originals(tmp_path), layers, frame))
    assert measured.coverage["state"].tolist() == ["stale"]
    assert set(judge(PACK, frame, measured, AS_OF, Scope.FULL).findings["outcome"]) == {"unknown"}


@pytest.mark.parametrize(("measure_name", "key"), [("overlap_area", "land_cover"), ("height_max", "homestead")])
def test_features_are_not_read_off_cells_nor_cells_off_features(tmp_path: Path, measure_name: str, key: str) -> None:
    """A raster is evidence, never a control line: reading it as one would find nothing, and nothing is clear."""
    overlap = "          overlap: {outcome: excluded, zh: 压占, en: overlaps}"
    unit, outcomes = ("m2", overlap) if measure_name == "overlap_area" else ("m", "")
    rules = pack(rule("odd", measure_name, key, 0, unit, outcomes))
    frame = parcels({"a": INSIDE})
    layers = {
        "land_cover": data(tmp_path, "land_cover", flat(80, "uint8")),
        "homestead": layer("homestead", {"h": at(900, 0, 9, 9)}),
    }
    cells = measure_rasters(Originals(tmp_path), layers, frame)
    measured = measure(frame, layers, (key,), AS_OF, cells=cells if key == "land_cover" else CELLS.empty())
    with pytest.raises(RulePackError, match="does not fit the layer"):
        judge(rules, frame, measured, AS_OF, Scope.FULL)


def test_a_pack_on_rasters_can_be_tried_by_cases() -> None:
    from landgis.rules.cases import _evidence
    from landgis.rules.evaluate import evaluate

    given = {"cells": {"land_cover": {"built": 0.7, "cropland": 0.3}, "terrain": {"max_m": 5, "mean_m": 3, "min_m": 1}}}
    found = evaluate(PACK, _evidence(PACK, given), AS_OF, Scope.FULL)
    assert found["outcome"].tolist() == ["excluded", "excluded", "clear", "clear"]
    assert "30.00%" in found["message_zh"].iloc[0]
    assert "5.00 m high" in found["message_en"].iloc[1]
