"""Which files a delivery makes: names by the profile's patterns, one file or one to a layer as the format has it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis.area import ellipsoidal_m2
from landgis.domain.district import DISTRICTS
from landgis.domain.loss import LossReport
from landgis.domain.origin import Origin
from landgis.domain.profile import ExportProfile, LayerProfile
from landgis.errors import ContractBroken
from landgis.exchange.writing.boundary_text import BoundaryHeader
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.formats import format_named
from landgis.exchange.writing.options import FieldForm, LayerForm, PlotForm, WritingOptions
from landgis.exchange.writing.plots_text import BOUNDARY_TEXT
from landgis.exchange.writing.workbook import XLSX
from landgis.frames.delivered import Delivery

TABLES = "_属性表"
"""Ends the name of the workbook that takes the tables where the format has none."""
_AREA_M2 = "landgis area m2"
_PARCEL = "parcel.parcel_id"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


@dataclass(frozen=True)
class Part:
    """A layer of a package: its name there, what it is, its declaration and its rows."""

    name: str
    alias: str
    declared: LayerProfile
    frame: pd.DataFrame


@dataclass(frozen=True)
class DataFile:
    """One file of data, before it is written."""

    name: str
    form: Format
    layers: Mapping[str, pd.DataFrame]
    options: WritingOptions

    def foresee(self) -> LossReport:
        """Return what it will not hold."""
        return self.form.foresee(self.layers, self.options)


def parts_of(delivery: Delivery, profile: ExportProfile) -> tuple[Part, ...]:
    """Return every layer of a delivery as it is."""
    return tuple(Part(each.name, each.alias_zh, each, delivery.layers[each.name]) for each in profile.layers)


def folder_name(profile: ExportProfile, origin: Origin) -> str:
    """Return the name of the package by the profile's pattern."""
    return _named(profile.folder_name, origin, profile.profile_id)


def data_files(
    parts: Sequence[Part], form_key: str, profile: ExportProfile, origin: Origin, options: WritingOptions
) -> tuple[DataFile, ...]:
    """Return the files that layers make; rows keep their order.

    Parameters
    ----------
    parts
        The layers, with a CRS where they have geometry.
    form_key
        Key of the file format. Tables go into a workbook beside it where it has none.
    options
        Accepted losses and the metadata record; what the profile says of layers and encoding is added here.
    """
    form, stem = format_named(form_key), folder_name(profile, origin)
    drawn = [part for part in parts if isinstance(part.frame, gpd.GeoDataFrame)]
    tables = [part for part in parts if not isinstance(part.frame, gpd.GeoDataFrame)]
    whole = replace(options, encoding=profile.encoding)
    files = []
    if form.limits.tables:
        files.append(_file(f"{stem}{form.suffix}", form, parts, whole))
    elif form.limits.layers == 1:
        for part in drawn:
            name = f"{_layer_file(profile, origin, part, parts)}{form.suffix}"
            pointed = form is BOUNDARY_TEXT
            files.append(_as_points(name, part, whole, origin) if pointed else _file(name, form, [part], whole))
    elif drawn:
        files.append(_file(f"{stem}{form.suffix}", form, drawn, whole))
    if tables and not form.limits.tables:
        files.append(_file(f"{stem}{TABLES}{XLSX.suffix}", XLSX, tables, whole))
    return tuple(files)


def _named(pattern: str, origin: Origin, layer: str) -> str:
    district = DISTRICTS[origin.district]
    said = {
        "district": district.name_zh, "district_code": district.code, "year": str(origin.year),
        "made_on": origin.day.isoformat(), "layer": layer,
    }  # fmt: skip
    return _FORBIDDEN.sub("_", pattern.format(**said))


def _layer_file(profile: ExportProfile, origin: Origin, part: Part, parts: Sequence[Part]) -> str:
    """Return the name of a layer's own file; a pattern that does not tell layers apart gets the layer's name behind it."""
    name = _named(profile.file_name, origin, part.name)
    return name if "{layer}" in profile.file_name or len(parts) == 1 else f"{name}_{part.name}"


def _file(name: str, form: Format, parts: Sequence[Part], options: WritingOptions) -> DataFile:
    forms = {part.name: _form(part, _number(part.declared, form)) for part in parts}
    return DataFile(name, form, {part.name: part.frame for part in parts}, replace(options, layers=forms))


def _number(declared: LayerProfile, form: Format) -> str:
    """Return the field that names a row: where a format holds nothing but one, the number of the parcel."""
    return (_column(declared, _PARCEL) or declared.key[0]) if not form.limits.attributes else declared.key[0]


def _form(part: Part, key: str) -> LayerForm:
    fields = {
        field.name: FieldForm(field.alias_zh, "", field.length, field.decimals)
        for field in part.declared.fields
        if field.name in part.frame.columns
    }
    return LayerForm(part.alias, key, fields)


def _as_points(name: str, part: Part, options: WritingOptions, origin: Origin) -> DataFile:
    """Return an exchange text of boundary points: its header, and what its block lines name."""
    frame, declared, crs = gpd.GeoDataFrame(part.frame), part.declared, _crs_of(part)
    number = _number(declared, BOUNDARY_TEXT)
    form = _form(part, number)
    plots = PlotForm(
        BoundaryHeader(crs, "", origin.day), number, _AREA_M2, _column(declared, "parcel.village_name"),
        _column(declared, "parcel.planned_use_zh"), _column(declared, "parcel.planned_use_code"),
    )  # fmt: skip
    stated = frame.assign(**{_AREA_M2: _areas_m2(declared, frame, crs)})
    return DataFile(name, BOUNDARY_TEXT, {part.name: stated}, replace(options, layers={part.name: form}, plots=plots))


def _crs_of(part: Part) -> CRS:
    crs: CRS | None = gpd.GeoDataFrame(part.frame).crs
    if crs is None:
        raise ContractBroken(f"图层 {part.name} 没有坐标系", f"Layer {part.name} has no CRS", where=part.name)
    return crs


def _column(declared: LayerProfile, source: str) -> str:
    return next((field.name for field in declared.fields if field.source == source), "")


def _areas_m2(declared: LayerProfile, frame: gpd.GeoDataFrame, crs: CRS) -> list[float]:
    """Return the area stated of every row in m²; where the layer states none, the ellipsoidal one."""
    if not declared.area_fields:
        return [float(area) for area in ellipsoidal_m2(np.asarray(frame.geometry.array, dtype=object), crs)]
    return [float(area) * 10_000 / declared.area_unit.per_ha for area in frame[declared.area_fields[0]]]
