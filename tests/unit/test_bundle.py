"""离线包 the offline bundle: real archives of small files on a made-up machine; the real one is in tests/deep."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.bundle import wheels
from scripts.bundle.contents import Contents, Item, Refused
from scripts.bundle.npm import unpack
from scripts.bundle.opening import open_bundle
from tests.support.bare_machine import DEBIAN, NOTE, UV, Machine
from tests.support.bundles import (
    WHEEL,
    debian,
    listed,
    lock_to,
    npm_packages,
    small_files,
    tarball,
    target,
    write_bundle,
)

FILES = small_files(npm_packages())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    lock_to(machine.project, npm_packages())
    debian(machine, *DEBIAN)
    uv = machine.project / ".bootstrap/bin/uv"
    machine.command("uv", UV + 'echo "uv env $UV_OFFLINE $UV_NO_INDEX $UV_FIND_LINKS" >>"$CALLS"\n', uv)
    return machine


@pytest.fixture
def bundle(machine: Machine, tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "bundle.tar", listed(FILES, machine.project), FILES)


def test_a_bundle_is_the_only_source_and_is_needed_once(machine: Machine, bundle: Path) -> None:
    debian(machine, "chromium")

    done = machine.setup(BUNDLE=str(bundle))

    assert done.returncode == 0, done.stdout + done.stderr
    calls = machine.calls()
    apt = [call for call in calls if call.startswith("apt-get")]
    assert [call.split(f" -c {machine.project}/.landgis/bundle/apt.conf ")[1] for call in apt] == [
        "update",
        "install --no-install-recommends --fix-broken",
        "install --no-install-recommends postgresql-common",
        "install --no-install-recommends postgresql-15 postgresql-15-postgis-3 fonts-noto-cjk libatomic1",
    ]
    assert calls.index("dpkg --configure -a") < calls.index(apt[1])
    assert {call for call in calls if call.startswith("uv env")} == {"uv env 1 1 .landgis/bundle/wheels"}
    assert not [call for call in calls if call.startswith("npm")]
    assert (machine.project / "landgis/web/static/vendor/ol/ol.js").read_text() == "ol/dist/ol.js"
    assert (machine.project / "node_modules/@fortawesome/fontawesome-free/css/all.min.css").exists()
    assert [path.name for path in (machine.project / ".landgis").iterdir()] == ["log"]
    lines = done.stdout.splitlines()
    assert [line[:5] for line in lines] == [f"[{n}/8]" for n in range(1, 9)]
    assert "已核对 verified: Python 2 · Debian 7 · npm 9" in lines[1]

    debian(machine, *DEBIAN)
    assert machine.setup().returncode == 0
    assert machine.calls() == ["uv --version", "uv env   "]


def test_a_newer_bundle_brings_what_landgis_names_and_nothing_that_is_newer_here(
    machine: Machine, bundle: Path, tmp_path: Path
) -> None:
    assert machine.setup(BUNDLE=str(bundle)).returncode == 0
    assert machine.setup(BUNDLE=str(bundle), FAKE_VERSION="1.5").returncode == 0
    assert not [call for call in machine.calls() if call.startswith("apt-get")]

    lock_to(machine.project, npm_packages() | {"ol": tarball({"dist/ol.js": b"new", "ol.css": b""})}, b"a newer wheel")
    newer = small_files(npm_packages() | {"ol": tarball({"dist/ol.js": b"new", "ol.css": b""})}, "2.0")
    newer[WHEEL] = b"a newer wheel"
    archive = write_bundle(tmp_path / "newer.tar", listed(newer, machine.project), newer)
    assert machine.setup(BUNDLE=str(archive), FAKE_VERSION="1.5").returncode == 0

    calls = machine.calls()
    assert machine.conf.read_text().startswith("#create_main_cluster = true")  # 服务器早已在此 it was there before
    assert any(call.endswith("--no-install-recommends " + " ".join(DEBIAN)) for call in calls)
    assert any(call.startswith("uv pip sync") for call in calls)
    assert (machine.project / "landgis/web/static/vendor/ol/ol.js").read_text() == "new"


def test_user_without_rights_is_told_commands_that_use_the_bundle(machine: Machine, bundle: Path) -> None:
    debian(machine, "chromium", "libatomic1", "postgresql-15", "postgresql-15-postgis-3")

    refused = machine.setup(FAKE_UID="1000", BUNDLE=str(bundle))

    conf = machine.project / ".landgis/bundle/apt.conf"
    assert refused.returncode == 2
    assert [line.strip() for line in refused.stderr.splitlines() if line.startswith("  sudo ")] == [
        f"sudo apt-get -c '{conf}' update",
        f"sudo apt-get -c '{conf}' install -y --no-install-recommends fonts-noto-cjk",
    ]
    assert "make setup BUNDLE=…" in refused.stderr
    assert conf.exists()


def _altered(path: str, content: bytes) -> Callable[[Path, Path], None]:
    def spoil(archive: Path, project: Path) -> None:
        write_bundle(archive, listed(FILES, project), FILES | {path: content})

    return spoil


def _cut(count: int) -> Callable[[Path, Path], None]:
    def spoil(archive: Path, project: Path) -> None:
        archive.write_bytes(archive.read_bytes()[:count])

    return spoil


def _last_members_gone(archive: Path, project: Path) -> None:
    with tarfile.open(archive) as tar:
        end = tar.getmembers()[-2].offset
    archive.write_bytes(archive.read_bytes()[:end])


def _with_member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Callable[[Path, Path], None]:
    def spoil(archive: Path, project: Path) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        with tarfile.open(archive, "a") as tar:
            tar.addfile(member)

    return spoil


def _listed_path(path: str) -> Callable[[Path, Path], None]:
    def spoil(archive: Path, project: Path) -> None:
        contents = listed(FILES, project)
        evil = Item(path, "evil", "1", "", 4, hashlib.sha256(b"evil").hexdigest())
        with tarfile.open(archive, "w") as tar:
            for name, text in (("bundle.json", replace(contents, files=(evil,)).to_json()), (path, b"evil")):
                member = tarfile.TarInfo(name)
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text))

    return spoil


def _list_says(old: str, new: str) -> Callable[[Path, Path], None]:
    def spoil(archive: Path, project: Path) -> None:
        text = archive.read_bytes()
        assert old.encode() in text
        archive.write_bytes(text.replace(old.encode(), new.encode(), 1))

    return spoil


def _link_for_wheel(archive: Path, project: Path) -> None:
    lock_to(project, {}, b"")
    contents = listed({WHEEL: b""}, project)
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo("bundle.json")
        member.size = len(contents.to_json())
        tar.addfile(member, io.BytesIO(contents.to_json()))
        member = tarfile.TarInfo(WHEEL)
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)


def _unlocked_wheel(archive: Path, project: Path) -> None:
    files = FILES | {WHEEL: b"another wheel"}
    write_bundle(archive, listed(files, project), files)


def _wrong_hash_beside(archive: Path, project: Path) -> None:
    archive.with_name(archive.name + ".sha256").write_text(f"{'0' * 64}  {archive.name}\n")


def _other_target(**told: str) -> Callable[[Path, Path], None]:
    def spoil(archive: Path, project: Path) -> None:
        write_bundle(archive, listed(FILES, project, replace(target(), **told)), FILES)

    return spoil


def _other_lock(archive: Path, project: Path) -> None:
    with (project / "requirements.lock").open("a") as lock:
        lock.write("# another version\n")


REFUSED = {
    "a byte of a wheel": (_altered(WHEEL, b"a small whee!"), f"{WHEEL} 的指纹不符"),
    "a longer package": (_list_says('"bytes": 8', '"bytes": 7'), "与清单不符"),
    "cut within a file": (_cut(12_000), "已损坏或被改动"),
    "cut within the list": (_cut(700), "已损坏或被改动"),
    "cut between files": (_last_members_gone, "缺少 wheels/small-1.0-py3-none-any.whl 等 2 个文件"),
    "nothing at all": (_cut(0), "不是离线包"),
    "a file too many": (_with_member("wheels/more.whl"), "不在清单里"),
    "the same file twice": (_with_member(WHEEL), "不在清单里"),
    "a member that climbs out": (_with_member("../../evil"), "不在清单里"),
    "a device": (_with_member("wheels/null", tarfile.CHRTYPE), "不在清单里"),
    "a link out": (_with_member("wheels/out", tarfile.SYMTYPE, "/etc"), "不在清单里"),
    "a link in a wheel's place": (_link_for_wheel, "与清单不符"),
    "a listed path that climbs out": (_listed_path("wheels/../../../evil"), "不该有的路径"),
    "a listed absolute path": (_listed_path("/etc/evil"), "不该有的路径"),
    "a hidden file": (_listed_path("debian/.evil"), "不该有的路径"),
    "a list of another format": (_list_says('"format": 1', '"format": 2'), "格式与本版 landgis 不符"),
    "a list of nonsense": (_list_says('"target"', '"forget"'), "读不懂"),
    "a wheel no lock names": (_unlocked_wheel, "不是 requirements.lock 所锁定的文件"),
    "another hash beside it": (_wrong_hash_beside, "bundle.tar.sha256 所记的指纹不符"),
    "another release": (_other_target(release="13"), "不是为这种机器做的"),
    "another system": (_other_target(system="ubuntu"), "This bundle was made for another kind of machine"),
    "another architecture": (_other_target(architecture="arm64"), "arm64"),
    "another Python": (_other_target(python="3.9"), "Python 3.9"),
    "another lock": (_other_lock, "files that differ: requirements.lock"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bundle_that_is_not_whole_or_not_for_here_installs_nothing(
    case: str, machine: Machine, bundle: Path, tmp_path: Path
) -> None:
    spoil, words = REFUSED[case]
    spoil(bundle, machine.project)

    refused = machine.setup(BUNDLE=str(bundle), INSTALLED="")

    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False), refused.stdout + refused.stderr
    assert words in refused.stderr
    assert "未完成 not done" in refused.stdout
    assert machine.calls() == []
    assert [path.name for path in (machine.project / ".landgis").iterdir()] == ["log"]
    assert not list(tmp_path.rglob("evil*"))


def test_a_bundle_that_is_not_there_or_cannot_be_unpacked_is_told(machine: Machine, tmp_path: Path) -> None:
    missing = machine.setup(BUNDLE="elsewhere/bundle.tar")
    assert missing.returncode == 2
    assert f"没有这个文件：{machine.project}/elsewhere/bundle.tar" in missing.stderr

    archive = write_bundle(tmp_path / "bundle.tar", listed(FILES, machine.project), FILES)
    (machine.project / ".landgis/bundle.part").write_text("in the way")
    blocked = machine.setup(BUNDLE=str(archive))
    assert (blocked.returncode, "解不开" in blocked.stderr) == (2, True)


def test_what_an_interrupted_run_left_is_mended(machine: Machine, bundle: Path) -> None:
    for stale in ("bundle/wheels/old.whl", "bundle.part/debian/half.deb"):
        (machine.project / ".landgis" / stale).parent.mkdir(parents=True)
        (machine.project / ".landgis" / stale).touch()
    (machine.project / "node_modules.part/ol").mkdir(parents=True)
    failed = machine.setup(BUNDLE=str(bundle), APT_FAILS="yes", INSTALLED="")
    assert failed.returncode == 1

    assert machine.setup(BUNDLE=str(bundle)).returncode == 0
    assert [path.name for path in (machine.project / ".landgis").iterdir()] == ["log"]
    assert not (machine.project / "node_modules.part").exists()


def test_conda_and_bundle_do_not_go_together(machine: Machine, bundle: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "conda"
    (prefix / "bin").mkdir(parents=True)
    machine.command("", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', prefix / "bin/python")
    machine.command("", NOTE, prefix / "bin/shp2pgsql")
    refused = machine.setup(CONDA_PREFIX=str(prefix), BUNDLE=str(bundle))
    assert (refused.returncode, "conda deactivate" in refused.stderr) == (2, True)


def test_the_same_files_make_the_same_bytes(machine: Machine, bundle: Path, tmp_path: Path) -> None:
    again = write_bundle(tmp_path / "again.tar", listed(FILES, machine.project), FILES)
    assert again.read_bytes() == bundle.read_bytes()
    contents = open_bundle(bundle, tmp_path / "opened", machine.project, target())
    assert {item.path: (tmp_path / "opened" / item.path).read_bytes() for item in contents.files} == FILES
    assert Contents.from_json(contents.to_json()) == contents


def test_apt_is_told_of_the_bundle_alone_wherever_it_lies(machine: Machine, bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "内网 one"
    open_bundle(bundle, folder, machine.project, target())
    source = (folder / "sources.list").read_text()
    assert source.startswith("deb [trusted=yes] file:/")
    assert source.endswith("/%E5%86%85%E7%BD%91%20one/debian ./\n")
    assert f'Dir::Etc::sourcelist "{folder}/sources.list";' in (folder / "apt.conf").read_text()
    assert 'Dir::Etc::sourceparts "/dev/null";' in (folder / "apt.conf").read_text()


@pytest.mark.parametrize("name", ["package/../../evil", "/evil", "package"])
def test_an_npm_package_that_leads_out_is_refused(name: str, tmp_path: Path) -> None:
    climbing = {"one": tarball({"index.js": b""}, tarfile.TarInfo(name))}
    _refuses_npm(climbing, climbing, tmp_path, "路径越界")


def test_an_npm_package_with_a_link_or_of_other_content_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("package/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    linked = {"one": tarball({"index.js": b""}, link)}
    _refuses_npm(linked, linked, tmp_path / "linked", "不是普通文件")
    _refuses_npm({"one": tarball({"a": b"1"})}, {"one": tarball({"a": b"2"})}, tmp_path / "other", "不符")


def _refuses_npm(locked: dict[str, bytes], delivered: dict[str, bytes], base: Path, words: str) -> None:
    (base / "npm").mkdir(parents=True)
    lock_to(base, locked)
    for name, content in delivered.items():
        (base / "npm" / f"{name}.tgz").write_bytes(content)
    with pytest.raises(Refused, match=words):
        unpack(base / "npm", base)
    assert not (base / "node_modules").exists()
    assert not list(base.rglob("evil"))


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("License: BSD-3-Clause\nClassifier: License :: OSI Approved :: BSD License", "BSD-3-Clause"),
        ("Classifier: License :: OSI Approved :: MIT License\nClassifier: Topic :: GIS", "MIT License"),
        ("License: Permission is hereby granted\n        to any person\nSummary: x", "Permission is hereby granted"),
        ("Summary: says nothing", ""),
    ],
)
def test_a_wheels_licence_is_told_where_it_is_known(fields: str, licence: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "small-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small-1.0.dist-info/METADATA", f"Metadata-Version: 2.4\nName: small\nVersion: 1.0\n{fields}\n")
    assert wheels.describe(tmp_path) == {"small-1.0-py3-none-any.whl": ("small", "1.0", licence)}


def test_setup_and_bundle_name_the_same_software() -> None:
    told = subprocess.run(
        ["bash", "-c", 'source scripts/software.sh; echo "$UV_VERSION ${DEBIAN_PACKAGES[*]}"'],
        env={"LANDGIS_PG_MAJOR": "17", "LANDGIS_ALSO": "python3-qgis qgis-providers", "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert told[1:3] == ["postgresql-17", "postgresql-17-postgis-3"]
    assert told[-2:] == ["python3-qgis", "qgis-providers"]
