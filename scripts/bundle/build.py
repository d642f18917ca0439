"""Build the offline bundle (``make bundle``): fetch, list, pack, and open what was packed to see that it is taken.

Writes three files into ``out/bundle``: the archive, its SHA-256, and its contents as a table for whoever lets it in.
Fetches from the registries this machine is set up with; touches neither its packages nor its apt lists.

Run: ``python -m scripts.bundle.build [--out FOLDER]``.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from scripts.bundle import debian, npm, wheels
from scripts.bundle.archive import sha256, write_archive
from scripts.bundle.contents import Contents, Item, Target, count, read_locks
from scripts.bundle.opening import open_bundle

ROOT = Path(__file__).resolve().parents[2]
PIP = ROOT / ".bootstrap/bin/pip"
_SOFTWARE = """
source scripts/software.sh
echo "$UV_VERSION"
echo "${DEBIAN_PACKAGES[*]} ${NODE_PACKAGES[*]} ${PYTHON_PACKAGES[*]} ${MAKE_PACKAGES[*]}"
"""
Described = dict[str, tuple[str, str, str]]
T = TypeVar("T")


def build(out: Path) -> Path:
    """Build the bundle for machines of this one's kind; returns the archive."""
    target, locks = Target.here(), read_locks(ROOT)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    kind = f"{target.system}{target.release}-{target.architecture}-python{target.python}"
    archive = out / f"landgis-bundle-{version}-{kind}.tar"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".work-") as work:
        folder = Path(work, "bundle")
        described = _fetch(folder, Path(work))
        files = tuple(_item(folder, path, described) for path in sorted(folder.glob("*/*")))
        contents = Contents(version, target, locks, files)
        write_archive(archive, contents, folder)
        shutil.rmtree(folder)
        _timed("核对 verify", lambda: open_bundle(archive, Path(work, "opened"), ROOT, target))
    _write_beside(archive, contents)
    return archive


def _fetch(folder: Path, work: Path) -> dict[str, Described]:
    """Fetch the three kinds of packages; returns what is known of each file, by folder."""
    uv, names = subprocess.run(
        ["bash", "-c", _SOFTWARE], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in ("wheels", "debian", "npm"):
        (folder / name).mkdir(parents=True)
    _timed("Python 包 packages", lambda: wheels.fetch(PIP, ROOT, uv, folder / "wheels"))
    packages = _timed("npm 包 packages", lambda: npm.fetch(ROOT, folder / "npm"))
    _timed("Debian 包 packages", lambda: debian.fetch(names.split(), folder / "debian", work / "apt"))
    licences = _timed("许可证 licences", lambda: debian.describe(folder / "debian"))
    (folder / "debian/Packages").write_text(debian.index(folder / "debian"))
    return {"wheels": wheels.describe(folder / "wheels"), "npm": packages, "debian": licences}


def _timed(what: str, work: Callable[[], T]) -> T:
    start = time.monotonic()
    print(f"{what} … ", end="", flush=True)
    done = work()
    print(f"{time.monotonic() - start:.0f} s")
    return done


def _item(folder: Path, path: Path, described: dict[str, Described]) -> Item:
    name, version, licence = described[path.parent.name].get(path.name, (path.name, "", ""))
    return Item(str(path.relative_to(folder)), name, version, licence, path.stat().st_size, sha256(path))


def _write_beside(archive: Path, contents: Contents) -> None:
    """Write the hash as sha256sum -c reads it, and the contents as Excel reads them."""
    archive.with_name(archive.name + ".sha256").write_text(f"{sha256(archive)}  {archive.name}\n")
    with archive.with_name(archive.name + ".contents.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["文件 file", "名称 name", "版本 version", "许可证 licence", "字节 bytes", "SHA-256"])
        table.writerows(
            [i.path, i.name, i.version, i.licence or "未知 unknown", i.bytes, i.sha256] for i in contents.files
        )
    print(f"\n{contents.target}\n{count(contents.files)} · {archive.stat().st_size / 1e6:.0f} MB\n{archive}")


def main() -> int:
    """Build, or name the command that failed; what it had to say stands above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/bundle"))
    try:
        build(parser.parse_args().out.resolve())
    except subprocess.CalledProcessError as error:
        command = error.cmd[0] if isinstance(error.cmd, list) else error.cmd
        print(f"\n失败 failed: {command}（退出码 exit code {error.returncode}）", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
