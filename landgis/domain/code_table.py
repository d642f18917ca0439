"""Code tables as data: CSV files under ``code_tables/``, each row with its confidence."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def rows_of(table: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of ``code_tables/<table>.csv`` in file order, all cells as text."""
    text = files("landgis.domain").joinpath(f"code_tables/{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
