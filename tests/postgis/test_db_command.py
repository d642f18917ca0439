from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from landgis.cli.db import app
from landgis.errors import UsageError


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
    assert _json("status")["tables"] == {"revision": "0001", "newest": "0001"}
    said = CliRunner().invoke(app, ["status"]).stdout
    assert said.startswith("数据库运行中 | database running")
    assert "表结构 0001（最新）" in said
    assert _json("upgrade")["tables"] == {"revision": "0001", "newest": "0001"}
    assert _json("stop")["state"] == "stopped"
    assert CliRunner().invoke(app, ["status"]).stdout.startswith("数据库已停止 | database stopped")


def test_roles_prints_what_the_dba_runs() -> None:
    printed = CliRunner().invoke(app, ["roles", "--login", "sj gis"]).stdout
    assert "CREATE EXTENSION IF NOT EXISTS postgis" in printed
    assert 'GRANT landgis_owner, landgis_app, landgis_read TO "sj gis";' in printed


def test_an_office_server_is_neither_started_nor_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_DATABASE_URL", "postgresql://landgis@db.invalid/landgis")
    for command in ("start", "stop"):
        with pytest.raises(UsageError, match="office server"):
            CliRunner().invoke(app, [command], catch_exceptions=False)
    assert not home.exists()
