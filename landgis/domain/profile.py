"""An export profile: what a receiver wants to be given, field by field, as data that the bureau can fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DAY = "day"
    FLAG = "flag"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"text": "文字", "whole": "整数", "decimal": "小数", "day": "日期", "flag": "是否"}[self.value]


class GeometryKind(StrEnum):
    """What a row of a layer is drawn as."""

    POLYGON = "polygon"
    POINT = "point"
    NONE = "none"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"polygon": "面", "point": "点", "none": "表"}[self.value]


class AreaUnit(StrEnum):
    """Unit in which a receiver wants areas."""

    M2 = "m2"
    HA = "ha"
    MU = "mu"

    @property
    def per_ha(self) -> int:
        """How many of it are one hectare."""
        return {"m2": 10_000, "ha": 1, "mu": 15}[self.value]

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"m2": "平方米", "ha": "公顷", "mu": "亩"}[self.value]


class Personal(StrEnum):
    """What becomes of personal fields."""

    DROP = "drop"
    MASK = "mask"
    KEEP = "keep"


class Basis(StrEnum):
    """How sure a field of a profile is."""

    VERIFIED = "verified"
    """Name, type and length were read in the published table."""
    PARTLY = "partly"
    """The name was read there; type, length or codes were not: the bureau confirms them."""
    INFERRED = "inferred"
    """Meaning or nesting is our reading of the name: the bureau confirms it."""
    OURS = "ours"
    """Added by landgis; in no published table."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"verified": "已核", "partly": "部分待确认", "inferred": "推定，待确认", "ours": "本系统增列"}[
            self.value
        ]


@dataclass(frozen=True)
class ProfileField:
    """One field as the receiver wants it.

    Attributes
    ----------
    name, alias_zh, alias_en
        Name in the file and its captions.
    kind
        What it holds.
    length
        Characters of a text (bytes are the format's business), digits of a number; None: not stated.
    decimals
        Decimals of a decimal number; None: not stated.
    required
        Whether a row may leave it empty.
    codes
        Code → label; None: no list.
    mapped
        Value of ours → code, where they differ.
    source
        Where the value comes from (``domain.profile_sources``); empty: we cannot fill it, it stays empty.
    personal
        Names a person, or may: goes by the profile's rule for personal fields.
    basis
        How sure the declaration is.
    note
        What the bureau must confirm; may be empty.
    """

    name: str
    alias_zh: str
    alias_en: str
    kind: FieldKind
    length: int | None = None
    decimals: int | None = None
    required: bool = False
    codes: Mapping[str, str] | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    personal: bool = False
    basis: Basis = Basis.VERIFIED
    note: str = ""


@dataclass(frozen=True)
class Sum:
    """``total`` is the sum of ``parts``, to the field's last decimal."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """Where ``field`` is one of ``values``, some fields are filled and some are empty."""

    field: str
    values: tuple[str, ...]
    filled: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """Every value of ``field`` stands in ``layer.other``; ``every``: and every value there is referred to."""

    field: str
    layer: str
    other: str
    every: bool = False


@dataclass(frozen=True)
class PointFields:
    """Which fields of a layer of boundary points say whose point it is, in what order, of which ring, and where."""

    plot: str
    order: str
    ring: str
    polygons: str
    """Layer of the plots; its field of the same name as ``plot`` tells them apart."""
    northing: str = ""
    easting: str = ""


@dataclass(frozen=True)
class LayerProfile:
    """One layer or table.

    Attributes
    ----------
    name, alias_zh, alias_en
        Name in the file and its captions.
    content
        Which of our frames fills it (``domain.profile_sources.CONTENTS``).
    geometry, fields, key
        What a row is; which fields, in order; which of them tell rows apart.
    area_unit, area_decimals
        Of every field whose source is an area.
    area_fields
        Areas that the outline of the row must bear out.
    overlaps
        Whether rows may cover the same ground.
    sums, zero, conditions, references, points
        Rules between fields, rows and layers.
    """

    name: str
    alias_zh: str
    alias_en: str
    content: str
    geometry: GeometryKind
    fields: tuple[ProfileField, ...]
    key: tuple[str, ...]
    area_unit: AreaUnit = AreaUnit.M2
    area_decimals: int = 2
    area_fields: tuple[str, ...] = ()
    overlaps: bool = False
    sums: tuple[Sum, ...] = ()
    zero: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    references: tuple[Reference, ...] = ()
    points: PointFields | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Field names in order."""
        return tuple(each.name for each in self.fields)

    def field(self, name: str) -> ProfileField:
        """Return the field of a name that this layer has."""
        return next(each for each in self.fields if each.name == name)


@dataclass(frozen=True)
class ExportProfile:
    """What a receiver wants.

    Attributes
    ----------
    profile_id, version, name_zh, name_en
        What it is called.
    basis
        Citation of the published table, or ``generic``.
    layers
        In order.
    crs
        ``EPSG:n`` or ``local``.
    formats, default_format
        Allowed formats, by their keys.
    folder_name, file_name
        Patterns with ``{district}``, ``{district_code}``, ``{year}``, ``{made_on}`` and ``{layer}``.
    encoding
        Of shapefiles and boundary texts.
    personal
        Rule for personal fields.
    secrecy
        Highest mark (``domain.layer.Secrecy``) that the receiver may be given.
    coarsen_m
        Grid to which coordinates are rounded; None: as surveyed.
    metadata
        Elements of the metadata record that the profile fixes, e.g. ``theme`` or ``use_limitation``.
    checksum
        Hash of the files in the manifest.
    notes
        What was verified, and what the bureau must fill.
    """

    profile_id: str
    version: str
    name_zh: str
    name_en: str
    basis: str
    layers: tuple[LayerProfile, ...]
    crs: str = "EPSG:4549"
    formats: tuple[str, ...] = ("geopackage",)
    default_format: str = "geopackage"
    folder_name: str = "{district}{year}"
    file_name: str = "{layer}"
    encoding: str = "GBK"
    personal: Personal = Personal.DROP
    secrecy: str = "internal"
    coarsen_m: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    checksum: str = "sha256"
    notes: tuple[str, ...] = ()

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Layer names in order."""
        return tuple(layer.name for layer in self.layers)
