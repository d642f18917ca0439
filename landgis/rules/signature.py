"""A signature: who set what the law leaves open, on which day, by which paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Signature:
    """Who signed a setting, when, and by which paper."""

    by: str
    on: date
    document: str
