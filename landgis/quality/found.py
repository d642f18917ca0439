"""From what the rules found to one frame: same rows, same order, same ids, however the work was cut up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from landgis.domain.issue import Severity
from landgis.frames.quality import FINDINGS
from landgis.quality.catalogue import Rule, rules

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]
_ORDER = {severity.value: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Found:
    """What one rule found in one go; all arrays of one length.

    Attributes
    ----------
    rule
        Code.
    feature, other
        Positions of the features; other is None where a finding concerns one feature alone.
    measured
        Measured values in the rule's unit; None where nothing is measured.
    places
        Where it is; None where there is no place (the feature itself is shown then, if it has geometry).
    field
        Field concerned, one for all.
    count
        How often, for the message.
    detail_zh, detail_en
        Words for the message.
    """

    rule: str
    feature: Ints
    other: Ints | None = None
    measured: Floats | None = None
    places: Geometries | None = None
    field: str = ""
    count: Ints | None = None
    detail_zh: Sequence[str] = ()
    detail_en: Sequence[str] = ()

    def moved(self, start: int) -> Found:
        """Return it with positions counted from the beginning of the layer, not of the batch."""
        return replace(self, feature=self.feature + start)


def findings_frame(
    found: Iterable[Found], ids: Sequence[str], geometry: Geometries, limits: Mapping[str, float], crs: CRS | None
) -> gpd.GeoDataFrame:
    """Put everything found into a QualityFrame, worst first, then by rule and feature.

    Parameters
    ----------
    found
        Of all rules, in any order.
    ids
        Feature ids by position.
    geometry
        Geometry by position: the place where a finding names none.
    limits
        Tolerance by name.
    crs
        CRS of the places.
    """
    rows = [row for one in found for row in _rows(one, ids, geometry, limits)]
    rows.sort(key=lambda row: (_ORDER[row[2]], row[1], row[3], row[4], row[5]))
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in range(len(FINDINGS.names) + 1)]
    blank = FINDINGS.empty().dtypes
    table = {name: pd.Series(cells, dtype=blank[name]) for name, cells in zip(FINDINGS.names, columns, strict=False)}
    places = np.empty(len(rows), dtype=object)
    places[:] = columns[-1]
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(places, crs=crs))
    FINDINGS.require(frame)
    return frame


def _rows(
    one: Found, ids: Sequence[str], geometry: Geometries, limits: Mapping[str, float]
) -> Iterable[tuple[Any, ...]]:
    rule = rules()[one.rule]
    limit = limits[rule.tolerance.name] if rule.tolerance else None
    nothing = [""] * len(one.feature)
    others = [ids[position] for position in one.other.tolist()] if one.other is not None else nothing
    measured = one.measured.tolist() if one.measured is not None else [None] * len(nothing)
    counts = one.count.tolist() if one.count is not None else nothing
    places = one.places if one.places is not None else geometry[one.feature]
    for position, other, value, count, place, zh, en in zip(
        one.feature.tolist(), others, measured, counts, places,
        one.detail_zh or nothing, one.detail_en or one.detail_zh or nothing, strict=True,
    ):  # fmt: skip
        words = {"other": other, "measured": value, "tolerance": limit, "count": count, "field": one.field,
                 "detail_zh": zh, "detail_en": en}  # fmt: skip
        yield (
            finding_id(rule, ids[position], other, one.field), rule.code, rule.severity.value, ids[position], other,
            one.field, value, rule.unit, limit, rule.message_zh.format(**words), rule.message_en.format(**words), place,
        )  # fmt: skip


def finding_id(rule: Rule, feature_id: str, other_id: str, field: str) -> str:
    """Return a short id that follows what the finding is about, never when or in which order it was found."""
    text = "\x1f".join((rule.code, feature_id, other_id, field))
    return f"{rule.code}-{blake2b(text.encode(), digest_size=7).hexdigest()}"
