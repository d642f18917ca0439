"""``landgis parcel fact|owner|document|wish``: stating what is so, one thing at a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from landgis.cli.days import parse_day
from landgis.cli.show import echo_json, table

fact = typer.Typer(no_args_is_help=True, help="单项事实。 Single facts.")
owner = typer.Typer(no_args_is_help=True, help="所有权主体与份额。 Owners and shares.")
document = typer.Typer(no_args_is_help=True, help="地块文件。 Documents of a parcel.")
wish = typer.Typer(no_args_is_help=True, help="意愿调查。 The survey of owners' wishes.")

DAY = "年-月-日"
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_Id = Annotated[str, typer.Argument(help="地块编号。 Parcel number.")]
_Reason = Annotated[str, typer.Option("--reason", help="理由。 Why.")]
_Number = Annotated[str, typer.Option("--document", help="依据文件的文号。 Number of the paper that proves it.")]
_ValidFrom = Annotated[
    date | None, typer.Option("--valid-from", parser=parse_day, metavar=DAY, help="自何日起。 From which day on.")
]
_Ever = Annotated[bool, typer.Option("--from-beginning", help="自始如此（更正未注明日期的记载）。 It was always so.")]


def attach(app: typer.Typer) -> None:
    """Put the commands of this page under ``landgis parcel``."""
    for name, group in (("fact", fact), ("owner", owner), ("document", document), ("wish", wish)):
        app.add_typer(group, name=name)


@fact.command("set")
def fact_set(
    parcel_id: _Id,
    name: Annotated[str, typer.Argument(help="事实名称，中英文均可。 Name of the fact.")],
    value: Annotated[str, typer.Argument(help="值；待补、存疑也是值。 Value; pending and unknown are values.")],
    reason: _Reason,
    valid_from: _ValidFrom = None,
    from_beginning: _Ever = False,
    document: _Number = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记或更正一项事实，或所在的镇、村；此前所知留在历史中。 State or correct a fact, or town or village; the past stays."""
    from landgis.cli.opening import open_app
    from landgis.domain.place import place_named
    from landgis.services.register.parcel_sheet import fact_row, place_row
    from landgis.services.register.state_facts import state_fact, state_place

    _require_day(valid_from is not None, from_beginning)
    main, place = open_app(acting), place_named(name)
    known = (main.database, main.person, parcel_id)
    if place is None:
        held = state_fact(*known, name, value, valid_from=valid_from, document=document, reason=reason)
        row = fact_row(held)
    else:
        text = state_place(*known, place, value, valid_from=valid_from, document=document, reason=reason)
        row = place_row(place, text) | {"valid_from": valid_from, "document": document or None, "source": ""}
    _show_facts([row], parcel_id, json)


@fact.command("list")
def fact_list(json: Json = False) -> None:
    """列出可登记的事实及其取值。 List the facts that can be stated, and what each takes."""
    from landgis.services.register.state_facts import fact_kinds

    rows = fact_kinds()
    if json:
        echo_json(rows)
        return
    table(
        ("类别\ngroup", "名称\nname", "项目\nfact", "可填\ntakes"),
        [
            (row["group_zh"], row["name"], f"{row['zh']}\n{row['en']}", f"{row['takes_zh']}\n{row['takes_en']}")
            for row in rows
        ],
        ruled=True,
    )


