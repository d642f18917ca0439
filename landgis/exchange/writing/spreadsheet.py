"""Text that a spreadsheet would run as a formula."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA_STARTS)


def neutralised(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run, so that it stays text."""
    return f"'{text}" if is_formula_like(text) else text
