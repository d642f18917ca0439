"""What a quality report leaves behind: a GeoPackage of places, tables, and a page to be signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from landgis.exchange.writing.vector import write_bytes, write_csv, write_geopackage
from landgis.frames.spec import rows_of
from landgis.maps.quality_page import Place, QualityPage, RuleLine, quality_page
from landgis.quality.catalogue import Rule, rules
from landgis.quality.report import QualityReport, RuleCount, summary, worst_of
from landgis.services.quality.line_report import write_lines

_LAYERS = {"qc_points": shapely.multipoints, "qc_lines": shapely.multilinestrings, "qc_areas": None}
"""GeoPackage layers by dimension of the place, each of one type of multi-geometry: other programs want it so. The
writer itself makes multipolygons."""
_EACH = 3


def write_report(report: QualityReport, out: Path) -> list[Path]:
    """Write ``quality.json``, ``findings.csv``, ``places.gpkg`` (and ``lines.*``, ``repairs.*``); return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / "quality.json", out / "findings.csv"]
    content = json.dumps(report.as_dict(), ensure_ascii=False, indent=2, allow_nan=False)
    write_bytes(paths[0], content.encode())
    table = pd.DataFrame(report.findings.drop(columns="geometry"))
    middle = report.findings.geometry.centroid
    write_csv(paths[1], table.assign(x=middle.x, y=middle.y))
    layers = _by_dimension(report.findings)
    if layers:
        paths.append(out / "places.gpkg")
        write_geopackage(paths[-1], layers)
    if report.matrix is not None:
        paths += [out / "lines.csv", out / "lines.xlsx"]
        write_csv(paths[-2], report.matrix)
        write_lines(report, paths[-1])
    if report.repairs is not None:
        paths.append(out / "repairs.csv")
        write_csv(paths[-1], pd.DataFrame(report.repairs.drop(columns="geometry")))
        left = report.repairs[~report.repairs.geometry.is_empty]
        if len(left):
            paths.append(out / "repairs.gpkg")
            write_geopackage(paths[-1], {"repaired": gpd.GeoDataFrame(left)})
    return paths


def _by_dimension(findings: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    dimension = shapely.get_dimensions(findings.geometry.to_numpy())
    layers = {}
    for number, (name, together) in enumerate(_LAYERS.items()):
        frame = gpd.GeoDataFrame(findings[dimension == number])
        if together is not None:
            parts, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
            frame = frame.set_geometry(gpd.GeoSeries(together(parts, indices=row), index=frame.index, crs=frame.crs))
        if len(frame):
            layers[name] = frame
    return layers


def write_page(report: QualityReport, path: Path) -> None:
    """Write the report as a PDF of A4 pages."""
    write_bytes(path, quality_page(_page(report)))


def _page(report: QualityReport) -> QualityPage:
    subject = report.subject
    found = {row.rule.code: row for row in summary(report.findings)}
    lines = [_line(rule, found.get(code), report.limits) for code, rule in rules().items() if code in report.asked]
    worst = worst_of(report.findings, _EACH)
    places = [
        Place(
            row["rule"],
            rules()[row["rule"]].severity,
            row["feature_id"],
            row["message_zh"],
            row["message_en"],
            _xy(row["geometry"]),
        )
        for row in rows_of(worst)
    ]
    return QualityPage(
        key=subject.key, title_zh=subject.title_zh, title_en=subject.title_en, facts=subject.facts,
        feature_count=subject.feature_count, crs=subject.crs, substitute=subject.substitute,
        counts=report.counts, exit_code=report.exit_code, lines=tuple(lines), worst=tuple(places),
        findings=report.findings, ground=report.ground, backdrop=report.backdrop, repairs=report.repairs,
        matrix=None if report.matrix is None else report.matrix.replace({"one": report.titles, "other": report.titles}),
        notes=report.notes, checked_on=report.checked_on, checked_by=report.checked_by, program=report.program,
    )  # fmt: skip


def _line(rule: Rule, found: RuleCount | None, limits: Mapping[str, float]) -> RuleLine:
    limit = rule.tolerance
    return RuleLine(
        code=rule.code, group_zh=rule.group[0], zh=rule.zh, en=rule.en, severity=rule.severity,
        count=found.count if found else 0, features=found.features if found else 0, worst=found.worst if found else None,
        unit=rule.unit, tolerance=limits[limit.name] if limit else None, tolerance_unit=limit.unit if limit else "",
        changed=limit is not None and limits[limit.name] != limit.default, basis=rule.basis,
    )  # fmt: skip


def _xy(place: shapely.Geometry | None) -> tuple[float, float] | None:
    if place is None or shapely.is_empty(place):
        return None
    middle = shapely.centroid(place)
    return float(shapely.get_x(middle)), float(shapely.get_y(middle))
