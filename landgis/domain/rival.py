"""One field that two persons changed: what both began from, and where each wants it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rival:
    """A field of something that was changed while somebody else was at it.

    Attributes
    ----------
    field
        Its name.
    zh, en
        What it is called.
    seen
        As it was looked at.
    yours
        As it is wanted now; empty: not touched.
    theirs
        As it stands.
    """

    field: str
    zh: str
    en: str
    seen: str
    yours: str
    theirs: str
