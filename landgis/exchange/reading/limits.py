"""What one confined job may use, by the size of what it reads."""

from __future__ import annotations

from dataclasses import dataclass

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
