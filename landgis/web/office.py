"""What the routes of the desk work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from landgis.services.desk.desk import Desk

if TYPE_CHECKING:
    from landgis.db.connect import Database
    from landgis.domain.catalogue import Catalogue
    from landgis.web.entering.visitor import Visitor


@dataclass(frozen=True)
class Office:
    """An office that serves its desk.

    Attributes
    ----------
    database
        In the desk's own role. No service takes it as it is: see `as_seen_by`.
    catalogue
        Layer catalogue, for titles and styles.
    pack_id
        Rule pack whose newest run the front page shows.
    home
        Where caches and files of the desk live.
    """

    database: Database
    catalogue: Catalogue
    pack_id: str
    home: Path
    _desks: dict[int, Desk] = field(default_factory=dict)

    def as_seen_by(self, visitor: Visitor) -> Database:
        """Return the database as a visitor sees it."""
        return self.database.seen_by(visitor.person)

    def desk(self, visitor: Visitor) -> Desk:
        """Return the desk of a visitor."""
        number = visitor.person.person_id
        if number not in self._desks:
            self._desks[number] = Desk(self.as_seen_by(visitor), self.catalogue)
        return self._desks[number]
