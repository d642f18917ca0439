"""``landgis pool members|story|diff|add|move``: who stands in the pool, how each got there, and moving them by hand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.choices import listed, one_of
from landgis.cli.days import parse_moment
from landgis.cli.districts import OneDistrict
from landgis.cli.pool_words import moment, pool_name, stands
from landgis.cli.show import echo_json, printable, table
from landgis.domain.pooling import MOVES, Membership, MoveReason, Standing, Tier, by_hand

if TYPE_CHECKING:
    from landgis.domain.pooling import Move

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
_Moment = Annotated[datetime, typer.Argument(parser=parse_moment, metavar="年-月-日[T时:分]", help="时刻。 Moment.")]
_Parcel = Annotated[str, typer.Argument(metavar="PARCEL", help="地块编号。 Parcel number.")]
_Note = Annotated[str, typer.Option("--note", help="补充说明。 What is to be added.")]
_TIERS = f"{listed(Tier)}（意向储备库即替补）"
_LEAD_REASONS = MOVES[None, Standing.LEAD]
_HAND_MOVES = {standing: by_hand(standing) for standing in Standing}
_HAND_REASONS = tuple(
    dict.fromkeys(reason for moves in _HAND_MOVES.values() for reasons in moves.values() for reason in reasons)
)
_HAND_STANDINGS = tuple(dict.fromkeys(after for moves in _HAND_MOVES.values() for after in moves))
_SHOWN = 100
_CHANGES = {"in": ("新入", "in"), "out": ("退出", "out"), "moved": ("变动", "moved"), "renewed": ("更新", "renewed")}


def attach(app: typer.Typer) -> None:
    """Add the commands to ``landgis pool``."""
    for command in (members, story, diff, add, move):
        app.command()(command)


def members(
    district: OneDistrict = "songjiang",
    standing: Annotated[
        Standing | None,
        typer.Option(parser=one_of(Standing), metavar="STANDING", help=f"只列：{listed(Standing)}。 Only these."),
    ] = None,
    tier: Annotated[
        Tier | None, typer.Option(parser=one_of(Tier), metavar="TIER", help=f"只列：{_TIERS}。 Only of one pool.")
    ] = None,
    town: Annotated[str | None, typer.Option(help="镇（街道）代码。 Town code.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_moment, metavar="年-月-日[T时:分]", help="该时刻的状态；不写为现在。 As it stood then."
        ),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """列出在库地块的状态（退出的只在指明时列出）。 List who stands in the pool; the withdrawn only if asked for."""
    from landgis.cli.opening import open_app
    from landgis.frames.spec import rows_of
    from landgis.services.pooling.members import Wish
    from landgis.services.pooling.members import members as service

    main = open_app(acting)
    found = rows_of(service(main.database, main.person, district, Wish(standing, tier, town, at)))
    if json:
        echo_json([_member_record(row) for row in found])
        return
    when = f"{moment(at)} 时" if at else "现在 now"
    table(
        ("地块\nparcel", "镇、用途\ntown, use", "亩\nmu", "状态、库\nstands, pool", "自、理由\nsince, reason"),
        [_member_row(row) for row in found[:_SHOWN]],
        title=f"{pool_name(district)} · {when} · {len(found)} 宗 parcels",
        ruled=True,
        whole=(0,),
    )
    if len(found) > _SHOWN:
        typer.echo(f"另有 {len(found) - _SHOWN} 宗，见 --json。 {len(found) - _SHOWN} more with --json.")


def story(parcel_id: _Parcel, acting: As = None, json: Json = False) -> None:
    """一宗地块的全部在库经过。 Every move of a parcel in the pool, with reasons."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.members import story as service

    main = open_app(acting)
    found = service(main.database, main.person, parcel_id)
    if json:
        echo_json([_story_record(member) for member in found])
        return
    for member in found:
        table(
            ("步\nstep", "状态\nstands", "理由\nreason", "依据\nrests on", "版本\nversion", "办理\nby", "时间\nat"),
            [_move_row(each) for each in member.moves],
            title=f"{member.parcel_id} · {member.tier.name_in(member.district)} {member.member_id}",
            ruled=True,
        )


def diff(
    before: _Moment, after: _Moment, district: OneDistrict = "songjiang", acting: As = None, json: Json = False
) -> None:
    """两个时刻的库对比：新入、退出、变动、更新及理由；只写日期为当日终了。 Compare the pool of two moments, with reasons."""
    from landgis.cli.opening import open_app
    from landgis.frames.spec import rows_of
    from landgis.services.pooling.members import changes

    main = open_app(acting)
    found = rows_of(changes(main.database, main.person, district, before, after))
    if json:
        echo_json(found)
        return
    table(
        ("地块\nparcel", "变化\nchange", "由 → 为\nfrom → to", "理由\nreason", "办理\nby"),
        [_change_row(row) for row in found],
        title=f"{pool_name(district)} · {moment(before)} → {moment(after)} · {len(found)} 宗有变 changed",
        ruled=True,
        whole=(0,),
    )


