"""The work of a job sees and takes what its asker may see and do: the database holds it to that, whatever the work asks for."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.jobs import JobStore
from landgis.db.originals import Originals
from landgis.db.people import PeopleStore
from landgis.domain.jobs import Job, JobKind, JobState
from landgis.engines.index_cache import IndexCache
from landgis.rules.reading.load import load_pack
from landgis.services.jobs import jobs, run
from landgis.services.jobs.doing import DOES, Doing
from landgis.services.jobs.room import Room
from tests.support.desk_case import PROJECT, catalogue, desk_of, fresh_database, known_ground, owner_of
from tests.support.matrix_case import OTHER

MINE, THEIRS = "SJ-004", "SJ-001"
DAY = "2026-06-30"
ASKED: dict[JobKind, dict[str, Any]] = {
    JobKind.SCREEN: {"as_of": DAY},
    JobKind.ATLAS: {"drawn_on": DAY},
    JobKind.PACKAGE: {"profile": "plain", "as_of": DAY, "why": "x"},
    JobKind.IMPORT_LAYER: {},
    JobKind.IMPORT_PARCELS: {},
}


@dataclass(frozen=True)
class Bureau:
    """A known ground, what work needs at hand, a planner, and a clerk of the town of `MINE`."""

    room: Room
    planner: Person
    clerk: Person

    def does(self, who: Person, kind: JobKind) -> Job:
        """Ask for a job, and have it done in this process."""
        arguments = dict(ASKED[kind])
        if not arguments:
            kept = self.room.originals.keep(Path(__file__))
            arguments = {"file": {"content_hash": kept.content_hash, "name": "地块.geojson"}}
        asked = jobs.ask(self.room.desk.seen_by(who), who, self.room.home, kind, arguments).job
        store = JobStore(self.room.database)
        assert store.begin(asked.job_no, "test")
        run.run_job(self.room, asked.job_no)
        return store.one(asked.job_no)


@pytest.fixture(scope="module")
def bureau(cluster: PrivateCluster) -> Iterator[Bureau]:
    with fresh_database(cluster) as (database, planner), tempfile.TemporaryDirectory() as folder:
        known_ground(database, planner)
        home, owner = Path(folder), owner_of(cluster, database)
        clerk = PeopleStore(owner).register("zhen", "镇员", Role.TOWN_CLERK, town_code=OTHER)
        room = Room(
            database, desk_of(database), Originals(home), catalogue(), IndexCache(home / "indexes", 1 << 30, print), load_pack,
            PROJECT / "data" / "profiles", home, date(2026, 6, 30),
        )  # fmt: skip
        yield Bureau(room, planner, clerk)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """A job that is done hears no order to end any more; this process does."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def _instead(monkeypatch: pytest.MonkeyPatch, work: Callable[[Doing], dict[str, Any]]) -> None:
    """Have every kind of job do this."""
    monkeypatch.setattr(run, "DOES", dict.fromkeys(DOES, lambda doing, _: work(doing)))


@pytest.mark.parametrize("kind", JobKind)
def test_every_kind_of_work_is_done_in_the_desks_role_for_its_asker(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, kind: JobKind
) -> None:
    def look(doing: Doing) -> dict[str, Any]:
        with doing.database.begin() as connection:
            asked = "SELECT current_user, session_user, current_setting('landgis.viewer')"
            return {"told_zh": "", "told_en": "", "found": list(map(str, connection.execute(text(asked)).one()))}

    _instead(monkeypatch, look)
    assert kind in ASKED
    done = bureau.does(bureau.planner, kind)
    assert done.result["found"] == ["landgis_desk", "landgis_desk", bureau.planner.os_account], done.error


def test_a_clerks_work_reads_no_row_of_another_town(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(doing: Doing) -> dict[str, Any]:
        found = {}
        with doing.database.begin() as connection:
            for table in ("parcel_version", "run_parcel", "run_row", "run_finding"):
                ids = connection.scalars(text(f"SELECT DISTINCT parcel_id FROM landgis.{table} ORDER BY 1"))  # noqa: S608
                found[table] = list(ids)
        return {"told_zh": "", "told_en": "", "found": found}

    _instead(monkeypatch, look)
    clerks = bureau.does(bureau.clerk, JobKind.IMPORT_PARCELS).result["found"]
    assert set(map(tuple, clerks.values())) == {(MINE,)}
    planners = bureau.does(bureau.planner, JobKind.IMPORT_PARCELS).result["found"]
    assert all(THEIRS in ids for ids in planners.values())


@pytest.mark.parametrize(
    ("statement", "gets"),
    [
        ("UPDATE landgis.parcel_fact SET state = 'unknown', value = NULL WHERE parcel_id = '{parcel}'", 0),
        ("UPDATE landgis.job SET cancel_by = 1 WHERE asked_by <> (SELECT landgis.viewer_id())", 0),
        (
            "INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value, source)"
            " VALUES ('{parcel}', 'owner_name', '2026-01-02', 'known', '\"x\"', 'test')", None,
        ),
        ("SET ROLE landgis_app", None),
        ("SELECT set_config('role', 'landgis_app', true)", None),
    ],
)  # fmt: skip
def test_a_clerks_work_writes_no_row_of_another_town(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, statement: str, gets: int | None
) -> None:
    def write(doing: Doing) -> dict[str, Any]:
        with doing.database.begin(doing.person, "试") as connection:
            changed = connection.exec_driver_sql(statement.format(parcel=THEIRS)).rowcount
        return {"told_zh": "", "told_en": "", "found": changed}

    _instead(monkeypatch, write)
    before = _facts(bureau.room.database)
    done = bureau.does(bureau.clerk, JobKind.IMPORT_PARCELS)
    if gets is None:
        assert (done.state, done.error["code"]) == (JobState.FAILED, "not_allowed")
    else:
        assert done.result["found"] == gets
    assert _facts(bureau.room.database) == before


def _facts(database: Database) -> list[tuple[Any, ...]]:
    with database.begin() as connection:
        rows = connection.execute(
            text("SELECT parcel_id, fact, valid_from::text, state, value::text FROM landgis.parcel_fact")
        )
        return sorted(map(tuple, rows), key=str)


def test_screening_is_stored_whole_in_the_desks_role(bureau: Bureau) -> None:
    done = bureau.does(bureau.planner, JobKind.SCREEN)
    assert done.state is JobState.DONE, done.error
    assert sum(done.result["verdicts"].values()) == 4
    counted = (
        "SELECT count(*), count(DISTINCT r.parcel_id) FROM landgis.run_row r"
        " JOIN landgis.run_parcel p USING (run_id, parcel_id) WHERE run_id = :run"
    )
    with bureau.room.database.begin() as connection:
        assert tuple(connection.execute(text(counted), {"run": done.result["run_id"]}).one()) == (4, 4)
