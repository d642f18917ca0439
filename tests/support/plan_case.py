"""A generated supply plan: parcels strung along canals and roads, control lines around them, town outlines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.area import ellipsoidal_m2, hectares, mu
from landgis.crs import WORKING
from landgis.domain.catalogue import LayerStyle
from landgis.domain.land_use import Scheme, look_up
from landgis.frames.judged import FINDINGS
from landgis.maps.sheet import Boundary, ContextLayer, PlanSheet, Source

TOWNS = (("310117109", "泖港镇"), ("310117117", "新浜镇"), ("310117120", "叶榭镇"), ("310117116", "石湖荡镇"))
VILLAGES = ("黄桥村", "胡光村", "曙光村", "文华村", "兴旺村", "井凌桥村", "东石村", "金汇村")
USES = ("100101", "0901", "1101", "0802", "0902", "0704", "070102", "1208", "0903", "120803", "0803", "1303")
CENTRE = (598_000.0, 3_424_000.0)
POINTS = (
    "",
    "",
    "位于城镇开发边界内，须论证与详细规划的衔接",
    "规划用途为有条件用途，须镇政府出具书面意见",
    "补偿协议待备案",
)


def lines(
    count: int, width_m: float = 9_000, height_m: float = 8_000, seed: int = 1, **columns: Any
) -> gpd.GeoDataFrame:
    """Return ``count`` plan lines spread over a rectangle around the centre; further columns overwrite."""
    rng = np.random.default_rng(seed)
    rows, shapes = [], []
    cells = max(1, int(np.ceil(np.sqrt(count))))
    spots = [(column, row) for row in range(cells) for column in range(cells)]
    for index, (column, row) in enumerate(spots[:count]):
        x = CENTRE[0] + ((column + rng.uniform(0.2, 0.8)) / cells - 0.5) * width_m
        y = CENTRE[1] + ((row + rng.uniform(0.2, 0.8)) / cells - 0.5) * height_m
        shapes.append(_yard(x, y, min(rng.lognormal(4.3, 0.5), width_m / cells, height_m / cells), rng))
        rows.append(_line(index, int(column * len(TOWNS) / cells), rng))
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=WORKING)
    basis = rng.random(count) < 0.7
    certified = [
        round(area * (1 + change)) for area, change in zip(frame.area, rng.uniform(-0.004, 0.004, count), strict=True)
    ]
    measured = np.where(basis, certified, ellipsoidal_m2(np.asarray(frame.geometry)))
    frame["area_ha"] = [hectares(value) for value in measured]
    frame["area_mu"] = [mu(value) for value in frame["area_ha"]]
    frame["area_basis"] = np.where(basis, "registered", "ellipsoidal")
    return frame.assign(**columns)


def totals(frame: gpd.GeoDataFrame, by: list[str]) -> pd.DataFrame:
    """Return totals by columns, the last row being the whole, in the shape of ``landgis.plan``."""
    groups = [*frame.groupby(by, sort=True, dropna=False), (("合计",) + ("",) * (len(by) - 1), frame)]
    rows = []
    for names, group in groups:
        area = {key: sum(group[key], Decimal(0)) for key in ("area_ha", "area_mu")}
        rows.append({**dict(zip(by, names, strict=True)), "lines": len(group), **area})
    return pd.DataFrame(rows)


def plan(frame: gpd.GeoDataFrame, **changes: Any) -> PlanSheet:
    """Return a complete request around the given lines."""
    given: dict[str, Any] = {
        "title_zh": "松江区 2026 年度农村集体经营性建设用地入市供应计划图",
        "title_en": "Supply plan 2026, Songjiang District",
        "subtitle_zh": "浦南片区（泖港镇、新浜镇、叶榭镇、石湖荡镇）",
        "district_zh": "松江区",
        "plan_year": 2026,
        "as_of": date(2025, 11, 15),
        "drawn_on": date(2025, 11, 20),
        "lines": frame,
        "totals_by_use": totals(frame, ["planned_use_code", "planned_use_zh"]),
        "totals_by_town": totals(frame, ["town_code", "town_name"]),
        "context": context(frame),
        "boundaries": boundaries(frame),
        "sources": sources(),
        "substitute": True,
        "prepared_by": "松江区规划和自然资源局",
        "sheet_no": "SJ-2026-01",
    }
    return PlanSheet(**{**given, **changes})


def boundaries(frame: gpd.GeoDataFrame) -> tuple[Boundary, ...]:
    """Return four towns in a row with a shared wavy border, and the district around them."""
    west, south, east, north = _around(frame, 0.03)
    edges = np.linspace(west, east, len(TOWNS) + 1)
    rows = np.linspace(south, north, 40)
    sway = (east - west) * 0.012 * np.sin(np.linspace(0, 9, 40))
    borders = [np.column_stack([edge + sway, rows]) for edge in edges]
    towns = [shapely.Polygon(np.vstack([left, right[::-1]])) for left, right in pairwise(borders)]
    named = tuple(Boundary(name, "town", shape) for (_, name), shape in zip(TOWNS, towns, strict=True))
    return (Boundary("松江区", "district", shapely.union_all(towns)), *named)


def context(frame: gpd.GeoDataFrame, seed: int = 4) -> tuple[ContextLayer, ...]:
    """Return farmland, ecological corridor, development boundary and water around the lines."""
    rng = np.random.default_rng(seed)
    west, south, east, north = _around(frame, 0.05)
    width, height = east - west, north - south
    parcels = shapely.union_all(np.asarray(frame.geometry.buffer(max(width, height) * 0.004)))
    cell = np.array([width / 14, height / 12])
    corners = [np.array([west, south]) + cell * spot for spot in np.ndindex(14, 12) if rng.random() < 0.55]
    fields = [shapely.box(*corner, *(corner + cell * (0.9, 0.85))) for corner in corners]
    farmland = shapely.difference(np.array(fields, dtype=object), parcels)
    canal = np.column_stack(
        [np.linspace(west, east, 60), south + height * (0.45 + 0.06 * np.sin(np.linspace(0, 8, 60)))]
    )
    corridor = shapely.difference(shapely.LineString(canal).buffer(height * 0.028), parcels)
    town = shapely.Point(west + width * 0.62, south + height * 0.7).buffer(min(width, height) * 0.17, quad_segs=3)
    layers = (
        (
            "water",
            "河湖水面",
            "Water",
            [shapely.LineString(canal).buffer(height * 0.008)],
            (190, 222, 242),
            (127, 181, 213),
            "none",
        ),
        (
            "permanent_basic_farmland",
            "永久基本农田",
            "Permanent basic farmland",
            farmland,
            (255, 246, 170),
            (150, 128, 0),
            "none",
        ),
        (
            "ecological_redline",
            "生态保护红线",
            "Ecological red line",
            [corridor],
            (190, 226, 190),
            (0, 104, 55),
            "diag",
        ),
        ("development_boundary", "城镇开发边界", "Urban development boundary", [town], None, (192, 0, 0), "none"),
    )
    return tuple(
        ContextLayer(
            key,
            LayerStyle(fill, stroke, hatch, zh, en, False),
            gpd.GeoDataFrame(geometry=list(shapes), crs=WORKING),
            "2025-06",
        )
        for key, zh, en, shapes, fill, stroke, hatch in layers
    )


def sources() -> tuple[Source, ...]:
    """Return the releases the plan stands on."""
    return (
        Source("永久基本农田", "2025-06", "沪规划资源用〔2025〕××号", date(2025, 6, 30), True),
        Source("生态保护红线", "2025-06", "", date(2025, 6, 30), True),
        Source("城镇开发边界", "2025-06", "沪府〔2025〕××号", date(2025, 6, 12), True),
        Source("宅基地", "2025-03", "", date(2025, 3, 31), True),
        Source("国土变更调查", "2024-12", "", date(2025, 2, 28), True),
        Source("规划用地", "2025-05", "", date(2025, 5, 20), True),
    )


def _line(index: int, town: int, rng: np.random.Generator) -> dict[str, Any]:
    code = USES[int(rng.choice(len(USES), p=[0.3, 0.16, 0.14, 0.1, 0.08, 0.04, 0.04, 0.04, 0.03, 0.02, 0.03, 0.02]))]
    use = look_up(code, Scheme.GUIDE_2023)
    assert use is not None
    village = VILLAGES[int(rng.integers(len(VILLAGES)))]
    note = POINTS[int(rng.integers(len(POINTS)))]
    town_code, town_name = TOWNS[min(town, len(TOWNS) - 1)]
    return {
        "line_no": index + 1,
        "parcel_id": f"{town_code}{rng.integers(100, 220):03d}JB{index + 1:05d}",
        "district": "songjiang",
        "town_code": town_code,
        "town_name": town_name,
        "village_name": village,
        "owner_name": f"{town_name}{village}股份经济合作社" if rng.random() < 0.9 else None,
        "planned_use_code": code,
        "planned_use_zh": use.name_zh,
        "verdict": "flagged" if note else "clear",
        "open_points_zh": note,
    }


def _yard(x: float, y: float, size: float, rng: np.random.Generator) -> shapely.Polygon:
    """Return an industrial yard: a turned rectangle with one corner cut, sometimes with a courtyard."""
    long, short = size, size * rng.uniform(0.45, 0.9)
    corner = np.array([[0, 0], [long, 0], [long, short * 0.6], [long * 0.7, short], [0, short]])
    turn = rng.uniform(-0.35, 0.35)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shell = (corner - corner.mean(axis=0)) @ matrix.T + [x, y]
    holes = [((corner - corner.mean(axis=0)) * 0.3) @ matrix.T + [x, y]] if rng.random() < 0.06 else []
    return shapely.Polygon(shell, holes)


def _around(frame: gpd.GeoDataFrame, share: float) -> tuple[float, float, float, float]:
    west, south, east, north = frame.total_bounds
    air = max(east - west, north - south) * share
    return float(west - air), float(south - air), float(east + air), float(north + air)


def findings(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return three findings per parcel, as judging gives them; the first follows the parcel's verdict."""
    shared = {"unit": "m²", "threshold": "0", "document": "沪府办规〔2023〕××号", "quote_zh": "不得占用永久基本农田"}
    rows = []
    for parcel in frame[["parcel_id", "verdict"]].to_dict("records"):
        for rule, layer, outcome in (
            ("permanent-basic-farmland", "permanent_basic_farmland", parcel["verdict"]),
            ("ecological-redline", "ecological_redline", "clear"),
            ("registration", "", "not_asked"),
        ):
            rows.append(
                {
                    "parcel_id": parcel["parcel_id"],
                    "rule_id": rule,
                    "outcome": outcome,
                    "measured": "12.5" if outcome == "excluded" else "0",
                    "article": "三（四）1",
                    "layer": layer,
                    "release": "2025-06" if layer else "",
                    "message_zh": f"规则 {rule}：{outcome}",
                    "message_en": f"Rule {rule}: {outcome}",
                    **shared,
                }
            )
    return pd.DataFrame(rows, columns=FINDINGS.names)
