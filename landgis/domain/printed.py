"""Numbers as people read them: a little never reads as nothing, nor nearly all as all."""

from __future__ import annotations

_LITTLE = 0.00005
_NEARLY_ALL = 1 - _LITTLE
_ALL = 1 - 1e-9
"""Shares from here on differ from 1 by what a quotient of measured areas is rounded by, and by no ground."""


def number(amount: float) -> str:
    """Print a number: two decimals, six where it would otherwise read as zero."""
    return f"{amount:,.2f}" if amount == 0 or abs(amount) >= 0.01 else f"{amount:.6f}"


def percent(share: float) -> str:
    """Print a share 0–1 with two decimals."""
    if 0 < share < _LITTLE:
        return "<0.01%"
    if _NEARLY_ALL <= share < _ALL:
        return ">99.99%"
    return f"{share:.2%}"
