"""Is a shapefile whole.

A half-copied shapefile opens without complaint and gives null geometries, so completeness is proven on the bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from landgis.errors import FileUnreadable

SHAPE_MAGIC = b"\x00\x00\x27\x0a"
_HEADER = 100
_PARTS_AT = 36
"""Where a line or polygon record counts its parts, after its own eight bytes of heading."""
LIVE, _DELETED = 0x20, 0x2A

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ShapefileParts:
    """The files that make one shapefile; ``name`` is the name its deliverer gave it."""

    name: str
    shp: Path
    shx: Path
    dbf: Path
    cpg: Path | None = None
    others: tuple[Path, ...] = ()

    @classmethod
    def of(cls, name: str, files: Iterable[Path]) -> ShapefileParts:
        """Tell the parts by their endings; .shp, .shx and .dbf must be among them."""
        found = {path.suffix.lower(): path for path in files}
        others = (found[".prj"],) if ".prj" in found else ()
        return cls(name, found[".shp"], found[".shx"], found[".dbf"], found.get(".cpg"), others)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every part that is there, in a fixed order."""
        return tuple(path for path in (self.shp, self.shx, self.dbf, self.cpg, *self.others) if path is not None)


@dataclass(frozen=True)
class Completeness:
    """What the headers promise.

    Attributes
    ----------
    rows
        Records that are not marked as deleted: what a reader must give.
    deleted
        Records marked as deleted in the table.
    declared_null
        Per row read: True where the file itself says there is no geometry (null shape, or no parts).
    """

    rows: int
    deleted: int
    declared_null: npt.NDArray[np.bool_]


def prove_complete(parts: ShapefileParts) -> Completeness:
    """Hold the three files against each other.

    Raises
    ------
    FileUnreadable
        If any of them is shorter than its header says, or their records disagree.
    """
    shp, shx, dbf = (np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.zeros(0, np.uint8)
                     for path in (parts.shp, parts.shx, parts.dbf))  # fmt: skip
    for name, data in ((".shp", shp), (".shx", shx)):
        declared = 2 * read_int(data, 24, ">i") if len(data) >= _HEADER and bytes(data[:4]) == SHAPE_MAGIC else -1
        if declared < _HEADER or declared > len(data):
            raise _half(parts, f"{name} 应有 {max(declared, _HEADER)} 字节，实有 {len(data)}",
                        f"{name} should have {max(declared, _HEADER)} bytes and has {len(data)}")  # fmt: skip
    index = shx[_HEADER:]
    entries = np.frombuffer(index[: len(index) // 8 * 8].tobytes(), dtype=">i4").reshape(-1, 2).astype(np.int64) * 2
    nothing = _declared_null(parts, shp, entries)
    flags = _row_flags(parts, dbf)
    if len(flags) != len(entries):
        raise _half(parts, f".shx 有 {len(entries)} 条记录，.dbf 有 {len(flags)} 条",
                    f".shx has {len(entries)} records, .dbf has {len(flags)}")  # fmt: skip
    live = flags == LIVE
    return Completeness(int(live.sum()), int((~live).sum()), nothing[live])


def _declared_null(parts: ShapefileParts, shp: Bytes, entries: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which records say they hold nothing, after checking that each is where the index says, with its own number."""
    offsets, lengths = entries[:, 0], entries[:, 1]
    if len(entries) == 0:
        return np.zeros(0, np.bool_)
    if (offsets < _HEADER).any() or (lengths < 4).any() or (offsets + 8 + lengths > len(shp)).any():
        raise _half(parts, ".shx 指向 .shp 末尾之外", ".shx points beyond the end of .shp")
    heads = shp[offsets[:, None] + np.arange(12)]
    numbers = np.ascontiguousarray(heads[:, :4]).view(">i4").ravel()
    found = np.ascontiguousarray(heads[:, 4:8]).view(">i4").ravel().astype(np.int64) * 2
    if (numbers != np.arange(1, len(entries) + 1)).any() or (found != lengths).any():
        raise _half(parts, ".shp 的记录与 .shx 不符", "the records of .shp are not those of .shx")
    kinds = np.ascontiguousarray(heads[:, 8:12]).view("<i4").ravel()
    nothing: npt.NDArray[np.bool_] = kinds == 0
    rings = np.flatnonzero(np.isin(kinds % 10, (3, 5)) & (lengths >= _PARTS_AT + 4))
    counts = np.ascontiguousarray(shp[offsets[rings, None] + 8 + _PARTS_AT + np.arange(4)]).view("<i4").ravel()
    nothing[rings[counts == 0]] = True
    return nothing


def _row_flags(parts: ShapefileParts, dbf: Bytes) -> Bytes:
    if len(dbf) < 33:
        raise _half(parts, f".dbf 只有 {len(dbf)} 字节", f".dbf has only {len(dbf)} bytes")
    rows, head, width = read_int(dbf, 4, "<I"), read_int(dbf, 8, "<H"), read_int(dbf, 10, "<H")
    if head < 33 or width < 1 or head + rows * width > len(dbf):
        raise _half(parts, f".dbf 应有 {head + rows * width} 字节，实有 {len(dbf)}",
                    f".dbf should have {head + rows * width} bytes and has {len(dbf)}")  # fmt: skip
    flags = np.array(dbf[head : head + rows * width : width])
    if not np.isin(flags, (LIVE, _DELETED)).all():
        raise _half(parts, ".dbf 的记录缺失或错位", "records of .dbf are missing or shifted")
    return flags


def read_int(data: Bytes, place: int, form: str) -> int:
    """Read one packed whole number."""
    return int(struct.unpack_from(form, data[place : place + 4].tobytes())[0])


def _half(parts: ShapefileParts, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"shapefile {parts.name} 不完整：{zh}",
        f"Shapefile {parts.name} is not whole: {en}",
        where=parts.name,
        next_zh="文件可能只复制了一半，请重新复制或重新导出",
        next_en="It was probably copied only in part: copy or export it again",
    )
