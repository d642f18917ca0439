"""What is to be checked now: a drawn polygon, pasted text or a file; read as an import reads it, or asked about."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from landgis import crs as crs_room
from landgis.crs import WORKING, name_of, parse_stated, swap_axes, to_crs
from landgis.domain.question import Candidate, Question
from landgis.errors import NeedsAnswer, UsageError
from landgis.exchange.reading.detect import WORKBOOK
from landgis.exchange.reading.found_crs import SaidCrs, found_crs
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import open_file
from landgis.quality.reasons import unreadable_reason
from landgis.quality.repairs import propose_repairs
from landgis.services.checking.batch import Batch
from landgis.services.checking.check import DRAWN, Candidates, candidate_from_shape, candidates_of

MOST_TEXT = 2_000_000
"""Characters of pasted text; more comes as a file."""
REPAIR, LAYER = "repair", "layer"
YES, NO = "yes", "no"
_WKT = re.compile(r"\s*(?:SRID\s*=\s*(\d{3,6})\s*;)?\s*((?:MULTI)?POLYGON\b.*)", re.IGNORECASE | re.DOTALL)
Step = dict[str, Any]


@dataclass(frozen=True)
class Answers:
    """What a person says of what he gives.

    Attributes
    ----------
    crs, encoding, layer
        Answers to the questions of the reader; None: not asked yet.
    repair
        ``yes``: polygons that cross themselves are rebuilt for this check; ``no``: they stay undecidable.
    """

    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    repair: str | None = None


@dataclass(frozen=True)
class Subject:
    """Parcels ready to be checked.

    Attributes
    ----------
    batch
        The parcels.
    steps
        What was decided on the way, each with ``what``, ``zh`` and ``en``.
    questions
        What may still be answered though the check goes on without: repairs.
    """

    batch: Batch
    steps: tuple[Step, ...]
    questions: tuple[Question, ...] = ()


def drawn(geometry: Mapping[str, Any], answers: Answers) -> Subject:
    """Take a polygon drawn on the map: GeoJSON, coordinates in the working CRS.

    Raises
    ------
    UsageError
        If it is no polygon.
    """
    shape, steps = _polygon_of(geometry)
    return _one(shape, WORKING, "drawn on the map", answers, steps, where="绘制 drawing")


def pasted(text: str, answers: Answers) -> Subject:
    """Take pasted text: WKT, or boundary points in any form that the reader of files knows.

    Raises
    ------
    NeedsAnswer
        If nobody says the CRS, or the encoding.
    InputError, UsageError
        As the reader of files; text that is none of both.
    """
    if len(text) > MOST_TEXT:
        raise UsageError(
            f"粘贴的内容超过 {MOST_TEXT:,} 字", f"More than {MOST_TEXT:,} characters were pasted",
            next_zh="请改为上传文件", next_en="Give it as a file instead",
        )  # fmt: skip
    found = _WKT.fullmatch(text)
    if found is not None:
        return _wkt(found[2], found[1], answers)
    if not text.strip():
        raise UsageError(
            "没有内容可核查", "There is nothing to check", next_zh="请粘贴坐标", next_en="Paste coordinates"
        )
    with tempfile.TemporaryDirectory(prefix="landgis-pasted-") as folder:
        return delivered(as_file(text, Path(folder)), answers)


def as_file(text: str, folder: Path) -> Path:
    """Write pasted text as the file that it would be."""
    path = folder / "粘贴.txt"
    path.write_text(_as_table(text), encoding="utf-8-sig", newline="\n")
    return path


def is_wkt(text: str) -> bool:
    """Tell whether a text is WKT."""
    return _WKT.fullmatch(text) is not None


def delivered(path: Path, answers: Answers) -> Subject:
    """Read a file behind the walls.

    Raises
    ------
    NeedsAnswer
        With every question that is open.
    InputError, UsageError, NotFound
        As the reader of files.
    """
    with open_file(path, encoding=answers.encoding) as opened:
        names = [part.name for part in opened.parts]
        if answers.layer is None and len(names) > 1 and opened.driver != WORKBOOK:
            raise _which_layer(path.name, names)
        raw = opened.open(answers.layer, crs=answers.crs, encoding=answers.encoding).whole()
    steps = [_encoding(raw), _crs(name_of(raw.crs), raw.crs_evidence)]
    repaired, more, question = _repaired(raw, answers)
    found = candidates_of(repaired)
    steps += [*more, _moved(found)]
    told = [{"what": issue.code, "zh": issue.message_zh, "en": issue.message_en, "where": issue.where,
             "severity": str(issue.severity)} for issue in found.issues]  # fmt: skip
    return Subject(Batch.of_one(found, path.name), (*steps, *told), question)


def _wkt(text: str, srid: str | None, answers: Answers) -> Subject:
    where = "WKT"
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        zh, en = unreadable_reason(error)
        raise UsageError(
            f"不是合法的 WKT：{zh}", f"This is not valid WKT: {en}", where=where,
            next_zh="请写成 POLYGON ((x y, …))，东坐标在前", next_en="Write POLYGON ((x y, …)), easting first",
        ) from error  # fmt: skip
    _require_polygon(shape, where)
    stated = parse_stated(answers.crs, where) if answers.crs else None
    said = SaidCrs(f"EPSG:{srid}" if srid else None)
    settled = found_crs(said, stated, where, lambda: crs_room.vertices(np.array([shape], dtype=object)))
    if settled.north_first:
        (shape,) = swap_axes(np.array([shape], dtype=object))
    return _one(shape, settled.crs, settled.evidence, answers, [], where=where)


def _one(
    shape: shapely.Geometry, crs: Any, evidence: str, answers: Answers, steps: list[Step], *, where: str
) -> Subject:
    """Take one polygon, repaired where a person says so."""
    more: list[Step] = []
    questions: tuple[Question, ...] = ()
    if not shapely.is_valid(shape):
        frame = gpd.GeoDataFrame({"feature_id": [DRAWN]}, geometry=[shape], crs=crs)
        mended, more, questions = _mended(frame, answers)
        shape = mended.geometry.iloc[0]
    found = candidate_from_shape(shape, crs, where=where)
    return Subject(Batch.of_one(found, ""), (_crs(name_of(crs), evidence), *steps, *more, _moved(found)), questions)


def _polygon_of(geometry: Mapping[str, Any]) -> tuple[shapely.Geometry, list[Step]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    parts: Any = coordinates if kind == "MultiPolygon" else [coordinates]
    if kind not in ("Polygon", "MultiPolygon"):
        raise _no_polygon("绘制")
    try:
        rings = [[_ring(ring) for ring in part] for part in parts]
        closed = [[[*ring, ring[0]] if ring[0] != ring[-1] else ring for ring in part] for part in rings]
        shape = shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in closed])
    except (TypeError, ValueError, IndexError, KeyError, shapely.errors.GEOSException) as error:
        raise _no_polygon("绘制") from error
    whole: shapely.Geometry = shape.geoms[0] if len(shape.geoms) == 1 else shape
    _require_polygon(whole, "绘制")
    open_rings = sum(ring[0] != ring[-1] for part in rings for ring in part)
    steps = []
    if open_rings:
        zh, en = (
            f"{open_rings} 圈没有闭合，已闭合到起点",
            f"{open_rings} ring(s) were open and were closed to the first point",
        )
        steps.append({"what": "ring_closed", "zh": zh, "en": en})
    return whole, steps


def _ring(points: Any) -> list[tuple[float, float]]:
    ring = [_pair(point) for point in points]
    if len(set(ring)) < 3:
        raise ValueError(points)
    return ring


def _pair(point: Any) -> tuple[float, float]:
    east, north = float(point[0]), float(point[1])
    if not (math.isfinite(east) and math.isfinite(north)):
        raise ValueError(point)
    return east, north


def _require_polygon(shape: shapely.Geometry, where: str) -> None:
    if shapely.get_type_id(shape) not in (3, 6) or shapely.is_empty(shape):
        raise _no_polygon(where)


def _no_polygon(where: str) -> UsageError:
    return UsageError(
        "不是面，或少于三个点", "It is no polygon, or has less than three points", where=where,
        next_zh="请给出闭合的面", next_en="Give a closed polygon",
    )  # fmt: skip


def _as_table(text: str) -> str:
    """Write what a spreadsheet puts on the clipboard as the table that it was; the end of what was pasted ends a line."""
    first = text.lstrip().splitlines()[0]
    table = text.replace("\t", ",") if "\t" in first and "," not in first else text
    return table if table.endswith("\n") else table + "\n"


def _which_layer(source: str, names: list[str]) -> NeedsAnswer:
    question = Question(
        LAYER, source, f"文件有 {len(names)} 个图层，核查哪一个？", f"The file holds {len(names)} layers: which one?", "--layer",
        tuple(Candidate(name, "", "") for name in names),
    )  # fmt: skip
    return NeedsAnswer(
        f"{source} 有多个图层", f"{source} holds several layers", where=source, questions=(question,),
        next_zh="请选定一个", next_en="Choose one",
    )  # fmt: skip


def _repaired(raw: RawLayer, answers: Answers) -> tuple[RawLayer, list[Step], tuple[Question, ...]]:
    numbered = raw.frame.assign(feature_id=[f"#{row + 1}" for row in range(len(raw.frame))])
    mended, steps, questions = _mended(gpd.GeoDataFrame(numbered), answers)
    frame = raw.frame.set_geometry(mended.geometry.array)
    return replace(raw, frame=gpd.GeoDataFrame(frame)), steps, questions


def _mended(frame: gpd.GeoDataFrame, answers: Answers) -> tuple[gpd.GeoDataFrame, list[Step], tuple[Question, ...]]:
    """Rebuild polygons that cross themselves where a person says so, else ask; areas planar, working CRS."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    bent = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_valid(shapes)
    if not bent.any():
        return frame, [], ()
    proposed = propose_repairs(gpd.GeoDataFrame(frame.loc[bent, ["feature_id", frame.geometry.name]]))
    proposed = proposed[(proposed["kind"] == "make_valid") & ~proposed.geometry.is_empty]
    before = dict(zip(frame["feature_id"], shapes, strict=True))
    after: dict[str, shapely.Geometry] = dict(zip(proposed["feature_id"], proposed.geometry, strict=True))
    why = dict(zip(proposed["feature_id"], proposed["reason"], strict=True))
    rows = [(name, why[name], _area(before[name], frame.crs), _area(after[name], frame.crs)) for name in after]
    told = "；".join(f"{name}：{reason}，{was:,.2f} → {now:,.2f} ㎡" for name, reason, was, now in rows)
    told_en = "; ".join(f"{name}: {was:,.2f} → {now:,.2f} m²" for name, _, was, now in rows)
    if not rows:
        return frame, [], ()
    if answers.repair != YES:
        question = Question(
            REPAIR, f"{len(rows)} 个图形", "图形自相交，是否按建议修复后核查？原件不改动",
            "Outlines cross themselves: check them as repaired? What you gave stays as it is", "repair",
            (Candidate(YES, f"修复：{told}", f"repair: {told_en}"), Candidate(NO, "不修复，列为无法判定", "leave it: undecidable")),
        )  # fmt: skip
        return frame, [], () if answers.repair == NO else (question,)
    mended = np.array([after.get(name, shape) for name, shape in before.items()], dtype=object)
    step = {"what": "repaired", "zh": f"按要求修复 {len(rows)} 个图形（面积前 → 后）：{told}",
            "en": f"{len(rows)} outline(s) repaired as asked (area before → after): {told_en}"}  # fmt: skip
    return gpd.GeoDataFrame(frame.set_geometry(gpd.GeoSeries(mended, index=frame.index, crs=frame.crs))), [step], ()


def _area(shape: shapely.Geometry, crs: Any) -> float:
    moved, _ = to_crs(np.array([shape], dtype=object), crs, WORKING)
    return float(shapely.area(moved)[0])


def _encoding(raw: RawLayer) -> Step:
    why = f"（{raw.encoding_evidence}）" if raw.encoding_evidence else ""
    return {
        "what": "encoding",
        "zh": f"属性编码 {raw.encoding}{why}",
        "en": f"text encoding {raw.encoding} ({raw.encoding_evidence})",
    }


def _crs(name: str, evidence: str) -> Step:
    zh = {"stated": "按人工指明", "drawn on the map": "在地图上绘制"}.get(evidence, evidence)
    return {"what": "crs", "zh": f"坐标系 {name}（{zh}）", "en": f"CRS {name} ({evidence})"}


def _moved(found: Candidates) -> Step:
    return {"what": "transform", "zh": f"坐标转换：{found.transform}", "en": f"coordinates: {found.transform}"}
