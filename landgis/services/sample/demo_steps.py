"""Steps of the demo, timed and told as they end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

Tell = Callable[[str, float, str], None]
"""Told after each step: what, seconds, result."""


@dataclass
class Result:
    """What came of a step, in a line."""

    text: str = ""


@dataclass(frozen=True)
class Clock:
    """Seconds per step, told as they end.

    Attributes
    ----------
    tell
        Called after each step.
    place
        Put before the name of every step, such as a district.
    steps
        What was told.
    """

    tell: Tell
    place: str = ""
    steps: list[tuple[str, float, str]] = field(default_factory=list)

    def at(self, place: str) -> Clock:
        """Return the same clock for steps of a place."""
        return replace(self, place=f"{place}：")

    @contextmanager
    def step(self, name: str) -> Iterator[Result]:
        """Time one step; what came of it is set inside."""
        started, result = time.perf_counter(), Result()
        yield result
        self.steps.append((f"{self.place}{name}", time.perf_counter() - started, result.text))
        self.tell(*self.steps[-1])
