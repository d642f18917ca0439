"""Where a parcel lies by its codes: town, village and pilot district."""

from __future__ import annotations

import pandas as pd

from landgis.domain.district import DISTRICTS, district_of_town, town_names
from landgis.domain.issue import Issue, Severity
from landgis.exchange.conforming.values import first_filled
from landgis.exchange.reading.fields import first_five
from landgis.exchange.reading.raw_layer import RawLayer

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
VILLAGE_FIELDS = (
    "village_name", "village", "CJMC", "XZCMC", "CMC", "ZLDWMC", "村名", "村名称", "行政村", "行政村名称", "坐落单位名称",
)  # fmt: skip
DISTRICT_FIELDS = ("district", "QXMC", "QXDM", "区名称", "区县", "所在区")
PLACE_FIELDS = (*TOWN_CODE_FIELDS, *TOWN_NAME_FIELDS, *VILLAGE_FIELDS, *DISTRICT_FIELDS)
"""Every field that is read here."""
_TOWN_DIGITS = 9


def town_codes(raw: RawLayer) -> tuple[pd.Series, pd.Series]:
    """Nine-digit town codes, and the code as found (it may name a district or a village)."""
    found = first_filled(raw.frame, TOWN_CODE_FIELDS)
    digits = found.str.fullmatch(r"\d{9,19}").fillna(False).astype(bool)
    return found.str[:_TOWN_DIGITS].where(digits), found


def town_name_of(raw: RawLayer, town_code: pd.Series) -> pd.Series:
    """Town names as stated, else by code; a district's name is none."""
    listed = town_code.map(town_names()).astype("str")
    stated = first_filled(raw.frame, TOWN_NAME_FIELDS)
    whole_district = stated.isin([district.name_zh for district in DISTRICTS.values()])
    return stated.mask(whole_district).fillna(listed)


def districts_of(
    raw: RawLayer, ids: pd.Series, town_code: pd.Series, code: pd.Series, stated: str | None
) -> tuple[pd.Series, list[Issue]]:
    """District of every parcel: by town code, by identifier, by its own field, else as stated by the caller."""
    by_code = pd.Series([_district_of(text) for text in town_code.fillna(code)], dtype="str")
    by_id = pd.Series([_district_of(text) for text in ids], dtype="str")
    by_field = pd.Series([_district_named(text) for text in first_filled(raw.frame, DISTRICT_FIELDS)], dtype="str")
    chosen = by_code.fillna(by_id).fillna(by_field)
    issues = []
    others = (
        ("编号", "identifier", by_id),
        ("区名字段", "field", by_field),
        ("人工指明", "stated", pd.Series(stated, ids.index, "str")),
    )
    for name_zh, name_en, other in others:
        differs = other.notna() & chosen.notna() & (other != chosen)
        if differs.any():
            listed = first_five(ids[differs].fillna("#"))
            issues.append(
                Issue(
                    "district_differs", Severity.SERIOUS, raw.where,
                    f"{int(differs.sum())} 个地块的区属前后不一（{name_zh}），以行政区代码为准：{listed}",
                    f"{int(differs.sum())} parcels name two districts ({name_en}); the town code decides: {listed}",
                )
            )  # fmt: skip
    issues += _elsewhere_issue(code, ids, raw.where)
    return (chosen if stated is None else chosen.fillna(stated)), issues


def _elsewhere_issue(code: pd.Series, ids: pd.Series, where: str) -> list[Issue]:
    """Report parcels whose town code is that of another place: whoever states their district overrules it."""
    numbered = code.str.fullmatch(r"\d{6,}").fillna(False).astype(bool)
    elsewhere = numbered & code.map(_district_of, na_action="ignore").isna()
    if not elsewhere.any():
        return []
    pairs = zip(ids[elsewhere].fillna("#"), code[elsewhere], strict=True)
    listed = first_five(f"{name}={text}" for name, text in pairs)
    zh = f"{int(elsewhere.sum())} 个地块的行政区代码不属试点区：{listed}；请核对"
    en = f"{int(elsewhere.sum())} parcels have a town code outside the pilot districts: {listed}; check it"
    return [Issue("town_unknown", Severity.SERIOUS, where, zh, en)]


def _district_of(code: object) -> str | None:
    found = district_of_town(code) if isinstance(code, str) else None
    return found.key if found else None


def _district_named(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    names = {name: district.key for district in DISTRICTS.values() for name in (district.key, district.name_zh)}
    return names.get(text.strip().casefold()) or _district_of(text)
