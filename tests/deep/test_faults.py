"""Power cuts, killed programs and full disks: what was stored before stands, what was under way is whole or void."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import psycopg
import pytest

from landgis.crs import WORKING
from landgis.db.backup import make_backup
from landgis.db.backup_folder import open_backups
from landgis.db.connect import Database, open_database
from landgis.db.install import ensure_running
from landgis.db.restore import restore
from landgis.db.row_hashes import row_hashes
from landgis.errors import DatabaseError, DiskFull
from landgis.exchange.writing.vector import write_csv, write_geopackage, write_shapefile_zip
from tests.conftest import admin
from tests.support.faults import Edition, Office, delivery, fill, kill, small_disk, until
from tests.support.ground import at

OLD = "2024-01"


@dataclass(frozen=True)
class Importing:
    """An office with a published edition, a new one waiting to come in, and how long that takes undisturbed."""

    office: Office
    folder: Path
    count: int
    old: Edition
    seconds: float

    def check(self, name: str) -> None:
        """The old edition or the new one speaks, each whole; nothing in between."""
        found = self.office.editions()
        assert (found[OLD].features, found[OLD].content) == (self.old.features, self.old.content)
        assert sum(edition.status == "published" for edition in found.values()) == 1
        assert name not in found or found[name].features == self.count
        if name not in found or found[name].status == "draft":
            assert all(edition.status != "draft" for known, edition in found.items() if known != name)

    def check_done(self, name: str) -> None:
        """The new edition speaks, whole, and nothing is left over."""
        self.check(name)
        found = self.office.editions()
        assert found[name].status == "published"
        assert [path.name for path in (self.office.cluster.home / "originals").glob(".*")] == []
        until(lambda: list(self.office.temporary.iterdir()) == [], 10)


def _passable() -> Path:
    """A folder of short name that the server's account can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="lg-"))
    folder.chmod(0o755)
    return folder


def _importing(count: int) -> Iterator[Importing]:
    folder = _passable()
    office = Office(folder, folder / "tmp")
    try:
        code, said = office.run(*delivery(folder, OLD, 50))
        assert code == 0, said
        begun = time.monotonic()
        code, said = office.run(*delivery(folder, "undisturbed", count))
        assert code == 0, said
        seconds = time.monotonic() - begun
        yield Importing(office, folder, count, office.editions()[OLD], seconds)
    finally:
        office.cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def brief() -> Iterator[Importing]:
    """A file of a moment."""
    yield from _importing(300)


@pytest.fixture(scope="module")
def long() -> Iterator[Importing]:
    """A file of some seconds."""
    yield from _importing(20_000)


def _kill_importer(case: Importing, name: str, share: float) -> None:
    process = case.office.start(*delivery(case.folder, name, case.count))
    time.sleep(share * case.seconds)
    kill(process.pid)
    process.communicate()
    until(lambda: case.office.backends() == [])
    until(lambda: list(case.office.temporary.iterdir()) == [], 10)
    case.check(name)
    code, said = case.office.run(*delivery(case.folder, name, case.count))
    assert code == 0, said
    case.check_done(name)


def _kill_server(case: Importing, name: str, share: float) -> float:
    """Return how long the server took to be back."""
    cluster = case.office.cluster
    process = case.office.start(*delivery(case.folder, name, case.count))
    time.sleep(share * case.seconds)
    kill(cluster.status().pid)
    said, _ = process.communicate()
    if process.returncode != 0:
        assert process.returncode == 2
        assert "错误：" in said
        assert "Traceback" not in said
        assert "psycopg" not in said
    begun = time.monotonic()
    ensure_running(cluster)
    seconds = time.monotonic() - begun
    case.check(name)
    code, said = case.office.run(*delivery(case.folder, name, case.count))
    assert code == 0, said
    case.check_done(name)
    return seconds


def test_an_importer_killed_half_way_leaves_the_old_edition_or_the_new_one(brief: Importing) -> None:
    _kill_importer(brief, "killed-importer", 0.75)


