"""Ids that people read aloud: a letter and a running number."""

from __future__ import annotations

import re

from sqlalchemy import Connection, Sequence, func, select


def next_id(connection: Connection, sequence: Sequence, letter: str) -> str:
    """Return the next id of a sequence, e.g. ``R000001``; a number may be skipped, none is given twice."""
    return next_ids(connection, sequence, letter, 1)[0]


def next_ids(connection: Connection, sequence: Sequence, letter: str, count: int) -> list[str]:
    """Return the next ids of a sequence, rising."""
    numbers = connection.scalars(select(sequence.next_value()).select_from(func.generate_series(1, count)))
    return [f"{letter}{number:06d}" for number in numbers]


def as_id(text: str, letter: str) -> str:
    """Return an id as it is stored, however a person wrote it: ``1``, ``r1``, ``R000001``; other text stays as it is."""
    found = re.fullmatch(rf"(?:{letter.rstrip('-')}-?)?(\d+)", text.strip(), re.IGNORECASE)
    return f"{letter}{int(found[1]):06d}" if found else text
