"""``landgis export log`` and ``landgis export receipt``: what left, and what the receiver answered."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import day, parse_day
from landgis.cli.districts import AnyDistrict
from landgis.cli.pool_words import moment
from landgis.cli.show import echo_json, printable, table
from landgis.domain.district import BEIJING, DISTRICTS

if TYPE_CHECKING:
    from landgis.domain.leaving import Logged, Receipt

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
Export = Annotated[str, typer.Argument(metavar="E-000012", help="导出编号，见 export log。 Number of the export.")]


def log(
    export: Annotated[
        str | None, typer.Argument(metavar="[E-000012]", help="只看这一次导出的详情。 This one, in full.")
    ] = None,
    district: AnyDistrict = None,
    since: Annotated[
        date | None,
        typer.Option(
            "--since", parser=parse_day, metavar="年-月-日", help="只列该日（北京时间）起的。 From that day on."
        ),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """导出台账：谁、何时、给谁作何用、导出了什么，接收方如何答复。 What left, by whom, why, and what the receiver answered."""
    from landgis.cli.opening import open_app
    from landgis.services.handing_over.receipts import export_of, exports

    main = open_app(acting)
    if export is not None:
        _show(export_of(main.database, main.person, export), json)
        return
    found = exports(main.database, main.person, district, datetime.combine(since, time(), BEIJING) if since else None)
    if json:
        echo_json([_record(each) for each in found])
        return
    table(
        ("编号\nexport", "导出\nwhat", "用途\nwhy", "何人何时\nby, at", "回执\nreceipt"),
        [_row(each) for each in found],
        title=f"导出台账 {len(found)} 次 | {len(found)} exports",
        ruled=True,
        whole=(0,),
    )


def receipt(
    export: Export,
    document: Annotated[str, typer.Option(metavar="文号", help="回执或函件文号。 Number of the paper.")],
    receiver: Annotated[str, typer.Option(metavar="单位", help="接收单位。 Who received it.")],
    accepted: Annotated[
        bool | None, typer.Option("--accepted/--rejected", help="已接收，或已退回。 Taken, or sent back.")
    ] = None,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=parse_day, metavar="年-月-日", help="回执日期，默认今天。 Day of the paper."),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """登记接收回执；同一次导出后登记的回执为准。 Note what the receiver answered; a later answer speaks."""
    from landgis.cli.opening import open_app
    from landgis.domain.leaving import Receipt
    from landgis.services.handing_over.receipts import note_receipt

    if accepted is None:
        raise _neither()
    answered = _not_to_come(day(on))
    main = open_app(acting)
    logged = note_receipt(main.database, main.person, export, Receipt(accepted, receiver, document, answered))
    if json:
        echo_json(_record(logged))
        return
    typer.echo(printable(f"{logged.export_id} {_answer(logged.receipt)}"))
    if not accepted:
        typer.echo("请用 landgis export rejection 逐条登记退回意见 | Keep each reason with landgis export rejection")


def _neither() -> Exception:
    from landgis.errors import UsageError

    return UsageError(
        "没有写明是接收还是退回", "Nobody says whether it was taken or sent back", where="--accepted --rejected",
        next_zh="请写 --accepted 或 --rejected", next_en="Give --accepted or --rejected",
    )  # fmt: skip


def _not_to_come(answered: date) -> date:
    from landgis.errors import UsageError

    if answered > day(None):
        raise UsageError(
            f"回执日期 {answered} 还没有到", f"The day of the receipt, {answered}, is still to come", where="--on",
            next_zh="请核对日期", next_en="Check the day",
        )  # fmt: skip
    return answered


def _show(logged: Logged, json: bool) -> None:
    if json:
        echo_json(_record(logged))
        return
    rows = [(name, _cell(value)) for name, value in _record(logged).items() if value not in ("", None, {})]
    table(("项目", "值"), rows, title=f"{logged.export_id} {logged.leaving.kind.zh} {logged.leaving.kind.en}")


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}：{each}" for key, each in value.items())
    return str(value)


def _row(logged: Logged) -> tuple[str, ...]:
    leaving = logged.leaving
    district = DISTRICTS[leaving.district].name_zh if leaving.district in DISTRICTS else "两区"
    rows = "、".join(f"{layer} {count}" for layer, count in leaving.rows.items())
    form = " ".join(filter(None, (leaving.profile_id, leaving.format, leaving.crs)))
    what = (
        f"{district}{leaving.kind.zh} {leaving.kind.en}",
        form,
        leaving.asked,
        rows,
        f"密级 {leaving.secrecy.zh} {leaving.secrecy.value}",
    )
    return (
        logged.export_id, "\n".join(filter(None, what)), leaving.why, f"{logged.by}\n{moment(logged.at)}",
        _answer(logged.receipt) if logged.receipt else "—",
    )  # fmt: skip


def _answer(receipt: Receipt | None) -> str:
    if receipt is None:
        return ""
    return f"{receipt.zh} {receipt.en}：{receipt.receiver}，{receipt.document_no}，{receipt.on_date}"


def _record(logged: Logged) -> dict[str, Any]:
    leaving, answer = logged.leaving, logged.receipt
    names = (
        "district", "why", "rows", "releases", "profile_id", "profile_version", "format", "crs", "plan_id", "pool_id",
        "run_id", "since", "files", "continuous_m2", "asked",
    )  # fmt: skip
    return {
        "export_id": logged.export_id, "kind": leaving.kind.value, "by": logged.by, "account": logged.account,
        "at": logged.at.isoformat(), **{name: getattr(leaving, name) for name in names},
        "secrecy": leaving.secrecy.value, "receiver_mark": leaving.receiver.value, "personal": leaving.personal.value,
        "receipt": {
            "outcome": answer.en, "receiver": answer.receiver, "document_no": answer.document_no,
            "on_date": answer.on_date.isoformat(), "noted_by": answer.noted_by,
        } if answer else None,
    }  # fmt: skip
