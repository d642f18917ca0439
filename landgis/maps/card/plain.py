"""The page as plain text, for terminals and mails."""

from __future__ import annotations

from typing import Any

from landgis.maps.card.told import PageTold, told
from landgis.maps.card.told_lines import Line
from landgis.maps.card.words import Voice

_RULE = "─" * 64


def plain_page(page: dict[str, Any], lang: str = "zh") -> str:
    """Return a page (``explain.schema.json``) as text in one language, ending in a line break."""
    said, say = told(page, lang), Voice(lang)
    parts = [
        f"{said.parcel_id}  {said.verdict_words}",
        *([f"【{said.banner}】"] if said.banner else []),
        *said.notes,
        _RULE,
    ]
    parts += _listed(said.facts, say)
    parts += _findings(said, say)
    parts += ["", f"{say('cures')}{say('colon')}{said.cures_heading}", *_listed(said.cures, say)]
    parts += ["", say("clear"), *_listed(said.clear, say)]
    parts += ["", say("not_asked"), *(_listed(said.not_asked, say) or [f"  {said.all_asked}"])]
    return "\n".join(parts) + "\n"


def _findings(said: PageTold, say: Voice) -> list[str]:
    if not said.cards:
        return ["", say("no_cards")]
    parts = []
    for card in said.cards:
        parts += ["", f"{card.number}. [{card.outcome_words}] {card.title}（{card.rule_id}）", f"  {card.message}"]
        parts += _listed(card.lines, say)
        if card.map_caption:
            parts.append(f"  {card.map_caption}")
    return parts


def _listed(lines: tuple[Line, ...], say: Voice) -> list[str]:
    return [f"  {line.label}{say('colon')}{line.text}" + (f" “{line.quote}”" if line.quote else "") for line in lines]
