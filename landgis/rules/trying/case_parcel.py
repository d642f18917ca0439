"""The parcels that cases are about: clear in everything, but for what a case gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from landgis.domain.facts import FACTS
from landgis.domain.raster import CellMeasure
from landgis.frames.measures import CELLS
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import RulePack
from landgis.rules.reading.case_schema import GivenYaml

_AREA_M2 = 1000.0
_CLEAR_FACTS: dict[str, Any] = {
    "planned_use_code": "0901",
    "planned_use_scheme": "guide2023",
    "use_right_registered": True,
    "ownership_registered": True,
    "dispute": False,
    "restricted": False,
    "compensation_settled": True,
    "right_type": "7",
    "contract_signed": False,
    "access_fit": True,
    "road": True,
    "water_supply": True,
    "power": True,
    "levelled": True,
    "site_cleared": True,
    "conditions_agreed": False,
    "in_land_base": True,
}
_CLEAR_CLASSES = {"survey_land_use": "construction", "planned_land_use": "permitted"}
_COVERING = ("ownership_parcel", "unit_plan", "village_construction_boundary")
"""Layers that a clear parcel lies in as a whole."""


def case_evidence(pack: RulePack, given: Mapping[str, GivenYaml]) -> Evidence:
    """Make what cases give.

    Parameters
    ----------
    pack
        Whose layers the parcels are measured against.
    given
        Parcel id → in what it differs from a parcel of 1000 m² that is clear in everything.
    """
    overlaps: list[dict[str, Any]] = []
    coverage: list[dict[str, Any]] = []
    cells: list[tuple[str, str, str, str, float]] = []
    rasters = {rule.layer for rule in pack.rules if MEASURES[rule.measure].reads_cells}
    for parcel, case in given.items():
        layers = dict.fromkeys([*(rule.layer for rule in pack.rules if rule.layer), *case.overlaps])
        for layer in layers:
            state = case.coverage.get(layer, "complete")
            if state != "not_supplied":
                coverage.append(_coverage_row(parcel, layer, state))
            if layer in rasters:
                cells += _cell_rows(parcel, layer, case.cells.get(layer, {}))
            elif state not in ("absent", "not_supplied"):
                overlaps += _overlap_rows(parcel, layer, case.overlaps.get(layer))
    facts = [{"parcel_id": parcel} | _facts(case) for parcel, case in given.items()]
    areas = [{"parcel_id": parcel, "planar_m2": _AREA_M2, "ellipsoidal_m2": _AREA_M2} for parcel in given]
    return Evidence(
        facts=pd.DataFrame(facts).set_index("parcel_id", drop=False),
        areas=pd.DataFrame(areas),
        overlaps=pd.DataFrame(overlaps, columns=["parcel_id", "layer", "class", "union_m2"]),
        coverage=pd.DataFrame(coverage, columns=["parcel_id", "layer", "state", "release", "uncovered_m2"]),
        cells=pd.DataFrame(cells, columns=CELLS.names),
    )


def _facts(case: GivenYaml) -> dict[str, Any]:
    facts = {fact.name: None for fact in FACTS} | _CLEAR_FACTS | case.facts
    return {name: pd.NA if value is None else value for name, value in facts.items()}


def _coverage_row(parcel: str, layer: str, state: str) -> dict[str, Any]:
    return {
        "parcel_id": parcel,
        "layer": layer,
        "state": state,
        "release": "" if state == "absent" else "case",
        "uncovered_m2": 10.0 if state == "partial" else 0.0,
    }


def _cell_rows(parcel: str, layer: str, given: dict[str, float]) -> list[tuple[str, str, str, str, float]]:
    """Rows of a raster: heights by the name of their measure, everything else a share of land cover."""
    heights = (CellMeasure.MEAN_M, CellMeasure.MAX_M, CellMeasure.MIN_M)
    rows = [
        (parcel, layer, name, "", float(amount)) if name in heights
        else (parcel, layer, CellMeasure.COVER_SHARE, name, float(amount))
        for name, amount in given.items()
    ]  # fmt: skip
    return [(parcel, layer, CellMeasure.COVERED_SHARE, "", 1.0), *rows]


def _overlap_rows(parcel: str, layer: str, given: float | dict[str, float] | None) -> list[dict[str, Any]]:
    """Rows of the layer as a whole and of its classes; a class map with less than the parcel's area leaves a gap."""
    if given is None:
        outside = _AREA_M2 if layer in _COVERING else 0.0
        given = {_CLEAR_CLASSES[layer]: _AREA_M2} if layer in _CLEAR_CLASSES else outside
    classes = given if isinstance(given, dict) else {}
    total = sum(given.values()) if isinstance(given, dict) else given
    return [
        {"parcel_id": parcel, "layer": layer, "class": name, "union_m2": float(area)}
        for name, area in {"": total, **classes}.items()
    ]
