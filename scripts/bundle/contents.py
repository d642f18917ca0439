"""What a bundle holds, for which machine it was made, and by which locks; written as ``bundle.json``."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST = "bundle.json"
FORMAT = 1
# 离线包随这三个文件而定。 A bundle belongs to these three files.
LOCKS = ("requirements.lock", "package-lock.json", "scripts/software.sh")
# 平放在三个文件夹里：这样的路径出不了解包之处。 Flat in three folders: no such path leads out of where it is unpacked.
_PATH = re.compile(r"(wheels|debian|npm)/[A-Za-z0-9][A-Za-z0-9._+~%@-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Refused(Exception):
    """A bundle is not taken; the text says why and what to do, Chinese and English."""


@dataclass(frozen=True)
class Target:
    """The kind of machine a bundle fits: Debian's name and release, architecture, Python's major and minor version."""

    system: str
    release: str
    architecture: str
    python: str

    def __str__(self) -> str:
        """As people say it."""
        return f"{self.system} {self.release} · {self.architecture} · Python {self.python}"

    @classmethod
    def here(cls) -> Target:
        """Tell what this machine is, for the Python that runs this."""
        try:
            told = platform.freedesktop_os_release()
        except OSError:
            told = {"ID": platform.system().lower()}
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        return cls(told["ID"], told.get("VERSION_ID", ""), _architecture(), python)


def _architecture() -> str:
    try:
        done = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        return platform.machine()
    return done.stdout.strip()


@dataclass(frozen=True)
class Item:
    """A file of the bundle: a wheel, a Debian package, an npm package, or the index of the Debian packages."""

    path: str
    name: str
    version: str
    licence: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """All that is told about a bundle: for which landgis, machine and locks, and every file."""

    landgis: str
    target: Target
    locks: dict[str, str]
    files: tuple[Item, ...]

    def to_json(self) -> bytes:
        """Write the same contents as the same bytes."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes) -> Contents:
        """Read contents, believing nothing.

        Raises
        ------
        Refused
            It is not such a list, or of another format, or names a path no bundle has.
        """
        try:
            told = json.loads(text)
            if told.pop("format") != FORMAT:
                raise Refused(
                    "离线包的格式与本版 landgis 不符。请用本版 landgis 重新 make bundle。\n"
                    "The bundle's format is not this landgis's. Build it anew with this version: make bundle."
                )
            files = tuple(Item(**item) for item in told.pop("files"))
            contents = cls(target=Target(**told.pop("target")), files=files, **told)
            sound = all(
                _PATH.fullmatch(item.path) and _SHA256.fullmatch(item.sha256) and item.bytes >= 0 for item in files
            )
            if not sound or len({item.path for item in files}) != len(files):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refused(
                f"离线包的清单（{MANIFEST}）读不懂，或列有不该有的路径。请重新取得离线包。\n"
                f"The bundle's list ({MANIFEST}) cannot be read, or names a path no bundle has. Fetch the bundle again."
            ) from error
        return contents

    def must_fit(self, here: Target, locks: dict[str, str]) -> None:
        """Refuse a bundle made for another machine or by other locks.

        Raises
        ------
        Refused
            Saying for which machine it is and what this one is, or which files differ.
        """
        if self.target != here:
            raise Refused(
                "此离线包不是为这种机器做的。\nThis bundle was made for another kind of machine.\n"
                f"  离线包 bundle: {self.target}\n  本机 here:     {here}\n"
                "请在与本机相同的联网机器上运行 make bundle。\n"
                "Run make bundle on a machine of this kind that has a network."
            )
        other = [name for name in LOCKS if self.locks.get(name) != locks[name]]
        if other:
            raise Refused(
                f"此离线包与本机上的 landgis 不是同一版本（不同的文件：{'、'.join(other)}）。\n"
                "请换成同一版本的离线包，或把 landgis 换成做离线包时的版本。\n"
                f"The bundle and this landgis are not of one version (files that differ: {', '.join(other)}).\n"
                "Take the bundle of the same version, or the landgis the bundle was built with."
            )


def read_locks(root: Path) -> dict[str, str]:
    """SHA-256 of the files a bundle belongs to, as they stand in the project folder."""
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in LOCKS}


def pinned(root: Path) -> set[str]:
    """SHA-256 of every wheel that requirements.lock allows."""
    return set(re.findall(r"--hash=sha256:([0-9a-f]{64})", (root / "requirements.lock").read_text()))


def count(items: Iterable[Item]) -> str:
    """How many of each kind, in words."""
    paths = [item.path for item in items]
    wheels, packages, npm = (
        sum(path.startswith(folder) and path.endswith(end) for path in paths)
        for folder, end in (("wheels/", ".whl"), ("debian/", ".deb"), ("npm/", ".tgz"))
    )
    return f"Python {wheels} · Debian {packages} · npm {npm}"
