"""Our frames as profiles draw on them: columns named as in ``domain.profile_sources``, areas exact m², no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.area import ellipsoidal_areas, planar_m2
from landgis.crs import WORKING, GeometryArray
from landgis.domain.district import DISTRICTS
from landgis.domain.facts import FACTS
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.plan_named import PlanNamed
from landgis.domain.supply_use import SupplyUse, supply_use
from landgis.exchange.plan_line_sheet import mode_zh, quarter_zh
from landgis.exchange.writing.boundary_plots import rings_of
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.spec import rows_of

_M2_PER_HA = 10_000


def square_metres(values: Sequence[float]) -> list[Decimal | None]:
    """Return areas in m² as exact decimals; None where unknown."""
    return [None if value is None or value != value else Decimal(repr(float(value))) for value in values]


def parcel_sources(
    parcels: gpd.GeoDataFrame, area_m2: Sequence[Decimal | None], area_basis: Sequence[str]
) -> gpd.GeoDataFrame:
    """Return parcels as sources; geometry as it is.

    Parameters
    ----------
    parcels
        ParcelFrame in EPSG:4549.
    area_m2, area_basis
        The area that counts for each, and on what it stands.
    """
    shapes = np.asarray(parcels.geometry.array, dtype=object)
    towns, villages = (parcels[name].fillna("").tolist() for name in ("town_name", "village_name"))
    parts = shapely.get_num_interior_rings(shapely.get_parts(shapes))
    rings = np.bincount(shapely.get_parts(shapes, return_index=True)[1], parts + 1, len(shapes)).astype(int)
    columns: dict[str, Iterable[object]] = {
        **_district(parcels["district"].tolist()),
        **{f"parcel.{name}": parcels[name].tolist() for name in ("parcel_id", "town_code", "town_name", "village_name")},
        **{f"parcel.{fact.name}": parcels[fact.name].tolist() for fact in FACTS if fact.kind != "shares"},
        "parcel.location": [town + village for town, village in zip(towns, villages, strict=True)],
        "parcel.area": area_m2,
        "parcel.area_basis": area_basis,
        "parcel.ellipsoidal_area": square_metres(ellipsoidal_areas(shapes, WORKING).m2.tolist()),
        "parcel.planar_area": square_metres(planar_m2(shapes).tolist()),
        "parcel.registered_area_m2": square_metres(parcels["registered_area_m2"].tolist()),
        "parcel.points": (shapely.get_num_coordinates(shapes) - rings).tolist(),
        "parcel.planned_use_code": planned_use_codes(parcels).tolist(),
        "parcel.current_use_zh": [
            _named(*pair) for pair in zip(parcels["current_use_code"], parcels["current_use_scheme"], strict=True)
        ],
    }  # fmt: skip
    columns["parcel.planned_use_zh"] = [_named(code, Scheme.GUIDE_2023) for code in planned_use_codes(parcels)]
    return gpd.GeoDataFrame(_objects(columns), geometry=shapes, crs=WORKING)


def line_sources(lines: pd.DataFrame, parcels: gpd.GeoDataFrame, plan: PlanNamed) -> gpd.GeoDataFrame:
    """Return the lines of a plan as sources, with what their parcels say.

    Parameters
    ----------
    lines
        ``frames.planned.LINES``.
    parcels
        ParcelFrame of the same parcels in EPSG:4549, as their runs judged them.
    """
    rows = rows_of(lines)
    order = pd.Index(parcels["parcel_id"]).get_indexer([row["parcel_id"] for row in rows])
    area_m2 = [row["area_ha"] * _M2_PER_HA for row in rows]
    told = parcel_sources(parcels.iloc[order].reset_index(drop=True), area_m2, [row["area_basis"] for row in rows])
    for name in ("town_code", "town_name", "village_name", "owner_name", "planned_use_code", "planned_use_zh"):
        told[f"parcel.{name}"] = [row[name] for row in rows]
    housing = [supply_use(row["planned_use_code"]) is SupplyUse.HOUSING for row in rows]
    columns: dict[str, Iterable[object]] = {
        "plan.guid": [str(plan.guid)] * len(rows),
        "plan.line_guid": [str(uuid5(plan.guid, row["parcel_id"])) for row in rows],
        "plan.year": [plan.year] * len(rows),
        "plan.line_no": [row["line_no"] for row in rows],
        "plan.quarter": [quarter_zh(row["quarter"], plan.year) for row in rows],
        "plan.term_years": [row["term_years"] for row in rows],
        "plan.trade_mode": [mode_zh(row) for row in rows],
        "plan.housing": ["保障性租赁住房" if each else None for each in housing],
        "plan.verdict": [row["verdict"] for row in rows],
        "plan.open_points_zh": [row["open_points_zh"] for row in rows],
    }
    return told.join(_objects(columns))


def housing_only(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the lines for housing."""
    kept = lines[lines["plan.housing"].notna()]
    return kept.reset_index(drop=True)


