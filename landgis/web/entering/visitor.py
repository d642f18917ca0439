"""Who asks, and what a route demands of him. Every route of the desk names the actions that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fastapi import Request

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.errors import NotEntered
from landgis.web.entering.landing import home_of

if TYPE_CHECKING:
    from landgis.db.pulse import Beat

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
    must_change
        Whether he has to change his password before anything else.
    """

    person: Person
    session_no: int | None = None
    must_change: bool = False


class Entrance(Protocol):
    """Tells who asks."""

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks; None: nobody who has come in."""


def entered(request: Request) -> Visitor:
    """Return who has come in, whatever he may do; the dependency of a route about himself.

    Pages find the visitor in ``request.state.visitor``, and where he begins in ``request.state.home``.

    Raises
    ------
    NotEntered
        If nobody has.
    """
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
    request.state.visitor, request.state.home = visitor, home_of(visitor.person)
    return visitor


entered.actions = ()  # type: ignore[attr-defined]  # as below: somebody, but no action


def allowed(*actions: Action) -> Callable[[Request], Visitor]:
    """Return the dependency of a route that takes these actions, all of them.

    The dependency raises `NotEntered` when nobody has come in, or has to change his password first, and `NotAllowed`
    when the policy does not let the visitor do all of it.
    """

    def door(request: Request) -> Visitor:
        return _let_in(request, entered(request), actions)

    door.actions = actions  # type: ignore[attr-defined]  # read by whoever lists what each route demands
    return door


def known(request: Request, beat: Beat, actions: Iterable[Action]) -> Visitor | None:
    """Return who asks, where the entrance knows him without asking anybody; None: it has to be asked.

    Parameters
    ----------
    beat
        Asked of the database after the request came: what memory says has to agree with it.
    actions
        What the route takes; refused as by the door of `allowed`. No page is made: ``request.state`` stays as it is.
    """
    remembers: Callable[[Request, Beat], Visitor | None] | None = getattr(request.app.state.entrance, "known", None)
    visitor = None if remembers is None else remembers(request, beat)
    return None if visitor is None else _let_in(request, visitor, actions)


def _let_in(request: Request, visitor: Visitor, actions: Iterable[Action]) -> Visitor:
    if visitor.must_change:
        raise NotEntered(
            "须先修改密码：现用密码是管理员设定的",
            "Change the password first: an administrator set the present one",
            where=request.url.path,
            next_zh="请打开 /password",
            next_en="Open /password",
        )
    for action in actions:
        visitor.person.require(action)
    return visitor
