"""``landgis map`` and ``landgis export``: sheets, hand-outs, packages."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from landgis.access.roles import Action
from landgis.cli import export_log, export_rejections
from landgis.cli.days import day, parse_day
from landgis.cli.export_package import export_package
from landgis.cli.export_profiles import app as profiles
from landgis.cli.export_qgis import export_qgis
from landgis.cli.exporting_points import export_points
from landgis.cli.layer_export import layer as export_layer
from landgis.cli.out_folders import require_suffix
from landgis.cli.show import echo_json, progress, table

app = typer.Typer(no_args_is_help=True, help="制图：计划图、分发页。 Sheets and hand-outs.")
export = typer.Typer(no_args_is_help=True, help="移交成果包。 Packages to hand over.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
District = Annotated[str, typer.Option(help="songjiang 或 chongming。")]
Drawn = Annotated[
    date | None,
    typer.Option("--drawn-on", parser=parse_day, metavar="年-月-日", help="制图日期，默认今天。 Date of drawing."),
]
KeepFaulty = Annotated[
    bool,
    typer.Option(
        "--keep-faulty", help="自检未过的图另存为“…（自检未过）”，供查看。 Keep a sheet that fails its check."
    ),
]
Plan = Annotated[str | None, typer.Option(help="计划；不写用最新。 Plan; the newest without.")]


class Paper(StrEnum):
    """Papers of an overview sheet."""

    A3, A2, A1 = "a3", "a2", "a1"


@app.command()
def sheet(
    out: Annotated[Path, typer.Option(help="输出 PDF。 PDF to write.")] = Path("out/plan.pdf"),
    plan: Plan = None,
    district: District = "songjiang",
    drawn_on: Drawn = None,
    prepared_by: Annotated[str, typer.Option(help="编制单位。 Prepared by.")] = "",
    backdrop: Annotated[
        str, typer.Option(metavar="图层", help="垫底影像图层，如 orthophoto。 Layer of pictures under the map.")
    ] = "",
    keep_faulty: KeepFaulty = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """年度计划图（A3，按比例尺），绘后自检，不合格不出图。 The plan as an A3 sheet, true to scale; it checks itself."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.draw_sheet import draw_sheet, write_sheet

    require_suffix(out, ".pdf")
    main = open_app(acting)
    main.person.require(Action.EXPORT_INTERNAL)
    with progress("制图"):
        stored = load_plan(main.database, plan, district)
        originals = main.originals if backdrop else None
        checked = draw_sheet(
            main.database,
            main.catalogue,
            stored,
            day(drawn_on),
            prepared_by,
            backdrop=backdrop,
            originals=originals,
            drawn_by=main.person.name_zh,
        )
    write_sheet(checked, out, keep_faulty=keep_faulty)
    drawn = checked.drawn
    if backdrop:
        typer.echo(drawn.request.notes_zh[-1], err=True)
    if json:
        echo_json({"file": str(out), "scale": drawn.scale, "pages": drawn.facts.pages, "bytes": len(drawn.pdf)})
        return
    typer.echo(f"{out}：比例尺 1:{drawn.scale}，{drawn.facts.pages} 页，自检通过")


