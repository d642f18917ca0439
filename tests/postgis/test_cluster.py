from __future__ import annotations

import os
import pwd
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import OfficeServer, open_database
from landgis.db.install import ensure_running, make_database, upgrade_database
from landgis.db.people import PeopleStore
from landgis.errors import Conflict, NotAllowed, NotReady, ToolMissing
from landgis.services.people import add_person
from landgis.settings import DatabaseSettings, Paths, house
from tests.conftest import admin

ACCOUNT = "postgres" if os.geteuid() == 0 else None


def _passable_folder() -> Path:
    """A folder that every account can pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="lg-"))
    path.chmod(0o755)
    return path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Clusters that a failed test leaves running here are stopped."""
    path = _passable_folder()
    yield path
    for marker in path.rglob("landgis-cluster.json"):
        PrivateCluster(marker.parent.parent, path / "run", ACCOUNT).stop()
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def used() -> Iterator[PrivateCluster]:
    """A cluster that was made before; several tests start and stop it, each leaves it in order."""
    path = _passable_folder()
    cluster = PrivateCluster(path / "home", path / "run", ACCOUNT)
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(path)


def _answer(cluster: PrivateCluster) -> object:
    with admin(cluster) as connection:
        row = connection.execute("SELECT 42").fetchone()
    return row and row[0]


def test_a_cluster_is_started_stopped_and_started_again(used: PrivateCluster) -> None:
    first = used.start()
    assert (first.state, first.major, _answer(used)) == ("running", 15, 42)
    assert used.start().pid == first.pid
    assert used.stop().state == "stopped"
    assert used.stop().state == "stopped"
    assert used.start().pid != first.pid
    assert _answer(used) == 42


