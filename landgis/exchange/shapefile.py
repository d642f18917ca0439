"""What a shapefile says of itself: is it whole, and in which encoding is its text.

A half-copied shapefile opens without complaint and gives null geometries, so completeness is proven on the bytes.
"""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from landgis.domain.issue import Issue, Severity
from landgis.errors import FileUnreadable

SHAPE_MAGIC = b"\x00\x00\x27\x0a"
_HEADER = 100
_LIVE, _DELETED = 0x20, 0x2A
_LDID = {0x4D: "GBK", 0x7A: "GBK", 0x4F: "Big5", 0x78: "Big5"}
_CHINESE_CODECS = {"GBK": "GB18030", "GB2312": "GB18030", "CP936": "GB18030", "936": "GB18030", "GB18030": "GB18030"}
_CHINESE_CODECS |= {"UTF-8": "UTF-8", "UTF8": "UTF-8", "65001": "UTF-8", "BIG5": "Big5", "CP950": "Big5", "950": "Big5"}
_BY_BYTES = (
    ("UTF-8", "UTF-8", "bytes are strict UTF-8"),
    ("GB18030", "GB18030", "bytes are not UTF-8 and are GB18030"),
)

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
        Per row read: True where the file itself says there is no geometry.
    """

    rows: int
    deleted: int
    declared_null: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Encoding:
    """The text encoding chosen: as labelled, the codec used (GB18030 contains GBK), and the evidence."""

    label: str
    codec: str
    evidence: str
    issues: tuple[Issue, ...] = ()


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
        declared = 2 * _int(data, 24, ">i") if len(data) >= _HEADER and bytes(data[:4]) == SHAPE_MAGIC else -1
        if declared < _HEADER or declared > len(data):
            raise _half(parts, f"{name} 应有 {max(declared, _HEADER)} 字节，实有 {len(data)}",
                        f"{name} should have {max(declared, _HEADER)} bytes and has {len(data)}")  # fmt: skip
    index = shx[_HEADER:]
    entries = np.frombuffer(index[: len(index) // 8 * 8].tobytes(), dtype=">i4").reshape(-1, 2).astype(np.int64) * 2
    kinds = _shape_kinds(parts, shp, entries)
    flags = _row_flags(parts, dbf)
    if len(flags) != len(entries):
        raise _half(parts, f".shx 有 {len(entries)} 条记录，.dbf 有 {len(flags)} 条",
                    f".shx has {len(entries)} records, .dbf has {len(flags)}")  # fmt: skip
    live = flags == _LIVE
    return Completeness(int(live.sum()), int((~live).sum()), (kinds == 0)[live])


def choose_encoding(parts: ShapefileParts, stated: str | None) -> Encoding:
    """Choose the text encoding: stated, else .cpg, else LDID, else strict UTF-8, else GB18030.

    A label that the bytes contradict is not believed, and that is an issue.

    Raises
    ------
    FileUnreadable
        If a stated encoding does not decode the text, or none does.
    """
    cells = [cell for cell in _text_cells(np.fromfile(parts.dbf, dtype=np.uint8)) if not cell.isascii()]
    if stated is not None:
        codec = _CHINESE_CODECS.get(stated.strip().upper(), stated)
        if not _decodes(cells, codec):
            raise _undecodable(parts, f"文字不是 {stated} 编码", f"its text is not {stated}")
        return Encoding(stated, codec, "stated", _cut_issues(parts, cells, codec))
    if not cells:
        return Encoding("UTF-8", "UTF-8", "all text is ASCII")
    issues: tuple[Issue, ...] = ()
    for label, codec, evidence in (*_labels(parts), *_BY_BYTES):
        if codec and _decodes(cells, codec):
            return Encoding(label, codec, evidence, issues + _cut_issues(parts, cells, codec))
        if (label, codec, evidence) not in _BY_BYTES:
            issues += (_label_issue(parts, label, evidence),)
    raise _undecodable(parts, "文字既不是 UTF-8 也不是 GB18030", "its text is neither UTF-8 nor GB18030")


def _shape_kinds(parts: ShapefileParts, shp: Bytes, entries: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Shape type of every record, after checking that each record is where the index says, with its own number."""
    offsets, lengths = entries[:, 0], entries[:, 1]
    if len(entries) == 0:
        return np.zeros(0, np.int32)
    if (offsets < _HEADER).any() or (lengths < 4).any() or (offsets + 8 + lengths > len(shp)).any():
        raise _half(parts, ".shx 指向 .shp 末尾之外", ".shx points beyond the end of .shp")
    heads = shp[offsets[:, None] + np.arange(12)]
    numbers = np.ascontiguousarray(heads[:, :4]).view(">i4").ravel()
    found = np.ascontiguousarray(heads[:, 4:8]).view(">i4").ravel().astype(np.int64) * 2
    if (numbers != np.arange(1, len(entries) + 1)).any() or (found != lengths).any():
        raise _half(parts, ".shp 的记录与 .shx 不符", "the records of .shp are not those of .shx")
    return np.ascontiguousarray(heads[:, 8:12]).view("<i4").ravel()


