"""What reading boundary points gives: one row per plot, with the evidence for its CRS, encoding and completeness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from landgis.crs import GeometryArray
from landgis.domain.issue import Issue
from landgis.errors import FileMissing, FileUnreadable


class Place(NamedTuple):
    """Where in the file something stands, in Chinese and in English."""

    zh: str
    en: str

    @classmethod
    def line(cls, number: int) -> Place:
        """Place of a line of text, counted from 1."""
        return cls(f"第 {number} 行", f"line {number}")

    @classmethod
    def cell(cls, address: str) -> Place:
        """Place of a cell, by its address with the sheet."""
        return cls(f"单元格 {address}", f"cell {address}")


@dataclass(frozen=True, slots=True)
class BoundaryPoint:
    """One point as written.

    Attributes
    ----------
    number, ring
        点号 and 圈号 as written.
    north, east
        What the format calls X (northing, latitude) and Y (easting, longitude); degrees or metres.
    decimals
        Figures after the point, the fewer of the two numbers.
    place
        Its line or cell.
    """

    number: str
    ring: str
    north: float
    east: float
    decimals: int
    place: Place


@dataclass(frozen=True)
class Plot:
    """One plot as written: its fields, its points in file order, and the figures that describe them.

    Attributes
    ----------
    fields
        Delivered attributes.
    points
        In file order.
    place
        Where the plot begins.
    point_count
        Stated number of points; None where nothing usable is stated.
    stated_area
        Text of the stated area.
    fault_zh, fault_en
        Why it is no polygon (a line, a point); empty for a polygon.
    """

    fields: Mapping[str, str]
    points: list[BoundaryPoint]
    place: Place
    point_count: int | None = None
    stated_area: str = ""
    fault_zh: str = ""
    fault_en: str = ""


@dataclass(frozen=True)
class PlotFacts:
    """What was found of one plot.

    Attributes
    ----------
    place
        Where it begins.
    rings, points
        Rings, and points without the repeated first ones.
    planar_m2, ellipsoidal_m2
        Computed; None where the coordinates do not allow it.
    stated_m2, stated_unit
        Stated area in m² and the unit it was taken in; None and empty where nothing is stated.
    """

    place: Place
    rings: int
    points: int
    planar_m2: float | None
    ellipsoidal_m2: float | None
    stated_m2: float | None = None
    stated_unit: str = ""


@dataclass(frozen=True)
class PointsRead:
    """Plots read from boundary points: not repaired, not reprojected, axes as the format says.

    Attributes
    ----------
    name
        Layer name: the file's name without its ending.
    table
        Delivered attributes as text, one row per plot.
    geometry
        Polygons, x = easting or longitude, y = northing or latitude; None where a plot is no polygon. Where the file
        has the two exchanged, so have these, `crs_label` is None and an issue says it.
    crs_label
        CRS that the file states, e.g. ``EPSG:4528``; None where it does not.
    crs_evidence
        Why.
    encoding, encoding_evidence
        Text encoding and why.
    issues
        What was noticed.
    broken
        Row (0-based) → reason, for plots without geometry.
    header
        Key → value of every header line.
    zone
        Gauss-Krüger zone that the eastings carry; None where they carry none.
    plots
        Facts of every plot, in the order of the rows.
    promised
        Number of plots that the file itself states; None where it states none.
    """

    name: str
    table: pd.DataFrame
    geometry: GeometryArray
    crs_label: str | None
    crs_evidence: str
    encoding: str
    encoding_evidence: str
    issues: tuple[Issue, ...]
    broken: Mapping[int, str] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)
    zone: int | None = None
    plots: tuple[PlotFacts, ...] = ()
    promised: int | None = None


def missing(path: Path) -> FileMissing:
    """Make the error for a file that is not there."""
    return FileMissing(
        f"没有文件 {path}",
        f"There is no file {path}",
        where=str(path),
        next_zh="请核对路径",
        next_en="Check the path",
    )


def refusal(name: str, place: Place | None, zh: str, en: str, next_zh: str = "", next_en: str = "") -> FileUnreadable:
    """Make the error for a file of points that cannot be used, naming file, place and remedy."""
    at_zh, at_en = (f"{place.zh}：", f"{place.en}: ") if place else ("", "")
    return FileUnreadable(
        f"无法读取 {name}：{at_zh}{zh}",
        f"Cannot read {name}: {at_en}{en}",
        where=f"{name} {place.zh}" if place else name,
        next_zh=next_zh or "请核对原文件，重新复制或重新导出",
        next_en=next_en or "Check the original, and copy or export it again",
    )
