"""``landgis decision``: what persons decide beside computed verdicts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, day, parse_day
from landgis.cli.show import echo_json, printable, table
from landgis.domain.outcome import Outcome

if TYPE_CHECKING:
    from landgis.services.deciding.decisions import Standing

app = typer.Typer(
    no_args_is_help=True,
    help="人工认定：与计算结论并列，不改变计算结论。 Decisions of persons, beside what is computed, never instead.",
)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_Decision = Annotated[str, typer.Argument(metavar="D000001", help="人工认定的编号。 Its number.")]
_Reason = Annotated[str, typer.Option("--reason", help="理由。 Why.")]


@app.command()
def add(
    parcel_id: Annotated[str, typer.Argument(help="地块编号。 Parcel number.")],
    rule_id: Annotated[str, typer.Argument(help="规则编号，见 landgis rules list。 Rule.")],
    outcome: Annotated[
        Outcome, typer.Option("--outcome", help="clear 符合、flagged 待核、excluded 不符合。 What is decided.")
    ],
    reason: _Reason,
    document: Annotated[
        str, typer.Option("--document", help="依据文件的文号，须已登记（parcel document add）。 Paper of the parcel.")
    ],
    expires_on: Annotated[
        date,
        typer.Option(
            "--expires-on", parser=parse_day, metavar="年-月-日", help="有效期至，最长一年。 Last day of force."
        ),
    ],
    acting: As = None,
    json: Json = False,
) -> None:
    """对最近一次筛查的一条结论作人工认定；永久基本农田、生态保护红线须另一人确认。 Decide beside a finding of the newest run.

    计算结论、核验、建库都不因此改变。依据变化后自动重新认定。
    Nothing computed is changed by it. It must be decided anew when what it stands on changes.
    """
    from landgis.cli.opening import open_app
    from landgis.services.deciding.decide import record_decision

    main = open_app(acting)
    made = record_decision(
        main.database, main.person, main.pack, parcel_id, rule_id, outcome, reason=reason, document=document,
        expires_on=expires_on, today=day(None),
    )  # fmt: skip
    _show(made, json=json)


@app.command()
def confirm(decision_id: _Decision, acting: As = None, json: Json = False) -> None:
    """由第二人确认。 Confirm as the second person."""
    from landgis.cli.opening import open_app
    from landgis.services.deciding.decide import confirm_decision

    main = open_app(acting)
    _show(confirm_decision(main.database, main.person, main.pack, decision_id, today=day(None)), json=json)


@app.command()
def withdraw(decision_id: _Decision, reason: _Reason, acting: As = None, json: Json = False) -> None:
    """撤回；记录保留。 Withdraw; it stays on record."""
    from landgis.cli.opening import open_app
    from landgis.services.deciding.decide import withdraw_decision

    main = open_app(acting)
    _show(withdraw_decision(main.database, main.person, main.pack, decision_id, reason), json=json)


@app.command("list")
def list_(
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming；不写为全部。 All without.")] = None,
    as_of: AsOf = None,
    due: Annotated[
        bool, typer.Option("--due", help="只列 30 天内到期、已过期和待重新认定的。 Only what is due.")
    ] = False,
    json: Json = False,
) -> None:
    """列出人工认定在某日的状态，以及 30 天内到期的。 List decisions as they stand on a day, and which are due."""
    from landgis.cli.opening import open_app
    from landgis.services.deciding.decisions import standings

    main = open_app()
    on = day(as_of)
    found = [row for row in standings(main.database, main.pack, on, district=district) if row.due or not due]
    if json:
        echo_json([row.as_dict() for row in found])
        return
    table(
        ("编号\nnumber", "地块\nparcel", "规则\nrule", "计算结论\ncomputed", "人工认定\ndecided", "文号\ndocument",
         "有效期至\nuntil", "状态\nstate"),
        [_row(row) for row in found],
        title=f"人工认定 · 截至 {on} · {len(found)} 项，其中须办理 {sum(row.due for row in found)} 项",
        ruled=True,
        whole=(0, 1),
    )  # fmt: skip


def _row(standing: Standing) -> tuple[str, ...]:
    made = standing.decision
    state = "\n".join(filter(None, (standing.state.zh, standing.why[0], "须办理 due" if standing.due else "")))
    return (
        made.decision_id, made.parcel_id, standing.title.zh, made.computed.zh, made.outcome.zh, made.paper.number,
        made.expires_on.isoformat(), state,
    )  # fmt: skip


def _show(standing: Standing, *, json: bool) -> None:
    if json:
        echo_json(standing.as_dict())
        return
    zh, en = standing.words
    typer.echo(printable(f"{standing.decision.decision_id} {zh}\n    {en}"))
