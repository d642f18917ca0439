"""Judging figures: areas against outlines, parts against their sums, sums against the plan, rows against their number."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from landgis.area import ellipsoidal_areas, planar_m2
from landgis.domain.preflight_fault import FaultCode
from landgis.domain.profile import AreaUnit, GeometryKind
from landgis.preflight.subject import Bools, Floats, Subject

NEAR_SHARE, NEAR_M2 = 0.005, 1.0
"""An area may differ from its outline by half a per cent or a square metre, as receivers of boundary points allow."""
_LIKE = 0.01
_UNITS = (10_000.0, 15.0, 10_000 / 15)


def judge_areas(subject: Subject) -> None:
    """Tell areas that the outline does not bear out; those on a certificate only where the unit seems wrong."""
    shapes = subject.shapes
    names = [name for name in subject.declared.area_fields if subject.sound(name)]
    if shapes is None or subject.declared.geometry is not GeometryKind.POLYGON or not names or subject.faults_of_crs():
        return
    rows = np.flatnonzero(subject.sound_rows())
    crs = subject.delivery.crs
    ellipsoidal = ellipsoidal_areas(shapes[rows], crs).m2
    planar = planar_m2(shapes[rows]) if crs.is_projected else ellipsoidal
    certified = subject.delivery.registered.get(subject.declared.name, frozenset())
    on_paper = np.array([subject.keys[row] in certified for row in rows], dtype=bool)
    for name in names:
        unit = subject.declared.area_unit
        stated = subject.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)[rows] * 10_000 / unit.per_ha
        known = ~np.isnan(stated) & subject.sound_cells(name)[rows]
        scaled = known & _other_unit(np.where(known, stated, 1.0) / ellipsoidal)
        off = known & ~scaled & ~on_paper & ~_near(stated, ellipsoidal, planar, unit, subject.declared.area_decimals)
        subject.tell_rows(FaultCode.AREA_UNIT, rows[scaled], name, stated[scaled])
        words = [f"{a:.2f} ≠ {b:.2f} m²" for a, b in zip(stated[off], ellipsoidal[off], strict=True)]
        subject.tell_rows(FaultCode.AREA_OFF, rows[off], name, words)


def _other_unit(ratio: Floats) -> Bools:
    factors = np.array([*_UNITS, *(1 / unit for unit in _UNITS)])
    return np.asarray((np.abs(ratio[:, None] / factors - 1) < _LIKE).any(axis=1))


def _near(stated: Floats, ellipsoidal: Floats, planar: Floats, unit: AreaUnit, decimals: int) -> Bools:
    rounding = 0.5 * 10.0**-decimals * 10_000 / unit.per_ha
    most = np.maximum(NEAR_SHARE * ellipsoidal, NEAR_M2) + rounding
    off = np.minimum(np.abs(stated - ellipsoidal), np.abs(stated - planar))
    return np.asarray(off <= most)


def judge_sums(subject: Subject) -> None:
    """Tell what must be zero and is not, and totals that their parts do not add up to."""
    for name in subject.declared.zero:
        if subject.sound(name):
            values = subject.frame[name].to_numpy(dtype=np.float64, na_value=0.0)
            other = (values != 0) & subject.sound_cells(name)
            subject.tell_rows(FaultCode.NOT_ZERO, other, name, values[other])
    for rule in subject.declared.sums:
        if not subject.sound(rule.total, *rule.parts):
            continue
        parts = subject.frame[list(rule.parts)].to_numpy(dtype=np.float64, na_value=0.0).sum(axis=1)
        total = subject.frame[rule.total].to_numpy(dtype=np.float64, na_value=0.0)
        off = np.abs(total - parts) > 0.5 * 10.0 ** -_decimals(subject, rule.total)
        off &= subject.sound_cells(rule.total, *rule.parts)
        words = [f"{a:g} ≠ {b:g}" for a, b in zip(total[off], parts[off], strict=True)]
        subject.tell_rows(FaultCode.SUM_OFF, off, rule.total, words)


def judge_totals(subject: Subject) -> None:
    """Tell a number of rows, or a sum, that is not as it should be; sums only where rows and values are sound."""
    name = subject.declared.name
    wanted = subject.delivery.counts.get(name)
    if wanted is not None and len(subject.frame) != wanted:
        subject.tell(FaultCode.COUNT_OFF, "", f"{len(subject.frame)} ≠ {wanted}", f"{len(subject.frame)} ≠ {wanted}")
        return
    for total in subject.delivery.totals:
        if total.layer != name or not subject.sound(total.field) or not subject.sound_cells(total.field).all():
            continue
        decimals = _decimals(subject, total.field)
        found = round(math.fsum(subject.frame[total.field].dropna().astype(float)), decimals)
        if abs(Decimal(repr(found)) - total.expected) >= Decimal(5).scaleb(-decimals - 1):
            subject.tell(FaultCode.TOTAL_OFF, total.field, f"{found} ≠ {total.expected}", f"{found} ≠ {total.expected}")


def _decimals(subject: Subject, name: str) -> int:
    declared = subject.declared.field(name).decimals
    return subject.declared.area_decimals if declared is None else declared
