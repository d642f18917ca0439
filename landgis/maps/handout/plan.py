"""The hand-out of a plan for a meeting room: its lines coloured and numbered as on the sheet, its tables beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.errors import ContractBroken
from landgis.frames.parcels import POLYGONS
from landgis.frames.planned import LINES
from landgis.frames.spec import Column, FrameSpec
from landgis.maps.handout.binding import bound
from landgis.maps.handout.ground import Ground, in_degrees
from landgis.maps.handout.leaf import Leaf, require_few
from landgis.maps.handout.plan_cards import plan_cards
from landgis.maps.handout.plan_tables import plan_tables, sums
from landgis.maps.style import Symbol, use_class, use_label_zh, use_symbols

_LINES = replace(LINES, geometry=POLYGONS, columns=(*LINES.columns, Column("muted", "bool")))
MEMBERS = FrameSpec(
    name="PoolRestFrame 库内其他地块",
    columns=(
        Column("parcel_id", "text"),
        Column("verdict", "text"),
        Column("town_name", "text", nullable=True),
        Column("village_name", "text", nullable=True),
        Column("detail_zh", "text", nullable=True),
        Column("detail_en", "text", nullable=True),
    ),
    key=("parcel_id",),
    geometry=POLYGONS,
    notes="Members of the pool that are on no line; detail: why the plan left them out, missing where it does not say.",
)
_PALE = Symbol("#b9c4cc", 0.35, "#8896a0", 0.25)
_SUPPLIED = Symbol("#e6e6e6", 1.0, "#7a7a7a", 0.25, (0.8, 0.4))


@dataclass(frozen=True, kw_only=True)
class PlanHandout(Leaf):
    """What a hand-out of a plan shows.

    Attributes
    ----------
    lines
        ``frames.planned.LINES`` with geometry and ``muted``: yes for land already supplied, which is drawn pale.
    members
        ``MEMBERS`` of this module with geometry.
    totals_by_use, totals_by_town
        As ``landgis.plan`` sums them, the last row being the whole; they must agree with the lines.
    """

    lines: gpd.GeoDataFrame
    members: gpd.GeoDataFrame
    totals_by_use: pd.DataFrame
    totals_by_town: pd.DataFrame


def plan_handout(request: PlanHandout, assets: Path) -> bytes:
    """Make a self-contained HTML page of a plan: map, totals, lines; parameters and errors as of ``handout``.

    Raises
    ------
    ContractBroken
        Also if totals are not the sums of the lines.
    """
    _LINES.require(request.lines)
    MEMBERS.require(request.members)
    _require_sums(request)
    require_few(request, {"计划地块 lines": len(request.lines), "库内其他地块 pool": len(request.members)})
    lines = request.lines.sort_values("line_no", ignore_index=True)
    shapes = np.concatenate([in_degrees(lines, "lines"), in_degrees(request.members, "members")])
    ground = Ground(shapes[: len(lines)])
    for layer in request.context:
        ground.add_context(layer)
    ground.add_parcels(shapes, np.arange(len(lines), len(shapes)), _PALE, ("库内其他地块", "Other parcels of the pool"))
    supplied = lines["muted"].to_numpy(dtype=bool)
    ground.add_parcels(
        shapes, np.flatnonzero(supplied), _SUPPLIED, ("已供地块（任一用途）", "Already supplied, any use")
    )
    classes = lines["planned_use_code"].map(use_class)
    for code, symbol in use_symbols(classes).items():
        rows = np.flatnonzero((classes == code).to_numpy() & ~supplied)
        ground.add_parcels(shapes, rows, symbol, (use_label_zh(code), ""))
    side = plan_tables(lines, request.totals_by_use, request.totals_by_town)
    content = plan_cards(lines, request.members)
    return bound(request, ground, assets, ("handout.js", "plan.js"), content, side)


def _require_sums(request: PlanHandout) -> None:
    whole = sums(request.lines)
    for label, totals in (("totals_by_use", request.totals_by_use), ("totals_by_town", request.totals_by_town)):
        found = [sums(totals.iloc[:-1], "lines"), sums(totals.iloc[-1:], "lines")]
        if found != [whole, whole]:
            raise ContractBroken(
                f"汇总表 {label} 与地块之和不符：{found} ≠ {whole}",
                f"Totals {label} are not the sum of the lines: {found} ≠ {whole}",
                where=label,
            )
