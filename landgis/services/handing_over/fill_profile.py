"""Filling a profile: our frames become the receiver's layers, fields, codes, units and CRS; no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.crs import WORKING, GeometryArray, to_crs
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import full_element
from landgis.domain.personal import mask
from landgis.domain.profile import ExportProfile, FieldKind, GeometryKind, LayerProfile, Personal, ProfileField
from landgis.domain.profile_sources import CONSTANT, SERIAL, source_of
from landgis.frames.delivered import Delivery, Total, Unfilled, row_keys
from landgis.services.handing_over.source_frames import point_sources

_DTYPES = {FieldKind.TEXT: "str", FieldKind.WHOLE: "Int64", FieldKind.DECIMAL: "float64", FieldKind.FLAG: "boolean"}
_YES_NO = {True: "是", False: "否"}
_REGISTERED = "registered"
_LAYER = "layer:"
"""Begins a content that is the features of a release."""


@dataclass(frozen=True)
class Filling:
    """What a profile is filled from.

    Attributes
    ----------
    frames
        Content → source frame (``source_frames``); ``plan_points`` is made from the plots delivered.
    format
        Key of the file format.
    crs
        To deliver in.
    district
        Key, or empty.
    secrecy
        Content → mark of its release.
    """

    frames: Mapping[str, pd.DataFrame]
    format: str
    crs: CRS
    district: str = ""
    secrecy: Mapping[str, Secrecy] | None = None


def fill(profile: ExportProfile, filling: Filling) -> Delivery:
    """Fill every layer of a profile.

    What a source does not say stays missing, and is told (``Delivery.unfilled``). Areas are rounded half up once, in the
    unit of the layer; totals are the sums of what is delivered, reckoned in exact decimals.

    Raises
    ------
    KeyError
        If a content that the profile names is not among the frames: the caller brings all of them.
    """
    layers: dict[str, pd.DataFrame] = {}
    totals: list[Total] = []
    unfilled: list[Unfilled] = []
    registered: dict[str, frozenset[str]] = {}
    for layer in profile.layers:
        sources = _sources(profile, layer, filling, layers)
        frame = _layer(profile, layer, sources)
        layers[layer.name] = frame
        totals += _totals(layer, sources)
        unfilled += _unfilled(layer, frame)
        if "parcel.area_basis" in sources.columns:
            on_paper = (sources["parcel.area_basis"] == _REGISTERED).to_numpy(dtype=bool)
            registered[layer.name] = frozenset(np.array(row_keys(frame, layer.key), dtype=object)[on_paper])
    return Delivery(
        profile.profile_id, profile.version, filling.format, filling.crs, layers, filling.district,
        {name: len(frame) for name, frame in layers.items()}, tuple(totals), registered,
        _marks(profile, filling.secrecy or {}),
        frozenset(layer.name for layer in profile.layers if _full_element(layer.content)), tuple(unfilled),
    )  # fmt: skip


def _marks(profile: ExportProfile, marks: Mapping[str, Secrecy]) -> dict[str, Secrecy]:
    """Mark layers by their contents, boundary points as their plots are."""
    contents = {layer.name: layer.content for layer in profile.layers}
    of = {each.name: contents[each.points.polygons] if each.points else each.content for each in profile.layers}
    return {name: marks[content] for name, content in of.items() if content in marks}


def _full_element(content: str) -> bool:
    return content.startswith(_LAYER) and full_element(content.removeprefix(_LAYER))


def _sources(
    profile: ExportProfile, layer: LayerProfile, filling: Filling, layers: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the source frame of a layer, its geometry as it will be delivered."""
    if layer.points is not None:
        plots = layers[layer.points.polygons]
        shapes = np.asarray(plots.geometry.array, dtype=object)
        return point_sources(plots[layer.points.plot].tolist(), shapes, filling.crs)
    sources = filling.frames[layer.content]
    if layer.geometry is GeometryKind.NONE:
        return pd.DataFrame(sources.drop(columns="geometry", errors="ignore"))
    shapes, _ = to_crs(np.asarray(sources.geometry.array, dtype=object), WORKING, filling.crs)
    if profile.coarsen_m is not None:
        shapes = coarsened(shapes, profile.coarsen_m)
    return gpd.GeoDataFrame(sources.drop(columns="geometry"), geometry=normal_form(shapes), crs=filling.crs)


