"""``landgis pool effect``: what a change would do to pool and plan, before it is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.districts import OneDistrict
from landgis.cli.pool_words import change, pool_name
from landgis.cli.show import echo_json, notice, printable, progress, table

if TYPE_CHECKING:
    from landgis.services.pooling.change_effect import Effect

_SHOWN = 40


def attach(app: typer.Typer) -> None:
    """Add the command to ``landgis pool``."""
    app.command()(effect)


def effect(
    district: OneDistrict = "songjiang",
    run: Annotated[
        str | None,
        typer.Option(
            metavar="R000001", help="预审或正式批次；不写用最近的。 A preview or a final run; the newest without."
        ),
    ] = None,
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """变更生效前看影响：哪些在库地块、计划行的结论会变，接着要办什么。 What a change would do to pool and plan.

    先预审：landgis screen --legal-state drafting（或 public_notice、approved_pending），再看影响；什么也不保存。
    Preview first: landgis screen --legal-state drafting; nothing is stored here.
    """
    from landgis.cli.opening import open_app
    from landgis.services.pooling.change_effect import effect as service

    main = open_app(acting)
    with progress("变更影响"):
        found = service(main.database, main.person, district, main.pack(district), run, main.warm_indexes)
    if json:
        echo_json(found.as_dict())
    else:
        _show(found)


def _show(found: Effect) -> None:
    from landgis.services.pooling.change_effect import CONSULTED

    meta = found.run.meta
    title = f"{pool_name(meta.district)} · {found.run.run_id} 与 {found.flips.against.run_id} 相比"
    typer.echo("\n".join(filter(None, (title, *meta.caution))))
    typer.echo(
        f"{len(found.flips.flipped)} 宗结论有变，涉及在库地块和计划行 {len(found.todos)} 项 | "
        f"{len(found.flips.flipped)} verdicts flip; members and lines concerned: {len(found.todos)}"
    )
    for todo in found.todos[:_SHOWN]:
        where = " ".join(filter(None, (todo.member_id, todo.plan_id)))
        typer.echo(printable(f"  【{todo.kind.zh} {where}】{todo.said_zh}\n    {todo.said_en}"))
    if len(found.todos) > _SHOWN:
        typer.echo(f"  另有 {len(found.todos) - _SHOWN} 项，见 --json | {len(found.todos) - _SHOWN} more, see --json")
    _show_build(found)
    if found.todos:
        typer.echo(f"{CONSULTED[0]}。\n{CONSULTED[1]}.")
    if found.outdated:
        count = len(found.outdated)
        notice(
            f"此批次之后有 {count} 宗地块新增、变更或终止，请重新预审",
            f"{count} parcels changed since this run: preview again",
        )


def _show_build(found: Effect) -> None:
    from landgis.domain.pooling import MoveReason

    rows = [
        (row["parcel_id"], "\n".join(change(row)), f"{MoveReason(row['reason']).zh}\n{MoveReason(row['reason']).en}")
        for row in found.moves[:_SHOWN]
    ]
    if rows:
        table(
            ("地块\nparcel", "变动\nmove", "理由\nreason"), rows, ruled=True, whole=(0,),
            title=f"下次建库将因此变动 {len(found.moves)} 宗\nThe next build would move {len(found.moves)}",
        )  # fmt: skip
    for row in found.bound:
        typer.echo(f"须先调整计划 adjust the plan first：{row['parcel_id']}")
    pending = len(found.moved.moves) - len(found.moves)
    if pending:
        typer.echo(f"另有 {pending} 宗变动与此无关，下次建库也会发生 | moves that are due without it: {pending}")
