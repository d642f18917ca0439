"""Rules that read rasters: named measures, what a partly covered parcel may prove, and what it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Polygon

from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.outcome import Scope
from landgis.domain.raster import UNRECOGNISED, CoverClass, RasterKind
from landgis.errors import RulePackError
from landgis.exchange.delivery.layer_input import no_features
from landgis.frames.layer import LayerData
from landgis.frames.measures import CELLS
from landgis.raster.ground import ground_of
from landgis.rules.pack import RulePack
from landgis.screening.judge import judge
from landgis.screening.measure import Measured, measure
from landgis.services.layers.measure_raster import measure_rasters
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
    from landgis.rules.judging.evaluate import evaluate
    from landgis.rules.reading.case_schema import GivenYaml
    from landgis.rules.trying.case_parcel import case_evidence

    given = {"cells": {"land_cover": {"built": 0.7, "cropland": 0.3}, "terrain": {"max_m": 5, "mean_m": 3, "min_m": 1}}}
    found = evaluate(PACK, case_evidence(PACK, {"case": GivenYaml.model_validate(given)}), AS_OF, Scope.FULL)
    assert found["outcome"].tolist() == ["excluded", "excluded", "clear", "clear"]
    assert "30.00%" in found["message_zh"].iloc[0]
    assert "5.00 m high" in found["message_en"].iloc[1]


# Below a threshold, dated thresholds, and what bounds leave open


def below(name: str, measure_name: str, threshold: float) -> RulePack:
    clear = "\n".join(
        f'          {cover}: {{outcome: {"flagged" if cover == "built" else "clear"}, zh: "{{share}}", en: "{{share}}"}}'
        for cover in (*map(str, CoverClass), UNRECOGNISED)
    )
    share = measure_name == "cover_share"
    text = rule(
        name, measure_name, "land_cover" if share else "terrain", threshold, "share" if share else "m",
        clear if share else "",
    )  # fmt: skip
    return pack(text.replace("unit: share}", "unit: share, side: below}").replace("unit: m}", "unit: m, side: below}"))


@pytest.mark.parametrize(
    ("built", "unknown", "outcome", "told"),
    [
        (3, 0, "flagged", 0.3), (5, 0, "clear", 0.5), (6, 0, "clear", 0.6), (0, 0, "flagged", 0.0),
        (3, 1, "flagged", 0.3), (4, 2, "unknown", 0.4), (6, 2, "clear", 0.6),
    ],
)  # fmt: skip
def test_a_class_below_a_share_counts_and_unrecognised_codes_may_be_of_it(
    tmp_path: Path, built: int, unknown: int, outcome: str, told: float
) -> None:
    cover = flat(10, "uint8")
    cover[:, 20 : 20 + built] = 80
    cover[:, 20 + built : 20 + built + unknown] = 60
    found = judged(tmp_path, INSIDE, cover, flat(3), below("built", "cover_share", 0.5))[1]["built"]
    assert found[0] == outcome
    assert float(found[1] or "nan") == pytest.approx(told, abs=1e-6)


def test_unrecognised_codes_below_the_threshold_may_lift_a_class_above_it(tmp_path: Path) -> None:
    """8 % cropland and 5 % of nobody knows what: not shown to be below a tenth."""
    cover = flat(80, "uint8")
    cover[40:45, 20:22], cover[40:45, 22:24] = 10, 60
    assert judged(tmp_path, at(0, -50, 250, 50), cover, flat(3))[1]["cover"][0] == "unknown"
    cover[40:45, 22:24] = 80
    assert judged(tmp_path, at(0, -50, 250, 50), cover, flat(3))[1]["cover"][0] == "clear"


@pytest.mark.parametrize(
    ("measure_name", "inside", "half"),
    [("height_min", "excluded", "excluded"), ("height_mean", "clear", "unknown"), ("height_max", "clear", "unknown")],
)
def test_heights_below_a_threshold(tmp_path: Path, measure_name: str, inside: str, half: str) -> None:
    """What is low stays low whatever the rest of the parcel is; a mean or a highest height does not."""
    heights = flat(4)
    heights[:, 22] = 1
    heights[:, 0] = 1
    rules = below("low", measure_name, 3)
    assert judged(tmp_path, INSIDE, flat(80, "uint8"), heights, rules)[1]["low"][0] == inside
    assert judged(tmp_path, HALF_OUT, flat(80, "uint8"), heights, rules)[1]["low"][0] == half


def test_a_threshold_says_on_which_side_it_counts() -> None:
    rules = below("low", "height_mean", 3)
    assert rules.side_of("low", AS_OF) == "below"
    assert rules.side_of("low", date(2000, 1, 1)) == "above"
    assert pack(rule("high", "height_mean", "terrain", 3)).side_of("high", AS_OF) == "above"
    assert rules.side_of("adjacency-homestead", AS_OF) == "within"


def test_little_built_on_the_covered_half_proves_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path, HALF_OUT, flat(10, "uint8"), flat(3), below("built", "cover_share", 0.4))[1]
    assert found["built"][0] == "unknown"


def test_a_threshold_has_a_date(tmp_path: Path) -> None:
    text = rule("cover", "cover_share", "land_cover", 0.3, "share", OUTCOMES)
    start = text.index("      - from")
    later = text[start:].replace("2023-01-01", "2026-07-01").replace("value: 0.3", "value: 0.1")
    rules = pack(text.rstrip("\n") + "\n" + later)
    cover = flat(80, "uint8")
    cover[:, 22:24] = 10
    frame, layers = parcels({"a": INSIDE}), {"land_cover": data(tmp_path, "land_cover", cover)}
    cells = measure_rasters(Originals(tmp_path), layers, frame)
    said = {}
    for day in (AS_OF, AS_OF.replace(month=7, day=1)):
        measured = measure(frame, layers, ("land_cover",), day, cells=cells)
        (finding,) = judge(rules, frame, measured, day, Scope.FULL).findings.to_dict("records")
        said[day.month] = finding["outcome"], finding["threshold"]
    assert said == {6: ("clear", "0.3"), 7: ("excluded", "0.1")}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("unit: m}", "unit: m, side: beside}", "side"),
        ("value: 4, unit: m}", "value: .inf, unit: m}", "at least 0"),
        ("{value: 4, unit: m}", "{value: 1.5, unit: share}", "between 0 and 1"),
    ],
)
def test_a_threshold_that_cannot_be_is_refused(old: str, new: str, why: str) -> None:
    text = rule("highest", "height_max", "terrain", 4)
    assert old in text
    with pytest.raises(RulePackError, match=why):
        pack(text.replace(old, new))


def test_only_cells_count_below_a_threshold() -> None:
    outcomes = "          overlap: {outcome: excluded, zh: 压占, en: overlaps}"
    text = rule("odd", "overlap_area", "homestead", 5, "m2", outcomes)
    with pytest.raises(RulePackError, match="read off cells"):
        pack(text.replace("unit: m2}", "unit: m2, side: below}"))
    assert pack(rule("deep", "height_min", "terrain", -1.5)).rules[0].values[0].threshold == -1.5
