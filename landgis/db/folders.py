"""The folders of the private cluster: whose they are, and who may pass."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path

from landgis.errors import Conflict

_MARKER = "landgis-cluster.json"


def make_passable(folder: Path) -> None:
    """Make a folder that the server's account can pass through, whatever the umask says."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    for step in reversed(missing):
        step.mkdir(exist_ok=True)
        step.chmod(0o755)


def make_folders(folder: Path, socket_dir: Path, owner: pwd.struct_passwd | None) -> None:
    """Make the cluster's folder with its marker, and the socket's folder, for the account that runs the server.

    Parameters
    ----------
    folder, socket_dir
        What to make where it is missing.
    owner
        Account to give them to; None: they stay with this process.

    Raises
    ------
    Conflict
        If one of them, or the folder above the socket's, belongs to somebody else or is a symbolic link.
    """
    make_passable(socket_dir.parent)
    if socket_dir.parent.stat().st_uid not in (0, os.geteuid()):
        raise foreign_account(socket_dir.parent)
    make_owned(folder, owner)
    make_owned(socket_dir, owner, 0o755)
    marker = folder / _MARKER
    if not marker.exists():
        marker.write_text(json.dumps({"made_by": "landgis", "holds": "PostgreSQL data"}) + "\n", encoding="utf-8")


def make_owned(place: Path, owner: pwd.struct_passwd | None, mode: int = 0o700) -> None:
    """Make a folder, where it is missing, for the account that runs the server (None: this process's own).

    Raises
    ------
    Conflict
        If it belongs to somebody else or is a symbolic link.
    """
    place.mkdir(mode=mode, exist_ok=True)
    if place.is_symlink() or (owner is None and place.stat().st_uid != os.geteuid()):
        raise foreign_account(place)
    place.chmod(mode)
    if owner is not None:
        os.chown(place, owner.pw_uid, owner.pw_gid)


def require_ours(folder: Path) -> None:
    """Raise ``Conflict`` when something that landgis did not make, or another account made, stands there."""
    require_account(folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARKER).exists():
        raise Conflict(
            f"{folder} 不是 landgis 建立的数据库文件夹，不会动它",
            f"{folder} was not made by landgis and is left alone",
            where=str(folder),
            next_zh="请把它移走，或用 LANDGIS_HOME 指明另一个文件夹",
            next_en="Move it away, or name another folder in LANDGIS_HOME",
        )


def require_account(folder: Path) -> None:
    """Raise ``Conflict`` when the folder belongs to another account and this one is not root."""
    try:
        owner = folder.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise foreign_account(folder) from error
    if os.geteuid() not in (0, owner):
        raise foreign_account(folder)


def foreign_account(place: Path) -> Conflict:
    """Return the error for a place that this account may not work in."""
    nearest, owner = _nearest_seen(place)
    return Conflict(
        f"{nearest} 属于另一个账号（uid {owner}），当前账号不能管理这里的数据库",
        f"{nearest} belongs to another account (uid {owner}); this one cannot run the database there",
        where=str(place),
        next_zh="请用该账号（或 root）运行，或用 LANDGIS_HOME 指明自己的文件夹",
        next_en="Run as that account (or as root), or name a folder of your own in LANDGIS_HOME",
    )


def _nearest_seen(place: Path) -> tuple[Path, int]:
    """Return the nearest folder upward that this account can see, and its owner."""
    for step in (place, *place.parents):
        try:
            return step, step.stat().st_uid
        except OSError:
            continue
    return place, -1
