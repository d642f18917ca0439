"""What a plan sheet is made of, and the checks before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from landgis.errors import ContractBroken, CrsMissing, CrsUnsuitable, InputError
from landgis.frames.parcels import POLYGONS
from landgis.frames.pooled import PLAN_LINES
from landgis.maps.material import Backdrop, Boundary, ContextLayer, Source

_SUMMED = ("lines", "area_ha", "area_mu")
_LINES = replace(PLAN_LINES, geometry=POLYGONS)


class Drawable(Protocol):
    """What the map of any sheet is drawn from and read back against: parcels, what lies around them, marks and words."""

    @property
    def title_zh(self) -> str:
        """图名."""

    @property
    def lines(self) -> gpd.GeoDataFrame:
        """``parcel_id``, ``line_no`` and outlines of what is drawn, in a projected CRS, metres."""

    @property
    def context(self) -> tuple[ContextLayer, ...]:
        """Layers under the parcels, from bottom to top."""

    @property
    def boundaries(self) -> tuple[Boundary, ...]:
        """Borders and their names."""

    @property
    def backdrop(self) -> Backdrop | None:
        """Picture under the map."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Releases used."""

    @property
    def substitute(self) -> bool:
        """Whether anything on the sheet is stand-in data."""

    @property
    def classification(self) -> str:
        """Mark of every page."""

    @property
    def drawn_words(self) -> str:
        """Who drew it and when."""

    @property
    def prepared_by(self) -> str:
        """编制单位."""

    @property
    def crs(self) -> CRS:
        """CRS of the sheet."""


