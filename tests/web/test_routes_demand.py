"""Every route of the desk says which actions it takes: a door without a lock is found here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.web.app import create_app
from landgis.web.entering.alone import Alone
from landgis.web.entering.visitor import OPEN
from landgis.web.words import _ROOMS, WORDS
from tests.support.desk_case import office_of


@pytest.fixture
def routes(database: Database, planner: Person, tmp_path: Path) -> list[APIRoute]:
    guard = create_app(office_of(database, tmp_path), Alone(planner))
    app = guard.app
    assert isinstance(app, FastAPI)
    assert {route.path for route in app.routes if isinstance(route, Mount)} <= {"/static"}
    return list(_within(app.routes))


def _within(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            assert isinstance(route, Mount) or hasattr(route, "original_router"), route
            yield from _within(getattr(getattr(route, "original_router", None), "routes", ()))


def test_every_route_names_its_actions(routes: list[APIRoute]) -> None:
    assert len(routes) > 8
    for route in routes:
        demanded = [door.call.actions for door in route.dependant.dependencies if hasattr(door.call, "actions")]
        if getattr(route.endpoint, OPEN, False):
            assert not demanded, route.path
        else:
            assert demanded, f"{route.path} asks nobody who comes"
            assert all(isinstance(action, Action) for actions in demanded for action in actions)


def test_no_word_is_said_in_two_rooms() -> None:
    assert len(WORDS) == sum(len(room.WORDS) for room in _ROOMS)
