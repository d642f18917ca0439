"""``landgis run``: the screening runs on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.districts import AnyDistrict
from landgis.cli.show import echo_json, table
from landgis.domain.outcome import VERDICTS

if TYPE_CHECKING:
    from landgis.services.runs.run_list import ListedRun

app = typer.Typer(no_args_is_help=True, help="筛查批次。 Screening runs.")
_SCOPES = {"full": "全部规则\nfull", "control-lines": "控制线\ncontrol lines"}


@app.callback()
def runs() -> None:
    """筛查批次。 Screening runs."""


@app.command("list")
def list_(
    district: AnyDistrict = None, json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False
) -> None:
    """列出筛查批次，新的在前；说明、认定、建库不指明批次时用本区最近的正式批次。 List screening runs, the newest first.

    批次编号可写成 1、r1 或 R000001。
    A run may be written 1, r1 or R000001. Where none is named, the newest final run of the district counts.
    """
    from landgis.cli.opening import open_app
    from landgis.domain.district import BEIJING
    from landgis.services.runs.run_list import listed_runs

    found = listed_runs(open_app().database, district)
    if json:
        echo_json([run.as_dict() for run in found])
        return
    if not found:
        typer.echo("还没有筛查批次，请运行 landgis screen | no run yet: run landgis screen")
        return
    table(
        ("批次、区\nrun", "截至、范围\nas of", "建立\nmade", "性质\nkind", "结论（宗）\nverdicts"),
        [
            (
                f"{run.head.run_id}\n{run.head.meta.district}",
                f"{run.head.meta.as_of}\n{_SCOPES[run.head.meta.scope]}",
                f"{run.head.created_at.astimezone(BEIJING):%Y-%m-%d %H:%M}\n{run.head.created_by}",
                _kind(run),
                "\n".join(f"{each.zh} {each} {run.counts[each]}" for each in VERDICTS if run.counts.get(each)),
            )
            for run in found
        ],
        title=f"筛查批次 {len(found)} 个 | {len(found)} runs",
        ruled=True,
        whole=(0, 1, 2, 4),
    )


def _kind(run: ListedRun) -> str:
    """Say whether it is final, and whether others stand on it."""
    zh, en = run.head.meta.caution
    if not run.head.meta.final:
        return f"{zh}\n{en}"
    return "正式 final\n现用\nin use" if run.newest else "正式 final"
