"""Tables of what was planned, owned and approved on a tile; under planted cases a layer may leave ground free."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.sample.country.arrays import Shapes
from landgis.sample.country.columns import seat, serial, town
from landgis.sample.country.cover import village_rows
from landgis.sample.country.measured import BOUNDARY
from landgis.sample.country.mesh import BLOCKS, ROWS, STRIPS
from landgis.sample.country.settled import Settled, array_of
from landgis.sample.country.table import FeatureTable, areas, numbered, same
from landgis.sample.country.ways import village_ground


def construction(settled: Settled) -> FeatureTable:
    """Return village construction boundaries."""
    beds = [case.bed for case in settled.planted]
    drawn = np.concatenate([village_rows(settled.mesh, settled.allotment), array_of(beds)])
    outside = shapely.union_all([settled.left_free("village_construction_boundary"), *settled.extras(BOUNDARY)])
    shapes = _without(drawn, outside)
    columns = {
        "feature_id": serial(settled, "2050", len(shapes)),
        **town(settled, len(shapes)),
        "MC": same(f"{settled.seat.village}村庄建设边界", len(shapes)),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def ownership(settled: Settled) -> FeatureTable:
    """Return collective ownership as JA parcels: one for each block, and one under each case outside of the mesh."""
    every, zero = np.arange(BLOCKS), np.zeros(BLOCKS, dtype=np.int64)
    blocks = settled.mesh.rings(every, (zero, STRIPS), (zero, ROWS)).polygons()
    for case in settled.planted:
        if case.block >= 0 and not shapely.covers(blocks[case.block], case.bed):
            blocks[case.block] = shapely.union(blocks[case.block], case.bed)
    beyond = array_of(case.bed for case in settled.planted if case.block < 0)
    shapes = _without(np.concatenate([blocks, beyond]), settled.left_free("ownership_parcel"))
    count = len(shapes)
    ids = numbered(f"{settled.seat.village_code}JA", np.arange(1, count + 1), 5)
    columns = {
        "feature_id": ids,
        "ZDDM": ids,
        "ZDTZM": same("JA", count),
        "QLLX": same("1", count),
        "QLRMC": same(f"{settled.seat.village}农民集体", count),
        "ZDMJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def unit_plan(settled: Settled) -> FeatureTable:
    """Return the country unit plan of the village."""
    shapes = _without(array_of([village_ground(settled.ground, settled.tile)]), settled.left_free("unit_plan"))
    count = len(shapes)
    columns = {
        "feature_id": serial(settled, "2060", count),
        **town(settled, count),
        "DYMC": same(f"{settled.seat.village}郊野单元村庄规划（示例）", count),
        "PFRQ": same("2021-06-30", count),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def acquisition(settled: Settled) -> FeatureTable:
    """Return areas of comprehensive acquisition: the town's edge where there is one, and what was planted."""
    edge = array_of([settled.lines.boundary] if settled.lines.boundary else [])
    shapes = np.concatenate([edge, settled.extras("land_acquisition")])
    columns = {
        "feature_id": serial(settled, "2070", len(shapes)),
        **town(settled, len(shapes)),
        "FAMC": same("成片开发方案（示例）", len(shapes)),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def approved(settled: Settled) -> FeatureTable:
    """Return approved, unbuilt land (PZWJSTD)."""
    drawn = [extra for case in settled.planted for extra in case.scene.extras if extra.layer == "approved_unbuilt"]
    shapes = array_of(extra.geometry for extra in drawn)
    days = [extra.name for extra in drawn]
    columns = {
        "feature_id": serial(settled, "2002", len(drawn)),
        **seat(settled, len(drawn)),
        "PZWH": pa.array([f"示例〔{day[:4]}〕农转字" for day in days], pa.string()),
        "PZRQ": pa.array(days, pa.string()),
        "TBMJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _without(shapes: Shapes, free: BaseGeometry) -> Shapes:
    """Return shapes without the ground that is left free; only those that it meets are touched."""
    met = shapely.intersects(shapes, free)
    rest = shapely.get_parts(shapely.difference(shapes[met], free))
    return np.concatenate([shapes[~met], rest[shapely.area(rest) > 0]])
