"""Survey and plan of a tile: patches that cover its ground without gap, cell by cell and use by use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.sample.country.allot import Allotment, Cells, Use, held
from landgis.sample.country.arrays import Flags, Ints, Shapes
from landgis.sample.country.mesh import BLOCKS, ROWS, STRIPS, Mesh
from landgis.sample.country.planting import Planted
from landgis.sample.country.ways import Ways
from landgis.sample.land_use import patches_of

_FIELDS, _FIELD_SHARES = ("0101", "0102", "0103"), (0.72, 0.1, 0.18)
_OPEN, _OPEN_SHARES = ("1104", "0301", "0307"), (0.5, 0.35, 0.15)
_HOUSES, _YARD = ("0702", "0703"), "0601"
_LANE, _ROAD, _CANAL = ("1006", "0601"), ("1003", "1207"), ("1107", "1705")
"""Survey and plan code of ways."""
_AROUND = ("0103", "0101")
"""Codes of the ground around a planted case."""


@dataclass(frozen=True)
class Patches:
    """Ground of one code each."""

    shapes: Shapes
    codes: Shapes


def survey(
    mesh: Mesh, allotment: Allotment, ways: Ways, planted: Sequence[Planted], rng: np.random.Generator
) -> Patches:
    """Return the survey patches of a tile, last-level codes of the survey scheme: one for every cell and every way."""
    use = allotment.use.ravel()
    code = np.full(len(use), _HOUSES[0], dtype=np.object_)
    code[use == Use.FIELD] = rng.choice(_FIELDS, int((use == Use.FIELD).sum()), p=_FIELD_SHARES)
    code[use == Use.OPEN] = rng.choice(_OPEN, int((use == Use.OPEN).sum()), p=_OPEN_SHARES)
    code[(use == Use.YARD) | (use == Use.BUILT)] = _YARD
    block, strip, row = np.indices(allotment.use.shape).reshape(3, -1)
    one = np.ones_like(block)
    kept = use != Use.PLANTED
    cells = Cells(block, strip, one, row, one).take(kept)
    drawn = mesh.outlines(cells.block, (cells.strip, cells.wide), (cells.row, cells.deep)).polygons()
    beds = [_bed(mesh, case, survey=True) for case in planted]
    return _joined([Patches(drawn, code[kept]), _ways(ways, 0), *beds])


def plan(
    mesh: Mesh, allotment: Allotment, ways: Ways, own_codes: tuple[Shapes, Shapes], planted: Sequence[Planted]
) -> Patches:
    """Return the planned uses of a tile, six digits: stretches of one use, and each parcel's ground with its own code.

    Parameters
    ----------
    own_codes
        Planned use of the parcels on the mesh and of the yards.
    """
    off = allotment.off_farmland
    parcels = [allotment.built.take(off), allotment.yards]
    codes = [own_codes[0][off], own_codes[1]]
    taken = allotment.use == Use.PLANTED
    for cells in parcels:
        taken |= held(cells)
    village = (allotment.use == Use.HOUSES) | (allotment.use == Use.YARD)
    for stretch, code in ((~village & ~taken, "0101"), (village & ~taken, _HOUSES[1])):
        parcels.append(_runs(stretch))
        codes.append(np.full(len(parcels[-1]), code, dtype=np.object_))
    drawn = [mesh.outlines(at.block, (at.strip, at.wide), (at.row, at.deep)).polygons() for at in parcels]
    beds = [_bed(mesh, case, survey=False) for case in planted]
    return _joined([*(Patches(*both) for both in zip(drawn, codes, strict=True)), _ways(ways, 1), *beds])


def village_rows(mesh: Mesh, allotment: Allotment) -> Shapes:
    """Return the stretches of villages and of yards among fields, for their construction boundaries."""
    cells = _runs((allotment.use == Use.HOUSES) | (allotment.use == Use.YARD) | (allotment.use == Use.BUILT))
    return mesh.outlines(cells.block, (cells.strip, cells.wide), (cells.row, cells.deep)).polygons()


def _runs(wanted: Flags) -> Cells:
    """Return the stretches of neighbouring cells of each row."""
    rows = np.zeros((BLOCKS, ROWS, STRIPS + 2), dtype=np.int8)
    rows[:, :, 1:-1] = wanted.transpose(0, 2, 1)
    step = np.diff(rows, axis=2)
    block, row, first = np.nonzero(step == 1)
    end: Ints = np.nonzero(step == -1)[2]
    return Cells(block, first, end - first, row, np.ones_like(row))


def _ways(ways: Ways, which: int) -> Patches:
    kinds = ((ways.lanes, _LANE), (ways.roads, _ROAD), (ways.canals, _CANAL), (np.array([ways.rim]), _CANAL))
    return _joined([Patches(shapes, np.full(len(shapes), code[which], dtype=np.object_)) for shapes, code in kinds])


def _bed(mesh: Mesh, case: Planted, *, survey: bool) -> Patches:
    """Lay survey or plan under a planted case, and over what its block has left."""
    scene, kind = case.scene, case.case.kind
    others, gaps = (scene.survey, scene.survey_gaps) if survey else (scene.plan, scene.plan_gaps)
    own = str(case.facts["current_use_code"] if survey else kind.plan_code or case.facts["planned_use_code"])
    inner = patches_of(case.bed, own, others, gaps, 0)
    shapes: list[BaseGeometry] = [patch.ground for patch in inner]
    codes = [patch.code for patch in inner]
    if case.block >= 0:
        block, zero = np.array([case.block]), np.zeros(1, dtype=np.int64)
        whole = mesh.rings(block, (zero, STRIPS), (zero, ROWS)).polygons()[0]
        rest = shapely.get_parts(shapely.difference(whole, case.bed)).tolist()
        shapes += rest
        codes += [_AROUND[0 if survey else 1]] * len(rest)
    found = np.empty(len(shapes), dtype=np.object_)
    found[:] = shapes
    return Patches(found, np.array(codes, dtype=np.object_))


def _joined(parts: Sequence[Patches]) -> Patches:
    return Patches(np.concatenate([part.shapes for part in parts]), np.concatenate([part.codes for part in parts]))
