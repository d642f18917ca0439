"""What the print of a view is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import geopandas as gpd
from pyproj import CRS

from landgis.crs import WORKING
from landgis.maps.material import Backdrop, Boundary, ContextLayer, Source
from landgis.maps.sheet.view import View

Pair = tuple[str, str]


@dataclass(frozen=True)
class Sum:
    """How many parcels, and their area as it is printed."""

    count: int
    area_ha: Decimal
    area_mu: Decimal


@dataclass(frozen=True)
class ViewPrint:
    """A view of the desk to be printed.

    Attributes
    ----------
    title_zh, subtitle_zh
        图名 as the person gives it, and the run under it.
    view
        Ground, scale and size of the neat line, EPSG:4549.
    lines
        Parcels that reach into the frame, EPSG:4549, cut a little outside of it: ``parcel_id``, ``line_no`` (from 1; the
        number that stands on the map), ``inside`` (of the filter), ``verdict`` ('' of one that the run did not judge),
        ``town_name``, ``village_name``, ``planned_use_zh``, ``area_ha``, ``area_mu`` (Decimal, of the whole parcel),
        ``open_zh``, ``cut`` (whether a part lies outside the frame).
    inside, total
        Parcels of the filter that reach into the frame, and all of the filter.
    filter_words
        The filter in words, Chinese and English.
    context
        Layers that are switched on, from bottom to top.
    boundaries
        Borders for the locator and the map.
    sources
        Releases used.
    substitute
        Whether anything on it is stand-in data.
    as_of
        State of the data: the run's day.
    drawn_by, drawn_at
        Who prints, and when (with a time zone).
    sheet_no
        What tells the print from others: the run.
    remarks
        What must be said of this print: layers left out, the run's own caution.
    numbered
        Whether parcels get their numbers and the schedule follows.
    classification
        Mark of every page.
    """

    title_zh: str
    subtitle_zh: str
    view: View
    lines: gpd.GeoDataFrame
    inside: Sum
    total: Sum
    filter_words: Pair
    context: tuple[ContextLayer, ...]
    boundaries: tuple[Boundary, ...]
    sources: tuple[Source, ...]
    substitute: bool
    as_of: date
    drawn_by: str
    drawn_at: datetime
    sheet_no: str
    remarks: tuple[Pair, ...] = ()
    numbered: bool = True
    classification: str = "内部使用"
    backdrop: Backdrop | None = None
    prepared_by: str = ""

    @property
    def drawn_words(self) -> str:
        """Who printed it and when, as every page says it."""
        return f"打印 {self.drawn_by} {self.drawn_at:%Y-%m-%d %H:%M}"

    @property
    def stamp(self) -> datetime:
        """Time stamp of the file: the moment, to the second."""
        return self.drawn_at.replace(microsecond=0)

    @property
    def crs(self) -> CRS:
        """CRS of the sheet: the working CRS."""
        return WORKING
