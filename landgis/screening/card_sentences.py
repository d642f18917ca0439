"""What a page says of a finding, where the finding's own sentence is not for its readers.

The sentences of findings are recorded, and compared when a run is verified: they stay as they are. A page names a layer
by its own name rather than by its rule's, says of a fact what it means rather than what the field holds, and spells codes
of the registry out.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from landgis.domain.outcome import Outcome
from landgis.domain.title import RightType
from landgis.rules.pack import DatedValue, Rule, Words

_RIGHT = re.compile(r"(?:\b([GJZ][A-Z]) )?QLLX ([0-9]+)")
_LETTERS = re.compile(r"\b[GJZ][A-Z]\b")
_TITLES = "title_code"
_YES_NO = "yes_no"
Row = dict[str, Any]


def sentence_of(finding: Row, rule: Rule | None, as_of: date, layer: Words | None) -> Words:
    """Return the sentence of a finding for people.

    Parameters
    ----------
    finding
        Entry of a record: ``outcome``, ``message_zh``, ``message_en``.
    rule, as_of
        The rule that found it, None where the pack has none by its id; the day it was judged for.
    layer
        What its layer is called; None where it asked none.
    """
    said = Words(finding["message_zh"], finding["message_en"])
    if rule is None:
        return said
    value = rule.in_force(as_of)
    if value is not None and finding["outcome"] == Outcome.CLEAR and _only_quotes(rule, value):
        return value.clear
    if rule.measure == _TITLES:
        return Words(spelled(said.zh, "zh"), spelled(said.en, "en"))
    return said if layer is None else _named(said, rule.title, layer)


def value_of(value: str, rule: Rule | None) -> Words:
    """Return the value of a fact for people, in both languages, where it is a code of the registry; else as it is."""
    if rule is None or rule.measure != _TITLES:
        return Words(value, value)
    return Words(spelled(value, "zh"), spelled(value, "en"))


def spelled(text: str, lang: str) -> str:
    """Spell letters of a parcel's number and codes of rights (``JB QLLX 7``) out, in ``zh`` or ``en``."""
    if not _RIGHT.search(text):
        letters = "宗地特征码 {}" if lang == "zh" else "number lettered {}"
        return _LETTERS.sub(lambda found: letters.format(found.group()), text)
    return _RIGHT.sub(lambda found: _right(found, lang), text)


def _only_quotes(rule: Rule, value: DatedValue) -> bool:
    """Tell whether all that the rule says of a fact that stands in nobody's way is what the field holds."""
    clear = (row.words.zh for row in value.outcomes.values() if row.outcome is Outcome.CLEAR)
    return rule.measure == _YES_NO and any("{value}" in words for words in clear)


def _right(found: re.Match[str], lang: str) -> str:
    letters, code = found.groups()
    if lang == "en":
        return f"number lettered {letters}, right of type {code}" if letters else f"right of type {code}"
    right = f"权利类型 {code} {RightType(code).zh}" if code in list(RightType) else f"权利类型 {code}"
    return f"宗地特征码 {letters}，{right}" if letters else right


def _named(said: Words, rule: Words, layer: Words) -> Words:
    """Put the layer's name where a sentence calls the layer by its rule's."""
    return Words(
        said.zh.replace(f"图层“{rule.zh}”", f"图层“{layer.zh}”"),
        said.en.replace(f"The layer “{rule.en}”", f"The layer “{layer.en}”").replace(
            f"the layer “{rule.en}”", f"the layer “{layer.en}”"
        ),
    )
