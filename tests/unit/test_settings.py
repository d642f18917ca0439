from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from landgis import settings
from landgis.errors import ConfigError
from landgis.settings import PROJECT, DatabaseSettings, EngineSettings, Paths, house


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LANDGIS_")]:
        monkeypatch.delenv(name)


def test_without_environment_everything_lies_beside_the_project() -> None:
    paths = Paths()
    assert (paths.home, paths.layers, paths.data) == (PROJECT / ".landgis", PROJECT / "layers", PROJECT / "data")
    assert (PROJECT / "landgis" / "settings.py").is_file()
    assert DatabaseSettings().database_url is None


def test_the_environment_wins_and_empty_values_count_as_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANDGIS_HOME", str(tmp_path / "松江"))
    monkeypatch.setenv("LANDGIS_LAYERS", "")
    monkeypatch.setenv("LANDGIS_DATABASE_URL", "postgresql://me:secret@host/landgis")
    assert Paths().home == tmp_path / "松江"
    assert Paths().layers == PROJECT / "layers"
    assert "secret" not in repr(DatabaseSettings())


def test_every_home_has_a_short_socket_folder_of_its_own(tmp_path: Path) -> None:
    homes = [tmp_path / "甲", tmp_path / "乙", tmp_path / ("很长的名字" * 12) / ("很长的名字" * 12)]
    folders = [house(Paths(home=home), DatabaseSettings()).socket_dir for home in homes]
    assert len(set(folders)) == 3
    assert all(len(os.fsencode(folder / ".s.PGSQL.5432")) <= 107 for folder in folders)
    assert folders[0] == house(Paths(home=homes[0]), DatabaseSettings()).socket_dir


def test_a_socket_folder_that_is_too_long_is_refused(tmp_path: Path) -> None:
    wanted = DatabaseSettings(socket_dir=tmp_path / ("长" * 40))
    with pytest.raises(ConfigError, match="too long"):
        house(Paths(home=tmp_path), wanted)
    assert house(Paths(home=tmp_path), DatabaseSettings(socket_dir=Path("/run/lg"))).socket_dir.parent == Path(
        "/run/lg"
    )


def test_a_variable_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_INDEX_MB", "很多")
    with pytest.raises(ConfigError, match="no value of the environment variable LANDGIS_INDEX_MB") as raised:
        EngineSettings()
    assert raised.value.zh == "环境变量 LANDGIS_INDEX_MB 的值“很多”不能用"


@pytest.mark.parametrize("below", [".", "家", "家/再下"])
def test_a_home_that_is_a_file_or_lies_below_one_is_refused(tmp_path: Path, below: str) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("x")
    with pytest.raises(ConfigError, match="is a file") as raised:
        house(Paths(home=file / below), DatabaseSettings())
    assert "名单.csv 是文件" in raised.value.zh
    assert file.read_text() == "x"


def test_root_moves_home_where_the_servers_account_can_enter_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Told for root and another account, whoever runs this."""
    me = pwd.getpwuid(os.geteuid())
    other = pwd.struct_passwd(("somebody", "x", me.pw_uid + 4711, me.pw_gid + 4711, "", "", ""))
    monkeypatch.setattr(settings.os, "geteuid", lambda: 0)
    monkeypatch.setattr(settings.os, "getgrouplist", lambda *_: [])
    monkeypatch.setattr(settings, "_server_account", lambda *_: other)
    tmp_path.chmod(0o700)
    closed, open_home = tmp_path / "home", Path("/landgis-not-there/home")
    moved = house(Paths(home=closed), DatabaseSettings())
    assert moved.home.parent == Path("/var/lib/landgis")
    assert str(closed) in moved.notice_zh
    assert "somebody cannot enter" in moved.notice_en
    stayed = house(Paths(home=open_home), DatabaseSettings())
    assert (stayed.home, stayed.notice_zh, stayed.account) == (open_home, "", "somebody")


def test_settings_import_nothing_heavy() -> None:
    code = "import sys, landgis.settings, landgis.cli.db; print([n for n in ('geopandas', 'sqlalchemy', 'alembic') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert done.stdout.strip() == "[]"
