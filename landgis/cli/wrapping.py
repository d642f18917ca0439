"""Breaking lines of mixed Chinese and English for a terminal: Chinese may break anywhere but before its punctuation."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff][，。、；：？！）》”’…％]*|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+[，。、；：？！）》”’]*"
)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines no wider than so many cells; a word wider than that is cut.

    Parameters
    ----------
    text
        One paragraph.
    width
        Cells; a Chinese character takes two.
    """
    from rich.cells import cell_len, chop_cells

    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if cell_len(line + piece.rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *whole, line = chop_cells(piece.lstrip(), width) or [""]
        lines += whole
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
