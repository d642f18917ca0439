"""Workers and their processes killed at any moment, the database restarted: no job is lost, and none is half stored."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.domain.jobs import JobKind, JobState
from landgis.services.jobs import jobs
from tests.support.command import landgis
from tests.support.desk_case import known_ground
from tests.support.jobs_case import ROOT, Office, children_of, job_office, lives, until
from tests.support.office import installation
from tests.support.places import passable_folder

pytestmark = pytest.mark.deep
KILLS = 20
OVER = (JobState.DONE, JobState.FAILED, JobState.INTERRUPTED)


def check_whole(database: Database) -> set[str]:
    """Every run that is stored has all four parcels with all their findings; return the runs."""
    query = text(
        "SELECT r.run_id, (SELECT count(*) FROM landgis.run_parcel p WHERE p.run_id = r.run_id),"
        " (SELECT count(*) FROM landgis.run_finding f WHERE f.run_id = r.run_id) FROM landgis.screening_run r"
    )
    with database.begin() as connection:
        found = {run: (parcels, findings) for run, parcels, findings in connection.execute(query)}
    assert {parcels for parcels, _ in found.values()} == {4}
    assert len(set(found.values())) == 1
    return set(found)


def strike(office: Office, worker: subprocess.Popen[bytes], chance: random.Random) -> bool:
    """Kill the worker, or the process of its job; tell whether it was the worker."""
    if chance.random() < 0.5:
        for child in children_of(worker.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return False
    worker.kill()
    worker.wait()
    return True


def test_kills_at_any_moment(cluster: PrivateCluster, database: Database, planner: Person) -> None:
    known_ground(database, planner)
    chance = random.Random(8)
    with passable_folder("任务") as home, job_office(cluster, database, planner, home) as office:
        started = time.monotonic()
        office.worker()
        assert office.ended(office.ask(JobKind.SCREEN, as_of="2026-06-30").job_no, 90).state is JobState.DONE
        usual_s = time.monotonic() - started
        for round_no in range(KILLS):
            worker = office.worker()
            asked = office.ask(JobKind.SCREEN, as_of="2026-06-30", changed=bool(round_no % 2))
            time.sleep(chance.uniform(0, usual_s))
            children = children_of(worker.pid)
            struck = strike(office, worker, chance)
            if struck:
                until(lambda left=children: [pid for pid in left if lives(pid)], lambda left: not left, 30)
                if office.now(asked.job_no).state is JobState.WAITING:  # never begun: the next worker takes it
                    office.worker()
            over = office.ended(asked.job_no, 60)
            assert over.state in OVER, over
            stored = check_whole(database)
            if over.state is JobState.DONE:
                assert over.result["run_id"] in stored
            else:
                assert over.told[0]
                assert over.next[0]
        office.worker()
        last = jobs.again(database, planner, office.home, 1).job
        assert office.ended(last.job_no, 90).state is JobState.DONE
        with database.begin() as connection:
            left = "SELECT count(*) FROM landgis_jobs.procrastinate_jobs"
            until(lambda: connection.scalar(text(left)), lambda count: count == 0, 60)
        folders = home / "jobs"
        until(lambda: [*folders.iterdir()] if folders.exists() else [], lambda there: not there, 60)


def test_a_restart_of_the_database_costs_the_job_at_work_and_no_other(stocked_home: Path) -> None:
    with installation("重启", like=stocked_home):
        assert landgis("db", "start").returncode == 0
        worker = subprocess.Popen([sys.executable, "-m", "landgis", "worker"], env=dict(os.environ), cwd=ROOT)
        try:
            ask = ("job", "ask", "screen", "as_of=2026-06-30", "--json")
            first = json.loads(landgis(*ask).stdout)["job_no"]
            until(lambda: _shown(first), lambda job: job["state"] == "running" and job["share"] > 0, 60)
            second = json.loads(landgis(*ask, "changed=true").stdout)["job_no"]
            assert landgis("db", "stop").returncode == 0
            time.sleep(3)
            assert landgis("db", "start").returncode == 0
            assert until(lambda: _shown(first), lambda job: bool(job["ended"]), 90)["state"] in OVER
            assert until(lambda: _shown(second), lambda job: bool(job["ended"]), 120)["state"] == "done"
            assert worker.poll() is None
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(40) == 0


def _shown(job_no: int) -> dict:
    return json.loads(landgis("job", "show", job_no, "--json").stdout)
