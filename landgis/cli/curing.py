"""``landgis screen --curable``: near misses of the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from landgis.cli.show import echo_json, progress, table

if TYPE_CHECKING:
    from landgis.bootstrap import App

_SHOWN = 40


def show_curable(app: App, district: str, *, json: bool) -> int:
    """Rank the near misses of the last run of a district."""
    from landgis.services.explaining.near_misses import near_misses

    with progress("补正") as step:
        found = near_misses(app.database, district, indexes=app.warm_indexes, progress=step)
    if json:
        echo_json(found)
    else:
        _show(found)
    return 0


def refuse_beside_curable(**given: object) -> None:
    """Refuse options that ask for a new run beside ``--curable``, which reads the last one.

    Raises
    ------
    UsageError
        Naming them.
    """
    from landgis.errors import UsageError

    listed = "、".join(f"--{name.replace('_', '-')}" for name, value in given.items() if value)
    if listed:
        raise UsageError(
            f"--curable 只读最近一次筛查，不能与 {listed} 同用",
            f"--curable reads the last run and does not go with {listed}",
            next_zh="请去掉这些选项，或先运行 landgis screen",
            next_en="Leave them out, or run landgis screen first",
        )


def _show(found: dict[str, Any]) -> None:
    """Print what each blocked parcel of a run would take, nearest misses first."""
    from landgis.domain.printed import number

    title = f"{found['run_id']} · 截至 {found['as_of']} · {found['pack']['id']} {found['pack']['version']}"
    typer.echo("\n".join(filter(None, (title, found["caution_zh"], found["note_zh"]))))
    typer.echo(
        f"不符合或无法判定 {found['blocked']} 宗，可补正 {found['curable']} 宗。 "
        f"{found['blocked']} blocked, {found['curable']} curable."
    )
    near = [row for row in found["parcels"] if row["curable"]]
    rows = [
        (
            place,
            row["parcel_id"],
            row["verdict_zh"],
            row["effort"]["count"],
            number(row["effort"]["m2"]),
            _steps(row),
        )
        for place, row in enumerate(near[:_SHOWN], 1)
    ]
    table(("序", "地块", "结论", "项数", "减少 ㎡", "补正办法（按工作量）"), rows, ruled=True, whole=(1,))
    if len(near) > _SHOWN:
        typer.echo(f"另有 {len(near) - _SHOWN} 宗可补正，见 --json。 {len(near) - _SHOWN} more with --json.")


def _steps(row: dict[str, Any]) -> str:
    return "\n".join(f"【{cure['effort_zh']}】{cure['zh']}" for cure in row["cures"])
