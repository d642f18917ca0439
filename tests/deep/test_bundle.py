"""The real bundle: built from the registries, then installed into a bare Debian that has no network, and worked with.

Needs root and the package registries, and fails where they are not to be had: an installation not seen is no test.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.bundle.contents import MANIFEST, Target
from scripts.bundle.debian import index

pytestmark = pytest.mark.deep
PROJECT = Path(__file__).parents[2]
# 自成一套的网络、挂载与进程：没有网络，结束时不留进程。 A network, mounts and processes of its own: none outside, none left.
_INSIDE = """
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"
exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -c "cd '/srv/内网 landgis' && $1"
"""


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LANDGIS_")}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of this project, as ``make bundle`` builds it."""
    out = tmp_path_factory.mktemp("bundle")
    subprocess.run(
        [PROJECT / ".bootstrap/bin/python", "-m", "scripts.bundle.build", "--out", out],
        cwd=PROJECT,
        env=_environment(),
        check=True,
    )
    (archive,) = out.glob("*.tar")
    return archive


@pytest.fixture(scope="module")
def bare(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Debian with make, git and python3 and nothing else, the project and the bundle in it."""
    root = tmp_path_factory.mktemp("bare") / "root"
    sources = next(Path("/etc/apt").glob("sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
    release = subprocess.run(
        ["bash", "-c", "source /etc/os-release; echo $VERSION_CODENAME"], capture_output=True, text=True, check=True
    ).stdout.strip()
    made = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--include=make,git,python3"]
    subprocess.run([*made, release, root, sources], check=True)
    project = root / "srv/内网 landgis"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (PROJECT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, project / name)
    for path in bundle.parent.iterdir():
        shutil.copy(path, root / "media")
    yield root
    shutil.rmtree(root)


def inside(root: Path, command: str, seconds: float | None = None) -> tuple[int, str]:
    """Run a command in the bare Debian, without a network; after some seconds everything in it is killed."""
    unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", _INSIDE]
    with subprocess.Popen(
        [*unshare, str(root), command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    return process.returncode, said


def test_the_bundle_tells_all_it_holds(bundle: Path) -> None:
    with tarfile.open(bundle) as tar:
        members = [(member.name, member.size) for member in tar]
        told = json.loads(tar.extractfile(MANIFEST).read())  # type: ignore[union-attr]  # a plain file
    assert members[1:] == [(item["path"], item["bytes"]) for item in told["files"]]
    assert Target(**told["target"]) == Target.here()
    names = {item["name"] for item in told["files"]}
    assert names >= {"geopandas", "hatchling", "pytest", "uv", "ol", "postgresql-15", "fonts-noto-cjk", "npm", "libc6"}
    table = list(csv.reader(bundle.with_name(bundle.name + ".contents.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in table[1:]] == [item["path"] for item in told["files"]]
    licences = [row[3] for row in table[1:] if not row[0].startswith("debian/")]
    assert sum(licence != "未知 unknown" for licence in licences) > 0.95 * len(licences)
    done = subprocess.run(["sha256sum", "-c", bundle.name + ".sha256"], cwd=bundle.parent, capture_output=True)
    assert done.returncode == 0


def test_a_bare_machine_without_a_network_is_set_up_and_works(bare: Path, bundle: Path) -> None:
    setup = f"make setup BUNDLE=/media/{bundle.name}"
    code, said = inside(bare, "python3 -c 'import socket; socket.create_connection((\"192.0.2.1\", 80), 5)'")
    assert (code, "Network is unreachable" in said) == (1, True)

    for seconds in (8, 40):  # 先中断两次 killed twice on the way
        code, said = inside(bare, setup, seconds)
        assert code != 0, said
    code, said = inside(bare, setup)
    assert code == 0, said
    assert inside(bare, "dpkg --audit") == (0, "")
    assert inside(bare, "pg_lsclusters --no-header") == (0, "")

    code, said = inside(bare, "make setup && .venv/bin/landgis doctor && make demo ARGS=--no-serve")
    assert code == 0, said
    assert "✗" not in said
    assert (bare / "srv/内网 landgis/out/demo/index.html").stat().st_size > 0

    with (bare / "srv/内网 landgis/requirements.lock").open("a") as lock:
        lock.write("# another version\n")
    code, said = inside(bare, setup)
    assert (code, "不是同一版本" in said) == (2, True)


def test_an_index_is_what_apt_reads(tmp_path: Path) -> None:
    control = tmp_path / "small/DEBIAN/control"
    control.parent.mkdir(parents=True)
    control.write_text(
        "Package: small\nVersion: 1:2~3\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n"
    )
    subprocess.run(["dpkg-deb", "--build", tmp_path / "small", tmp_path / "small_2~3_all.deb"], check=True)
    lines = index(tmp_path).splitlines()
    assert lines[:2] == ["Package: small", "Version: 1:2~3"]
    assert "Filename: ./small_2~3_all.deb" in lines
    assert [line.split(":")[0] for line in lines[-2:]] == ["Size", "SHA256"]
