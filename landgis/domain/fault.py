"""A fault: one thing wrong in a file of rules, and the line where a person finds it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a rule pack.

    Attributes
    ----------
    file
        As the pack names it, e.g. ``songjiang/rules/title.yaml``.
    line
        Counted from 1; of a key that is missing, where the part that lacks it begins.
    rule
        Id of the rule it lies in; empty outside rules.
    zh, en
        What is wrong and what would help.
    """

    file: str
    line: int
    rule: str
    zh: str
    en: str

    @property
    def where(self) -> str:
        """Place as editors understand it, and the rule."""
        return f"{self.file}:{self.line}" + (f" {self.rule}" if self.rule else "")

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return asdict(self)
