from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from landgis.access.roles import Role
from landgis.db.backup import BackupMade, bring_log, make_backup
from landgis.db.backup_folder import open_backups
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.install import ensure_running
from landgis.db.originals import Originals
from landgis.db.people import PeopleStore
from landgis.db.restore import Restored, restore
from landgis.db.row_hashes import TableHash, row_hashes
from landgis.errors import Conflict, DatabaseError, NotFound, NotReady, ToolMissing
from tests.conftest import admin
from tests.postgis.support import add_parcels, add_run, row_of_parcels

ACCOUNT = "postgres" if os.geteuid() == 0 else None
Hashes = dict[str, TableHash]


@dataclass(frozen=True)
class Kept:
    """A cluster with a backup, and what it held at three moments after it."""

    cluster: PrivateCluster
    folder: Path
    moments: list[tuple[datetime, Hashes]]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the server's account can enter; clusters that a failed test leaves there are stopped."""
    path = Path(tempfile.mkdtemp(prefix="lg-"))
    path.chmod(0o755)
    yield path
    for marker in path.rglob("landgis-cluster.json"):
        PrivateCluster(marker.parent.parent, path / "run", ACCOUNT).stop()
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def kept(place: Path) -> Kept:
    """Work goes on after a backup, and the log is brought three times."""
    cluster = _cluster(place, "松江区 '规划' 50%")
    ensure_running(cluster)
    owner = _owner(cluster)
    planner = PeopleStore(owner).register("guihua", "规划员甲", Role.DISTRICT_PLANNER)
    app = open_database(cluster, pooled=False)
    file = place / "红线.txt"
    file.write_text("松江区", encoding="utf-8")
    Originals(cluster.home).keep(file)
    add_parcels(app, planner, row_of_parcels(3))
    folder = place / "备份"
    _backup(cluster, folder)
    moments = [_moment(cluster)]
    add_parcels(app, planner, row_of_parcels(5))
    moments.append(_moment(cluster))
    bring_log(cluster, folder, step=_quiet)
    add_run(app, planner)
    moments.append(_moment(cluster))
    bring_log(cluster, folder, step=_quiet)
    return Kept(cluster, folder, moments)


def _cluster(place: Path, name: str) -> PrivateCluster:
    return PrivateCluster(place / name, place / f"run-{abs(hash(name)) % 10**6}", ACCOUNT, durable=False)


def _owner(cluster: PrivateCluster) -> Database:
    return open_database(cluster, role="landgis_owner", check=False, pooled=False)


def _quiet(said: str) -> None:
    del said


def _backup(cluster: PrivateCluster, folder: Path, keep: int = 9) -> BackupMade:
    return make_backup(cluster, folder, keep=keep, step=_quiet)


def _restore(target: PrivateCluster, folder: Path, until: datetime | None = None, *, over: bool = False) -> Restored:
    return restore(target, folder, until, over=over, step=_quiet)


def _moment(cluster: PrivateCluster) -> tuple[datetime, Hashes]:
    with admin(cluster) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert isinstance(row[0], datetime)
    return row[0], row_hashes(_owner(cluster))


def _hashes(cluster: PrivateCluster) -> Hashes:
    cluster.start()
    found = row_hashes(_owner(cluster))
    cluster.stop()
    return found


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_restore_to_a_chosen_moment_gives_equal_row_hashes(kept: Kept, place: Path, number: int) -> None:
    moment, expected = kept.moments[number]
    target = _cluster(place, f"restored-{number}")
    restored = _restore(target, kept.folder, moment)
    assert restored.until == moment
    assert restored.last_change is None or restored.last_change <= moment
    assert (target.status().state, restored.missing) == ("stopped", ("a" * 64,))
    assert _hashes(target) == expected
    assert sorted(path.name for path in target.home.iterdir()) == [
        "cluster",
        "cluster.lock",
        "originals",
        "restore.lock",
    ]


def test_the_moments_differ_and_every_table_is_hashed(kept: Kept) -> None:
    one, two, three = (hashes for _, hashes in kept.moments)
    assert one.keys() == two.keys() == three.keys()
    assert {"parcel", "person", "layer_feature", "run_finding", "alembic_version"} <= one.keys()
    assert (one["parcel"].rows, two["parcel"].rows) == (3, 5)
    assert one["parcel"].sha256 != two["parcel"].sha256
    assert two["run_finding"] != three["run_finding"]


