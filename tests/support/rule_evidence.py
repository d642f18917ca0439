"""Random evidence for any pack: whatever its rules read, in every state in which it may be found.

替代数据，非法定成果 generated data, no legal force.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from landgis.area import FLOOR_M2
from landgis.domain.facts import FACTS, Fact
from landgis.domain.land_use import PlannedClass, SurveyClass
from landgis.domain.layer import Coverage
from landgis.domain.raster import UNRECOGNISED, CellMeasure, CoverClass
from landgis.frames.measures import AREAS, CELLS, COVERAGE, OVERLAPS
from landgis.frames.parcels import PARCELS
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import RulePack

CLASSES = {
    "survey_land_use": tuple(map(str, SurveyClass)),
    "planned_land_use": tuple(map(str, PlannedClass)),
    "approved_unbuilt": ("undated", "2001-05-01", "2023-06-14", "2023-06-15", "2025-01-01"),
}
_TEXTS = {
    "planned_use_code": ("0901", "1001", "0701", "0703", "0101", "0806", "1002", "090000", "9999"),
    "contract_use_code": ("0901", "1001", "0701", "0703", "0101", "9999"),
    "conversion_document": ("沪府土〔2019〕1号", "沪府土〔2024〕2号"),
}
_CALM = {
    "dispute": False, "restricted": False, "contract_signed": False, "planned_use_code": "0901",
    "planned_use_scheme": "guide2023", "right_type": "7",
}  # fmt: skip
"""Facts that speak for a parcel; every other yes/no does so by a yes, every other text by its absence."""
_DATES = ("2001-05-01", "2019-12-31", "2023-06-14", "2023-06-15", "2023-06-27", "2026-01-01")
_LETTERS = ("JB", "JC", "GB", "JZ", "JW", "JA")
_AMOUNTS = (0.0, FLOOR_M2 / 2, FLOOR_M2, 0.004, 0.5, 12.0, 400.0, 1234567.891)


def random_evidence(
    pack: RulePack, seed: int, count: int = 6, known: float = 0.85, whole: float = 0.8, calm: float = 0.0
) -> Evidence:
    """Return evidence for all that a pack reads.

    Parameters
    ----------
    seed, count
        Seed of the dice; number of parcels.
    known, whole
        Share of the facts that are known, and of the parcels that a layer covers as a whole.
    calm
        Share of the facts and layers that have nothing against a parcel; the others are drawn.
    """
    dice = np.random.default_rng(seed)
    ids = [f"310117109{n:03d}{_pick(dice, _LETTERS)}{n:05d}" if n % 3 else f"p{n}" for n in range(count)]
    planar = np.round(dice.uniform(100, 5000, count), 3)
    layers = layers_of(pack)
    rasters = {rule.layer for rule in pack.rules if MEASURES[rule.measure].reads_cells}
    coverage = [_covered(dice, parcel, layer, whole) for layer in layers for parcel in ids]
    there = {(row["parcel_id"], row["layer"]): row for row in coverage if row["state"] != Coverage.ABSENT}
    area = dict(zip(ids, planar, strict=True))
    around = {rule.layer for rule in pack.rules if rule.measure == "outside_area"}
    overlaps = []
    for parcel, layer in there:
        if layer not in rasters:
            quiet = dice.random() < calm
            draw = partial(_calm, inside=layer in around) if quiet else partial(_overlaps, dice)
            overlaps += draw(parcel=parcel, layer=layer, planar=area[parcel])
    cells = [
        row for key, state in there.items() if key[1] in rasters for row in _cells(dice, *key, state, area[key[0]])
    ]
    return Evidence(
        _facts(dice, ids, known, calm),
        _frame(AREAS, [{"parcel_id": each, "planar_m2": area[each], "ellipsoidal_m2": area[each]} for each in ids]),
        _frame(OVERLAPS, overlaps),
        _frame(COVERAGE, coverage),
        _frame(CELLS, cells),
    )


def layers_of(pack: RulePack) -> list[str]:
    """Layers that the rules of a pack read, and those that their measures read beside them."""
    own = [rule.layer for rule in pack.rules if rule.layer]
    beside = [layer for rule in pack.rules for layer in MEASURES[rule.measure].also]
    return list(dict.fromkeys([*own, *beside]))


def missing(fact: Fact) -> Any:
    """What stands where a fact is not known."""
    return np.nan if fact.kind == "area_m2" else pd.NA


def _pick(dice: np.random.Generator, choices: Any) -> Any:
    return choices[int(dice.integers(len(choices)))]


def _frame(spec: Any, rows: list[dict[str, Any]]) -> pd.DataFrame:
    blank = spec.empty()
    filled = {"mean_width_m": np.nan, "distance_m": np.nan, "registered_m2": np.nan}
    frame = pd.DataFrame(rows).reindex(columns=spec.names)
    for name in spec.names:
        if name not in filled and frame[name].isna().any():
            frame[name] = frame[name].fillna(0)
    return frame.astype(blank.dtypes.to_dict())


def _facts(dice: np.random.Generator, ids: list[str], known: float, calm: float) -> pd.DataFrame:
    rows = [
        {"parcel_id": each, "district": "songjiang"} | {fact.name: _drawn(dice, fact, known, calm) for fact in FACTS}
        for each in ids
    ]
    dtypes = PARCELS.empty().dtypes.to_dict()
    frame = pd.DataFrame(rows).reindex(columns=PARCELS.names)
    return frame.astype({name: dtypes[name] for name in frame.columns}).set_index("parcel_id", drop=False)


def _drawn(dice: np.random.Generator, fact: Fact, known: float, calm: float) -> Any:
    if dice.random() < calm:
        return _CALM.get(fact.name, True if fact.kind == "bool" else missing(fact))
    return _stated(dice, fact) if dice.random() < known else missing(fact)


def _stated(dice: np.random.Generator, fact: Fact) -> Any:
    if fact.kind == "bool":
        return bool(dice.random() < 0.5)
    if fact.kind == "choice":
        return str(_pick(dice, fact.choices))
    if fact.kind == "date":
        return _pick(dice, _DATES)
    if fact.kind == "area_m2":
        return float(dice.uniform(1, 5000))
    return _pick(dice, _TEXTS.get(fact.name, ("甲", "乙")))


def _covered(dice: np.random.Generator, parcel: str, layer: str, whole: float) -> dict[str, Any]:
    state = Coverage.COMPLETE if dice.random() < whole else _pick(dice, tuple(Coverage))
    named = state != Coverage.ABSENT or dice.random() < 0.5
    uncovered = float(_pick(dice, (0.0, 10.0))) if state == Coverage.PARTIAL else 0.0
    release = f"2026.{dice.integers(1, 3)}" if named else ""
    return {"parcel_id": parcel, "layer": layer, "state": str(state), "release": release, "uncovered_m2": uncovered}


def _calm(parcel: str, layer: str, planar: float, inside: bool) -> list[dict[str, Any]]:
    """A layer that has nothing against a parcel: whole ground, the best class, or nothing there."""
    best = {"survey_land_use": "construction", "planned_land_use": "permitted"}.get(layer)
    areas = {"": planar, best: planar} if best else {"": planar if inside else 0.0}
    return [{"parcel_id": parcel, "layer": layer, "class": kind, "union_m2": amount} for kind, amount in areas.items()]


def _overlaps(dice: np.random.Generator, parcel: str, layer: str, planar: float) -> list[dict[str, Any]]:
    """The row of the layer as a whole, and rows of classes that share it without overlapping each other."""
    kinds = CLASSES.get(layer, ())
    if not kinds or dice.random() < 0.2:
        area = planar if dice.random() < 0.4 else min(planar, float(_pick(dice, _AMOUNTS)))
        kind = _pick(dice, kinds) if kinds and area else None
        parts = {} if not kind else {kind: area}
    else:
        chosen = dice.permutation(len(kinds))[: int(dice.integers(1, 4))]
        shares = dice.dirichlet(np.ones(len(chosen))) * (planar if dice.random() < 0.7 else planar / 2)
        parts = {kinds[place]: float(share) for place, share in zip(chosen, shares, strict=True)}
        area = sum(parts.values())
    return [
        {"parcel_id": parcel, "layer": layer, "class": kind, "union_m2": amount}
        for kind, amount in {"": area, **parts}.items()
    ]


def _cells(
    dice: np.random.Generator, parcel: str, layer: str, coverage: dict[str, Any], planar: float
) -> list[dict[str, Any]]:
    """Shares of land cover and heights over the covered part."""
    silent = coverage["uncovered_m2"] / planar
    covers = (*map(str, CoverClass), UNRECOGNISED)
    chosen = dice.permutation(len(covers))[: int(dice.integers(1, 4))]
    shares = dice.dirichlet(np.ones(len(chosen))) * (1 - silent)
    low, mean, high = np.sort(dice.uniform(-2, 9, 3))
    said = {(CellMeasure.COVERED_SHARE, ""): 1 - silent, (CellMeasure.MIN_M, ""): low, (CellMeasure.MEAN_M, ""): mean}
    said |= {(CellMeasure.MAX_M, ""): high}
    said |= {(CellMeasure.COVER_SHARE, covers[place]): share for place, share in zip(chosen, shares, strict=True)}
    return [
        {"parcel_id": parcel, "layer": layer, "measure": str(measure), "class": kind, "amount": float(amount)}
        for (measure, kind), amount in said.items()
    ]
