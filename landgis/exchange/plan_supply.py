"""Reading what else a year supplies: state-owned land, acquired or in stock; a table, or a layer with outlines.

A list that feeds a balance is whole or it is nothing: a row that cannot be read would be missing from every total, so all
rows that are wrong are told at once and the list is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import shapely
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from landgis.area import ellipsoidal_m2, hectares
from landgis.crs import WORKING
from landgis.domain.district import DISTRICTS, town_names
from landgis.domain.land_use import Scheme, look_up, normalise
from landgis.domain.planning import Channel, Ownership
from landgis.errors import ContractBroken, InputError
from landgis.exchange.conforming.geometry_rows import gate
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.table import read_table
from landgis.exchange.reading.vector import read_vector
from landgis.frames.planned import OTHER_SUPPLY, framed

COLUMNS = {
    "编号": "supply_id",
    "宗地编号": "supply_id",
    "名称": "name",
    "供地来源": "channel",
    "地块编号": "parcel_id",
    "镇街代码": "town_code",
    "规划用途代码": "use",
    "面积（公顷）": "area_ha",
    "面积公顷": "area_ha",
    "边界内（公顷）": "inside_ha",
    "边界内公顷": "inside_ha",
    "供应季度": "quarter",
    "租赁住房": "rental_housing",
    "纳入住宅用地供应计划": "in_housing_plan",
    "纳入住宅计划": "in_housing_plan",
}
"""Headings → fields; the fields' own names serve too."""
_TABLES = (".csv", ".xlsx", ".txt")
_CHANNELS = {Channel.ACQUISITION.zh: "acquisition", Channel.STOCK.zh: "stock", "征收": "acquisition", "存量": "stock"}
_YES_NO = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
_SHOWN = 10
_HA_STEP = Decimal("0.0001")
_YesNo = Annotated[bool, BeforeValidator(lambda value: _YES_NO.get(str(value).strip().lower(), value))]
_Ha = Annotated[Decimal, Field(ge=0, le=100_000)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    supply_id: str = Field(min_length=1)
    name: str = ""
    channel: Annotated[Literal["acquisition", "stock"], BeforeValidator(lambda value: _CHANNELS.get(str(value), value))]
    parcel_id: str | None = None
    town_code: str = Field(pattern=r"^\d{9}$")
    use: str = Field(pattern=r"^\d{2,6}$")
    area_ha: _Ha | None = None
    inside_ha: _Ha | None = None
    quarter: int | None = Field(default=None, ge=1, le=4)
    rental_housing: _YesNo = False
    in_housing_plan: _YesNo | None = None


@dataclass(frozen=True)
class SupplyList:
    """A list as read.

    Attributes
    ----------
    rows
        ``frames.planned.OTHER_SUPPLY``.
    outlines
        Outline of every row (EPSG:4549); None: none.
    unread
        Columns that mean nothing here.
    """

    rows: pd.DataFrame
    outlines: tuple[shapely.Geometry | None, ...]
    unread: tuple[str, ...]


def read_supply(path: Path, district: str) -> SupplyList:
    """Read a list of other supply.

    Parameters
    ----------
    path
        CSV, xlsx, or a layer of polygons (GeoPackage, shapefile …); the headings are those of ``COLUMNS``. Areas are
        公顷, rounded half up to four places; a layer's area that is not stated is that on the ellipsoid.
    district
        Whose towns its towns must be.

    Raises
    ------
    InputError
        If any row is wrong: all that are, up to ten, are told.
    """
    if path.suffix.lower() in _TABLES:
        table = read_table(path)
        outlines: Sequence[shapely.Geometry | None] = [None] * len(table)
    else:
        raw = read_vector(path)
        table, outlines = pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name)), _outlines(raw)
    names = [COLUMNS.get(str(name).strip(), str(name).strip()) for name in table.columns]
    known = [place for place, name in enumerate(names) if name in _Row.model_fields]
    unread = tuple(str(table.columns[place]) for place in range(len(names)) if place not in known)
    rows: list[dict[str, Any]] = []
    faults: list[tuple[int, str, str]] = []
    for number, (cells, outline) in enumerate(zip(table.itertuples(index=False), outlines, strict=True), 1):
        said = {names[place]: text for place in known if (text := _text(cells[place]))}
        try:
            rows.append(_conformed(_Row.model_validate(said), outline, district))
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            faults.append((number, told, told))
        except ContractBroken as error:
            faults.append((number, error.zh, error.en))
    ids = [row["supply_id"] for row in rows]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    faults += [(ids.index(each) + 1, f"编号 {each} 重复", f"{each} is there twice") for each in twice]
    _require_sound(faults, path)
    return SupplyList(framed(rows, OTHER_SUPPLY), tuple(outlines), unread)


