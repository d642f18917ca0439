"""What is said of a sliver: its cause with the numbers that prove it, and the smallest edit that removes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landgis.domain.sliver import Cause
from landgis.rules.pack import Words
from landgis.screening.slivers.chord import PLAIN_ARC

_MESSAGES = {
    Cause.DOUBLE_DRAWN: Words(
        "边界重复绘制：压入部分 {near} 的界线在图层界线近旁，沿 {run} 米共边来回交错 {turns} 次，"
        "压入 {overlap} ㎡、空隙 {gap} ㎡，最深 {deepest} 米",
        "One border drawn twice: {near} of the border inside lies beside the layer's line; along {run} m the two change "
        "sides {turns} times, {overlap} m² of overlap against {gap} m² of gap, {deepest} m at the deepest",
    ),
    Cause.PROJECTION_CHORD: Words(
        "投影弦差（{crs} 下为直线）：长 {chord} 米的直边一侧有 {points} 个折点，实测弦高 {measured} 米，预期 {expected} 米，"
        "残差 {misfit}；图层与地块折点数之比 {ratio}",
        "A projection chord (straight in {crs}): beside a straight edge of {chord} m lie {points} points; rise measured "
        "{measured} m, expected {expected} m, misfit {misfit}; points of the layer for one of the parcel: {ratio}",
    ),
    Cause.UNIFORM_SHIFT: Words(
        "{whose}整体偏移（东 {dx}，北 {dy} 米）：可比界线 {share} 支持，前侧 {ahead} 米、对侧 {behind} 米，"
        "{edges} 条边、{vertices} 个折点；移回前后残差 {before} → {after} 米，移回后压占 {left} ㎡",
        "{whose_en} stands off as a whole (east {dx}, north {dy} m): {share} of the comparable border supports it, "
        "{ahead} m ahead and {behind} m behind, {edges} edges and {vertices} points; residual {before} → {after} m when "
        "moved back, overlap left {left} m²",
    ),
    Cause.TRUE_ENCROACHMENT: Words(
        "真实压占：最深处可容直径 {depth} 米的圆，面积 {area} ㎡；没有证据表明是绘图误差",
        "A true encroachment: a circle of {depth} m fits at the deepest place, {area} m²; nothing shows a fault of the "
        "drawing",
    ),
    Cause.UNDECIDED: Words(
        "成因待定：最深 {depth} 米，面积 {area} ㎡，对侧可确认未动的界线 {still} 米；与绘图误差相容，但证据不足以排除真实压占",
        "Undecided: {depth} m deep, {area} m², {still} m of the far side seen to lie still; a fault of the drawing is "
        "possible, but a true encroachment cannot be excluded",
    ),
}
_CUT = Words(
    "沿图层界线切除压占部分，地块减少 {area} ㎡（去掉地块折点 {mine} 个，加入图层折点 {theirs} 个）",
    "cut along the layer's line; the parcel loses {area} m² ({mine} of its points go, {theirs} of the layer's come in)",
)
_THINNED = Words(
    "折点疏密不一：长 {chord} 米的直边一侧有 {points} 个折点，实测弦高 {measured} 米；相邻直边之间的折点有 {joints} 个为两侧共有；"
    "图层与地块折点数之比 {ratio}",
    "Few points against many: beside a straight edge of {chord} m lie {points} points, {measured} m off at most; both "
    "borders have the {joints} points between such edges; points of the layer for one of the parcel: {ratio}",
)
_REMEDIES = {
    Cause.DOUBLE_DRAWN: Words(
        "最小修改：以图层界线为准贴合共边，移动地块折点 {mine} 个、加入图层折点 {theirs} 个，最大移动 {deepest} 米，"
        "地块减少 {area} ㎡",
        "Smallest edit: take the layer's line for the shared border; move {mine} points of the parcel and add {theirs} of "
        "the layer's, by {deepest} m at most; the parcel loses {area} m²",
    ),
    Cause.PROJECTION_CHORD: Words(
        "最小修改：两侧采用同一组折点（加入图层折点 {theirs} 个、移动地块折点 {mine} 个），最大移动 {deepest} 米，"
        "地块减少 {area} ㎡",
        "Smallest edit: give both sides the same points (add {theirs} of the layer's, move {mine} of the parcel's), by "
        "{deepest} m at most; the parcel loses {area} m²",
    ),
    Cause.UNIFORM_SHIFT: Words(
        "最小修改：{whose}整体移动（东 {back_x}，北 {back_y} 米），形状与面积不变，移后尚余压占 {left} ㎡",
        "Smallest edit: move {whose_en_small} as a whole (east {back_x}, north {back_y} m); shape and area stay, "
        "{left} m² of overlap are left",
    ),
    Cause.TRUE_ENCROACHMENT: Words("最小修改：{cut_zh}", "Smallest edit: {cut_en}"),
    Cause.UNDECIDED: Words(
        "请实地核对或补充原始成果；若属真实压占，{cut_zh}",
        "Look at the place or at the original survey; if the encroachment is real: {cut_en}",
    ),
}
_WHOSE = {
    "parcel": ("地块", "The parcel", "the parcel"),
    "feature": ("图层（图幅）", "The sheet of the layer", "the sheet of the layer"),
    "": ("", "", ""),
}


def message(cause: Cause, row: Mapping[str, Any]) -> Words:
    """Say the cause and its evidence."""
    thinned = cause is Cause.PROJECTION_CHORD and row["chord_crs"] == PLAIN_ARC
    return _filled(_THINNED if thinned else _MESSAGES[cause], row)


def remedy(cause: Cause, row: Mapping[str, Any]) -> Words:
    """Say the smallest edit that removes the sliver."""
    return _filled(_REMEDIES[cause], row)


def _filled(words: Words, row: Mapping[str, Any]) -> Words:
    said = _figures(row)
    cut = {"cut_zh": _CUT.zh.format(**said), "cut_en": _CUT.en.format(**said)}
    return Words(words.zh.format(**said, **cut), words.en.format(**said, **cut))


def _figures(row: Mapping[str, Any]) -> dict[str, str]:
    whose, whose_en, whose_en_small = _WHOSE[str(row["shift_of"])]
    return {
        "near": f"{row['near_share']:.0%}",
        "run": f"{row['run_m']:.1f}",
        "turns": str(row["run_turns"]),
        "overlap": _small(row["run_overlap_m2"]),
        "gap": _small(row["run_gap_m2"]),
        "deepest": _small(row["deepest_m"]),
        "still": f"{row['still_m']:.1f}",
        "depth": _small(row["depth_m"]),
        "area": _small(row["area_m2"]),
        "mine": str(row["parcel_vertices_in"]),
        "theirs": str(row["feature_vertices_in"]),
        "crs": str(row["chord_crs"]),
        "joints": str(row["chord_joints"]),
        "chord": f"{row['chord_m']:.1f}",
        "points": str(row["chord_points"]),
        "measured": _small(row["chord_measured_m"]),
        "expected": _small(row["chord_expected_m"]),
        "misfit": f"{row['chord_misfit']:.0%}",
        "ratio": f"{row['vertex_ratio']:.1f}",
        "whose": whose,
        "whose_en": whose_en,
        "whose_en_small": whose_en_small,
        "dx": f"{row['shift_dx_m']:+.3f}",
        "dy": f"{row['shift_dy_m']:+.3f}",
        "back_x": f"{-row['shift_dx_m']:+.3f}",
        "back_y": f"{-row['shift_dy_m']:+.3f}",
        "share": f"{row['shift_share']:.0%}",
        "ahead": f"{row['shift_ahead_m']:.1f}",
        "behind": f"{row['shift_behind_m']:.1f}",
        "edges": str(row["shift_edges"]),
        "vertices": str(row["shift_vertices"]),
        "before": _small(row["shift_before_m"]),
        "after": _small(row["shift_after_m"]),
        "left": _small(row["shift_left_m2"]),
    }


def _small(value: float) -> str:
    """Print metres or square metres: three decimals, more where it would read as zero."""
    if abs(value) >= 0.001 or abs(value) < 5e-7:
        return f"{value:.3f}"
    return f"{value:.6f}"