def test_without_a_moment_everything_in_the_log_comes_back_and_the_copy_can_be_worked_with(
    kept: Kept, place: Path
) -> None:
    target = _cluster(place, "to-the-end")
    restored = _restore(target, kept.folder)
    assert restored.until == open_backups(kept.folder).marks["00000001"].until
    assert _hashes(target) == kept.moments[-1][1]
    target.start()
    planner = PeopleStore(_owner(target)).acting("guihua")
    add_parcels(open_database(target, pooled=False), planner, row_of_parcels(7))
    _backup(target, place / "second-backup")
    again = _cluster(place, "of-the-restored")
    _restore(again, place / "second-backup")
    assert _hashes(again) == row_hashes(_owner(target))
    target.stop()


def test_originals_come_back_byte_for_byte_and_what_is_missing_is_named(kept: Kept, place: Path) -> None:
    target = _cluster(place, "originals")
    restored = _restore(target, kept.folder)
    assert restored.missing == ("a" * 64,)  # the test's parcels name an original that nobody delivered
    assert restored.originals.files == 1
    [file] = (target.home / "originals").iterdir()
    assert file.read_text(encoding="utf-8") == "松江区"


def test_a_damaged_original_is_told_and_not_copied(kept: Kept, place: Path) -> None:
    source = kept.cluster.home / "originals" / ("b" * 64)
    source.write_bytes(b"rotten")
    made = bring_log(kept.cluster, kept.folder, step=_quiet)
    source.unlink()
    assert made.originals.damaged == ("b" * 64,)
    assert not list(kept.folder.glob("originals/*b" + "b" * 63))


def test_moments_outside_the_backups_are_refused_and_the_span_is_named(kept: Kept, place: Path) -> None:
    for moment in (kept.moments[0][0] - timedelta(days=1), kept.moments[0][0] + timedelta(days=1)):
        with pytest.raises(NotFound) as raised:
            _restore(_cluster(place, "nowhere"), kept.folder, moment)
        assert f"{open_backups(kept.folder).backups()[0].ended_at:%F %T}" in raised.value.next_zh
    assert not (place / "nowhere").exists()


def test_a_backup_says_what_it_is(kept: Kept) -> None:
    [backup] = open_backups(kept.folder).backups()
    with _owner(kept.cluster).begin() as connection:
        revision = connection.exec_driver_sql("SELECT version_num FROM landgis.alembic_version").scalar()
    assert (backup.postgresql, backup.landgis, backup.revision) == (15, "0.1.0", revision)
    assert backup.started_at < backup.ended_at < kept.moments[0][0]
    assert backup.byte_size > 20_000_000
    assert kept.folder.stat().st_mode & 0o077 == 0


def test_a_home_with_a_database_is_left_alone_unless_it_is_said_and_then_set_aside(kept: Kept, place: Path) -> None:
    target = _cluster(place, "lived-in")
    ensure_running(target)
    before = row_hashes(_owner(target))
    with pytest.raises(Conflict, match="left alone") as raised:
        _restore(target, kept.folder)
    assert "--home" in raised.value.next_zh
    assert target.status().state == "running"
    restored = _restore(target, kept.folder, over=True)
    assert _hashes(target) == kept.moments[-1][1]
    assert restored.set_aside is not None
    (place / "former").mkdir()
    restored.set_aside.rename(place / "former" / "cluster")
    assert _hashes(_cluster(place, "former")) == before


def test_newer_backups_supersede_older_ones_and_their_log(place: Path) -> None:
    cluster = _cluster(place, "pruned")
    ensure_running(cluster)
    folder = place / "pruned-backups"
    first = _backup(cluster, folder).backup
    _backup(cluster, folder)
    assert len(open_backups(folder).backups()) == 2
    third = _backup(cluster, folder, keep=1)
    assert len(third.removed) == 2
    assert first.name in third.removed
    assert [backup.name for backup in open_backups(folder).backups()] == [third.backup.name]
    for log in (folder / "wal", cluster.wal):
        assert min(path.name for path in log.glob("*.gz")) >= third.backup.first_piece
    assert third.pieces == len(list((folder / "wal").glob(f"{24 * chr(63)}.gz")))
    _restore(_cluster(place, "of-the-third"), folder)
    assert _hashes(_cluster(place, "of-the-third")) == row_hashes(_owner(cluster))
    cluster.stop()


def test_the_log_is_kept_only_once_there_is_a_backup_and_a_gap_in_it_is_noticed(place: Path) -> None:
    cluster = _cluster(place, "gap")
    ensure_running(cluster)
    with admin(cluster) as connection:
        connection.execute("SELECT pg_switch_wal()")
    assert not cluster.wal.exists()
    folder = place / "gap-backups"
    with pytest.raises(NotFound):
        bring_log(cluster, folder, step=_quiet)
    _backup(cluster, folder)
    bring_log(cluster, folder, step=_quiet)
    for log in (folder / "wal", cluster.wal):
        sorted(log.glob("*.gz"))[1].unlink()
    with pytest.raises(Conflict, match="gap"):
        bring_log(cluster, folder, step=_quiet)
    with pytest.raises(Conflict, match="gap"):
        _restore(_cluster(place, "over-the-gap"), folder)
    cluster.stop()


