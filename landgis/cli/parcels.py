"""``landgis parcel``: parcels in, listed, shown, and their past told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from landgis.cli import register, reshaping
from landgis.cli.days import AsOf, KnownAt, parse_day
from landgis.cli.register import DAY, As, Json
from landgis.cli.show import echo_issues, echo_json, progress, table

app = typer.Typer(no_args_is_help=True, help="地块：导入、列出、查看、登记、分割、合并、注销。 Parcels.")
register.attach(app)
reshaping.attach(app)
SHOWN = 100
"""Rows of a list on the terminal; all of them are in --json."""


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="地块文件。 Parcels.")],
    layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    facts: Annotated[Path | None, typer.Option(help="按地块编号挂接的事实表。 Facts by parcel id.")] = None,
    documents: Annotated[Path | None, typer.Option(help="文件清单。 Documents by parcel id.")] = None,
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming。")] = None,
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    valid_from: Annotated[
        date | None,
        typer.Option(
            "--valid-from",
            parser=parse_day,
            metavar=DAY,
            help="资料自何日起成立（测量日、资料截至日）。 Day from which it holds.",
        ),
    ] = None,
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
        facts_table(facts, encoding) if facts else None,
        documents_table(documents, encoding) if documents else None,
        district,
        valid_from,
    )
    with progress("导入地块"):
        result = import_parcels(main.database, main.originals, main.person, delivery)
    stored = result.stored
    if json:
        echo_json(
            {
                "import_no": stored.import_no,
                "valid_from": stored.meta.valid_from,
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
    counts = (stored.created_count, stored.changed_count, stored.unchanged_count, result.rejected)
    table(
        ("导入", "资料日期", "新增", "变更", "未变", "未入库"),
        [(stored.import_no, stored.meta.valid_from or "未注明", *counts)],
        title=stored.source_name,
    )
    return 0


@app.command("list")
def list_(
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming。")] = None,
    town: Annotated[str | None, typer.Option(help="镇（街道）代码。 Town code.")] = None,
    misfit: Annotated[
        bool, typer.Option("--misfit", help="只列证载与图上面积不符的地块。 Areas that do not agree.")
    ] = False,
    misfit_share: Annotated[
        float, typer.Option("--misfit-share", min=0.0, help="允许的相对差。 Share allowed.")
    ] = 0.01,
    misfit_m2: Annotated[
        float | None, typer.Option("--misfit-m2", min=0.0, help="允许的绝对差 ㎡。 Difference allowed.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    json: Json = False,
) -> None:
    """列出库内地块；不写日期即最新所知。 List the parcels of the inventory; without a day, the newest."""
    from landgis.cli.opening import open_app
    from landgis.services.parcel_sheet import misfits, parcel_rows

    database = open_app().database
    if misfit:
        rows = misfits(database, district, town, share=misfit_share, area_m2=misfit_m2, as_of=as_of, known_at=known_at)
    else:
        rows = parcel_rows(database, district, town, as_of=as_of, known_at=known_at)
    if json:
        echo_json(rows)
        return
    (_misfit_table if misfit else _parcel_table)(rows[:SHOWN])
    typer.echo(f"显示 {len(rows[:SHOWN])} / 共 {len(rows)} 宗；全部见 --json")


def _parcel_table(rows: list[dict[str, Any]]) -> None:
    from landgis.services.parcel_sheet import class_text, use_text

    names = ("parcel_id", "town_name", "village_name")
    table(
        ("地块", "镇（街道）", "村", "入市状态", "规划用途", "版本"),
        [
            (*(row[name] or "待补" for name in names), class_text(row["register_class"]), use_text(row), row["version"])
            for row in rows
        ],
    )


def _misfit_table(rows: list[dict[str, Any]]) -> None:
    """Areas that do not agree: somebody must look."""
    table(
        ("地块", "镇（街道）", "证载 ㎡", "椭球 ㎡", "平面 ㎡", "差 ㎡", "差"),
        [
            (
                row["parcel_id"],
                row["town_name"] or "待补",
                *(f"{row[name]:,.2f}" for name in ("registered_m2", "ellipsoidal_m2", "planar_m2")),
                f"{row['misfit_m2']:+,.2f}",
                f"{row['misfit_share']:+.2%}",
            )
            for row in rows
        ],
        title="证载面积与图上面积不符，须核对",
    )


@app.command()
def show(parcel_id: str, as_of: AsOf = None, known_at: KnownAt = None, json: Json = False) -> None:
    """查看一宗地块：事实、面积、文件、意愿、沿革。 Show one parcel."""
    from landgis.cli.opening import open_app
    from landgis.services.parcel_sheet import parcel_sheet

    sheet = parcel_sheet(open_app().database, parcel_id, as_of=as_of, known_at=known_at)
    if json:
        echo_json(sheet)
        return
    _fact_table(sheet["facts"], f"{parcel_id}（图形版本 {sheet['version']}）")
    areas = [(row["zh"], "待补" if row["area_m2"] is None else f"{row['area_m2']:,.2f}") for row in sheet["areas"]]
    table(("面积依据", "㎡"), areas)
    papers = ("kind_zh", "number", "title_zh", "dated_on")
    table(
        ("文件", "文号", "名称", "日期", "原件"),
        [(*(row[name] for name in papers), "已存" if row["content_hash"] else "未收") for row in sheet["documents"]],
    )
    table(("应有文件", "状态"), [(row["zh"], row["state_zh"]) for row in sheet["slots"]])
    if sheet["wishes"]:
        answers = ("asked_on", "asked", "wish_zh", "use_wanted", "remark")
        table(
            ("询问日期", "询问对象", "意愿", "意向用途", "备注"),
            [tuple(row[name] for name in answers) for row in sheet["wishes"]],
        )
    reshaping.show_family(sheet["family"], parcel_id)


def _fact_table(facts: list[dict[str, Any]], title: str) -> None:
    """Print facts by group; the name of a group stands once."""
    before, rows = "", []
    for row in facts:
        group = "" if row["group_zh"] == before else row["group_zh"]
        before = row["group_zh"]
        since = (row["valid_from"] or "未注明") if row.get("state") else ""
        rows.append((group, row["zh"], row["text_zh"], since, row.get("document") or row.get("source")))
    table(("类别", "项目", "值", "自何日起", "依据"), rows, title=title)


@app.command()
def history(
    parcel_id: str,
    lang: Annotated[str, typer.Option("--lang", help="zh 或 en。")] = "zh",
    json: Json = False,
) -> None:
    """按得知先后讲述一宗地块的来龙去脉。 Tell what became of a parcel, in the order it became known."""
    from landgis.cli.opening import open_app
    from landgis.domain.district import BEIJING
    from landgis.errors import UsageError
    from landgis.services.parcel_history import parcel_history

    if lang not in ("zh", "en"):
        raise UsageError(f"没有语言“{lang}”", f"There is no language “{lang}”", next_zh="zh 或 en", next_en="zh or en")
    told = parcel_history(open_app().database, parcel_id)
    if json:
        rows = [
            {"moment": row.moment.astimezone(BEIJING), "who": row.who, "what": row.what, **vars(row.words)}
            for row in told
        ]
        echo_json(rows)
        return
    for row in told:
        moment = row.moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{moment}  {row.who}：{row.words.zh}" if lang == "zh" else f"{moment}  {row.who}: {row.words.en}")
