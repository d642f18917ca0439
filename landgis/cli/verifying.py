"""``landgis verify``: whether a stored run can still be had from what it stood on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import echo_json, notice, printable, progress, table

if TYPE_CHECKING:
    from landgis.services.verifying.verification import Check, Verification

_LISTED = 40
"""Differences printed for people; ``--json`` has them all."""


def verify(
    run: Annotated[str, typer.Option("--run", metavar="R000001", help="筛查批次。 The screening run.")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """核验一个筛查批次：比对指纹，按库内资料重新量算、判定，逐位比较。 Recompute a run and compare it bit for bit.

    退出码：0 一致；1 有不一致，逐条列出；3 无法重算（图层版本已不在、规则包版本已不随程序提供、量算内核不同），已核对的部分一致。
    Exit 0 the same, 1 something differs and is named, 3 it cannot be recomputed, and what could be checked is the same.
    """
    from landgis.cli.opening import open_app
    from landgis.services.verifying.verify_run import verify_run

    app = open_app()
    with progress("核验") as step:
        found = verify_run(app.database, run, app.pack, app.originals, step)
    if json:
        echo_json(found.as_dict())
    else:
        _show(found)
    return found.exit_code


def _show(found: Verification) -> None:
    meta, differences = found.head.meta, found.differences
    for zh, en in found.notices:
        notice(zh, en)
    rows = [("\n".join(check.what.words), "\n".join(check.state.words), _note(check)) for check in found.checks]
    title = f"核验 {found.head.run_id} · {meta.district} · 截至 {meta.as_of} · {meta.pack_id} {meta.pack_version}"
    table(("核验内容\nchecked", "结果\nresult", "说明\nnote"), rows, title=title, ruled=True)
    for difference in differences[:_LISTED]:
        typer.echo(printable(f"[{difference.code}] {difference.zh}\n    {difference.en}"))
    if len(differences) > _LISTED:
        rest = len(differences) - _LISTED
        typer.echo(f"另有 {rest} 处，见 --json | {rest} more, see --json")
    typer.echo(" ".join(found.state.words))


def _note(check: Check) -> str:
    count = len(check.differences)
    return "\n".join(filter(None, (f"{count} 处 {count} differences" if count else "", *check.why)))
