"""Small bundles for a made-up machine: real archives of small files, with the locks that go with them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import runpy
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scripts.bundle.archive import write_archive
from scripts.bundle.contents import Contents, Item, Target, read_locks
from tests.support.bare_machine import ROOT, Machine

WHEEL, UV_WHEEL = "wheels/small-1.0-py3-none-any.whl", "wheels/uv-9-py3-none-any.whl"
PACKAGES = ["postgresql-15", "postgresql-15-postgis-3", "fonts-noto-cjk", "chromium", "libatomic1", "nodejs", "npm"]
# 版本号为小数；替身 dpkg 照此比较。 Versions are decimals, and compared as such.
DPKG = """#!/bin/sh
case "$1" in
--print-architecture) echo "${FAKE_ARCHITECTURE:-amd64}" ;;
--compare-versions) awk -v a="$2" -v b="$4" 'BEGIN { exit !(b != "" && a < b) }' ;;
*) echo "dpkg $*" >>"$CALLS" ;;
esac
"""
DPKG_QUERY = """#!/bin/sh
for last in "$@"; do :; done
case "$*" in
*Version*) case " $INSTALLED " in *" $last "*) echo "${FAKE_VERSION:-1.0}" ;; esac ;;
*) for name in $INSTALLED; do echo "$name install ok installed"; done ;;
esac
"""


def debian(machine: Machine, *installed: str) -> None:
    """Make the machine a Debian with these packages."""
    machine.debian(*installed)
    machine.command("dpkg", DPKG)
    machine.command("dpkg-query", DPKG_QUERY)


def target() -> Target:
    """Tell the kind of machine the made-up one is."""
    return replace(Target.here(), architecture="amd64")


def tarball(files: Mapping[str, bytes], *odd: tarfile.TarInfo) -> bytes:
    """Pack files as npm does, below ``package/``; odd members follow as they are."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in odd:
            tar.addfile(member)
    return gzip.compress(packed.getvalue(), mtime=0)


def npm_packages() -> dict[str, bytes]:
    """Packages with every browser file the project serves: name → tarball."""
    contents: dict[str, dict[str, bytes]] = {}
    for source, _ in runpy.run_path(str(ROOT / "scripts/vendor_assets.py"))["ASSETS"]:
        parts = source.split("/")
        depth = 2 if source.startswith("@") else 1
        file = "/".join(parts[depth:]) + ("" if "." in parts[-1] else "/one.png")
        contents.setdefault("/".join(parts[:depth]), {})[file] = source.encode()
    return {name: tarball(files) for name, files in contents.items()}


def lock_to(project: Path, packages: Mapping[str, bytes], wheel: bytes = b"a small wheel") -> None:
    """Write the locks of a project that needs one wheel and these npm packages."""
    (project / "requirements.lock").write_text(
        f"small==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel).hexdigest()}\n"
    )
    entries = {
        f"node_modules/{name}": {
            "version": "1.0.0",
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode(),
        }
        for name, content in packages.items()
    }
    (project / "package-lock.json").write_text(json.dumps({"packages": {"": {}, **entries}}))


def small_files(packages: Mapping[str, bytes], version: str = "1.0") -> dict[str, bytes]:
    """Everything a small bundle holds: path → content."""
    index = "\n".join(f"Package: {name}\nVersion: {version}\nFilename: ./{name}.deb\n" for name in PACKAGES)
    npm = {f"npm/{name.replace('/', '-').lstrip('@')}-1.0.0.tgz": content for name, content in packages.items()}
    deb = {f"debian/{name}_{version}_all.deb": name.encode() for name in PACKAGES}
    return {"debian/Packages": index.encode(), **deb, **npm, WHEEL: b"a small wheel", UV_WHEEL: b"uv"}


def listed(files: Mapping[str, bytes], project: Path, of: Target | None = None) -> Contents:
    """Tell what these files are, for a machine of one kind and the locks of a project."""
    items = tuple(
        Item(path, Path(path).name.split("-")[0], "1.0", "MIT", len(content), hashlib.sha256(content).hexdigest())
        for path, content in sorted(files.items())
    )
    return Contents("0.1.0", of or target(), read_locks(project), items)


def write_bundle(archive: Path, contents: Contents, files: Mapping[str, bytes]) -> Path:
    """Write a bundle of these files beside a folder that holds them."""
    folder = archive.with_suffix(".files")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    write_archive(archive, contents, folder)
    return archive
