"""Finding PostgreSQL's programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from landgis.errors import ToolMissing

_DEBIAN = Path("/usr/lib/postgresql")
_NEEDED = ("initdb", "pg_ctl", "postgres")
_APT = "apt-get install -y --no-install-recommends postgresql-15 postgresql-15-postgis-3"


@dataclass(frozen=True)
class Binaries:
    """A folder with ``initdb``, ``pg_ctl`` and ``postgres``, and their major version."""

    folder: Path
    major: int

    @property
    def initdb(self) -> Path:
        """Program that makes a data folder."""
        return self.folder / "initdb"

    @property
    def pg_ctl(self) -> Path:
        """Program that starts and stops a server."""
        return self.folder / "pg_ctl"

    def tool(self, name: str) -> Path:
        """Another program of the same folder."""
        return self.folder / name


def find_binaries(pgbin: Path | None = None, *, major: int | None = None) -> Binaries:
    """Find PostgreSQL: the folder named, else ``pg_config``, Debian's folders (newest first), conda.

    Parameters
    ----------
    pgbin
        The one folder to take (``LANDGIS_PGBIN``).
    major
        Major version wanted, because a data folder of that version exists; None takes the first found.

    Raises
    ------
    ToolMissing
        If there is none, naming what to install; or none of that version.
    """
    candidates = [pgbin] if pgbin is not None else _candidates()
    found = [binaries for folder in candidates if (binaries := _inspect(folder)) is not None]
    fitting = [binaries for binaries in found if major is None or binaries.major == major]
    if fitting:
        return fitting[0]
    if found and major is not None:
        raise _other_version(major, [binaries.major for binaries in found], pgbin)
    place = str(pgbin) if pgbin is not None else "PATH"
    raise ToolMissing(
        f"找不到 PostgreSQL 的程序 initdb 与 pg_ctl（{place}）",
        f"PostgreSQL's programs initdb and pg_ctl were not found ({place})",
        where="LANDGIS_PGBIN" if pgbin is not None else "PostgreSQL",
        next_zh=f"请以 root 运行：{_APT}；或用 LANDGIS_PGBIN 指明程序所在文件夹",
        next_en=f"Run as root: {_APT}; or name the programs' folder in LANDGIS_PGBIN",
    )


def _other_version(major: int, found: list[int], pgbin: Path | None) -> ToolMissing:
    """Say what reads a data folder of another version, and how its content moves on when nothing does any more."""
    here = max(found)
    older_zh, older_en = ("旧", "older") if major < here else ("新", "newer")
    listed = [str(version) for version in found]
    return ToolMissing(
        f"数据文件夹属于 PostgreSQL {major}，比本机的 {'、'.join(listed)} {older_zh}，未作改动",
        f"The data folder is of PostgreSQL {major}, {older_en} than what is here ({', '.join(listed)}); it is left alone",
        where=str(pgbin or "PostgreSQL"),
        next_zh=f"请安装 postgresql-{major} 与 postgresql-{major}-postgis-3（或用 LANDGIS_PGBIN 指明其程序文件夹）。"
        f"要改用 PostgreSQL {here}：先以 {major} 运行 landgis db start，用 pg_dump -Fc -h 套接字文件夹 -U landgis landgis "
        f"导出；再以新的 LANDGIS_HOME 运行 landgis db start，用 {here} 的 pg_restore --clean --if-exists 导入，"
        "并复制 originals 文件夹",
        next_en=f"Install postgresql-{major} and postgresql-{major}-postgis-3, or name their folder in LANDGIS_PGBIN. To "
        f"move on to PostgreSQL {here}: under {major} run landgis db start and pg_dump -Fc -h SOCKETFOLDER -U landgis "
        f"landgis; under {here} run landgis db start with a new LANDGIS_HOME, load it with pg_restore --clean "
        "--if-exists, and copy the folder originals",
    )


def _candidates() -> list[Path]:
    folders: list[Path] = []
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            folders.append(Path(answer.stdout.strip()))
    versions = [path for path in _DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    folders.extend(sorted(versions, key=lambda path: int(path.parent.name), reverse=True))
    if os.environ.get("CONDA_PREFIX"):
        folders.append(Path(os.environ["CONDA_PREFIX"]) / "bin")
    return list(dict.fromkeys(folders))


def _inspect(folder: Path) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in _NEEDED):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\b(\d+)(?:\.\d+|devel|beta\d|rc\d)", answer.stdout)
    return Binaries(folder, int(version[1])) if version is not None else None
