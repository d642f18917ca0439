"""``landgis parcel``: parcels in, listed, shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.show import echo_issues, echo_json, progress, table

app = typer.Typer(no_args_is_help=True, help="地块：导入、列出、查看。 Parcels.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="地块文件。 Parcels.")],
    layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    facts: Annotated[Path | None, typer.Option(help="按地块编号挂接的事实表（csv）。 Facts by parcel id.")] = None,
    documents: Annotated[Path | None, typer.Option(help="文件清单（csv）。 Documents by parcel id.")] = None,
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming。")] = None,
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    acting: As = None,
    json: Json = False,
) -> int:
    """导入地块；有误的行列为问题，不入库。 Import parcels; bad rows are issues."""
    from landgis.cli.opening import open_app
    from landgis.services.check_files import documents_table, facts_table
    from landgis.services.import_parcels import ParcelDelivery, import_parcels

    main = open_app(acting)
    delivery = ParcelDelivery(
        path,
        layer,
        crs,
        encoding,
        facts_table(facts) if facts else None,
        documents_table(documents) if documents else None,
        district,
    )
    with progress("导入地块"):
        result = import_parcels(main.database, main.originals, main.person, delivery)
    stored = result.stored
    if json:
        echo_json(
            {
                "import_no": stored.import_no,
                "created": stored.created_count,
                "changed": stored.changed_count,
                "unchanged": stored.unchanged_count,
                "rejected": result.rejected,
                "transform": stored.meta.transform,
                "issues": [issue.as_dict() for issue in result.issues],
            }
        )
        return 0
    echo_issues(result.issues)
    table(
        ("导入", "新增", "变更", "未变", "未入库"),
        [(stored.import_no, stored.created_count, stored.changed_count, stored.unchanged_count, result.rejected)],
        title=stored.source_name,
    )
    return 0


@app.command("list")
def list_(
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming。")] = None,
    town: Annotated[str | None, typer.Option(help="镇（街道）代码。 Town code.")] = None,
    json: Json = False,
) -> None:
    """列出库内地块。 List the parcels of the inventory."""
    from landgis.cli.opening import open_app
    from landgis.services.inventory import parcel_rows

    rows = parcel_rows(open_app().database, district, town)
    if json:
        echo_json(rows)
        return
    shown = rows[:100]
    table(
        ("地块", "镇（街道）", "村", "规划用途", "版本"),
        [
            tuple(row[name] for name in ("parcel_id", "town_name", "village_name", "planned_use_code", "version"))
            for row in shown
        ],
    )
    typer.echo(f"显示 {len(shown)} / 共 {len(rows)} 宗；全部见 --json")


@app.command()
def show(parcel_id: str, json: Json = False) -> None:
    """查看一宗地块的事实、面积和文件。 Show one parcel."""
    from landgis.cli.opening import open_app
    from landgis.services.inventory import parcel_sheet

    sheet = parcel_sheet(open_app().database, parcel_id)
    if json:
        echo_json(sheet)
        return
    table(("项目", "值"), [(row["zh"], row["value"]) for row in sheet["facts"]], title=parcel_id)
    table(("面积依据", "㎡"), [(row["zh"], row["area_m2"]) for row in sheet["areas"]])
    table(("文件", "文号", "名称", "日期"), [tuple(row.values())[1:] for row in sheet["documents"]])
