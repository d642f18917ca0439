"""The words of cures: kinds of effort, and what a cut at the edge costs."""

from __future__ import annotations

from collections.abc import Sequence

from landgis.domain.printed import number, percent
from landgis.rules.pack import Effort, Words
from landgis.screening.edge_cuts import EdgeCut
from landgis.screening.figures import metres
from landgis.screening.stability import TOLERANCES_M

EFFORT_EN = {Effort.DOCUMENT: "a document", Effort.EDGE: "cut the edge", Effort.PLAN: "a plan"}
_CUT = Words(
    "；最深{deep} 米，切除后减少 {lost} ㎡（占地块 {share}；界址点取至毫米并留余量，过小、过窄的余地一并退出），"
    "剩余 {rest} ㎡，共 {pieces} 块",
    "; {deep} m at the deepest; the parcel would lose {lost} m² ({share}; corners on whole millimetres with a margin, and "
    "what is too small or narrow to use goes too) and keep {rest} m² in {pieces} piece(s)",
)
_DEEPER = Words("处大于 {limit:g}", "more than {limit:g}")


def edge_words(words: Sequence[Words], cut: EdgeCut | None) -> Words:
    """Join what the rules say of giving up ground, with what it costs."""
    joined = Words("；".join(each.zh for each in words), "; ".join(each.en for each in words))
    if cut is None or not cut.pieces:
        return joined
    known = [depth for depth in cut.depth_m.values() if depth is not None]
    whole = cut.given_up_m2 + cut.remaining_m2
    filled = {
        "lost": number(cut.given_up_m2),
        "share": percent(cut.given_up_m2 / whole),
        "rest": number(cut.remaining_m2),
        "pieces": cut.pieces,
    }
    if len(known) == len(cut.depth_m):
        deep = Words(f" {metres(max(known))}", metres(max(known)))
    else:
        limit = TOLERANCES_M[-1]
        deep = Words(_DEEPER.zh.format(limit=limit), _DEEPER.en.format(limit=limit))
    return Words(joined.zh + _CUT.zh.format(deep=deep.zh, **filled), joined.en + _CUT.en.format(deep=deep.en, **filled))


def layer_words(rules: Sequence[Words], supply: Words) -> Words:
    """Say for which rules a layer is wanted, and who supplies it."""
    zh, en = "、".join(rule.zh for rule in rules), ", ".join(rule.en for rule in rules)
    return Words(f"补充核对“{zh}”所需的图层：{supply.zh}", f"Supply the layer to judge {en} by: {supply.en}")


def seam_words(words: Words, gap_m2: float) -> Words:
    """Say of a gap in a layer that it is a seam between its features rather than ground without data."""
    told = number(gap_m2)
    return Words(
        f"{words.zh}（缺口仅 {told} ㎡，多为图斑之间的接缝，可先核对接边）",
        f"{words.en} (the gap is {told} m², most likely a seam between features: look at their edges first)",
    )


def ended_words(words: Words) -> Words:
    """Say that a rule stands in the way for good."""
    return Words(f"{words.zh}：不可补正", f"{words.en}: cannot be cured")


def useless_words(words: Words) -> Words:
    """Say that giving up ground leaves nothing useful."""
    return Words(f"{words.zh}：切除后没有可用部分", f"{words.en}: nothing useful would remain")
