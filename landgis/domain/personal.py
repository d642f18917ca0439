"""Numbers and names of persons in texts: told apart, and masked."""

from __future__ import annotations

import re

_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MASKED = re.compile(r".?＊+")


def personal_number(text: str) -> bool:
    """Tell whether a text holds an identity number (its check digit right) or a mobile number."""
    if len(text) < 11:
        return False
    return bool(_MOBILE.search(text)) or any(_checked(found[0]) for found in _IDENTITY.finditer(text))


def mask(text: str) -> str:
    """Return a text with its first character kept and stars of full width for the rest; one character alone goes too."""
    return text[0] + "＊" * (len(text) - 1) if len(text) > 1 else "＊"


def masked(text: str) -> bool:
    """Tell whether a text is as `mask` leaves it."""
    return _MASKED.fullmatch(text) is not None


def _checked(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[-1].upper()
