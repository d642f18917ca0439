"""``landgis intent``: what investors ask for; it names people and is not for outsiders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.choices import listed, one_of
from landgis.cli.days import parse_day
from landgis.cli.districts import AnyDistrict, OneDistrict
from landgis.cli.pool_pairs import parse_mu
from landgis.cli.pool_words import moment
from landgis.cli.show import echo_issues, echo_json, printable, table
from landgis.domain.intents import IntentEnd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from landgis.domain.intents import Intent, Wanted

app = typer.Typer(
    no_args_is_help=True, help="用地意向：登记、导入、列出、办结；内部资料，不对外。 What investors ask for; internal."
)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_MU = Decimal(3) / Decimal(2000)


@app.command()
def add(
    investor: Annotated[str, typer.Argument(metavar="INVESTOR", help="意向单位。 Who asks.")],
    uses: Annotated[
        list[str],
        typer.Option("--use", metavar="CODE", help="规划用途代码，可多个，最想要的在前。 Uses, the best first."),
    ],
    district: OneDistrict = "songjiang",
    min_mu: Annotated[Decimal | None, typer.Option(parser=parse_mu, metavar="亩", help="最小面积。 At least.")] = None,
    max_mu: Annotated[Decimal | None, typer.Option(parser=parse_mu, metavar="亩", help="最大面积。 At most.")] = None,
    towns: Annotated[
        list[str] | None, typer.Option("--town", help="镇（街道）代码或名称，可多个；不写不限。 Towns; any without.")
    ] = None,
    wanted_by: Annotated[
        date | None, typer.Option("--by", parser=parse_day, metavar="年-月-日", help="最迟供地日期。 Needed by.")
    ] = None,
    facts: Annotated[
        list[str] | None, typer.Option("--fact", help="必备条件，如 power、通电，可多个。 What must be true.")
    ] = None,
    requirements: Annotated[str, typer.Option("--note", help="其他要求。 What else is asked.")] = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记一项用地意向（镇可办）。 Record an intent."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.intents import add_intent

    fields = {
        "district": district, "investor": investor, "uses": uses, "min_mu": min_mu, "max_mu": max_mu, "towns": towns or [],
        "wanted_by": wanted_by, "required_facts": facts or [], "requirements": requirements,
    }  # fmt: skip
    main = open_app(acting)
    _show_one(add_intent(main.database, main.person, fields), ("已登记", "recorded"), json=json)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="清单：yaml、csv 或 xlsx。 A list.")],
    encoding: Annotated[str | None, typer.Option(help="csv 的编码。 Text encoding of a csv.")] = None,
    acting: As = None,
    json: Json = False,
) -> int:
    """从清单登记；有误的条目列为问题、不登记，退出码为 1。 Record a list; what is not sound is told and left out (exit 1)."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.intents import import_intents

    main = open_app(acting)
    taken = import_intents(main.database, main.person, path, encoding)
    if json:
        echo_json({"intents": list(taken.ids), "issues": [issue.as_dict() for issue in taken.issues]})
    else:
        echo_issues(taken.issues)
        span = f"（{taken.ids[0]} – {taken.ids[-1]}）" if taken.ids else ""
        typer.echo(f"登记 {len(taken.ids)} 项{span}，有误 {len(taken.issues)} 项")
        typer.echo(f"{len(taken.ids)} intents recorded, {len(taken.issues)} entries left out")
    return 1 if taken.issues else 0


@app.command("list")
def list_(
    district: AnyDistrict = None,
    ended: Annotated[bool, typer.Option("--all", help="含已办结的。 Also those that have ended.")] = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """列出用地意向；镇填报员只见本人登记的。 List intents; a town clerk sees those recorded by oneself."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.intents import intents
    from landgis.services.pooling.pair_records import intent_record

    main = open_app(acting)
    found = intents(main.database, main.person, district, ended=ended)
    if json:
        echo_json([intent_record(one) for one in found])
        return
    table(
        ("意向\nintent", "意向单位\ninvestor", "所需\nwanted", "登记\nrecorded"),
        [_row(one) for one in found],
        title=f"用地意向（内部资料，不对外） Intents (internal) · {len(found)} 项",
        ruled=True,
        whole=(0,),
    )


@app.command()
def end(
    intent_id: Annotated[str, typer.Argument(metavar="I000001", help="意向编号。 Its number.")],
    reason: Annotated[
        IntentEnd, typer.Option(parser=one_of(IntentEnd), metavar="REASON", help=f"{listed(IntentEnd)}。 Why.")
    ],
    note: Annotated[str, typer.Option("--note", help="补充说明。 What is to be added.")] = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """办结：不再跟踪，记录保留。 End an intent; it stays on record."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.intents import end_intent

    main = open_app(acting)
    _show_one(end_intent(main.database, main.person, intent_id, reason, note), ("已办结", "ended"), json=json)


def _show_one(one: Intent, told: tuple[str, str], *, json: bool) -> None:
    from landgis.services.pooling.pair_records import intent_record

    if json:
        echo_json(intent_record(one))
        return
    typer.echo(printable(f"用地意向 {one.intent_id} {told[0]}：{one.wanted.investor}"))
    typer.echo(f"Intent {one.intent_id} {told[1]}")


def _row(one: Intent) -> tuple[str, ...]:
    state = f"已办结 ended：{one.ended.zh} {one.ended.en}" if one.ended else ""
    recorded = (one.recorded_by, moment(one.recorded_at), state, one.note)
    return one.intent_id, one.wanted.investor, "\n".join(_asked(one.wanted)), "\n".join(filter(None, recorded))


def _asked(wanted: Wanted) -> Iterator[str]:
    from landgis.domain.district import town_names
    from landgis.domain.facts import FACT_BY_NAME

    yield f"用途 use：{'、'.join(wanted.uses)}"
    yield f"面积 mu：{_scale(wanted)}"
    yield f"镇街 town：{'、'.join(town_names().get(code, code) for code in wanted.towns) or '不限 any'}"
    if wanted.wanted_by:
        yield f"最迟 by：{wanted.wanted_by}"
    if wanted.required_facts:
        yield f"必备 must：{'、'.join(FACT_BY_NAME[name].zh for name in wanted.required_facts)}"
    if wanted.requirements:
        yield f"其他 also：{wanted.requirements}"


def _scale(wanted: Wanted) -> str:
    least, most = (
        None if area is None else f"{(Decimal(area) * _MU).quantize(Decimal('0.01')).normalize():f}"
        for area in (wanted.min_area_m2, wanted.max_area_m2)
    )
    if least and most:
        return f"{least} – {most}"
    return f"≥ {least}" if least else f"≤ {most}" if most else "不限 any"
