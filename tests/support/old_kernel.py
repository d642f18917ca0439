"""A command on a kernel without Landlock, or without seccomp filters: a filter of ours answers as such a kernel does.

``python -m tests.support.old_kernel landlock|seccomp COMMAND …``; the filter is inherited by all that the command starts.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_ENOSYS, _EINVAL = 38, 22
_PRCTL = {"x86_64": 157, "aarch64": 167}
_LANDLOCK = (444, 447)
_SET_SECCOMP, _NO_NEW_PRIVS = 22, 38

Step = tuple[int, int, int, int]
FILTERS: dict[str, list[Step]] = {
    "landlock": [
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 2, _LANDLOCK[0]),
        (_AT_LEAST, 1, 0, _LANDLOCK[1]),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
        (_RETURN, 0, 0, _ALLOW),
    ],
    "seccomp": [
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 3, _PRCTL[platform.machine()]),
        (_LOAD, 0, 0, 16),
        (_EQUAL, 0, 1, _SET_SECCOMP),
        (_RETURN, 0, 0, _ERRNO | _EINVAL),
        (_RETURN, 0, 0, _ALLOW),
    ],
}


def grow_old(wall: str) -> None:
    """Take a wall away from this process and from all that it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    program = b"".join(struct.pack("HBBI", *step) for step in FILTERS[wall])
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(_SET_SECCOMP, 2, ctypes.create_string_buffer(head, len(head)), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


if __name__ == "__main__":
    grow_old(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
