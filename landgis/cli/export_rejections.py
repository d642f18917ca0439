"""``landgis export rejection``, ``rejections`` and ``rule-end``: why receivers sent something back, kept as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.choices import listed, one_of
from landgis.cli.export_log import As, Export, Json
from landgis.cli.show import echo_json, printable, table
from landgis.domain.receiver_rule import ReceiverTest

if TYPE_CHECKING:
    from landgis.domain.receiver_rule import Rejection


def rejection(
    export: Export,
    layer: Annotated[str, typer.Option(metavar="图层", help="导出中的图层名。 Layer as delivered.")],
    field: Annotated[str, typer.Option(metavar="字段", help="字段名。 Field as delivered.")],
    says: Annotated[str, typer.Option(metavar="原话", help="接收方的原话。 The receiver's words.")],
    test: Annotated[
        ReceiverTest,
        typer.Option(parser=one_of(ReceiverTest), metavar="检查", help=f"{listed(ReceiverTest)}。 How it is tried."),
    ],
    value: Annotated[
        str, typer.Option(metavar="取值", help="用 | 隔开的取值、正则表达式、字数、数字或日期。 Against what.")
    ] = "",
    code: Annotated[str, typer.Option(metavar="代码", help="接收方的错误代码。 The receiver's code.")] = "",
    row: Annotated[str, typer.Option(metavar="行", help="所指的行，如地块编号。 Which row.")] = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记一条退回意见，并作为规则：下次按同一方案移交前先行检查。 Keep a rejection as a rule that is tried before the next delivery."""
    from landgis.cli.opening import open_app
    from landgis.domain.receiver_rule import ReceiverRule, Rejection
    from landgis.services.handing_over.receipts import note_rejection

    main = open_app(acting)
    rule = ReceiverRule("", "", layer, field, test, value, says)
    kept = note_rejection(main.database, main.person, Rejection(export, rule, code, row))
    if json:
        echo_json(_rejection(kept))
        return
    told = kept.rule
    typer.echo(printable(f"{told.rejection_id}（{told.profile_id} {told.layer}.{told.field}）：{told.zh}"))
    typer.echo(printable(f"{told.rejection_id} ({told.profile_id} {told.layer}.{told.field}): {told.en}"))


def rejections(
    profile: Annotated[str | None, typer.Option(metavar="方案", help="只列该方案的。 Only of this profile.")] = None,
    ended: Annotated[bool, typer.Option("--all", help="含已停用的。 Also those tried no longer.")] = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """列出退回意见及其规则。 List rejections and the rules that they became."""
    from landgis.cli.opening import open_app
    from landgis.services.handing_over import receipts

    main = open_app(acting)
    found = receipts.rejections(main.database, main.person, profile, ended=ended)
    if json:
        echo_json([_rejection(each) for each in found])
        return
    table(
        ("编号\nno.", "方案、图层、字段\nwhere", "规则\nrule", "接收方原话\nits words", "出自\nfrom"),
        [_rejection_row(each) for each in found],
        title=f"退回意见 {len(found)} 条 | {len(found)} rejections",
        ruled=True,
        whole=(0,),
    )


def rule_end(
    number: Annotated[str, typer.Argument(metavar="J-000003", help="退回意见编号。 Number of the rejection.")],
    reason: Annotated[str, typer.Option(metavar="理由", help="停用理由。 Why it is tried no longer.")],
    acting: As = None,
    json: Json = False,
) -> None:
    """停用一条退回意见的规则；意见本身留在台账上。 Try a rule no longer; the rejection stays on record."""
    from landgis.cli.opening import open_app
    from landgis.services.handing_over.receipts import end_rule

    main = open_app(acting)
    ended = end_rule(main.database, main.person, number, reason)
    if json:
        echo_json(_rejection(ended))
        return
    typer.echo(printable(f"规则 {ended.rule.rejection_id} 已停用：{ended.ended_why}"))
    typer.echo(f"Rule {ended.rule.rejection_id} is tried no longer")


def _rejection(kept: Rejection) -> dict[str, Any]:
    rule = kept.rule
    return {
        "rejection_id": rule.rejection_id, "export_id": kept.export_id, "profile_id": rule.profile_id, "layer": rule.layer,
        "field": rule.field, "test": rule.test.value, "value": rule.value, "says": rule.reason, "code": kept.code,
        "row": kept.row_key, "noted_by": kept.noted_by, "ended_why": kept.ended_why,
    }  # fmt: skip


def _rejection_row(kept: Rejection) -> tuple[str, ...]:
    rule = kept.rule
    place = " ".join(filter(None, (kept.row_key, kept.code)))
    ended = f"已停用 ended：{kept.ended_why}" if kept.ended_why else ""
    return (
        rule.rejection_id, f"{rule.profile_id}\n{rule.layer}.{rule.field}", "\n".join(filter(None, (rule.zh, rule.en, ended))),
        "\n".join(filter(None, (rule.reason, place))), f"{kept.export_id}\n{kept.noted_by}",
    )  # fmt: skip
