"""The Python packages of requirements.lock as wheels, for the Python that runs this, and uv to install them with."""

from __future__ import annotations

import subprocess
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

_CLASSIFIER = "License :: "


def fetch(pip: Path, root: Path, uv: str, into: Path) -> None:
    """Fetch every locked package this Python takes, compared with the lock's hashes, and the named version of uv."""
    download: list[str | Path] = [pip, "download", "-qq", "--only-binary", ":all:", "--no-deps", "--dest", into]
    subprocess.run([*download, "--require-hashes", "-r", root / "requirements.lock"], check=True)
    subprocess.run([*download, f"uv=={uv}"], check=True)


def describe(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Tell name, version and licence of every wheel in a folder, by file name."""
    return {wheel.name: _describe(wheel) for wheel in sorted(folder.glob("*.whl"))}


def _describe(wheel: Path) -> tuple[str, str, str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(archive.read(name).decode())
    return fields["Name"], fields["Version"], _licence(fields)


def _licence(fields: Message) -> str:
    """An expression, else a short name, else what the classifiers say; else empty: not known."""
    named = str(fields.get("License-Expression") or fields.get("License") or "").strip()
    if named and "\n" not in named and len(named) < 100:
        return named
    classified = [
        text.rpartition(" :: ")[2] for text in fields.get_all("Classifier", []) if text.startswith(_CLASSIFIER)
    ]
    return ", ".join(classified) or named.partition("\n")[0][:100]
