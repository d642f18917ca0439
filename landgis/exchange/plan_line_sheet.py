"""The lines of a plan as a table of a workbook; the other forms refer to its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.domain.planning import PlanCheck
from landgis.domain.supply_use import supply_use
from landgis.exchange.writing.live_workbook import (
    FIRST_ROW,
    HA,
    MU,
    YUAN,
    Cell,
    Field,
    Live,
    Sheet,
    letter_of,
)
from landgis.frames.spec import rows_of
from landgis.rules.choosing.mode_answer import mode_words

LINES_SHEET = "计划明细"
_BASIS = {"registered": "证载面积", "ellipsoidal": "椭球面积"}
ZERO = Decimal("0.0000")
LINE_FIELDS = (
    Field("line_no", "序号\nNo.", 6),
    Field("parcel_id", "地块编号\nParcel", 22),
    Field("town_code", "镇（街道）代码\nTown code", 14),
    Field("town", "镇（街道）\nTown", 12),
    Field("village", "村\nVillage", 12),
    Field("owner", "权属单位\nOwner", 24, wrap=True),
    Field("code", "规划用途代码\nUse code", 12),
    Field("use", "规划用途\nPlanned use", 16),
    Field("supply_use", "供应用途类别\nClass of use", 22),
    Field("area_ha", "面积（公顷）\nArea (ha)", 12, HA),
    Field("area_mu", "面积（亩）\nArea (mu)", 12, MU),
    Field("basis", "面积依据\nBasis", 10),
    Field("inside_ha", "城镇开发边界内（公顷）\nInside (ha)", 12, HA),
    Field("outside_ha", "边界外（公顷）\nOutside (ha)", 12, HA),
    Field("boundary_unknown_ha", "内外不明（公顷）\nUnknown (ha)", 12, HA),
    Field("quarter", "供应季度\nQuarter", 10),
    Field("term_years", "使用年限\nTerm (years)", 9),
    Field("mode", "交易方式\nTrading mode", 18),
    Field("mode_said", "交易方式依据\nWhy", 50, wrap=True),
    Field("cost_yuan", "前期成本（元）\nUp-front cost", 16, YUAN),
    Field("rental", "租赁住房\nRental housing", 9),
    Field("housing_plan", "纳入住宅用地供应计划\nIn housing plan", 12),
    Field("wish", "所有权人意愿\nOwner's wish", 10),
    Field("market", "市场情况\nMarket", 24, wrap=True),
    Field("investor", "招商情况\nInvestor", 24, wrap=True),
    Field("verdict", "筛查结论\nVerdict", 9),
    Field("open_points", "待办事项\nOpen points", 60, wrap=True),
)
_SUMMED = ("area_ha", "area_mu", "inside_ha", "outside_ha", "boundary_unknown_ha", "cost_yuan")


def lines_sheet(lines: pd.DataFrame, checks: pd.DataFrame, title: str) -> Sheet:
    """Return the lines of a plan with a row of totals."""
    wishes = checks[checks["check_id"] == PlanCheck.OWNER_WILLING]
    wish = dict(zip(wishes["line_no"], wishes["outcome"], strict=True))
    listed = rows_of(lines)
    rows = [_line(row, wish.get(row["line_no"]), number) for number, row in enumerate(listed, FIRST_ROW)]
    return Sheet(
        LINES_SHEET, f"{title} {LINES_SHEET}", LINE_FIELDS, [*rows, total_row(LINE_FIELDS, rows, _SUMMED)], total=True,
        note="公顷保留 4 位小数（1 平方米），1 公顷 = 15 亩；合计为表列各行之和 Totals are sums of the printed rows",
    )  # fmt: skip


def town_of(row: Mapping[str, Any]) -> str:
    """Return the town of a line as the tables group it."""
    return text_of(row["town_name"]) or text_of(row["town_code"]) or "不明"


def text_of(value: object) -> str:
    """Return a text, empty where it is missing."""
    return value if isinstance(value, str) else ""


def yes_no(value: object) -> str:
    """Return 是, 否 or 不明."""
    return "不明" if value is None or value is pd.NA else "是" if value else "否"


def mode_zh(row: Mapping[str, Any]) -> str:
    """Return how a line is sold, or how certain that is."""
    return mode_words(row["trade_mode"], row["mode_certainty"]).zh


def quarter_zh(quarter: int | None, year: int) -> str:
    """Return a quarter of a year in words."""
    return "未定" if quarter is None else f"{year}年第{'一二三四'[quarter - 1]}季度"


def _line(row: Mapping[str, Any], wish: str | None, number: int) -> Sequence[Cell]:
    area, inside = letter_of(LINE_FIELDS, "area_ha"), letter_of(LINE_FIELDS, "inside_ha")
    known = row["inside_ha"] is not None
    outside = Live(f"=ROUND({area}{number}-{inside}{number},4)", row["area_ha"] - row["inside_ha"]) if known else None
    return (
        row["line_no"], row["parcel_id"], text_of(row["town_code"]), town_of(row), text_of(row["village_name"]), text_of(row["owner_name"]),
        row["planned_use_code"], row["planned_use_zh"], supply_use(row["planned_use_code"]).zh, row["area_ha"],
        Live(f"=ROUND({area}{number}*15,4)", row["area_mu"]), _BASIS.get(row["area_basis"], row["area_basis"]),
        row["inside_ha"], outside, None if known else Live(f"={area}{number}", row["area_ha"]),
        "未定" if row["quarter"] is None else f"第{'一二三四'[row['quarter'] - 1]}季度", row["term_years"], mode_zh(row),
        row["mode_said_zh"], row["cost_yuan"], yes_no(row["rental_housing"]), _housing_zh(row),
        Outcome(wish).zh if wish else "未核对", row["market_zh"], row["investor_zh"], Outcome(row["verdict"]).zh,
        row["open_points_zh"],
    )  # fmt: skip


def _housing_zh(row: Mapping[str, Any]) -> str:
    rental = row["rental_housing"]
    return "—" if rental is not pd.NA and not rental else yes_no(row["in_housing_plan"])


def total_row(fields: Sequence[Field], rows: Sequence[Sequence[Cell]], summed: Sequence[str]) -> Sequence[Cell]:
    """Return a row of totals: what is summed is the sum of the printed rows."""
    last = FIRST_ROW + len(rows) - 1
    cells: list[Cell] = ["合计", *[None] * (len(fields) - 1)]
    for place, field in enumerate(fields):
        if field.name in summed:
            numbers = [_number(row[place]) for row in rows]
            letter = letter_of(fields, field.name)
            told = f"=ROUND(SUM({letter}{FIRST_ROW}:{letter}{last}),4)" if rows else "=0"
            cells[place] = Live(told, sum(numbers, ZERO if field.form != "General" else 0))
    return cells


def _number(cell: Cell) -> Decimal | int:
    value = cell.value if isinstance(cell, Live) else cell
    return value if isinstance(value, (Decimal, int)) else 0
