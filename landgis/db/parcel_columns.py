"""Facts as a row of the database holds them (a JSON object), and as a frame holds them (columns)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from landgis.db.bulk import plain, typed
from landgis.domain.facts import FACTS
from landgis.frames.parcels import PARCELS, fact_column
from landgis.frames.spec import Column

FACT_NAMES = [fact.name for fact in FACTS]
PLACE = [column for column in PARCELS.columns if column.name not in FACT_NAMES]
VERSION = Column("version", "int")


def columns_of_facts(rows: Sequence[Mapping[str, Any]], index: pd.Index) -> dict[str, pd.Series]:
    """Return one column per fact of the ParcelFrame; what a row does not know is missing."""
    return {fact.name: typed(fact_column(fact), [row.get(fact.name) for row in rows]).set_axis(index) for fact in FACTS}


def facts_of_columns(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the known facts of every row of a ParcelFrame."""
    cells = [plain(frame[name]) for name in FACT_NAMES]
    return [
        {name: value for name, value in zip(FACT_NAMES, row, strict=True) if value is not None}
        for row in zip(*cells, strict=True)
    ]
