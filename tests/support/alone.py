"""The entrance of a desk that one person opens for himself."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from landgis.access.person import Person
from landgis.web.entering.visitor import Visitor


@dataclass(frozen=True)
class Alone:
    """Whoever asks is this person.

    Attributes
    ----------
    person
        Who opened the desk.
    """

    person: Person

    def visitor(self, request: Request) -> Visitor:  # an entrance is asked with the request
        """Return the one person."""
        return Visitor(self.person)
