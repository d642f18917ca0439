"""``landgis decision``: what persons decide beside computed verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, day, parse_day
from landgis.cli.districts import AnyDistrict
from landgis.cli.misuse import WrongValue
from landgis.cli.show import echo_json, notice, printable
from landgis.domain.decision import DECIDABLE, OPEN, DecisionState
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


def _outcome(text: str) -> Outcome:
    """Read what is decided, by key or Chinese label."""
    found = next((each for each in DECIDABLE if text.strip().lower() == each or text.strip() == each.zh), None)
    if found is None:
        raise WrongValue(
            f"不能认定为“{text}”", f"Nobody can decide that it is “{text}”", where="--outcome",
            next_zh=f"可选：{'、'.join(f'{each}（{each.zh}）' for each in DECIDABLE)}",
            next_en=f"Choose from: {', '.join(DECIDABLE)}",
        )  # fmt: skip
    return found


@app.command()
def add(
    parcel_id: Annotated[str, typer.Argument(help="地块编号。 Parcel number.")],
    rule_id: Annotated[
        str,
        typer.Argument(help="规则编号或名称，见 landgis rules show songjiang（或 chongming）。 Rule, by id or title."),
    ],
    outcome: Annotated[
        Outcome,
        typer.Option(
            "--outcome",
            parser=_outcome,
            metavar="|".join(DECIDABLE),
            help="clear 符合、flagged 待核、excluded 不符合。 What is decided.",
        ),
    ],
    reason: _Reason,
    document: Annotated[
        str,
        typer.Option(
            "--document",
            help="依据文件的文号，须已登记（parcel document add）；两份同号时写 类别:文号。 Paper of the parcel, listed before; "
            "KIND:NUMBER where two bear it.",
        ),
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
    district: AnyDistrict = None,
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
    due_count = sum(row.due for row in found)
    typer.echo(
        f"人工认定 · 截至 {on} · {len(found)} 项，其中须办理 {due_count} 项\n"
        f"Decisions of persons as of {on}: {len(found)}, {due_count} of them due"
    )
    for standing in found:
        typer.echo(printable("\n  ".join(("", *_lines(standing))).removeprefix("\n  ")))


def _lines(standing: Standing) -> Iterator[str]:
    """Write a decision for a list: what it is about, how it stands, what it rests on, who took it and why."""
    made, state = standing.decision, standing.state
    yield f"{made.decision_id} · {made.parcel_id} · {standing.title.zh} {standing.title.en}"
    yield f"{made.computed.zh} {made.computed} → {made.outcome.zh} {made.outcome} · {state.zh} {state.en}"
    for zh, en in (standing.why, standing.due_why):
        if zh:
            yield f"{zh} | {en}"
    there = "" if made.content_hash else "（未收件 not received）"
    yield f"文号 document {made.paper.number}{there}，有效期至 until {made.expires_on}"
    yield f"认定人 by {made.decided.by_zh}（{made.decided.by}）：{made.decided.reason}"
    if made.confirmed:
        yield f"确认人 confirmed by {made.confirmed.by_zh}（{made.confirmed.by}）"
    if state is DecisionState.WITHDRAWN and made.withdrawn:
        yield f"撤回人 withdrawn by {made.withdrawn.by_zh}（{made.withdrawn.by}）：{made.withdrawn.reason}"


def _show(standing: Standing, *, json: bool) -> None:
    made = standing.decision
    if made.content_hash is None and standing.state in OPEN:
        notice(
            f"依据文件 {made.paper.number} 已登记，未收件；请补收："
            f"landgis parcel document add {made.parcel_id} 文件 --number {made.paper.number} --kind {made.paper.kind}",
            f"document {made.paper.number} is listed and was not received; hand it in: "
            f"landgis parcel document add {made.parcel_id} FILE --number {made.paper.number} --kind {made.paper.kind}",
        )
    if json:
        echo_json(standing.as_dict())
        return
    zh, en = standing.words
    typer.echo(printable(f"{made.decision_id} {zh}\n    {en}"))
    if standing.state is DecisionState.PROPOSED:
        typer.echo(
            f"请由区审核员确认：landgis decision confirm {made.decision_id} --as 账号\n"
            f"    A district reviewer confirms it: landgis decision confirm {made.decision_id} --as ACCOUNT"
        )
