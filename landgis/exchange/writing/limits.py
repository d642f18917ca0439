"""What a file format can hold, as data: everything that decides whether content is lost."""

from __future__ import annotations

from dataclasses import dataclass

SINGLE_TO_MULTI = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}
ANY_KIND = frozenset(SINGLE_TO_MULTI.values())
EXACT_WHOLE = 2**53
"""Whole numbers up to here survive in a double."""


@dataclass(frozen=True)
class Limits:
    """Limits of a format. None, True and empty mean no limit.

    Attributes
    ----------
    layers, fields, rows
        Most layers in one file; most fields and rows in one layer.
    file_bytes
        Largest file.
    name_bytes
        Longest field name in bytes of the text's encoding.
    ascii_names
        Whether names of fields and layers go in ASCII, the Chinese beside them.
    reserved
        Field names that the format keeps for itself, casefolded.
    layer_chars, layer_forbidden
        Longest layer name, and characters it may not hold.
    attributes
        Whether all columns are held, or only those that name a plot.
    encoded
        Whether text goes in the encoding that the options name; else it is Unicode.
    text_bytes, text_chars
        Longest text.
    forbidden
        Characters that no text may hold.
    trims
        Whether blanks at the ends of a text are lost.
    empty_text
        Whether empty text differs from missing.
    nulls
        Whether missing is marked as such.
    flags, days
        Whether yes/no and dates have types of their own.
    whole
        Largest whole number, plus or minus.
    narrow_whole
        Largest whole number that has a type of its own; beyond, doubles serve.
    number_width
        Most characters of a number; 0: numbers are doubles.
    digits
        Significant digits of a number.
    finite
        Whether infinite numbers are out.
    geometry
        Multi-kinds it holds; empty: none at all.
    mixed
        Whether kinds may be mixed in a layer, and figures with and without height.
    heights
        Whether heights are held.
    missing_geometry, empty_geometry
        Whether a row may be without geometry, and whether empty geometry differs from that.
    tables
        Whether a layer may be without geometry.
    keeps_order
        Whether rows stay in order.
    crs84
        Whether coordinates must be WGS 84 longitude and latitude.
    holes
        Whether holes and parts stay together; else every ring stands alone.
    stated_decimals
        Whether coordinates get the decimals that the options state.
    step
        Grid of coordinates in their unit; 0: none. ``step_degrees`` for longitude and latitude.
    """

    layers: int | None = None
    fields: int | None = None
    rows: int | None = None
    file_bytes: int | None = None
    name_bytes: int | None = None
    ascii_names: bool = False
    reserved: frozenset[str] = frozenset()
    layer_chars: int | None = None
    layer_forbidden: str = ""
    attributes: bool = True
    encoded: bool = False
    text_bytes: int | None = None
    text_chars: int | None = None
    forbidden: str = "\x00"
    trims: bool = False
    empty_text: bool = True
    nulls: bool = True
    flags: bool = True
    days: bool = True
    whole: int = 2**63 - 1
    narrow_whole: int | None = None
    number_width: int = 0
    digits: int | None = None
    finite: bool = False
    geometry: frozenset[str] = ANY_KIND
    mixed: bool = False
    heights: bool = True
    missing_geometry: bool = True
    empty_geometry: bool = True
    tables: bool = False
    keeps_order: bool = True
    crs84: bool = False
    holes: bool = True
    stated_decimals: bool = False
    step: float = 0.0
    step_degrees: float = 0.0
