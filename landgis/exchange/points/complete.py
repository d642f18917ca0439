"""Whether a text of points is whole. Nothing in the format says how many plots there are, so three things must speak.

A ring is proven by its repeated first point, a plot by its stated number of points or by its stated area. A file that
breaks off shows it by a last line without end, by a last ring left open where others are closed, or by a number of
points that was not reached. A file cut exactly between two plots shows nothing: that is said in every reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from landgis.domain.issue import Issue, Severity
from landgis.exchange.points.number_text import narrow
from landgis.exchange.points.points_read import Plot, refusal
from landgis.exchange.points.rings import Ring
from landgis.exchange.points.stated_area import AreaCheck

_COUNT_KEYS = ("地块数", "地块数量", "地块总数", "地块个数", "总地块数", "宗地数", "宗地数量")


def prove_complete(
    name: str,
    plots: Sequence[Plot],
    rings: Sequence[Sequence[Ring]],
    areas: Sequence[AreaCheck],
    *,
    ended: bool,
    header: Mapping[str, str],
) -> list[Issue]:
    """Refuse what is provably cut, and say what nothing proves.

    Parameters
    ----------
    name
        File.
    plots, rings, areas
        Plots, their rings (none for what is no polygon) and area checks, in file order.
    ended
        Whether the last line has its end.
    header
        Header keys, one of which may state the number of plots.

    Raises
    ------
    FileUnreadable
        If the file was cut off, or fewer plots were read than stated.
    """
    issues = _plot_count(name, plots, header)
    habit_closed = any(ring.closed for each in rings for ring in each)
    for plot, own, area in zip(plots, rings, areas, strict=True):
        if not plot.fault_zh:
            issues += _prove_plot(name, plot, own, area, habit_closed)
    if not ended:
        issues.append(_last_line(name, plots[-1], rings[-1], areas[-1]))
    return issues


def stated_plots(header: Mapping[str, str]) -> int | None:
    """Return the number of plots that the header promises; None where it promises none."""
    text = narrow(next((header[key] for key in _COUNT_KEYS if header.get(key)), "")).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def count_agrees(plot: Plot, rings: Sequence[Ring]) -> bool:
    """Tell whether the stated number of points is the one read, with or without the repeated first points."""
    lines = len(plot.points)
    return plot.point_count in (lines, lines - sum(ring.closed for ring in rings))


def _prove_plot(name: str, plot: Plot, rings: Sequence[Ring], area: AreaCheck, habit_closed: bool) -> list[Issue]:
    if count_agrees(plot, rings):
        return []
    closed = all(ring.closed for ring in rings)
    missing = plot.point_count is not None and plot.point_count > len(plot.points)
    if _is_cut(closed, missing, habit_closed, area.agrees):
        raise refusal(
            name, plot.points[-1].place, *_cut(plot, closed),
            "请重新复制原文件；若原文件确实如此，请补齐闭合点或更正点数、面积",
            "Copy the original again; if it is really so, close the ring or correct the number of points and the area",
        )  # fmt: skip
    issues = _count_issue(name, plot, rings)
    if not closed and not area.agrees:
        zh = "这一地块没有闭合点，点数、面积也不能证明完整：可能缺行，请与提供单位核对"
        en = "this plot has no closing point, and neither count nor area proves it whole: lines may be missing; check"
        issues.append(Issue("plot_completeness_unproven", Severity.SERIOUS, f"{name} {plot.place.zh}", zh, en))
    return issues


def _is_cut(closed: bool, missing: bool, habit_closed: bool, area_agrees: bool | None) -> bool:
    """Weigh the signs of a cut: a ring left open where others are closed, points that are missing, a wrong area."""
    if closed:
        return missing and area_agrees is False
    if habit_closed and missing:
        return True
    return (habit_closed or missing) and not area_agrees


def _cut(plot: Plot, closed: bool) -> tuple[str, str]:
    stated = "没有写明" if plot.point_count is None else f"写 {plot.point_count}"
    zh = f"地块到此中断：点数{stated}，读到 {len(plot.points)} 行" + (
        "，面积也不符" if closed else "，最后一圈没有闭合"
    )
    stated = "not stated" if plot.point_count is None else str(plot.point_count)
    en = f"the plot breaks off here: points stated {stated}, lines read {len(plot.points)}, " + (
        "and the area does not agree" if closed else "and its last ring is open"
    )
    return zh, en


def _count_issue(name: str, plot: Plot, rings: Sequence[Ring]) -> list[Issue]:
    if plot.point_count is None:
        return []
    closing = sum(ring.closed for ring in rings)
    zh = f"点数写 {plot.point_count}，实有 {len(plot.points)} 行（其中闭合点 {closing} 个）；按实有读取"
    en = f"{plot.point_count} points stated, {len(plot.points)} lines read ({closing} of them closing points)"
    return [Issue("point_count_differs", Severity.MINOR, f"{name} {plot.place.zh}", zh, en)]


def _last_line(name: str, plot: Plot, rings: Sequence[Ring], area: AreaCheck) -> Issue:
    """Accept a last line without end only where it is plainly whole."""
    last = plot.points[-1]
    even = len({point.decimals for point in plot.points}) == 1 and last.decimals > 0
    if rings and rings[-1].closed:
        whole = last.decimals == rings[-1].points[0].decimals
    else:
        whole = even and (count_agrees(plot, rings) or area.agrees is True)
    if whole:
        zh, en = "最后一行没有换行，但内容完整", "the last line has no end, and is whole"
        return Issue("last_line_unended", Severity.MINOR, f"{name} {last.place.zh}", zh, en)
    raise refusal(
        name, last.place,
        "最后一行没有换行，也没有闭合点，不能证明这一行是完整的", "the last line has no end and closes no ring: it may be cut",
        "请重新复制原文件；若确实完整，在文件末尾加一个换行", "Copy the original again; if it is whole, end it with a line break",
    )  # fmt: skip


def _plot_count(name: str, plots: Sequence[Plot], header: Mapping[str, str]) -> list[Issue]:
    stated = stated_plots(header)
    if stated is None:
        zh = f"文件没有写明地块数：读到 {len(plots)} 个；若恰在两个地块之间截断则无从发现，请与提供单位核对"
        en = f"the file does not state its number of plots: {len(plots)} read; a cut between two plots would not show: check"
        return [Issue("completeness_undeclared", Severity.MINOR, name, zh, en)]
    if stated > len(plots):
        raise refusal(
            name, plots[-1].place, f"写明 {stated} 个地块，只读到 {len(plots)} 个，文件没有复制完整",
            f"{stated} plots stated, {len(plots)} read: the file was not copied whole",
        )  # fmt: skip
    if stated < len(plots):
        zh, en = f"写明 {stated} 个地块，读到 {len(plots)} 个", f"{stated} plots stated, {len(plots)} read"
        return [Issue("plot_count_differs", Severity.SERIOUS, name, zh, en)]
    return []
