"""A rule pack, parsed: immutable values, every number with unit, date and clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from landgis.domain.clause import Clause, Document
from landgis.domain.outcome import Outcome, Scope


@dataclass(frozen=True)
class Words:
    """A sentence in Chinese and English; ``{amount}``, ``{value}`` and ``{share}`` are filled in."""

    zh: str
    en: str


class Side(StrEnum):
    """On which side of a threshold an amount counts; the threshold itself is on neither."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class CategoryOutcome:
    """What a category of reading means: the outcome, how to say it, and the clause it stands on."""

    outcome: Outcome
    words: Words
    clause: Clause


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
    """

    rule_id: str
    title: Words
    measure: str
    layer: str
    fact: str
    control_lines: str
    values: tuple[DatedValue, ...]

    def in_force(self, as_of: date) -> DatedValue | None:
        """Return the value in force on a date, or None before the first."""
        current = [value for value in self.values if value.start <= as_of]
        return current[-1] if current else None


@dataclass(frozen=True)
class Setting:
    """A choice the law leaves open; the bureau signs it.

    Attributes
    ----------
    setting_id, value
        Name and current choice.
    confirmed
        Whether the bureau has signed it. Unconfirmed settings are said beside every finding they carry.
    words
        What the choice is.
    """

    setting_id: str
    value: bool
    confirmed: bool
    words: Words


@dataclass(frozen=True)
class RulePack:
    """A dated, versioned pack of rules for one district."""

    pack_id: str
    version: str
    title: Words
    district: str
    documents: tuple[Document, ...]
    settings: dict[str, Setting]
    rules: tuple[Rule, ...]

    def layers(self, scope: Scope) -> tuple[str, ...]:
        """Layers that the scope always needs, in rule order."""
        required = (rule for rule in self.rules if scope is Scope.FULL or rule.control_lines == "required")
        return tuple(dict.fromkeys(rule.layer for rule in required if rule.layer))

    def optional_layers(self, scope: Scope) -> tuple[str, ...]:
        """Layers that the scope reads when they are given."""
        if scope is Scope.FULL:
            return ()
        optional = (rule.layer for rule in self.rules if rule.control_lines == "when_supplied")
        return tuple(dict.fromkeys(optional))
