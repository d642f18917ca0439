from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from landgis.cli.db import app
from landgis.db.revision import HEAD
from landgis.errors import Conflict, NotFound, UsageError


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that the server's account can enter; whatever runs there is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="lg-"))
    folder.chmod(0o755)
    for name in [name for name in os.environ if name.startswith("LANDGIS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANDGIS_HOME", str(folder / "家"))
    monkeypatch.setenv("LANDGIS_SOCKET_DIR", str(folder / "run"))
    yield folder / "家"
    if (folder / "家").exists():
        CliRunner().invoke(app, ["stop"])
    shutil.rmtree(folder)


def _json(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_the_life_of_a_database_from_the_command_line(home: Path) -> None:
    assert _json("status")["state"] == "absent"
    assert not home.exists()
    started = _json("start")
    assert (started["state"], started["data"]) == ("running", str(home / "cluster" / "data"))
    assert _json("status")["tables"] == {"revision": HEAD, "newest": HEAD}
    said = CliRunner().invoke(app, ["status"]).stdout
    assert said.startswith("数据库运行中 | database running")
    assert f"表结构 {HEAD}（最新）" in said
    assert "尚无备份" in said
    assert _json("upgrade")["tables"] == {"revision": HEAD, "newest": HEAD}
    assert _json("stop")["state"] == "stopped"
    assert CliRunner().invoke(app, ["status"]).stdout.startswith("数据库已停止 | database stopped")


def test_roles_prints_what_the_dba_runs() -> None:
    printed = CliRunner().invoke(app, ["roles", "--login", "sj gis"]).stdout
    assert "CREATE EXTENSION IF NOT EXISTS postgis" in printed
    assert 'GRANT landgis_owner, landgis_app, landgis_desk, landgis_read TO "sj gis";' in printed


def test_an_office_server_is_neither_started_nor_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_DATABASE_URL", "postgresql://landgis@db.invalid/landgis")
    for command in ("start", "stop"):
        with pytest.raises(UsageError, match="office server"):
            CliRunner().invoke(app, [command], catch_exceptions=False)
    assert not home.exists()


@pytest.mark.parametrize(("arguments", "way"), [(["backup"], "pg_basebackup"), (["restore", "x"], "pg_restore")])
def test_an_office_server_is_backed_up_and_restored_by_its_dba_who_is_told_how(
    home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], way: str
) -> None:
    monkeypatch.setenv("LANDGIS_DATABASE_URL", "postgresql://landgis:secret@db.invalid/landgis")
    with pytest.raises(UsageError, match="DBA") as raised:
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    for said in (raised.value.next_zh, raised.value.next_en):
        assert way in said
        assert "originals" in said
        assert "secret" not in said
    assert not home.exists()


def test_backup_and_restore_from_the_command_line(home: Path) -> None:
    _json("start")
    made = _json("backup")
    assert made["folder"] == str(home / "backups")
    base = made["backup"]
    assert isinstance(base, dict)
    assert (base["postgresql"], base["revision"]) == (15, HEAD)
    assert int(str(_json("status")["log_kept_bytes"])) > 0
    assert _json("status")["reading_only"] is False
    moment = datetime.fromisoformat(str(_json("backup", "--log-only")["log"]["until"]))  # type: ignore[index]  # JSON
    _json("start")
    said = CliRunner().invoke(app, ["backup", "--keep", "1"], catch_exceptions=False).stdout
    assert "可恢复到 can be restored to" in said
    assert f"已删除被取代的备份 superseded and removed  {base['name']}" in said
    with pytest.raises(NotFound, match=f"{moment:%F %T}"):
        CliRunner().invoke(app, ["restore", str(home / "backups"), "--to", f"{moment:%F %T}"], catch_exceptions=False)
    with pytest.raises(Conflict, match="left alone"):
        CliRunner().invoke(app, ["restore", str(home / "backups")], catch_exceptions=False)
    before = _json("fingerprint")
    restored = _json("restore", str(home / "backups"), "--home", str(home.parent / "another"))
    assert restored["home"] == str(home.parent / "another")
    told = CliRunner().invoke(app, ["restore", str(home / "backups"), "--replace"], catch_exceptions=False).stdout
    assert "原数据库移到 the former one is now in" in told
    _json("start")
    assert _json("fingerprint") == before
    table = CliRunner().invoke(app, ["fingerprint"], catch_exceptions=False).stdout
    assert "layer_release" in table
