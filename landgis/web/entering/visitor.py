"""Who asks, and what a route demands of him. Every route of the desk names the actions that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.errors import NotEntered

OPEN = "landgis_open"
"""Attribute of a route's function that needs no visitor: the way in itself."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who has come in.

    Attributes
    ----------
    person
        As the register knows him now.
    session_no
        Number of the session; None where there is none to end.
    """

    person: Person
    session_no: int | None = None


class Entrance(Protocol):
    """Tells who asks."""

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks; None: nobody who has come in."""


def allowed(*actions: Action) -> Callable[[Request], Visitor]:
    """Return the dependency of a route that takes these actions, all of them.

    The dependency raises `NotEntered` when nobody has come in and `NotAllowed` when the policy does not let the visitor
    do all of it.
    """

    def door(request: Request) -> Visitor:
        entrance: Entrance = request.app.state.entrance
        visitor = entrance.visitor(request)
        if visitor is None:
            raise NotEntered(
                "尚未登录，或登录已过期",
                "Nobody has logged in, or the session is over",
                where=request.url.path,
                next_zh="请登录后再打开",
                next_en="Log in and open it again",
            )
        for action in actions:
            visitor.person.require(action)
        return visitor

    door.actions = actions  # type: ignore[attr-defined]  # read by whoever lists what each route demands
    return door
