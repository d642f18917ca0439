"""The quality report as A4 pages: Chinese first, English beside it, to be signed and filed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from landgis.crs import GeometryArray
from landgis.domain.issue import Severity
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.frames.spec import rows_of
from landgis.maps.quality_map import SIZE_MM, legend_mark, overview
from landgis.maps.sheet.typesetting import compose, stamp

_TEMPLATE = Path(__file__).with_name("quality.typ")
_ENDS = {
    0: ("可用", "Fit for use: nothing above 一般 (minor)"),
    1: ("有问题，须由提供单位答复", "To be answered by the supplier"),
    2: ("不可用：有致命问题", "Not fit for use: something fatal"),
}
_SEVERITY_EN = {Severity.FATAL: "fatal", Severity.SERIOUS: "serious", Severity.MINOR: "minor"}
_REPAIRS = 40


@dataclass(frozen=True)
class RuleLine:
    """One rule asked: what it found, the worst measured value, the tolerance used and where that stands.

    ``changed`` marks a tolerance that differs from the shipped one.
    """

    code: str
    group_zh: str
    zh: str
    en: str
    severity: Severity
    count: int
    features: int
    worst: float | None
    unit: str
    tolerance: float | None
    tolerance_unit: str
    changed: bool
    basis: str


@dataclass(frozen=True)
class Place:
    """One of the worst findings; ``xy`` in metres of the page's CRS, easting first."""

    code: str
    severity: Severity
    feature_id: str
    zh: str
    en: str
    xy: tuple[float, float] | None


@dataclass(frozen=True)
class QualityPage:
    """Everything the pages print.

    Attributes
    ----------
    key, title_zh, title_en, facts, feature_count, crs, substitute
        What was checked; ``facts`` are label in Chinese, label in English, value.
    counts, exit_code
        Findings by severity, and 0, 1 or 2 as the command ends.
    lines, worst
        Rules asked, and the worst findings of each.
    findings, ground, backdrop
        QualityFrame of the overview map, the ground beneath it, and outlines of features drawn lightly on that (or
        None).
    matrix, repairs
        LineFrame and RepairFrame, or None.
    notes
        Chinese and English.
    checked_on, checked_by, program
        When, by whom, with what.
    """

    key: str
    title_zh: str
    title_en: str
    facts: tuple[tuple[str, str, str], ...]
    feature_count: int
    crs: str
    substitute: bool
    counts: Mapping[Severity, int]
    exit_code: int
    lines: tuple[RuleLine, ...]
    worst: tuple[Place, ...]
    findings: gpd.GeoDataFrame
    ground: shapely.Geometry | None
    backdrop: GeometryArray | None
    matrix: pd.DataFrame | None
    repairs: gpd.GeoDataFrame | None
    notes: tuple[tuple[str, str], ...]
    checked_on: date
    checked_by: str
    program: str


def quality_page(page: QualityPage) -> bytes:
    """Set the report as a PDF.

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed.
    """
    drawing, bar, arrow = overview(page.findings, page.ground, page.backdrop)
    day = page.checked_on
    content = {
        "layout": {"name": "a4_quality"},
        "title": page.title_zh,
        "title_en": page.title_en,
        "key": page.key,
        "banner": [SUBSTITUTE_ZH, SUBSTITUTE_EN] if page.substitute else [],
        "facts": [list(fact) for fact in page.facts],
        "features": f"{page.feature_count:,}".replace(",", " "),
        "crs": page.crs,
        "day": f"{day.year} 年 {day.month} 月 {day.day} 日",
        "day_iso": day.isoformat(),
        "by": page.checked_by,
        "program": page.program,
        "counts": [
            {"zh": severity.zh, "en": _SEVERITY_EN[severity], "key": severity.value, "count": page.counts[severity],
             "mark": legend_mark(severity)}
            for severity in Severity
        ],
        "end": [str(page.exit_code), *_ENDS[page.exit_code]],
        "map": drawing, "map_mm": list(SIZE_MM), "scale_bar": bar, "north_arrow": arrow,
        "found": [_line(line) for severity in Severity for line in page.lines if line.count and line.severity is severity],
        "silent": [f"{line.code} {line.zh}" for line in page.lines if not line.count],
        "limits": [_limit(line) for line in page.lines if line.tolerance is not None],
        "worst": [_place(place) for place in page.worst],
        "matrix": _matrix(page.matrix),
        "repairs": _repairs(page.repairs),
        "more_repairs": max(0, (0 if page.repairs is None else len(page.repairs)) - _REPAIRS),
        "notes": [list(note) for note in page.notes],
    }  # fmt: skip
    pdf, _ = compose(content, stamp(page.checked_on), _TEMPLATE)
    return pdf


def _line(line: RuleLine) -> dict[str, Any]:
    return {
        "code": line.code, "group": line.group_zh, "zh": line.zh, "en": line.en, "key": line.severity.value,
        "severity": line.severity.zh, "count": f"{line.count:,}".replace(",", " "),
        "features": f"{line.features:,}".replace(",", " "),
        "worst": "—" if line.worst is None else f"{_plain(line.worst)} {_unit(line.unit)}",
        "limit": "—" if line.tolerance is None else _plain(line.tolerance) + ("*" if line.changed else ""),
    }  # fmt: skip


def _limit(line: RuleLine) -> dict[str, str]:
    value = _plain(line.tolerance or 0.0) + ("*" if line.changed else "")
    return {"code": line.code, "zh": line.zh, "value": f"{value} {_unit(line.tolerance_unit)}", "basis": line.basis}


def _place(place: Place) -> dict[str, str]:
    xy = "" if place.xy is None else f"{place.xy[0]:.2f}\n{place.xy[1]:.2f}"
    return {"code": place.code, "key": place.severity.value, "id": place.feature_id, "zh": place.zh, "en": place.en,
            "xy": xy}  # fmt: skip


def _plain(value: float) -> str:
    """Up to five figures, never an exponent: nobody signs 1e-06."""
    if abs(value) >= 100_000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{Decimal(f'{value:.5g}'):f}"


def _unit(unit: str) -> str:
    """The Chinese half of a unit; symbols stand alone."""
    return unit.partition(" ")[0].replace("m²", "㎡")


def _matrix(matrix: pd.DataFrame | None) -> list[dict[str, Any]]:
    if matrix is None:
        return []
    rows = []
    for (one, other), group in matrix.groupby(["one", "other"], sort=False):
        columns = (group[name] for name in ("width_m", "opened_m2", "overlap_m2", "pieces"))
        curve = [[f"{width:g}", _plain(opened), _plain(m2), str(pieces)] for width, opened, m2, pieces in
                 zip(*columns, strict=True)]  # fmt: skip
        rows.append({"one": one, "other": other, "curve": curve})
    return rows


def _repairs(repairs: gpd.GeoDataFrame | None) -> list[dict[str, str]]:
    if repairs is None:
        return []
    return [
        {
            "id": row["repair_id"], "feature": row["feature_id"], "kind": row["kind"], "reason": row["reason"],
            "before": f"{row['area_before_m2']:.4f}", "after": f"{row['area_after_m2']:.4f}",
            "moved": "—" if math.isnan(row["moved_m"]) else f"{row['moved_m']:.4f}",
            "person": "须点名" if row["needs_person"] else "",
        }
        for row in rows_of(repairs.head(_REPAIRS))
    ]  # fmt: skip
