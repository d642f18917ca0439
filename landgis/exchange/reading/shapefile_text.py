"""In which encoding the text of a shapefile is: what its labels say, held against its bytes; never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from landgis.domain.issue import Issue, Severity
from landgis.errors import EncodingUnknown
from landgis.exchange.reading.dbf_text import live_rows, text_cells
from landgis.exchange.reading.encoding_question import encoding_unknown
from landgis.exchange.reading.shapefile import ShapefileParts
from landgis.exchange.reading.text_damage import damage_issues, other_encoding
from landgis.exchange.reading.text_evidence import CODECS, Fit, weigh, weigh_all

_LDID = {0x4D: "GBK", 0x7A: "GBK", 0x4F: "Big5", 0x78: "Big5"}
_NAME = re.compile(r"[\w .:()-]{1,24}", re.ASCII)
_PLAIN_CODEC = re.compile(r"(iso-?8859-\d{1,2}|(cp|windows-?)?125\d)", re.IGNORECASE)
"""Single-byte encodings that a label may name; any other name in a foreign file is never looked up."""


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
        What was stated, text cut off.
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
    """Choose the text encoding: as stated by a person, else as .cpg or the language byte says and the bytes allow.

    Raises
    ------
    EncodingUnknown
        If nothing says it, the bytes contradict what does, or another encoding reads far better; with the candidates,
        the evidence and a preview for each.
    """
    every = text_cells(parts.dbf)
    cells = [cell for cell in every if not cell.isascii()]
    if stated is not None:
        return _as_stated(parts, every, stated)
    if not cells:
        return _encoding(parts, every, "UTF-8", weigh(cells, "UTF-8"), "all text is ASCII")
    best = weigh_all(cells)
    labels = _labels(parts)
    if not labels:
        raise _unknown(
            parts,
            best,
            "文件没有说明编码（无 .cpg，语言字节也未注明）",
            "nothing says the encoding (no .cpg, no language byte)",
        )
    label, evidence = labels[0]
    fit = weigh(cells, codec_of(label))
    shown = f"文件标注 {_printable(label)}（{evidence}）"
    if not fit.valid:
        raise _unknown(parts, best, f"{shown}，与字节不符", f"{evidence}, which the bytes contradict")
    if best and best[0].far_better_than(fit):
        raise _unknown(parts, best, f"{shown}，但按此解读不像中文", f"{evidence}, but read so it is no Chinese")
    mixed = other_encoding(cells, fit)
    if mixed:
        zh, en = f"{shown}，但有 {len(mixed)} 个值是 UTF-8", f"{evidence}, but {len(mixed)} texts are UTF-8"
        raise _unknown(parts, best, zh, en)
    return _encoding(parts, every, label, fit, evidence)


def _as_stated(parts: ShapefileParts, every: list[bytes], stated: str) -> Encoding:
    cells = [cell for cell in every if not cell.isascii()]
    fit, best = weigh(cells, codec_of(stated)), weigh_all(cells)
    if not fit.valid:
        shown = _printable(stated)
        raise _unknown(parts, best, f"文字不是指明的 {shown} 编码", f"its text is not {shown}, as was stated")
    zh, en = f"属性按指明的 {stated} 编码读取", f"Text was read as {stated}, as stated"
    issues: tuple[Issue, ...] = (Issue("encoding_stated", Severity.MINOR, parts.name, zh, en),)
    if best and best[0].far_better_than(fit):
        zh = f"按 {stated} 读出的文字不像中文，{best[0].label} 更可信，请核对"
        en = f"Read as {stated} the text is no Chinese; {best[0].label} is far more likely: check it"
        issues += (Issue("encoding_doubtful", Severity.SERIOUS, parts.name, zh, en),)
    return _encoding(parts, every, stated, fit, "stated", issues)


def _encoding(
    parts: ShapefileParts, every: list[bytes], label: str, fit: Fit, evidence: str, issues: tuple[Issue, ...] = ()
) -> Encoding:
    cut = _cut_issues(parts, [cell for cell in every if not cell.isascii()], fit.codec)
    damage = damage_issues(every, fit, parts.name)
    return Encoding(label, fit.codec, evidence, issues + cut + damage, bool(cut))


def _labels(parts: ShapefileParts) -> list[tuple[str, str]]:
    """What the file says of its encoding, with who says it, the .cpg before the language byte."""
    labels = []
    if parts.cpg is not None:
        with parts.cpg.open("rb") as file:
            text = file.read(64).decode("utf-8-sig", errors="replace").strip("\0 \t\r\n")
        if text:
            labels.append((text, f".cpg says {_printable(text)}"))
    with parts.dbf.open("rb") as file:
        ldid = file.read(30)[29]
    if ldid in _LDID:
        labels.append((_LDID[ldid], f"LDID 0x{ldid:02X}"))
    return labels


def _printable(label: str) -> str:
    """Return a label as it may be shown: what is no name of an encoding is not echoed."""
    return label if _NAME.fullmatch(label) else "?"


def codec_of(label: str) -> str:
    """Return the codec a label means, or a name that no codec has."""
    plain = label.upper().replace("ANSI", "").replace(" ", "")
    if plain in CODECS:
        return CODECS[plain]
    known = _PLAIN_CODEC.fullmatch(plain)
    if known is None:
        return "unknown"
    return plain if plain.startswith("ISO") else f"cp{plain[-4:]}"


def _unknown(parts: ShapefileParts, best: tuple[Fit, ...], zh: str, en: str) -> EncodingUnknown:
    return encoding_unknown(parts.name, best, live_rows(parts.dbf), zh, en)


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
