"""The trading mode of a line in words, with the clause that it stands on."""

from __future__ import annotations

from landgis.rules.choosing.mode_answer import Certainty, ModeAnswer
from landgis.rules.choosing.sale import ASKED
from landgis.rules.pack import Words


def mode_words(answer: ModeAnswer) -> Words:
    """Say which mode a line goes by, or what it hangs on, and by which clause."""
    if answer.certainty is Certainty.DECIDED:
        says = [course.row.force.says(course.row.mode) for course in answer.courses[:1]]
        premises = answer.premises
        return Words(
            "；".join([*(each.zh for each in says), *(each.zh for each in premises)]) + _cited(answer, "（", "）"),
            "; ".join([*(each.en for each in says), *(each.en for each in premises)]) + _cited(answer, " (", ")"),
        )
    if answer.certainty is Certainty.UNDECIDED:
        modes = list(dict.fromkeys(course.row.mode for course in answer.courses))
        asked = [ASKED[name] for name in answer.unknown]
        return Words(
            f"未定：取决于{'、'.join(each.zh for each in asked)}；可能为{'、'.join(each.words.zh for each in modes) or '—'}"
            + _cited(answer, "（", "）"),
            f"Undecided: it hangs on {', '.join(each.en for each in asked)}; may be "
            f"{', '.join(each.words.en for each in modes) or '—'}" + _cited(answer, " (", ")"),
        )
    said = answer.said or answer.certainty.words
    if answer.left is None:
        return said
    modes = list(answer.left.modes)
    return Words(
        f"{said.zh}；法规留下的方式：{'、'.join(each.words.zh for each in modes)}（{answer.left.clause.label_zh}）",
        f"{said.en}; left by the statute: {', '.join(each.words.en for each in modes)} ({answer.left.clause.label_zh})",
    )


def _cited(answer: ModeAnswer, before: str, after: str) -> str:
    labels = list(dict.fromkeys(course.row.clause.label_zh for course in answer.courses))
    return f"{before}{'、'.join(labels)}{after}" if labels else ""
