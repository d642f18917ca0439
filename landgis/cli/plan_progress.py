"""``landgis plan milestone`` and ``progress``: plan against actual."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, day, parse_day
from landgis.cli.districts import OneDistrict
from landgis.cli.plan_tables import plain
from landgis.cli.show import echo_json, notice, table
from landgis.domain.planning import Milestone

if TYPE_CHECKING:
    from landgis.services.planning.track_plan import PlanProgress

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_NAMES = "、".join(f"{each.value}（{each.zh}）" for each in Milestone)


def milestone(
    parcel_id: Annotated[str, typer.Argument(help="地块编号。 Parcel.", metavar="PARCEL")],
    name: Annotated[Milestone, typer.Argument(help=f"节点：{_NAMES}。 Milestone.", metavar="NAME")],
    done: Annotated[
        date | None, typer.Option("--done", parser=parse_day, metavar="年-月-日", help="完成日期。 Done on.")
    ] = None,
    expected: Annotated[
        date | None, typer.Option("--expected", parser=parse_day, metavar="年-月-日", help="预计日期。 Expected on.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="说明。 Note.")] = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记办理节点：已完成或预计日期；后填的为准。 Note when a step was done, or is expected."""
    from landgis.cli.opening import open_app
    from landgis.errors import UsageError
    from landgis.services.planning.track_plan import state_milestone

    given = [(state, on) for state, on in (("done", done), ("expected", expected)) if on is not None]
    if len(given) != 1:
        raise UsageError(
            "请给出 --done 或 --expected 之一", "Give either --done or --expected",
            next_zh="如 --done 2027-03-15", next_en="E.g. --done 2027-03-15",
        )  # fmt: skip
    [(state, on_date)] = given
    main = open_app(acting)
    member_id = state_milestone(main.database, main.person, parcel_id, name, state, on_date, note)
    if json:
        echo_json({"member_id": member_id, "parcel_id": parcel_id, "milestone": name, "state": state, "on": on_date})
        return
    words = "已完成 done" if done else "预计 expected"
    typer.echo(f"{parcel_id}（{member_id}）{name.zh} {name.en}：{words} {on_date}")


def progress_(
    year: Annotated[int, typer.Option(help="计划年度。 Year.")],
    district: OneDistrict = "songjiang",
    durations: Annotated[
        Path | None, typer.Option(help="办理时长（yaml）；不写用示例值。 Durations; the example without.")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """计划执行：逐宗完成、预计、红黄绿和理由，季报数据。 Plan against actual, with what feeds the quarterly report."""
    from landgis.cli.opening import open_app
    from landgis.exchange.plan_durations import read_durations
    from landgis.services.planning.track_plan import plan_progress

    main = open_app()
    setting = durations or main.paths.data / "criteria" / "plan-durations.yaml"
    made = plan_progress(main.database, district, year, read_durations(setting), day(as_of))
    if made.caution:
        notice(*made.caution)
    if json:
        echo_json({
            "plan_id": made.plan.plan_id, "year": year, "district": made.plan.district, "as_of": made.as_of,
            "durations_signed": made.caution is None, "caution": made.caution, "lines": plain(made.lines),
            "quarterly": made.quarters,
        })  # fmt: skip
        return
    _show(made)


def _show(made: PlanProgress) -> None:
    from landgis.domain.planning import Light

    def worded(name: str) -> str:
        return Milestone(name).zh if name else "—"

    lights = {str(light): place for place, light in enumerate((Light.RED, Light.AMBER, Light.GREEN))}
    table(
        ("序", "地块 parcel", "季度", "已完成 done", "下一步 next", "状态", "理由 why"),
        [
            (row["line_no"], row["parcel_id"], row["quarter"], worded(row["done"]), worded(row["next"]),
             Light(row["light"]).zh, row["reason_zh"])
            for row in sorted(plain(made.lines), key=lambda row: (lights[row["light"]], row["line_no"]))
        ],
        title=f"{made.plan.year} 年度计划执行 {made.plan.plan_id} · 截至 as of {made.as_of}",
        whole=(1,),
    )  # fmt: skip
    table(
        ("季度 quarter", "宗数 lines", "计划 ha", "已供 ha", "正常 green", "预警 amber", "误期 red"),
        [
            (
                row["quarter"],
                row["lines"],
                row["planned_ha"],
                row["supplied_ha"],
                row["green"],
                row["amber"],
                row["red"],
            )
            for row in made.quarters
        ],
    )
