"""What parts the parcels of a merger: ground between them, several villages, several owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from landgis.crs import GeometryArray
from landgis.domain.register import Value
from landgis.errors import Conflict

TOUCHING_M = 0.001
"""Parcels nearer than the last digit of a survey touch."""


@dataclass(frozen=True)
class Apart:
    """What parts them; nothing of it: they make one parcel.

    Attributes
    ----------
    gap_m
        Widest gap that must be bridged to get from each to each, planar.
    towns, villages, owners
        The different ones that are known; one or none where they agree.
    """

    gap_m: float
    towns: tuple[str, ...]
    villages: tuple[str, ...]
    owners: tuple[str, ...]

    def said(self) -> tuple[str, str]:
        """Say it in Chinese and in English; empty where they make one parcel."""
        zh, en = [], []
        if self.gap_m > TOUCHING_M:
            zh.append(f"互不相连，最大间距 {self.gap_m:,.3f} 米")
            en.append(f"do not touch (the widest gap is {self.gap_m:,.3f} m)")
        for words, label_zh, label_en in (
            (self.towns, "镇（街道）", "towns"), (self.villages, "村", "villages"), (self.owners, "权属单位", "owners"),
        ):  # fmt: skip
            if len(words) > 1:
                zh.append(f"分属 {len(words)} 个{label_zh}（{'、'.join(words)}）")
                en.append(f"are of {len(words)} {label_en} ({', '.join(words)})")
        return "；".join(zh), " and ".join(en)


def apart(parents: gpd.GeoDataFrame, facts: Sequence[Mapping[str, Value]]) -> Apart:
    """Return what parts parcels that are to merge.

    Parameters
    ----------
    parents
        ParcelFrame, in metres.
    facts
        Known facts of every parcel. A village or an owner that is not known parts nothing: the merged parcel has it
        as 待补.
    """
    known = {name: tuple(sorted(set(parents[name].dropna()))) for name in ("town_name", "village_name")}
    owners = tuple(sorted({str(one["owner_name"]) for one in facts if "owner_name" in one}))
    return Apart(widest_gap_m(parents.geometry.to_numpy()), known["town_name"], known["village_name"], owners)


def widest_gap_m(shapes: GeometryArray) -> float:
    """Return the widest of the gaps that join shapes into one group, each time to the nearest one (planar m)."""
    nearest, widest = shapely.distance(shapes[0], shapes), 0.0
    left = np.arange(1, len(shapes))
    while left.size:
        closest = int(left[np.argmin(nearest[left])])
        widest = max(widest, float(nearest[closest]))
        nearest = np.minimum(nearest, shapely.distance(shapes[closest], shapes))
        left = left[left != closest]
    return widest


def require_meant(found: Apart, reason: str, where: str) -> None:
    """Refuse to merge what is apart, unless somebody says why it is meant.

    Raises
    ------
    Conflict
        Saying what parts the parcels.
    """
    zh, en = found.said()
    if not zh or reason.strip():
        return
    raise Conflict(
        f"这些地块{zh}，不能直接合并",
        f"These parcels {en}: they are not merged unasked",
        where=where,
        next_zh="请核对编号；确需不相邻或跨村、跨权属合并的，用 --apart-is-meant 写明理由，理由记入沿革",
        next_en="Check the numbers; if it is meant, say why with --apart-is-meant, and the reason is kept with the merger",
    )
