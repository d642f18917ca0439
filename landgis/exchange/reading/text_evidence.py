"""What bytes say of their own encoding: which codecs can read them at all, and in which they read as Chinese.

Almost any bytes are *some* text in GBK, Big5 or Latin-1, so being decodable proves little. What tells them apart is the
share of everyday characters among those that come out: the first level of GB 2312 and of Big5, which their makers chose
by how often characters are used. Text in the right encoding has about nine in ten of them, mojibake about a half or
less. Only UTF-8 proves itself: other text is almost never valid UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from landgis.domain.issue import shown
from landgis.errors import UsageError

CODECS = {
    "GBK": "GB18030", "GB2312": "GB18030", "CP936": "GB18030", "936": "GB18030", "GB18030": "GB18030",
    "UTF-8": "UTF-8", "UTF8": "UTF-8", "65001": "UTF-8",
    "BIG5": "Big5", "CP950": "Big5", "950": "Big5",
}  # fmt: skip
"""What labels and people call an encoding → the codec that reads it (GB18030 contains GBK)."""
_ENOUGH = 4
"""Characters that must have come out before their share means anything."""
_CLEARLY = 0.3
_UTF8 = "UTF-8"
_LAST = 0x110000
_GB_EVERYDAY_ROWS = range(0xB0, 0xD8)
_BIG5_EVERYDAY_ROWS = range(0xA4, 0xC7)
_NEUTRAL = ((0x2010, 0x2040), (0x3000, 0x3040), (0x3380, 0x3400), (0xFF00, 0xFFF0))
"""Punctuation, unit signs, full-width digits: they occur in every text."""


@dataclass(frozen=True)
class Fit:
    """How well one encoding reads the text.

    Attributes
    ----------
    label, codec
        What to call it, and what decodes it.
    valid
        Whether every text decodes; a character cut off by the end of its field is let through.
    characters
        Characters outside ASCII that came out, punctuation not counted.
    everyday
        Share of everyday Chinese characters among them; 0 without any.
    """

    label: str
    codec: str
    valid: bool
    characters: int = 0
    everyday: float = 0.0

    def told(self) -> tuple[str, str]:
        """Return the evidence in Chinese and English."""
        if not self.valid:
            return f"有字节不是 {self.label}", f"some bytes are not {self.label}"
        share = f"{self.everyday:.0%}"
        zh = f"全部字节可按 {self.label} 解读，不重复的文字共 {self.characters} 字，其中常用汉字 {share}"
        return zh, f"all bytes decode; of {self.characters} characters in distinct texts {share} are everyday Chinese"

    @property
    def proves_itself(self) -> bool:
        """Whether the bytes are UTF-8 on enough text for it to be no accident."""
        return self.valid and self.codec == _UTF8 and self.characters >= _ENOUGH

    def far_better_than(self, other: Fit) -> bool:
        """Tell whether this encoding reads as Chinese and the other does not, on enough text to say so."""
        if not self.valid or self.characters < _ENOUGH or other.proves_itself:
            return False
        return not other.valid or self.everyday > other.everyday + _CLEARLY


def require_encoding(stated: str, where: str) -> None:
    """Raise unless an encoding that a person states has that name.

    Raises
    ------
    UsageError
        With the names that may be written.
    """
    try:
        if stated.strip().upper() in CODECS or "a".encode(stated):
            return
    except (LookupError, ValueError):  # no such name; none for text
        pass
    raise UsageError(
        f"没有名为“{shown(stated)}”的编码",
        f"There is no encoding “{shown(stated)}”",
        where=where,
        next_zh="--encoding 可以写：gb18030、gbk、utf-8、big5",
        next_en="With --encoding write one of: gb18030, gbk, utf-8, big5",
    )


def weigh(cells: list[bytes], label: str) -> Fit:
    """Weigh one encoding.

    Parameters
    ----------
    cells
        Distinct texts with bytes beyond ASCII.
    label
        As a label or a person calls it.
    """
    codec = CODECS.get(label.strip().upper(), label)
    text = decoded(cells, codec)
    if text is None:
        return Fit(label, codec, valid=False)
    points = np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype=np.uint32)
    points = points[(points > 0x7F) & ~_table(_NEUTRAL_TABLE)[np.minimum(points, _LAST - 1)]]
    everyday = _table(codec)[points]
    return Fit(label, codec, True, len(points), float(everyday.mean()) if len(points) else 0.0)


def weigh_all(cells: list[bytes]) -> tuple[Fit, ...]:
    """Weigh the encodings that Chinese deliveries come in, best first; those that cannot read the text left out."""
    gbk = "GBK" if decoded(cells, "gbk") is not None else "GB18030"
    fits = [fit for fit in (weigh(cells, label) for label in (_UTF8, gbk, "Big5")) if fit.valid]
    return tuple(sorted(fits, key=lambda fit: (not fit.proves_itself, -fit.everyday)))


def decoded(cells: Iterable[bytes], codec: str) -> str | None:
    """Decode texts strictly, letting a character through that the end of a field cut off; None if one is not text."""
    cells = list(cells)
    try:
        return b"\n".join(cells).decode(codec)
    except LookupError:
        return None
    except UnicodeError:
        pass
    try:
        decoder = codecs.getincrementaldecoder(codec)
        return "\n".join(decoder("strict").decode(cell, final=False) for cell in cells)
    except (UnicodeError, LookupError):
        return None


_NEUTRAL_TABLE = "neutral"


@cache
def _table(name: str) -> npt.NDArray[np.bool_]:
    """Code point → whether it is everyday Chinese for a codec, or neutral."""
    table = np.zeros(_LAST, dtype=np.bool_)
    if name == _NEUTRAL_TABLE:
        for first, end in _NEUTRAL:
            table[first:end] = True
        return table
    if name != "Big5":
        table[_characters("gb2312", _GB_EVERYDAY_ROWS)] = True
    if name != "GB18030":
        table[_characters("big5", _BIG5_EVERYDAY_ROWS)] = True
    return table


def _characters(codec: str, rows: range) -> list[int]:
    pairs = (bytes((row, cell)) for row in rows for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    return [
        ord(text)
        for text in (pair.decode(codec, errors="ignore") for pair in pairs)
        if len(text) == 1 and text > "\x7f"
    ]
