"""When the database is not at hand: 503 in both languages, without a word of how; and the door tries again."""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.tokens import TokenStore
from landgis.errors import NotReady
from landgis.services.open_data import OpenData
from landgis.web.app import create_app
from tests.support import desk_case
from tests.support.alone import Alone
from tests.support.desk_case import catalogue
from tests.support.open_case import Client, served_app, static_files

SECRET = "geheim"


@pytest.fixture
def headers(owner: Database, planner: Person) -> dict[str, str]:
    hashed = hashlib.sha256(SECRET.encode()).hexdigest()
    TokenStore(owner).issue(planner, hashed, "试验", datetime.now(UTC) + timedelta(days=1), by=None)
    return {"Authorization": f"Bearer {SECRET}"}


def test_a_lost_database_is_503_and_a_door_that_did_not_open_opens_later(
    cluster: PrivateCluster,
    database: Database,
    planner: Person,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    attempts: list[int] = []
    gone = open_database(cluster, role="landgis_read", name="nowhere", check=False, pooled=False)

    def data() -> OpenData:
        attempts.append(1)
        if len(attempts) == 1:
            raise NotReady("数据库未启动", "The database is down", where="secret place")
        return OpenData(database, gone, catalogue())

    with caplog.at_level(logging.CRITICAL), static_files() as static:
        app = create_app(desk_case.office_of(database, tmp_path), Alone(planner), static=static, open_data=data)
        with served_app(app) as address:
            client = Client(address, headers)
            answers = [client.get("/ogc"), client.get("/ogc/collections/parcels/items"), client.get("/ogc")]
    assert [one.status for one in answers] == [503, 503, 200]
    assert len(attempts) == 2
    for one in answers[:2]:
        assert one.headers.get_content_type() == "application/json"
        assert "nowhere" not in one.text
        assert "secret place" not in one.text
