"""Imagery of the catalogue over HTTP: published releases only, by the right to read layers, from the bytes that came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.services.layers.import_layer import LayerImport
from landgis.services.layers.import_raster import import_raster
from landgis.services.layers.publish_layer import publish, retire
from tests.support import desk_case
from tests.support.rasters import write

TILE = "4549/3/1/1"


@pytest.fixture
def drafted(database: Database, planner: Person, tmp_path: Path) -> str:
    """Hash of an orthophoto that came in and is not published."""
    cells = np.full((3, 60, 70), 120, "uint8")
    says = LayerEntry(
        name="2024", document_no="沪测〔2024〕1号", issuing_body="测绘院", state_of_data_on=date(2024, 5, 1),
        in_force_from=date(2024, 6, 1), expires_on=date(2025, 6, 1), meaning="rgb", substitute=True,
    )  # fmt: skip
    request = LayerImport(write(tmp_path / "a.tif", cells, photometric="RGB"), None, "orthophoto", None, says)
    return import_raster(database, Originals(tmp_path), desk_case.catalogue(), planner, request).release.content_hash


@pytest.fixture
def client(database: Database, planner: Person, tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        desk_case.served_at(database, tmp_path, planner) as address,
        httpx.Client(base_url=address, trust_env=False) as found,
    ):
        yield found


def test_only_what_is_published_is_drawn_and_told(
    database: Database, planner: Person, drafted: str, client: httpx.Client
) -> None:
    assert drafted
    run = desk_case.known_ground(database, planner)
    path = f"/basemap/release/orthophoto/2024/{TILE}"
    assert client.get(path).status_code == 404
    assert client.get("/data/map", params={"run": run}).json()["basemaps"] == []
    publish(database, planner, "orthophoto", "2024")
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"], answer.content[:4]) == (200, "image/png", b"\x89PNG")
    (row,) = client.get("/data/map", params={"run": run}).json()["basemaps"]
    assert row == {
        "key": "orthophoto@2024", "title_zh": "正射影像 2024", "title_en": "Orthophoto 2024", "source": "测绘院",
        "day": "2024-05-01", "stale": True, "substitute": True, "url": "/basemap/release/orthophoto/2024",
    }  # fmt: skip
    assert client.get(f"/basemap/release/orthophoto/2023/{TILE}").status_code == 404
    refused = client.get(f"/basemap/release/homestead/{_name(client, run, 'homestead')}/{TILE}")
    assert refused.status_code == 400
    assert "不是 8 位彩色或全色影像" in refused.text
    retire(database, planner, "orthophoto", "2024", "重做", leave_none=True)
    assert client.get(path).status_code == 404


def _name(client: httpx.Client, run: str, layer: str) -> str:
    layers = client.get("/data/map", params={"run": run}).json()["layers"]
    return str(next(row["release"] for row in layers if row["key"] == layer))


def test_an_original_that_is_no_longer_what_came_in_is_not_drawn(
    database: Database, planner: Person, tmp_path: Path, drafted: str, client: httpx.Client
) -> None:
    publish(database, planner, "orthophoto", "2024")
    with (Originals(tmp_path).folder / drafted).open("ab") as file:
        file.write(b"more")
    answer = client.get(f"/basemap/release/orthophoto/2024/{TILE}")
    assert answer.status_code >= 400
    assert "与导入时不同" in answer.text


def test_who_may_not_read_layers_gets_no_picture(
    database: Database, planner: Person, tmp_path: Path, drafted: str
) -> None:
    publish(database, planner, "orthophoto", "2024")
    with (
        desk_case.served_at(database, tmp_path, replace(planner, role=Role.AUDIT_ADMIN)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        for path in ("/basemap/release/orthophoto/2024", "/basemap/local/dom"):
            assert client.get(f"{path}/{TILE}").status_code == 403
    assert drafted
