"""One sheet as it was printed: what went to the typesetter, what the PDF holds, what the plan says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unicodedata import normalize

import geopandas as gpd

from landgis.maps.checking.drawing import MapDrawing, Paint, read_drawing, swatch_paints
from landgis.maps.checking.set_page import SetPage
from landgis.maps.sheet.facts import SheetFacts
from landgis.maps.sheet.request import Drawable


@dataclass(frozen=True)
class Entry:
    """An entry of the printed legend: its words, its half of the legend (``use`` or ``context``), how its sample is painted."""

    title_zh: str
    group: str
    paints: frozenset[Paint]

    def explains(self, drawn: frozenset[Paint]) -> bool:
        """Tell whether the sample stands for what was drawn: the same paints, but no hatch on dots, no fill on lines."""
        if drawn == self.paints:
            return True
        left_off = ("hatch",) if self.group == "use" else ("hatch", "fill")
        return drawn == frozenset(paint for paint in self.paints if paint.kind not in left_off)


@dataclass(frozen=True)
class Printed:
    """A sheet to be checked.

    Attributes
    ----------
    request
        The plan.
    content
        What was printed, as the template got it.
    facts
        What the sheet says of itself.
    pages
        Its pages, read back from the PDF.
    pages_in_all
        Of the whole set.
    sides
        The plan that each map draws, where they are not all of one.
    """

    request: Drawable
    content: Mapping[str, Any]
    facts: SheetFacts
    pages: tuple[SetPage, ...]
    pages_in_all: int
    sides: tuple[Drawable, ...] = ()

    def lines_of(self, place: int) -> gpd.GeoDataFrame:
        """Lines of the plan that one of its maps draws."""
        return (self.sides[place] if self.sides else self.request).lines

    @cached_property
    def maps(self) -> tuple[MapDrawing, ...]:
        """Its maps, read back from what was really placed."""
        return tuple(read_drawing(frame["svg"]) for frame in self.content.get("frames", ()))

    @cached_property
    def legend(self) -> tuple[Entry, ...]:
        """Its legend, read back from the samples that were printed."""
        entries = self.content.get("legend", ())
        return tuple(Entry(each["zh"], each["group"], swatch_paints(each["swatch"])) for each in entries)

    def small(self, name: str) -> MapDrawing:
        """Read one of its small drawings back: scale bar, north arrow."""
        return read_drawing(self.content[name])

    @cached_property
    def text(self) -> str:
        """All words of its pages, without blanks."""
        return "".join(page.text for page in self.pages)

    @cached_property
    def runs(self) -> frozenset[str]:
        """Every run of text of its pages, without blanks."""
        return frozenset("".join(run.text.split()) for page in self.pages for run in page.runs)

    def holds(self, words: str) -> bool:
        """Tell whether words stand on its pages as text; blanks do not count."""
        return bare(words) in self.runs or findable(words, self.text)


def findable(words: str, text: str) -> bool:
    """Tell whether a text without blanks holds words; characters that are drawn alike count as equal.

    A font has one glyph for 金 and for the radical ⾦: which of them it was, no PDF can tell.
    """
    wanted = bare(words)
    return wanted in text or normalize("NFKC", wanted) in normalize("NFKC", text)


def bare(words: str) -> str:
    """Words without blanks, seen or unseen."""
    return "".join(words.replace("\u200b", "").split())
