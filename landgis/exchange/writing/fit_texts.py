"""Texts as a format takes them; only cells that may change are looked at one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landgis.domain.loss import LossCode
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.stored import Ledger
from landgis.exchange.writing.typed_columns import MISSING_SIGN, with_cells

_MOST_GROWTH = 2
"""No character takes more than twice as many bytes in one of the encodings as in UTF-8."""
Change = Callable[[str], str | None]
Doubt = Callable[[pa.Array], pa.Array]
"""Text → as it will be held; column → which rows may change, found at a glance."""


def fit_texts(
    values: pa.Array, column: str, limits: Limits, codec: str, length: int | None, ledger: Ledger
) -> pa.Array:
    """Return texts as a format will hold them: in its characters, as long as it takes, each change told."""
    for code, (doubtful, change) in (
        (LossCode.TEXT_CHARACTERS, _representable(limits, codec)),
        (LossCode.TEXT_CUT, _short_enough(limits, codec, length)),
        (LossCode.TEXT_TRIMMED, _trimmed(limits)),
        (LossCode.EMPTY_AS_MISSING, _present(limits)),
    ):
        changed: dict[int, object] = {}
        for row in np.flatnonzero(pc.fill_null(doubtful(values), False).to_numpy(zero_copy_only=False)).tolist():
            text = values[row].as_py()
            if (after := change(text)) != text:
                changed[row] = after
                ledger.of_cell(code, column, row, _seen(text), _seen(after))
        values = with_cells(values, changed) if changed else values
    return values


def _representable(limits: Limits, codec: str) -> tuple[Doubt, Change]:
    lost = "[" + "".join(f"\\x{{{ord(mark):04x}}}" for mark in limits.forbidden) + "]"
    forbidden = frozenset(limits.forbidden)

    def doubtful(texts: pa.Array) -> pa.Array:
        found = pc.match_substring_regex(texts, lost) if forbidden else pc.equal(texts, None)
        return found if codec == "utf-8" else pc.or_kleene(found, pc.invert(pc.string_is_ascii(texts)))

    def change(text: str) -> str:
        return "".join(mark if mark not in forbidden and _has(codec, mark) else MISSING_SIGN for mark in text)

    return doubtful, change


def _has(codec: str, mark: str) -> bool:
    try:
        return bool(mark.encode(codec))
    except UnicodeEncodeError:
        return False


def _short_enough(limits: Limits, codec: str, stated: int | None) -> tuple[Doubt, Change]:
    size = limits.text_bytes
    length = min((most for most in (stated, limits.text_chars) if most is not None), default=None)

    def doubtful(texts: pa.Array) -> pa.Array:
        long = pc.greater(pc.utf8_length(texts), length)
        return long if size is None else pc.or_kleene(long, pc.greater(pc.binary_length(texts), size // _MOST_GROWTH))

    def change(text: str) -> str:
        cut = text[:length]
        raw = cut.encode(codec)
        return cut if size is None or len(raw) <= size else raw[:size].decode(codec, errors="ignore")

    return doubtful, change


def _trimmed(limits: Limits) -> tuple[Doubt, Change]:
    return lambda texts: pc.and_(pc.match_substring_regex(texts, "^ | $"), limits.trims), lambda text: text.strip(" ")


def _present(limits: Limits) -> tuple[Doubt, Change]:
    return lambda texts: pc.and_(pc.equal(texts, ""), not limits.empty_text), lambda text: text or None


def _seen(text: str | None) -> str:
    """Show a text so that blanks and control characters are seen."""
    if text is None:
        return "∅"
    return text if text.isprintable() and text == text.strip() and text else repr(text)
