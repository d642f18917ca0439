"""Text of a points file: within limits, in an encoding that is proven, split into lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landgis.domain.question import Candidate, Question
from landgis.errors import EncodingUnknown, FileUnreadable, UsageError
from landgis.exchange.points.points_read import Place, missing, refusal

MOST_BYTES = 64 * 1024 * 1024
MOST_LINES = 2_400_000
"""As many lines of points, at 29 bytes the shortest, as the largest file holds."""
LONGEST_LINE = 4_096
_MARKS = ((b"\xef\xbb\xbf", "UTF-8", "utf-8-sig"), (b"\xff\xfe", "UTF-16", "utf-16"), (b"\xfe\xff", "UTF-16", "utf-16"))
_CODECS = dict.fromkeys(("gbk", "gb2312", "cp936", "936", "gb18030"), "gb18030")
_CODECS |= dict.fromkeys(("utf-8", "utf8", "65001", "utf-8-sig"), "utf-8-sig")
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class SourceText:
    """Lines of a file.

    Attributes
    ----------
    name
        Name of the file.
    lines
        Without their ends; the last one is left out if it is empty.
    ended
        Whether the last line has its end: a file cut off in a line has not.
    encoding, evidence
        Encoding and why.
    """

    name: str
    lines: tuple[str, ...]
    ended: bool
    encoding: str
    evidence: str


def read_source(path: Path, encoding: str | None, known_words: Sequence[str]) -> SourceText:
    """Read a text file whole.

    Parameters
    ----------
    path
        The file.
    encoding
        Stated encoding; without it a byte order mark, strict UTF-8, or GB18030 that yields one of ``known_words``.
    known_words
        Words of the format, by which an encoding proves itself.

    Raises
    ------
    FileMissing, FileUnreadable
        No such file; too large, damaged, or ending within a character.
    EncodingUnknown
        If the encoding is neither stated nor proven.
    UsageError
        If the stated encoding has an unknown name.
    """
    data = _bytes(path)
    text, label, evidence = _decoded(path.name, data, encoding, known_words)
    text = text.rstrip("\x1a")
    lines = _LINE_END.split(text)
    ended = not lines[-1].strip()
    lines = lines[:-1] if ended else lines
    _require_within_limits(path.name, lines)
    return SourceText(path.name, tuple(lines), ended, label, evidence)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise missing(path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        limit = MOST_BYTES // 1024**2
        raise refusal(
            path.name, None, f"文件有 {size / 1024**2:.0f} MB，超过上限 {limit} MB",
            f"it has {size / 1024**2:.0f} MB, over the limit of {limit} MB",
            "请拆成几个文件", "Split it into several files",
        )  # fmt: skip
    data = path.read_bytes()
    if not data:
        raise refusal(path.name, None, "文件是空的（0 字节）", "the file is empty (0 bytes)")
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        at = Place.line(data[: data.index(b"\0")].count(b"\n") + 1)
        raise refusal(path.name, at, "有 NUL 字节，文件没有复制完整", "a NUL byte: the file was not copied whole")
    return data


def _decoded(name: str, data: bytes, stated: str | None, known_words: Sequence[str]) -> tuple[str, str, str]:
    if stated is not None:
        return _decode_stated(name, data, stated), stated, "stated"
    for mark, label, codec in _MARKS:
        if data.startswith(mark):
            return _decode(name, data, codec, label), label, f"byte order mark of {label}"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise _half_character(name, data) from error
        return _as_gb18030(name, data, known_words)
    evidence = "all text is ASCII" if text.isascii() else "bytes are strict UTF-8"
    return text, "UTF-8", evidence


def _decode_stated(name: str, data: bytes, stated: str) -> str:
    codec = _CODECS.get(stated.strip().lower(), stated)
    try:
        return _decode(name, data, codec, stated)
    except LookupError as error:
        raise UsageError(
            f"没有名为“{stated}”的编码",
            f"There is no encoding “{stated}”",
            next_zh="常用：GBK、GB18030、UTF-8",
            next_en="Common ones: GBK, GB18030, UTF-8",
        ) from error


def _decode(name: str, data: bytes, codec: str, label: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        at = Place.line(data[: error.start].count(b"\n") + 1)
        raise refusal(
            name, at, f"文字不是 {label}", f"its text is not {label}",
            "请核对 --encoding，或重新导出", "Check --encoding, or export it again",
        ) from error  # fmt: skip


def _as_gb18030(name: str, data: bytes, known_words: Sequence[str]) -> tuple[str, str, str]:
    """Accept GB18030 where it yields words that belong to the format; else ask."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        if error.reason == "incomplete multibyte sequence" and error.end == len(data):
            raise _half_character(name, data) from error
        raise _unknown_encoding(name, ()) from error
    word = next((word for word in known_words if word in text), None)
    if word is None:
        preview = tuple(line[:80] for line in _LINE_END.split(text)[:5])
        asked = (Candidate("GB18030", "字节可按 GB18030 解码", "the bytes decode as GB18030", preview),)
        raise _unknown_encoding(name, asked)
    return text, "GB18030", f"bytes are not UTF-8 and as GB18030 they say “{word}”"


def _unknown_encoding(name: str, candidates: tuple[Candidate, ...]) -> EncodingUnknown:
    question = Question(
        "encoding",
        name,
        "这个文件的文字是什么编码？",
        "Which encoding is the text of this file in?",
        "--encoding",
        candidates,
    )
    return EncodingUnknown(
        f"{name} 的文字编码无法确定",
        f"The text encoding of {name} cannot be told",
        where=name,
        next_zh="请用 --encoding 指明，例如 --encoding GBK",
        next_en="Name it with --encoding, for example --encoding GBK",
        questions=(question,),
    )


def _half_character(name: str, data: bytes) -> FileUnreadable:
    return refusal(
        name, Place.line(data.count(b"\n") + 1),
        "文件在半个汉字处中断，没有复制完整", "the file ends within a character: it was not copied whole",
    )  # fmt: skip


def _require_within_limits(name: str, lines: Sequence[str]) -> None:
    if len(lines) > MOST_LINES:
        raise refusal(
            name, None, f"有 {len(lines)} 行，超过上限 {MOST_LINES} 行", f"{len(lines)} lines, over the limit of {MOST_LINES}",
            "请拆成几个文件", "Split it into several files",
        )  # fmt: skip
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise refusal(
                name, Place.line(number), f"这一行有 {len(line)} 个字符，不是界址点坐标",
                f"this line has {len(line)} characters: these are no boundary points",
            )  # fmt: skip