@pytest.mark.deep
def test_a_server_killed_half_way_leaves_the_old_edition_or_the_new_one(brief: Importing) -> None:
    assert _kill_server(brief, "killed-server", 0.75) < 10


@pytest.mark.deep
@pytest.mark.parametrize("number", range(10))
def test_an_importer_killed_at_any_moment(long: Importing, number: int) -> None:
    _kill_importer(long, f"importer-{number}", random.Random(number).uniform(0.15, 1.0))


@pytest.mark.deep
@pytest.mark.parametrize("number", range(10))
def test_a_server_killed_at_any_moment(
    long: Importing, number: int, record_property: Callable[[str, object], None]
) -> None:
    seconds = _kill_server(long, f"server-{number}", random.Random(100 + number).uniform(0.15, 1.0))
    record_property("recovery_s", round(seconds, 2))
    assert seconds < 10


def _lose(database: Database, cut: Callable[[int], None]) -> None:
    with database.begin() as connection:
        cut(int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()))
        for _ in range(100):
            connection.exec_driver_sql("SELECT pg_sleep(0.1)")


def test_a_connection_lost_in_a_command_is_told_in_plain_words(brief: Importing) -> None:
    cluster = brief.office.cluster
    cluster.start()
    database = open_database(cluster, pooled=False)

    def terminate(pid: int) -> None:
        with admin(cluster) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])

    def crash(_pid: int) -> None:
        kill(cluster.status().pid)

    for cut in (terminate, crash):
        with pytest.raises(DatabaseError, match="connection to the database broke") as raised:
            _lose(database, cut)
        assert raised.value.zh.startswith("与数据库的连接中断")
        assert "landgis db status" in raised.value.next_zh
        cluster.start()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for small disks."""
    folder = _passable()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def disk(place: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    with small_disk(place / "disk", 3) as mount:
        yield mount


def _big() -> gpd.GeoDataFrame:
    ids = [f"地块-{number:06d}" for number in range(20_000)]
    return gpd.GeoDataFrame({"编号": ids}, geometry=[at(number, 0, 5, 5) for number in range(20_000)], crs=WORKING)


_WRITERS: dict[str, Callable[[Path], object]] = {
    "plan.gpkg": lambda path: write_geopackage(path, {"plan": _big()}),
    "plan.zip": lambda path: write_shapefile_zip(path, "plan", _big()),
    "plan.csv": lambda path: write_csv(path, pd.concat([_big()] * 20)),
}


@pytest.mark.parametrize("name", _WRITERS)
def test_an_export_to_a_full_disk_names_the_disk_and_leaves_what_was_there(disk: Path, name: str) -> None:
    target = disk / "out" / name
    target.parent.mkdir()
    target.write_text("before")
    with pytest.raises(DiskFull) as raised:
        _WRITERS[name](target)
    assert str(disk) in raised.value.zh
    assert target.read_text() == "before"
    assert [path.name for path in target.parent.iterdir()] == [name]


@pytest.fixture
def cramped(place: Path) -> Iterator[tuple[Office, Path, Path]]:
    """An office with everything of its own on a disk of 200 MB: the office, the disk, and a folder elsewhere."""
    with small_disk(place / "disk", 200) as mount:
        office = Office(mount, place / "tmp")
        code, said = office.run(*delivery(place, OLD, 50))
        assert code == 0, said
        yield office, mount, place
        office.cluster.stop()


@pytest.mark.deep
def test_an_import_onto_a_full_disk_stores_nothing_and_reading_goes_on(cramped: tuple[Office, Path, Path]) -> None:
    office, mount, elsewhere = cramped
    before, pid = office.editions(), office.cluster.status().pid
    command = delivery(elsewhere, "too-much", 5_000)
    for room in (34 << 20, 0):
        ballast = fill(mount, room)
        code, said = office.run(*command)
        assert code == 2, said
        assert "磁盘" in said
        assert "Traceback" not in said
        assert office.run("layer", "show", f"homestead@{OLD}")[0] == 0
        assert office.editions() == before
        assert office.cluster.status().pid == pid
        ballast.unlink()
        assert office.run("db", "start")[0] == 0
    code, said = office.run(*delivery(elsewhere, "fits", 50))
    assert code == 0, said
    assert office.editions()["fits"].status == "published"


def _write_log_without_end(office: Office) -> None:
    with admin(office.cluster, "landgis") as connection:
        while True:
            connection.execute("SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))")


@pytest.mark.deep
def test_a_server_that_found_no_room_at_all_comes_back_for_reading(cramped: tuple[Office, Path, Path]) -> None:
    """A client that does not look at the disk fills it; the server stops, and the next command brings it back."""
    office, mount, elsewhere = cramped
    before = office.editions()
    ballast = fill(mount, 4 << 20)
    with pytest.raises(psycopg.OperationalError):
        _write_log_without_end(office)
    until(lambda: office.cluster.status().state == "stopped")
    code, said = office.run("layer", "show", f"homestead@{OLD}")
    assert code == 0, said
    assert office.editions() == before
    code, said = office.run(*delivery(elsewhere, "too-late", 50))
    assert code == 2, said
    assert "磁盘" in said
    assert office.run("layer", "publish", f"homestead@{OLD}")[0] == 0  # published already: nothing to write
    ballast.unlink()
    assert office.run("db", "start")[0] == 0
    code, said = office.run(*delivery(elsewhere, "room-again", 50))
    assert code == 0, said
    assert office.editions()["room-again"].status == "published"


def _quiet(said: str) -> None:
    del said


def test_a_backup_to_a_full_disk_is_refused_and_leaves_nothing(brief: Importing, disk: Path) -> None:
    cluster = brief.office.cluster
    ensure_running(cluster)
    with pytest.raises(DiskFull, match="Not enough room") as raised:
        make_backup(cluster, disk / "backups", keep=1, step=_quiet)
    assert str(disk) in raised.value.zh
    assert open_backups(disk / "backups").backups() == []
    assert OLD in brief.office.editions()


def _filling(disk: Path, at_step: str) -> Callable[[str], None]:
    """Fill a disk at a certain step of a backup or restore."""

    def step(said: str) -> None:
        if at_step in said:
            fill(disk)

    return step


@pytest.mark.deep
def test_a_disk_that_fills_up_during_backup_or_restore_leaves_what_was_there(brief: Importing, place: Path) -> None:
    cluster = brief.office.cluster
    ensure_running(cluster)
    with small_disk(place / "disk", 700) as mount:
        good = make_backup(cluster, mount / "backups", keep=9, step=_quiet).backup
        with pytest.raises(DiskFull, match="disk is full"):
            make_backup(cluster, mount / "backups", keep=1, step=_filling(mount, "verifying"))
        assert open_backups(mount / "backups").backups() == [good]
        assert list((mount / "backups").glob("*.draft")) == []
        (mount / "ballast").unlink()
        target = Office(mount / "new", place).cluster
        with pytest.raises(DiskFull, match="disk is full"):
            restore(target, mount / "backups", step=_filling(mount, "copying the backup"))
        assert not target.data.exists()
        assert not (target.home / "restoring").exists()
        (mount / "ballast").unlink()
        restore(target, mount / "backups", step=_quiet)
        target.start()
        restored = row_hashes(open_database(target, role="landgis_owner", pooled=False))
        assert restored == row_hashes(open_database(cluster, role="landgis_owner", pooled=False))
        target.stop()


@pytest.mark.deep
def test_a_backup_killed_half_way_leaves_what_was_there_and_the_next_one_clears_it(brief: Importing) -> None:
    folder = brief.folder / "backups"
    code, said = brief.office.run("db", "backup", folder)
    assert code == 0, said
    [good] = open_backups(folder).backups()
    process = brief.office.start("db", "backup", folder)
    until(lambda: any(folder.glob("*.draft/data/base")))
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert open_backups(folder).backups() == [good]
    code, said = brief.office.run("db", "backup", folder)
    if code == 2:  # for the moment that the killed one's pg_basebackup takes to notice
        assert "另一次备份" in said
        until(lambda: brief.office.run("db", "backup", folder)[0] == 0)
    assert good in open_backups(folder).backups()
    assert list(folder.glob("*.draft")) == []
