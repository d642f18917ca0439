"""What a run offers to filter by: towns, villages, uses, owner levels with their counts; years of published plans."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from landgis.db.bulk import raw
from landgis.db.statements import statement


@dataclass(frozen=True)
class Choices:
    """Values that occur, with how many parcels have them.

    Attributes
    ----------
    towns
        Code, name, count.
    villages
        Town name, name, count.
    uses
        ``scheme:code`` and count, of planned and existing uses with all that they lie below.
    owner_levels
        Level and count.
    plan_years
        Years with a published plan in the district of the run.
    """

    towns: list[tuple[str, str, int]]
    villages: list[tuple[str, str, int]]
    uses: list[tuple[str, int]]
    owner_levels: list[tuple[str, int]]
    plan_years: list[int]


def choices_of(connection: Connection, run_id: str) -> Choices:
    """Return what occurs among the rows of a run that the viewer sees."""
    rows = raw(connection).execute(statement("desk_choices"), {"run_id": run_id}).fetchall()
    found: dict[str, list[tuple[str, str, int]]] = {}
    for kind, first, second, count in rows:
        found.setdefault(kind, []).append((first, second, count))
    return Choices(
        towns=found.get("town", []),
        villages=found.get("village", []),
        uses=[(use, count) for use, _, count in found.get("use", [])],
        owner_levels=[(level, count) for level, _, count in found.get("owner", [])],
        plan_years=[int(year) for year, _, _ in found.get("year", [])],
    )


def knows_rule(connection: Connection, run_id: str, rule_id: str) -> bool:
    """Tell whether a run has a finding of a rule."""
    query = "SELECT EXISTS (SELECT FROM landgis.run_finding WHERE run_id = %s AND rule_id = %s)"
    row = raw(connection).execute(query, (run_id, rule_id)).fetchone()
    return bool(row and row[0])