def coarsened(shapes: GeometryArray, step: float) -> GeometryArray:
    """Return for each shape the smallest box of whole grid cells that holds it: where it lies, not how large it is."""
    bounds = shapely.bounds(shapes) / step
    low, high = np.floor(bounds[:, :2]) * step, np.ceil(bounds[:, 2:]) * step
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), dtype=object)


def normal_form(shapes: GeometryArray) -> GeometryArray:
    """Turn outer rings clockwise and holes anticlockwise, and put the largest part first; no vertex moves."""
    turned = np.asarray(shapely.orient_polygons(shapely.force_2d(shapes), exterior_cw=True), dtype=object)
    for row in np.flatnonzero(shapely.get_num_geometries(turned) > 1):
        parts = shapely.get_parts(turned[row])
        turned[row] = shapely.multipolygons(parts[np.argsort(-shapely.area(parts), kind="stable")])
    return turned


def _layer(profile: ExportProfile, layer: LayerProfile, sources: pd.DataFrame) -> pd.DataFrame:
    columns = {field.name: _column(profile, layer, field, sources) for field in layer.fields}
    plain = pd.DataFrame(columns, index=sources.index)
    if layer.geometry is GeometryKind.NONE:
        return plain
    return gpd.GeoDataFrame(plain, geometry=sources.geometry.array, crs=sources.crs)


def _column(profile: ExportProfile, layer: LayerProfile, field: ProfileField, sources: pd.DataFrame) -> pd.Series:
    values = _values(layer, field, sources)
    if field.personal and profile.personal is Personal.DROP:
        values = [None] * len(values)
    told = [None if _missing(value) else _as_kind(value, field) for value in values]
    if field.personal and profile.personal is Personal.MASK:
        told = [mask(value) if isinstance(value, str) else value for value in told]
    return pd.Series(told, index=sources.index, dtype=_DTYPES.get(field.kind, object))


def _values(layer: LayerProfile, field: ProfileField, sources: pd.DataFrame) -> Sequence[object]:
    if not field.source:
        return [None] * len(sources)
    if field.source == SERIAL:
        return range(1, len(sources) + 1)
    if field.source.startswith(CONSTANT):
        return [field.source.removeprefix(CONSTANT)] * len(sources)
    values: list[object] = sources[field.source].tolist()
    source = source_of(layer.content, field.source)
    if source is not None and source.area:
        return [in_unit(value, layer, field) if isinstance(value, Decimal) else None for value in values]
    return values


def in_unit(area_m2: Decimal, layer: LayerProfile, field: ProfileField) -> Decimal:
    """Return an area in the unit of a layer, rounded half up once to the decimals of the field."""
    decimals = layer.area_decimals if field.decimals is None else field.decimals
    return (area_m2 * layer.area_unit.per_ha / 10_000).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value or value == ""


def _as_kind(value: object, field: ProfileField) -> object:
    return _KINDS[field.kind](value, field)


def _text(value: object, field: ProfileField) -> str:
    said = _YES_NO[value] if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else str(value)
    return field.mapped.get(said, said)


def _decimal(value: object, field: ProfileField) -> float:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return float(exact if field.decimals is None else exact.quantize(Decimal(1).scaleb(-field.decimals), ROUND_HALF_UP))


_KINDS: Mapping[FieldKind, Callable[[object, ProfileField], object]] = {
    FieldKind.TEXT: _text,
    FieldKind.WHOLE: lambda value, _: int(str(value)),
    FieldKind.DECIMAL: _decimal,
    FieldKind.DAY: lambda value, _: date.fromisoformat(str(value)[:10]),
    FieldKind.FLAG: lambda value, _: bool(value),
}


def _totals(layer: LayerProfile, sources: pd.DataFrame) -> list[Total]:
    """Sum every area of a layer in exact decimals, as delivered row by row."""
    found = []
    for field in layer.fields:
        source = source_of(layer.content, field.source) if field.source else None
        if source is not None and source.area:
            areas = [in_unit(value, layer, field) for value in sources[field.source] if isinstance(value, Decimal)]
            found.append(Total(layer.name, field.name, sum(areas, Decimal(0))))
    return found


def _unfilled(layer: LayerProfile, frame: pd.DataFrame) -> list[Unfilled]:
    """Tell the fields that no source fills, and the required ones with gaps."""
    gaps = {field.name: int(frame[field.name].isna().sum()) for field in layer.fields}
    return [
        Unfilled(layer.name, field.name, gaps[field.name], field.required)
        for field in layer.fields
        if gaps[field.name] and (field.required or not field.source)
    ]
