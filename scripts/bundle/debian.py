"""Debian packages with all they depend on, down to the C library: any point release of the same Debian can take them."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tarfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_LICENCE = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)


def fetch(names: Sequence[str], into: Path, work: Path) -> None:
    """Fetch packages as if nothing were installed here: by this machine's sources, without touching its state.

    Parameters
    ----------
    names
        Packages wanted.
    into
        Folder for the ``.deb`` files.
    work
        Folder for apt's own lists.
    """
    conf = _stranger(work)
    apt = ["apt-get", "-c", str(conf), "-q", "-y"]
    subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, check=True)
    install = [*apt, "--no-install-recommends", "--download-only", "install", *names]
    subprocess.run(install, stdout=subprocess.DEVNULL, check=True)
    for package in sorted((work / "archives").glob("*.deb")):
        package.replace(into / package.name)


def _stranger(work: Path) -> Path:
    """An apt that knows the sources of this machine and none of its packages; Debian's own come before others'."""
    for name in ("lists/partial", "archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    (work / "preferences").write_text("Package: *\nPin: release o=Debian\nPin-Priority: 990\n")
    settings = {
        "Dir::State": work,
        "Dir::State::status": work / "status",
        "Dir::Cache": work,
        "Dir::Etc::preferences": work / "preferences",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    conf = work / "apt.conf"
    conf.write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))
    return conf


def index(folder: Path) -> str:
    """Write what apt reads of a folder of packages: each one's control fields, file, size and hash."""
    return "\n".join(_stanza(package) for package in sorted(folder.glob("*.deb")))


def _stanza(package: Path) -> str:
    control = subprocess.run(["dpkg-deb", "-f", package], capture_output=True, text=True, check=True).stdout
    with package.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{control.rstrip()}\nFilename: ./{package.name}\nSize: {package.stat().st_size}\nSHA256: {digest}\n"


def describe(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Tell name, version and licence of every package in a folder, by file name."""
    packages = sorted(folder.glob("*.deb"))
    with ThreadPoolExecutor(2) as pool:
        return dict(zip((package.name for package in packages), pool.map(_describe, packages), strict=True))


def _describe(package: Path) -> tuple[str, str, str]:
    shown: list[str | Path] = ["dpkg-deb", "-W", "--showformat=${Package}\n${Version}\n", package]
    name, version = subprocess.run(shown, capture_output=True, text=True, check=True).stdout.split()
    return name, version, _licence(package, name)


def _licence(package: Path, name: str) -> str:
    """The licences the package's own copyright file names, in its machine-readable form; else empty: not known."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as unpacking:
        assert unpacking.stdout is not None
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as tar:
            for member in tar:
                if member.name == f"./usr/share/doc/{name}/copyright" and member.isreg():
                    file = tar.extractfile(member)
                    text = file.read().decode(errors="replace") if file else ""
                    unpacking.terminate()
                    return ", ".join(dict.fromkeys(_LICENCE.findall(text))) if text.startswith("Format:") else ""
    return ""
