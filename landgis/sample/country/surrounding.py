"""Tables of the other layers of a tile: survey and plan, villages and their boundaries, rights, water and roads."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from landgis.domain.land_use import Scheme
from landgis.sample.country.arrays import Shapes
from landgis.sample.country.cover import plan, survey, village_rows
from landgis.sample.country.measured import SURVEY_YEAR, Parcels
from landgis.sample.country.mesh import BLOCKS, ROWS, STRIPS
from landgis.sample.country.settled import Settled, array_of
from landgis.sample.country.table import FeatureTable, areas, numbered, same
from landgis.sample.country.ways import Ways, lay_ways, village_ground
from landgis.sample.fields import named_of

_WATER = ("1104",)
SURROUNDING = (
    "survey_land_use", "planned_land_use", "village", "village_construction_boundary", "ownership_parcel",
    "use_right_parcel", "water", "road",
)  # fmt: skip
"""Keys of the layers that surround the measured ones."""


def surrounding_tables(settled: Settled, parcels: Parcels, rng: np.random.Generator) -> dict[str, FeatureTable]:
    """Return the surrounding layers of a tile by key."""
    ways = lay_ways(settled.ground, settled.tile, settled.mesh)
    surveyed = _survey(settled, ways, rng)
    return {
        "survey_land_use": surveyed,
        "planned_land_use": _plan(settled, ways, parcels),
        "village": _village(settled),
        "village_construction_boundary": _construction(settled),
        "ownership_parcel": _ownership(settled),
        "use_right_parcel": _use_rights(parcels),
        "water": _water(settled, ways, surveyed),
        "road": _roads(settled, ways),
    }


def _survey(settled: Settled, ways: Ways, rng: np.random.Generator) -> FeatureTable:
    patches = survey(settled.mesh, settled.allotment, ways, settled.planted, rng)
    count, codes = len(patches.shapes), pa.array(patches.codes, pa.string())
    columns = {
        "feature_id": _serial(settled, "2001", count),
        "TBBH": numbered("", np.arange(1, count + 1), 6),
        "DLBM": codes,
        "DLMC": _names(codes, Scheme.SURVEY),
        "QSXZ": same("30", count),
        **_seat(settled, count),
        "TBMJ": pa.array(areas(patches.shapes)),
        "SJNF": same(SURVEY_YEAR, count),
    }
    return FeatureTable(columns, patches.shapes)


def _plan(settled: Settled, ways: Ways, parcels: Parcels) -> FeatureTable:
    codes = (parcels.built_codes, parcels.yard_codes)
    patches = plan(settled.mesh, settled.allotment, ways, codes, settled.planted)
    count, known = len(patches.shapes), pa.array(patches.codes, pa.string())
    columns = {
        "feature_id": _serial(settled, "2040", count),
        **_town(settled, count),
        "YDYHFLDM": pc.utf8_rpad(known, 6, "0"),
        "YDYHFLMC": _names(known, Scheme.GUIDE_2023),
        "TBMJ": pa.array(areas(patches.shapes)),
        "GHZT": same("规划", count),
    }
    return FeatureTable(columns, patches.shapes)


def _village(settled: Settled) -> FeatureTable:
    shapes = array_of([village_ground(settled.ground, settled.tile)])
    columns = {
        "feature_id": _serial(settled, "1002", 1),
        **_seat(settled, 1),
        "MC": same(settled.seat.village, 1),
        "DCMJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _construction(settled: Settled) -> FeatureTable:
    shapes = village_rows(settled.mesh, settled.allotment)
    columns = {
        "feature_id": _serial(settled, "2050", len(shapes)),
        **_town(settled, len(shapes)),
        "MC": same(f"{settled.seat.village}村庄建设边界", len(shapes)),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _ownership(settled: Settled) -> FeatureTable:
    """Return collective ownership as JA parcels, one for each block."""
    every, zero = np.arange(BLOCKS), np.zeros(BLOCKS, dtype=np.int64)
    shapes = settled.mesh.rings(every, (zero, STRIPS), (zero, ROWS)).polygons()
    ids = numbered(f"{settled.seat.village_code}JA", every + 1, 5)
    columns = {
        "feature_id": ids,
        "ZDDM": ids,
        "ZDTZM": same("JA", BLOCKS),
        "QLLX": same("1", BLOCKS),
        "QLRMC": same(f"{settled.seat.village}农民集体", BLOCKS),
        "ZDMJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _use_rights(parcels: Parcels) -> FeatureTable:
    """Return registered collective construction-land rights as JB parcels."""
    table = parcels.table
    held = pc.fill_null(table.columns["use_right_registered"], False)
    count = int(pc.sum(held).as_py() or 0)
    ids = table.columns["parcel_id"].filter(held)
    columns = {
        "feature_id": ids,
        "ZDDM": ids,
        "ZDTZM": same("JB", count),
        "QLLX": same("7", count),
        "BDCQZH": table.columns["certificate_no"].filter(held),
        "ZDMJ": table.columns["registered_area_m2"].filter(held),
        "MJDW": same("1", count),
    }
    return FeatureTable(columns, table.shapes[held.to_numpy(zero_copy_only=False)])


def _water(settled: Settled, ways: Ways, surveyed: FeatureTable) -> FeatureTable:
    pond = pc.is_in(surveyed.columns["DLBM"], pa.array(_WATER)).to_numpy(zero_copy_only=False)
    courses = np.concatenate([ways.canals, array_of([ways.rim])])
    return _courses(settled, "3001", (("河港", courses), ("坑塘", surveyed.shapes[pond])))


def _roads(settled: Settled, ways: Ways) -> FeatureTable:
    return _courses(settled, "3002", (("公路", ways.roads), ("农村道路", ways.lanes)))


def _courses(settled: Settled, code: str, kinds: tuple[tuple[str, NDArray[np.object_]], ...]) -> FeatureTable:
    shapes: Shapes = np.concatenate([drawn for _, drawn in kinds])
    columns = {
        "feature_id": _serial(settled, code, len(shapes)),
        "MC": same("", len(shapes)),
        "LX": pa.concat_arrays([same(kind, len(drawn)) for kind, drawn in kinds]),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _serial(settled: Settled, code: str, count: int) -> pa.Array:
    return numbered(f"{settled.seat.county}{code}{settled.tile:03d}", np.arange(1, count + 1), 5)


def _seat(settled: Settled, count: int) -> dict[str, pa.Array]:
    return {
        "ZLDWDM": same(f"{settled.seat.village_code}0000000", count),
        "ZLDWMC": same(settled.seat.village, count),
    }


def _town(settled: Settled, count: int) -> dict[str, pa.Array]:
    return {"XZQDM": same(settled.seat.town_code, count), "XZQMC": same(settled.seat.town, count)}


def _names(codes: pa.Array, scheme: Scheme) -> pa.Array:
    """Return the names of land-use codes, each looked up once."""
    known = codes.dictionary_encode()
    names = pa.array([named_of(code, scheme) for code in known.dictionary.to_pylist()], pa.string())
    return names.take(known.indices)
