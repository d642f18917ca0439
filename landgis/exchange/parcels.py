"""Parcels into a ParcelFrame: identifiers, place, facts. What cannot be judged is listed, never passed on."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis.crs import WORKING, Transform
from landgis.domain.district import DISTRICTS, district_of_town, town_names
from landgis.domain.issue import Issue, Severity
from landgis.errors import ContractBroken, UsageError
from landgis.exchange.facts import join_facts
from landgis.exchange.fields import find_fields, first_five
from landgis.exchange.geometry_rows import RowFault, gate, row_issue
from landgis.exchange.read import RawLayer
from landgis.exchange.values import as_text, attributes_of
from landgis.frames.parcels import PARCELS

ID_FIELDS = ("parcel_id", "DKBM", "ZDDM", "DKBH", "ZDBH", "地块编码", "地块编号", "地块代码", "宗地代码", "宗地编号")
TOWN_CODE_FIELDS = (
    "town_code",
    "XZQDM",
    "XZDM",
    "XZCDM",
    "ZLDWDM",
    "乡镇代码",
    "街镇代码",
    "行政区代码",
    "坐落单位代码",
)
TOWN_NAME_FIELDS = ("town_name", "XZMC", "XZQMC", "乡镇名称", "街镇名称", "街镇", "乡镇", "行政区名称")
VILLAGE_FIELDS = ("village_name", "CJMC", "XZCMC", "ZLDWMC", "村名", "村名称", "行政村", "坐落单位名称")
DISTRICT_FIELDS = ("district", "QXMC", "QXDM", "区名称", "区县", "所在区")
_TOWN_DIGITS = 9


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
        ParcelFrame in the working CRS with one more column, ``attributes``: the fields as delivered.
    rejected
        Rows kept out, in file order; a check answers `unknown` for each.
    transform
        How the coordinates got into the working CRS.
    issues
        Of conforming and of joining facts; those of reading stay with the raw layer.
    """

    parcels: gpd.GeoDataFrame
    rejected: tuple[RejectedParcel, ...]
    transform: Transform
    issues: tuple[Issue, ...]

    @property
    def invalid(self) -> dict[str, str]:
        """Identifier (``#12`` for row 12 without one) → why the parcel cannot be judged, Chinese / English."""
        return {row.parcel_id: f"{row.reason_zh} / {row.reason_en}" for row in self.rejected}


