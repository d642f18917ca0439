"""Every route of the desk says which actions it takes: a door without a lock is found here."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.services.entering.door import Door
from landgis.services.entering.oidc import Provider
from landgis.services.entering.passwords import Hashing
from landgis.web.app import create_app
from landgis.web.entering.sessions import Sessions
from landgis.web.entering.visitor import OPEN
from landgis.web.words import _ROOMS, WORDS
from tests.support.desk_case import office_of
from tests.support.door_case import CHEAP
from tests.support.ways import within

ABOUT_ONESELF = {"/self", "/password"}
ABOUT_NOBODY = {"/handbook", "/handbook/{key}"}
THE_WAY_IN = {"/enter", "/enter/link/{secret}", "/enter/oidc", "/enter/oidc/back", "/leave"}


@pytest.fixture
def routes(database: Database, tmp_path: Path) -> list[APIRoute]:
    hashing = Hashing(CHEAP)
    provider = Provider("https://sso.example", "landgis", None)
    sessions = Sessions(Door(database, hashing), hashing, secure=True, provider=provider)
    guard = create_app(office_of(database, tmp_path), sessions)
    app = guard.app
    assert isinstance(app, FastAPI)
    assert {route.path for route in app.routes if isinstance(route, Mount)} <= {"/static"}
    return list(within(app.routes))


def test_every_route_names_its_actions(routes: list[APIRoute]) -> None:
    assert len(routes) > 8
    for route in routes:
        demanded = [door.call.actions for door in route.dependant.dependencies if hasattr(door.call, "actions")]
        if getattr(route.endpoint, OPEN, False):
            assert not demanded, route.path
            assert route.path in THE_WAY_IN
        else:
            assert demanded, f"{route.path} asks nobody who comes"
            assert any(demanded) or route.path in ABOUT_ONESELF | ABOUT_NOBODY, f"{route.path} demands no action"
            assert all(isinstance(action, Action) for actions in demanded for action in actions)


def test_no_word_is_said_in_two_rooms() -> None:
    assert len(WORDS) == sum(len(room.WORDS) for room in _ROOMS)
