"""A delivery: frames in the fields and CRS of a profile, as they will be written, and what must hold of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd
from pyproj import CRS

from landgis.domain.layer import Secrecy


@dataclass(frozen=True)
class Total:
    """What the sum of a field must be, reckoned from our own frames in the unit of the layer."""

    layer: str
    field: str
    expected: Decimal


@dataclass(frozen=True)
class Unfilled:
    """A field of the receiver that stays empty.

    Attributes
    ----------
    layer, field
        Which.
    rows
        How many rows lack it.
    required
        Whether the receiver refuses that.
    """

    layer: str
    field: str
    rows: int
    required: bool


@dataclass(frozen=True)
class Delivery:
    """What is about to be handed over.

    Columns of a layer are the profile's fields in order (and the geometry): text as ``str``, whole numbers ``Int64``,
    decimals ``float64`` (the double nearest the rounded decimal), days ``datetime.date``, flags ``boolean``; what is
    missing is missing. Polygons have outer rings clockwise, holes anticlockwise, and the largest part first.

    Attributes
    ----------
    profile_id, profile_version
        Under which profile it was made.
    format
        Key of the file format that it will be written in.
    crs
        Of every geometry; x = easting or longitude.
    layers
        Layer name → frame.
    district
        Key of the district, or empty where it belongs to none.
    counts
        Layer name → how many rows there must be.
    totals
        Sums that must hold.
    registered
        Layer name → keys of rows whose area stands on a certificate, and is not measured again.
    secrecy
        Layer name → mark; layers left out are not marked.
    full_elements
        Layers of large-scale full-element data, to which the limit of continuous coverage applies.
    unfilled
        What stays empty.
    """

    profile_id: str
    profile_version: str
    format: str
    crs: CRS
    layers: Mapping[str, pd.DataFrame]
    district: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    totals: tuple[Total, ...] = ()
    registered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    secrecy: Mapping[str, Secrecy] = field(default_factory=dict)
    full_elements: frozenset[str] = frozenset()
    unfilled: tuple[Unfilled, ...] = ()


def row_keys(frame: pd.DataFrame, key: Sequence[str]) -> list[str]:
    """Name each row by its key fields, or by its number where a key field is not there, repeated or empty."""
    if not key or any(list(frame.columns).count(name) != 1 for name in key):
        return [f"#{row}" for row in range(1, len(frame) + 1)]
    cells = [frame[name].astype(object).where(frame[name].notna(), "").tolist() for name in key]
    return [" ".join(map(str, row)).strip() or f"#{number}" for number, row in enumerate(zip(*cells, strict=True), 1)]
