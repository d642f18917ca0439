"""Scenarios of a portfolio side by side as tables of a workbook: totals, every candidate, and each scenario by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.area import mu
from landgis.domain.portfolio import WhyNot
from landgis.exchange.plan_line_sheet import total_row
from landgis.exchange.writing.live_workbook import FIRST_ROW, HA, MU, YUAN, Cell, Field, Live, Sheet, letter_of
from landgis.frames.spec import rows_of
from landgis.plan.choosing.compare import Comparison
from landgis.plan.choosing.result import Choice

_POINTS = "0.0000"
_NO_FIGURE = "—"


def portfolio_sheets(
    choices: Sequence[Choice],
    comparison: Comparison,
    lines: pd.DataFrame,
    no_candidates: pd.DataFrame,
    title: str,
    notices: Sequence[tuple[str, str]] = (),
) -> list[Sheet]:
    """Return the tables of scenarios that were chosen from the same candidates.

    Parameters
    ----------
    choices, comparison
        What was chosen, and side by side.
    lines
        ``frames.planned.LINES`` of every candidate: names of towns and uses.
    no_candidates
        ``frames.pooled.PLAN_LEFT_OUT``: members of the pool that were no candidates.
    title
        Of the year and district.
    notices
        What must be said beside the points (Chinese, English).
    """
    facts = {row["parcel_id"]: row for row in rows_of(lines)}
    sheets = [
        _totals(choices, title, "；".join(zh for zh, _ in notices)),
        _by(choices, comparison, facts, title),
        _parcels(choices, comparison, facts, title),
    ]
    for number, choice in enumerate(choices, 1):
        sheets += [_chosen(number, choice, facts, title), _left(number, choice, title), _limits(number, choice, title)]
    return [*sheets, _outside(no_candidates, title)]


def name_of(choice: Choice) -> str:
    """Return the name of a scenario as it is shown."""
    return choice.scenario.name_zh or choice.scenario.name


def _totals(choices: Sequence[Choice], title: str, note: str) -> Sheet:
    fields = (
        Field("scenario", "方案\nScenario", 26), Field("proof", "证明\nProof", 18), Field("count", "宗数\nParcels", 8),
        Field("ha", "面积（公顷）\nArea (ha)", 13, HA), Field("mu", "面积（亩）\nArea (mu)", 13, MU),
        Field("worth", "总分\nWorth", 13, _POINTS), Field("bound", "总分上界\nBound", 13, _POINTS),
        Field("gap", "差距上限\nGap at most", 12, "0.0000%"), Field("cost", "前期成本（元）\nCost (yuan)", 18, YUAN),
        Field("unknown", "成本不明（宗）\nCost unknown", 12), Field("said", "说明\nResult", 60, wrap=True),
    )  # fmt: skip
    rows = [_total(number, choice) for number, choice in enumerate(choices, 1)]
    return Sheet("方案对比", f"{title} 组合方案对比", fields, rows, note=note)


def _total(number: int, choice: Choice) -> Sequence[Cell]:
    chosen, area = rows_of(choice.chosen), f"'{_sheet('入选', number)}'"
    costs = [int(row["up_front_cost_yuan"]) for row in chosen if row["up_front_cost_yuan"] is not pd.NA]
    area_ha = sum((row["area_ha"] for row in chosen), Decimal("0.0000"))
    last = FIRST_ROW + max(len(chosen), 1) - 1
    summed = {
        name: f"{area}!{letter_of(_CHOSEN, name)}{FIRST_ROW}:{letter_of(_CHOSEN, name)}{last}" for name in _SUMMED
    }
    return (
        f"{name_of(choice)} {choice.scenario.name}", choice.proof.zh, len(chosen),
        Live(f"=ROUND(SUM({summed['ha']}),4)", area_ha), Live(f"=ROUND(SUM({summed['mu']}),4)", mu(area_ha)),
        _figure(choice.objective), _figure(choice.bound), _figure(choice.gap_share),
        Live(f"=SUM({summed['cost']})", sum(costs)), len(chosen) - len(costs), f"{choice.said_zh}\n{choice.said_en}",
    )  # fmt: skip


def _by(choices: Sequence[Choice], comparison: Comparison, facts: Mapping[str, Mapping[str, Any]], title: str) -> Sheet:
    """Towns and uses down, scenarios across."""
    names: dict[str, dict[str, str]] = {"town": {}, "use": {}}
    for row in facts.values():
        names["town"][str(row["town_code"] or "")] = str(row["town_name"] or "")
        names["use"][str(row["planned_use_code"] or "")] = str(row["planned_use_zh"] or "")
    fields = [Field("by", "分类\nBy", 12), Field("key", "代码\nCode", 14), Field("name", "名称\nName", 22)]
    for number, choice in enumerate(choices, 1):
        fields += [
            Field(f"count{number}", f"{name_of(choice)}\n宗数 parcels", 14),
            Field(f"ha{number}", f"{name_of(choice)}\n公顷 ha", 14, HA),
        ]
    table: dict[tuple[str, str], list[Cell]] = {}
    for row in rows_of(comparison.totals[comparison.totals["by"] != "whole"]):
        key = (row["by"], row["key"])
        word = {"town": "镇（街道）", "use": "规划用途"}[row["by"]]
        cells = table.setdefault(key, [word, row["key"], names[row["by"]].get(row["key"], "") or "不明 unknown"])
        cells += [row["parcels"], row["area_ha"]]
    return Sheet("分镇分用途", f"{title} 各方案分镇、分用途", tuple(fields), list(table.values()))


def _parcels(
    choices: Sequence[Choice], comparison: Comparison, facts: Mapping[str, Mapping[str, Any]], title: str
) -> Sheet:
    fields = (
        Field("parcel", "地块编号\nParcel", 22), Field("town", "镇（街道）\nTown", 14),
        Field("use", "规划用途\nPlanned use", 20), Field("ha", "面积（公顷）\nArea (ha)", 13, HA),
        Field("times", "入选方案数\nChosen in", 10),
        *(Field(f"s{number}", f"{name_of(choice)}\n{choice.scenario.name}", 22) for number, choice in enumerate(choices)),
    )  # fmt: skip
    told: dict[str, list[Cell]] = {}
    for row in rows_of(comparison.parcels):
        fact = facts[row["parcel_id"]]
        cells = told.setdefault(
            row["parcel_id"],
            [
                row["parcel_id"],
                fact["town_name"] or "",
                fact["planned_use_zh"],
                fact["area_ha"],
                row["chosen_in_scenarios"],
            ],
        )
        quarter = "" if row["quarter"] is pd.NA else f" 第{row['quarter']}季度"
        cells.append(f"入选{quarter}" if row["chosen"] else WhyNot(row["reason"]).zh)
    return Sheet("宗地对比", f"{title} 逐宗对比", fields, list(told.values()))


_CHOSEN = (
    Field("no", "序号\nNo.", 6), Field("parcel", "地块编号\nParcel", 22), Field("town", "镇（街道）\nTown", 14),
    Field("use", "规划用途\nPlanned use", 20), Field("ha", "面积（公顷）\nArea (ha)", 13, HA),
    Field("mu", "面积（亩）\nArea (mu)", 13, MU), Field("worth", "得分\nWorth", 12, _POINTS),
    Field("cost", "前期成本（元）\nCost (yuan)", 18, YUAN), Field("quarter", "季度\nQuarter", 10),
)  # fmt: skip
_SUMMED = ("ha", "mu", "worth", "cost")


def _chosen(number: int, choice: Choice, facts: Mapping[str, Mapping[str, Any]], title: str) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for place, row in enumerate(rows_of(choice.chosen), 1):
        fact, cost, quarter = facts[row["parcel_id"]], row["up_front_cost_yuan"], row["quarter"]
        rows.append((
            place, row["parcel_id"], fact["town_name"] or "", fact["planned_use_zh"], row["area_ha"], row["area_mu"],
            row["worth"], None if cost is pd.NA else int(cost), "" if quarter is pd.NA else f"第{quarter}季度",
        ))  # fmt: skip
    return Sheet(
        _sheet("入选", number), f"{title} {name_of(choice)}：入选地块", _CHOSEN,
        [*rows, total_row(_CHOSEN, rows, _SUMMED)], note=choice.said_zh, total=True,
    )  # fmt: skip


def _left(number: int, choice: Choice, title: str) -> Sheet:
    fields = (
        Field("parcel", "地块编号\nParcel", 22), Field("reason", "原因\nReason", 18), Field("zh", "说明", 60, wrap=True),
        Field("en", "In English", 60, wrap=True), Field("other", "相关地块\nOther parcel", 22),
        Field("loss", "强行列入至少损失（分）\nLoss at least if forced in", 16, _POINTS),
    )  # fmt: skip
    rows = [
        (
            row["parcel_id"], WhyNot(row["reason"]).zh, row["detail_zh"], row["detail_en"], row["other_parcel_id"],
            _figure(row["loss_least"]),
        )
        for row in rows_of(choice.left_out)
    ]  # fmt: skip
    return Sheet(_sheet("未入选", number), f"{title} {name_of(choice)}：未入选地块及原因", fields, rows)


def _limits(number: int, choice: Choice, title: str) -> Sheet:
    fields = (
        Field("zh", "约束", 36), Field("en", "Constraint", 40), Field("side", "方向\nSide", 10),
        Field("limit", "限值\nLimit", 16, HA), Field("used", "使用\nUsed", 16, HA), Field("slack", "余量\nSlack", 16, HA),
        Field("supply", "备选合计\nCandidates in all", 16, HA), Field("unit", "单位\nUnit", 10),
    )  # fmt: skip
    sides, units = {"least": "不少于", "most": "不多于"}, {"ha": "公顷", "yuan": "元", "parcels": "宗"}
    if len(choice.use):
        rows = [
            (
                row["title_zh"], row["title_en"], sides[row["side"]], row["limit"], row["used"], row["slack"],
                row["supply"], units[row["unit"]],
            )
            for row in rows_of(choice.use)
        ]  # fmt: skip
    else:
        rows = [
            (row["title_zh"], row["title_en"], "冲突", None, None, None, row["supply"], units[row["unit"]])
            for row in rows_of(choice.conflict)
        ]
    return Sheet(_sheet("约束", number), f"{title} {name_of(choice)}：约束使用情况", fields, rows, note=choice.said_zh)


def _outside(no_candidates: pd.DataFrame, title: str) -> Sheet:
    fields = (
        Field("parcel", "地块编号\nParcel", 22), Field("reason", "代码\nCode", 20), Field("zh", "说明", 60, wrap=True),
        Field("en", "In English", 60, wrap=True),
    )  # fmt: skip
    rows = [(row["parcel_id"], row["reason"], row["detail_zh"], row["detail_en"]) for row in rows_of(no_candidates)]
    return Sheet("非备选", f"{title} 在库而不能备选的地块", fields, rows)


def _sheet(word: str, number: int) -> str:
    return f"{word}{number}"


def _figure(value: Any) -> Cell:
    return _NO_FIGURE if value is None or value is pd.NA else value