def test_the_server_never_runs_as_root_and_never_listens_on_tcp(used: PrivateCluster) -> None:
    pid = used.start().pid
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    with admin(used) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW jit").fetchone() == ("off",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_after_kill_9_of_the_postmaster_start_works_and_nothing_committed_is_lost(used: PrivateCluster) -> None:
    pid = used.start().pid
    assert pid is not None
    connection = admin(used)
    connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(pid, signal.SIGKILL)
    restarted = used.start()
    connection.close()
    assert restarted.pid != pid
    with admin(used) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_a_stale_pid_file_whose_number_belongs_to_another_process_does_no_harm(used: PrivateCluster) -> None:
    used.start()
    lines = (used.data / "postmaster.pid").read_text().splitlines()
    used.stop()
    lines[0] = str(os.getpid())
    (used.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (used.socket_dir / ".s.PGSQL.5432.lock").write_text("\n".join(lines) + "\n")
    assert used.status().state == "stopped"
    assert used.start().state == "running"
    assert _answer(used) == 42


def test_starts_at_once_give_one_server(used: PrivateCluster) -> None:
    used.stop()
    pids: list[int | None] = []
    threads = [threading.Thread(target=lambda: pids.append(used.start().pid)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 3
    assert len(set(pids)) == 1


def test_a_running_server_is_found_though_another_socket_folder_would_be_chosen(
    used: PrivateCluster, folder: Path
) -> None:
    used.start()
    elsewhere = PrivateCluster(used.home, folder / "other", ACCOUNT)
    assert elsewhere.start().socket_dir == used.socket_dir
    assert _answer(elsewhere) == 42


@pytest.mark.parametrize(("major", "word_zh", "word_en"), [(11, "旧", "older"), (97, "新", "newer")])
def test_a_data_folder_of_another_version_is_refused_with_every_way_out(
    used: PrivateCluster, major: int, word_zh: str, word_en: str
) -> None:
    used.stop()
    (used.data / "PG_VERSION").write_text(f"{major}\n")
    before = {path: path.stat().st_mtime_ns for path in used.data.rglob("*")}
    with pytest.raises(ToolMissing) as raised:
        used.start()
    assert {path: path.stat().st_mtime_ns for path in used.data.rglob("*")} == before
    assert used.status().major == major
    (used.data / "PG_VERSION").write_text("15\n")
    assert f"PostgreSQL {major}，比本机的 15 {word_zh}" in raised.value.zh
    assert f"PostgreSQL {major}, {word_en} than what is here" in raised.value.en
    for said in (raised.value.next_zh, raised.value.next_en):
        assert f"postgresql-{major}-postgis-3" in said
        for way in ("LANDGIS_PGBIN", "pg_dump", "pg_restore"):
            assert way in said


def test_the_programs_named_are_taken_even_if_they_are_of_the_wrong_version(used: PrivateCluster, folder: Path) -> None:
    """``LANDGIS_PGBIN`` is an answer, so nothing else is looked for."""
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 12.3'\n")
        (folder / name).chmod(0o755)
    used.stop()
    with pytest.raises(ToolMissing, match="newer than what is here \\(12\\)"):
        replace(used, pgbin=folder).start()


def test_two_projects_with_folders_of_the_same_name_do_not_meet(folder: Path) -> None:
    """Started, stopped and killed independently; each sees its own data."""
    homes = [folder / district / "项目" / ".landgis" for district in ("松江", "崇明")]
    settings = DatabaseSettings(socket_dir=folder / "run")
    clusters = []
    for home in homes:
        place = house(Paths(home=home), settings)
        assert (place.home, place.notice_zh) == (home, "")
        clusters.append(PrivateCluster(place.home, place.socket_dir, place.account, durable=False))
    one, two = clusters
    assert one.socket_dir != two.socket_dir
    for cluster in clusters:
        cluster.start()
        with admin(cluster) as connection:
            connection.execute("CREATE TABLE whose AS SELECT %s::text AS home", [str(cluster.home)])
    for cluster in clusters:
        with admin(cluster) as connection:
            assert connection.execute("SELECT home FROM whose").fetchone() == (str(cluster.home),)
    one.stop()
    assert (one.status().state, two.status().state) == ("stopped", "running")
    pid = one.start().pid
    os.kill(two.start().pid or 0, signal.SIGKILL)
    two.start()
    assert one.status().pid == pid
    for cluster in clusters:
        assert _answer(cluster) == 42
        cluster.stop()


def test_a_project_folder_may_be_moved_while_its_database_is_down_or_at_work(folder: Path) -> None:
    settings = DatabaseSettings(socket_dir=folder / "run")

    def at_home(name: str) -> PrivateCluster:
        place = house(Paths(home=folder / name), settings)
        return PrivateCluster(place.home, place.socket_dir, place.account, durable=False)

    first = at_home("甲")
    pid = first.start().pid
    (folder / "甲").rename(folder / "乙")
    moved = at_home("乙")
    assert (moved.status().state, moved.start().pid) == ("running", pid)
    assert _answer(moved) == 42
    moved.stop()
    (folder / "乙").rename(folder / "丙")
    again = at_home("丙")
    again.start()
    assert again.host() == again.socket_dir
    assert _answer(again) == 42
    assert at_home("甲").status().state == "absent"
    again.stop()


def test_room_is_held_back_on_the_disk_and_all_sessions_of_the_dead_are_noticed(used: PrivateCluster) -> None:
    used.start()
    reserve = used.folder / "reserve"
    assert reserve.stat().st_blocks * 512 >= 64 << 20
    with admin(used) as connection:
        assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("off",)
        assert connection.execute("SHOW client_connection_check_interval").fetchone() == ("5s",)


def test_a_foreign_folder_is_refused_and_left_alone(folder: Path) -> None:
    cluster = PrivateCluster(folder, folder / "run", ACCOUNT)
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("15\n")
    for attempt in (cluster.start, cluster.stop):
        with pytest.raises(Conflict, match="was not made by landgis"):
            attempt()
    assert sorted(path.name for path in cluster.data.iterdir()) == ["PG_VERSION"]


def test_missing_programs_name_the_command_that_installs_them(folder: Path) -> None:
    with pytest.raises(ToolMissing) as raised:
        PrivateCluster(folder / "home", folder / "run", ACCOUNT, pgbin=folder).start()
    assert "apt-get install" in raised.value.next_zh
    assert "postgresql-15-postgis-3" in raised.value.next_zh


def test_first_start_in_a_long_chinese_path_makes_everything_even_twice_at_once(folder: Path) -> None:
    """And over what an interrupted start left behind."""
    home = folder / ("松江区 规划'和'自然资源" * 4) / ("很长的文件夹名" * 8) / "home"
    assert len(os.fsencode(home)) > 250
    cluster = PrivateCluster(home, folder / "run", ACCOUNT, durable=False)
    (cluster.folder / "data.new").mkdir(parents=True)
    (cluster.folder / "landgis-cluster.json").write_text("{}")
    for place in (cluster.folder, cluster.folder / "data.new"):
        shutil.chown(place, ACCOUNT) if ACCOUNT else None
    assert cluster.status().state == "absent"
    with pytest.raises(NotReady, match="down"):
        open_database(cluster)
    threads = [threading.Thread(target=ensure_running, args=(cluster,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cluster.status().data.is_relative_to(home)
    assert not (cluster.folder / "data.new").exists()
    database = open_database(cluster, pooled=False)
    person = PeopleStore(database).acting()
    assert (person.os_account, person.role.zh) == (pwd.getpwuid(os.geteuid()).pw_name, "区规划员")
    make_database(cluster)
    ensure_running(cluster)
    assert PeopleStore(database).list() == [person]
    with admin(cluster, "landgis") as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper FROM pg_roles WHERE rolname LIKE 'landgis%' ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("landgis", True),
        ("landgis_app", False),
        ("landgis_desk", False),
        ("landgis_owner", False),
        ("landgis_read", False),
    ]
    cluster.stop()


def test_an_office_server_needs_only_roles_and_a_login_that_is_their_member(
    cluster: PrivateCluster, folder: Path
) -> None:
    """The private cluster stands in for an office server, reached by a URL as an ordinary login."""
    from landgis.db.install import roles_sql

    name = f"office_{os.getpid()}"
    with admin(cluster) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute(f'CREATE ROLE "{name}" LOGIN')
        row = connection.execute("SHOW ident_file").fetchone()
        ident = Path(str(row and row[0]))
        ident.write_text(ident.read_text() + f'landgis "{pwd.getpwuid(os.geteuid()).pw_name}" {name}\n')
        connection.execute("SELECT pg_reload_conf()")
    _wait_until_let_in(cluster, name)
    office = OfficeServer(f"postgresql://{name}@/{name}?host={cluster.host()}&port=5432")
    for attempt in (open_database, upgrade_database):
        with pytest.raises(NotReady, match="not a member") as raised:
            attempt(office)
        assert "landgis db roles" in raised.value.next_zh
    with pytest.raises(NotAllowed, match="owner's login") as refused:
        add_person(office, "shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
    assert "所有者账号" in refused.value.next_zh
    with admin(cluster, name) as connection:
        connection.execute(roles_sql(name))
    with pytest.raises(NotReady, match="no tables yet"):
        open_database(office)
    upgrade_database(office)
    database = open_database(office, pooled=False)
    made = add_person(office, "shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
    assert PeopleStore(database).acting("shenhe") == made
    with database.begin() as work:
        assert work.exec_driver_sql("SELECT current_user").scalar() == "landgis_app"
        assert work.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = session_user").scalar() is False
    with admin(cluster) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.execute(f'DROP ROLE "{name}"')


def _wait_until_let_in(cluster: PrivateCluster, role: str) -> None:
    """The server reads its files again in its own time."""
    for _ in range(200):
        try:
            psycopg.connect(host=str(cluster.host()), port=5432, user=role, dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    pytest.fail("the server did not read its ident file again")


def test_an_ordinary_account_runs_its_own_cluster(folder: Path) -> None:
    """As root, a child process takes on the account nobody; otherwise this process is ordinary already."""
    home = folder / "plain"
    home.mkdir()

    def work() -> None:
        cluster = PrivateCluster(home / "家", folder / "plain" / "run", durable=False)
        try:
            ensure_running(cluster)
            database = open_database(cluster, pooled=False)
            assert PeopleStore(database).acting().os_account == pwd.getpwuid(os.geteuid()).pw_name
            pid = cluster.status().pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert cluster.start().pid != pid
        finally:
            cluster.stop()

    if os.geteuid() != 0:
        work()
    else:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        assert _as_account(nobody, work) == 0
    assert (home / "家" / "cluster" / "data" / "PG_VERSION").read_text() == "15\n"
    assert (home / "家" / "cluster" / "data").stat().st_uid != 0


def test_a_cluster_of_another_account_is_left_alone(used: PrivateCluster, folder: Path) -> None:
    """As root, nobody meddles with the postgres account's cluster; otherwise this account with root's folder."""
    used.start()

    def meddle() -> None:
        for attempt in (used.start, used.stop, used.status):
            with pytest.raises(Conflict, match="belongs to another account"):
                attempt()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(used.socket_dir), port=5432, user="landgis_app", dbname="postgres")

    if os.geteuid() == 0:
        assert _as_account(pwd.getpwnam("nobody"), meddle) == 0
    else:
        with pytest.raises(Conflict, match="belongs to another account"):
            PrivateCluster(Path("/"), folder).start()
    assert _answer(used) == 42


def _as_account(account: pwd.struct_passwd, work: Callable[[], None]) -> int:
    """Run something in a child process of another account; return its exit code."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            work()
        except BaseException:
            traceback.print_exc(file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
