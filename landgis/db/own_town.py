"""Writing about land of the own town alone, where the policy lets a person no further."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from landgis.access.person import Person
from landgis.access.roles import Action, Reach, reach
from landgis.db.bulk import raw

_TOWNS = (
    "SELECT DISTINCT ON (v.parcel_id) v.parcel_id, v.town_code FROM landgis.parcel_version v"
    " WHERE v.parcel_id = ANY(%(parcel_ids)s) ORDER BY v.parcel_id, v.current DESC, v.valid_from DESC, v.version DESC"
)
"""A parcel is of the town where it lies now, or where it lay when it ended."""


def require_own_town(connection: Connection, person: Person, action: Action, parcel_ids: Iterable[str]) -> None:
    """Raise unless a person may do something about every one of some parcels; unknown numbers are of no town yet.

    Raises
    ------
    NotAllowed
        If one of them lies in a town to which the person's reach does not go.
    """
    if reach(person.role, action) is not Reach.OWN_TOWN:
        return
    rows = raw(connection).execute(_TOWNS, {"parcel_ids": list(parcel_ids)}).fetchall()
    for _, town_code in rows:
        person.require(action, town_code=town_code)
