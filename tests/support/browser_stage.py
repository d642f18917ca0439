"""A served desk for browser tests: the sample district with real vector tiles, and a page that reaches nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
from playwright.sync_api import Browser, Page, Route, sync_playwright
from psycopg.rows import dict_row

from landgis.access.person import Person
from landgis.db.bulk import raw
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.db.runs import RunStore
from landgis.frames.layer import LayerData
from landgis.sample import LayerSample, SampleDistrict, build
from tests.conftest import ready_database
from tests.support import desk_case
from tests.support.desk_case import EVIL

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
READY = "html[data-map='ready']"
WAIT_MS = 20_000
FARMLAND = "permanent_basic_farmland"
EARLIER = "2025-01"
"""Edition of farmland before the present one: without what lies under the planted parcel."""
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Stage:
    """A served desk: address, runs, what is in it, and what pages asked for or complained of.

    ``earlier_run`` stood on an edition of farmland that did not touch the planted parcel, and nobody had yet said that there
    is no dispute over the planted clear one; ``run`` is the present one.
    """

    address: str
    database: Database
    person: Person
    run: str
    earlier_run: str
    sample: SampleDistrict
    parcels: gpd.GeoDataFrame
    abroad: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def planted(self, kind: str) -> str:
        """Number of the Songjiang parcel of a planted kind."""
        return _planted(self.sample, kind)

    def counts(self) -> dict[str, int]:
        """Parcels by verdict, asked of the database."""
        query = "SELECT verdict, count(*) AS n FROM landgis.run_parcel WHERE run_id = %s GROUP BY 1"
        with self.database.begin() as connection, raw(connection).cursor(row_factory=dict_row) as cursor:
            return {row["verdict"]: row["n"] for row in cursor.execute(query, [self.run])}

    def inside(self, parcel: str) -> tuple[float, float]:
        """A point inside a parcel, EPSG:4549."""
        point = self.parcels.set_index("parcel_id").geometry[parcel].representative_point()
        return point.x, point.y


def evil(parcels: gpd.GeoDataFrame) -> str:
    """The parcel whose village name is an attack."""
    return str(parcels["parcel_id"].min())


@contextmanager
def staged(cluster: PrivateCluster) -> Iterator[Stage]:
    """Serve the sample district of Songjiang, screened twice: a copy of a database that is made once."""
    sample, parcels = _ground()
    like = ready_database(cluster, "landgis_stage", _stored)
    with desk_case.copied_database(cluster, like) as database, desk_case.served(database) as address:
        run, earlier_run = (run.run_id for run in RunStore(database).list())
        yield Stage(address, database, PeopleStore(database).list()[0], run, earlier_run, sample, parcels)


@cache
def _ground() -> tuple[SampleDistrict, gpd.GeoDataFrame]:
    """The sample, and its parcels of Songjiang with an attack among them; for reading only."""
    sample = build("small", seed=1)
    parcels = sample.parcels[sample.parcels["district"] == "songjiang"].reset_index(drop=True)
    parcels.loc[parcels["parcel_id"] == evil(parcels), "village_name"] = EVIL
    return sample, parcels


def _stored(cluster: PrivateCluster, name: str) -> None:
    """Fill a database with the two runs."""
    sample, parcels = _ground()
    present = sample.layers[FARMLAND]
    earlier_layers = dict(sample.layers) | {FARMLAND: _before(sample, parcels)}
    before = parcels.copy()
    before.loc[before["parcel_id"] == _planted(sample, "clear"), "dispute"] = None
    with desk_case.filled(cluster, name) as (database, person):
        desk_case.store_sample(database, person, replace(sample, layers=earlier_layers), before)
        desk_case.store_parcels(database, person, parcels)
        desk_case.store_layers(database, person, [LayerData(present.release, present.features, present.coverage)])
        desk_case.run_of(database, person)


def _before(sample: SampleDistrict, parcels: gpd.GeoDataFrame) -> LayerSample:
    """Farmland as it was: what lies under the planted parcel had not been drawn yet."""
    present = sample.layers[FARMLAND]
    there = parcels.set_index("parcel_id").geometry[_planted(sample, "farmland_conflict")]
    kept = present.features[~present.features.intersects(there)].reset_index(drop=True)
    release = replace(
        present.release, name=EARLIER, state_of_data_on=date(2024, 12, 31), issued_on=date(2025, 1, 15),
        in_force_from=date(2025, 2, 1), feature_count=len(kept),
    )  # fmt: skip
    return replace(present, release=release, features=kept)


def _planted(sample: SampleDistrict, kind: str) -> str:
    cases = sample.planted
    found = cases[(cases["kind"] == kind) & (cases["district"] == "songjiang")]
    return str(found["parcel_id"].iloc[0])


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield found
        found.close()


@contextmanager
def guarded_page(
    browser: Browser, stage: Stage, width: int = 1366, height: int = 768, locale: str | None = None
) -> Iterator[Page]:
    """A page that reaches the server and nothing else; what it asks of others and complains of must be nothing."""
    page = browser.new_page(viewport={"width": width, "height": height}, locale=locale)
    page.set_default_timeout(WAIT_MS)
    stage.abroad.clear()
    stage.complaints.clear()

    def gate(route: Route) -> None:
        if route.request.url.startswith((stage.address, "data:", "blob:")):
            route.continue_()
        else:
            stage.abroad.append(route.request.url)
            route.abort()

    page.route("**/*", gate)
    page.on("pageerror", lambda error: stage.complaints.append(str(error)))
    page.on("console", lambda line: stage.complaints.append(line.text) if line.type == "error" else None)
    yield page
    page.close()
    assert stage.abroad == []
    assert stage.complaints == []


def opened(page: Page, stage: Stage, fragment: str = "", **values: str) -> Page:
    """Open the desk and wait until its map stands."""
    query = "&".join(f"{key}={value}" for key, value in values.items())
    page.goto(f"{stage.address}/?{query}#{fragment}")
    page.wait_for_selector(READY)
    return page


def pixel_of(page: Page, at: tuple[float, float]) -> tuple[float, float]:
    """Where a point of the map stands in the window."""
    x, y = page.evaluate("at => landgisDesk.map.getPixelFromCoordinate(at)", list(at))
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def settled(page: Page) -> None:
    """Wait until the map stands still and every tile is drawn."""
    page.evaluate("new Promise(done => { landgisDesk.map.once('rendercomplete', done); landgisDesk.map.render(); })")


def until(page: Page, expression: str, arg: object = None) -> None:
    """Wait until an expression of the page is true. (Playwright's own waiting needs ``eval``, which the page forbids.)"""
    end = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)
