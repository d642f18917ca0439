"""``landgis pool pair|fall-out``: intents and parcels, lines and substitutes, and what a year reaches when lines fall out."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.districts import OneDistrict
from landgis.cli.misuse import WrongValue
from landgis.cli.pool_words import pool_name
from landgis.cli.show import echo_json, notice, printable, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landgis.domain.intents import Intent
    from landgis.pool.pairing import Fit
    from landgis.pool.substitutes import Line, Substitute
    from landgis.services.pooling.pair_pool import FallenOut, Paired

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_Plan = Annotated[
    str | None,
    typer.Option("--plan", metavar="L000001", help="计划；不写用本区现行的。 Plan; the one that counts without."),
]
_FIRST = 3
"""Substitutes, and parcels for an intent, printed for people; ``--json`` has them all."""
_SHOWN = 60


def parse_mu(text: str) -> Decimal:
    """Read an area in 亩.

    Raises
    ------
    UsageError
        Where it is no number above 0.
    """
    try:
        area = Decimal(text.strip().replace(",", "").removesuffix("亩"))
    except InvalidOperation:
        area = Decimal(0)
    if not area.is_finite() or area <= 0:
        raise WrongValue(
            f"“{text}”不是面积", f"“{text}” is no area", where=text,
            next_zh="请写亩数，如 300", next_en="Write 亩, e.g. 300",
        )  # fmt: skip
    return area


def attach(app: typer.Typer) -> None:
    """Add the commands to ``landgis pool``."""
    app.command()(pair)
    app.command("fall-out")(fall_out)


def pair(
    district: OneDistrict = "songjiang", plan: _Plan = None, as_of: AsOf = None, acting: As = None, json: Json = False
) -> None:
    """为计划行配替补，为用地意向配地块；未知不算符合。 Pair lines with substitutes and intents with parcels; unknown is no fit.

    替补须在库可供、同镇、同类用途、面积在一半到两倍之间；还没有计划时为在库地块互配。
    A substitute is pooled, of the same town and use class, with half to twice the area.
    """
    from landgis.cli.opening import open_app
    from landgis.services.pooling.pair_pool import pair_pool

    main = open_app(acting)
    found = pair_pool(main.database, main.person, district, day(as_of), plan)
    if json:
        echo_json(found.as_dict())
        return
    _tell_overtaken(found)
    _show_lines(found, district)
    if found.intents is None:
        notice("您无权查看用地意向，未列出", "You may not read intents of investors: none are shown")
    elif found.intents:
        _show_intents(found.intents, found)
    else:
        typer.echo("没有在办的用地意向，登记用 landgis intent add。 No intents: record one with landgis intent add.")


def fall_out(
    parcel_ids: Annotated[
        list[str], typer.Argument(metavar="PARCEL...", help="落空的地块，可多个。 Parcels that fall out.")
    ],
    district: OneDistrict = "songjiang",
    plan: _Plan = None,
    aim_mu: Annotated[
        Decimal | None,
        typer.Option(
            "--aim-mu", parser=parse_mu, metavar="亩", help="年度目标；不写用计划目标。 Aim; the plan's without."
        ),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> int:
    """若干地块落空时，替补之后全年还能供应多少亩；达不到目标时退出码为 1。 What the year still reaches if parcels fall out.

    每宗替补只用一次，取能补回面积最大的安排。Every substitute is used once; no other choice regains more.
    """
    from landgis.cli.opening import open_app
    from landgis.services.pooling.pair_pool import fall_out_of

    main = open_app(acting)
    found = fall_out_of(main.database, main.person, district, parcel_ids, plan_id=plan, aim_mu=aim_mu)
    if json:
        echo_json(found.as_dict())
    else:
        _tell_overtaken(found)
        _show_fallen(found)
    return 1 if found.result.short_mu else 0


def _tell_overtaken(found: Paired | FallenOut) -> None:
    if found.overtaken is not None:
        notice(
            f"筛查结论暂不采用，不列替补：{found.overtaken[0]}",
            f"no verdict counts, so nobody takes a place: {found.overtaken[1]}",
        )


def _show_lines(found: Paired, district: str) -> None:
    of = f"计划 plan {found.plan_id}" if found.plan_id else f"{pool_name(district)}（尚无计划 no plan yet）"
    lacking = sum(not found.ranked[line.parcel_id] for line in found.lines)
    table(
        ("地块\nparcel", "镇、用途、亩\ntown, use, mu", "替补（依次）\nsubstitutes, best first"),
        [(line.parcel_id, _about(line), _ranked(found.ranked[line.parcel_id])) for line in found.lines[:_SHOWN]],
        title=f"{of} · 筛查 run {found.run.run_id}\n{len(found.lines)} 行，{lacking} 行无替补 lines without a substitute",
        ruled=True,
        whole=(0,),
    )
    if len(found.lines) > _SHOWN:
        typer.echo(f"另有 {len(found.lines) - _SHOWN} 行，见 --json。 {len(found.lines) - _SHOWN} more with --json.")


def _about(line: Line) -> str:
    return f"{line.town_name}\n{line.use_code}\n{line.area_mu:,.4f}"


def _ranked(ranked: Sequence[Substitute]) -> str:
    if not ranked:
        return "无 none"
    told = [
        f"{one.rank}. {one.candidate.parcel_id}\n   {one.reasons[0]}\n   {one.reasons[1]}" for one in ranked[:_FIRST]
    ]
    more = len(ranked) - _FIRST
    return "\n".join([*told, f"另有 {more} 宗 {more} more"] if more > 0 else told)


def _show_intents(intents: Sequence[Intent], found: Paired) -> None:
    table(
        ("意向\nintent", "意向单位\ninvestor", "符合\nfits", "地块\nparcels"),
        [
            (one.intent_id, one.wanted.investor, _counted(found.fits[one.intent_id]), _fits(found.fits[one.intent_id]))
            for one in intents[:_SHOWN]
        ],
        title="用地意向配对（不对外） Intents and parcels (internal)",
        ruled=True,
        whole=(0,),
    )


def _counted(fits: Sequence[Fit]) -> str:
    sure = sum(not one.open_parts for one in fits)
    return f"符合 {sure}\n待定 {len(fits) - sure}"


def _fits(fits: Sequence[Fit]) -> str:
    if not fits:
        return "无 none"
    return "\n".join(
        "\n".join(filter(None, (_fitting(one), *(f"   待定：{part.zh} {part.en}" for part in one.open_parts))))
        for one in fits[:_FIRST]
    )


def _fitting(one: Fit) -> str:
    candidate = one.candidate
    return (
        f"{one.answer.zh} {candidate.parcel_id}（{candidate.town_name} {candidate.use_code} {candidate.area_mu:,.4f} 亩，"
        f"{candidate.standing.zh}）"
    )


def _show_fallen(found: FallenOut) -> None:
    told, plan = found.result, found.plan
    rows = [
        (f"{one.line.parcel_id}\n{one.line.area_mu:,.4f} 亩", f"{one.candidate.parcel_id}\n{one.candidate.area_mu:,.4f} 亩",
         "\n".join(one.reasons))
        for one in told.replaced
    ] + [(f"{line.parcel_id}\n{line.area_mu:,.4f} 亩", "无 none", "") for line in told.unreplaced]  # fmt: skip
    table(
        ("落空\nfalls out", "替补\nsubstitute", "理由\nreasons"), rows, ruled=True, whole=(0, 1),
        title=f"{plan.year} 年度计划 plan {plan.plan_id}",
    )  # fmt: skip
    count = len(rows)
    zh = f"{count} 宗落空 {told.lost_mu:,.4f} 亩，替补补回 {told.regained_mu:,.4f} 亩，全年由 {told.planned_mu:,.4f} 亩变为 "
    en = f"{count} fall out with {told.lost_mu:,.4f} mu, {told.regained_mu:,.4f} mu are regained: "
    typer.echo(printable(f"{zh}{told.reached_mu:,.4f} 亩。"))
    typer.echo(printable(f"{en}the year reaches {told.reached_mu:,.4f} of {told.planned_mu:,.4f} mu."))
    if told.aim_mu is None:
        notice(
            "计划没有写明目标，未作缺口预警；可用 --aim-mu", "The plan states no aim: no alarm is given; see --aim-mu"
        )
    elif told.short_mu:
        notice(
            f"缺口预警：距目标 {told.aim_mu:,.4f} 亩还差 {told.short_mu:,.4f} 亩",
            f"shortfall: {told.short_mu:,.4f} mu lack to the aim of {told.aim_mu:,.4f} mu",
        )
    else:
        typer.echo(f"仍达到目标 {told.aim_mu:,.4f} 亩。 The aim of {told.aim_mu:,.4f} mu is still reached.")
