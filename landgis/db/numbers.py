"""Ids that people read aloud: a letter and a running number."""

from __future__ import annotations

from sqlalchemy import Connection, Sequence


def next_id(connection: Connection, sequence: Sequence, letter: str) -> str:
    """Return the next id of a sequence, e.g. ``R000001``; a number may be skipped, none is given twice."""
    number: int = connection.scalar(sequence.next_value()) or 0
    return f"{letter}{number:06d}"
