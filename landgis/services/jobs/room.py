"""What long work needs at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.rules.pack import RulePack
from landgis.services.layers.speaking import Indexes


@dataclass(frozen=True)
class Room:
    """What long work needs at hand.

    Attributes
    ----------
    database
        Where it is recorded.
    desk
        The same in the desk's role: the work is done in the eyes of its asker, row by row.
    originals, catalogue, indexes
        As everywhere.
    pack
        Gives a published rule pack by its name.
    profiles
        Folder of export profiles.
    home
        Where ``jobs/`` lies.
    today
        The day on which it is done.
    """

    database: Database
    desk: Database
    originals: Originals
    catalogue: Catalogue
    indexes: Indexes
    pack: Callable[[str], RulePack]
    profiles: Path
    home: Path
    today: date
