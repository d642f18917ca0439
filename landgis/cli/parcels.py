"""``landgis parcel``: parcels in, listed, shown, and their past told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from landgis.cli import register, reshaping
from landgis.cli.days import parse_day, parse_moment
from landgis.cli.register import DAY, As, Json
from landgis.cli.show import echo_issues, echo_json, printable, progress, table

app = typer.Typer(
    no_args_is_help=True,
    help="地块：导入、列出、查看、登记、分割、合并、注销。 Parcels: import, list, show, state facts, split, merge, retire.",
)
register.attach(app)
reshaping.attach(app)
SHOWN = 100
"""Rows of a list on the terminal; all of them are in --json."""
_District = Annotated[
    str | None,
    typer.Option(
        "--district",
        help="试点区：songjiang（松江）或 chongming（崇明）。 Pilot district: songjiang or chongming.",
    ),
]
_AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=parse_day,
        metavar=DAY,
        help="所问的日期；不写即最新状态。 The day asked about; without it, the newest state.",
    ),
]
_KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=parse_moment,
        metavar="年-月-日[T时:分]",
        help="按当时所知（北京时间，只写日期为当日终了）；不写即此刻所知。"
        " As known then (Beijing time, a day alone means its end); without it, as known now.",
    ),
]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="地块文件。 Parcels.")],
    layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    facts: Annotated[Path | None, typer.Option(help="按地块编号挂接的事实表。 Facts by parcel id.")] = None,
    documents: Annotated[Path | None, typer.Option(help="文件清单。 Documents by parcel id.")] = None,
    district: _District = None,
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
    from landgis.services.checking.check_files import documents_table, facts_table
    from landgis.services.register.import_parcels import ParcelDelivery, import_parcels

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
    with progress("导入地块") as step:
        result = import_parcels(main.database, main.originals, main.person, delivery, step)
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
        ("导入\nimport", "资料日期\nstate of", "新增\nnew", "变更\nchanged", "未变\nunchanged", "未入库\nrefused"),
        [(stored.import_no, stored.meta.valid_from or "未注明", *counts)],
        title=stored.source_name,
    )
    return 0


@app.command("list")
def list_(
    district: _District = None,
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
    as_of: _AsOf = None,
    known_at: _KnownAt = None,
    json: Json = False,
) -> None:
    """列出库内地块；不写日期即最新状态。 List the parcels of the inventory; without a day, the newest state."""
    from landgis.cli.opening import open_app
    from landgis.services.register.parcel_sheet import misfits, parcel_rows

    database = open_app().database
    if misfit:
        rows = misfits(database, district, town, share=misfit_share, area_m2=misfit_m2, as_of=as_of, known_at=known_at)
    else:
        rows = parcel_rows(database, district, town, as_of=as_of, known_at=known_at)
    if json:
        echo_json(rows)
        return
    (_misfit_table if misfit else _parcel_table)(rows[:SHOWN])
    shown = len(rows[:SHOWN])
    typer.echo(
        f"显示 {shown} / 共 {len(rows)} 宗；全部见 --json\n{shown} of {len(rows)} parcels shown; all with --json"
    )


def _parcel_table(rows: list[dict[str, Any]]) -> None:
    from landgis.services.register.parcel_sheet import class_text, use_text

    names = ("parcel_id", "town_name", "village_name")
    table(
        (
            "地块\nparcel",
            "镇（街道）\ntown",
            "村\nvillage",
            "入市状态\nclass",
            "规划用途\nplanned use",
            "版本\nversion",
        ),
        [
            (*(row[name] or "待补" for name in names), class_text(row["register_class"]), use_text(row), row["version"])
            for row in rows
        ],
        whole=(0,),
    )


def _misfit_table(rows: list[dict[str, Any]]) -> None:
    """Areas that do not agree: somebody must look. No figure is cut."""
    labels = {
        "registered_m2": "证载 registered", "ellipsoidal_m2": "椭球 ellipsoidal", "planar_m2": "平面 planar",
    }  # fmt: skip
    table(
        ("地块\nparcel", "镇（街道）\ntown", "面积 ㎡\nareas, m²", "差 ㎡\noff, m²"),
        [
            (
                row["parcel_id"],
                row["town_name"] or "待补",
                "\n".join(f"{label} {row[name]:,.2f}" for name, label in labels.items()),
                f"{row['misfit_m2']:+,.2f}\n{row['misfit_share']:+.2%}",
            )
            for row in rows
        ],
        title="证载面积与图上面积不符，须核对\nRegistered and drawn area do not agree: to be looked at",
        ruled=True,
        whole=(0, 2, 3),
    )


@app.command()
def show(parcel_id: str, as_of: _AsOf = None, known_at: _KnownAt = None, json: Json = False) -> None:
    """查看一宗地块：事实、面积、文件、意愿、沿革。 Show one parcel."""
    from landgis.cli.opening import open_app
    from landgis.services.register.parcel_sheet import parcel_sheet

    sheet = parcel_sheet(open_app().database, parcel_id, as_of=as_of, known_at=known_at)
    if json:
        echo_json(sheet)
        return
    _fact_table(sheet["facts"], f"{parcel_id}（图形版本 outline version {sheet['version']}）")
    areas = [(_both(row), "待补" if row["area_m2"] is None else f"{row['area_m2']:,.2f}") for row in sheet["areas"]]
    table(("面积依据 basis", "㎡ m²"), areas)
    papers = ("number", "title_zh", "dated_on")
    table(
        ("文件\ndocument", "文号\nnumber", "名称\ntitle", "日期\ndate", "原件\npaper"),
        [
            (
                _both(row, "kind_"),
                *(row[name] for name in papers),
                "已存 kept" if row["content_hash"] else "未收 not here",
            )
            for row in sheet["documents"]
        ],
    )
    table(("应有文件 documents to have", "状态 status"), [(_both(row), _both(row, "state_")) for row in sheet["slots"]])
    if sheet["wishes"]:
        answers = ("asked_on", "asked", "wish_zh", "use_wanted", "remark")
        table(
            ("询问日期\nasked on", "询问对象\nasked", "意愿\nanswer", "意向用途\nuse wanted", "备注\nremark"),
            [tuple(row[name] for name in answers) for row in sheet["wishes"]],
        )
    reshaping.show_family(sheet["family"], parcel_id)


def _both(row: dict[str, Any], prefix: str = "") -> str:
    """Return a label in both languages."""
    return f"{row[f'{prefix}zh']} {row[f'{prefix}en']}"


def _fact_table(facts: list[dict[str, Any]], title: str) -> None:
    """Print facts by group; the name of a group stands once."""
    before, rows = "", []
    for row in facts:
        group = "" if row["group_zh"] == before else row["group_zh"]
        before = row["group_zh"]
        since = (row["valid_from"] or "未注明") if row.get("state") else ""
        rows.append((group, _both(row), row["text_zh"], since, row.get("document") or row.get("source")))
    table(("类别\ngroup", "项目\nitem", "值\nvalue", "自何日起\nfrom", "依据\nby"), rows, title=title)


@app.command()
def history(
    parcel_id: str,
    lang: Annotated[str, typer.Option("--lang", help="语言：zh（中文）或 en（英文）。 zh or en.")] = "zh",
    json: Json = False,
) -> None:
    """按得知先后讲述一宗地块的来龙去脉。 Tell what became of a parcel, in the order it became known."""
    from landgis.cli.opening import open_app
    from landgis.domain.district import BEIJING
    from landgis.errors import UsageError
    from landgis.services.register.parcel_history import parcel_history

    if lang not in ("zh", "en"):
        raise UsageError(
            f"没有语言“{lang}”",
            f"There is no language “{lang}”",
            next_zh="可选：zh（中文）、en（英文）",
            next_en="Choose zh or en",
        )
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
        told_in = f"{row.who}：{row.words.zh}" if lang == "zh" else f"{row.who}: {row.words.en}"
        typer.echo(f"{moment}  {printable(told_in)}")
