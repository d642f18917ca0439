"""Tables of the measured layers of a tile: parcels, farmland, homesteads, red line and boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely

from landgis.sample.country.arrays import Shapes
from landgis.sample.country.people import parcel_table
from landgis.sample.country.planting import Planted
from landgis.sample.country.settled import Settled, array_of
from landgis.sample.country.table import FeatureTable, areas, chosen, numbered, same
from landgis.sample.country.tile import built_parcels, farmland, homesteads, yards

FARMLAND, HOMESTEAD = "permanent_basic_farmland", "homestead"
REDLINE, BOUNDARY = "ecological_redline", "development_boundary"
_CERTIFICATE = {"songjiang": "沪（2026）松字（示例）第", "chongming": "沪（2026）崇字（示例）第"}
SURVEY_YEAR = 2025


@dataclass(frozen=True)
class Parcels:
    """The parcels of a tile.

    Attributes
    ----------
    table
        ParcelFrame columns and shapes.
    answers
        One row per planted parcel, as in ``SampleDistrict.planted`` with ``cause``.
    built_codes, yard_codes
        Planned use of the parcels along the mesh and of the yards, in the order of the allotment.
    """

    table: FeatureTable
    answers: tuple[Mapping[str, object], ...]
    built_codes: Shapes
    yard_codes: Shapes


def parcels_of(settled: Settled, rng: np.random.Generator) -> Parcels:
    """Return the parcels of a tile in random order."""
    own = array_of(case.geometry for case in settled.planted)
    built = built_parcels(settled.mesh, settled.allotment.built, rng)
    shapes = np.concatenate([own, built, yards(settled.mesh, settled.allotment.yards, rng)])
    order = rng.permutation(len(shapes))
    row_of = np.argsort(order)
    facts = {int(row_of[at]): case.facts for at, case in enumerate(settled.planted)}
    district = settled.ground.size.district.key
    letters = {
        int(row_of[at]): case.case.kind.letters
        for at, case in enumerate(settled.planted)
        if case.case.kind.letters != "JB"
    }
    table = parcel_table(shapes[order], facts, letters, settled.seat, district, _CERTIFICATE[district], rng)
    planted, along, yard = np.split(row_of, [len(own), len(own) + len(built)])
    ids = table.columns["parcel_id"].take(pa.array(planted)).to_pylist()
    answers = tuple(_answer(case, of, district) for case, of in zip(settled.planted, ids, strict=True))
    uses = table.columns["planned_use_code"].to_numpy(zero_copy_only=False)
    return Parcels(table, answers, uses[along], uses[yard])


def _answer(planted: Planted, parcel_id: str, district: str) -> dict[str, object]:
    kind = planted.case.kind
    return {
        "kind": kind.key,
        "parcel_id": parcel_id,
        "district": district,
        "title_zh": kind.title_zh,
        "expected_verdict": kind.verdicts[district],
        "expected_control_lines": kind.lines,
        "decisive_rules": "" if kind.verdicts[district] == "clear" else ";".join(kind.rules),
        "layer": kind.layer,
        "expected_m2": kind.m2 if planted.scene.m2 is None else planted.scene.m2,
        "expected_uncovered_m2": kind.uncovered_m2,
        "as_of": kind.as_of,
        "note": planted.scene.note or kind.note,
        "cause": kind.cause,
    }


def farmland_table(settled: Settled, rng: np.random.Generator) -> FeatureTable:
    """Return permanent basic farmland (YJJBNTTB)."""
    drawn = farmland(settled.mesh, settled.allotment.fields, settled.doubles, rng).polygons()
    shapes = np.concatenate([drawn, settled.extras(FARMLAND)])
    count, seat, size_m2 = len(shapes), settled.seat, pa.array(areas(shapes))
    kind = rng.choice(3, count, p=(0.72, 0.1, 0.18))
    ids = numbered(seat.village_code, np.arange(1, count + 1), 6)
    columns = {
        "feature_id": ids,
        "YJJBNTTBBH": ids,
        "DLBM": chosen(("0101", "0102", "0103"), kind),
        "DLMC": chosen(("水田", "水浇地", "旱地"), kind),
        "QSXZ": same("30", count),
        "ZLDWDM": same(f"{seat.village_code}0000000", count),
        "ZLDWMC": same(seat.village, count),
        "YJJBNTTBMJ": size_m2,
        "YJJBNTMJ": size_m2,
        "SJNF": same(SURVEY_YEAR, count),
    }
    return FeatureTable(columns, shapes)


def homestead_table(settled: Settled, rng: np.random.Generator) -> FeatureTable:
    """Return homesteads as JC parcels."""
    drawn = homesteads(settled.mesh, settled.allotment.sites, settled.allotment.place, rng)
    shapes = np.concatenate([drawn, settled.extras(HOMESTEAD)])
    count, seat = len(shapes), settled.seat
    serial = np.arange(1, count + 1)
    ids = numbered(f"{seat.village_code}JC", serial, 5)
    columns = {
        "feature_id": ids,
        "ZDDM": ids,
        "ZDTZM": same("JC", count),
        "QLLX": same("5", count),
        "ZL": numbered(f"{seat.village}（示例）", serial, 1),
        "ZDMJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)


def red_line_table(settled: Settled) -> FeatureTable:
    """Return the ecological red line."""
    shapes = array_of([settled.lines.red_line] if settled.lines.red_line else [])
    shapes = np.concatenate([shapes, settled.extras(REDLINE)])
    count, seat = len(shapes), settled.seat
    columns = {
        "feature_id": numbered(f"{seat.county}2030{settled.tile:04d}", np.arange(1, count + 1), 4),
        "XJXZQHDM": same(seat.county, count),
        "MC": same(f"{seat.village.removesuffix('村')}生态廊道", count),
        "QYMJ": pa.array(np.round(shapely.area(shapes) / 1e6, 4)),
    }
    return FeatureTable(columns, shapes)


def boundary_table(settled: Settled) -> FeatureTable:
    """Return the development boundary."""
    shapes = array_of([settled.lines.boundary] if settled.lines.boundary else [])
    shapes = np.concatenate([shapes, settled.extras(BOUNDARY)])
    count, seat = len(shapes), settled.seat
    columns = {
        "feature_id": numbered(f"{seat.county}2010{settled.tile:04d}", np.arange(1, count + 1), 4),
        "XZQDM": same(seat.town_code, count),
        "XZQMC": same(seat.town, count),
        "GHFQMC": same("城镇集中建设区", count),
        "MJ": pa.array(areas(shapes)),
    }
    return FeatureTable(columns, shapes)