def _spoil(folder: Path, copy: Path, what: str) -> None:
    """Copy a folder of backups and change some bytes of the first file of that name."""
    shutil.copytree(folder, copy)
    path = max(copy.rglob(what), key=lambda found: found.stat().st_size)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    path.write_bytes(content)


def test_a_damaged_base_is_not_restored(kept: Kept, place: Path) -> None:
    _spoil(kept.folder, place / "spoilt-base", "1255")
    with pytest.raises(DatabaseError, match="checksum mismatch"):
        _restore(_cluster(place, "from-spoilt-base"), place / "spoilt-base")
    assert not (place / "from-spoilt-base" / "cluster").exists()
    assert not (place / "from-spoilt-base" / "restoring").exists()


def test_a_damaged_log_is_not_taken_for_the_end_of_the_log(kept: Kept, place: Path) -> None:
    last = open_backups(kept.folder).marks["00000001"].last
    _spoil(kept.folder, place / "spoilt-log", f"{last}.gz")
    with pytest.raises(DatabaseError, match="breaks off"):
        _restore(_cluster(place, "from-spoilt-log"), place / "spoilt-log")
    assert not (place / "from-spoilt-log" / "cluster").exists()
    _restore(_cluster(place, "from-spoilt-log"), place / "spoilt-log", kept.moments[0][0])
    assert _hashes(_cluster(place, "from-spoilt-log")) == kept.moments[0][1]


def test_a_piece_of_log_is_checked_when_it_is_brought(kept: Kept, place: Path) -> None:
    rotten = kept.cluster.wal / f"{'0' * 7}1{'F' * 16}.gz"
    rotten.write_bytes(gzip.compress(bytes(1 << 20))[:-9])
    with pytest.raises(DatabaseError, match="damaged"):
        bring_log(kept.cluster, kept.folder, step=_quiet)
    rotten.unlink()
    assert not (kept.folder / "wal" / rotten.name).exists()


def test_folders_that_are_something_else_are_left_alone(kept: Kept, place: Path) -> None:
    other = place / "documents"
    other.mkdir()
    (other / "报告.txt").write_text("")
    with pytest.raises(Conflict, match="something else"):
        _backup(kept.cluster, other)
    with pytest.raises(NotFound, match="no folder of landgis backups"):
        _restore(_cluster(place, "nowhere"), other)
    assert [path.name for path in other.iterdir()] == ["报告.txt"]
    stranger = _cluster(place, "stranger")
    ensure_running(stranger)
    with pytest.raises(Conflict, match="another database"):
        _backup(stranger, kept.folder)
    stranger.stop()


def test_a_server_that_is_down_or_cannot_keep_its_log_says_what_to_do(place: Path) -> None:
    cluster = _cluster(place, "earlier")
    ensure_running(cluster)
    cluster.stop()
    with pytest.raises(NotReady, match="down"):
        _backup(cluster, place / "never")
    cluster.start("archive_mode = off\n")
    with pytest.raises(NotReady, match="earlier edition") as raised:
        _backup(cluster, place / "never")
    assert "landgis db stop" in raised.value.next_zh
    assert not (place / "never").exists()
    cluster.stop()


def test_a_backup_of_another_postgresql_names_what_to_install(kept: Kept, place: Path) -> None:
    copy = place / "of-eleven"
    shutil.copytree(kept.folder, copy)
    record = next(copy.glob("*/backup.json"))
    record.write_text(record.read_text().replace('"postgresql": 15', '"postgresql": 11'))
    with pytest.raises(ToolMissing, match="PostgreSQL 11"):
        _restore(_cluster(place, "nowhere"), copy)
    assert not (place / "nowhere").exists()


def test_two_backups_or_restores_at_once_do_not_get_in_each_others_way(kept: Kept, place: Path) -> None:
    with open_backups(kept.folder).locked(), pytest.raises(Conflict, match="Another backup"):
        _backup(kept.cluster, kept.folder)
    assert [path.name for path in kept.folder.glob("*.draft")] == []


def test_what_an_interrupted_restore_left_is_cleared_by_the_next(kept: Kept, place: Path) -> None:
    home = place / "interrupted"
    shutil.copytree(kept.cluster.home, home / "restoring", ignore=shutil.ignore_patterns("data", "wal", "*.lock"))
    _restore(_cluster(place, "interrupted"), kept.folder, kept.moments[1][0])
    assert not (home / "restoring").exists()
    assert _hashes(_cluster(place, "interrupted")) == kept.moments[1][1]
