"""The red-line check: a file or a drawn polygon against layers; nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.crs import WORKING, name_of, require_shanghai, require_survey_crs, to_crs
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import CoverageBasis, LegalState, Release
from landgis.domain.outcome import Scope
from landgis.errors import UsageError
from landgis.exchange.conforming.parcel_ground import DISTRICT_FAULTS, NOWHERE, districts_at
from landgis.exchange.conforming.parcels import conform_parcels
from landgis.exchange.delivery.folder import read_layer_folder
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import read_vector
from landgis.frames.layer import LayerData
from landgis.frames.parcels import PARCELS
from landgis.quality.reasons import invalid_reason, unreadable_reason
from landgis.rules.pack import DISTRICT, GEOMETRY, RulePack
from landgis.screening.doubts import MOST_CONFLICTS, MOST_HITS, Doubts, add_to
from landgis.screening.indexed import Layer
from landgis.screening.judge import Rejected
from landgis.screening.measure import Measured
from landgis.screening.record import RunFacts, exit_code, record
from landgis.services.checking.case import Case, Finding, Progress, find
from landgis.services.inspecting.raster_folder import evidence_layers, rasters_of_folder
from landgis.services.layers.unheard import Reasons

DRAWN = "wkt"
"""Number of a parcel that was drawn: it has none yet."""


@dataclass(frozen=True)
class Candidates:
    """Parcels to check, in the working CRS, and those that cannot be measured.

    Attributes
    ----------
    parcels
        ParcelFrame.
    rejected
        Parcels that cannot be judged, each with its reason in Chinese and English.
    issues
        What was noticed.
    transform
        How coordinates came into the working CRS.
    """

    parcels: gpd.GeoDataFrame
    rejected: tuple[Rejected, ...]
    issues: tuple[Issue, ...]
    transform: str


@dataclass(frozen=True)
class Checked:
    """Result of a check: the record (design form), the frames behind it, issues and the exit code.

    ``layers`` are those it was checked against, with the features near the parcels at least.
    """

    record: dict[str, Any]
    measured: Measured
    findings: pd.DataFrame
    verdicts: pd.DataFrame
    doubts: Doubts
    parcels: gpd.GeoDataFrame
    layers: dict[str, LayerData]
    issues: tuple[Issue, ...]
    exit_code: int


def candidates_from_file(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    facts: pd.DataFrame | None = None,
) -> Candidates:
    """Read the parcels of a file; see `candidates_of`."""
    return candidates_of(read_vector(path, layer=layer, crs=crs, encoding=encoding), facts)


def candidates_of(raw: RawLayer, facts: pd.DataFrame | None = None) -> Candidates:
    """Take the parcels of a layer as read; each has the district that its codes or, where they are silent, its ground tell."""
    conformed = conform_parcels(raw, facts=facts, by_ground=True)
    rejected = tuple(
        Rejected(row.parcel_id, row.reason_zh, row.reason_en, DISTRICT if row.code in DISTRICT_FAULTS else GEOMETRY)
        for row in conformed.rejected
    )
    issues = (*raw.issues, *conformed.issues)
    return Candidates(conformed.parcels, rejected, issues, str(conformed.transform))


def candidate_from_wkt(text: str, crs: CRS | None) -> Candidates:
    """Take one drawn polygon as WKT; its ground tells its district.

    Raises
    ------
    UsageError
        If no CRS is given, or the text is not a polygon.
    """
    if crs is None:
        raise UsageError(
            "--wkt 没有说明坐标系",
            "--wkt says no CRS",
            next_zh="请加 --crs，如 --crs EPSG:4549",
            next_en="Add --crs, e.g. --crs EPSG:4549",
        )
    return candidate_from_shape(_polygon(text), crs, where="--wkt")


def candidate_from_shape(shape: shapely.Geometry, crs: CRS, *, where: str) -> Candidates:
    """Take one polygon or multipolygon as parcel ``wkt``; its ground tells its district.

    Raises
    ------
    CrsUnsuitable, OutsideArea
        If survey data do not come in the CRS, or the polygon lies elsewhere.
    """
    require_survey_crs(crs, where)
    west, south, east, north = (float(value) for value in shapely.bounds(shape))
    require_shanghai((west, south, east, north), crs, where)
    moved, transform = to_crs(np.array([shape], dtype=object), crs, WORKING)
    (district,) = districts_at(moved, WORKING)
    frame = _drawn(district or "").copy()
    refused = _refused(moved[0], district)
    if refused is not None:
        return Candidates(gpd.GeoDataFrame(frame.iloc[:0], geometry=[], crs=WORKING), (refused,), (), str(transform))
    return Candidates(gpd.GeoDataFrame(frame, geometry=list(moved), crs=WORKING), (), (), str(transform))


@cache
def _drawn(district: str) -> pd.DataFrame:
    """The facts of a drawn parcel, made once: nothing is known but where it lies."""
    frame = PARCELS.empty().reindex([0]).assign(parcel_id=DRAWN, district=district)
    return frame.astype({"parcel_id": "str", "district": "str"})


def _refused(shape: shapely.Geometry, district: str | None) -> Rejected | None:
    """Why a drawn polygon cannot be judged; None if it can."""
    if not shapely.is_valid(shape):
        zh, en, _ = invalid_reason(shape)
        return Rejected(DRAWN, f"图形无效（{zh}）", f"invalid ({en})")
    return None if district else Rejected(DRAWN, NOWHERE.reason_zh, NOWHERE.reason_en, DISTRICT)


def layers_from_folder(
    folder: Path, catalogue: Catalogue, *, coverage_file: Path | None = None, wanted: set[str] | None = None
) -> tuple[dict[str, LayerData], tuple[Issue, ...]]:
    """Read the layers of a folder; what cannot be read, or is not in force by its legal state, is missing, and said.

    Rasters that say something of a parcel come along whether they are wanted or not: they are evidence.
    """
    found = read_layer_folder(folder, catalogue, coverage_file=coverage_file, wanted=wanted)
    evidence = None if wanted is None else wanted | evidence_layers(catalogue)
    rasters, noticed = rasters_of_folder(folder, catalogue, coverage_file=coverage_file, wanted=evidence)
    vectors = {
        key: LayerData(layer.release, layer.features, layer.coverage, layer.complete) for key, layer in found.items()
    }
    layers, issues = {}, [*found.issues, *noticed]
    for key, layer in (vectors | rasters).items():
        if layer.release.legal_state is LegalState.IN_FORCE:
            layers[key] = layer
        else:
            issues.append(_not_in_force(key, layer.release.legal_state))
    return layers, tuple(issues)


def _not_in_force(key: str, state: LegalState) -> Issue:
    return Issue(
        "layer_not_in_force",
        Severity.SERIOUS,
        key,
        f"图层法律状态为“{state.zh}”，检查只用生效图层，本次未使用；可入库后用 landgis screen --legal-state 预审",
        f"the layer is “{state.value}”: a check uses what is in force only; import it and preview with screen --legal-state",
    )


def check(
    candidates: Candidates,
    layers: Mapping[str, Layer],
    pack: RulePack,
    as_of: date,
    scope: Scope,
    layer_issues: tuple[Issue, ...] = (),
    progress: Progress = lambda _step: None,
    *,
    reasons: Reasons = MappingProxyType({}),
    originals: Originals | None = None,
    finding: Finding = find,
) -> Checked:
    """Measure and judge, saving nothing.

    Parameters
    ----------
    candidates
        What to check.
    layers
        Layers at hand, by key.
    pack, as_of, scope
        The law, the day, the breadth.
    layer_issues
        What was noticed of the layers.
    reasons
        Why layers that are not at hand have no voice, as far as that is known.
    originals
        Where the files of rasters are kept that do not name their own.
    finding
        Who measures and judges: at once, or together with others who ask the same (``sitting``).
    """
    case = Case.of(candidates.parcels, candidates.rejected, layers, pack, as_of, scope, reasons, originals)
    found = finding(case, progress)
    run = RunFacts(pack, as_of, scope, name_of(WORKING), case.releases, case.wanted, case.evidence)
    noticed = [*_assumed_coverage(case.releases, case.wanted), *_unexplained(found.doubts)]
    issues = (*candidates.issues, *noticed, *layer_issues)
    result = record(run, found.measured, found.findings, found.verdicts)
    add_to(result, found.doubts)
    for row in result["layers"]:
        if row["layer"] in found.reasons:
            row["why_zh"], row["why_en"] = found.reasons[row["layer"]]
    result["transform"] = candidates.transform
    result["issues"] = [issue.as_dict() for issue in issues]
    return Checked(
        result, found.measured, found.findings, found.verdicts, found.doubts, candidates.parcels, found.near, issues,
        exit_code(found.verdicts),
    )  # fmt: skip


def _unexplained(doubts: Doubts) -> list[Issue]:
    """Say what was left without a cause, and which verdicts are not told at other tolerances."""
    slivers = Issue(
        "slivers_unexplained",
        Severity.MINOR,
        f"{doubts.unexplained} 处",
        f"细碎压占很多，只说明了最小的 {MOST_HITS} 处的成因，其余结论不受影响；可分批检查",
        f"there are many small overlaps: only the causes of the smallest {MOST_HITS} are told; no verdict is affected. "
        "Check fewer parcels at a time",
    )
    verdicts = Issue(
        "stability_untold",
        Severity.MINOR,
        f"{doubts.unsounded} 宗",
        f"有压占的地块很多，只对压占最小的 {MOST_CONFLICTS} 宗给出容差下的结论，其余只有零容差的结论；可分批检查",
        f"there are many parcels with conflicts: only for the {MOST_CONFLICTS} with the least overlap is the verdict told "
        "at every tolerance, for the others at 0 alone. Check fewer parcels at a time",
    )
    return [issue for issue, left in ((slivers, doubts.unexplained), (verdicts, doubts.unsounded)) if left]


def _assumed_coverage(releases: Mapping[str, Release], wanted: tuple[str, ...]) -> list[Issue]:
    """Say which layers are only taken to cover the ground: good for a look, no ground for a decision."""
    assumed = [key for key in wanted if key in releases and releases[key].coverage_basis is CoverageBasis.ASSUMED]
    if not assumed:
        return []
    return [
        Issue(
            "coverage_assumed",
            Severity.SERIOUS,
            "、".join(assumed),
            "图层没有声明覆盖范围，按文件夹内图层的外接矩形推定；结果仅供参考，不能作为依据",
            "these layers declare no coverage; the bounding box of the folder is assumed: for a look only",
        )
    ]


def _polygon(text: str) -> shapely.Geometry:
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        zh, en = unreadable_reason(error)
        raise UsageError(
            f"--wkt 不是合法的 WKT：{zh}",
            f"--wkt is not valid WKT: {en}",
            next_zh="请写成 POLYGON ((x y, …))，东坐标在前",
            next_en="Write POLYGON ((x y, …)), easting first",
        ) from error
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise UsageError(
            "--wkt 不是面", "--wkt is not a polygon", next_zh="请给出闭合的面", next_en="Give a closed polygon"
        )
    return shape
