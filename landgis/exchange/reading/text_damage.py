"""Text that decodes and yet is damaged: lost, garbled, hidden or in another encoding than its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from landgis.domain.issue import Issue, Severity
from landgis.exchange.reading.text_evidence import Fit, decoded, weigh

_LOST = re.compile("\ufffd")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_GARBLED = re.compile("[\u00a1-\u00ff]{4,}")
"""Four letters of Latin-1 in a row: what GBK looks like when a program took it for Latin-1."""
_ENOUGH_BYTES = 9


def damage_issues(cells: Iterable[bytes], fit: Fit, where: str) -> tuple[Issue, ...]:
    """Report texts that are damaged although their encoding is known.

    Parameters
    ----------
    cells
        Distinct texts of a table.
    fit
        The encoding they are read in.
    where
        File.
    """
    cells = list(cells)
    issues = [_hidden(cells, where)]
    texts = [(cell, decoded([cell], fit.codec) or "") for cell in cells if not cell.isascii()]
    for zh, en, damaged in _KINDS:
        found = [text for _, text in texts if damaged(text)]
        if found:
            issues.append(_issue("text_damaged", where, len(found), found[0], zh, en))
    other = other_encoding(cells, fit)
    if other:
        zh, en = "像是 UTF-8，与其他文字编码不同", "seem to be UTF-8, unlike the other text"
        issues.append(_issue("text_undecodable", where, len(other), other[0], zh, en))
    return tuple(issue for issue in issues if issue is not None)


def _hidden(cells: list[bytes], where: str) -> Issue | None:
    hidden = [cell for cell in cells if b"\0" in cell]
    if not hidden:
        return None
    shown = hidden[0].split(b"\0")[0].decode("ascii", errors="replace")
    zh, en = "内有 NUL 字符，其后的文字读不到", "hold a NUL character; what stands behind it is not read"
    return _issue("text_hidden", where, len(hidden), shown, zh, en)


def other_encoding(cells: Iterable[bytes], fit: Fit) -> list[str]:
    """Return the texts that are UTF-8 among others that are not, as UTF-8 reads them."""
    if fit.codec != "GB18030":
        return []
    long = (cell for cell in cells if len(cell) >= _ENOUGH_BYTES and not cell.isascii())
    return [decoded([cell], "UTF-8") or "" for cell in long if weigh([cell], "UTF-8").everyday > 0]


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


_KINDS = (
    ("有替换符，原字已丢失", "hold replacement characters: the originals are lost", _matches(_LOST)),
    (
        "有私有区字符，只有造字单位的字库能显示",
        "hold private-use characters that only their maker's font shows",
        _matches(_PRIVATE),
    ),
    (
        "本身已是乱码，请向数据单位索取原文",
        "are garbled already: ask the producer for the original",
        _matches(_GARBLED),
    ),
)


def _issue(code: str, where: str, count: int, example: str, zh: str, en: str) -> Issue:
    return Issue(
        code,
        Severity.SERIOUS,
        where,
        f"{count} 个文字值{zh}，例如“{example[:40]}”",
        f"{count} text values {en}, e.g. “{example[:40]}”",
    )
