"""Numbers as written in points files: plain decimals, full-width figures, degrees with minutes and seconds."""

from __future__ import annotations

import re

from landgis.domain.issue import shown

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:\.([0-9]{0,15}))?")
_SEXAGESIMAL = re.compile(
    r"(?:东经|北纬|[EN])?\s*([0-9]{1,3})\s*[°º度:-]\s*([0-9]{1,2})\s*[′'’分:-]\s*([0-9]{1,2}(?:\.([0-9]{1,12}))?)\s*"
    r"(?:[″\"”秒]|''|′′|’’)?\s*[EN]?",
    re.IGNORECASE,
)


class NotANumber(ValueError):
    """Text that is no coordinate: what it is, and what would help, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def narrow(text: str) -> str:
    """Return text with full-width figures, letters, marks and blanks as plain ones."""
    return text if text.isascii() else text.translate(_WIDE)


def parse_number(text: str) -> tuple[float, int]:
    """Read a plain decimal number.

    Returns
    -------
    tuple
        The number, and how many figures stand after its point.

    Raises
    ------
    NotANumber
        For anything else: empty, NaN, degrees with minutes, powers of ten, other text.
    """
    plain = narrow(text).strip()
    found = _PLAIN.fullmatch(plain)
    if found is None:
        raise _told(plain)
    return float(plain), len(found[1] or "")


def parse_degrees(text: str) -> tuple[float, int]:
    """Read degrees, plain (``121.0512``) or with minutes and seconds (``121°03′04.32″``, ``121:03:04.32``).

    Returns
    -------
    tuple
        Decimal degrees, and how many figures after the point the text is good for: as written for plain degrees,
        those of the seconds and four more otherwise.

    Raises
    ------
    NotANumber
        For anything else; also where minutes or seconds reach 60.
    """
    plain = narrow(text).strip()
    found = _SEXAGESIMAL.fullmatch(plain)
    if found is None:
        return parse_number(text)
    minutes, seconds = int(found[2]), float(found[3])
    if minutes >= 60 or seconds >= 60:
        raise NotANumber(f"“{shown(text)}”的分或秒不小于 60", f"minutes or seconds of “{shown(text)}” are not below 60")
    return int(found[1]) + minutes / 60 + seconds / 3600, len(found[4] or "") + 4


def _told(plain: str) -> NotANumber:
    if not plain:
        return NotANumber("坐标是空的，请补全", "a coordinate is empty: fill it in")
    if plain.casefold().lstrip("+-") in (
        "nan",
        "inf",
        "infinity",
        "null",
        "none",
        "#n/a",
        "#value!",
        "#ref!",
        "#div/0!",
    ):
        return NotANumber(f"“{shown(plain)}”不是坐标，请补全", f"“{shown(plain)}” is no coordinate: fill it in")
    if _SEXAGESIMAL.fullmatch(plain) or any(mark in plain for mark in "°º度′″分秒"):
        return NotANumber(
            f"“{shown(plain)}”是度分秒，此处应为以米为单位的坐标或十进制度",
            f"“{shown(plain)}” is degrees, minutes and seconds; metres or decimal degrees belong here",
        )
    if re.fullmatch(r"[+-]?[0-9.]+e[+-]?[0-9]+", plain, re.IGNORECASE):
        return NotANumber(
            f"“{shown(plain)}”是科学计数，位数已经丢失，请按数值格式重新导出",
            f"“{shown(plain)}” is in powers of ten and has lost digits: export it as a plain number",
        )
    return NotANumber(f"“{shown(plain)}”不是数字", f"“{shown(plain)}” is not a number")
