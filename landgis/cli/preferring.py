"""``landgis screen --preference``: the order of what may enter, with every point told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from landgis.cli.show import echo_json, notice, progress, table
from landgis.domain.outcome import Outcome
from landgis.errors import UsageError
from landgis.frames.spec import rows_of

if TYPE_CHECKING:
    from landgis.bootstrap import App
    from landgis.services.screening.prefer import Preferred


def refuse_beside_preference(preference: bool, *, out: Path | None, plain: bool) -> None:
    """Refuse what has no meaning beside ``--preference``: it reads the last run and measures nothing anew."""
    if preference and not plain:
        raise UsageError(
            "--preference 只读最近一次筛查，不能与其他筛查选项同用",
            "--preference reads the last run: no other option of screen goes with it",
            next_zh="请先运行 landgis screen，再单独用 --preference",
            next_en="Run landgis screen first, then --preference by itself",
        )  # fmt: skip
    if out is not None and not preference:
        raise UsageError(
            "--out 只用于 --preference", "--out goes with --preference",
            next_zh="请加 --preference", next_en="Add --preference",
        )  # fmt: skip


def show_preference(app: App, rules: str, *, top: int, out: Path | None, json: bool) -> int:
    """Rank the newest run, print it, and write the tables where a folder is given."""
    from landgis.services.screening.prefer import prefer
    from landgis.services.screening.prefer_files import write_preference

    district = app.pack(rules).pack_id
    with progress("优选") as step:
        preferred = prefer(app.database, district, top=top, originals=app.originals, progress=step)
    paths = write_preference(preferred, out) if out is not None else []
    if json:
        echo_json(preferred.as_dict())
        return 0
    _show(preferred)
    for path in paths:
        typer.echo(f"已写出 written: {path}")
    return 0


def _show(preferred: Preferred) -> None:
    for zh, en in preferred.notices:
        notice(zh, en)
    scored, full = preferred.scored, preferred.preference.full
    rows = [
        (
            str(row["rank"]) if row["rank_best"] == row["rank_worst"] else _open_rank(row),
            row["parcel_id"],
            Outcome(row["verdict"]).zh,
            _points(row["points_least"], row["points_most"]),
            f"{row['varied_best']}–{row['varied_worst']}",
            f"{row['stays_share']:.0%}",
        )
        for row in rows_of(scored.ranks.head(scored.top))
    ]
    table(
        ("次序\n可能", "地块 parcel", "结论", f"得分/{full:g}", "权重±20%\n次序", f"留在前{scored.top}"),
        rows,
        title=f"优选次序 {preferred.run.run_id} · 截至 {preferred.run.meta.as_of}",
        whole={1},
    )
    _show_first(preferred)
    left = len(scored.ranks) - len(rows)
    counts = preferred.not_scored["verdict"].value_counts()
    told = "，".join(f"{Outcome(str(verdict)).zh} {count} 宗" for verdict, count in counts.items()) or "无"
    typer.echo(f"另有 {max(0, left)} 宗有次序未列出；不予优选：{told}（见 --json 或 --out）")


def _show_first(preferred: Preferred) -> None:
    """Tell by which points the first parcel stands where it stands."""
    scored = preferred.scored
    titles = {each.contribution_id: each.title for each in preferred.preference.contributions}
    first = scored.points[scored.points["parcel_id"].isin(scored.ranks["parcel_id"].head(1))]
    table(
        ("打分项", "值", "得分", "来源"),
        [
            (
                titles[row["contribution"]].zh,
                _value(row["least"], row["most"], row["unit"]),
                f"{_points(row['points_least'], row['points_most'])}/{row['weight']:g}",
                row["source_zh"],
            )
            for row in rows_of(first)
        ],
        title="首位的得分构成 how the first got its points",
    )


def _open_rank(row: dict[str, Any]) -> str:
    return f"{row['rank']}\n{row['rank_best']}–{row['rank_worst']}"


def _points(least: float, most: float) -> str:
    return f"{least:.2f}" if least == most else f"{least:.2f}–{most:.2f}"


def _value(least: float, most: float, unit: str) -> str:
    """Write a value or its bounds; nothing known is said so."""
    shown = [_figure(bound, unit) for bound in (least, most)]
    if least == most:
        return shown[0]
    if unit == "share" and (least, most) == (0.0, 1.0):
        return "未知"
    if most == float("inf"):
        return "未知" if least == 0 else f"≥ {shown[0]}"
    return f"{shown[0]} 至 {shown[1]}"


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f} {'㎡' if unit == 'm2' else '米'}"
