"""A spreadsheet of our own, small and exact: reads a workbook as text and recomputes its formulas with decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import openpyxl
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<name>[A-Z]+)\(|"
    r"(?P<ref>(?:'[^']+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)|(?P<mark>[-+*/(),]))"
)
Value = Decimal | str | None


@dataclass
class Book:
    """Every cell of a workbook: what was typed, and what other programs read without computing."""

    typed: dict[str, dict[str, object]]
    cached: dict[str, dict[str, object]]
    known: dict[tuple[str, str], Value] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Book:
        both = []
        for data_only in (False, True):
            book = openpyxl.load_workbook(path, data_only=data_only)
            both.append({sheet.title: {cell.coordinate: cell.value for row in sheet for cell in row} for sheet in book})
        return cls(*both)

    def formulas(self) -> list[tuple[str, str, str]]:
        return [
            (sheet, place, value)
            for sheet, cells in self.typed.items()
            for place, value in cells.items()
            if isinstance(value, str) and value.startswith("=")
        ]

    def value(self, sheet: str, place: str) -> Value:
        """The value of a cell, computed."""
        if (sheet, place) not in self.known:
            typed = self.typed[sheet].get(place)
            if isinstance(typed, str) and typed.startswith("="):
                self.known[sheet, place] = _Formula(self, sheet, typed[1:]).computed()
            else:
                self.known[sheet, place] = Decimal(str(typed)) if isinstance(typed, (int, float)) else typed  # type: ignore[assignment]
        return self.known[sheet, place]

    def column(self, sheet: str, span: str) -> list[Value]:
        west, north, east, south = range_boundaries(span.replace("$", ""))
        letters = [openpyxl.utils.get_column_letter(number) for number in range(west, east + 1)]
        return [self.value(sheet, f"{letter}{row}") for row in range(north, south + 1) for letter in letters]


class _Formula:
    def __init__(self, book: Book, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens, at = [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"cannot read {text!r} at {at}")
            self.tokens.append((str(found.lastgroup), str(found[found.lastgroup or 0])))
            at = found.end()
        self.place = 0

    def computed(self) -> Value:
        result = self.sum()
        if self.place != len(self.tokens):
            raise ValueError(f"left over: {self.tokens[self.place :]}")
        return result if not isinstance(result, list) else result[0]

    def next(self) -> tuple[str, str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def sees(self, *marks: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place] in [("mark", mark) for mark in marks]

    def sum(self) -> object:
        result = self.product()
        while self.sees("+", "-"):
            _, mark = self.next()
            other = _number(self.product())
            result = _number(result) + (other if mark == "+" else -other)
        return result

    def product(self) -> object:
        result = self.one()
        while self.sees("*"):
            self.next()
            result = _number(result) * _number(self.one())
        return result

    def one(self) -> object:
        kind, text = self.next()
        if kind == "number":
            return Decimal(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "ref":
            sheet, _, place = text.rpartition("!")
            sheet = sheet.strip("'") or self.sheet
            return self.book.column(sheet, place) if ":" in place else self.book.value(sheet, place.replace("$", ""))
        if kind == "name":
            return self.call(text)
        if text == "(":
            inner = self.sum()
            self.next()
            return inner
        raise ValueError(text)

    def call(self, name: str) -> object:
        given = []
        while not self.sees(")"):
            given.append(self.sum())
            if self.sees(","):
                self.next()
        self.next()
        return _FUNCTIONS[name](*given)


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _rounded(value: object, places: object) -> Decimal:
    return _number(value).quantize(Decimal(1).scaleb(-int(_number(places))), ROUND_HALF_UP)


def _fits(value: object, asked: object) -> bool:
    if isinstance(value, Decimal) or isinstance(asked, Decimal):
        return value == asked
    pattern = re.sub(r"~([~*?])", lambda found: f"[{found[1]}]", str(asked).replace("[", "[[]"))
    return fnmatchcase(str(value or ""), pattern)


def _chosen(*pairs: object) -> list[bool]:
    columns = [(column, asked) for column, asked in zip(pairs[::2], pairs[1::2], strict=True)]
    return [all(_fits(cell, asked) for cell, (_, asked) in zip(cells, columns, strict=True))
            for cells in zip(*(column for column, _ in columns), strict=True)]  # type: ignore[call-overload]  # fmt: skip


_FUNCTIONS = {
    "SUM": lambda *given: sum(
        (_number(cell) for each in given for cell in (each if isinstance(each, list) else [each])), Decimal(0)
    ),
    "ROUND": _rounded,
    "COUNTIFS": lambda *pairs: Decimal(sum(_chosen(*pairs))),
    "SUMIFS": lambda summed, *pairs: sum(
        (_number(cell) for cell, fits in zip(summed, _chosen(*pairs), strict=True) if fits), Decimal(0)
    ),
}
