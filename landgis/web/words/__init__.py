"""Every word of the desk, Chinese and English: one module a room, and no key twice."""

from __future__ import annotations

from landgis.web.words import boards, check, desk, entering, filtering, handbook, intake, jobs, map, printing, receiving

LANGUAGES = ("zh", "en")
_ROOMS = (desk, boards, check, entering, filtering, handbook, intake, jobs, map, printing, receiving)
WORDS: dict[str, tuple[str, str]] = {key: words for room in _ROOMS for key, words in room.WORDS.items()}
"""Key → Chinese, English. A template that names a key that is not here fails at once."""
