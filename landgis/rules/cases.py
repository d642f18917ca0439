"""Cases beside a pack: a sentence, what is given, what every rule must then say. A jurist can write them.

A case starts from a parcel of 1000 m² that is clear in everything; ``given`` changes that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from landgis.domain.facts import FACTS
from landgis.domain.outcome import Scope
from landgis.domain.raster import CellMeasure
from landgis.frames.measures import CELLS
from landgis.rules.evaluate import evaluate
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import RulePack

_PARCEL = "case"
_AREA_M2 = 1000.0
_CLEAR_FACTS: dict[str, Any] = {
    "planned_use_code": "0901",
    "planned_use_scheme": "guide2023",
    "use_right_registered": True,
    "ownership_registered": True,
    "dispute": False,
    "restricted": False,
    "compensation_settled": True,
}
_CLEAR_CLASSES = {"survey_land_use": "construction", "planned_land_use": "permitted"}


@dataclass(frozen=True)
class CaseResult:
    """One case run: its name, and for each rule expected the outcome wanted and the outcome given."""

    name: str
    wanted: dict[str, str]
    given: dict[str, str]

    @property
    def passed(self) -> bool:
        """Whether every rule named said what the case expects."""
        return all(self.given.get(rule) == outcome for rule, outcome in self.wanted.items())


def run_cases(pack: RulePack) -> list[CaseResult]:
    """Run the cases that ship beside a pack."""
    text = files("landgis.rulepacks").joinpath(f"{pack.pack_id}/cases.yaml").read_text(encoding="utf-8")
    return [_run(pack, case) for case in yaml.safe_load(text)]


def _run(pack: RulePack, case: dict[str, Any]) -> CaseResult:
    given = case.get("given", {})
    scope = Scope(case.get("scope", "full"))
    findings = evaluate(pack, _evidence(pack, given), date.fromisoformat(str(case["as_of"])), scope)
    outcomes = dict(zip(findings["rule_id"], findings["outcome"], strict=True))
    return CaseResult(str(case["name"]), case["expect"], outcomes)


def _evidence(pack: RulePack, given: dict[str, Any]) -> Evidence:
    facts = {fact.name: pd.NA for fact in FACTS} | _CLEAR_FACTS | given.get("facts", {})
    facts = {name: pd.NA if value is None else value for name, value in facts.items()}
    layers = list(dict.fromkeys(rule.layer for rule in pack.rules if rule.layer))
    rasters = {rule.layer for rule in pack.rules if MEASURES[rule.measure].reads_cells}
    featured = [layer for layer in layers if layer not in rasters]
    overlaps = [row for layer in featured for row in _overlap_rows(layer, given.get("overlaps", {}).get(layer))]
    cells = [row for layer in sorted(rasters) for row in _cell_rows(layer, given.get("cells", {}).get(layer, {}))]
    states = {layer: given.get("coverage", {}).get(layer, "complete") for layer in layers}
    coverage = [
        {
            "parcel_id": _PARCEL,
            "layer": layer,
            "state": state,
            "release": "" if state == "absent" else "case",
            "uncovered_m2": 10.0 if state == "partial" else 0.0,
        }
        for layer, state in states.items()
        if state != "not_supplied"
    ]
    measured = [row for row in overlaps if states[row["layer"]] not in ("absent", "not_supplied")]
    return Evidence(
        facts=pd.DataFrame([{"parcel_id": _PARCEL} | facts]).set_index("parcel_id", drop=False),
        areas=pd.DataFrame([{"parcel_id": _PARCEL, "planar_m2": _AREA_M2, "ellipsoidal_m2": _AREA_M2}]),
        overlaps=pd.DataFrame(measured, columns=["parcel_id", "layer", "class", "union_m2"]),
        coverage=pd.DataFrame(coverage),
        cells=pd.DataFrame(cells, columns=CELLS.names),
    )


def _cell_rows(layer: str, given: dict[str, float]) -> list[tuple[str, str, str, str, float]]:
    """Rows of a raster: heights by the name of their measure, everything else a share of land cover."""
    heights = (CellMeasure.MEAN_M, CellMeasure.MAX_M, CellMeasure.MIN_M)
    rows = [
        (_PARCEL, layer, name, "", float(amount)) if name in heights
        else (_PARCEL, layer, CellMeasure.COVER_SHARE, name, float(amount))
        for name, amount in given.items()
    ]  # fmt: skip
    return [(_PARCEL, layer, CellMeasure.COVERED_SHARE, "", 1.0), *rows]


def _overlap_rows(layer: str, given: Any) -> list[dict[str, Any]]:
    """Rows of the layer as a whole and of its classes; a class map with less than the parcel's area leaves a gap."""
    if layer not in _CLEAR_CLASSES:
        return [{"parcel_id": _PARCEL, "layer": layer, "class": "", "union_m2": float(given or 0.0)}]
    classes = {_CLEAR_CLASSES[layer]: _AREA_M2} if given is None else dict(given)
    total = sum(classes.values())
    rows = [{"parcel_id": _PARCEL, "layer": layer, "class": "", "union_m2": total}]
    return rows + [
        {"parcel_id": _PARCEL, "layer": layer, "class": name, "union_m2": area} for name, area in classes.items()
    ]
