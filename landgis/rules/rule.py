"""A rule, parsed: immutable values, every number with unit, date and clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from landgis.domain.clause import Clause
from landgis.domain.outcome import Outcome

FILLED: dict[str, tuple[str, ...]] = {
    "m2": ("amount", "share", "value", "threshold"),
    "m": ("amount", "value", "threshold"),
    "share": ("share", "value", "threshold"),
    "yes_no": ("value",),
    "code": ("value",),
}
"""Unit of a measure → what judging can fill into the words of its outcomes."""


@dataclass(frozen=True)
class Words:
    """A sentence in Chinese and English; the names of ``FILLED`` in braces are filled in."""

    zh: str
    en: str


class Side(StrEnum):
    """On which side of a threshold an amount counts; the threshold itself is on neither."""

    ABOVE = "above"
    BELOW = "below"


class Effort(StrEnum):
    """By what an outcome is cured, the easiest first."""

    DOCUMENT = "document"
    EDGE = "edge"
    PLAN = "plan"
    NONE = "none"
    """It cannot be cured."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"document": "补充文件", "edge": "退让边界", "plan": "调整规划", "none": "无法补救"}[self.value]

    @property
    def rank(self) -> int:
        """Place in the order document < edge < plan < none."""
        return list(Effort).index(self)


@dataclass(frozen=True)
class Cure:
    """What would cure an outcome, and by what."""

    words: Words
    effort: Effort


@dataclass(frozen=True)
class CategoryOutcome:
    """What a category of reading means: the outcome, how to say it, and the clause it stands on.

    Attributes
    ----------
    supply
        Of an unknown: who can supply what is missing.
    cure
        What would cure it; None: nothing is known to.
    """

    outcome: Outcome
    words: Words
    clause: Clause
    supply: Words | None = None
    cure: Cure | None = None


@dataclass(frozen=True)
class DatedValue:
    """What a rule says from one date on.

    Attributes
    ----------
    start
        First day of force.
    threshold, unit
        An amount counts on one side of this; the unit is ``m2``, ``share``, ``m``, ``yes_no`` or ``code`` (the last two
        have no threshold: None).
    side
        Above, or below it, where the measure reads cells.
    also
        Further clauses under the same value: the statute, another sentence.
    outcomes
        Category of reading → outcome.
    clear
        How to say that nothing was found.
    clause
        Clause of the value as a whole.
    setting
        Id of a setting of the pack that must be true for the value to be usable; empty for none.
    """

    start: date
    threshold: float | None
    unit: str
    outcomes: dict[str, CategoryOutcome]
    clear: Words
    clause: Clause
    setting: str = ""
    side: Side = Side.ABOVE
    also: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    rule_id
        Kebab-case, never reused.
    title
        Short name.
    measure
        Name in the register of measures.
    layer, fact
        What the measure reads; empty where it does not apply.
    control_lines
        ``required``: asked of every drawn polygon; ``when_supplied``: asked when the layer is given; ``never``.
    values
        Ascending by date.
    supply
        Who supplies the layer.
    second_person
        Whether a person's decision beside its findings takes a second person.
    """

    rule_id: str
    title: Words
    measure: str
    layer: str
    fact: str
    control_lines: str
    values: tuple[DatedValue, ...]
    supply: Words | None = None
    second_person: bool = False

    def in_force(self, as_of: date) -> DatedValue | None:
        """Return the value in force on a date, or None before the first."""
        current = [value for value in self.values if value.start <= as_of]
        return current[-1] if current else None