def _conformed(row: _Row, outline: shapely.Geometry | None, district: str) -> dict[str, Any]:
    town = town_names().get(row.town_code)
    if town is None or not row.town_code.startswith(DISTRICTS[district].code):
        raise _wrong(
            f"镇街代码 {row.town_code} 不属于{DISTRICTS[district].name_zh}", f"{row.town_code} is no town of {district}"
        )
    code = normalise(row.use, Scheme.GUIDE_2023)
    if look_up(code, Scheme.GUIDE_2023) is None:
        raise _wrong(f"规划用途代码 {row.use} 不在 2023 年分类指南中", f"use {row.use} is not in the guide of 2023")
    area_ha = _area(row.area_ha, outline)
    inside = None if row.inside_ha is None else row.inside_ha.quantize(_HA_STEP, ROUND_HALF_UP)
    if inside is not None and inside > area_ha:
        raise _wrong(f"边界内面积 {inside} 大于面积 {area_ha}", f"{inside} ha inside of an area of {area_ha} ha")
    return {
        "supply_id": row.supply_id, "name_zh": row.name, "ownership": str(Ownership.STATE), "channel": row.channel,
        "parcel_id": row.parcel_id, "town_code": row.town_code, "town_name": town, "planned_use_code": code,
        "area_ha": area_ha, "inside_ha": inside, "quarter": row.quarter, "rental_housing": row.rental_housing,
        "in_housing_plan": row.in_housing_plan,
    }  # fmt: skip


def _area(stated: Decimal | None, outline: shapely.Geometry | None) -> Decimal:
    if stated is None and outline is None:
        raise _wrong("缺少面积（公顷）", "the area is missing")
    if stated is None:
        one = np.empty(1, dtype=object)
        one[0] = outline
        return hectares(float(ellipsoidal_m2(one)[0]))
    area_ha = stated.quantize(_HA_STEP, ROUND_HALF_UP)
    if not area_ha:
        raise _wrong(f"面积 {stated} 公顷，四位小数后为零", f"an area of {stated} ha is nothing at four places")
    return area_ha


def _outlines(raw: RawLayer) -> list[shapely.Geometry | None]:
    gated = gate(raw, "polygon", WORKING)
    faults: Mapping[int, Any] = gated.faults
    if faults:
        listed = "、".join(str(row + 1) for row in sorted(faults)[:_SHOWN])
        raise InputError(
            f"{len(faults)} 行图形不可用：第 {listed} 行", f"{len(faults)} rows have no usable outline: {listed}",
            where=raw.where, next_zh="请更正后重新导入", next_en="Correct them and import again",
        )  # fmt: skip
    return list(gated.geometry)


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _wrong(zh: str, en: str) -> ContractBroken:
    return ContractBroken(zh, en)


def _require_sound(faults: Sequence[tuple[int, str, str]], path: Path) -> None:
    if not faults:
        return
    told_zh = "；".join(f"第 {number} 行：{zh}" for number, zh, _ in faults[:_SHOWN])
    told_en = "; ".join(f"row {number}: {en}" for number, _, en in faults[:_SHOWN])
    more = len(faults) - _SHOWN
    raise InputError(
        f"供地清单有 {len(faults)} 处错误，未导入任何内容：{told_zh}{f'；另有 {more} 处' if more > 0 else ''}",
        f"The list of supply has {len(faults)} faults, nothing was stored: {told_en}{f'; {more} more' if more > 0 else ''}",
        where=str(path),
        next_zh=f"请更正后重新导入；可用列：{'、'.join(COLUMNS)}",
        next_en=f"Correct them and import again; columns: {', '.join(_Row.model_fields)}",
    )