def _row_flags(parts: ShapefileParts, dbf: Bytes) -> Bytes:
    if len(dbf) < 33:
        raise _half(parts, f".dbf 只有 {len(dbf)} 字节", f".dbf has only {len(dbf)} bytes")
    rows, head, width = _int(dbf, 4, "<I"), _int(dbf, 8, "<H"), _int(dbf, 10, "<H")
    if head < 33 or width < 1 or head + rows * width > len(dbf):
        raise _half(parts, f".dbf 应有 {head + rows * width} 字节，实有 {len(dbf)}",
                    f".dbf should have {head + rows * width} bytes and has {len(dbf)}")  # fmt: skip
    flags = np.array(dbf[head : head + rows * width : width])
    if not np.isin(flags, (_LIVE, _DELETED)).all():
        raise _half(parts, ".dbf 的记录缺失或错位", "records of .dbf are missing or shifted")
    return flags


def _labels(parts: ShapefileParts) -> list[tuple[str, str, str]]:
    """Label, codec ('' for one that cannot be Chinese, such as Latin-1) and evidence, best first."""
    labels = []
    if parts.cpg is not None:
        text = parts.cpg.read_bytes()[:64].decode("utf-8-sig", errors="replace").strip()
        if text:
            plain = text.upper().replace("ANSI", "").replace(" ", "")
            labels.append((text, _CHINESE_CODECS.get(plain, ""), f".cpg says {text}"))
    with parts.dbf.open("rb") as file:
        ldid = file.read(30)[29]
    if ldid in _LDID:
        label = _LDID[ldid]
        labels.append((label, _CHINESE_CODECS[label.upper()], f"LDID 0x{ldid:02X}"))
    return labels


def _text_cells(dbf: Bytes) -> list[bytes]:
    """Distinct field names and text cells of a table, blanks trimmed."""
    rows, head, width = _int(dbf, 4, "<I"), _int(dbf, 8, "<H"), _int(dbf, 10, "<H")
    records = dbf[head : head + rows * width].reshape(rows, width)
    cells: set[bytes] = set()
    start = 1
    for place in range(32, head - 1, 32):
        field = dbf[place : place + 32].tobytes()
        if field[0] == 0x0D or len(field) < 32:
            break
        cells.add(field[:11].split(b"\0")[0])
        size = field[16] + (field[17] << 8 if field[11:12] == b"C" else 0)
        if field[11:12] == b"C" and size and rows:
            column = np.ascontiguousarray(records[:, start : start + size]).view(f"S{size}").ravel()
            cells.update(np.unique(column).tolist())
        start += size
    return [cell.rstrip(b" \0") for cell in cells]


def _decodes(cells: list[bytes], codec: str) -> bool:
    """Tell whether every cell is text of a codec; a character cut off by the field's end is let through."""
    try:
        for cell in cells:
            codecs.getincrementaldecoder(codec)("strict").decode(cell, final=False)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _cut_issues(parts: ShapefileParts, cells: list[bytes], codec: str) -> tuple[Issue, ...]:
    cut = []
    for cell in cells:
        try:
            cell.decode(codec)
        except UnicodeDecodeError:
            cut.append(cell.decode(codec, errors="ignore"))
    if not cut:
        return ()
    return (
        Issue(
            "text_cut",
            Severity.SERIOUS,
            parts.name,
            f"{len(cut)} 个文字值在字段末尾被截断，例如“{cut[0]}”",
            f"{len(cut)} text values were cut off at the end of their field, e.g. “{cut[0]}”",
        ),
    )


def _int(data: Bytes, place: int, form: str) -> int:
    return int(struct.unpack_from(form, data[place : place + 4].tobytes())[0])


def _label_issue(parts: ShapefileParts, label: str, evidence: str) -> Issue:
    return Issue(
        "encoding_label_wrong",
        Severity.SERIOUS,
        parts.name,
        f"编码标注 {label}（{evidence}）与文字不符，已按字节判定",
        f"The encoding label {label} ({evidence}) does not fit the text; the bytes decided",
    )


def _half(parts: ShapefileParts, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"shapefile {parts.name} 不完整：{zh}",
        f"Shapefile {parts.name} is not whole: {en}",
        where=parts.name,
        next_zh="文件可能只复制了一半，请重新复制或重新导出",
        next_en="It was probably copied only in part: copy or export it again",
    )


def _undecodable(parts: ShapefileParts, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"shapefile {parts.name} 的{zh}",
        f"Shapefile {parts.name}: {en}",
        where=parts.name,
        next_zh="请用 --encoding 指明编码，例如 --encoding GBK",
        next_en="Name the encoding with --encoding, for example --encoding GBK",
    )
