"""Outcomes of rules and verdicts of parcels: four of them, never a bool."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule says of a parcel. A parcel's verdict is the worst of its outcomes."""

    CLEAR = "clear"
    FLAGGED = "flagged"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    NOT_ASKED = "not_asked"
    """The rule lies outside the scope of this check; it never enters a verdict."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _ZH[self]

    @property
    def severity(self) -> int:
        """Rank in the order excluded > unknown > flagged > clear > not asked."""
        return _ORDER.index(self)


_ORDER = (Outcome.NOT_ASKED, Outcome.CLEAR, Outcome.FLAGGED, Outcome.UNKNOWN, Outcome.EXCLUDED)
_ZH = {
    Outcome.CLEAR: "符合",
    Outcome.FLAGGED: "待核",
    Outcome.UNKNOWN: "无法判定",
    Outcome.EXCLUDED: "不符合",
    Outcome.NOT_ASKED: "未列入本次检查",
}
VERDICTS = (Outcome.CLEAR, Outcome.FLAGGED, Outcome.UNKNOWN, Outcome.EXCLUDED)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst outcome, leaving ``not_asked`` out.

    With nothing left to judge by, the answer is ``unknown``: no evidence is not a pass.
    """
    asked = [outcome for outcome in outcomes if outcome is not Outcome.NOT_ASKED]
    return max(asked, key=lambda outcome: outcome.severity, default=Outcome.UNKNOWN)


class Scope(StrEnum):
    """How much a check asks: the lines on the map alone, or everything the law asks of a parcel."""

    CONTROL_LINES = "control-lines"
    FULL = "full"
