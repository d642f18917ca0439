"""The walls round a child that reads a foreign file: what it may use, see, write and call.

Resource limits hold everywhere. On Linux, Landlock closes the file system but for program files and the child's own
folder, and a seccomp filter closes sockets, programs, new processes and other people's memory. Both need no rights and
cannot be taken off again. `walls` says which of them this kernel has.
"""

from __future__ import annotations

import ctypes
import mimetypes
import os
import platform
import resource
import struct
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_MIB = 1024**2
_GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """What one job may use.

    Attributes
    ----------
    memory_bytes
        Address space, the libraries' own half gigabyte included.
    cpu_seconds, wall_seconds
        Time on the processor, and on the clock (three times as much, for a busy machine).
    file_bytes
        Size of any one file it writes.
    open_files
        Files open at once.
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    file_bytes: int
    open_files: int = 256


def limits_for(size: int, *, unpacks: bool = False) -> Limits:
    """Return what reading a file of ``size`` bytes may use: a small file gets little, however much it asks for.

    Parameters
    ----------
    size
        Bytes of the file, or of all files that an archive held.
    unpacks
        Whether an archive is being unpacked: then 16 GiB may be written (the archive has a limit of its own).

    Returns
    -------
    Limits
        1.25 GiB of address space and 12 bytes more per byte of the file, at most 10 GiB; 8 s of processor time and
        2 s more per MiB, at most 15 minutes; files of 256 MiB and 20 bytes more per byte, at most 16 GiB.
    """
    cpu = min(8 + 2 * size // _MIB, 900)
    memory = min(_GIB * 5 // 4 + 12 * size, 10 * _GIB)
    written = 16 * _GIB if unpacks else min(256 * _MIB + 20 * size, 16 * _GIB)
    return Limits(memory, cpu, 3.0 * cpu, written)


def walls() -> tuple[str, ...]:
    """Return which walls this machine can build: ``limits``, ``landlock``, ``seccomp``."""
    return ("limits", *(("landlock",) if _landlock_version() else ()), *(("seccomp",) if _calls_refused() else ()))


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
    _close_calls()


_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_FILTER = 38, 22, 2

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


# seccomp: system calls refused with EPERM, by machine (asm/unistd.h).
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_REFUSED = {
    "x86_64": {
        "socket": 41, "connect": 42, "bind": 49, "fork": 57, "vfork": 58, "execve": 59, "execveat": 322,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "unshare": 272, "setns": 308,
        "bpf": 321, "io_uring_setup": 425, "keyctl": 250, "userfaultfd": 323, "perf_event_open": 298, "chroot": 161,
    },
    "aarch64": {
        "socket": 198, "connect": 203, "bind": 200, "execve": 221, "execveat": 281,
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "unshare": 97, "setns": 268,
        "bpf": 280, "io_uring_setup": 425, "keyctl": 219, "userfaultfd": 282, "perf_event_open": 241, "chroot": 51,
    },
}  # fmt: skip
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_CLONE_THREAD = 0x10000
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL, _ALLOW, _EPERM, _ENOSYS = 0x80000000, 0x7FFF0000, 0x00050001, 0x00050026
_AT_NUMBER, _AT_ARCH, _AT_FIRST_ARGUMENT = 0, 4, 16


def _calls_refused() -> dict[str, int]:
    return _REFUSED.get(platform.machine(), {}) if sys.platform.startswith("linux") else {}


def _close_calls() -> None:
    """Refuse network, programs and new processes; new threads stay possible."""
    refused = _calls_refused()
    if not refused:
        return
    program = b"".join(struct.pack("HBBI", *step) for step in _filter(platform.machine(), refused.values()))
    buffer = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    if _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, head, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _filter(machine: str, refused: Iterable[int]) -> list[tuple[int, int, int, int]]:
    """Classic BPF: code, steps to skip if true, steps to skip if false, constant."""
    steps = [(_LOAD, 0, 0, _AT_ARCH), (_EQUAL, 1, 0, _AUDIT_ARCH[machine]), (_RETURN, 0, 0, _KILL)]
    steps.append((_LOAD, 0, 0, _AT_NUMBER))
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _EPERM)]
    for number in refused:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM)]
    # clone3 hides its flags in memory: glibc falls back to clone, whose flags can be looked at.
    steps += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ENOSYS), (_EQUAL, 0, 3, _CLONE[machine])]
    steps += [(_LOAD, 0, 0, _AT_FIRST_ARGUMENT), (_HAS, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, _EPERM)]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]
