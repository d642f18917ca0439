"""``landgis plan supply``, ``balance`` and ``forms``: all land of a year in one balance, and the plan's forms as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.districts import OneDistrict
from landgis.cli.plan_tables import plain
from landgis.cli.show import echo_json, notice, progress, table

if TYPE_CHECKING:
    from landgis.services.planning.balance_year import YearBalance

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
Year = Annotated[int, typer.Option(help="计划年度。 Year.")]
supply = typer.Typer(no_args_is_help=True, help="其他供地（国有存量、征收）。 Other supply of the year.")


@supply.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(help="清单（csv、xlsx）或面图层。 A table, or a layer of polygons.", metavar="FILE")
    ],
    year: Year,
    district: OneDistrict = "songjiang",
    acting: As = None,
    json: Json = False,
) -> None:
    """导入其他供地清单；与入市地块重复的不予接收。 Import what else the year supplies; no land stands in two columns."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.balance_year import import_supply

    main = open_app(acting)
    with progress("导入供地清单"):
        made = import_supply(main.database, main.originals, main.person, path, district, year)
    if made.read.unread:
        listed = "、".join(made.read.unread)
        notice(f"未读入的列：{listed}", f"Columns that were not read: {listed}")
    area_ha = sum(made.read.rows["area_ha"])
    if json:
        echo_json(
            {"batch_no": made.batch_no, "rows": len(made.read.rows), "area_ha": area_ha, "unread": made.read.unread}
        )
        return
    typer.echo(f"供地清单第 {made.batch_no} 批：{len(made.read.rows)} 宗，{area_ha} 公顷，{year} 年度以此为准")
    typer.echo(f"List {made.batch_no}: {len(made.read.rows)} pieces, {area_ha} ha; it speaks for {year} from now on")


def balance(
    year: Annotated[int, typer.Argument(help="年度。 Year.", metavar="YEAR")],
    district: OneDistrict = "songjiang",
    plan: Annotated[str | None, typer.Option("--plan", help="计划；不写用已公布的。 Plan; the published one.")] = None,
    json: Json = False,
) -> None:
    """一本账：国有与集体、入市与征收、开发边界内外、分用途、分镇、分季度。 One balance of all land of a year."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.balance_year import balance_year

    made = balance_year(open_app().database, district, year, plan)
    if json:
        echo_json({
            "year": year, "district": made.plan.district, "plan_id": made.plan.plan_id, "status": made.plan.status,
            "pieces": plain(made.pieces), "balance": plain(made.table),
        })  # fmt: skip
        return
    _show_balance(made)


def forms(
    plan_id: Annotated[
        str | None, typer.Argument(help="计划；不写用最新。 Plan; the newest without.", metavar="PLAN")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="输出的 xlsx。 The workbook.")] = Path("供应计划表.xlsx"),
    district: OneDistrict = "songjiang",
    json: Json = False,
) -> None:
    """输出计划表格（数据库表、纸质表、一本账、核对、调整对照），公式可重算。 Write the forms of a plan with live formulas."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.plan_forms import write_forms

    database = open_app().database
    with progress("输出计划表格"):
        written = write_forms(database, load_plan(database, plan_id, district), out)
    if json:
        echo_json({"plan_id": written.plan_id, "path": str(out), "sheets": written.sheets, "sha256": written.sha256})
        return
    typer.echo(f"{out}：计划 {written.plan_id}，{'、'.join(written.sheets)}")


def _show_balance(made: YearBalance) -> None:
    from landgis.domain.planning import PlanStatus

    head, status = made.plan, PlanStatus(made.plan.status)
    title = f"{head.year} 年度供地一本账 · {head.district} · 计划 {head.plan_id}（{status.zh} {status.en}）"
    rows = [row for row in plain(made.table) if row["pieces"] or row["by"] == "whole"]
    table(
        ("公顷 ha", "宗数", "集体·入市", "国有·征收", "国有·存量", "合计 all"),
        [(_title(row), row["pieces"], *(row[name] for name in _BY_CHANNEL)) for row in rows],
        title=f"{title} · 按来源 by channel",
    )
    table(
        ("公顷 ha", "边界内 inside", "边界外 outside", "不明 unknown", "合计 亩 mu"),
        [(_title(row), *(row[name] for name in _BY_BOUNDARY)) for row in rows],
        title=f"{title} · 按城镇开发边界 by development boundary",
    )


_BY_CHANNEL = ("market_entry_ha", "acquisition_ha", "stock_ha", "area_ha")
_BY_BOUNDARY = ("inside_ha", "outside_ha", "boundary_unknown_ha", "area_mu")


def _title(row: dict[str, Any]) -> str:
    from landgis.plan.balance_words import row_words

    words = row_words(row["by"], row["key"])
    return words.zh if words.en == words.zh else f"{words.zh} {words.en}"
