"""``landgis map adjustment``: a mid-year adjustment as a sheet with two maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.access.roles import Action
from landgis.cli.days import day
from landgis.cli.mapping import As, Drawn, Json, KeepFaulty
from landgis.cli.out_folders import require_suffix
from landgis.cli.show import echo_json, progress


def adjustment(
    plan: Annotated[
        str | None,
        typer.Argument(help="调整后的计划；不写用最新一版。 The adjustment; the newest without.", metavar="PLAN"),
    ] = None,
    out: Annotated[Path, typer.Option(help="输出 PDF。 PDF to write.")] = Path("out/adjustment.pdf"),
    district: Annotated[str, typer.Option(help="songjiang 或 chongming。")] = "songjiang",
    drawn_on: Drawn = None,
    prepared_by: Annotated[str, typer.Option(help="编制单位。 Prepared by.")] = "",
    keep_faulty: KeepFaulty = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """年中调整前后对照图（A3），绘后自检，不合格不出图。 An adjustment on two maps, before and after; it checks itself."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.draw_adjustment import draw_adjustment
    from landgis.services.planning.draw_sheet import write_sheet
    from landgis.services.planning.revise_plan import load_adjustment

    require_suffix(out, ".pdf")
    main = open_app(acting)
    main.person.require(Action.EXPORT_INTERNAL)
    with progress("制图"):
        made = load_adjustment(main.database, load_plan(main.database, plan, district).head.plan_id)
        checked = draw_adjustment(
            main.database, main.catalogue, made, day(drawn_on), prepared_by, drawn_by=main.person.name_zh
        )
    write_sheet(checked, out, keep_faulty=keep_faulty)
    drawn, head = checked.drawn, made.plan.head
    if json:
        echo_json({
            "file": str(out), "plan_id": head.plan_id, "adjusts": head.adjusts, "changes": len(made.table),
            "scale": drawn.scale, "pages": drawn.facts.pages, "bytes": len(drawn.pdf),
        })  # fmt: skip
        return
    typer.echo(f"{out}：{head.adjusts} → {head.plan_id}，比例尺 1:{drawn.scale}，{drawn.facts.pages} 页，自检通过")
