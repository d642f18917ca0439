"""What an undecided rule lacked on a day: a fact, its layer, its own force, or the evidence to tell."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

import pandas as pd

from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.rules.pack import Rule, RulePack


class Lack(StrEnum):
    """Why a rule could not tell."""

    FACT = "fact"
    LAYER = "layer"
    RULE = "rule"
    OPEN = "open"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "fact": "缺事实",
            "layer": "图层缺失、过期或未覆盖",
            "rule": "规则当日未施行",
            "open": "资料不足以分清",
        }[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {
            "fact": "a fact is missing",
            "layer": "the layer is missing, expired or elsewhere",
            "rule": "the rule was not yet in force",
            "open": "what is at hand does not decide",
        }[self.value]


def lacks(findings: pd.DataFrame, pack: RulePack, coverage: pd.DataFrame, day: date) -> list[str]:
    """Return for every finding the `Lack` of an unknown; empty for all others.

    Parameters
    ----------
    findings
        ``frames.judged.FINDINGS``.
    pack, coverage, day
        What judged, ``frames.measures.COVERAGE`` of the same parcels, and the day.
    """
    rules = {rule.rule_id: rule for rule in pack.rules}
    whole = coverage[coverage["state"] == Coverage.COMPLETE]
    heard = set(zip(whole["parcel_id"], whole["layer"], strict=True))
    return [
        str(_lack(rules.get(row["rule_id"]), (row["parcel_id"], row["layer"]), heard, day))
        if row["outcome"] == Outcome.UNKNOWN
        else ""
        for row in rows_of(findings[["parcel_id", "rule_id", "outcome", "layer"]])
    ]


def _lack(rule: Rule | None, asked: tuple[str, str], heard: Collection[tuple[str, str]], day: date) -> Lack:
    if rule is not None and rule.in_force(day) is None:
        return Lack.RULE
    if not asked[1]:
        return Lack.FACT
    return Lack.OPEN if asked in heard else Lack.LAYER
