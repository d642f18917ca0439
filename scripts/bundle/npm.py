"""The npm packages of package-lock.json: fetched as they are published, unpacked as ``npm ci --ignore-scripts`` would.

Run in the project folder: ``python -m scripts.bundle.npm FOLDER`` fills node_modules from a folder of ``.tgz`` files.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

from scripts.bundle.contents import Refused

_MODULES = "node_modules"


def locked(root: Path) -> dict[str, dict[str, str]]:
    """Read what package-lock.json holds: folder below the project → its entry (version, integrity, license)."""
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    return {place: entry for place, entry in packages.items() if place}


def fetch(root: Path, into: Path) -> dict[str, tuple[str, str, str]]:
    """Fetch every locked package, and compare it with the lock.

    Returns
    -------
    dict
        File name → name, version and licence.
    """
    entries = locked(root)
    wanted = {f"{_name(place)}@{entry['version']}" for place, entry in entries.items()}
    command = ["npm", "pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", str(into), *sorted(wanted)]
    subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, check=True)
    found = _by_integrity(into)
    return {
        _found(found, place, entry).name: (_name(place), entry["version"], entry.get("license", ""))
        for place, entry in entries.items()
    }


def unpack(folder: Path, root: Path) -> None:
    """Fill node_modules anew from the packages in a folder; it has its name only when it is whole.

    Raises
    ------
    Refused
        A package is missing or differs from package-lock.json, or one holds a link or a path that leads out.
    """
    found, part = _by_integrity(folder), root / (_MODULES + ".part")
    shutil.rmtree(part, ignore_errors=True)
    for place, entry in locked(root).items():
        _unpack_one(_found(found, place, entry), part / PurePosixPath(place).relative_to(_MODULES))
    shutil.rmtree(root / _MODULES, ignore_errors=True)
    part.replace(root / _MODULES)


def _name(place: str) -> str:
    return place.rpartition(_MODULES + "/")[2]


def _by_integrity(folder: Path) -> dict[str, Path]:
    return {_integrity(path): path for path in folder.glob("*.tgz")}


def _integrity(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def _found(found: dict[str, Path], place: str, entry: dict[str, str]) -> Path:
    try:
        return found[entry["integrity"]]
    except KeyError:
        raise Refused(
            f"npm 包 {_name(place)} {entry['version']} 缺失，或与 package-lock.json 不符。\n"
            f"The npm package {_name(place)} {entry['version']} is missing, or is not the one of package-lock.json."
        ) from None


def _unpack_one(archive: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            if member.isdir():
                continue
            path = PurePosixPath(member.name)
            inner = PurePosixPath(*path.parts[1:])
            file = tar.extractfile(member) if member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} else None
            if file is None or path.is_absolute() or ".." in path.parts or not inner.parts:
                raise Refused(
                    f"{archive.name} 里的 {member.name!a} 不是普通文件，或路径越界。\n"
                    f"{member.name!a} in {archive.name} is no plain file, or leads out."
                )
            target = into / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                shutil.copyfileobj(file, copy)


if __name__ == "__main__":
    try:
        unpack(Path(sys.argv[1]), Path.cwd())
    except Refused as refused:
        sys.exit(str(refused))
