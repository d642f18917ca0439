"""What progress says to the quarterly report (季报)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.planning import Light
from landgis.frames.spec import rows_of


def quarterly(progress: pd.DataFrame) -> list[dict[str, Any]]:
    """Sum progress for the quarterly report (季报): planned and supplied, by quarter of the plan; then the whole.

    Returns
    -------
    list of dict
        ``quarter`` ('1' to '4', 'unknown', 'all'), ``lines``, ``planned_ha``, ``supplied``, ``supplied_ha``, ``green``,
        ``amber``, ``red``, ``misses_year``, ``misses_year_ha``; areas Decimal 公顷, sums of the lines.
    """
    listed = rows_of(progress)
    groups = {quarter: [row for row in listed if str(row["quarter"] or "unknown") == quarter] for quarter in _QUARTERS}
    return [_summed(quarter, rows) for quarter, rows in (groups | {"all": listed}).items()]


_QUARTERS = ("1", "2", "3", "4", "unknown")


def _summed(quarter: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    lights = {str(light): sum(row["light"] == light for row in rows) for light in Light}
    return {
        "quarter": quarter,
        "lines": len(rows),
        "planned_ha": _area(rows),
        "supplied": sum(row["supplied"] for row in rows),
        "supplied_ha": _area([row for row in rows if row["supplied"]]),
        **lights,
        "misses_year": sum(row["misses_year"] for row in rows),
        "misses_year_ha": _area([row for row in rows if row["misses_year"]]),
    }


def _area(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    return sum((row["area_ha"] for row in rows), Decimal("0.0000"))