@owner.command("set")
def owner_set(
    parcel_id: _Id,
    shares: Annotated[list[str], typer.Argument(help="集体名称=级别=份额，可列多个。 owner=level=fraction, several.")],
    reason: _Reason,
    valid_from: _ValidFrom = None,
    from_beginning: _Ever = False,
    document: _Number = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记所有权主体和份额，份额之和须为 1。 State the owners and their shares; they make one whole."""
    from landgis.cli.opening import open_app
    from landgis.services.register.parcel_sheet import fact_row
    from landgis.services.register.state_facts import state_owners

    _require_day(valid_from is not None, from_beginning)
    main = open_app(acting)
    held = state_owners(
        main.database, main.person, parcel_id, shares, valid_from=valid_from, document=document, reason=reason
    )
    _show_facts([fact_row(row) for row in held.values()], parcel_id, json)


@document.command("add")
def document_add(
    parcel_id: _Id,
    number: Annotated[str, typer.Option("--number", help="文号或证号。 Its number.")],
    kind: Annotated[str, typer.Option("--kind", help="类别，见 landgis parcel document kinds。 Kind.")],
    path: Annotated[Path | None, typer.Argument(help="文件；不写即只登记、未收件。 The paper itself.")] = None,
    title: Annotated[str, typer.Option("--title", help="名称。 Title.")] = "",
    dated_on: Annotated[
        date | None,
        typer.Option("--dated-on", parser=parse_day, metavar=DAY, help="文件日期，不得晚于今天。 Its date."),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """登记地块文件，原件逐字节保存。 List a paper of a parcel and keep it byte for byte."""
    from landgis.cli.opening import open_app
    from landgis.domain.documents import Paper, kind_named
    from landgis.services.register.parcel_sheet import paper_row
    from landgis.services.register.state_facts import add_document

    main = open_app(acting)
    paper = Paper(kind_named(kind).value, number, title, dated_on)
    row = paper_row(add_document(main.database, main.originals, main.person, parcel_id, paper, path))
    if json:
        echo_json(row)
        return
    hashed = row["content_hash"]
    kept = (
        (f"原件已存（{hashed}）", f"the paper is kept ({hashed})")
        if hashed
        else ("未收件，待补", "the paper is to come")
    )
    typer.echo(f"{parcel_id} 登记文件：{row['kind_zh']} {number}，{kept[0]}")
    typer.echo(f"{parcel_id} document listed: {row['kind_en']} {number}, {kept[1]}")


@document.command("kinds")
def document_kinds(json: Json = False) -> None:
    """列出文件类别。 List the kinds of documents."""
    from landgis.domain.documents import DocumentKind

    rows = [{"kind": kind.value, "zh": kind.zh, "en": kind.en} for kind in DocumentKind]
    if json:
        echo_json(rows)
        return
    table(("类别\nkind", "名称\nChinese name", "英文\nEnglish name"), [tuple(row.values()) for row in rows])


@wish.command("add")
def wish_add(
    parcel_id: _Id,
    asked: Annotated[
        str,
        typer.Option(
            "--asked",
            help="询问对象（集体经济组织）；共有的按份额所列名称逐一登记。 Who was asked; co-owners by the names of their shares.",
        ),
    ],
    on: Annotated[date, typer.Option("--on", parser=parse_day, metavar=DAY, help="询问日期。 Day.")],
    answer: Annotated[str, typer.Option("--wish", help="愿意、不愿意或未定。 willing, unwilling or undecided.")],
    use: Annotated[str, typer.Option("--use", help="意向用途。 Use wanted.")] = "",
    remark: Annotated[str, typer.Option("--remark", help="备注。 Remark.")] = "",
    document: _Number = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记意愿答复：每个集体以最近一次为准，最不愿意的为准。 Record an answer; of the owners' latest, the least willing counts."""
    from landgis.cli.opening import open_app
    from landgis.domain.register import Answer, wish_named
    from landgis.services.register.parcel_sheet import fact_row
    from landgis.services.register.state_facts import record_wish

    main = open_app(acting)
    said = Answer(asked, on, wish_named(answer), use, remark)
    held = record_wish(main.database, main.person, parcel_id, said, document)
    _show_facts([fact_row(held)], parcel_id, json)


def _show_facts(rows: list[dict[str, Any]], parcel_id: str, json: bool) -> None:
    if json:
        echo_json(rows)
        return
    table(
        ("项目\nitem", "值\nvalue", "自何日起\nfrom", "依据\nby"),
        [
            (
                f"{row['zh']} {row['en']}",
                row["text_zh"],
                row["valid_from"] or "未注明",
                row["document"] or row["source"] or "—",
            )
            for row in rows
        ],
        title=parcel_id,
    )


def _require_day(dated: bool, from_beginning: bool) -> None:
    """A fact holds from a day that somebody states; nothing is guessed."""
    if dated is not from_beginning:
        return
    from landgis.errors import UsageError

    raise UsageError(
        "请写明自何日起：--valid-from 日期，或 --from-beginning（自始如此），二者选一",
        "State since when: --valid-from DAY or --from-beginning, one of the two",
        where="--valid-from",
    )
