"""Long work on a real database by real workers: asked, told of, done, cancelled, interrupted, and never half stored."""

from __future__ import annotations

import signal
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.jobs import JobStore
from landgis.db.people import PeopleStore
from landgis.domain.jobs import JobKind, JobState
from landgis.errors import Conflict, FileMissing, LandgisError, NotAllowed, NotFound, UsageError
from landgis.services.jobs import jobs
from tests.support.desk_case import known_database
from tests.support.jobs_case import Office, children_of, job_office, lives, until
from tests.support.places import passable_folder

DAY = "2026-06-30"


@pytest.fixture(scope="module")
def office(cluster: PrivateCluster) -> Iterator[Office]:
    """An office with a known ground of four parcels; each test begins the workers that it needs."""
    with (
        known_database(cluster) as (database, person, _run),
        passable_folder("任务") as home,
        job_office(cluster, database, person, home) as office,
    ):
        yield office


@pytest.fixture
def worker(office: Office) -> subprocess.Popen[bytes]:
    """A worker at work; tests share it until one ends it."""
    return office.worker()


@pytest.fixture
def nobody(office: Office) -> None:
    """No worker: what is asked waits."""
    office.rest()


def person(cluster: PrivateCluster, office: Office, account: str, role: Role) -> Person:
    owner = open_database(cluster, role="landgis_owner", name=str(office.database.engine.url.database), pooled=False)
    return PeopleStore(owner).register(account, account, role)


def runs(database: Database) -> int:
    with database.begin() as connection:
        return connection.scalar(text("SELECT count(*) FROM landgis.screening_run")) or 0


def left_in_queue(database: Database) -> int:
    with database.begin() as connection:
        return connection.scalar(text("SELECT count(*) FROM landgis_jobs.procrastinate_jobs")) or 0


