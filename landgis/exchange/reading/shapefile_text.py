"""In which encoding the text of a shapefile is: decided on evidence, and the evidence kept."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import numpy as np

from landgis.domain.issue import Issue, Severity
from landgis.errors import FileUnreadable
from landgis.exchange.reading.shapefile import Bytes, ShapefileParts, read_int

_LDID = {0x4D: "GBK", 0x7A: "GBK", 0x4F: "Big5", 0x78: "Big5"}
_CHINESE_CODECS = {"GBK": "GB18030", "GB2312": "GB18030", "CP936": "GB18030", "936": "GB18030", "GB18030": "GB18030"}
_CHINESE_CODECS |= {"UTF-8": "UTF-8", "UTF8": "UTF-8", "65001": "UTF-8", "BIG5": "Big5", "CP950": "Big5", "950": "Big5"}
_BY_BYTES = (
    ("UTF-8", "UTF-8", "bytes are strict UTF-8"),
    ("GB18030", "GB18030", "bytes are not UTF-8 and are GB18030"),
)


@dataclass(frozen=True)
class Encoding:
    """The text encoding chosen.

    Attributes
    ----------
    label
        As labelled or found.
    codec
        Used for decoding (GB18030 contains GBK).
    evidence
        Why.
    issues
        Labels that were not believed, text cut off.
    has_cut_text
        Some text ends in half a character: a reader would stop there, so text is then decoded by `decode_cut`.
    """

    label: str
    codec: str
    evidence: str
    issues: tuple[Issue, ...] = ()
    has_cut_text: bool = False

    @property
    def reading_codec(self) -> str:
        """What to tell the reader: Latin-1, which keeps every byte, where text must be decoded afterwards."""
        return "ISO-8859-1" if self.has_cut_text else self.codec

    def decode_cut(self, text: str) -> str:
        """Decode text that was read as Latin-1, without the half character at its end."""
        return text.encode("latin-1").decode(self.codec, errors="ignore")


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
        cut = _cut_issues(parts, cells, codec)
        return Encoding(stated, codec, "stated", cut, bool(cut))
    if not cells:
        return Encoding("UTF-8", "UTF-8", "all text is ASCII")
    issues: tuple[Issue, ...] = ()
    for label, codec, evidence in (*_labels(parts), *_BY_BYTES):
        if codec and _decodes(cells, codec):
            cut = _cut_issues(parts, cells, codec)
            return Encoding(label, codec, evidence, issues + cut, bool(cut))
        if (label, codec, evidence) not in _BY_BYTES:
            issues += (_label_issue(parts, label, evidence),)
    raise _undecodable(parts, "文字既不是 UTF-8 也不是 GB18030", "its text is neither UTF-8 nor GB18030")


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
    rows, head, width = read_int(dbf, 4, "<I"), read_int(dbf, 8, "<H"), read_int(dbf, 10, "<H")
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


def _label_issue(parts: ShapefileParts, label: str, evidence: str) -> Issue:
    return Issue(
        "encoding_label_wrong",
        Severity.SERIOUS,
        parts.name,
        f"编码标注 {label}（{evidence}）与文字不符，已按字节判定",
        f"The encoding label {label} ({evidence}) does not fit the text; the bytes decided",
    )


def _undecodable(parts: ShapefileParts, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"shapefile {parts.name} 的{zh}",
        f"Shapefile {parts.name}: {en}",
        where=parts.name,
        next_zh="请用 --encoding 指明编码，例如 --encoding GBK",
        next_en="Name the encoding with --encoding, for example --encoding GBK",
    )