@dataclass(frozen=True)
class PlanSheet:
    """An annual supply plan to be drawn.

    Attributes
    ----------
    title_zh, title_en, subtitle_zh
        图名 and what stands under it.
    district_zh, plan_year
        District name and year of the plan.
    as_of, drawn_on
        State of the data, and date of drawing; the PDF's time stamp is ``drawn_on``, so the same request gives the
        same bytes.
    lines
        ``PLAN_LINES`` with geometry, in a projected CGCS2000 CRS, metres. With a column ``muted`` (yes/no) the lines
        that say yes are drawn pale: land already supplied. With a column ``label`` maps write that at a parcel in
        place of its line number. The terms of ``frames.planned.LINES`` (``trade_mode``, ``term_years``, ``quarter``)
        are printed where the lines have them.
    totals_by_use, totals_by_town
        As ``landgis.plan`` sums them: naming columns, then ``lines`` (count), ``area_ha``, ``area_mu`` (Decimal), the
        last row being the whole. The last naming column is printed. Must agree with ``lines``.
    context
        From bottom to top.
    boundaries
        District, towns, villages; also drawn in the locator.
    backdrop
        Picture under the map, or None.
    sources
        Releases used.
    substitute
        True when anything on the sheet is stand-in data: every page then says so.
    prepared_by, drafted_by, checked_by, approved_by
        编制单位 and the names of 编制 / 校核 / 审定; empty ones are left as lines to sign.
    sheet_no
        图号.
    classification
        Mark in the upper right corner of every page.
    drawn_by
        Who draws it: stands under that mark with the day; empty: the day alone.
    """

    title_zh: str
    subtitle_zh: str
    district_zh: str
    plan_year: int
    as_of: date
    drawn_on: date
    lines: gpd.GeoDataFrame
    totals_by_use: pd.DataFrame
    totals_by_town: pd.DataFrame
    title_en: str = ""
    context: tuple[ContextLayer, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    backdrop: Backdrop | None = None
    sources: tuple[Source, ...] = ()
    substitute: bool = False
    prepared_by: str = ""
    drafted_by: str = ""
    checked_by: str = ""
    approved_by: str = ""
    sheet_no: str = "1"
    classification: str = "内部使用"
    drawn_by: str = ""
    notes_zh: tuple[str, ...] = field(default=())

    @property
    def drawn_words(self) -> str:
        """Who drew it and on which day, as every page says it."""
        return " ".join(filter(None, ("制图", self.drawn_by, self.drawn_on.isoformat())))

    @property
    def crs(self) -> CRS:
        """CRS of the sheet: that of its lines.

        Raises
        ------
        CrsMissing
            If the lines carry none.
        """
        if self.lines.crs is None:
            raise CrsMissing(
                "计划地块没有坐标系",
                "The plan lines carry no CRS",
                where=self.title_zh,
                next_zh="请先转换到工作坐标系（EPSG:4549）",
                next_en="Transform to the working CRS first (EPSG:4549)",
            )
        return self.lines.crs


def texts_of(lines: pd.DataFrame) -> list[str]:
    """What maps write at each line: its label where the lines have one, else its number."""
    return list((lines["label"] if "label" in lines else lines["line_no"]).map(str))


def require_drawable(request: PlanSheet) -> None:
    """Raise unless the request can be drawn honestly.

    Raises
    ------
    InputError
        If the plan has no lines.
    ContractBroken
        If the lines do not keep ``PLAN_LINES``, or totals differ from their sum.
    CrsUnsuitable
        If the lines are not in a projected CRS in metres, or another layer is in another CRS.
    """
    if len(request.lines) == 0:
        raise InputError(
            "年度供应计划没有地块，无图可出",
            "The plan has no lines: there is nothing to draw",
            where=request.title_zh,
            next_zh="请先编制计划（landgis plan draft），或检查为何全部地块未列入",
            next_en="Draft the plan first (landgis plan draft), or see why every parcel was left out",
        )
    _LINES.require(request.lines)
    _require_crs(request)
    _require_picture(request)
    for label, totals in (("totals_by_use", request.totals_by_use), ("totals_by_town", request.totals_by_town)):
        _require_sum(label, totals, request.lines)


def _require_crs(request: PlanSheet) -> None:
    crs = request.crs
    datum = crs.datum.name if crs.datum else ""
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre" or "2000" not in datum:
        raise CrsUnsuitable(
            f"图纸须以 CGCS2000 投影坐标（米）绘制，现为 {crs.name}",
            f"A sheet is drawn in projected CGCS2000 coordinates in metres; these are {crs.name}",
            where=request.title_zh,
            next_zh="请先转换到工作坐标系（EPSG:4549）",
            next_en="Transform to the working CRS first (EPSG:4549)",
        )
    for layer in request.context:
        if layer.features.crs != crs:
            raise CrsUnsuitable(
                f"图层“{layer.style.legend_zh}”的坐标系与地块不同",
                f"Layer “{layer.style.legend_en}” is not in the CRS of the plan lines ({crs.name})",
                where=layer.key,
                next_zh="请先转换到同一坐标系",
                next_en="Transform it to the same CRS first",
            )


def _require_picture(request: PlanSheet) -> None:
    picture = request.backdrop
    if picture is None:
        return
    west, south, east, north = picture.bounds_m
    if picture.cells.dtype != "uint8" or picture.cells.shape[2:] != (3,) or not (west < east and south < north):
        raise ContractBroken(
            f"底图应为 8 位三波段且范围有效，现为 {picture.cells.dtype} {picture.cells.shape}，{picture.bounds_m}",
            "The backdrop must be 8-bit red, green, blue over a real extent; it is "
            f"{picture.cells.dtype} {picture.cells.shape}, {picture.bounds_m}",
            where=request.title_zh,
        )


def _require_sum(label: str, totals: pd.DataFrame, lines: gpd.GeoDataFrame) -> None:
    missing = {"lines", "area_ha", "area_mu"} - set(totals.columns)
    wanted = [len(lines), *(sum(lines[column], Decimal(0)) for column in ("area_ha", "area_mu"))]
    parts = (
        [] if missing else [[sum(totals[column].iloc[:-1], Decimal(0)), totals[column].iloc[-1]] for column in _SUMMED]
    )
    if missing or [part[0] for part in parts] != wanted or [part[1] for part in parts] != wanted:
        found = sorted(missing) or [" / ".join(map(str, part)) for part in parts]
        raise ContractBroken(
            f"汇总表 {label} 与地块之和不符：{found} ≠ {[str(value) for value in wanted]}",
            f"Totals {label} are not the sum of the lines: {found} ≠ {[str(value) for value in wanted]}",
            where=label,
        )
