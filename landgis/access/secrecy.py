"""Which marks of secrecy a role may see through a service. What is not marked is internal."""

from __future__ import annotations

from landgis.access.roles import Action, Role, may
from landgis.domain.layer import Secrecy


def marks_open_to(role: Role) -> tuple[Secrecy, ...]:
    """Return the marks whose rows a role may see; none for a role that may not read at all.

    What a service gives can be kept: internal rows go to those alone who may export what is internal, as at the gate of
    every other export.
    """
    if not may(role, Action.READ):
        return ()
    return (Secrecy.PUBLIC, Secrecy.INTERNAL) if may(role, Action.EXPORT_INTERNAL) else (Secrecy.PUBLIC,)
