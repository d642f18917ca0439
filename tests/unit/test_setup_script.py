"""scripts/setup.sh 的行为：真的运行它，只把系统命令换成替身。

The script is really run, in a copy of the project's few files it reads, with a PATH that
holds nothing but the tools named here and stand-ins for what would touch the system.
"""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bare_machine import APT_GET, DEBIAN, NOTE, ROOT, UV, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_all_ready_then_nothing_left_to_do(machine: Machine) -> None:
    machine.debian(*DEBIAN)

    first = machine.setup()
    assert first.returncode == 0, first.stdout + first.stderr
    calls = machine.calls()
    assert not [call for call in calls if call.startswith(("apt-get", "sudo"))]
    sync = next(i for i, call in enumerate(calls) if call.startswith("uv pip sync"))
    editable = next(i for i, call in enumerate(calls) if call.endswith("-e ."))
    assert sync < editable  # sync 会卸掉项目本身 sync removes the project itself
    assert "--compile-bytecode --require-hashes --only-binary :all: requirements.lock" in calls[sync]
    assert "--no-deps --no-build-isolation" in calls[editable]
    assert editable < calls.index("kernel compiled")
    assert (machine.project / "landgis/web/static/vendor/ol/ol.js").exists()

    second = machine.setup()
    assert second.returncode == 0
    assert machine.calls() == ["uv --version"]
    lines = second.stdout.splitlines()
    assert [line[:5] for line in lines] == [f"[{n}/7]" for n in range(1, 8)]
    assert all(line.endswith(" s)") for line in lines)
    assert second.stderr == ""


