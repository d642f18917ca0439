"""The open services: who asks, what the policy lets him see, and the features themselves."""

from __future__ import annotations

from collections.abc import Iterable

from landgis.access.person import Person
from landgis.access.roles import Action, may
from landgis.access.secrecy import marks_open_to
from landgis.db.connect import Database, Server, open_database
from landgis.db.open_features import OpenFeature, OpenPage, OpenReader
from landgis.domain.catalogue import LayerSpec
from landgis.domain.layer import Secrecy
from landgis.domain.open_data import OpenCollection, OpenCrs, OpenQuery, open_collections
from landgis.services.tokens import holder_of

_READ_BY = {
    "parcels": Action.READ_PARCELS,
    "pool_members": Action.READ_POOL,
    "plan_lines": Action.READ_PLANS,
    "layer_features": Action.READ_LAYERS,
}
"""What a view takes."""


class OpenData:
    """What outsiders are given.

    Parameters
    ----------
    database
        In the working role: it knows the tokens.
    reading
        In the desk's role: every feature comes from it, as far as its rows are shown to who asks.
    layers
        Of the catalogue.
    """

    def __init__(self, database: Database, reading: Database, layers: Iterable[LayerSpec]) -> None:
        self._database = database
        self._reading = reading
        self.collections = open_collections(layers)

    def asker(self, secret: str) -> Person | None:
        """Return the person whose token this is; None for an unknown, expired or revoked one.

        Raises
        ------
        NotAllowed
            If the person has left, or the role may not read.
        """
        person = holder_of(self._database, secret)
        if person is not None:
            person.require(Action.READ)
        return person

    def page(self, person: Person, collection: OpenCollection, query: OpenQuery) -> OpenPage:
        """Return one page of a collection, as far as the person's role may see it.

        Raises
        ------
        UsageError
            If the filter cannot be read.
        """
        return self._reader(person).page(collection, query, _marks(person, collection))

    def one(self, person: Person, collection: OpenCollection, feature_id: str, crs: OpenCrs) -> OpenFeature | None:
        """Return one feature; None where there is none that the person's role may see."""
        return self._reader(person).one(collection, feature_id, crs, _marks(person, collection))

    def _reader(self, person: Person) -> OpenReader:
        return OpenReader(self._reading.seen_by(person))


def _marks(person: Person, collection: OpenCollection) -> tuple[Secrecy, ...]:
    """Return the marks of a collection that a person may see; none of what the policy does not let him read."""
    return marks_open_to(person.role) if may(person.role, _READ_BY[collection.view]) else ()


def open_data(server: Server, database: Database, layers: Iterable[LayerSpec]) -> OpenData:
    """Open the services of a server that runs, with a pool of connections in the desk's role."""
    return OpenData(database, open_database(server, role="landgis_desk"), layers)
