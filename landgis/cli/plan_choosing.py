"""``landgis plan choose``: the year's portfolio under scenarios, side by side."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.districts import OneDistrict
from landgis.cli.plan_tables import plain
from landgis.cli.show import echo_json, notice, progress, table

if TYPE_CHECKING:
    from landgis.plan.choosing.result import Choice
    from landgis.services.planning.choose_portfolio import Portfolios

_SHOWN = 50
"""Candidates that a terminal shows; JSON and the workbook have them all."""


def choose(
    scenarios: Annotated[
        list[Path],
        typer.Argument(help="方案文件（yaml），可多个并排比较。 Scenarios, to be compared.", metavar="SCENARIO..."),
    ],
    district: OneDistrict = "songjiang",
    pool: Annotated[str | None, typer.Option(help="建库批次；不写用最新。 Pool; the newest without.")] = None,
    lines: Annotated[
        Path | None, typer.Option(help="逐宗填报（yaml、csv、xlsx）：前期成本、最早季度等。 What is stated of parcels.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="输出 xlsx。 Workbook to write.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """组合优选：在限额、占比、条件、时序、预算下选出年度地块，逐宗说明未入选原因。 Choose the year's portfolio.

    选定后：landgis plan draft --portfolio 方案文件。 Then: landgis plan draft --portfolio SCENARIO.
    """
    from landgis.cli.opening import open_app
    from landgis.exchange.plan_inputs import read_line_inputs
    from landgis.exchange.portfolio import read_scenario
    from landgis.services.planning.choose_portfolio import choose_portfolios, write_portfolios

    asked = [read_scenario(path) for path in scenarios]
    stated = read_line_inputs(lines) if lines else {}
    main = open_app()
    with progress("组合优选"):
        made = choose_portfolios(main.database, district, asked, pool, stated, originals=main.originals)
        if out is not None:
            write_portfolios(main.database, made, out)
    for zh, en in made.notices:
        notice(zh, en)
    if json:
        echo_json(_record(made))
        return
    _show(made)
    if out is not None:
        typer.echo(str(out))


def _show(made: Portfolios) -> None:
    choices = made.choices
    table(
        ("", *(f"{_name(choice)} {choice.scenario.name}" for choice in choices)),
        list(zip(_MEASURES, *(_measures(choice) for choice in choices), strict=True)),
        title=f"组合方案对比 · 储备项目库 {made.pool.pool_id} · 备选 {len(made.lines)} 宗，"
        f"另 {len(made.no_candidates)} 宗不能备选",
    )
    for choice in choices:
        _show_limits(choice)
    _show_parcels(made)


_MEASURES = (
    "证明 proof", "宗数 parcels", "公顷 ha", "亩 mu", "总分 worth", "差距不超过 gap at most", "前期成本（元） cost, yuan",
    "成本不明（宗） cost unknown",
)  # fmt: skip


def _measures(choice: Choice) -> tuple[str, ...]:
    from landgis.area import mu

    area_ha, costs = sum(choice.chosen["area_ha"], Decimal("0.0000")), choice.chosen["up_front_cost_yuan"].dropna()
    gap = "—" if choice.gap_share is None else f"{choice.gap_share:.4%}"
    return (
        f"{choice.proof.zh} {choice.proof}", str(len(choice.chosen)), str(area_ha), str(mu(area_ha)),
        str(choice.objective or "—"), gap, f"{int(costs.sum()):,}", str(len(choice.chosen) - len(costs)),
    )  # fmt: skip


def _show_parcels(made: Portfolios) -> None:
    from landgis.domain.portfolio import WhyNot

    told = made.comparison.parcels
    shown = told["parcel_id"].drop_duplicates().head(_SHOWN).tolist()
    cells = {(row["parcel_id"], row["scenario"]): row for row in plain(told[told["parcel_id"].isin(shown)])}
    names = [choice.scenario.name for choice in made.choices]

    def word(parcel_id: str, name: str) -> str:
        row = cells[parcel_id, name]
        if not row["chosen"]:
            return WhyNot(row["reason"]).zh
        return f"✓ 第{row['quarter']}季度" if row["quarter"] else "✓"

    table(
        ("地块 parcel", *(_name(choice) for choice in made.choices)),
        [(parcel_id, *(word(parcel_id, name) for name in names)) for parcel_id in shown],
        title=f"逐宗对比（前 {len(shown)} / 共 {len(made.lines)} 宗） parcel by parcel",
        whole=(0,),
    )


def _show_limits(choice: Choice) -> None:
    typer.echo(f"{_name(choice)}：{choice.said_zh}\n  {choice.said_en}")
    if choice.unmatched:
        listed = "、".join(choice.unmatched)
        notice(f"方案提到但不在备选之列：{listed}", f"Named by the scenario and no candidates: {listed}")
    if len(choice.use):
        table(
            ("约束 constraint", "限值 limit", "使用 used", "余量 slack", "单位"),
            [
                (f"{row['title_zh']} {row['title_en']}", row["limit"], row["used"], row["slack"], row["unit"])
                for row in plain(choice.use)
            ],
            title=f"{_name(choice)} · 约束使用情况 use of constraints",
        )


def _name(choice: Choice) -> str:
    return choice.scenario.name_zh or choice.scenario.name


def _record(made: Portfolios) -> dict[str, object]:
    return {
        "pool_id": made.pool.pool_id,
        "candidates": len(made.lines),
        "no_candidates": plain(made.no_candidates),
        "notices": [{"zh": zh, "en": en} for zh, en in made.notices],
        "scenarios": [_choice(choice) for choice in made.choices],
        "totals": plain(made.comparison.totals),
        "parcels": plain(made.comparison.parcels),
    }


def _choice(choice: Choice) -> dict[str, object]:
    return {
        "scenario": choice.scenario.name,
        "name_zh": choice.scenario.name_zh,
        "proof": choice.proof,
        "worth": choice.objective,
        "bound": choice.bound,
        "gap_share": choice.gap_share,
        "said_zh": choice.said_zh,
        "said_en": choice.said_en,
        "chosen": plain(choice.chosen),
        "left_out": plain(choice.left_out),
        "constraints": plain(choice.use),
        "conflict": plain(choice.conflict),
        "unmatched": choice.unmatched,
    }