def conform_parcels(
    raw: RawLayer, *, facts: pd.DataFrame | None = None, district: str | None = None, working: CRS = WORKING
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
    ids, id_issues = _identifiers(raw)
    gated = gate(raw, "polygon", working)
    town_code, towns = _town_codes(raw)
    districts, district_issues = _districts(raw, ids, town_code, towns, district)
    faults = {**_district_faults(districts), **gated.faults, **_id_faults(ids)}
    kept = np.array([row not in faults for row in range(len(ids))], dtype=bool)
    table = pd.DataFrame({"parcel_id": ids, "district": districts, "town_code": town_code})
    table["town_name"] = _town_name_of(raw, town_code)
    table["village_name"] = _first_filled(raw, VILLAGE_FIELDS)
    given, fact_issues = join_facts(raw, ids, facts, ID_FIELDS)
    table = pd.concat([table, given], axis=1)
    table["attributes"] = pd.Series(attributes_of(raw.frame), dtype="object")
    parcels = gpd.GeoDataFrame(table, geometry=gated.geometry, crs=working)[kept].reset_index(drop=True)
    PARCELS.require(parcels, working)
    named = ids.fillna(pd.Series([f"#{row + 1}" for row in range(len(ids))], dtype="str"))
    rejected = [
        RejectedParcel(named[row], row + 1, fault.code, fault.reason_zh, fault.reason_en)
        for row, fault in sorted(faults.items())
    ]
    row_issues = [row_issue(fault, raw, row, named[row]) for row, fault in sorted(faults.items())]
    issues = (*gated.issues, *id_issues, *district_issues, *fact_issues, *row_issues)
    return ConformedParcels(parcels, tuple(rejected), gated.transform, issues)


def require_id_field(columns: list[str], where: str) -> list[str]:
    """Return the fields that hold the parcel identifier, best first.

    Raises
    ------
    ContractBroken
        If there is none, naming the fields found and those looked for.
    """
    found = find_fields(columns, ID_FIELDS)
    if found:
        return found
    listed, wanted = "、".join(columns) or "无 none", "、".join(ID_FIELDS)
    raise ContractBroken(
        f"{where} 没有地块编号字段；现有字段：{listed}",
        f"{where} has no parcel identifier; it has: {listed}",
        where=where,
        next_zh=f"编号字段应为其中之一：{wanted}",
        next_en=f"The identifier is one of: {wanted}",
    )


def _identifiers(raw: RawLayer) -> tuple[pd.Series, list[Issue]]:
    columns = [str(column) for column in raw.frame.columns if column != raw.frame.geometry.name]
    found = require_id_field(columns, raw.where)
    ids = as_text(raw.frame[found[0]]).reset_index(drop=True)
    if len(found) == 1:
        return ids, []
    others = "、".join(found[1:])
    issue = Issue(
        "id_field_chosen", Severity.MINOR, raw.where,
        f"以 {found[0]} 为地块编号；另有 {others}", f"{found[0]} is taken as the parcel identifier; also there: {others}",
    )  # fmt: skip
    return ids, [issue]


def _id_faults(ids: pd.Series) -> dict[int, RowFault]:
    faults = {}
    missing, repeated = ids.isna(), ids.notna() & ids.duplicated(keep=False)
    for row in np.flatnonzero(missing | repeated):
        if missing[row]:
            faults[int(row)] = RowFault("parcel_id_missing", "没有地块编号", "There is no parcel identifier")
            continue
        rows = "、".join(str(other + 1) for other in np.flatnonzero(ids == ids[row]))
        faults[int(row)] = RowFault(
            "parcel_id_repeated", f"地块编号重复（第 {rows} 行）", f"The parcel identifier is repeated (rows {rows})"
        )
    return faults


def _town_codes(raw: RawLayer) -> tuple[pd.Series, pd.Series]:
    """Nine-digit town codes, and the code as found (it may name a district or a village)."""
    found = _first_filled(raw, TOWN_CODE_FIELDS)
    digits = found.str.fullmatch(r"\d{9,19}").fillna(False).astype(bool)
    return found.str[:_TOWN_DIGITS].where(digits), found


def _town_name_of(raw: RawLayer, town_code: pd.Series) -> pd.Series:
    listed = town_code.map(town_names()).astype("str")
    stated = _first_filled(raw, TOWN_NAME_FIELDS)
    whole_district = stated.isin([district.name_zh for district in DISTRICTS.values()])
    return stated.mask(whole_district).fillna(listed)


def _districts(
    raw: RawLayer, ids: pd.Series, town_code: pd.Series, code: pd.Series, stated: str | None
) -> tuple[pd.Series, list[Issue]]:
    """District of every parcel: by town code, by identifier, by its own field, else as stated by the caller."""
    by_code = pd.Series([_district_of(text) for text in town_code.fillna(code)], dtype="str")
    by_id = pd.Series([_district_of(text) for text in ids], dtype="str")
    by_field = pd.Series([_district_named(text) for text in _first_filled(raw, DISTRICT_FIELDS)], dtype="str")
    chosen = by_code.fillna(by_id).fillna(by_field)
    issues = []
    for name, other in (("identifier", by_id), ("field", by_field), ("stated", pd.Series(stated, ids.index, "str"))):
        differs = other.notna() & chosen.notna() & (other != chosen)
        if differs.any():
            listed = first_five(ids[differs].fillna("#"))
            issues.append(
                Issue(
                    "district_differs", Severity.SERIOUS, raw.where,
                    f"{int(differs.sum())} 个地块的区属前后不一（{name}），以行政区代码为准：{listed}",
                    f"{int(differs.sum())} parcels name two districts ({name}); the town code decides: {listed}",
                )
            )  # fmt: skip
    return (chosen if stated is None else chosen.fillna(stated)), issues


def _district_faults(districts: pd.Series) -> dict[int, RowFault]:
    fault = RowFault(
        "district_unknown",
        "无法确定所在区：没有街镇代码，编号前六位也不是试点区代码；请用 --district 指明",
        "The district is unknown: no town code, and the identifier does not begin with a pilot district's; use --district",
    )
    return {int(row): fault for row in np.flatnonzero(districts.isna())}


def _district_of(code: object) -> str | None:
    found = district_of_town(code) if isinstance(code, str) else None
    return found.key if found else None


def _district_named(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    names = {name: district.key for district in DISTRICTS.values() for name in (district.key, district.name_zh)}
    return names.get(text.strip().casefold()) or _district_of(text)


def _first_filled(raw: RawLayer, wanted: tuple[str, ...]) -> pd.Series:
    text = pd.Series(None, index=range(len(raw.frame)), dtype="str")
    for column in find_fields(raw.frame.columns, wanted):
        text = text.fillna(as_text(raw.frame[column]).reset_index(drop=True))
    return text
