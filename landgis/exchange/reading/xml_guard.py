"""XML before any other parser sees it: no document type, no entities, no text without end, whole to its last tag."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from landgis.errors import FileUnreadable
from landgis.exchange.reading.detect import unreadable

_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
_CHUNK, _OVERLAP = 1 << 20, 64
_LONG, _MOST_TEXT = ("coordinates",), 1 << 20
"""Elements whose text may be of any length, and the most of all others, in characters."""
_DEEPEST = 200


def count_elements(path: Path, source: str) -> Counter[str]:
    """Count the elements of an XML file by their plain names, to its very end.

    Raises
    ------
    FileUnreadable
        If it declares a document type or entities, is not well-formed to the end, nests without end or holds a text
        that no attribute has.
    """
    _refuse_declarations(path, source)
    walk = _Walk(source)
    try:
        walk.parser.Parse(path.read_bytes(), True)  # in one piece: a long token is not looked at again and again
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise unreadable(source, f"不是完好的 XML（{error}）", f"not sound XML ({error})") from error
    return walk.found


class _Walk:
    """One pass over the events of a parser; only the names of open elements are held."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: Counter[str] = Counter()
        self.open: list[str] = []
        self.text = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.EntityDeclHandler = self._declared
        self.parser.ExternalEntityRefHandler = self._declared

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition("}")[2]
        self.found[plain] += 1
        self.open.append(plain)
        self.text = 0
        if len(self.open) > _DEEPEST:
            raise unreadable(
                self.source, f"元素嵌套超过 {_DEEPEST} 层", f"its elements are nested more than {_DEEPEST} deep"
            )
        self._require_short(sum(map(len, attributes.values())))

    def _end(self, _: str) -> None:
        self.open.pop()
        self.text = 0

    def _characters(self, text: str) -> None:
        self.text += len(text)
        if self.open[-1] not in _LONG:
            self._require_short(self.text)

    def _require_short(self, size: int) -> None:
        if size > _MOST_TEXT:
            most, name = _MOST_TEXT // 1024**2, self.open[-1]
            raise unreadable(
                self.source,
                f"元素 {name} 的文字超过 {most} MB，不像属性",
                f"element {name} holds more than {most} MB of text and no attribute does",
            )

    def _declared(self, *_: object) -> NoReturn:
        raise _declares(self.source)


def _refuse_declarations(path: Path, source: str) -> None:
    """Look for declarations in the bytes; zeros are left out, so that UTF-16 is read as well."""
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            plain = tail + chunk.replace(b"\0", b"")
            if _DECLARES.search(plain):
                raise _declares(source)
            tail = plain[-_OVERLAP:]


def _declares(source: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {source}：XML 含 DOCTYPE 或实体声明，可能引用其他文件",
        f"Cannot read {source}: its XML declares a document type or entities, which may refer to other files",
        where=source,
        next_zh="请在原软件中重新导出；正常导出的数据不含这类声明",
        next_en="Export it again in the program it is from: plain exports declare none",
    )
