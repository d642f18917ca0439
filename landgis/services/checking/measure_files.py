"""The bare measuring tool: two files in, pairs and parcels out. No law, no database, anywhere in the world."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.area import planar_m2
from landgis.crs import GEOGRAPHIC, GeometryArray, Transform, name_of, to_crs
from landgis.domain.issue import Issue, Severity
from landgis.errors import ContractBroken, UsageError
from landgis.exchange.reading.vector import RawLayer, read_vector
from landgis.exchange.writing.vector import write_csv
from landgis.overlay import LayerIndex

_MARGIN_DEG = 2.0
PAIRS = ("parcel_id", "feature_id", "area_m2", "share_of_parcel", "share_of_feature")
PARCELS = ("parcel_id", "parcel_area_m2", "union_m2", "hits", "largest_m2", "mean_width_m", "distance_m")


@dataclass(frozen=True)
class Source:
    """A file, and what the user said of it.

    Attributes
    ----------
    path, layer
        The file and, where it holds several, the layer.
    id_field
        Field that names each row; None: rows are called ``#1``, ``#2`` …
    crs, encoding
        Answers to what the file does not say.
    """

    path: Path
    layer: str | None = None
    id_field: str | None = None
    crs: CRS | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class FileOverlay:
    """Result: ``pairs`` and ``parcels`` as written, what was wrong, and how coordinates were moved."""

    pairs: pd.DataFrame
    parcels: pd.DataFrame
    issues: tuple[Issue, ...]
    transforms: tuple[Transform, Transform]
    crs: str


def measure_files(parcels: Source, layer: Source, crs: CRS, out: Path) -> FileOverlay:
    """Measure the polygons of one file against those of another and write CSV.

    Parameters
    ----------
    parcels, layer
        What is measured, and against what.
    crs
        Projected CRS in metres to measure in; areas are planar in it.
    out
        Folder for ``pairs.csv``, ``parcels.csv`` and ``issues.csv``.

    Returns
    -------
    FileOverlay
        Invalid geometry is listed as issues and *repaired copies* are measured; the files stay as they are.

    Raises
    ------
    UsageError
        If ``crs`` is not projected in metres.
    InputError
        If a file as a whole cannot be used, an id field is missing or an id repeats.
    """
    _require_metres(crs)
    left = _prepare(parcels, crs, "地块 parcel")
    right = _prepare(layer, crs, "图层 layer")
    index = LayerIndex.build(right.shapes, right.ids)
    measured = index.measure(left.shapes)
    areas, feature_areas = planar_m2(left.shapes), planar_m2(right.shapes)
    pairs = measured.pairs
    pair_table = pd.DataFrame(
        {
            "parcel_id": left.ids[pairs.parcel],
            "feature_id": pairs.feature,
            "area_m2": pairs.area_m2,
            "share_of_parcel": pairs.area_m2 / areas[pairs.parcel],
            "share_of_feature": pairs.area_m2 / feature_areas[pairs.position],
        },
        columns=PAIRS,
    )
    parcel_table = pd.DataFrame(
        {
            "parcel_id": left.ids,
            "parcel_area_m2": areas,
            "union_m2": measured.parcels.union_m2,
            "hits": measured.parcels.hits,
            "largest_m2": measured.parcels.largest_m2,
            "mean_width_m": measured.parcels.mean_width_m,
            "distance_m": measured.parcels.distance_m,
        },
        columns=PARCELS,
    )
    issues = (*left.issues, *right.issues, *_far_from_home(left.shapes, crs))
    out.mkdir(parents=True, exist_ok=True)
    write_csv(out / "pairs.csv", pair_table, bom=False)
    write_csv(out / "parcels.csv", parcel_table, bom=False)
    issue_columns = ("code", "severity", "where", "message_zh", "message_en")
    write_csv(out / "issues.csv", pd.DataFrame([issue.as_dict() for issue in issues], columns=issue_columns), bom=False)
    return FileOverlay(pair_table, parcel_table, issues, (left.transform, right.transform), name_of(crs))


@dataclass(frozen=True)
class _Prepared:
    ids: np.ndarray
    shapes: GeometryArray
    issues: list[Issue]
    transform: Transform


def _prepare(source: Source, crs: CRS, what: str) -> _Prepared:
    raw = read_vector(source.path, layer=source.layer, crs=source.crs, encoding=source.encoding)
    ids = _ids(raw, source.id_field, what)
    shapes = np.asarray(raw.frame.geometry.to_numpy(), dtype=object)
    issues = list(raw.issues)
    keep = _polygonal_rows(shapes, ids, what, issues)
    moved, transform = to_crs(shapes[keep], raw.crs, crs)
    return _Prepared(ids[keep], _repaired(moved, ids[keep], what, issues), issues, transform)


def _ids(raw: RawLayer, field: str | None, what: str) -> np.ndarray:
    frame: gpd.GeoDataFrame = raw.frame
    if field is None:
        return np.array([f"#{number}" for number in range(1, len(frame) + 1)], dtype=object)
    if field not in frame.columns:
        columns = "、".join(str(name) for name in frame.columns if name != frame.geometry.name)
        raise ContractBroken(
            f"{what} 文件没有字段“{field}”",
            f"The {what} file has no field “{field}”",
            where=raw.source_name,
            next_zh=f"现有字段：{columns}",
            next_en=f"Fields: {columns}",
        )
    values = frame[field]
    empty = values.isna() | (values.astype(str).str.strip() == "")
    repeated = values[values.duplicated() & ~empty]
    if empty.any() or len(repeated):
        listed = "、".join(str(value) for value in repeated.unique()[:5])
        raise ContractBroken(
            f"字段“{field}”不能作编号：空值 {int(empty.sum())} 个，重复 {len(repeated)} 个 {listed}",
            f"Field “{field}” cannot name the rows: {int(empty.sum())} empty, {len(repeated)} repeated {listed}",
            where=raw.source_name,
            next_zh="请更正编号，或改用唯一的字段",
            next_en="Correct the ids, or choose a field that is unique",
        )
    return values.astype(str).to_numpy(dtype=object)


def _polygonal_rows(shapes: GeometryArray, ids: np.ndarray, what: str, issues: list[Issue]) -> np.ndarray:
    """Leave out rows without an area to measure, each with an issue."""
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    other = ~empty & ~np.isin(shapely.get_type_id(shapes), (3, 6))
    for row in np.flatnonzero(empty | other):
        code = "geometry_empty" if empty[row] else "geometry_not_polygon"
        zh = "没有图形" if empty[row] else f"图形为 {shapes[row].geom_type}，不是面"
        en = "no geometry" if empty[row] else f"{shapes[row].geom_type} is not a polygon"
        issues.append(Issue(code, Severity.FATAL, f"{what} {ids[row]}", f"{zh}，未量算", f"{en}; not measured"))
    return ~(empty | other)


def _repaired(shapes: GeometryArray, ids: np.ndarray, what: str, issues: list[Issue]) -> GeometryArray:
    """Return valid copies; every repair is an issue with the area before and after."""
    invalid = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(invalid):
        return shapes
    repaired = shapes.copy()
    fixed = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    reasons = shapely.is_valid_reason(shapes[invalid])
    for row, copy, reason in zip(invalid, fixed, reasons, strict=True):
        repaired[row] = copy
        before, after = shapes[row].area, copy.area
        issues.append(
            Issue(
                "geometry_repaired",
                Severity.SERIOUS,
                f"{what} {ids[row]}",
                f"图形无效（{reason}），按修复副本量算：面积 {before:.4f} → {after:.4f} ㎡",
                f"invalid geometry ({reason}); a repaired copy was measured: area {before:.4f} → {after:.4f} m²",
            )
        )
    return _without_collapsed(repaired, ids, what)


def _without_collapsed(shapes: GeometryArray, ids: np.ndarray, what: str) -> GeometryArray:
    """Refuse when a repair leaves nothing: measuring it would read as no conflict."""
    gone = np.flatnonzero(shapely.is_empty(shapes) | ~np.isin(shapely.get_type_id(shapes), (3, 6)))
    if len(gone):
        raise ContractBroken(
            f"{what} {ids[gone[0]]} 的图形无法修复成面",
            f"The geometry of {what} {ids[gone[0]]} cannot be repaired into a polygon",
            next_zh="请更正该图形后重试",
            next_en="Correct that geometry and try again",
        )
    return shapes


def _far_from_home(shapes: GeometryArray, crs: CRS) -> list[Issue]:
    """Say when parcels lie far outside the ground the CRS was made for: its areas are distorted there."""
    use = crs.area_of_use
    if use is None or not len(shapes):
        return []
    degrees, _ = to_crs(shapely.centroid(shapes), crs, GEOGRAPHIC)
    lon, lat = shapely.get_x(degrees), shapely.get_y(degrees)
    near = (lon > use.west - _MARGIN_DEG) & (lon < use.east + _MARGIN_DEG)
    near &= (lat > use.south - _MARGIN_DEG) & (lat < use.north + _MARGIN_DEG)
    far = int((~near).sum())
    if not far:
        return []
    return [
        Issue(
            "far_from_crs",
            Severity.SERIOUS,
            name_of(crs),
            f"{far} 宗地块远在该坐标系适用范围之外，面积变形；请用 --crs 指定当地的投影坐标系",
            f"{far} parcels lie far outside the area of use of this CRS: areas are distorted. Name a local one with --crs",
        )
    ]


def _require_metres(crs: CRS) -> None:
    units = {axis.unit_name for axis in crs.axis_info}
    if not crs.is_projected or units != {"metre"}:
        raise UsageError(
            f"{name_of(crs)} 不是以米为单位的投影坐标系，不能量算面积",
            f"{name_of(crs)} is not a projected CRS in metres; areas cannot be measured in it",
            next_zh="请用 --crs 指定投影坐标系，如 EPSG:4549",
            next_en="Name a projected CRS with --crs, e.g. EPSG:4549",
        )
