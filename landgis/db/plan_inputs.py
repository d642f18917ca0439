"""What the bureau stated of single parcels, kept with the version of the plan that was drafted with it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from landgis.db.tables.plans import PLAN_INPUT
from landgis.plan.inputs import LineInput
from landgis.rules.choosing.sale import Buyer, Project


def write_inputs(connection: Connection, plan_id: str, inputs: Mapping[str, LineInput]) -> None:
    """Write what was stated, in the transaction that makes the version; a parcel of which nothing is stated has no row."""
    rows = [
        {"plan_id": plan_id, "parcel_id": parcel_id, "stated": _plain(stated)}
        for parcel_id, said in sorted(inputs.items())
        if (stated := said.stated())
    ]
    if rows:
        connection.execute(insert(PLAN_INPUT), rows)


def read_inputs(connection: Connection, plan_id: str) -> dict[str, LineInput]:
    """Return what was stated, by parcel."""
    columns = (PLAN_INPUT.c.parcel_id, PLAN_INPUT.c.stated)
    query = select(*columns).where(PLAN_INPUT.c.plan_id == plan_id).order_by(PLAN_INPUT.c.parcel_id)
    return {row.parcel_id: _typed(row.stated) for row in connection.execute(query)}


def _plain(stated: Mapping[str, Any]) -> dict[str, Any]:
    """An amount is kept as text: a float is no Decimal."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in stated.items()}


def _typed(stated: dict[str, Any]) -> LineInput:
    kinds = {"cost_yuan": Decimal, "project": Project, "buyer": Buyer}
    return LineInput(**{name: kinds[name](value) if name in kinds else value for name, value in stated.items()})
