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


def refuse_beside_preference(preference: bool, *, out: Path | None, top: int | None, plain: bool) -> None:
    """Refuse what has no meaning beside ``--preference``: it reads the last run and measures nothing anew."""
    if preference and not plain:
        raise UsageError(
            "--preference 只读最近一次筛查，不能与其他筛查选项同用",
            "--preference reads the last run: no other option of screen goes with it",
            next_zh="请先运行 landgis screen，再单独用 --preference",
            next_en="Run landgis screen first, then --preference by itself",
        )  # fmt: skip
    lost = [name for name, given in (("--out", out), ("--top", top)) if given is not None]
    if lost and not preference:
        raise UsageError(
            f"{'、'.join(lost)} 只用于 --preference", f"{', '.join(lost)} goes with --preference alone",
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
            f"{Outcome(row['verdict']).zh}\n{row['verdict']}",
            _points(row["points_least"], row["points_most"]),
            f"{row['varied_best']}–{row['varied_worst']}",
            f"{row['stays_share']:.0%}",
        )
        for row in rows_of(scored.ranks.head(scored.top))
    ]
    table(
        ("次序\nrank", "地块\nparcel", "结论\nverdict", f"得分/{full:g}\npoints", "变动\nvaried", "稳定\nstays"),
        rows,
        title=f"优选次序 {preferred.run.run_id} · 截至 {preferred.run.meta.as_of} | order of preference",
        ruled=True,
        whole={1},
    )
    typer.echo(
        f"次序下行为资料未知时的可能次序；变动：任一权重 ±20% 时的次序；稳定：留在前 {scored.top} 名的比例\n"
        "Below a rank: the ranks it may come to when what is unknown is known. Varied: its ranks when a weight goes "
        f"20% up or down; stays: how often it is among the first {scored.top}"
    )
    _show_first(preferred)
    left = len(scored.ranks) - len(rows)
    counts = preferred.not_scored["verdict"].value_counts()
    told = "，".join(f"{Outcome(str(verdict)).zh} {count} 宗" for verdict, count in counts.items()) or "无"
    told_en = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none"
    typer.echo(
        f"另有 {max(0, left)} 宗有次序未列出；不予优选：{told}（见 --json 或 --out）\n"
        f"{max(0, left)} more are ranked; not ranked: {told_en} (see --json or --out)"
    )


def _show_first(preferred: Preferred) -> None:
    """Tell by which points the first parcel stands where it stands."""
    scored = preferred.scored
    titles = {each.contribution_id: each.title for each in preferred.preference.contributions}
    first = scored.points[scored.points["parcel_id"].isin(scored.ranks["parcel_id"].head(1))]
    table(
        ("打分项\nitem", "值\nvalue", "得分\npoints", "来源\nsource"),
        [
            (
                f"{titles[row['contribution']].zh}\n{titles[row['contribution']].en}",
                _value(row["least"], row["most"], row["unit"]),
                f"{_points(row['points_least'], row['points_most'])}/{row['weight']:g}",
                f"{row['source_zh']}\n{row['source_en']}",
            )
            for row in rows_of(first)
        ],
        title="首位的得分构成 how the first got its points",
        ruled=True,
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
        return "未知 unknown"
    if most == float("inf"):
        return "未知 unknown" if least == 0 else f"≥ {shown[0]}"
    return f"{shown[0]} – {shown[1]}"


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f} {'㎡' if unit == 'm2' else '米 m'}"
