"""Tables of the other layers of a tile: survey and plan, villages and their boundaries, rights, water and roads."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from landgis.domain.land_use import Scheme
from landgis.sample.country import planned
from landgis.sample.country.arrays import Shapes
from landgis.sample.country.columns import seat, serial, town
from landgis.sample.country.cover import plan, survey
from landgis.sample.country.measured import SURVEY_YEAR, Parcels
from landgis.sample.country.settled import Settled, array_of
from landgis.sample.country.table import FeatureTable, areas, numbered, same
from landgis.sample.country.ways import Ways, lay_ways, village_ground
from landgis.sample.fields import named_of

_WATER = ("1104",)
SURROUNDING = (
    "survey_land_use", "planned_land_use", "village", "village_construction_boundary", "ownership_parcel",
    "use_right_parcel", "water", "road", "unit_plan", "land_acquisition", "approved_unbuilt",
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
        "village_construction_boundary": planned.construction(settled),
        "ownership_parcel": planned.ownership(settled),
        "use_right_parcel": _use_rights(parcels),
        "water": _water(settled, ways, surveyed),
        "road": _roads(settled, ways),
        "unit_plan": planned.unit_plan(settled),
        "land_acquisition": planned.acquisition(settled),
        "approved_unbuilt": planned.approved(settled),
    }


def _survey(settled: Settled, ways: Ways, rng: np.random.Generator) -> FeatureTable:
    patches = survey(settled.mesh, settled.allotment, ways, settled.planted, rng)
    count, codes = len(patches.shapes), pa.array(patches.codes, pa.string())
    columns = {
        "feature_id": serial(settled, "2001", count),
        "TBBH": numbered("", np.arange(1, count + 1), 6),
        "DLBM": codes,
        "DLMC": _names(codes, Scheme.SURVEY),
        "QSXZ": same("30", count),
        **seat(settled, count),
        "TBMJ": pa.array(areas(patches.shapes)),
        "SJNF": same(SURVEY_YEAR, count),
    }
    return FeatureTable(columns, patches.shapes)


def _plan(settled: Settled, ways: Ways, parcels: Parcels) -> FeatureTable:
    codes = (parcels.built_codes, parcels.yard_codes)
    patches = plan(settled.mesh, settled.allotment, ways, codes, settled.planted)
    count, known = len(patches.shapes), pa.array(patches.codes, pa.string())
    columns = {
        "feature_id": serial(settled, "2040", count),
        **town(settled, count),
        "YDYHFLDM": pc.utf8_rpad(known, 6, "0"),
        "YDYHFLMC": _names(known, Scheme.GUIDE_2023),
        "TBMJ": pa.array(areas(patches.shapes)),
        "GHZT": same("规划", count),
    }
    return FeatureTable(columns, patches.shapes)


def _village(settled: Settled) -> FeatureTable:
    shapes = array_of([village_ground(settled.ground, settled.tile)])
    columns = {
        "feature_id": serial(settled, "1002", 1),
        **seat(settled, 1),
        "MC": same(settled.seat.village, 1),
        "DCMJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _use_rights(parcels: Parcels) -> FeatureTable:
    """Return registered collective construction-land rights, as far as they are known to be such."""
    table = parcels.table
    right = table.columns["right_type"]
    registered = pc.fill_null(table.columns["use_right_registered"], False)
    held = pc.and_(registered, pc.is_in(right, pa.array(("7", "8"))))
    count = int(pc.sum(held).as_py() or 0)
    ids = table.columns["parcel_id"].filter(held)
    columns = {
        "feature_id": ids,
        "ZDDM": ids,
        "ZDTZM": pc.utf8_slice_codeunits(ids, 12, 14),
        "QLLX": right.filter(held),
        "BDCQZH": table.columns["certificate_no"].filter(held),
        "ZDMJ": table.columns["registered_area_m2"].filter(held),
        "MJDW": same("1", count),
    }
    return FeatureTable(columns, table.shapes[held.to_numpy(zero_copy_only=False)])


def _water(settled: Settled, ways: Ways, surveyed: FeatureTable) -> FeatureTable:
    pond = pc.is_in(surveyed.columns["DLBM"], pa.array(_WATER)).to_numpy(zero_copy_only=False)
    courses = np.concatenate([ways.canals, array_of([ways.rim]), settled.extras("water")])
    return _courses(settled, "3001", (("河港", courses), ("坑塘", surveyed.shapes[pond])))


def _roads(settled: Settled, ways: Ways) -> FeatureTable:
    return _courses(settled, "3002", (("公路", ways.roads), ("农村道路", ways.lanes)))


def _courses(settled: Settled, code: str, kinds: tuple[tuple[str, NDArray[np.object_]], ...]) -> FeatureTable:
    shapes: Shapes = np.concatenate([drawn for _, drawn in kinds])
    columns = {
        "feature_id": serial(settled, code, len(shapes)),
        "MC": same("", len(shapes)),
        "LX": pa.concat_arrays([same(kind, len(drawn)) for kind, drawn in kinds]),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def _names(codes: pa.Array, scheme: Scheme) -> pa.Array:
    """Return the names of land-use codes, each looked up once."""
    known = codes.dictionary_encode()
    names = pa.array([named_of(code, scheme) for code in known.dictionary.to_pylist()], pa.string())
    return names.take(known.indices)
