"""The walls round a child that reads a foreign file: what it may use, see, write and call.

Resource limits hold everywhere. On Linux, Landlock closes the file system but for program files and the child's own
folder, and a seccomp filter closes sockets, programs, new processes and other people's memory. Both need no rights and
cannot be taken off again. `walls` says which of them this kernel has.
"""

from __future__ import annotations

import ctypes
import mimetypes
import os
import resource
import struct
import sys
import sysconfig
from functools import cache
from pathlib import Path

from landgis.exchange.reading.limits import Limits
from landgis.exchange.reading.seccomp import calls_refused, close_calls


def walls() -> tuple[str, ...]:
    """Return which walls this machine can build: ``limits``, ``landlock``, ``seccomp``."""
    return ("limits", *(("landlock",) if _landlock_version() else ()), *(("seccomp",) if calls_refused() else ()))


def prepare() -> None:
    """Look up, before a child is forked, what every child would have to look up."""
    _program_files()


def enter(folder: Path, limits: Limits) -> None:
    """Shut the calling process in; it can never leave again.

    Parameters
    ----------
    folder
        The only folder it may read and write from now on, program files aside; becomes the working directory.
    limits
        What it may use.
    """
    os.chdir(folder)
    os.umask(0o077)
    for name, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _close_file_system(folder)
    close_calls()


_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_NO_NEW_PRIVS = 38

# Landlock: numbers of the kernel's interface (linux/landlock.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE, _READ, _READ_FOLDER = 1, 2, 4, 8
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""File-system rights that each version of the interface knows."""
_RIGHTS_OF_A_FILE = _EXECUTE | _WRITE | _READ | 1 << 14
_NET = 3
"""Binding and connecting TCP, from version 4."""
_SCOPE = 3
"""Abstract sockets and signals to processes outside, from version 6."""


def _landlock_version() -> int:
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(_LIBC.syscall(_CREATE_RULESET, None, 0, 1)))


def _close_file_system(folder: Path) -> None:
    version = _landlock_version()
    if version == 0:
        return
    rights = _RIGHTS[min(version, 5)]
    asked = struct.pack("QQQ", rights, _NET if version >= 4 else 0, _SCOPE if version >= 6 else 0)
    asked = asked[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = int(_LIBC.syscall(_CREATE_RULESET, asked, len(asked), 0))
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    _allow(ruleset, folder, rights)
    _allow(ruleset, Path("/dev/null"), _READ | _WRITE)
    for place in _program_files():
        _allow(ruleset, place, _EXECUTE | _READ | _READ_FOLDER)
    if _LIBC.syscall(_RESTRICT_SELF, ruleset, 0) != 0:
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    os.close(ruleset)


def _allow(ruleset: int, place: Path, rights: int) -> None:
    if not place.is_dir():
        rights &= _RIGHTS_OF_A_FILE
    handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        if _LIBC.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, handle), 0) != 0:
            raise OSError(ctypes.get_errno(), f"landlock_add_rule {place}")
    finally:
        os.close(handle)


@cache
def _program_files() -> list[Path]:
    """Where code and its tables lie: interpreter, standard library, installed packages, landgis itself."""
    installed = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    own = Path(__file__).parents[2]
    system = ["/usr", "/lib", "/lib64", "/etc/localtime", "/etc/ld.so.cache", "/dev/urandom", *mimetypes.knownfiles]
    found = {Path(place).resolve() for place in (*installed, str(own), *system) if place}
    return sorted(place for place in found if place.exists())