BAD = {
    "a path for a pack": (JobKind.SCREEN, {"rules": "../x", "as_of": DAY}),
    "no day": (JobKind.SCREEN, {"rules": "songjiang"}),
    "an unknown name": (JobKind.SCREEN, {"as_of": DAY, "shell": "x"}),
    "a path for a profile": (JobKind.PACKAGE, {"profile": "/etc/x.yaml", "as_of": DAY, "why": "x"}),
    "a blank reason": (JobKind.PACKAGE, {"profile": "plain", "as_of": DAY, "why": "  "}),
    "a path for a file": (JobKind.IMPORT_PARCELS, {"file": {"content_hash": "0" * 64, "name": "../../a"}}),
    "a file of the server": (
        JobKind.IMPORT_LAYER, {"file": {"content_hash": "0" * 64, "name": "a"}, "says": {"coverage": "/etc/passwd"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_arguments_that_cannot_be_are_refused_when_asked(office: Office, what: str) -> None:
    kind, arguments = BAD[what]
    with pytest.raises(UsageError):
        office.ask(kind, **arguments)


def test_the_same_asked_twice_is_one_job(cluster: PrivateCluster, office: Office, nobody: None) -> None:
    first = jobs.ask(office.database, office.person, office.home, JobKind.SCREEN, {"as_of": DAY})
    other = person(cluster, office, "guihua2", Role.DISTRICT_PLANNER)
    twin = jobs.ask(office.database, other, office.home, JobKind.SCREEN, {"as_of": DAY, "rules": "songjiang"})
    assert (first.new, twin.new, twin.job.job_no) == (True, False, first.job.job_no)
    more = jobs.ask(office.database, other, office.home, JobKind.SCREEN, {"as_of": DAY, "changed": True})
    assert more.new
    for job in (first.job, more.job):
        assert jobs.cancel(office.database, office.person, job.job_no).state is JobState.CANCELLED
    anew = jobs.again(office.database, office.person, office.home, first.job.job_no)
    assert anew.new
    assert anew.job.arguments == first.job.arguments
    assert jobs.cancel(office.database, office.person, anew.job.job_no).cancel_asked == "guihua"
    with office.database.begin() as connection:  # nothing of them is left for a worker to take
        waiting = "SELECT count(*) FROM landgis_jobs.procrastinate_jobs WHERE status = 'todo'"
        assert connection.scalar(text(waiting)) == 0


def test_who_sees_what(cluster: PrivateCluster, office: Office, nobody: None) -> None:
    clerk = person(cluster, office, "zhen", Role.TOWN_CLERK)
    second = person(cluster, office, "zhen2", Role.TOWN_CLERK)
    kept = office.originals.keep(Path(__file__))
    file = {"content_hash": kept.content_hash, "name": "地块.geojson"}
    hers = office.ask(JobKind.IMPORT_PARCELS, clerk, file=file)
    same = office.ask(JobKind.IMPORT_PARCELS, second, file=file)
    assert hers.job_no != same.job_no  # of a town's own: nobody is pointed at a job that he does not see
    assert [job.job_no for job in jobs.jobs(office.database, clerk).jobs] == [hers.job_no]
    assert {hers.job_no, same.job_no} <= {job.job_no for job in jobs.jobs(office.database, office.person).jobs}
    for act in (jobs.job, jobs.cancel):
        with pytest.raises(NotFound):
            act(office.database, second, hers.job_no)
    for job_no in (hers.job_no, same.job_no):
        jobs.cancel(office.database, office.person, job_no)


def test_files_are_kept_for_their_asker_and_for_their_time(
    office: Office, nobody: None, cluster: PrivateCluster
) -> None:
    store = JobStore(office.database)
    asked = office.ask(JobKind.ATLAS, drawn_on=DAY, plan="L000001")
    assert store.begin(asked.job_no, "test")
    folder = jobs.folder_of(office.home, asked.job_no)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("图册.pdf", "%PDF")
    assert store.finish(asked.job_no, {"file": "a.zip", "told_zh": "好", "told_en": "done"})
    assert jobs.file_of(office.database, office.person, office.home, asked.job_no) == folder / "a.zip"
    reviewer = person(cluster, office, "shenhe", Role.DISTRICT_REVIEWER)
    assert jobs.job(office.database, reviewer, asked.job_no).state is JobState.DONE
    with pytest.raises(NotAllowed):
        jobs.file_of(office.database, reviewer, office.home, asked.job_no)
    assert asked.job_no not in store.due_for_clearing(timedelta(days=30))
    assert asked.job_no in store.due_for_clearing(timedelta(0))
    store.cleared(asked.job_no)
    assert "保存期满" in office.now(asked.job_no).told[0]
    with pytest.raises(NotFound, match="its time is over"):
        jobs.file_of(office.database, office.person, office.home, asked.job_no)


REFUSED = (
    "DELETE FROM landgis.job", "UPDATE landgis.job SET arguments = '{}'", "UPDATE landgis.job SET asked_by = 1",
    "INSERT INTO landgis.job (kind, arguments, key, asked_by, state, ended_at) VALUES ('screen', '{}', repeat('0', 64), 1,"
    " 'done', now())",
)  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_working_role_cannot_bend_the_record(office: Office, statement: str) -> None:
    with pytest.raises(LandgisError), office.database.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_job_that_its_worker_took_and_never_began_is_put_back(office: Office, nobody: None) -> None:
    asked = office.ask(JobKind.SCREEN, as_of=DAY)
    with office.database.begin() as connection:
        connection.execute(text("SET LOCAL search_path TO landgis_jobs"))
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    assert JobStore(office.database).put_back() == [asked.job_no]
    assert JobStore(office.database).put_back() == []
    office.worker()
    assert office.ended(asked.job_no).state is JobState.DONE


def test_a_screening_is_asked_done_and_its_run_is_there(office: Office, worker: subprocess.Popen[bytes]) -> None:
    before = runs(office.database)
    asked = office.ask(JobKind.SCREEN, as_of=DAY)
    assert asked.state is JobState.WAITING
    done = office.ended(asked.job_no)
    assert (done.state, done.share, done.error) == (JobState.DONE, 1.0, {})
    assert done.started_at is not None
    assert done.ended_at is not None
    assert done.created_at <= done.started_at <= done.ended_at
    assert sum(done.result["verdicts"].values()) == 4
    assert "替代数据，非法定成果" in done.told[0]
    assert "no legal force" in done.told[1]
    with office.database.begin() as connection:
        made = connection.execute(
            text("SELECT created_by FROM landgis.screening_run WHERE run_id = :run"), {"run": done.result["run_id"]}
        ).scalar_one()
    assert made == office.person.person_id
    assert runs(office.database) == before + 1
    until(lambda: left_in_queue(office.database), lambda count: count == 0, 10)
    assert not (office.home / "jobs" / str(asked.job_no)).exists()


def test_what_fails_is_told_in_the_words_of_its_error(office: Office, worker: subprocess.Popen[bytes]) -> None:
    failed = office.ended(office.ask(JobKind.SCREEN, rules="chongming", as_of=DAY).job_no)
    assert failed.state is JobState.FAILED
    assert failed.error["code"] == "not_ready"
    assert "没有该区的地块" in failed.told[0]
    assert failed.next[1] == "Run landgis parcel import first"


def test_a_file_is_named_by_its_content_and_read_under_its_own_name(
    office: Office, worker: subprocess.Popen[bytes]
) -> None:
    path = Path(__file__).resolve().parents[2] / "data" / "sample" / "parcels.gpkg"
    kept = office.originals.keep(path)
    file = {"content_hash": kept.content_hash, "name": "交来的地块.gpkg"}
    done = office.ended(office.ask(JobKind.IMPORT_PARCELS, file=file, district="songjiang").job_no)
    assert done.state is JobState.DONE, done.error
    assert done.result["created"] > 50
    with office.database.begin() as connection:
        name = connection.scalar(
            text("SELECT source_name FROM landgis.parcel_import WHERE import_no = :no"),
            {"no": done.result["import_no"]},
        )
    assert name == "交来的地块.gpkg"
    with pytest.raises(FileMissing):
        office.ask(JobKind.IMPORT_PARCELS, file={"content_hash": "0" * 64, "name": "a.gpkg"})


def test_who_has_left_does_not_act(cluster: PrivateCluster, office: Office, worker: subprocess.Popen[bytes]) -> None:
    leaving = person(cluster, office, "likai", Role.DISTRICT_PLANNER)
    owner = open_database(cluster, role="landgis_owner", name=str(office.database.engine.url.database), pooled=False)
    before = runs(office.database)
    with office.half_stored():
        first = office.ask(JobKind.SCREEN, as_of=DAY)
        office.waits_half_stored(first.job_no)
        asked = office.ask(JobKind.SCREEN, leaving, as_of=DAY, changed=True)  # waits for the first
        PeopleStore(owner).store(replace(leaving, active=False))
    assert office.ended(first.job_no).state is JobState.DONE
    over = office.ended(asked.job_no)
    assert (over.state, over.error["code"]) == (JobState.FAILED, "not_allowed")
    assert "停用" in over.told[0]
    assert runs(office.database) == before + 1
    reader = person(cluster, office, "lingdao", Role.LEADER)
    with pytest.raises(NotAllowed):
        office.ask(JobKind.SCREEN, reader, as_of=DAY)


def test_cancelled_on_the_way_it_leaves_no_half_behind(office: Office, worker: subprocess.Popen[bytes]) -> None:
    before = runs(office.database)
    with office.half_stored():
        asked = office.ask(JobKind.SCREEN, as_of=DAY)
        office.waits_half_stored(asked.job_no)
        assert len(children_of(worker.pid)) == 1
        assert not jobs.cancel(office.database, office.person, asked.job_no).state.ended
        over = office.ended(asked.job_no, 20)
        assert over.state is JobState.CANCELLED
        assert "没有留下一半" in over.told[0]
        assert str(over.job_no) in over.next[0]
        until(lambda: children_of(worker.pid), lambda left: not left, 15)
    assert runs(office.database) == before
    assert not (office.home / "jobs" / str(asked.job_no)).exists()
    bent = text("UPDATE landgis.job SET state = 'waiting', ended_at = NULL WHERE job_no = :no")
    with pytest.raises(Conflict, match="is over"), office.database.begin() as connection:
        connection.execute(bent, {"no": asked.job_no})


def test_a_worker_killed_on_the_way_leaves_an_interrupted_job_and_no_process(
    office: Office, worker: subprocess.Popen[bytes]
) -> None:
    before = runs(office.database)
    with office.half_stored():
        asked = office.ask(JobKind.SCREEN, as_of=DAY)
        office.waits_half_stored(asked.job_no)
        (child,) = children_of(worker.pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        until(lambda: lives(child), lambda alive: not alive, 20)
    # Nobody but who looks: no other worker is there. The silence is shortened; the deep test waits for the whole of it.
    until(lambda: JobStore(office.database).interrupt_silent(timedelta(seconds=6)), lambda found: bool(found), 20)
    over = office.now(asked.job_no)
    assert over.state is JobState.INTERRUPTED
    assert "landgis job again" in over.next[1]
    assert runs(office.database) == before


def test_a_worker_that_is_stopped_says_so_of_its_job(office: Office, worker: subprocess.Popen[bytes]) -> None:
    with office.half_stored():
        asked = office.ask(JobKind.SCREEN, as_of=DAY)
        office.waits_half_stored(asked.job_no)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert office.now(asked.job_no).state is JobState.INTERRUPTED
    assert not (office.home / "jobs" / str(asked.job_no)).exists()
