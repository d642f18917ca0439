"""What is on record of a package before it is written: the one noun from which manifest, dictionary, metadata and note are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import ceil, floor

import geopandas as gpd
import numpy as np
import shapely

from landgis.crs import GEOGRAPHIC, name_of, to_crs
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import strictest
from landgis.domain.loss import LossCode, LossReport
from landgis.domain.origin import Origin
from landgis.domain.profile import ExportProfile, LayerProfile, ProfileField
from landgis.domain.profile_sources import source_of
from landgis.exchange.package.files import DataFile, Part
from landgis.frames.delivered import Delivery

Box = tuple[float, float, float, float]
_REGISTERED, _ELLIPSOIDAL, _PLANAR = "registered", "ellipsoidal", "planar"
_OF_LINES = "of_lines"
_OF_FIELD = {"parcel.registered_area_m2": _REGISTERED, "parcel.planar_area": _PLANAR, "feature.planar_area": _PLANAR}
_BASIS_ZH = {_REGISTERED: "证载面积", _ELLIPSOIDAL: "CGCS2000 椭球面积", _PLANAR: "平面面积", _OF_LINES: "随各宗地"}
_BOX_STEP = 0.01
"""The extent in degrees is told outwards to about a kilometre: enough to find it, too coarse to tie two planes together."""


@dataclass(frozen=True)
class ChangesTold:
    """How a layer differs from the delivery before: rows new, other, gone, and as they were."""

    added: int
    changed: int
    gone: int
    unchanged: int

    @property
    def rows(self) -> int:
        """How many rows differ."""
        return self.added + self.changed + self.gone


@dataclass(frozen=True)
class Since:
    """The delivery that a package of changes stands on: the hash of its manifest, and what differs, layer by layer."""

    manifest_sha256: str
    layers: Mapping[str, ChangesTold]


@dataclass(frozen=True)
class AreaTold:
    """The sum of an area field, in the unit of its layer, and on which bases its rows stand."""

    layer: str
    field: str
    total: Decimal
    unit_zh: str
    bases: Mapping[str, int]

    @property
    def basis_zh(self) -> str:
        """The bases in words, with how many rows stand on each where there are several."""
        told = [f"{_BASIS_ZH[basis]} {rows} 宗" for basis, rows in self.bases.items() if rows]
        return (
            "、".join(told)
            if len(told) > 1
            else "".join(_BASIS_ZH[basis] for basis, rows in self.bases.items() if rows)
        )


@dataclass(frozen=True)
class Record:
    """A package.

    Attributes
    ----------
    profile, delivery, origin
        What was asked for, everything as it is now, and where it comes from.
    parts
        The layers that are in the package.
    files
        The files of data.
    reports
        Name of a file → what it does not hold.
    since
        For a package of changes, what it stands on.
    """

    profile: ExportProfile
    delivery: Delivery
    origin: Origin
    parts: tuple[Part, ...]
    files: tuple[DataFile, ...] = ()
    reports: Mapping[str, LossReport] = field(default_factory=dict)
    since: Since | None = None

    @property
    def crs(self) -> str:
        """Name of the CRS, never its parameters."""
        return name_of(self.delivery.crs)

    @property
    def secrecy(self) -> Secrecy:
        """The strictest mark of what is inside."""
        return strictest(self.delivery.secrecy.get(name, Secrecy.UNSTATED) for name in self.delivery.layers)

    @property
    def titles(self) -> tuple[str, str]:
        """What it is called, Chinese and English."""
        zh, en = self.profile.name_zh, self.profile.name_en
        return (f"{zh}（增量）", f"{en} (changes)") if self.since else (zh, en)

    @cached_property
    def areas(self) -> tuple[AreaTold, ...]:
        """Sums of the area fields of the whole delivery."""
        found = {(total.layer, total.field): total.expected for total in self.delivery.totals}
        return tuple(
            AreaTold(layer.name, one.name, found[layer.name, one.name], layer.area_unit.zh, self._bases(layer, one))
            for layer in self.profile.layers
            for one in layer.fields
            if (layer.name, one.name) in found
        )

    def _bases(self, layer: LayerProfile, one: ProfileField) -> dict[str, int]:
        rows = int(self.delivery.layers[layer.name][one.name].notna().sum())
        if one.source.startswith("summary."):
            return {_OF_LINES: rows}
        if one.source != "parcel.area":
            return {_OF_FIELD.get(one.source, _ELLIPSOIDAL): rows}
        registered = len(self.delivery.registered.get(layer.name, ()))
        return {_REGISTERED: registered, _ELLIPSOIDAL: rows - registered}

    @property
    def area_basis(self) -> dict[str, int]:
        """Basis → rows, over the layers of plots that state the area that counts."""
        counted: Counter[str] = Counter()
        for area in self.areas:
            if self.profile_field(area).source == "parcel.area":
                counted.update(area.bases)
        return dict(counted)

    def profile_field(self, area: AreaTold) -> ProfileField:
        """Return the declaration of an area field."""
        return next(layer for layer in self.profile.layers if layer.name == area.layer).field(area.field)

    @cached_property
    def extent(self) -> Box | None:
        """West, south, east, north in degrees of CGCS2000, outwards to 0.01°; None where nothing is drawn."""
        drawn = [part.frame for part in self.parts if isinstance(part.frame, gpd.GeoDataFrame) and len(part.frame)]
        if not drawn:
            return None
        shapes = np.concatenate([np.asarray(frame.geometry.array, dtype=object) for frame in drawn])
        degrees, _ = to_crs(shapes, self.delivery.crs, GEOGRAPHIC)
        west, south, east, north = (shapely.total_bounds(degrees) / _BOX_STEP).tolist()
        return _degrees(floor(west)), _degrees(floor(south)), _degrees(ceil(east)), _degrees(ceil(north))

    def names_in(self, file: DataFile) -> dict[tuple[str, str], str]:
        """Return (layer, field) → its name in a file, where the format made it another; the field is empty for a layer."""
        return {
            (loss.layer, loss.field): loss.after
            for loss in self.reports[file.name].losses
            if loss.code is LossCode.NAME_CHANGED
        }


def _degrees(steps: int) -> float:
    return round(steps * _BOX_STEP, 2)


def unit_of(layer: LayerProfile, one: ProfileField) -> str:
    """Return the unit of a field in Chinese; empty where it has none."""
    source = source_of(layer.content, one.source) if one.source else None
    if source is not None and source.area:
        return layer.area_unit.zh
    return "米" if one.source in ("point.northing", "point.easting", "point.to_next_m") else ""
