"""Finding in a run: parcels by number, places by name, plots by code, parcels at a point."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from landgis.db.bulk import raw
from landgis.db.statements import statement

Box = tuple[float, float, float, float]
"""West, south, east, north in metres of the working CRS."""


@dataclass(frozen=True)
class FoundParcel:
    """A parcel of the run."""

    parcel_id: str
    town_name: str
    village_name: str
    verdict: str
    extent: Box


@dataclass(frozen=True)
class FoundPlace:
    """A village of a town with parcels in the run; ``initials`` of town and village."""

    town_code: str
    town_name: str
    village_name: str
    initials: str
    count: int
    extent: Box


@dataclass(frozen=True)
class FoundUnit:
    """A plot of the use-right layer."""

    code: str
    label: str
    extent: Box


def parcels_by_number(connection: Connection, run_id: str, folded: str, most: int) -> tuple[int, list[FoundParcel]]:
    """Return how many parcels there are of a number that begins so, and the first of them."""
    keys = {"run_id": run_id, "folded": folded, "most": most}
    rows = raw(connection).execute(statement("search_parcels"), keys).fetchall()
    return (rows[0][-1] if rows else 0), [FoundParcel(a, b, c, d, (w, s, e, n)) for a, b, c, d, w, s, e, n, _ in rows]


def places(connection: Connection, run_id: str) -> list[FoundPlace]:
    """Return every village and town of the run."""
    rows = raw(connection).execute(statement("search_places"), {"run_id": run_id}).fetchall()
    return [FoundPlace(a, b, c, d, count, (w, s, e, n)) for a, b, c, d, count, w, s, e, n in rows]


def units_by_code(connection: Connection, release: str, folded: str, most: int) -> tuple[int, list[FoundUnit]]:
    """Return how many plots there are of a code that begins so, and the first of them."""
    keys = {"release": release, "folded": folded, "most": most}
    rows = raw(connection).execute(statement("search_units"), keys).fetchall()
    return (rows[0][-1] if rows else 0), [FoundUnit(code, label, (w, s, e, n)) for code, label, w, s, e, n, _ in rows]


def parcels_at(connection: Connection, run_id: str, east_m: float, north_m: float) -> list[str]:
    """Return the parcels of a run at a point of the working CRS."""
    keys = {"run_id": run_id, "east": east_m, "north": north_m}
    return [row[0] for row in raw(connection).execute(statement("search_at"), keys)]
