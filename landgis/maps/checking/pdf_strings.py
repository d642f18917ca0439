"""Text objects of a PDF: which glyph codes they show in which font, and the text that stands for some of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f]*)>", re.DOTALL)
_PLAIN = re.compile(rb"[^()<>]*?/(f\d+) [^()<>/]*Tm((?:[^()<>]|\((?:[^()\\]|\\.)*\)|<[0-9A-F]*>)*)T[jJ]", re.DOTALL)
_WORD = re.compile(rb"/?[A-Za-z0-9*]+")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Shown:
    """Glyph codes shown in a font; ``instead``: the text they stand for, where the font's own table would not tell."""

    font: bytes
    codes: tuple[int, ...]
    instead: str | None = None


def shown(text_object: bytes) -> tuple[Shown, ...]:
    r"""Read what a text object (between ``BT`` and ``ET``) shows.

    >>> shown(b"0 Tr/f1 6 Tf 1 0 0 -1 0 0 Tm[(\\000\\001)27<0002>]TJ")
    (Shown(font=b'f1', codes=(1, 2), instead=None),)
    """
    plain = _PLAIN.fullmatch(text_object)
    if plain is None:
        return tuple(_spelt(text_object))
    parts = [_literal(one) if one else bytes.fromhex(other.decode()) for one, other in _STRING.findall(plain[2])]
    return (Shown(plain[1], _codes(parts)),)


def _codes(parts: list[bytes]) -> tuple[int, ...]:
    whole = b"".join(parts)
    return tuple(int.from_bytes(whole[at : at + 2], "big") for at in range(0, len(whole), 2))


def _literal(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: _escaped(found[1]), text) if b"\\" in text else text


def _escaped(text: bytes) -> bytes:
    return bytes([int(text, 8)]) if text[:1].isdigit() else _LETTERS.get(text, text)


def _spelt(text_object: bytes) -> Iterator[Shown]:
    """Read token by token: several fonts, spans with a text of their own, brackets that pair and stand unescaped."""
    font, strings, instead = b"", list[bytes](), None
    for kind, value in _tokens(text_object):
        if kind == "string":
            strings.append(value)
        elif value[:1] == b"/":
            font = value[1:] if re.fullmatch(rb"/f\d+", value) else font
        elif value == b"BDC":
            instead = _told(strings.pop())
        elif value == b"EMC":
            instead = None
        elif value in (b"Tj", b"TJ"):
            yield Shown(font, _codes(strings), instead)
            # A span tells its text once, however many pieces show it.
            strings, instead = [], instead if instead is None else ""


def _told(text: bytes) -> str:
    return text[2:].decode("utf-16-be") if text.startswith(b"\xfe\xff") else text.decode("latin-1")


def _tokens(text_object: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(text_object):
        char = text_object[at : at + 1]
        if char == b"(":
            end = _closing(text_object, at)
            yield "string", _literal(text_object[at + 1 : end])
            at = end + 1
        elif char == b"<" and text_object[at + 1 : at + 2] != b"<":
            end = text_object.index(b">", at)
            yield "string", bytes.fromhex(text_object[at + 1 : end].decode())
            at = end + 1
        else:
            word = _WORD.match(text_object, at)
            if word:
                yield "word", word[0]
            # Both signs of << are passed over at once, lest the second be taken for the begin of a string.
            at = word.end() if word else at + (2 if char == b"<" else 1)


def _closing(text: bytes, start: int) -> int:
    """Place of the bracket that ends the literal string beginning at ``start``."""
    depth, at = 0, start
    while True:
        char = text[at : at + 1]
        if char == b"":
            raise ValueError("a string without end")
        depth += (char == b"(") - (char == b")")
        if depth == 0:
            return at
        at += 2 if char == b"\\" else 1
