"""What is stated from a day on: which edition counts on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class _Dated(Protocol):
    @property
    def start(self) -> date: ...


AnyDated = TypeVar("AnyDated", bound=_Dated)


def in_force(editions: Sequence[AnyDated], as_of: date) -> AnyDated | None:
    """Return the edition in force on a day; None before the first."""
    return max((each for each in editions if each.start <= as_of), key=lambda each: each.start, default=None)
