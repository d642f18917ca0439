"""The annual plan beyond its bare lines: terms, checks, targets, changes, all land that a year supplies, progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from landgis.frames.pooled import PLAN_LINES
from landgis.frames.spec import Column, FrameSpec

_KINDS = {"text": "str", "int": "int64", "bool": "boolean", "float": "float64"}


def framed(rows: Sequence[Mapping[str, Any]], spec: FrameSpec) -> pd.DataFrame:
    """Return rows as a declared table; columns of kind ``object`` keep Python's own values, None where missing."""
    columns = {}
    for column in spec.columns:
        cells = [row[column.name] for row in rows]
        plain = [None if cell is pd.NA or cell != cell else cell for cell in cells]
        columns[column.name] = pd.Series(plain, dtype=_KINDS.get(column.kind, "object"))
    table = pd.DataFrame(columns)
    spec.require(table)
    return table


LINES = FrameSpec(
    name="PlanLineFrame 计划明细",
    columns=(
        *PLAN_LINES.columns,
        Column("pool_id", "text", nullable=True),
        Column("member_id", "text", nullable=True),
        Column("quarter", "object", nullable=True),
        Column("term_years", "object", nullable=True),
        Column("trade_mode", "text", nullable=True),
        Column("mode_certainty", "text", nullable=True),
        Column("mode_said_zh", "text"),
        Column("mode_said_en", "text"),
        Column("cost_yuan", "object", nullable=True),
        Column("inside_ha", "object", nullable=True),
        Column("rental_housing", "bool", nullable=True),
        Column("in_housing_plan", "bool", nullable=True),
        Column("market_zh", "text"),
        Column("investor_zh", "text"),
    ),
    key=("line_no",),
    notes="quarter 1 to 4 and term_years are int, cost_yuan Decimal 元, inside_ha Decimal 公顷 inside the development "
    "boundary; None: unknown. pool_id: the build that the line was taken from, missing: that of its plan. trade_mode: "
    "rules.choosing.sale.Mode where mode_certainty (rules.choosing.mode_answer.Certainty) is decided.",
)

CHECKS = FrameSpec(
    name="PlanCheckFrame 计划核对",
    columns=(
        Column("line_no", "int"),
        Column("check_id", "text"),
        Column("outcome", "text"),
        Column("said_zh", "text"),
        Column("said_en", "text"),
    ),
    key=("line_no", "check_id"),
    notes="check_id: domain.planning.PlanCheck; outcome: domain.outcome.Outcome, as it was when the plan was drafted.",
)

TARGET_USE = FrameSpec(
    name="TargetUseFrame 指标使用",
    columns=(
        Column("target", "text"),
        Column("key", "text"),
        Column("side", "text"),
        Column("limit_ha", "object"),
        Column("used_ha", "object"),
        Column("off_ha", "object"),
        Column("met", "bool"),
    ),
    key=("target", "key", "side"),
    notes="target: whole, use, town or quarter; side: least or most; Decimal 公顷. off_ha: how much is left, or lacking.",
)

CHANGES = FrameSpec(
    name="PlanChangeFrame 计划调整",
    columns=(Column("parcel_id", "text"), Column("change", "text"), Column("reason", "text")),
    key=("parcel_id",),
    notes="change: in, out or changed.",
)

CHANGE_TABLE = FrameSpec(
    name="PlanChangeTable 调整前后对照",
    columns=(
        Column("parcel_id", "text"),
        Column("change", "text"),
        Column("reason", "text"),
        Column("town_name", "text", nullable=True),
        Column("planned_use_zh", "text"),
        Column("before_ha", "object", nullable=True),
        Column("after_ha", "object", nullable=True),
        Column("off_ha", "object"),
        Column("said_zh", "text"),
        Column("said_en", "text"),
    ),
    key=("parcel_id",),
    notes="Decimal 公顷; before_ha is missing for what comes in, after_ha for what goes out, off_ha = after - before.",
)

OTHER_SUPPLY = FrameSpec(
    name="OtherSupplyFrame 其他供地",
    columns=(
        Column("supply_id", "text"),
        Column("name_zh", "text"),
        Column("ownership", "text"),
        Column("channel", "text"),
        Column("parcel_id", "text", nullable=True),
        Column("town_code", "text"),
        Column("town_name", "text"),
        Column("planned_use_code", "text"),
        Column("area_ha", "object"),
        Column("inside_ha", "object", nullable=True),
        Column("quarter", "object", nullable=True),
        Column("rental_housing", "bool"),
        Column("in_housing_plan", "bool", nullable=True),
    ),
    key=("supply_id",),
    notes="State-owned land of a year: acquisition or stock (domain.planning.Channel). Decimal 公顷 at 4 places.",
)

SUPPLIED = FrameSpec(
    name="SuppliedFrame 供地总表",
    columns=(
        Column("channel", "text"),
        Column("ownership", "text"),
        Column("supply_id", "text"),
        Column("name_zh", "text"),
        Column("town", "text"),
        Column("use", "text"),
        Column("quarter", "text"),
        Column("area_ha", "object"),
        Column("inside_ha", "object"),
        Column("outside_ha", "object"),
        Column("boundary_unknown_ha", "object"),
        Column("rental_housing", "text"),
        Column("in_housing_plan", "text"),
    ),
    key=("channel", "supply_id"),
    notes="One row per piece of land that the year supplies, whoever owns it. use: domain.supply_use.SupplyUse; quarter 1 "
    "to 4 or 'unknown'; rental_housing and in_housing_plan yes, no, unknown or 'not_asked'. The three parts of an area "
    "add up to it exactly.",
)

BALANCE = FrameSpec(
    name="BalanceFrame 一本账",
    columns=(
        Column("by", "text"),
        Column("key", "text"),
        Column("pieces", "int"),
        Column("market_entry_ha", "object"),
        Column("acquisition_ha", "object"),
        Column("stock_ha", "object"),
        Column("area_ha", "object"),
        Column("area_mu", "object"),
        Column("inside_ha", "object"),
        Column("outside_ha", "object"),
        Column("boundary_unknown_ha", "object"),
    ),
    key=("by", "key"),
    notes="by: whole, use, town, quarter or housing (rental housing by in_housing_plan). Decimal; sums of the rows of "
    "SuppliedFrame. market_entry is collective land, acquisition and stock are state-owned.",
)

PROGRESS = FrameSpec(
    name="ProgressFrame 计划执行",
    columns=(
        Column("line_no", "int"),
        Column("parcel_id", "text"),
        Column("area_ha", "object"),
        Column("quarter", "object", nullable=True),
        Column("done", "text"),
        Column("done_on", "object", nullable=True),
        Column("next", "text"),
        Column("next_by", "object", nullable=True),
        Column("supply_on", "object", nullable=True),
        Column("supplied", "bool"),
        Column("misses_year", "bool"),
        Column("light", "text"),
        Column("reason_zh", "text"),
        Column("reason_en", "text"),
    ),
    key=("line_no",),
    notes="done: the furthest milestone done, '' if none; next_by and supply_on: dates, forecast where not yet done.",
)

MILESTONES = FrameSpec(
    name="MilestoneFrame 办理节点",
    columns=(
        Column("parcel_id", "text"),
        Column("milestone", "text"),
        Column("state", "text"),
        Column("on_date", "object"),
        Column("note", "text"),
    ),
    key=("parcel_id", "milestone"),
    notes="The newest statement of every milestone: expected or done.",
)
