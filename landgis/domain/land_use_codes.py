"""Rows of the land-use code lists: a code is only ever looked up in its scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from landgis.domain.code_table import rows_of
from landgis.domain.scheme import Scheme


@dataclass(frozen=True)
class LandUse:
    """One row of a code table.

    Attributes
    ----------
    scheme
        The code list.
    code, name_zh
        The code without padding, and its name.
    rgb
        Customary map colour ``r,g,b``; empty where none is known.
    parent
        Code of the class above; empty on the first level.
    confidence
        How sure the row is.
    note
        Remark of the table; may be empty.
    """

    scheme: Scheme
    code: str
    name_zh: str
    rgb: str
    parent: str
    confidence: str
    note: str


def normalise(code: str, scheme: Scheme) -> str:
    """Return a code without blanks and, in the guides, without the zero pairs that plan databases pad with.

    Only six-digit codes of the guides are padded (``010000`` → ``01``); ``0100`` stays as it is and will not be
    recognised. Survey codes are never padded: their letters are part of them (``05H1``, ``0810A``).
    """
    text = code.strip()
    if scheme.is_plan and len(text) == 6:
        while len(text) > 2 and text.endswith("00"):
            text = text[:-2]
    return text


def look_up(code: str, scheme: Scheme) -> LandUse | None:
    """Return a code's row in its scheme, or None if the scheme has no such code.

    A survey code with the suffix K (可调整) that has no row of its own gives the row of the code before it.
    """
    row = row_of(code, scheme)
    if row is None:
        return None
    note = row.get("note") or row.get("note_zh") or ""
    return LandUse(scheme, row["code"], row["name"], row.get("rgb", ""), row["parent"], row["confidence"], note)


def codes_of(scheme: Scheme) -> tuple[LandUse, ...]:
    """Return every code of a scheme, in the order of its table."""
    return tuple(found for code in _table(scheme) if (found := look_up(code, scheme)) is not None)


def lineage(code: str, scheme: Scheme) -> tuple[str, ...]:
    """Return a code and the codes it lies below as ``scheme:code``, itself first; empty where the scheme lacks it."""
    use = look_up(code, scheme)
    found: list[str] = []
    while use is not None:
        found.append(f"{scheme}:{use.code}")
        use = look_up(use.parent, scheme) if use.parent else None
    return tuple(found)


def meanings(code: str) -> tuple[LandUse, ...]:
    """Return what a code means in every scheme that has it: for explaining a code whose scheme nobody stated."""
    return tuple(found for scheme in Scheme if (found := look_up(code, scheme)) is not None)


def row_of(code: str, scheme: Scheme) -> Mapping[str, str] | None:
    """Return the whole row of a code in its scheme, or None."""
    table, plain = _table(scheme), normalise(code, scheme)
    return table.get(plain) or (table.get(plain.removesuffix("K")) if not scheme.is_plan else None)


_TABLES = {
    Scheme.GUIDE_2023: ("landuse_2023", ""),
    Scheme.GUIDE_2020: ("landuse_2020", ""),
    Scheme.SURVEY: ("landuse_sandiao", "SD"),
    Scheme.GB21010: ("landuse_sandiao", "GB21010-2017"),
}
"""Scheme → table, and the value of its column ``scheme`` where the table holds two."""


@cache
def _table(scheme: Scheme) -> Mapping[str, Mapping[str, str]]:
    name, tag = _TABLES[scheme]
    return {row["code"]: row for row in rows_of(name) if row.get("scheme", "") == tag}
