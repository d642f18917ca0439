"""The plan in the forms that land databases exchange: TDGY_GYJH (a row per plan) and TDGY_GYJH_ZD (a row per parcel).

The nesting of the housing fields is inferred from their names and order; parcels of every use stand in the second form,
with a column for the use beside its own. Both are for the municipal bureau to confirm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid5

import pandas as pd

from landgis.domain.district import DISTRICTS
from landgis.domain.plan_named import PlanNamed
from landgis.domain.supply_use import SupplyUse, supply_use
from landgis.errors import ContractBroken
from landgis.exchange.plan_line_sheet import LINE_FIELDS, LINES_SHEET, mode_zh, quarter_zh, text_of
from landgis.exchange.writing.live_workbook import FIRST_ROW, HA, HA_6, Cell, Field, Live, Sheet, column_of, letter_of
from landgis.frames.spec import rows_of

FIRST_LEVEL = tuple(use for use in SupplyUse if use is not SupplyUse.HOUSING)
SOLD = ("SP_ZZ", "GY_CQ", "PSXBZXZF")
"""Housing that is owned: 0 for land that enters the market, whatever the plan says."""
RENTED = ("BZX_ZP_ZZ", "SCH_ZP_ZZ", "GGZLZF")
OTHERS = ("JISY_ZZ", "CQAZ_ZZ", "QT_ZZ")
_HOUSING = {
    "CQ_ZZ": "产权住宅", "SP_ZZ": "商品住宅", "GY_CQ": "共有产权住房", "PSXBZXZF": "配售型保障性住房", "ZP_ZZ": "租赁住宅",
    "BZX_ZP_ZZ": "保障性租赁住房", "SCH_ZP_ZZ": "市场化租赁住房", "GGZLZF": "公共租赁住房", "QT": "其他类型",
    "JISY_ZZ": "经济适用住房", "CQAZ_ZZ": "拆迁安置住房", "QT_ZZ": "其他住宅",
}  # fmt: skip
_NAMED = {
    "YSDM": "要素代码", "GYJH_GUID": "供应计划标识", "XZQDM": "行政区代码", "XZQMC": "行政区名称", "BIAOTI": "标题", "NF": "年份",
    "FB_SJ": "发布时间",
}  # fmt: skip
_ZERO = Decimal(0)


def plan_sheet(lines: pd.DataFrame, plan: PlanNamed) -> Sheet:
    """Return TDGY_GYJH: one row, areas in 公顷 by class of use.

    Raises
    ------
    ContractBroken
        If land for housing is not for rental housing: none of that may enter the market.
    """
    listed = rows_of(lines)
    _require_rental(listed)
    fields = (
        *(Field(name, f"{name}\n{zh}", 16) for name, zh in _NAMED.items()),
        Field("ZGY_MJ", "ZGY_MJ\n总供应面积", 14, HA_6),
        *(Field(str(use), f"{use}\n{use.zh}", 14, HA_6) for use in (*FIRST_LEVEL, SupplyUse.HOUSING)),
        *(Field(name, f"{name}\n{zh}", 14, HA_6) for name, zh in _HOUSING.items()),
    )
    district, place = DISTRICTS[plan.district], {field.name: letter_of(fields, field.name) for field in fields}
    cells: dict[str, Cell] = dict.fromkeys((*SOLD, *RENTED, *OTHERS), _ZERO) | {
        "YSDM": "", "GYJH_GUID": str(plan.guid), "XZQDM": district.code, "XZQMC": district.name_zh, "BIAOTI": plan.title,
        "NF": str(plan.year), "FB_SJ": plan.published_on.isoformat() if plan.published_on else "",
    }  # fmt: skip
    for use in FIRST_LEVEL:
        cells[use] = Live(f"=ROUND({_sumifs(len(listed), use)},6)", _area(listed, use))
    housing = _area(listed, SupplyUse.HOUSING)
    rental = f'SUMIFS({_of("area_ha", len(listed))},{_of("supply_use", len(listed))},"{SupplyUse.HOUSING.zh}",' \
             f'{_of("rental", len(listed))},"是")'  # fmt: skip
    cells["BZX_ZP_ZZ"] = Live(f"=ROUND({rental},6)", housing)
    for name, parts, value in (("CQ_ZZ", SOLD, _ZERO), ("ZP_ZZ", RENTED, housing), ("QT", OTHERS, _ZERO)):
        cells[name] = Live(_added(place, parts), value)
    cells[SupplyUse.HOUSING] = Live(_added(place, ("CQ_ZZ", "ZP_ZZ", "QT")), housing)
    whole = sum((row["area_ha"] for row in listed), _ZERO)
    cells["ZGY_MJ"] = Live(_added(place, (*FIRST_LEVEL, SupplyUse.HOUSING)), whole)
    return Sheet(
        "TDGY_GYJH", f"{plan.title} 供应计划基本信息（TDGY_GYJH）", fields, [[cells[field.name] for field in fields]],
        note="单位：公顷。YSDM 由市局下发；入市地块 SP_ZZ、GY_CQ、PSXBZXZF 恒为 0。"
        "The bureau gives YSDM; no housing for sale enters the market",
    )  # fmt: skip


def plots_sheet(lines: pd.DataFrame, plan: PlanNamed) -> Sheet:
    """Return TDGY_GYJH_ZD: a row per parcel of whatever use, with the use beside."""
    fields = (
        Field("ZD_GUID", "ZD_GUID\n宗地标识", 38), Field("GYJH_GUID", "GYJH_GUID\n供应计划标识", 38),
        Field("ZDBH", "ZDBH\n宗地编号", 24), Field("ZDMJ", "ZDMJ\n宗地面积（公顷）", 14, HA), Field("ZDZL", "ZDZL\n宗地坐落", 28),
        Field("ZZ_LX", "ZZ_LX\n住宅类型", 18), Field("GHYT", "规划用途（增列）\nPlanned use", 20),
        Field("GHYTDM", "规划用途代码（增列）\nUse code", 12), Field("GY_FS", "GY_FS\n供应方式代码", 12),
        Field("GYFSMC", "供应方式（增列）\nMode", 22), Field("JH_GY_SJ", "JH_GY_SJ\n计划供应时间", 18),
        Field("BZ", "BZ\n备注", 40, wrap=True),
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for number, row in enumerate(rows_of(lines), FIRST_ROW):
        rental = supply_use(row["planned_use_code"]) is SupplyUse.HOUSING
        rows.append((
            str(uuid5(plan.guid, row["parcel_id"])), str(plan.guid), row["parcel_id"],
            Live(f"='{LINES_SHEET}'!{letter_of(LINE_FIELDS, 'area_ha')}{number}", row["area_ha"]),
            f"{text_of(row['town_name'])}{text_of(row['village_name'])}", "保障性租赁住房" if rental else "",
            row["planned_use_zh"], row["planned_use_code"], "", mode_zh(row), quarter_zh(row["quarter"], plan.year),
            row["open_points_zh"][:500],
        ))  # fmt: skip
    return Sheet(
        "TDGY_GYJH_ZD", f"{plan.title} 供应计划宗地（TDGY_GYJH_ZD）", fields, rows,
        note="GY_FS 代码表由市局下发；用途、供应方式名称为增列 The bureau gives the codes of GY_FS",
    )  # fmt: skip


def _require_rental(rows: Sequence[Mapping[str, Any]]) -> None:
    sold = [
        row["parcel_id"]
        for row in rows
        if supply_use(row["planned_use_code"]) is SupplyUse.HOUSING
        and (row["rental_housing"] is pd.NA or not row["rental_housing"])
    ]
    if sold:
        raise ContractBroken(
            f"住宅用地 {sold[0]} 未限定租赁，不能列入入市供应计划表",
            f"Land for housing {sold[0]} is not for rental housing: it cannot stand in the forms of the entry plan",
            where=str(sold[0]),
            next_zh="请核对规划条件，或调出该地块",
            next_en="Check its planning conditions, or take it out of the plan",
        )


def _sumifs(count: int, use: SupplyUse) -> str:
    return f'SUMIFS({_of("area_ha", count)},{_of("supply_use", count)},"{use.zh}")'


def _of(name: str, count: int) -> str:
    return column_of(LINES_SHEET, LINE_FIELDS, name, count)


def _added(place: Mapping[str, str], names: Sequence[str]) -> str:
    return f"=ROUND({'+'.join(f'{place[name]}{FIRST_ROW}' for name in names)},6)"


def _area(rows: Sequence[Mapping[str, Any]], use: SupplyUse) -> Decimal:
    return sum((row["area_ha"] for row in rows if supply_use(row["planned_use_code"]) is use), _ZERO)
