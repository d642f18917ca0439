"""Closing system calls of a child for good: a seccomp filter against network, programs and new processes."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_SECCOMP, _SECCOMP_FILTER = 22, 2

# System calls refused with EPERM, by machine (asm/unistd.h).
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


def calls_refused() -> dict[str, int]:
    """Return the system calls that are closed, by name; none where the kernel has no filters or numbers are unknown."""
    return _REFUSED.get(platform.machine(), {}) if sys.platform.startswith("linux") and _has_filters() else {}


def _has_filters() -> bool:
    """Ask for a filter that is nowhere: a kernel that has filters complains of the address, any other of the request."""
    ctypes.set_errno(0)
    _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def close_calls() -> None:
    """Refuse network, programs and new processes; new threads stay possible."""
    refused = calls_refused()
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
