"""What the delivered columns mean: which is an area in which unit, which a date, a code, a town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from landgis.domain.catalogue import plain_name
from landgis.domain.land_use import Scheme

OURS = ("feature_id", "parcel_id", "class", "label", "district", "town_name", "village_name", "geometry")
"""Columns of our own frames, no delivered text."""
_CODE_ENDINGS = ("bsm", "bh", "dm", "bm", "id", "hash")


@dataclass(frozen=True)
class AreaField:
    """A column that states an area, and the square metres of its unit."""

    name: str
    unit_m2: float


@dataclass(frozen=True)
class Fields:
    """Columns of one layer by meaning; any may be empty.

    Attributes
    ----------
    required, identifiers, dates, parcel_codes, towns
        Names of columns.
    areas
        Columns that state the area of the feature.
    codes
        Land-use columns with the scheme their codes belong to.
    texts
        Columns searched for damaged text, left-overs of spreadsheets and personal data.
    """

    required: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    areas: tuple[AreaField, ...] = ()
    dates: tuple[str, ...] = ()
    codes: tuple[tuple[str, Scheme], ...] = ()
    parcel_codes: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @classmethod
    def by_name(cls, columns: Sequence[str], codes: Sequence[tuple[str, Scheme]] = ()) -> Fields:
        """Tell the meaning of columns by their names.

        Parameters
        ----------
        columns
            Names of a frame's columns without geometry.
        codes
            Land-use columns that are known from elsewhere; they come before those known by name.
        """
        table = _table()
        known = {name for name, _ in codes}
        by_name = [(name, Scheme(table["codes"][plain_name(name)])) for name in _named(columns, "codes")]
        return cls(
            required=tuple(_named(columns, "required")),
            identifiers=tuple(_named(columns, "identifiers")),
            areas=tuple(AreaField(name, table["areas"][plain_name(name)]) for name in _named(columns, "areas")),
            dates=tuple(_named(columns, "dates")),
            codes=(*codes, *((name, scheme) for name, scheme in by_name if name not in known)),
            parcel_codes=tuple(_named(columns, "parcel_codes")),
            towns=tuple(_named(columns, "towns")),
            texts=tuple(name for name in columns if name not in OURS),
        )


def holds_codes(name: str) -> bool:
    """Tell whether a column holds numbers that name things: long digits there are no one's telephone."""
    return plain_name(name).endswith(_CODE_ENDINGS)


def _named(columns: Sequence[str], kind: str) -> list[str]:
    return [name for name in columns if plain_name(name) in _table()[kind]]


@cache
def _table() -> dict[str, dict[str, Any]]:
    text = files("landgis.quality").joinpath("fields.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    return {
        kind: {plain_name(name): entry[name] if isinstance(entry, dict) else None for name in entry}
        for kind, entry in content.items()
    }
