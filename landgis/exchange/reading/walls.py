"""Which walls round a foreign file's reader this machine cannot build, and what follows from that.

Kernels in containers often lack Landlock. Reading then goes on behind the walls that are left, and every layer read so
carries an issue; an office that wants none of that sets ``LANDGIS_REQUIRE_CONFINEMENT=1``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from landgis.domain.issue import Issue, Severity
from landgis.errors import ExternalError
from landgis.exchange.reading.jail import walls

REQUIRE = "LANDGIS_REQUIRE_CONFINEMENT"
WALLS = {
    "landlock": ("Landlock（文件系统隔离）", "Landlock (closes the file system)"),
    "seccomp": ("seccomp（关闭网络和子进程）", "seccomp (closes network and programs)"),
}
"""Walls that a kernel may lack, as they are called; resource limits hold everywhere."""
_NO = ("", "0", "no", "false", "off")


def missing_walls() -> tuple[str, ...]:
    """Return which of `WALLS` this machine cannot build."""
    return tuple(name for name in WALLS if name not in walls())


def required() -> bool:
    """Whether nothing may be read while a wall is missing; any value that is not a no means yes."""
    return os.environ.get(REQUIRE, "").strip().lower() not in _NO


def require_walls() -> None:
    """Refuse to read where a wall is missing and the office wants them all.

    Raises
    ------
    ExternalError
        With the walls that are missing.
    """
    missing = missing_walls()
    if missing and required():
        zh, en = named(missing)
        raise ExternalError(
            f"本机内核不能完整隔离读取程序，缺 {zh}，未读取任何文件",
            f"This kernel cannot fully confine the reader: {en} is missing; nothing was read",
            where=REQUIRE,
            next_zh="请换用支持该功能的内核（Linux 5.13 以上，容器须放行）；或由管理员取消该设置，缺项随每个版本记录",
            next_en="Use a kernel that has it (Linux 5.13 or newer, let through by the container), or have the setting "
            "removed: what is missing is then recorded with every release",
        )


def walls_notice(where: str) -> tuple[Issue, ...]:
    """Say that a file was read behind fewer walls than there should be, where it was."""
    missing = missing_walls()
    if not missing:
        return ()
    zh, en = named(missing)
    return (
        Issue(
            "confinement_incomplete",
            Severity.SERIOUS,
            where,
            f"读取时隔离不完整：本机内核缺 {zh}；请只读取来源可信的文件，或设 {REQUIRE}=1 拒绝读取",
            f"Read with incomplete confinement: this kernel lacks {en}; read trusted files only, or set {REQUIRE}=1 to refuse",
        ),
    )


def named(missing: Sequence[str]) -> tuple[str, str]:
    """Name walls in Chinese and in English."""
    return "、".join(WALLS[name][0] for name in missing), ", ".join(WALLS[name][1] for name in missing)
