"""The catalogue of quality rules: codes, severities, words, tolerances. Data, read once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from landgis.domain.issue import Severity
from landgis.errors import ConfigError, UsageError

GROUPS = {
    "G": ("几何", "geometry"),
    "T": ("拓扑", "topology"),
    "D": ("重复", "duplicates"),
    "A": ("属性", "attributes"),
    "C": ("编码", "codes"),
    "M": ("面积", "areas"),
    "L": ("层间", "between layers"),
}
"""First letter of a code → group, Chinese and English."""


@dataclass(frozen=True)
class Tolerance:
    """How much is let pass before a rule reports: name, shipped default, unit and what it means."""

    name: str
    default: float
    unit: str
    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """One coded rule.

    Attributes
    ----------
    code, name
        ``T01`` for people, ``overlap`` for programs; both stable.
    severity
        致命 / 严重 / 一般.
    zh, en
        Title.
    message_zh, message_en
        Templates of what a finding says.
    basis
        Clause or standard, or that it is a rule of this project.
    unit
        Unit of the measured value; empty where nothing is measured.
    tolerance
        Its tolerance, if it has one.
    cheap
        Judged row by row: quick enough for every import.
    worst
        ``most`` or ``least``: which measured value is the worst.
    """

    code: str
    name: str
    severity: Severity
    zh: str
    en: str
    message_zh: str
    message_en: str
    basis: str
    unit: str = ""
    tolerance: Tolerance | None = None
    cheap: bool = False
    worst: str = "most"

    @property
    def group(self) -> tuple[str, str]:
        """Chinese and English name of the group."""
        return GROUPS[self.code[0]]


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by code, in the order of the catalogue."""
    text = files("landgis.quality").joinpath("rules.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    tolerances = {name: Tolerance(name, **entry) for name, entry in content["tolerances"].items()}
    found = [_rule(entry, tolerances) for entry in content["rules"]]
    by_code = {rule.code: rule for rule in found}
    if len(by_code) < len(found) or len({rule.name for rule in found}) < len(found):
        raise ConfigError("质检规则目录的代码或名称重复", "A code or name of the quality rules is repeated")
    return by_code


def _rule(entry: dict[str, Any], tolerances: Mapping[str, Tolerance]) -> Rule:
    tolerance = tolerances[entry["tolerance"]] if "tolerance" in entry else None
    return Rule(**entry | {"severity": Severity(entry["severity"]), "tolerance": tolerance})


def cheap_rules() -> frozenset[str]:
    """Return the codes that every import can afford."""
    return frozenset(code for code, rule in rules().items() if rule.cheap)


def chosen_rules(wanted: Collection[str] | None) -> frozenset[str]:
    """Return codes named by code, name or letter of the group; None means all.

    Raises
    ------
    UsageError
        If one means no rule.
    """
    if wanted is None:
        return frozenset(rules())
    chosen: set[str] = set()
    for word in wanted:
        found = {code for code, rule in rules().items() if word in (code, rule.name, code[0])}
        if not found:
            raise UsageError(
                f"没有质检规则“{word}”",
                f"There is no quality rule “{word}”",
                next_zh=f"可写代码、名称或组别字母：{'、'.join(rules())}",
                next_en=f"Give a code, a name or the letter of a group: {', '.join(rules())}",
            )
        chosen |= found
    return frozenset(chosen)


def tolerances(changed: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the tolerance of every name: the shipped default, or what the caller sets.

    Raises
    ------
    UsageError
        For a name that no rule has, or a negative value.
    """
    known = {rule.tolerance.name: rule.tolerance.default for rule in rules().values() if rule.tolerance}
    changed = changed or {}
    wrong = [name for name, value in changed.items() if name not in known or not value >= 0]
    if wrong:
        raise UsageError(
            f"容差“{wrong[0]}”不存在或为负",
            f"The tolerance “{wrong[0]}” does not exist or is negative",
            next_zh=f"可设：{'、'.join(known)}",
            next_en=f"Known: {', '.join(known)}",
        )
    return known | {name: float(value) for name, value in changed.items()}
