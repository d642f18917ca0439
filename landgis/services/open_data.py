"""The open services: who asks, what the policy lets him see, and the features themselves."""

from __future__ import annotations

from collections.abc import Iterable

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.access.secrecy import marks_open_to
from landgis.db.connect import Database, Server, open_database
from landgis.db.open_features import OpenFeature, OpenPage, OpenReader
from landgis.domain.catalogue import LayerSpec
from landgis.domain.open_data import OpenCollection, OpenCrs, OpenQuery, open_collections
from landgis.services.tokens import holder_of


class OpenData:
    """What outsiders are given.

    Parameters
    ----------
    database
        In the working role: it knows the tokens.
    reading
        In the role ``landgis_read``: every feature comes from it.
    layers
        Of the catalogue.
    """

    def __init__(self, database: Database, reading: Database, layers: Iterable[LayerSpec]) -> None:
        self._database = database
        self._reader = OpenReader(reading)
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
        return self._reader.page(collection, query, marks_open_to(person.role))

    def one(self, person: Person, collection: OpenCollection, feature_id: str, crs: OpenCrs) -> OpenFeature | None:
        """Return one feature; None where there is none that the person's role may see."""
        return self._reader.one(collection, feature_id, crs, marks_open_to(person.role))


def open_data(server: Server, database: Database, layers: Iterable[LayerSpec]) -> OpenData:
    """Open the services of a server that runs, with a pool of connections in the reading role."""
    return OpenData(database, open_database(server, role="landgis_read"), layers)
