"""Initials of Chinese names, as people type them to find a place: 新桥镇 → xqz."""

from __future__ import annotations

from functools import lru_cache

from landgis.domain.catalogue import plain_name


@lru_cache(maxsize=4096)
def initials_of(name: str) -> str:
    """Return the first letter of every syllable; letters and digits stay, signs fall away.

    Of a character with several readings the one that its word has counts (长兴 cx, 成长 cz).
    """
    from pypinyin import Style, lazy_pinyin  # half a second to load: only where it is needed

    return plain_name("".join(lazy_pinyin(plain_name(name), style=Style.FIRST_LETTER)))
