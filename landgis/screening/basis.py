"""What the verdicts of some parcels rest on: parcels, layers, measurements, findings and the law, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import pandas as pd

from landgis.domain.layer import Release
from landgis.domain.outcome import Scope
from landgis.frames.layer import LayerData
from landgis.rules.measures import Evidence
from landgis.rules.pack import RulePack
from landgis.screening.doubts import Doubts
from landgis.screening.measure import Measured
from landgis.screening.reasons import Reason, reasons


@dataclass(frozen=True)
class Basis:
    """What was judged, by what.

    Attributes
    ----------
    parcels
        ParcelFrame of those that could be measured, in the working CRS.
    layers
        Layers with the features near the parcels at least.
    measured, findings, verdicts, doubts
        What a check or a run found; parcels that cannot be measured have findings and verdicts alone.
    pack, as_of, scope
        The law, the day, the breadth.
    """

    parcels: gpd.GeoDataFrame
    layers: Mapping[str, LayerData]
    measured: Measured
    findings: pd.DataFrame
    verdicts: pd.DataFrame
    doubts: Doubts
    pack: RulePack
    as_of: date
    scope: Scope

    @property
    def releases(self) -> dict[str, Release]:
        """Releases at hand, by layer."""
        return {key: layer.release for key, layer in self.layers.items()}

    @cached_property
    def reasons(self) -> dict[str, dict[str, tuple[Reason, ...]]]:
        """By rule and parcel, the categories that a parcel falls into, the worst first; those that are clear left out."""
        facts = pd.DataFrame(self.parcels).set_index("parcel_id", drop=False)
        measured = self.measured
        evidence = Evidence(facts, measured.areas, measured.overlaps, measured.coverage, measured.cells)
        asked = set(self.findings.loc[self.findings["outcome"] != "not_asked", "rule_id"])
        return {
            rule.rule_id: reasons(rule, value, evidence)
            for rule in self.pack.rules
            if rule.rule_id in asked and (value := rule.in_force(self.as_of)) is not None
        }
