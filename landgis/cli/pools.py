"""``landgis pool``: build the candidate pool, list, show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.show import echo_json, progress, table
from landgis.domain.criteria import LEFT_OUT_ZH

app = typer.Typer(no_args_is_help=True, help="储备项目库。 Candidate pool.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
District = Annotated[str, typer.Option(help="songjiang 或 chongming。")]


@app.command()
def build(
    district: District = "songjiang",
    criteria: Annotated[
        Path | None, typer.Option(help="入库条件（yaml）；不写用默认。 Criteria; defaults without.")
    ] = None,
    run: Annotated[str | None, typer.Option(help="筛查批次；不写用最新。 Run; the newest without.")] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """由筛查结果建库：入库者和未入库者都有理由。 Build the pool; everyone is in or told why not."""
    from landgis.cli.opening import open_app
    from landgis.domain.criteria import PoolCriteria
    from landgis.exchange.criteria import read_pool_criteria
    from landgis.services.planning.build_pool import build_pool

    main = open_app(acting)
    asked = read_pool_criteria(criteria) if criteria else PoolCriteria()
    with progress("建库"):
        built = build_pool(main.database, main.person, district, asked, run)
    if json:
        echo_json({"pool_id": built.head.pool_id, "members": len(built.pool.members), "left_out": built.reasons()})
        return
    table(
        ("项目", "宗数"),
        [
            ("入库", len(built.pool.members)),
            *((f"未入库：{LEFT_OUT_ZH[key]}", count) for key, count in built.reasons().items()),
        ],
        title=f"储备项目库 {built.head.pool_id} · {built.head.district}",
    )


@app.command("list")
def list_(
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming。")] = None, json: Json = False
) -> None:
    """列出储备项目库。 List pools."""
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
                    "created_at": head.created_at,
                }
                for head in heads
            ]
        )
        return
    table(
        ("库", "区", "筛查批次", "建立"),
        [(head.pool_id, head.district, head.run_id, f"{head.created_at:%Y-%m-%d %H:%M}") for head in heads],
    )


@app.command()
def show(pool_id: str, json: Json = False) -> None:
    """查看在库地块和未入库理由。 Show members and the left-out."""
    from landgis.cli.opening import open_app
    from landgis.domain.outcome import Outcome
    from landgis.frames.spec import rows_of
    from landgis.services.register.inventory import pool

    stored = pool(open_app().database, pool_id)
    if json:
        echo_json(
            {"pool_id": pool_id, "members": rows_of(stored.pool.members), "left_out": rows_of(stored.pool.left_out)}
        )
        return
    table(
        ("序", "地块", "结论", "面积㎡", "依据", "待办"),
        [
            (
                row["rank"],
                row["parcel_id"],
                Outcome(row["verdict"]).zh,
                f"{row['area_m2']:,.2f}",
                row["area_basis"],
                row["open_points_zh"],
            )
            for row in rows_of(stored.pool.members)
        ],
        title=pool_id,
    )
    table(
        ("地块", "未入库理由", "说明"),
        [(row["parcel_id"], LEFT_OUT_ZH[row["reason"]], row["detail_zh"]) for row in rows_of(stored.pool.left_out)],
    )
