"""SQL of more than a few lines stands in files beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import LiteralString

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> LiteralString:
    """Return the text of ``sql/<name>.sql``; its parameters are bound by psycopg, never pasted in."""
    # psycopg asks for a literal; a file of the project is as fixed as one
    text: LiteralString = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return text