def member_sources(members: pd.DataFrame, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the members of a pool by rank as sources; ``frames.pooled.POOL_MEMBERS`` and their parcels."""
    order = pd.Index(parcels["parcel_id"]).get_indexer(members["parcel_id"])
    area_m2 = square_metres(members["area_m2"].tolist())
    told = parcel_sources(parcels.iloc[order].reset_index(drop=True), area_m2, members["area_basis"].tolist())
    columns = {f"pool.{name}": members[name].tolist() for name in ("rank", "verdict", "open_points_zh")}
    return told.join(_objects(columns))


def register_sources(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return parcels of the register as sources: the registered area where there is one, else the ellipsoidal."""
    measured = ellipsoidal_areas(np.asarray(parcels.geometry.array, dtype=object), WORKING).m2
    registered = parcels["registered_area_m2"].to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(registered)
    area_m2 = square_metres(np.where(known, registered, measured).tolist())
    return parcel_sources(
        parcels.reset_index(drop=True), area_m2, np.where(known, "registered", "ellipsoidal").tolist()
    )


def summary_sources(lines: pd.DataFrame, plan: PlanNamed) -> pd.DataFrame:
    """Return a plan as one row of sources: areas by class of use, exactly the sums of its lines."""
    areas = {use: Decimal(0) for use in SupplyUse}
    for row in rows_of(lines):
        areas[supply_use(row["planned_use_code"])] += row["area_ha"] * _M2_PER_HA
    return _objects({
        **_district([plan.district]),
        "plan.guid": [str(plan.guid)],
        "plan.year": [plan.year],
        "plan.title": [plan.title],
        "plan.published_on": [plan.published_on],
        "summary.lines": [len(lines)],
        "summary.total": [sum(areas.values(), Decimal(0))],
        "summary.rental_housing": [areas[SupplyUse.HOUSING]],
        **{f"summary.{use.value}": [area] for use, area in areas.items()},
    })  # fmt: skip


def point_sources(ids: Sequence[str], shapes: GeometryArray, crs: CRS) -> gpd.GeoDataFrame:
    """Return the boundary points of plots as sources: ring by ring from the north-west, outer rings clockwise.

    Parameters
    ----------
    ids, shapes
        Numbers of the plots, and their outlines as they will be delivered.
    crs
        CRS of the outlines.
    """
    rows: list[tuple[str, int, int, float, float, float]] = []
    for plot, shape in zip(ids, shapes, strict=True):
        number = 0
        for ring, vertices in enumerate(rings_of(shape), 1):
            after = [*vertices[1:], vertices[0]]
            for (x, y), (to_x, to_y) in zip(vertices, after, strict=True):
                number += 1
                rows.append((plot, number, ring, x, y, float(np.hypot(to_x - x, to_y - y))))
    table = pd.DataFrame(rows, columns=["plot", "order", "ring", "x", "y", "to_next_m"])
    told = _objects({
        "point.guid": [str(uuid5(NAMESPACE_URL, f"landgis:{row[0]}:{row[1]}")) for row in rows],
        "point.plot": table["plot"].tolist(),
        "point.order": table["order"].tolist(),
        "point.number": [f"J{row[1]}" for row in rows],
        "point.ring": table["ring"].tolist(),
        "point.northing": table["y"].tolist(),
        "point.easting": table["x"].tolist(),
        "point.to_next_m": table["to_next_m"].tolist(),
    })  # fmt: skip
    return gpd.GeoDataFrame(told, geometry=shapely.points(table[["x", "y"]].to_numpy(dtype=float)), crs=crs)


def feature_sources(features: gpd.GeoDataFrame, release: str, district: str) -> gpd.GeoDataFrame:
    """Return the features of a release as sources; ``frames.parcels.FEATURES`` in EPSG:4549."""
    shapes = np.asarray(features.geometry.array, dtype=object)
    columns: dict[str, Iterable[object]] = {
        **_district([district] * len(features)),
        **{f"feature.{name}": features[name].tolist() for name in ("feature_id", "class", "label")},
        "feature.release": [release] * len(features),
        "feature.ellipsoidal_area": square_metres(ellipsoidal_areas(shapes, WORKING).m2.tolist()),
        "feature.planar_area": square_metres(planar_m2(shapes).tolist()),
    }
    return gpd.GeoDataFrame(_objects(columns), geometry=shapes, crs=WORKING)


def _district(keys: Sequence[str]) -> dict[str, list[str]]:
    found = [DISTRICTS[key] for key in keys]
    return {"district.code": [each.code for each in found], "district.name": [each.name_zh for each in found]}


def _named(code: object, scheme: object) -> str | None:
    use = look_up(code, Scheme(scheme)) if isinstance(code, str) and isinstance(scheme, str) else None
    return use.name_zh if use else None


def _objects(columns: Mapping[str, Iterable[object]]) -> pd.DataFrame:
    """Keep Python's own values, whatever they are."""
    return pd.DataFrame(
        {name: pd.Series(np.array([*values, None], dtype=object)[:-1]) for name, values in columns.items()}
    )
