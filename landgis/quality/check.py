"""Checking one layer, or the parcels: every rule asked, everything found in one frame."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import geopandas as gpd
import numpy as np
import shapely

from landgis.quality.attributes import attribute_findings, repeated_identifiers
from landgis.quality.borders import border_findings, nodes_near_lines
from landgis.quality.catalogue import chosen_rules, tolerances
from landgis.quality.codes import code_findings
from landgis.quality.edges import may_overlap, open_edges
from landgis.quality.fields import Fields
from landgis.quality.found import Found, Geometries, findings_frame
from landgis.quality.geometry import geometry_findings
from landgis.quality.layer import sound_layer
from landgis.quality.pairs import overlaps_of, pair_findings, told_apart
from landgis.quality.shapes import Shapes
from landgis.quality.stated_area import area_findings
from landgis.quality.vertices import vertex_findings

Progress = Callable[[str, float], None]
_BATCH = 20_000
_PAIRWISE = frozenset({"T01", "T02", "T03", "D01", "D02"})
_BORDERS = frozenset({"T02", "T03"})


def silent(_step: str, _share: float) -> None:
    """Tell nobody how far the work is."""


def check_layer(
    features: gpd.GeoDataFrame,
    *,
    fields: Fields | None = None,
    ground: shapely.Geometry | None = None,
    rules: Collection[str] | None = None,
    tolerance: Mapping[str, float] | None = None,
    batch: int = _BATCH,
    progress: Progress = silent,
) -> gpd.GeoDataFrame:
    """Ask the quality rules of a layer.

    Parameters
    ----------
    features
        ``feature_id`` (unique), delivered attributes, and geometry in a projected CRS, metres. Unlike in a
        FeatureFrame the geometry may be missing, empty, invalid or no polygon: that is what is looked for.
    fields
        What the delivered columns mean; by their names if None.
    ground
        Ground that no feature should leave, same CRS; None asks nothing.
    rules
        Codes, names or letters of groups (see ``catalogue``); None asks all.
    tolerance
        Values that differ from the shipped ones, by name.
    batch
        Features worked on at a time. It bounds the memory and changes no result.
    progress
        Told the step and the share of it that is done.

    Returns
    -------
    geopandas.GeoDataFrame
        QualityFrame (``frames.quality.FINDINGS``). The same rows in the same order for any order of the input.

    Raises
    ------
    UsageError
        For a rule or tolerance that does not exist.
    """
    chosen, limits = chosen_rules(rules), tolerances(tolerance)
    geometry: Geometries = np.array(features.geometry.array, dtype=object)
    ids = features["feature_id"].astype(str).tolist()
    columns = fields or Fields.by_name([str(name) for name in features.columns if name != features.geometry.name])
    found = [*_row_by_row(features, geometry, columns, ground, limits, batch, progress)]
    if "A02" in chosen:
        found += repeated_identifiers(features, columns)
    if chosen & _PAIRWISE:
        found += _pair_by_pair(geometry, ids, limits, bool(chosen & _BORDERS), batch, progress)
    asked = [one for one in found if one.rule in chosen]
    return findings_frame(asked, ids, geometry, limits, features.crs)


def _row_by_row(
    features: gpd.GeoDataFrame,
    geometry: Geometries,
    fields: Fields,
    ground: shapely.Geometry | None,
    limits: Mapping[str, float],
    batch: int,
    progress: Progress,
) -> Iterator[Found]:
    for start in range(0, len(features), batch):
        shapes = Shapes(geometry[start : start + batch])
        rows = features.iloc[start : start + batch]
        found = (
            *geometry_findings(shapes, limits, ground),
            *vertex_findings(shapes, limits),
            *attribute_findings(rows, fields),
            *code_findings(rows, fields),
            *area_findings(rows, shapes, fields, limits),
        )
        yield from (one.moved(start) for one in found if len(one.feature))
        progress("逐个检查 row by row", min(1.0, (start + batch) / len(features)))


def _pair_by_pair(
    geometry: Geometries,
    ids: list[str],
    limits: Mapping[str, float],
    borders: bool,
    batch: int,
    progress: Progress,
) -> Iterator[Found]:
    layer = sound_layer(geometry, ids)
    edges = open_edges(layer, batch, lambda share: progress("公共边 shared edges", share))
    doubtful = np.flatnonzero(may_overlap(layer, edges)).astype(np.int64)
    overlaps = overlaps_of(layer, doubtful, batch, lambda share: progress("重叠与重复 overlaps", share))
    area = shapely.area(layer.geometry)
    yield from pair_findings(overlaps, area, limits)
    if borders:
        reach = max(limits["gap_m"], limits["node_m"])
        nodes = nodes_near_lines(layer, edges, reach, lambda share: progress("接边与缝隙 borders", share))
        yield from border_findings(layer, nodes, overlaps, told_apart(overlaps, area, limits)["T03"], limits)
