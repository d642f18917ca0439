"""What the routes of the desk work with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from landgis.services.checking.sitting import Sitting
from landgis.services.desk.check_layers import CheckLayers
from landgis.services.desk.desk import Desk
from landgis.services.receiving.releases import originals_of

if TYPE_CHECKING:
    from landgis.db.connect import Database
    from landgis.db.originals import Originals
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
    tiles_mb
        What kept tiles may take there, megabytes.
    """

    database: Database
    catalogue: Catalogue
    pack_id: str
    home: Path
    tiles_mb: int = 2_000

    @cached_property
    def originals(self) -> Originals:
        """The folder of files as they came in."""
        return originals_of(self.home)

    @cached_property
    def layers(self) -> CheckLayers:
        """The layers of checks and cards, kept warm for all visitors: whoever checks may read every layer."""
        return CheckLayers.of(self.home, self.catalogue)

    @cached_property
    def sitting(self) -> Sitting:
        """Where checks that persons ask for at the same time are judged together."""
        return Sitting()

    def as_seen_by(self, visitor: Visitor) -> Database:
        """Return the database as a visitor sees it."""
        return self.database.seen_by(visitor.person)

    def desk(self, visitor: Visitor) -> Desk:
        """Return the desk of a visitor."""
        return Desk(self.as_seen_by(visitor), self.catalogue)
