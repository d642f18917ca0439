"""``landgis export qgis``: the plan as a project of QGIS."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.days import day, parse_day
from landgis.cli.show import echo_json, notice, progress, table
from landgis.cli.why import Why


def export_qgis(
    out: Annotated[Path, typer.Option(help="输出文件夹。 Folder.")] = Path("out/qgis"),
    plan: Annotated[str | None, typer.Option(help="计划；不写用最新。 Plan; the newest without.")] = None,
    district: Annotated[str, typer.Option(help="songjiang 或 chongming。")] = "songjiang",
    direct: Annotated[
        bool, typer.Option("--direct", help="直连数据库（只读），不带数据副本。 Read the database itself; no copy.")
    ] = False,
    service: Annotated[
        str, typer.Option(metavar="名称", help="直连所用的 pg_service.conf 服务名。 Service that --direct names.")
    ] = "landgis",
    made_on: Annotated[
        date | None,
        typer.Option(
            "--made-on", parser=parse_day, metavar="年-月-日", help="成果日期，默认今天。 Date on the project."
        ),
    ] = None,
    why: Why = "",
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """QGIS 工程（.qgz）：计划、储备库、筛查结论、管控线，附样式（QML、SLD）与 A3 版式。 The plan as a project of QGIS.

    直连的工程只写服务名，不写主机与口令：服务在各人的 pg_service.conf 里，账号只需有 landgis_read 的权限。
    """
    from landgis.cli.opening import open_app
    from landgis.cli.out_folders import require_folders
    from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
    from landgis.services.handing_over.export_qgis import export_qgis as export
    from landgis.services.planning.draft_plan import load_plan

    require_folders(out)
    main = open_app(acting)
    with progress("导出 QGIS 工程"):
        stored = load_plan(main.database, plan, district)
        named = service if direct else ""
        made = export(main.database, main.catalogue, main.person, stored, out, day(made_on), why=why, service=named)
    if made.substitute:
        notice(SUBSTITUTE_ZH, SUBSTITUTE_EN)
    if made.absent:
        notice(
            f"没有当日版本、未列入的图层：{'、'.join(made.absent)}",
            f"Layers without a release: {', '.join(made.absent)}",
        )
    if json:
        files = [str(path) for path in made.files]
        told = {"project": str(made.project), "files": files, "export": made.export_id}
        echo_json(told | {"rows": made.rows, "absent": list(made.absent)})
        return
    title = f"{made.project}（导出编号 {made.export_id}）"
    table(("图层", "要素数"), [(key, str(count)) for key, count in made.rows.items()], title=title)
