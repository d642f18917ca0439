"""An issue: one thing wrong with one row or one layer, kept as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad an issue is; the words of survey quality inspection."""

    FATAL = "fatal"
    """致命: the release cannot be published, the parcel cannot be judged."""
    SERIOUS = "serious"
    """严重: to be answered by the supplier."""
    MINOR = "minor"
    """一般: worth knowing."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"fatal": "致命", "serious": "严重", "minor": "一般"}[self.value]


@dataclass(frozen=True)
class Issue:
    """One finding of a quality check or of reading.

    Attributes
    ----------
    code
        Stable snake_case code, e.g. ``geometry_invalid``.
    severity
        致命 / 严重 / 一般.
    where
        Row, feature, parcel or layer concerned, e.g. ``第 12 行 DKBM=…``.
    message_zh, message_en
        What is wrong and what would help.
    """

    code: str
    severity: Severity
    where: str
    message_zh: str
    message_en: str

    def as_dict(self) -> dict[str, str]:
        """Return plain text fields."""
        return {key: str(value) for key, value in asdict(self).items()}


def shown(value: object, most: int = 40) -> str:
    """Return a delivered value as a message may show it: short, on one line, invisible characters by their code."""
    text = str(value)
    clipped = text if len(text) <= most else f"{text[:most]}…"
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in clipped)
