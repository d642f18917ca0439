"""Figures of several rounds, and plain tables of them."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Sequence

DASH = "—"


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> None:
    """Print a table: the first column to the left, the others to the right; notes below it."""
    widths = [max(_width(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    print(f"\n{title}")
    for row in (heads, *rows):
        first = row[0] + " " * (widths[0] - _width(row[0]))
        others = [" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  " + "   ".join([first, *others]).rstrip())
    for note in notes:
        print(f"  · {note}")


def middle(values: Sequence[float | None]) -> float | None:
    """Median of the values that are there."""
    there = [value for value in values if value is not None]
    return statistics.median(there) if there else None


def seconds(value: float | None) -> str:
    """Seconds, or milliseconds in three places."""
    return DASH if value is None else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def spread(values: Sequence[float | None]) -> str:
    """Median, and what it lies between."""
    there = [value for value in values if value is not None]
    if len(there) < 2:
        return seconds(middle(there))
    return f"{seconds(middle(there))} ({seconds(min(there))}..{seconds(max(there))})"


def times(value: float | None, of: float | None) -> str:
    """Ratio of two figures."""
    return DASH if value is None or not of else f"{value / of:.1f} ×"


def whole(value: float | None) -> str:
    """A whole number with separators."""
    return DASH if value is None else f"{value:,.0f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