def test_changed_lock_or_moved_folder_is_installed_anew(machine: Machine) -> None:
    machine.debian(*DEBIAN)
    machine.setup()
    machine.calls()

    with (machine.project / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    machine.setup()
    calls = machine.calls()
    assert any(call.startswith("uv pip sync") for call in calls)
    assert not any(call.startswith(("uv venv", "npm")) for call in calls)

    machine.project = machine.project.rename(machine.project.with_name("renamed"))
    machine.setup()
    assert any(call.startswith("uv venv --clear") for call in machine.calls())


def test_failed_install_is_tried_again(machine: Machine) -> None:
    machine.debian(*DEBIAN)
    uv = machine.project / ".bootstrap/bin/uv"
    machine.command("uv", UV + 'case "$*" in "pip sync"*) echo "disk is full"; exit 3 ;; esac\n', uv)

    failed = machine.setup()
    assert failed.returncode == 1
    assert "失败 failed" in failed.stderr
    assert "disk is full" in failed.stderr
    assert "disk is full" in (machine.project / ".landgis/log/setup.log").read_text()

    machine.command("uv", UV, uv)
    assert machine.setup().returncode == 0


def test_user_without_rights_is_told_exactly_what_to_run(machine: Machine) -> None:
    machine.debian("chromium", "libatomic1")

    refused = machine.setup(FAKE_UID="1000")

    assert refused.returncode == 2
    commands = [line.strip() for line in refused.stderr.splitlines() if line.startswith("  sudo ")]
    assert commands == [
        "sudo apt-get update",
        "sudo apt-get install -y --no-install-recommends postgresql-common",
        "sudo sed -i -E 's/^[#[:space:]]*create_main_cluster[[:space:]]*=.*/create_main_cluster = false/' "
        f"{machine.conf}",
        "sudo apt-get install -y --no-install-recommends postgresql-15 postgresql-15-postgis-3 fonts-noto-cjk",
    ]
    assert refused.stderr.index("缺少系统软件包") < refused.stderr.index("System packages are missing")
    assert machine.calls() == ["sudo -n true"]
    # 照着做，配置确实改了。 Done as told, the setting really changes.
    subprocess.run(["bash", "-c", commands[2].removeprefix("sudo ")], check=True)
    assert machine.conf.read_text() == "create_main_cluster = false\nssl = on\n"


def test_user_with_sudo_installs_through_it(machine: Machine) -> None:
    machine.debian(*DEBIAN[:3])

    assert machine.setup(FAKE_UID="1000", SUDO_WORKS="yes").returncode == 0

    calls = [call for call in machine.calls() if call.startswith(("sudo", "apt-get"))]
    assert calls[0] == "sudo -n true"
    assert [call.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get") for call in calls[1::2]] == [True] * 2
    assert calls[-1].endswith("install --no-install-recommends chromium libatomic1")
    # 服务器早已装好，其设置与我们无关。 The server was there before: its settings are not ours.
    assert machine.conf.read_text().startswith("#create_main_cluster = true")


def test_other_software_is_installed_for_the_tests_that_want_it(machine: Machine) -> None:
    machine.debian(*DEBIAN)
    assert machine.setup(LANDGIS_ALSO="python3-qgis qgis-providers").returncode == 0
    assert machine.calls()[1].endswith("install --no-install-recommends python3-qgis qgis-providers")
    machine.debian(*DEBIAN, "python3-qgis", "qgis-providers")
    assert machine.setup(LANDGIS_ALSO="python3-qgis qgis-providers").returncode == 0
    assert not [call for call in machine.calls() if call.startswith("apt-get")]


def test_no_system_cluster_is_made_for_a_new_server(machine: Machine) -> None:
    machine.debian("fonts-noto-cjk", "chromium", "libatomic1")
    machine.conf.write_text("create_main_cluster = true\n")
    # 装服务器的那一刻，设置必须已经改好。 The moment the server goes in, the setting must be there.
    machine.command(
        "apt-get",
        APT_GET + 'case "$*" in *postgresql-15*) grep -qx "create_main_cluster = false" '
        '"$LANDGIS_CREATECLUSTER_CONF" || exit 9 ;; esac\n',
    )

    done = machine.setup()

    assert done.returncode == 0, done.stderr
    installs = [
        call.split("--no-install-recommends ")[1]
        for call in machine.calls()
        if call.startswith("apt-get") and " install " in call
    ]
    assert installs == ["postgresql-common", "postgresql-15 postgresql-15-postgis-3"]
    assert machine.conf.read_text() == "create_main_cluster = false\n"


def test_createcluster_conf_without_the_setting_gets_it(machine: Machine) -> None:
    machine.debian("fonts-noto-cjk", "chromium", "libatomic1")
    machine.conf.write_text("ssl = on\n")
    assert machine.setup().returncode == 0
    assert machine.conf.read_text().splitlines() == ["create_main_cluster = false", "ssl = on"]


def test_failing_apt_shows_its_last_words_but_no_host(machine: Machine) -> None:
    machine.debian(*DEBIAN[:3])

    failed = machine.setup(APT_FAILS="yes")

    assert failed.returncode == 1
    assert "E: no such luck" in failed.stderr
    log = (machine.project / ".landgis/log/setup.log").read_text()
    assert "apt-get" in log
    assert "example.net" not in failed.stdout + failed.stderr + log


def test_node_from_elsewhere_is_left_alone(machine: Machine) -> None:
    machine.debian()
    assert " npm" not in machine.setup(FAKE_UID="1000").stderr
    (machine.bin / "npm").unlink()
    (machine.bin / "node").unlink()
    assert "chromium libatomic1 nodejs npm\n" in machine.setup(FAKE_UID="1000").stderr


def test_debian_without_python_or_venv_gets_it(machine: Machine) -> None:
    machine.debian(*DEBIAN)
    machine.command("python3", '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\nexec "$REAL_PYTHON" "$@"\n')
    assert "--no-install-recommends python3-venv\n" in machine.setup(FAKE_UID="1000").stderr
    (machine.bin / "python3").unlink()
    assert "--no-install-recommends python3 python3-venv\n" in machine.setup(FAKE_UID="1000").stderr


def test_old_python_stops_with_the_way_out(machine: Machine) -> None:
    machine.debian(*DEBIAN, "python3", "python3-venv")
    machine.command("python3", '#!/bin/sh\n[ "$1" = --version ] || exit 1\necho Python 3.9.2\n')

    stopped = machine.setup()

    assert stopped.returncode == 2
    assert "需要 Python 3.11 或更新版本；现有 Python 3.9.2" in stopped.stderr
    assert "LANDGIS_PYTHON=" in stopped.stderr
    assert machine.setup(LANDGIS_PYTHON=sys.executable).returncode == 0


def test_other_system_lists_what_is_missing(machine: Machine) -> None:
    (machine.bin / "npm").unlink()

    stopped = machine.setup()

    assert stopped.returncode == 2
    for need in ("PostgreSQL ≥ 15", "PostGIS ≥ 3.3", "Noto Sans CJK", "Chromium", "npm"):
        assert f"  - {need}" in stopped.stderr
    assert "  - node" not in stopped.stderr
    assert "  - Python" not in stopped.stderr
    assert "conda env create -f environment.yml" in stopped.stderr
    assert stopped.stderr.index("本系统没有 apt-get") < stopped.stderr.index("This system has no apt-get")


@pytest.mark.parametrize(
    ("postgres", "postgis", "complaint"),
    [
        ("15.4", "3.3.2", ""),
        ("17.1 (Homebrew)", "3.10.0", ""),
        ("14.9", "3.4.0", "PostgreSQL ≥ 15"),
        ("16.2", "3.2.1", "PostGIS ≥ 3.3"),
    ],
)
def test_other_system_goes_on_when_all_is_there(
    machine: Machine, tmp_path: Path, postgres: str, postgis: str, complaint: str
) -> None:
    (tmp_path / "share/extension").mkdir(parents=True)
    (tmp_path / "share/extension/postgis.control").write_text(f"default_version = '{postgis}'\n")
    machine.command(
        "pg_config",
        f'#!/bin/sh\n[ "$1" = --version ] && echo "PostgreSQL {postgres}" || echo "{tmp_path}/share"\n',
    )
    machine.command("fc-list", "#!/bin/sh\necho 'Noto Sans CJK SC,Noto Sans CJK SC Bold'\n")
    machine.command("chromium", NOTE)

    result = machine.setup()

    assert result.returncode == (2 if complaint else 0)
    assert complaint in result.stderr


def test_active_conda_environment_is_used_instead_of_a_venv(machine: Machine, tmp_path: Path) -> None:
    prefix = tmp_path / "conda"
    (prefix / "bin").mkdir(parents=True)
    machine.command(
        "",
        f'#!/bin/sh\ncase "$*" in *"-m pip"*) echo "conda-python $*" >>"$CALLS" ;; '
        f'*) exec "{sys.executable}" "$@" ;; esac\n',
        prefix / "bin/python",
    )
    machine.command("", NOTE, prefix / "bin/shp2pgsql")

    for expected_installs in (1, 0):
        result = machine.setup(CONDA_PREFIX=str(prefix))
        assert result.returncode == 0, result.stderr
        assert "未经测试 untested" in result.stdout
        assert sum(call.startswith("conda-python -m pip install") for call in machine.calls()) == expected_installs
    assert not (machine.project / ".venv").exists()


def test_unrelated_conda_environment_is_not_used(machine: Machine, tmp_path: Path) -> None:
    machine.debian(*DEBIAN)
    assert machine.setup(CONDA_PREFIX=str(tmp_path)).returncode == 0
    assert (machine.project / ".venv/bin/python").exists()


def test_missing_browser_file_is_named(tmp_path: Path) -> None:
    vendor = runpy.run_path(str(ROOT / "scripts/vendor_assets.py"))["vendor"]
    with pytest.raises(SystemExit) as stop:
        vendor(tmp_path)
    assert "node_modules/ol/dist/ol.js" in str(stop.value)
    assert str(stop.value).startswith("前端文件缺失")


def test_script_names_no_host() -> None:
    text = (ROOT / "scripts/setup.sh").read_text()
    assert "://" not in text.replace("([a-z]+://)", "")
    assert str(Path.home()) not in text