def add(
    parcel_ids: Annotated[list[str], typer.Argument(metavar="PARCEL...", help="地块编号，可多个。 Parcels.")],
    reason: Annotated[
        MoveReason,
        typer.Option(parser=one_of(_LEAD_REASONS), metavar="REASON", help=f"{listed(_LEAD_REASONS)}。 Why."),
    ],
    tier: Annotated[
        Tier, typer.Option(parser=one_of(Tier), metavar="TIER", help=f"入哪个库：{_TIERS}。 Which pool.")
    ] = Tier.PROJECT,
    note: _Note = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """登记为线索（镇可办）；达到入库条件后由建库转为入库。 Keep parcels as leads; a build lets them in once they meet the criteria."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.move_members import add_leads

    main = open_app(acting)
    found = add_leads(main.database, main.person, parcel_ids, reason, tier=tier, note=note)
    _show_moved(found, json=json)


def move(
    parcel_id: _Parcel,
    standing: Annotated[
        Standing,
        typer.Argument(
            parser=one_of(_HAND_STANDINGS), metavar="STANDING", help=f"{listed(_HAND_STANDINGS)}。 To where."
        ),
    ],
    reason: Annotated[
        MoveReason,
        typer.Option(parser=one_of(_HAND_REASONS), metavar="REASON", help=f"{listed(_HAND_REASONS)}。 Why."),
    ],
    note: _Note = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """办理不需建库、不需计划的变动：退出、启动入市、未成交、成交。 Move a member where no build and no plan is needed."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.move_members import move_member

    main = open_app(acting)
    _show_moved([move_member(main.database, main.person, parcel_id, standing, reason, note)], json=json)


def _show_moved(found: Any, *, json: bool) -> None:
    if json:
        echo_json([_story_record(member) for member in found])
        return
    for member in found:
        last = member.moves[-1]
        (was_zh, was_en), (now_zh, now_en) = stands(last.before or ""), stands(last.after)
        where = f"{member.parcel_id} {member.member_id}"
        typer.echo(printable(f"{where}（{member.tier.name_in(member.district)}）{was_zh} → {now_zh}：{last.reason.zh}"))
        typer.echo(printable(f"    {where} ({member.tier.en}) {was_en} → {now_en}: {last.reason.en}"))


def _member_record(row: dict[str, Any]) -> dict[str, Any]:
    area = row["area_ha"]
    plain = {name: value if value == value else None for name, value in row.items() if name != "area_ha"}
    return plain | {"area_ha": str(area) if area == area else None}


def _member_row(row: dict[str, Any]) -> tuple[object, ...]:
    from landgis.area import mu

    known = row["area_ha"] == row["area_ha"]  # a parcel that has ended has no area any more
    reason, tier = MoveReason(row["reason"]), Tier(row["tier"])
    return (
        row["parcel_id"], f"{row['town_name']}\n{row['planned_use_code']}" if known else "已终止\nended",
        f"{mu(row['area_ha']):,.4f}" if known else "", "\n".join((*stands(row["standing"]), tier.zh)),
        "\n".join(filter(None, (moment(row["since"]), reason.zh, reason.en, row["note"]))),
    )  # fmt: skip


def _move_row(each: Move) -> tuple[object, ...]:
    (was_zh, was_en), (now_zh, now_en) = stands(each.before or ""), stands(each.after)
    rests = "\n".join(filter(None, (each.run_id, each.pool_id, each.plan_id)))
    return (
        each.step, f"{was_zh} → {now_zh}\n{was_en} → {now_en}",
        "\n".join(filter(None, (each.reason.zh, each.reason.en, each.note))), rests, each.version, each.by, moment(each.at),
    )  # fmt: skip


def _change_row(row: dict[str, Any]) -> tuple[object, ...]:
    (was_zh, was_en), (now_zh, now_en) = stands(row["before"]), stands(row["after"])
    reason = MoveReason(row["reason"])
    return (
        row["parcel_id"], "\n".join(_CHANGES[row["change"]]), f"{was_zh} → {now_zh}\n{was_en} → {now_en}",
        "\n".join(filter(None, (reason.zh, reason.en, row["note"]))), f"{row['by']}\n{moment(row['since'])}",
    )  # fmt: skip


def _story_record(member: Membership) -> dict[str, Any]:
    return {
        "member_id": member.member_id, "district": member.district, "parcel_id": member.parcel_id, "tier": str(member.tier),
        "standing": str(member.standing), "standing_zh": member.standing.zh, "version": member.version,
        "moves": [
            vars(each) | {"reason_zh": each.reason.zh, "reason_en": each.reason.en, "at": each.at.isoformat()}
            for each in member.moves
        ],
    }  # fmt: skip
