"""Asking for an encoding: the candidates with their evidence, and five rows as each of them reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from landgis.domain.question import Candidate, Question
from landgis.errors import EncodingUnknown
from landgis.exchange.reading.fields import is_personal
from landgis.exchange.reading.text_evidence import Fit

OPTION = "--encoding"
_ROWS, _CELLS, _CHARACTERS = 5, 3, 24
_LOOKED_AT = 50_000


def encoding_unknown(
    where: str, fits: tuple[Fit, ...], rows: Iterable[Mapping[bytes, bytes]], zh: str, en: str
) -> EncodingUnknown:
    """Make the question for text in an unknown encoding.

    Parameters
    ----------
    where
        File and layer.
    fits
        Encodings that can read the text, best first.
    rows
        Rows with text beyond ASCII, column name → cell; the first five that differ are shown.
    zh, en
        Why it is asked.
    """
    shown = _first_distinct(kept for row in rows if (kept := _telling(row, fits)))
    candidates = tuple(
        Candidate(fit.label, *fit.told(), preview=tuple(_read(row, fit.codec) for row in shown)) for fit in fits
    )
    question = Question(
        "encoding", where, f"属性是什么编码？{zh}", f"Which text encoding? {_upper(en)}", OPTION, candidates
    )
    if not candidates:
        next_zh, next_en = (
            "字节不是 UTF-8、GBK、GB18030 或 Big5；请核对原文件",
            "It is no UTF-8, GBK, GB18030 or Big5: check the original",
        )
    else:
        next_zh = f"请看预览，用 {OPTION} 指明，例如 {question.likeliest}"
        next_en = f"Look at the preview and name it with {OPTION}, for example {question.likeliest}"
    return EncodingUnknown(
        f"{where} 的属性编码不明：{zh}",
        f"The text encoding of {where} is unknown: {en}",
        where=where,
        next_zh=next_zh,
        next_en=next_en,
        questions=(question,),
    )


def _first_distinct(rows: Iterable[dict[bytes, bytes]]) -> list[dict[bytes, bytes]]:
    """Return the first rows that differ: five times the same name would show nothing."""
    shown: list[dict[bytes, bytes]] = []
    for row in islice(rows, _LOOKED_AT):
        if row not in shown:
            shown.append(row)
        if len(shown) == _ROWS:
            break
    return shown


def _telling(row: Mapping[bytes, bytes], fits: tuple[Fit, ...]) -> dict[bytes, bytes]:
    """Cells of a row that an encoding changes, without those that may hold personal data under any reading."""
    cells = {name: cell for name, cell in row.items() if not (name.isascii() and cell.isascii()) and cell}
    return dict(islice(((name, cell) for name, cell in cells.items() if not _personal(name, fits)), _CELLS))


def _personal(name: bytes, fits: tuple[Fit, ...]) -> bool:
    return any(is_personal(name.decode(fit.codec, errors="ignore")) for fit in fits)


def _read(row: Mapping[bytes, bytes], codec: str) -> str:
    return "，".join(f"{_short(name, codec)}={_short(cell, codec)}" for name, cell in row.items())


def _short(data: bytes, codec: str) -> str:
    text = data.decode(codec, errors="replace")
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
