"""A rule pack, parsed: its rules, the documents they cite, the settings the bureau signs, its versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from landgis.domain.clause import Document
from landgis.domain.outcome import Scope
from landgis.errors import NotFound
from landgis.rules.adjacency import PREFIX, WITHIN, Adjacency
from landgis.rules.measures import MEASURES
from landgis.rules.rule import FILLED, CategoryOutcome, Cure, DatedValue, Effort, Rule, Side, Words

__all__ = [
    "FILLED", "CategoryOutcome", "Change", "Cure", "DatedValue", "Effort", "Rule", "RulePack", "Setting", "Side", "Words",
]  # fmt: skip

GEOMETRY = "parcel-geometry"
"""Id of the finding that a parcel's outline cannot be measured."""
DISTRICT = "parcel-district"
"""Id of the finding that the rules at hand are not those of the district that a parcel lies in."""
_UNRULED = {
    GEOMETRY: Words("地块图形", "Outline of the parcel"),
    DISTRICT: Words("所在区与规则包", "District of the parcel and its rules"),
}


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
class Change:
    """One version in the change log of a pack, with the sha256 of the law it stands for."""

    version: str
    date: date
    words: Words
    sha256: str


@dataclass(frozen=True)
class RulePack:
    """A dated, versioned pack of rules for one district.

    Attributes
    ----------
    version
        Of the pack and, in brackets, of the pack under it.
    district
        Six digits; empty for the national pack, which no district is screened by.
    documents, settings, rules
        Its own and those of the pack under it, as one.
    base
        Id of the pack under it; empty for none.
    order
        Ids of the rules as people read them.
    digest
        Sha256 of all its files and those of the pack under it.
    changes
        Its own versions, the newest first.
    adjacency
        How near to a control line is near, by date; empty for none.
    """

    pack_id: str
    version: str
    title: Words
    district: str
    documents: tuple[Document, ...]
    settings: dict[str, Setting]
    rules: tuple[Rule, ...]
    base: str = ""
    order: tuple[str, ...] = ()
    digest: str = ""
    changes: tuple[Change, ...] = ()
    adjacency: tuple[Adjacency, ...] = ()

    def rule(self, rule_id: str) -> Rule:
        """Return one rule.

        Raises
        ------
        NotFound
            If the pack has no rule of that id.
        """
        found = next((rule for rule in self.rules if rule.rule_id == rule_id), None)
        if found is None:
            known = "、".join(rule.rule_id for rule in self.rules)
            raise NotFound(
                f"规则包 {self.pack_id} 没有规则“{rule_id}”",
                f"The pack {self.pack_id} has no rule “{rule_id}”",
                next_zh=f"现有规则：{known}",
                next_en=f"Rules: {known}",
            )
        return found

    def title_of(self, rule_id: str) -> Words:
        """Return what findings of that id are called, also those that no rule of the pack gives."""
        return self.titles([rule_id])[rule_id]

    def titles(self, rule_ids: Iterable[str]) -> dict[str, Words]:
        """Return what findings of some ids are called, by id."""
        known = self._titles()
        return {each: known.get(each) or _UNRULED.get(each) or Words(each, each) for each in rule_ids}

    def id_named(self, text: str) -> str:
        """Return the id of the findings that people mean, by id or by title; what nothing is called stays as it is."""
        titles = self._titles()
        named = (rule_id for rule_id, title in titles.items() if text.strip() in (title.zh, title.en))
        return text if text in titles else next(named, text)

    def _titles(self) -> dict[str, Words]:
        titles = {rule.rule_id: rule.title for rule in self.rules}
        return titles | {near: title for each in self.adjacency for near, title in each.titles.items()}

    def side_of(self, rule_id: str, as_of: date) -> str:
        """Return on which side of its threshold an amount counts for findings of that id: a `Side`, or ``within``."""
        if rule_id.startswith(PREFIX):
            return WITHIN
        rule = next((rule for rule in self.rules if rule.rule_id == rule_id), None)
        value = rule.in_force(as_of) if rule else None
        return str(value.side if value else Side.ABOVE)

    def layers(self, scope: Scope) -> tuple[str, ...]:
        """Layers that the scope always needs, in rule order."""
        required = (rule for rule in self.rules if scope is Scope.FULL or rule.control_lines == "required")
        return tuple(dict.fromkeys(rule.layer for rule in required if rule.layer))

    def optional_layers(self, scope: Scope) -> tuple[str, ...]:
        """Layers that the scope reads when they are given: those of its rules, and what their measures read beside."""
        full = scope is Scope.FULL
        asked = [rule for rule in self.rules if full or rule.control_lines != "never"]
        own = [rule.layer for rule in asked if not full and rule.control_lines == "when_supplied"]
        beside = [layer for rule in asked for layer in MEASURES[rule.measure].also]
        return tuple(dict.fromkeys([*own, *beside]))
