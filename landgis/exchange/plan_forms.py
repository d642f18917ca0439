"""The forms of the annual plan as tables of a workbook: the paper form's tables 1 and 2, checks, adjustment, notes.

The lines stand in `plan_line_sheet`, the forms that databases exchange in `plan_database_forms`, the one balance in
`plan_balance_forms`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.domain.plan_clauses import CHECK_RULES, CLAUSES, DOCUMENTS
from landgis.domain.planning import PlanCheck
from landgis.domain.supply_use import SupplyUse, supply_use
from landgis.exchange.plan_line_sheet import (
    LINE_FIELDS,
    LINES_SHEET,
    ZERO,
    mode_zh,
    quarter_zh,
    text_of,
    total_row,
    town_of,
)
from landgis.exchange.writing.live_workbook import FIRST_ROW, HA, Cell, Field, Live, Sheet, column_of, letter_of
from landgis.frames.spec import rows_of


def town_sheet(lines: pd.DataFrame, title: str) -> Sheet:
    """Return table 1 of the paper form: by town and class of use, 公顷."""
    count, listed = len(lines), rows_of(lines)
    towns = list(dict.fromkeys(town_of(row) for row in listed))
    fields = (
        Field("town", "镇（街道）\nTown", 16), Field("count", "宗数\nParcels", 8), Field("whole", "合计\nAll", 13, HA),
        *(Field(name, heading, 14, HA) for name, heading, _ in _CLASSES),
        Field("rental", "其中：保障性租赁住房\nof housing: for rent", 16, HA),
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for number, town in enumerate(towns, FIRST_ROW):
        own = [row for row in listed if town_of(row) == town]
        parts = [_class_cell(uses, own, count, number) for _, _, uses in _CLASSES]
        first, last = letter_of(fields, _CLASSES[0][0]), letter_of(fields, _CLASSES[-1][0])
        whole = Live(f"=ROUND(SUM({first}{number}:{last}{number}),4)", _sum(own))
        counted = Live(f"=COUNTIFS({_range('town', count)},$A{number})", len(own))
        rental = [row for row in own if row["rental_housing"] is not pd.NA and row["rental_housing"]]
        told = f'=ROUND(SUMIFS({_range("area_ha", count)},{_range("town", count)},$A{number},{_range("rental", count)},"是"),4)'
        rows.append((town, counted, whole, *parts, Live(told, _sum(rental))))
    summed = tuple(field.name for field in fields[1:])
    return Sheet(
        "表1 分镇分用途", f"{title} 表1 分镇（街道）分用途供应计划表", fields, [*rows, total_row(fields, rows, summed)],
        total=True, note="单位：公顷 Unit: ha",
    )  # fmt: skip


def parcel_sheet(lines: pd.DataFrame, checks: pd.DataFrame, title: str, year: int) -> Sheet:
    """Return table 2 of the paper form: by parcel."""
    ready = checks[checks["check_id"] == PlanCheck.SITE_READY]
    state = dict(zip(ready["line_no"], ready["outcome"], strict=True))
    fields = (
        Field("line_no", "序号\nNo.", 6), Field("parcel_id", "宗地编号\nParcel", 22), Field("place", "位置\nPlace", 22),
        Field("area_ha", "面积（公顷）\nArea (ha)", 12, HA), Field("use", "规划用途\nPlanned use", 18),
        Field("ratio", "容积率\nFloor-area ratio", 12), Field("source", "来源\nSource", 16),
        Field("mode", "供应方式\nMode", 20), Field("quarter", "供应时序\nWhen", 16), Field("owner", "权属人\nOwner", 26, wrap=True),
        Field("ready", "前期状态（净地）\nSite ready", 12),
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for number, row in enumerate(rows_of(lines), FIRST_ROW):
        outcome = state.get(row["line_no"])
        rows.append((
            row["line_no"], row["parcel_id"], f"{text_of(row['town_name'])}{text_of(row['village_name'])}",
            Live(f"='{LINES_SHEET}'!{letter_of(LINE_FIELDS, 'area_ha')}{number}", row["area_ha"]), row["planned_use_zh"],
            "见规划条件", "存量集体建设用地", mode_zh(row), quarter_zh(row["quarter"], year), text_of(row["owner_name"]),
            Outcome(outcome).zh if outcome else "未核对",
        ))  # fmt: skip
    return Sheet(
        "表2 宗地", f"{title} 表2 宗地供应计划表", fields, [*rows, total_row(fields, rows, ("area_ha",))], total=True,
        note="容积率以规划条件为准，本系统不登记 Floor-area ratios stand in the planning conditions and are not recorded here",
    )  # fmt: skip


def checks_sheet(lines: pd.DataFrame, checks: pd.DataFrame, title: str) -> Sheet:
    """Return what was asked of every line, by which clause, and by which rules of the screening it was answered."""
    parcels = {row["line_no"]: row for row in rows_of(lines[["line_no", "parcel_id", "district"]])}
    fields = (
        Field("line_no", "序号\nNo.", 6), Field("parcel_id", "地块编号\nParcel", 22), Field("check", "核对事项\nCheck", 28),
        Field("clause", "依据条款\nClause", 30, wrap=True), Field("rules", "筛查规则\nRules", 26, wrap=True),
        Field("outcome", "结果\nOutcome", 12), Field("zh", "说明\nIn Chinese", 56, wrap=True),
        Field("en", "英文说明\nIn English", 56, wrap=True),
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for row in rows_of(checks):
        line, check = parcels[row["line_no"]], PlanCheck(row["check_id"])
        rows.append((
            row["line_no"], line["parcel_id"], f"{check.zh}\n{check.en}", _clause(line["district"], check),
            "\n".join(CHECK_RULES.get(check, ())) or "—", Outcome(row["outcome"]).zh, row["said_zh"], row["said_en"],
        ))  # fmt: skip
    return Sheet(
        "逐宗核对", f"{title} 逐宗核对", fields, rows,
        note="编制时的核对结果；“筛查规则”为据以判定的规则，“—”为按登记与填报情况判定 "
        "As it was when the plan was drafted; where no rule stands, the register and what was stated answer",
    )  # fmt: skip


def _clause(district: str, check: PlanCheck) -> str:
    article = CLAUSES[district].get(check)
    return (
        f"{DOCUMENTS[district]} {article}"
        if article
        else "—（本区方案未作要求 not asked by the plan of this district）"
    )


def changes_sheet(table: pd.DataFrame, title: str, adjusts: str) -> Sheet:
    """Return an adjustment beside the plan that it adjusts (``frames.planned.CHANGE_TABLE``)."""
    words = {"in": "调入 in", "out": "调出 out", "changed": "变更 changed"}
    fields = (
        Field("parcel_id", "地块编号\nParcel", 22), Field("change", "调整\nChange", 14), Field("town", "镇（街道）\nTown", 12),
        Field("use", "规划用途\nPlanned use", 18), Field("before_ha", "调整前（公顷）\nBefore (ha)", 12, HA),
        Field("after_ha", "调整后（公顷）\nAfter (ha)", 12, HA), Field("off_ha", "增减（公顷）\nDifference (ha)", 12, HA),
        Field("zh", "内容", 40, wrap=True), Field("en", "In English", 40, wrap=True), Field("reason", "理由\nReason", 40, wrap=True),
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for number, row in enumerate(rows_of(table), FIRST_ROW):
        difference = Live(f"=ROUND(F{number}-E{number},4)", row["off_ha"])
        rows.append((
            row["parcel_id"], words[row["change"]], text_of(row["town_name"]), row["planned_use_zh"], row["before_ha"],
            row["after_ha"], difference, row["said_zh"], row["said_en"], row["reason"],
        ))  # fmt: skip
    summed = ("before_ha", "after_ha", "off_ha")
    return Sheet(
        "调整对照",
        f"{title} 调整前后对照（调整 {adjusts}）",
        fields,
        [*rows, total_row(fields, rows, summed)],
        total=True,
    )


def notes_sheet(meta: Mapping[str, str], title: str) -> Sheet:
    """Return what the tables stand on."""
    fields = (Field("name", "项目\nItem", 28), Field("text", "说明\nNote", 112, wrap=True))
    return Sheet("说明", f"{title} 说明", fields, [(name, text) for name, text in meta.items()])


_CLASSES: tuple[tuple[str, str, tuple[SupplyUse, ...]], ...] = (
    ("commerce", "商服\nCommerce", (SupplyUse.COMMERCE,)),
    ("industry", "工矿仓储\nIndustry, storage", (SupplyUse.INDUSTRY, SupplyUse.STORAGE)),
    ("housing", "住宅（限租赁）\nHousing, for rent", (SupplyUse.HOUSING,)),
    ("public", "公共管理与公共服务\nPublic", (SupplyUse.PUBLIC, SupplyUse.UTILITIES)),
    ("transport", "交通运输\nTransport", (SupplyUse.TRANSPORT,)),
    ("water", "水域及水利设施\nWater", (SupplyUse.WATER,)),
    ("special", "特殊用地\nSpecial", (SupplyUse.SPECIAL,)),
    ("other", "其他\nOther", (SupplyUse.OTHER,)),
)


def _class_cell(uses: Sequence[SupplyUse], rows: Sequence[Mapping[str, Any]], count: int, number: int) -> Live:
    sums = "+".join(
        f'SUMIFS({_range("area_ha", count)},{_range("town", count)},$A{number},{_range("supply_use", count)},"{use.zh}")'
        for use in uses
    )
    return Live(f"=ROUND({sums},4)", _sum([row for row in rows if supply_use(row["planned_use_code"]) in uses]))


def _range(name: str, count: int) -> str:
    return column_of(LINES_SHEET, LINE_FIELDS, name, count)


def _sum(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    return sum((row["area_ha"] for row in rows), ZERO)
