"""The form in which export profiles are written: YAML fields with a schema, and the profile that a filled one makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from landgis.domain.district import DISTRICTS, town_names
from landgis.domain.land_use_codes import codes_of
from landgis.domain.profile import (
    AreaUnit,
    Basis,
    Condition,
    ExportProfile,
    FieldKind,
    GeometryKind,
    LayerProfile,
    Personal,
    PointFields,
    ProfileField,
    Reference,
    Sum,
)
from landgis.domain.profile_sources import CONTENTS
from landgis.domain.scheme import Scheme

_Names = tuple[str, ...]
_Crs = Literal[
    "EPSG:4490", "EPSG:4527", "EPSG:4528", "EPSG:4529", "EPSG:4548", "EPSG:4549", "EPSG:4550", "local"
]  # fmt: skip
_FormatKey = Literal[
    "geopackage", "filegdb", "shapefile", "geojson", "geoparquet", "flatgeobuf", "dxf", "txt", "xlsx"
]  # fmt: skip


def _by_text(codes: object) -> object:
    """Take numbers that stand for codes as text."""
    return {str(code): label for code, label in codes.items()} if isinstance(codes, dict) else codes


_Keyed = Annotated[dict[str, str], BeforeValidator(_by_text)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Field(_Form):
    name: str = Field(min_length=1, description="字段名 name in the file")
    zh: str = Field(min_length=1, description="中文别名 Chinese caption")
    en: str = Field(min_length=1, description="英文别名 English caption")
    kind: FieldKind
    length: int | None = Field(default=None, ge=1, description="文字字符数或数值位数 characters, or digits of a number")
    decimals: int | None = Field(default=None, ge=0, le=10)
    required: bool = False
    codes: _Keyed | Literal["guide2023", "survey", "towns", "districts"] | None = None
    mapped: _Keyed = {}
    source: str = Field(default="", description="取值来源；空：我方不能填 where it comes from; empty: not ours to fill")
    personal: bool = False
    basis: Basis = Basis.VERIFIED
    note: str = ""


class _Sum(_Form):
    total: str
    parts: _Names = Field(min_length=1)


class _Condition(_Form):
    field: str
    values: _Names = Field(min_length=1)
    filled: _Names = ()
    empty: _Names = ()


class _Reference(_Form):
    field: str
    layer: str
    other: str
    every: bool = False


class _Points(_Form):
    plot: str
    order: str
    ring: str
    polygons: str
    northing: str = ""
    easting: str = ""


class _Layer(_Form):
    name: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    content: str = Field(description=f"{'、'.join(CONTENTS)}，或 layer:<图层键>")
    geometry: GeometryKind
    fields: tuple[_Field, ...] = Field(min_length=1)
    key: _Names = Field(min_length=1)
    area_unit: AreaUnit = AreaUnit.M2
    area_decimals: int = Field(default=2, ge=0, le=6)
    area_fields: _Names = ()
    overlaps: bool = False
    sums: tuple[_Sum, ...] = ()
    zero: _Names = ()
    conditions: tuple[_Condition, ...] = ()
    references: tuple[_Reference, ...] = ()
    points: _Points | None = None


class ProfileForm(_Form):
    """A profile as its file spells it."""

    profile_id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(min_length=1)
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    basis: str = Field(min_length=1, description="所依公布的表，或 generic the published table that it follows")
    layers: tuple[_Layer, ...] = Field(min_length=1)
    crs: _Crs = "EPSG:4549"
    formats: tuple[_FormatKey, ...] = ("geopackage",)
    default_format: str = "geopackage"
    folder_name: str = "{district}{year}"
    file_name: str = "{layer}"
    encoding: Literal["GBK", "GB18030", "UTF-8"] = "GBK"
    personal: Personal = Personal.DROP
    secrecy: Literal["public", "internal"] = "internal"
    coarsen_m: float | None = Field(default=None, gt=0)
    metadata: dict[str, str] = {}
    checksum: Literal["sha256", "sha512", "md5"] = "sha256"
    notes: _Names = Field(min_length=1, description="核实了什么、须确认什么 what was verified, what is to be confirmed")


def profile_from(raw: ProfileForm) -> ExportProfile:
    """Return the profile that a filled form makes."""
    plain = {name: getattr(raw, name) for name in type(raw).model_fields if name != "layers"}
    return ExportProfile(layers=tuple(_layer(layer) for layer in raw.layers), **plain)


def _layer(raw: _Layer) -> LayerProfile:
    return LayerProfile(
        raw.name, raw.zh, raw.en, raw.content, raw.geometry, tuple(_field(each) for each in raw.fields), raw.key,
        raw.area_unit, raw.area_decimals, raw.area_fields, raw.overlaps,
        tuple(Sum(**dict(each)) for each in raw.sums), raw.zero,
        tuple(Condition(**dict(each)) for each in raw.conditions),
        tuple(Reference(**dict(each)) for each in raw.references),
        PointFields(**dict(raw.points)) if raw.points else None,
    )  # fmt: skip


def _field(raw: _Field) -> ProfileField:
    return ProfileField(
        raw.name, raw.zh, raw.en, raw.kind, raw.length, raw.decimals, raw.required, _codes(raw.codes), raw.mapped,
        raw.source, raw.personal, raw.basis, raw.note,
    )  # fmt: skip


def _codes(raw: dict[str, str] | str | None) -> Mapping[str, str] | None:
    if raw is None or isinstance(raw, dict):
        return raw
    if raw == "towns":
        return town_names()
    if raw == "districts":
        return {district.code: district.name_zh for district in DISTRICTS.values()}
    return {use.code: use.name_zh for use in codes_of(Scheme(raw))}
