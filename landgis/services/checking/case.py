"""What a check asks of parcels, and what is found: measured, judged and doubted, before anybody is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

import geopandas as gpd
import pandas as pd

from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.outcome import Scope
from landgis.frames.layer import LayerData
from landgis.rules.pack import RulePack
from landgis.screening.doubts import Doubts, doubts_about
from landgis.screening.indexed import Layer, nearby
from landgis.screening.judge import Rejected, findings_of, unmeasurable, verdicts_of
from landgis.screening.measure import Measured, measure
from landgis.services.layers.measure_raster import measure_what_can
from landgis.services.layers.unheard import Reasons, explained, unusable_releases

Progress = Callable[[str], None]
_NEAR_M = 200.0
"""How far around the parcels lines may explain what lies on them."""


@dataclass(frozen=True)
class Case:
    """Parcels before the law.

    Attributes
    ----------
    parcels, rejected
        ParcelFrame of those that can be measured, and those that cannot.
    layers
        Layers at hand, by key.
    pack, as_of, scope
        The law, the day, the breadth.
    reasons
        Why layers that are not at hand have no voice.
    originals
        Where the files of rasters are kept.
    wanted, evidence
        Layers that are measured, and those of them that no rule asks for.
    """

    parcels: gpd.GeoDataFrame
    rejected: tuple[Rejected, ...]
    layers: Mapping[str, Layer]
    pack: RulePack
    as_of: date
    scope: Scope
    reasons: Reasons
    originals: Originals | None
    wanted: tuple[str, ...]
    evidence: tuple[str, ...]

    @classmethod
    def of(
        cls,
        parcels: gpd.GeoDataFrame,
        rejected: tuple[Rejected, ...],
        layers: Mapping[str, Layer],
        pack: RulePack,
        as_of: date,
        scope: Scope,
        reasons: Reasons,
        originals: Originals | None,
    ) -> Self:
        """Take parcels; what is measured are the layers that the law asks for, and every raster at hand."""
        asked = (*pack.layers(scope), *(key for key in pack.optional_layers(scope) if key in layers))
        evidence = tuple(key for key in _rasters(layers) if key not in asked)
        return cls(
            parcels, rejected, layers, pack, as_of, scope, reasons, originals, (*asked, *evidence), evidence
        )  # fmt: skip

    @property
    def releases(self) -> dict[str, Release]:
        """Releases at hand, by layer."""
        return {key: layer.release for key, layer in self.layers.items()}


@dataclass(frozen=True)
class Found:
    """What was found of a case.

    Attributes
    ----------
    measured, findings, verdicts, doubts
        The frames.
    near
        The layers with their features near the parcels.
    reasons
        Why layers have no voice, those of rasters that could not be read among them.
    unread
        Keys of these rasters.
    """

    measured: Measured
    findings: pd.DataFrame
    verdicts: pd.DataFrame
    doubts: Doubts
    near: dict[str, LayerData]
    reasons: Reasons
    unread: frozenset[str] = frozenset()


Finding = Callable[[Case, Progress], Found]


def find(case: Case, progress: Progress = lambda _step: None) -> Found:
    """Measure and judge; what is found of a parcel does not depend on the others of its case."""
    cells, unread = measure_what_can(_rasters(case.layers), case.parcels, case.originals, progress)
    measured = measure(case.parcels, case.layers, case.wanted, case.as_of, progress, cells)
    findings = findings_of(case.pack, pd.DataFrame(case.parcels), measured, case.as_of, case.scope)
    if case.rejected:
        findings = pd.concat([findings, unmeasurable(case.rejected)], ignore_index=True)
    reasons = {**case.reasons, **unread, **unusable_releases(case.releases, case.as_of)}
    findings = explained(findings, reasons)
    near = nearby(case.layers, case.parcels, _NEAR_M)
    doubts = doubts_about(case.parcels, near, measured, findings, case.pack, case.as_of, case.scope)
    return Found(measured, findings, verdicts_of(findings), doubts, near, reasons, frozenset(unread))


def _rasters(layers: Mapping[str, Layer]) -> dict[str, LayerData]:
    return {key: layer for key, layer in layers.items() if isinstance(layer, LayerData) and layer.release.raster}
