"""Parcels into a ParcelFrame: identifiers, place, facts. What cannot be judged is listed, never passed on."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis.crs import WORKING, Transform
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import UsageError
from landgis.exchange.conforming.area_unit import areas_in_other_units
from landgis.exchange.conforming.facts import fact_fields, join_facts
from landgis.exchange.conforming.geometry_rows import RowFault, gate, row_issue
from landgis.exchange.conforming.identifiers import read_identifiers
from landgis.exchange.conforming.parcel_ground import on_the_ground
from landgis.exchange.conforming.parcel_place import (
    PLACE_FIELDS,
    VILLAGE_FIELDS,
    districts_of,
    town_codes,
    town_name_of,
)
from landgis.exchange.conforming.text_doubts import text_issues
from landgis.exchange.conforming.use_codes import use_code_issues
from landgis.exchange.conforming.values import first_filled
from landgis.exchange.reading.fields import find_fields
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.frames.parcels import PARCELS, Stated

ID_FIELDS = (
    "parcel_id", "DKBM", "ZDDM", "DKBH", "ZDBH", "DCBH", "地块编码", "地块编号", "地块代码", "宗地代码", "宗地编号", "调查编号",
)  # fmt: skip


@dataclass(frozen=True)
class RejectedParcel:
    """A row that cannot be judged.

    Attributes
    ----------
    parcel_id
        Its identifier, or ``#12`` for row 12 without one.
    row
        Row of the file, from 1.
    code, reason_zh, reason_en
        Why: ``geometry_invalid``, ``geometry_missing``, ``parcel_id_missing``, ``parcel_id_repeated``,
        ``district_unknown`` …
    """

    parcel_id: str
    row: int
    code: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class ConformedParcels:
    """Parcels ready to be measured, and those that are not.

    Attributes
    ----------
    parcels
        ParcelFrame in the working CRS.
    rejected
        Rows kept out, in file order; a check answers `unknown` for each.
    transform
        How the coordinates got into the working CRS.
    issues
        Of conforming and of joining facts; those of reading stay with the raw layer.
    stated
        Of which facts the delivery speaks, row by row of ``parcels``, and which of its cells are doubtful.
    """

    parcels: gpd.GeoDataFrame
    rejected: tuple[RejectedParcel, ...]
    transform: Transform
    issues: tuple[Issue, ...]
    stated: Stated


def conform_parcels(
    raw: RawLayer,
    *,
    facts: pd.DataFrame | None = None,
    district: str | None = None,
    by_ground: bool = False,
    working: CRS = WORKING,
) -> ConformedParcels:
    """Bring a raw layer of parcels into a ParcelFrame.

    Parameters
    ----------
    raw
        Layer as read.
    facts
        Table of facts by parcel identifier, as found. Where it and the layer state different values, the fact is
        missing (unknown) and an issue says so.
    district
        ``songjiang`` or ``chongming``, for parcels whose town code and identifier do not tell.
    by_ground
        Whether the place of a parcel tells its district where codes do not, and keeps it out where they contradict it.
    working
        Projected CRS to measure in.

    Returns
    -------
    ConformedParcels

    Raises
    ------
    ContractBroken
        If no field holds the parcel identifier, in the layer or in ``facts``.
    CrsUnsuitable, OutsideArea
        The coordinates as a whole cannot be right.
    UsageError
        For a district that is none of the two.
    """
    if district is not None and district not in DISTRICTS:
        known = "、".join(DISTRICTS)
        raise UsageError(f"没有试点区“{district}”", f"There is no pilot district “{district}”",
                         next_zh=f"可选：{known}", next_en=f"Choose from: {known}")  # fmt: skip
    ids, id_faults, id_issues = read_identifiers(raw, ID_FIELDS)
    gated = gate(raw, "polygon", working)
    town_code, towns = town_codes(raw)
    districts, district_issues = districts_of(raw, ids, town_code, towns, district)
    if by_ground:
        districts, district_faults = on_the_ground(districts, gated.geometry, working)
    else:
        district_faults = _district_faults(districts)
    faults = {**district_faults, **gated.faults, **id_faults}
    kept = np.array([row not in faults for row in range(len(ids))], dtype=bool)
    table = pd.DataFrame({"parcel_id": ids, "district": districts, "town_code": town_code})
    table["town_name"] = town_name_of(raw, town_code)
    table["village_name"] = first_filled(raw.frame, VILLAGE_FIELDS)
    given, stated, fact_issues = join_facts(raw, ids, facts, ID_FIELDS)
    doubtful, unit_issues = areas_in_other_units(given["registered_area_m2"], gated.geometry, ids, raw.where)
    given["registered_area_m2"] = given["registered_area_m2"].mask(doubtful)
    doubts = [*_unused_issue(raw), *unit_issues, *use_code_issues(given, raw.where), *_text_issues(raw, facts)]
    table = pd.concat([table, given], axis=1)
    parcels = gpd.GeoDataFrame(table, geometry=gated.geometry, crs=working)[kept].reset_index(drop=True)
    PARCELS.require(parcels, working)
    named = ids.fillna(pd.Series([f"#{row + 1}" for row in range(len(ids))], dtype="str"))
    rejected = [
        RejectedParcel(named[row], row + 1, fault.code, fault.reason_zh, fault.reason_en)
        for row, fault in sorted(faults.items())
    ]
    row_issues = [row_issue(fault, raw, row, shown(named[row])) for row, fault in sorted(faults.items())]
    issues = (*gated.issues, *id_issues, *district_issues, *fact_issues, *doubts, *row_issues)
    return ConformedParcels(parcels, tuple(rejected), gated.transform, issues, stated.rows(pd.Series(kept)))


def _unused_issue(raw: RawLayer) -> list[Issue]:
    """Name every field that the register does not take over, and where it is still kept."""
    columns = [str(name) for name in raw.frame.columns if name != raw.frame.geometry.name]
    taken = {*find_fields(columns, (*ID_FIELDS, *PLACE_FIELDS)), *fact_fields(columns)}
    unused = [shown(name) for name in columns if name not in taken]
    if not unused:
        return []
    zh = f"{len(unused)} 个字段登记时不采用，原样保留在原件中：{'、'.join(unused)}"
    en = f"{len(unused)} fields are not taken over and stay in the original as delivered: {', '.join(unused)}"
    return [Issue("columns_not_used", Severity.MINOR, raw.where, zh, en)]


def _text_issues(raw: RawLayer, facts: pd.DataFrame | None) -> list[Issue]:
    own = text_issues(pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name)), raw.where)
    return own if facts is None else [*own, *text_issues(facts, f"{raw.where} + facts")]


def _district_faults(districts: pd.Series) -> dict[int, RowFault]:
    fault = RowFault(
        "district_unknown",
        "无法确定所在区：没有街镇代码，编号前六位也不是试点区代码；请用 --district 指明",
        "The district is unknown: no town code, and the identifier does not begin with a pilot district's; use --district",
    )
    return {int(row): fault for row in np.flatnonzero(districts.isna())}
