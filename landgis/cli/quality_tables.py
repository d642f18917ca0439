"""How a quality report looks on a terminal of 80 columns."""

from __future__ import annotations

import math
from decimal import Decimal
from textwrap import fill
from typing import TYPE_CHECKING

import typer

from landgis.cli.show import notice, printable, table
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.frames.spec import rows_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from landgis.quality.report import QualityReport

_SHOWN = 40
_ENDS = {0: ("可用", "fit for use"), 1: ("有问题待答复", "to be answered"), 2: ("不可用", "not fit for use")}


def show_report(report: QualityReport) -> None:
    """Print counts per rule with first places, then notes, repairs and the end."""
    from landgis.quality.report import summary

    subject = report.subject
    typer.echo(printable(f"{subject.title_zh} {subject.title_en}"))
    typer.echo(printable(f"{subject.key} · {subject.feature_count} 个要素 features · {subject.crs}"))
    if subject.substitute:
        notice(SUBSTITUTE_ZH, SUBSTITUTE_EN)
    for zh, en in report.notes:
        notice(zh, en)
    rows = []
    for row in summary(report.findings):
        rule = row.rule
        limit = f"{Decimal(str(report.limits[rule.tolerance.name])).normalize():f}" if rule.tolerance else "—"
        rows.append((rule.code, f"{rule.zh} {rule.en}", rule.severity.zh, row.count, limit, ", ".join(row.first[:3])))
    if rows:
        table(("规则", "说明 rule", "程度", "处", "容差", "先看 first"), rows)
    silent = [code for code in sorted(report.asked) if code not in set(report.findings["rule"])]
    typer.echo(fill(f"未见问题 nothing found: {' '.join(silent) or '—'}", 76, subsequent_indent="  "))
    if report.matrix is not None:
        _show_matrix(report.matrix)
    if report.repairs is not None:
        repair_table(report.repairs, "可做的修复 possible repairs")
    counts = "，".join(f"{severity.zh} {count}" for severity, count in report.counts.items())
    zh, en = _ENDS[report.exit_code]
    typer.echo(f"合计：{counts} · {zh} {en} · {report.checked_on} {report.checked_by}")


def _show_matrix(matrix: pd.DataFrame) -> None:
    rows = []
    for (one, other), curve in matrix.groupby(["one", "other"], sort=False):
        rows.append((f"{one} × {other}\n开运算后 after opening\n只计宽块 wide pieces alone", *(
            f"\n{row['opened_m2']:.2f}\n{row['overlap_m2']:.2f}" for row in rows_of(curve)
        )))  # fmt: skip
    widths = dict.fromkeys(matrix["width_m"])
    table(
        ("控制线 lines", *(f"{width:g} m" for width in widths)),
        rows,
        title="相互压占 ㎡ 随容差 overlap m² by tolerance",
    )


def repair_table(repairs: gpd.GeoDataFrame, title: str) -> None:
    """Print repairs with area before and after and how far the line moves."""
    if repairs.empty:
        typer.echo(f"{title}：无 none")
        return
    rows = [
        (f"{row['repair_id']}\n{row['feature_id']}", row["kind"],
         f"{row['area_before_m2']:.4f}\n{row['area_after_m2']:.4f}", "—" if math.isnan(row["moved_m"]) else f"{row['moved_m']:.4f}",
         "须点名\nby name" if row["needs_person"] else "")
        for row in rows_of(repairs.head(_SHOWN))
    ]  # fmt: skip
    table(("编号 id\n要素 feature", "做法", "前 ㎡\n后 ㎡", "移动 m", ""), rows, title=title)
    if len(repairs) > _SHOWN:
        typer.echo(f"显示 {_SHOWN} / 共 {len(repairs)} 个；全部见 --json 或 --out")
