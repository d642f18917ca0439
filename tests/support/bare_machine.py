"""A made-up machine to run scripts/setup.sh on: the real script, and stand-ins for what would touch the system."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [
    *["awk", "basename", "bash", "cat", "chmod", "cut", "date", "dirname", "env", "grep", "head", "ln", "mkdir"],
    *["mv", "rm", "sed", "sha256sum", "sh", "tail", "touch", "tr", "true", "uname"],
]
DEBIAN = ["postgresql-15", "postgresql-15-postgis-3", "fonts-noto-cjk", "chromium", "libatomic1"]

# 替身都把被调用的命令行记入 $CALLS。 Every stand-in notes its command line in $CALLS.
NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n'
DPKG_QUERY = '#!/bin/sh\nfor name in $INSTALLED; do echo "$name install ok installed"; done\nexit 1\n'
ID = '#!/bin/sh\necho "${FAKE_UID:-0}"\n'
SUDO = NOTE + '[ -n "$SUDO_WORKS" ] || exit 1\nshift\nexec "$@"\n'
APT_GET = (
    NOTE + 'case "$*" in *update*) echo "Get:1 http://mirror.example.net/debian bookworm" ;; esac\n'
    '[ -z "$APT_FAILS" ] || { echo "E: no such luck, http://mirror.example.net/x"; exit 100; }\n'
)
NPM = (
    NOTE
    + 'exec "$REAL_PYTHON" -c \''
    + (
        "import pathlib, runpy\n"
        'for source, _ in runpy.run_path("scripts/vendor_assets.py")["ASSETS"]:\n'
        '    path = pathlib.Path("node_modules", source)\n'
        "    path.parent.mkdir(parents=True, exist_ok=True)\n"
        "    path.touch() if path.suffix else path.mkdir(exist_ok=True)\n"
    )
    + "'\n"
)
UV = NOTE + (
    'case "$1" in\n'
    '--version) echo "uv $UV_PINNED (stand-in)" ;;\n'
    'venv) mkdir -p .venv/bin && ln -s "$REAL_PYTHON" .venv/bin/python && echo "$PWD/.venv" >.venv/bin/activate ;;\n'
    "esac\n"
)


class Machine:
    """A made-up machine: a project folder, the commands on PATH, and what was called."""

    def __init__(self, base: Path) -> None:
        self.project = base / "project"
        self.bin = base / "bin"
        self.calls_file = base / "calls"
        self.conf = base / "createcluster.conf"
        self.conf.write_text("#create_main_cluster = true\nssl = on\n")
        self.calls_file.touch()
        (self.project / "scripts").mkdir(parents=True)
        for name in ("setup.sh", "software.sh", "python.sh", "vendor_assets.py"):
            shutil.copy(ROOT / "scripts" / name, self.project / "scripts")
        for name in ("requirements.lock", "pyproject.toml", "package-lock.json"):
            shutil.copy(ROOT / name, self.project)
        kernel = self.project / "landgis/overlay/compiled"
        kernel.mkdir(parents=True)
        for source in (kernel / "pair.py", kernel.parent / "polygons.py", kernel.parent / "tree.py"):
            source.touch()
        (kernel.parent / "warm.py").write_text(f"open({str(self.calls_file)!r}, 'a').write('kernel compiled\\n')\n")
        self.bin.mkdir()
        for name in TOOLS:
            (self.bin / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name} here"))
        self.command("python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        self.command("node", NOTE)
        self.command("npm", NPM)
        shutil.copytree(
            ROOT / "scripts/bundle", self.project / "scripts/bundle", ignore=shutil.ignore_patterns("__pycache__")
        )
        script = (ROOT / "scripts/software.sh").read_text()
        uv_version = script.split("UV_VERSION=")[1].split()[0]
        self.env = {
            "PATH": str(self.bin),
            "LANG": "C.UTF-8",
            "CALLS": str(self.calls_file),
            "REAL_PYTHON": sys.executable,
            "UV_PINNED": uv_version,
            "LANDGIS_CREATECLUSTER_CONF": str(self.conf),
        }
        uv = self.project / ".bootstrap/bin/uv"
        uv.parent.mkdir(parents=True)
        self.command("uv", UV, uv)

    def command(self, name: str, text: str, path: Path | None = None) -> None:
        path = path or self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def debian(self, *installed: str) -> None:
        for name, text in {"dpkg-query": DPKG_QUERY, "apt-get": APT_GET, "id": ID, "sudo": SUDO}.items():
            self.command(name, text)
        self.env["INSTALLED"] = " ".join(installed)

    def setup(self, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "scripts/setup.sh"],
            cwd=self.project,
            env=self.env | env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def calls(self) -> list[str]:
        calls = self.calls_file.read_text().splitlines()
        self.calls_file.write_text("")
        return calls
