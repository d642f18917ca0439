"""A fault of a drawn sheet: what is wrong on which page, in words a draughtsman understands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

CODES = {
    "colour-unlisted": ("图上用色图例未列", "a colour or hatch on the map that the legend does not explain"),
    "legend-undrawn": ("图例所列图上没有", "an entry of the legend that is not on the map"),
    "line-filled": ("线状要素被填充", "lines filled as if they enclosed an area"),
    "label-outside": ("注记出内图廓", "a label that leaves the neat line"),
    "label-touching": ("注记相叠", "labels that touch"),
    "label-missing": ("地块未注记", "a parcel without number, group or note"),
    "scale-false": ("比例尺不实", "a length on paper that is not true to the scale"),
    "scale-unmeasured": ("比例尺无从量测", "a map without two grid lines to measure by"),
    "parcel-shifted": ("地块位置不符", "a parcel that is not drawn where it lies"),
    "total-false": ("合计不符", "a total that is not the sum of its rows, or not what the plan states"),
    "text-missing": ("应有文字缺失", "words or numbers that must be findable as text"),
    "page-empty": ("空页", "a page with nothing between heading and footer"),
    "page-count": ("页数不符", "more or fewer pages than the sheets take"),
    "type-small": ("字号过小", "type too small on a sheet to be signed"),
    "glyph-missing": ("缺字", "a character that no font could draw"),
}
"""Every code, and what it means."""


@dataclass(frozen=True)
class SheetFault:
    """One thing wrong on a drawn sheet.

    Attributes
    ----------
    code
        One of ``CODES``.
    page
        Page of the PDF, from 1.
    what
        The thing itself: a colour, a label, a parcel id, a total.
    zh, en
        What is wrong with it.
    """

    code: str
    page: int
    what: str
    zh: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return asdict(self)
