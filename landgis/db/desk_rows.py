"""Rows of a run as the desk shows them: pages, totals, statistics of a filter. One statement each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Connection

from landgis.db.bulk import raw
from landgis.db.parcel_columns import FACT_NAMES
from landgis.db.parcel_where import Where, where
from landgis.db.statements import statement
from landgis.domain.parcel_filter import ParcelFilter

Row = dict[str, Any]
_PLACE: LiteralString = "r.place"
_KEYS: Mapping[str, LiteralString] = {
    "parcel_id": _PLACE,
    "verdict": "r.severity",
    "town_name": "r.town_name",
    "village_name": "r.village_name",
    "planned_use": "r.planned_use",
    "area_m2": "r.ellipsoidal_m2",
}
SORTS = tuple(_KEYS)
"""What rows can be ordered by; equal ones stand by parcel number."""
_OUTDATED = sql.SQL("""(NOT EXISTS (
    SELECT FROM landgis.parcel_version v WHERE v.parcel_id = r.parcel_id AND v.version = r.version AND v.current
) OR (SELECT p.facts FROM landgis.run_parcel p WHERE p.run_id = %(run_id)s AND p.parcel_id = r.parcel_id) <> (
    SELECT jsonb_strip_nulls(coalesce(jsonb_object_agg(f.fact, f.value ORDER BY f.valid_from), '{{}}'))
    FROM landgis.parcel_fact f WHERE f.parcel_id = r.parcel_id AND f.fact = ANY (%(facts)s)
))""").format()
"""Whether ``r`` is not any more what the run judged."""


@dataclass(frozen=True)
class Total:
    """Rows of one verdict, or of all that a filter names: how many, their area and bounds."""

    count: int
    area_um2: int
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Counted:
    """One line of the statistics: what is counted by, its keys, how many, and their area in millionths of a m²."""

    dimension: str
    keys: tuple[str, ...]
    count: int
    area_um2: int


def page_rows(
    connection: Connection, run_id: str, wanted: ParcelFilter, *, size: int | None, start: int, sort: str,
    descending: bool,
) -> list[Row]:  # fmt: skip
    """Return rows of a filter in order: see ``sql/desk_page.sql``; ``size`` None: all of them.

    Parameters
    ----------
    start
        Rows before the page.
    sort
        One of `SORTS`.
    """
    found = where(wanted, run_id)
    order = sql.SQL("{} {}, {}").format(sql.SQL(_KEYS[sort]), sql.SQL("DESC" if descending else "ASC"), sql.SQL(_PLACE))
    parts = {"condition": found.condition, "order": order, "outdated": _OUTDATED}
    names = ("parcel_id", "verdict", "town_name", "village_name", "planned_use", "ellipsoidal_m2", "outdated")
    more = {"size": size, "start": start, "facts": FACT_NAMES}
    return [dict(zip(names, row, strict=True)) for row in _rows(connection, "desk_page", parts, found, more)]


def totals_by_verdict(connection: Connection, run_id: str, wanted: ParcelFilter) -> dict[str, Total]:
    """Return what a filter holds by verdict, whatever verdicts it names."""
    found = where(replace(wanted, verdicts=()), run_id)
    rows = _rows(connection, "desk_totals", {"condition": found.condition}, found)
    return {verdict: Total(count, area_um2, tuple(bounds)) for verdict, count, area_um2, *bounds in rows}


def rows_before(
    connection: Connection, run_id: str, wanted: ParcelFilter, parcel_id: str, *, sort: str, descending: bool
) -> int | None:
    """Return how many rows of a filter stand before a parcel; None where the filter does not hold it."""
    found = where(wanted, run_id)
    before = sql.SQL(">" if descending else "<")
    parts = {"condition": found.condition, "key": sql.SQL(_KEYS[sort]), "before": before}
    rows = _rows(connection, "desk_place", parts, found, {"around": parcel_id})
    return int(rows[0][0]) if rows else None


def numbers(connection: Connection, run_id: str, wanted: ParcelFilter) -> list[str]:
    """Return the parcel numbers of a filter, ordered."""
    found = where(wanted, run_id)
    query = sql.SQL("SELECT r.parcel_id FROM landgis.run_row r WHERE {} ORDER BY r.place")
    return [row[0] for row in raw(connection).execute(query.format(found.condition), found.parameters)]


def counted(connection: Connection, run_id: str, wanted: ParcelFilter) -> list[Counted]:
    """Count a filter by town, village, verdict, planned use, pool state, and by rule and outcome."""
    found = where(wanted, run_id)
    parts = {"condition": found.condition}
    rows = _rows(connection, "desk_statistics", parts, found)
    said = _rows(connection, "desk_outcomes", parts, found)
    places = [
        Counted(dimension, tuple(key for key in keys if key is not None), count, area_um2)
        for dimension, *keys, count, area_um2 in rows
    ]
    return [*places, *(Counted("rule", (rule_id, outcome), count, area) for rule_id, outcome, count, area in said)]


def open_points(connection: Connection, run_id: str, parcel_ids: Sequence[str]) -> list[Row]:
    """Return what is open of some parcels: parcel_id, rule_id, outcome, measured, unit."""
    keys = {"run_id": run_id, "parcel_ids": list(parcel_ids)}
    with raw(connection).cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("desk_open_points"), keys).fetchall()


def outdated_count(connection: Connection, run_id: str) -> int:
    """Return how many parcels of a run are not any more what it judged."""
    row = raw(connection).execute(*outdated_query(run_id)).fetchone()
    return int(row[0]) if row else 0


def outdated_query(run_id: str) -> tuple[sql.Composed, dict[str, object]]:
    """Return what `outdated_count` asks, and the values that it binds."""
    return sql.SQL(statement("desk_outdated")).format(outdated=_OUTDATED), {"run_id": run_id, "facts": FACT_NAMES}


def is_outdated(connection: Connection, run_id: str, parcel_id: str) -> bool:
    """Tell whether one parcel is not any more what a run judged."""
    query = sql.SQL("SELECT {} FROM landgis.run_row r WHERE r.run_id = %(run_id)s AND r.parcel_id = %(parcel_id)s")
    keys = {"run_id": run_id, "parcel_id": parcel_id, "facts": FACT_NAMES}
    row = raw(connection).execute(query.format(_OUTDATED), keys).fetchone()
    return bool(row and row[0])


def _rows(
    connection: Connection, name: str, parts: Mapping[str, sql.Composable], found: Where,
    more: Mapping[str, Any] | None = None,
) -> list[Any]:  # fmt: skip
    query = sql.SQL(statement(name)).format(**parts)
    return raw(connection).execute(query, {**found.parameters, **(more or {})}).fetchall()
