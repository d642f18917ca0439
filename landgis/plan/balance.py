"""One balance (一本账) of all land that a year supplies: state-owned and collective, by channel, inside the boundary or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.area import mu
from landgis.domain.planning import Channel, Ownership
from landgis.domain.supply_use import SupplyUse, supply_use
from landgis.frames.planned import BALANCE, LINES, OTHER_SUPPLY, SUPPLIED, framed
from landgis.frames.spec import rows_of

UNKNOWN, NOT_ASKED = "unknown", "not_asked"
QUARTERS = ("1", "2", "3", "4", UNKNOWN)
HOUSING = ("yes", "no", UNKNOWN)
AREAS = ("area_ha", "inside_ha", "outside_ha", "boundary_unknown_ha")
_ZERO = Decimal("0.0000")
_BY_CHANNEL = tuple(f"{channel}_ha" for channel in Channel)


def supplied(lines: pd.DataFrame, supply: pd.DataFrame) -> pd.DataFrame:
    """Put the lines of a plan and the list of other supply into one table.

    Parameters
    ----------
    lines
        ``frames.planned.LINES``: collective land that enters the market.
    supply
        ``frames.planned.OTHER_SUPPLY``: state-owned land.

    Returns
    -------
    pandas.DataFrame
        ``frames.planned.SUPPLIED``, by channel.
    """
    LINES.require(lines)
    OTHER_SUPPLY.require(supply)
    rows = [_of_line(row) for row in rows_of(lines)]
    rows += [_of_supply(row) for row in rows_of(supply)]
    return framed(rows, SUPPLIED)


def balance(pieces: pd.DataFrame) -> pd.DataFrame:
    """Sum all land of a year.

    Parameters
    ----------
    pieces
        ``frames.planned.SUPPLIED``.

    Returns
    -------
    pandas.DataFrame
        ``frames.planned.BALANCE``: the whole, then every use, every town (by name), every quarter, and rental housing by
        whether it is in the housing plan. Every number is the sum of the printed pieces.
    """
    listed = rows_of(pieces)
    towns = sorted({row["town"] for row in listed})
    rental = [row for row in listed if row["rental_housing"] == "yes"]
    rows = [
        _sum("whole", "", listed),
        *_groups("use", (str(use) for use in SupplyUse), listed, "use"),
        *_groups("town", towns, listed, "town"),
        *_groups("quarter", QUARTERS, listed, "quarter"),
        *_groups("housing", HOUSING, rental, "in_housing_plan"),
    ]
    return framed(rows, BALANCE)


def _of_line(row: Mapping[str, Any]) -> dict[str, Any]:
    return _piece(row, Channel.MARKET_ENTRY, Ownership.COLLECTIVE, row["parcel_id"], row["village_name"])


def _of_supply(row: Mapping[str, Any]) -> dict[str, Any]:
    return _piece(row, Channel(row["channel"]), Ownership(row["ownership"]), row["supply_id"], row["name_zh"])


def _piece(
    row: Mapping[str, Any], channel: Channel, ownership: Ownership, supply_id: str, name: object
) -> dict[str, Any]:
    area_ha, inside = row["area_ha"], row["inside_ha"]
    rental = _yes_no(row["rental_housing"])
    known = inside is not None
    return {
        "channel": str(channel),
        "ownership": str(ownership),
        "supply_id": supply_id,
        "name_zh": name if isinstance(name, str) else "",
        "town": _text(row["town_name"]) or _text(row["town_code"]) or UNKNOWN,
        "use": str(supply_use(str(row["planned_use_code"]))),
        "quarter": UNKNOWN if row["quarter"] is None else str(row["quarter"]),
        "area_ha": area_ha,
        "inside_ha": inside if known else _ZERO,
        "outside_ha": area_ha - inside if known else _ZERO,
        "boundary_unknown_ha": _ZERO if known else area_ha,
        "rental_housing": rental,
        "in_housing_plan": NOT_ASKED if rental == "no" else _yes_no(row["in_housing_plan"]),
    }


def _groups(by: str, keys: Iterable[str], rows: Sequence[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    return [_sum(by, key, [row for row in rows if row[column] == key]) for key in keys]


def _sum(by: str, key: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    sums = {name: sum((row[name] for row in rows), _ZERO) for name in AREAS}
    parts = {
        name: sum((row["area_ha"] for row in rows if row["channel"] == channel), _ZERO)
        for name, channel in zip(_BY_CHANNEL, map(str, Channel), strict=True)
    }
    return {"by": by, "key": key, "pieces": len(rows), "area_mu": mu(sums["area_ha"])} | parts | sums


def _yes_no(value: object) -> str:
    if value is None or value is pd.NA:
        return UNKNOWN
    return "yes" if value else "no"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
