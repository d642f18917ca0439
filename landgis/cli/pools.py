"""``landgis pool``: build the pool, list and show builds; members, pairing and effects are attached from beside."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli import pool_effect, pool_members, pool_pairs
from landgis.cli.districts import AnyDistrict, OneDistrict
from landgis.cli.pool_words import BASES, change, moment, pool_name
from landgis.cli.show import echo_json, progress, table
from landgis.domain.criteria import LEFT_OUT_EN, LEFT_OUT_ZH

if TYPE_CHECKING:
    from landgis.services.pooling.build_pool import BuiltPool

app = typer.Typer(
    no_args_is_help=True,
    help="储备项目库、意向储备库：建库、在库状态、意向配对、变更影响。 The pools: builds, members, pairing, effects of a change.",
)
pool_members.attach(app)
pool_pairs.attach(app)
pool_effect.attach(app)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_SHOWN = 20
"""Rows of a list for people; ``--json`` has them all."""


@app.command()
def build(
    district: OneDistrict = "songjiang",
    criteria: Annotated[
        Path | None, typer.Option(help="入库条件（yaml）；不写用默认。 Criteria; defaults without.")
    ] = None,
    run: Annotated[str | None, typer.Option(help="筛查批次；不写用最新。 Run; the newest without.")] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """由筛查结果建库：入库、更新、退出、未入库、接近入库者都有理由。 Build the pool; everyone is in or told why not.

    线索达到条件即入库；在计划内的地块不因建库退出，须先调整计划。
    Leads that meet the criteria enter. A planned parcel leaves only after the plan is adjusted.
    """
    from landgis.cli.opening import open_app
    from landgis.domain.criteria import PoolCriteria
    from landgis.exchange.criteria import read_pool_criteria
    from landgis.services.explaining.near_misses import near_misses
    from landgis.services.pooling.build_pool import build_pool

    main = open_app(acting)
    asked = read_pool_criteria(criteria) if criteria else PoolCriteria()
    with progress("建库") as step:
        built = build_pool(main.database, main.person, district, asked, run)
        near = near_misses(main.database, district, built.head.run_id, main.warm_indexes, step)
    if json:
        echo_json(_record(built, near))
    else:
        _show_built(built, near)


@app.command("list")
def list_(district: AnyDistrict = None, json: Json = False) -> None:
    """列出建库批次，新的在前。 List builds, the newest first."""
    from landgis.cli.opening import open_app
    from landgis.services.register.inventory import pools

    heads = pools(open_app().database, district)
    if json:
        echo_json(
            [
                {
                    "pool_id": head.pool_id,
                    "run_id": head.run_id,
                    "district": head.district,
                    "created_by": head.created_by,
                    "created_at": head.created_at,
                }
                for head in heads
            ]
        )
        return
    table(
        ("建库批次\nbuild", "区\ndistrict", "筛查批次\nrun", "建立\nmade"),
        [(head.pool_id, head.district, head.run_id, f"{moment(head.created_at)}\n{head.created_by}") for head in heads],
        title=f"建库批次 {len(heads)} 个 | {len(heads)} builds",
        ruled=True,
        whole=(0, 2),
    )


@app.command()
def show(
    build: Annotated[
        str | None, typer.Argument(metavar="[P000001]", help="建库批次；不写用本区最新。 Build; the newest without.")
    ] = None,
    district: OneDistrict = "songjiang",
    json: Json = False,
) -> None:
    """查看一次建库：入库地块和未入库理由。 Show a build: members and the left-out."""
    from landgis.cli.opening import open_app
    from landgis.domain.outcome import Outcome
    from landgis.frames.spec import rows_of
    from landgis.services.pooling.members import build_named

    stored = build_named(open_app().database, district, build)
    head, members, left_out = stored.head, rows_of(stored.pool.members), rows_of(stored.pool.left_out)
    if json:
        echo_json({"pool_id": head.pool_id, "run_id": head.run_id, "members": members, "left_out": left_out})
        return
    table(
        ("序\nrank", "地块\nparcel", "结论\nverdict", "面积㎡\narea", "依据\nbasis", "待办\nopen points"),
        [
            (
                row["rank"],
                row["parcel_id"],
                f"{Outcome(row['verdict']).zh}\n{row['verdict']}",
                f"{row['area_m2']:,.2f}",
                BASES[row["area_basis"]],
                row["open_points_zh"],
            )
            for row in members
        ],
        title=f"{pool_name(head.district)} {head.pool_id} · 筛查批次 {head.run_id} · {moment(head.created_at)}",
        ruled=True,
        whole=(1,),
    )
    table(
        ("地块\nparcel", "未入库理由\nleft out", "说明\nnote"),
        [
            (row["parcel_id"], f"{LEFT_OUT_ZH[row['reason']]}\n{LEFT_OUT_EN[row['reason']]}", row["detail_zh"])
            for row in left_out
        ],
        ruled=True,
        whole=(0,),
    )


def _record(built: BuiltPool, near: dict[str, Any]) -> dict[str, Any]:
    from landgis.frames.spec import rows_of

    return {
        "pool_id": built.head.pool_id,
        "run_id": built.run.run_id,
        "as_of": built.run.meta.as_of.isoformat(),
        "district": built.head.district,
        "members": len(built.pool.members),
        "left_out": built.reasons(),
        "moves": rows_of(built.moved.moves),
        "bound": rows_of(built.moved.bound),
        "near_misses": {"blocked": near["blocked"], "curable": near["curable"], "parcels": near["parcels"]},
    }


def _show_built(built: BuiltPool, near: dict[str, Any]) -> None:
    from landgis.frames.spec import rows_of

    head, run = built.head, built.run
    moves, bound = rows_of(built.moved.moves), rows_of(built.moved.bound)
    told = Counter(change(row) for row in moves)
    table(
        ("项目 item", "宗数 parcels"),
        [
            ("符合入库条件 meets the criteria", len(built.pool.members)),
            *((f"　{zh} {en}", count) for (zh, en), count in told.items()),
            *((f"未入库：{LEFT_OUT_ZH[key]} left out: {LEFT_OUT_EN[key]}", count)
              for key, count in built.reasons().items()),
        ],
        title=f"{pool_name(head.district)} {head.pool_id}\n筛查批次 run {run.run_id} · 截至 as of {run.meta.as_of}",
    )  # fmt: skip
    if not moves:
        typer.echo("在库状态没有变化。 Nobody enters or leaves.")
    _show_moves(moves, head.pool_id)
    for row in bound:
        zh, en = _left_out(row["reason"])
        typer.echo(f"须先调整计划 adjust the plan first：{row['parcel_id']}（{zh} {en}）")
    _show_near(near)


def _show_moves(moves: list[dict[str, Any]], pool_id: str) -> None:
    """Name who enters newly; print who leaves, then who is renewed, then which leads enter, each with its reason."""
    new = [row["parcel_id"] for row in moves if row["before"] == ""]
    if new:
        more = f" … 共 {len(new)} 宗，见 pool show {pool_id} | {len(new)} in all" if len(new) > _SHOWN else ""
        typer.echo(f"新入库 enter：{'、'.join(new[:_SHOWN])}{more}")
    order = {"withdrawn": 0, "planned": 1, "pooled": 2}
    ranked = sorted((row for row in moves if row["before"]), key=lambda row: (order[row["after"]], row["parcel_id"]))
    rows = [(row["parcel_id"], "\n".join(change(row)), _reason(row)) for row in ranked[:_SHOWN]]
    if rows:
        table(("地块\nparcel", "变动\nmove", "理由\nreason"), rows, ruled=True, whole=(0,))
    if len(ranked) > _SHOWN:
        rest = len(ranked) - _SHOWN
        typer.echo(f"另有 {rest} 宗变动，见 --json 或 pool members。 {rest} more: --json or pool members.")


def _show_near(near: dict[str, Any]) -> None:
    curable = [row for row in near["parcels"] if row["curable"]]
    rows = [
        (
            row["parcel_id"],
            row["verdict_zh"],
            "\n".join(f"【{cure['effort_zh']}】{cure['zh']}" for cure in row["cures"]),
        )
        for row in curable[: _SHOWN // 2]
    ]
    if rows:
        table(
            ("地块\nparcel", "结论\nverdict", "缺什么\nwhat is missing"), rows, ruled=True, whole=(0,),
            title=f"接近入库（可补正 {len(curable)} 宗，列最易补正者） Near misses: {len(curable)} curable",
        )  # fmt: skip
        typer.echo("全部见 landgis screen --curable；可登记为线索：landgis pool add 地块 --reason near_miss")
        typer.echo(
            "All of them: landgis screen --curable; keep one as a lead: landgis pool add PARCEL --reason near_miss"
        )


def _reason(row: dict[str, Any]) -> str:
    from landgis.domain.pooling import MoveReason

    reason = MoveReason(row["reason"])
    return f"{reason.zh}\n{reason.en}"


def _left_out(reason: str) -> tuple[str, str]:
    return LEFT_OUT_ZH.get(reason, "地块分割、合并或终止"), LEFT_OUT_EN.get(reason, "split, merged or ended")
