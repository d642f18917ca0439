"""Filters as they come (CQL2 text or CQL2 JSON) as one tree: that of CQL2 JSON.

pygeofilter, which pygeoapi would use, reads ``a OR b AND c`` as ``(a OR b) AND c``, and neither ``NOT (a AND b)`` nor a
doubled quote; a filter that is read wrongly gives wrong features without a word, so texts are read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import shapely
from shapely.geometry import mapping

from landgis.errors import UsageError

LONGEST = 8000
"""Characters of a filter; a longer one is refused before it is read."""
DEEPEST = 50
"""Brackets within brackets."""
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>"[^"]+")|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"""
    r"""|(?P<sign><>|<=|>=|[=<>(),])|(?P<word>[^\W\d][\w.]*))"""
)
_COMPARES = ("=", "<>", "<", "<=", ">", ">=")
_GEOMETRIES = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")
_CALLS = re.compile(r"[ST]_[A-Z]+", re.IGNORECASE)
Tree = Mapping[str, Any]


def read_filter(text: str, language: str) -> Tree:
    """Read a filter in ``cql2-text`` or ``cql2-json``; whether its properties exist is another question.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    if len(text) > LONGEST:
        raise _wrong(f"长度超过 {LONGEST} 字", f"longer than {LONGEST} characters")
    if language == "cql2-json":
        return _from_json(text)
    return _Text(text).tree()


def _from_json(text: str) -> Tree:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong("不是 JSON", "not JSON") from error
    if not isinstance(tree, dict):
        raise _wrong("不是判断", "no condition")
    return tree


class _Text:
    """A text being read, token by token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def tree(self) -> Tree:
        found = self._any()
        if self._text[self._at :].strip():
            raise self._lost()
        return found

    def _any(self) -> Tree:
        return self._joined("OR", lambda: self._joined("AND", self._one))

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self._took(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else {"op": word.lower(), "args": parts}

    def _one(self) -> Tree:
        if self._took("NOT"):
            return {"op": "not", "args": [self._one()]}
        start = self._at
        if not self._took("("):
            return self._predicate()
        self._depth += 1
        if self._depth > DEEPEST:
            raise _wrong(f"括号超过 {DEEPEST} 层", f"more than {DEEPEST} brackets deep")
        found = self._any()
        self._need(")", start)
        self._depth -= 1
        return found

    def _predicate(self) -> Tree:
        name = self._peek("word")
        if name and _CALLS.fullmatch(name):
            self._next("word")
            self._need("(")
            sides = [self._operand()]
            self._need(",")
            sides.append(self._operand())
            self._need(")")
            return {"op": name.lower(), "args": sides}
        return self._compared(self._operand())

    def _compared(self, left: Any) -> Tree:
        sign = self._peek("sign")
        if sign in _COMPARES:
            self._next("sign")
            return {"op": sign, "args": [left, self._operand()]}
        if self._took("IS"):
            negated = self._took("NOT")
            self._need("NULL")
            return _negated({"op": "isNull", "args": [left]}, negated)
        negated = self._took("NOT")
        if self._took("LIKE"):
            return _negated({"op": "like", "args": [left, self._operand()]}, negated)
        if self._took("BETWEEN"):
            low = self._operand()
            self._need("AND")
            return _negated({"op": "between", "args": [left, low, self._operand()]}, negated)
        if self._took("IN"):
            return _negated({"op": "in", "args": [left, self._listed()]}, negated)
        raise self._lost()

    def _listed(self) -> list[Any]:
        self._need("(")
        found = [self._operand()]
        while self._took(","):
            found.append(self._operand())
        self._need(")")
        return found

    def _operand(self) -> Any:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match["sign"]:
            raise self._lost()
        if match["word"] and match["word"].upper() in _GEOMETRIES:
            return self._geometry(match.start("word"))
        self._at = match.end()
        if match["text"]:
            return match["text"][1:-1].replace("''", "'")
        if match["quoted"]:
            return {"property": match["quoted"][1:-1]}
        if match["number"]:
            return (
                json.loads(match["number"]) if re.fullmatch(r"-?\d{1,15}", match["number"]) else float(match["number"])
            )
        return self._named(match["word"])

    def _named(self, word: str) -> Any:
        """Return what a word stands for: a truth value, a day or moment, a box, or a property."""
        known = word.upper()
        if known in ("TRUE", "FALSE"):
            return known == "TRUE"
        if known in ("DATE", "TIMESTAMP") and self._took("("):
            said = self._operand()
            self._need(")")
            return {known.lower(): said}
        if known == "BBOX":
            return {"bbox": self._listed()}
        return {"property": word}

    def _geometry(self, start: int) -> dict[str, Any]:
        """Read well-known text up to the bracket that closes it."""
        end, open_ = self._text.find("(", start), 0
        while 0 <= end < len(self._text):
            open_ += {"(": 1, ")": -1}.get(self._text[end], 0)
            end += 1
            if not open_:
                break
        try:
            found = shapely.from_wkt(self._text[start:end])
        except shapely.errors.GEOSException as error:
            raise _wrong("几何无法读取", "a geometry cannot be read") from error
        self._at = end
        return dict(mapping(found))

    def _peek(self, kind: str) -> str:
        match = _TOKEN.match(self._text, self._at)
        return (match[kind] or "") if match else ""

    def _next(self, kind: str) -> str:
        match = _TOKEN.match(self._text, self._at)
        if match is None or not match[kind]:
            raise self._lost()
        self._at = match.end()
        return match[kind]

    def _took(self, wanted: str) -> bool:
        """Take a word or sign if it comes next."""
        if wanted in (self._peek("word").upper(), self._peek("sign")):
            self._next("word" if wanted.isalpha() else "sign")
            return True
        return False

    def _need(self, wanted: str, start: int | None = None) -> None:
        if not self._took(wanted):
            raise self._lost(start)

    def _lost(self, start: int | None = None) -> UsageError:
        place = (self._at if start is None else start) + 1
        return _wrong(f"第 {place} 个字符起无法读取", f"cannot be read from character {place} on")


def _negated(tree: Tree, negated: bool) -> Tree:
    return {"op": "not", "args": [tree]} if negated else tree


def _wrong(zh: str, en: str) -> UsageError:
    return UsageError(f"参数 filter 有误：{zh}", f"Parameter filter is wrong: {en}", where="filter")
