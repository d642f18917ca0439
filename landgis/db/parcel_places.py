"""Where a parcel lies, stated by a person: the outline comes again with another town or village."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.own_town import require_own_town
from landgis.db.parcel_imports import number_versions_alone
from landgis.db.statements import statement
from landgis.errors import NotFound


class PlaceStore:
    """Places of the register; the outlines that they are stated of are never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(
        self,
        parcel_id: str,
        place: Mapping[str, str | None],
        *,
        valid_from: date | None,
        document_no: int | None,
        person: Person,
        reason: str,
    ) -> None:
        """State the town, or the village, of a parcel from a day on (None: since the beginning).

        Parameters
        ----------
        place
            ``town_code`` and ``town_name``, or ``village_name``; None: not known.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound
            If the parcel was not there on that day.
        Conflict
            If the parcel has ended, the day has not come, or the paper is not of the parcel.
        """
        person.require(Action.STATE_FACTS, town_code=place.get("town_code", ""))
        keys: dict[str, object] = {"town_code": None, "town_name": None, "village_name": None} | dict(place)
        keys |= {"parcel_id": parcel_id, "town": "town_name" in place, "valid_from": valid_from}
        keys |= {"reason": reason, "document_no": document_no, "person_id": person.person_id}
        with self._database.begin(person, reason) as connection:
            require_own_town(connection, person, Action.STATE_FACTS, [parcel_id])
            number_versions_alone(connection)
            (held,) = raw(connection).execute(statement("state_place"), keys).fetchone() or (0,)
            if not held:
                raise NotFound(
                    f"地块 {parcel_id} 在 {valid_from} 还没有，不能从这一天起登记位置",
                    f"There was no parcel {parcel_id} on {valid_from} yet: its place cannot be stated from then on",
                    where=parcel_id,
                    next_zh=f"请写不早于该地块起始日的日期，见 landgis parcel history {parcel_id}",
                    next_en=f"State a day not before it began; see landgis parcel history {parcel_id}",
                )
