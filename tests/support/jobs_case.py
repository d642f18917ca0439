"""Real workers on a test's own database: begun, killed, and asked to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.domain.jobs import Job, JobKind
from landgis.services.jobs import jobs
from tests.conftest import admin

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Office:
    """A database, a home, and workers that were begun on them."""

    cluster: PrivateCluster
    database: Database
    person: Person
    home: Path
    environment: dict[str, str]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def originals(self) -> Originals:
        return Originals(self.home)

    def worker(self) -> subprocess.Popen[bytes]:
        """The worker at work, as its unit begins it; a new one where there is none."""
        if not self.workers or self.workers[-1].poll() is not None:
            command = [sys.executable, "-m", "landgis", "worker"]
            environment = os.environ | self.environment
            self.workers.append(
                subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
            )
        return self.workers[-1]

    def rest(self) -> None:
        """Nobody is at work: a worker is ended as its unit ends it."""
        worker = self.workers[-1] if self.workers else None
        if worker is not None and worker.poll() is None:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(40) == 0

    @contextmanager
    def half_stored(self) -> Iterator[None]:
        """Nobody gets further than the first half of storing a run while the context lasts."""
        with admin(self.cluster, str(self.database.engine.url.database)) as connection, connection.transaction():
            connection.execute("LOCK TABLE landgis.run_finding IN SHARE MODE")
            yield

    def waits_half_stored(self, job_no: int) -> Job:
        """The job, once it stands before that lock."""
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'landgis.run_finding'::regclass"

        def stands() -> int:
            with self.database.begin() as connection:
                return connection.scalar(text(waiting)) or 0

        until(stands, lambda count: count == 1, 60)
        return self.now(job_no)

    def ask(self, kind: JobKind, person: Person | None = None, **arguments: object) -> Job:
        return jobs.ask(self.database, person or self.person, self.home, kind, arguments).job

    def now(self, job_no: int) -> Job:
        return jobs.job(self.database, self.person, job_no)

    def ended(self, job_no: int, within_s: float = 60) -> Job:
        return until(lambda: self.now(job_no), lambda job: job.state.ended, within_s)


def until(look: Callable[[], T], holds: Callable[[T], bool], within_s: float) -> T:
    """What is looked at, as soon as it is as wanted."""
    over = time.monotonic() + within_s
    while not holds(found := look()):
        assert time.monotonic() < over, found
        time.sleep(0.1)
    return found


def children_of(parent: int) -> list[int]:
    """Processes that a process began and that still live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def lives(pid: int) -> bool:
    """Whether a process is there and is more than a zombie that nobody has buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def job_office(cluster: PrivateCluster, database: Database, person: Person, home: Path) -> Iterator[Office]:
    """An office for jobs on a database; its workers end with it."""
    name = database.engine.url.database
    environment = {
        "LANDGIS_DATABASE_URL": f"postgresql://landgis_app@/{name}?host={cluster.host()}&port={PORT}",
        "LANDGIS_DESK_DATABASE_URL": f"postgresql://landgis_desk@/{name}?host={cluster.host()}&port={PORT}",
        "LANDGIS_HOME": str(home),
    }
    office = Office(cluster, database, person, home, environment)
    try:
        yield office
    finally:
        office.rest()