@app.command()
def atlas(
    out: Annotated[Path, typer.Option(help="输出文件夹。 Folder.")] = Path("out/atlas"),
    plan: Plan = None,
    district: District = "songjiang",
    format: Annotated[list[str] | None, typer.Option(help="pdf、png 或 geotiff，可重复。 May be repeated.")] = None,
    town: Annotated[list[str] | None, typer.Option(help="只绘该镇的分图，可重复。 Only this town's sheet.")] = None,
    paper: Annotated[Paper, typer.Option(help="总图幅面。 Paper of the overview.")] = Paper.A3,
    dpi: Annotated[int, typer.Option(min=72, max=600, help="图片每英寸点数。 Dots per inch.")] = 200,
    drawn_on: Drawn = None,
    prepared_by: Annotated[str, typer.Option(help="编制单位。 Prepared by.")] = "",
    keep_faulty: KeepFaulty = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """年度计划图册：总图、索引图、分镇图、附图、附表。 The plan as an atlas: overview, index, towns, insets, tables."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.draw_atlas import draw_atlas, write_atlas

    main = open_app(acting)
    main.person.require(Action.EXPORT_INTERNAL)
    with progress("制图"):
        stored = load_plan(main.database, plan, district)
        checked = draw_atlas(
            main.database, main.catalogue, stored, day(drawn_on), prepared_by, towns=town or None, paper=paper.value,
            drawn_by=main.person.name_zh,
        )  # fmt: skip
        written = write_atlas(checked, out, format or ["pdf"], dpi, keep_faulty=keep_faulty)
    drawn = written.atlas
    if json:
        sheets = [
            {"sheet": facts.key, "page": facts.page, "pages": facts.pages, "check_code": facts.check_code}
            for facts in drawn.facts
        ]
        echo_json({"folder": str(out), "files": list(written.files), "sheets": sheets})
        return
    table(
        ("页", "图", "校验码"),
        [(str(each.page), each.short_zh, each.check_code) for each in drawn.facts],
        title=str(out),
    )


@app.command("handout")
def handout_(
    out: Annotated[Path, typer.Option(help="输出 HTML。 HTML to write.")] = Path("out/handout.html"),
    run: Annotated[str | None, typer.Option(help="筛查批次；不写用最新。 Run; the newest without.")] = None,
    district: District = "songjiang",
    pool: Annotated[str | None, typer.Option(help="只绘该库的地块。 Only the parcels of this pool.")] = None,
    plan: Annotated[
        str | None,
        typer.Option(help="改绘年度计划：地块、库内其他地块与各表。 A plan and its tables instead of a run."),
    ] = None,
    layer: Annotated[
        list[str] | None, typer.Option(help="只绘该图层，可重复；none 为不绘。 Only this layer; none: no layer.")
    ] = None,
    drawn_on: Drawn = None,
    acting: As = None,
) -> None:
    """离线分发页（HTML，断网可开）：筛查结果，或年度计划。 A page to pass on; opens without a network."""
    from landgis.cli.opening import open_app
    from landgis.exchange.writing.vector import write_bytes
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.draw_handout import draw_handout, draw_plan_handout
    from landgis.services.register import inventory

    require_suffix(out, ".html")
    layers = _context_layers(layer)
    if plan and (run or pool):
        _refuse_two(out)
    main = open_app(acting)
    main.person.require(Action.EXPORT_INTERNAL)
    database, catalogue, assets, drawn_by = main.database, main.catalogue, main.browser_assets, main.person.name_zh
    with progress("制图"):
        if plan:
            stored = load_plan(database, plan, district)
            page = draw_plan_handout(database, catalogue, stored, day(drawn_on), assets, layers, drawn_by)
        else:
            chosen = set(inventory.pool(database, pool).pool.members["parcel_id"]) if pool else None
            head = inventory.run_named(database, run) if run else inventory.newest_run(database, district)
            page = draw_handout(
                database, catalogue, head.run_id, day(drawn_on), assets, chosen, layers=layers, drawn_by=drawn_by
            )
    write_bytes(out, page)
    typer.echo(f"{out}：{len(page) / 1e6:.1f} MB")


export.command("package")(export_package)
export.command("txt")(export_points)
export.command("points")(export_points)
export.command("layer")(export_layer)
export.command("qgis")(export_qgis)
export.command("log")(export_log.log)
export.command("receipt")(export_log.receipt)
export.command("rejection")(export_rejections.rejection)
export.command("rejections")(export_rejections.rejections)
export.command("rule-end")(export_rejections.rule_end)
export.add_typer(profiles, name="profiles")


@export.callback()
def _group() -> None:
    """移交成果包。 Packages to hand over."""


def _context_layers(asked: list[str] | None) -> tuple[str, ...]:
    """Return the layers to draw under the parcels, in their order."""
    from landgis.errors import UsageError
    from landgis.services.planning.draw import CONTEXT

    unknown = sorted(set(asked or ()) - {*CONTEXT, "none"})
    if unknown:
        raise UsageError(
            f"没有这样的底图图层：{'、'.join(unknown)}",
            f"No such layer under the parcels: {', '.join(unknown)}",
            next_zh=f"可选：{'、'.join(CONTEXT)}，或 none",
            next_en=f"Choose from {', '.join(CONTEXT)}, or none",
        )
    return tuple(key for key in CONTEXT if asked is None or key in asked)


def _refuse_two(out: Path) -> None:
    """Keep a page from being asked of a plan and of a run at once."""
    from landgis.errors import UsageError

    raise UsageError(
        "--plan 与 --run、--pool 不能同时使用",
        "--plan cannot stand beside --run or --pool",
        where=str(out),
        next_zh="计划自带储备项目库与筛查批次：只写 --plan",
        next_en="A plan has its own pool and run: give --plan alone",
    )
