"""A plain reader of vector tiles, written from the specification (version 2.1), for tests alone."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class Feature:
    """Attributes, and the points of all rings in units of the tile, downward."""

    attributes: dict[str, Any]
    points: list[tuple[int, int]]


def layers_of(content: bytes) -> dict[str, list[Feature]]:
    """Return the features of every layer of a tile, by its name."""
    return dict(_layer(value) for number, value in _fields(content) if number == 3)


def _layer(content: bytes) -> tuple[str, list[Feature]]:
    name, keys, values, raw = "", [], [], []
    for number, value in _fields(content):
        if number == 1:
            name = value.decode()
        elif number == 2:
            raw.append(dict(_fields(value)))
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
    features = []
    for fields in raw:
        tags = list(_varints(fields.get(2, b"")))
        named = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
        features.append(Feature(named, list(_points(fields[4]))))
    return name, features


def _points(content: bytes) -> Iterator[tuple[int, int]]:
    numbers = _varints(content)
    x = y = 0
    for command in numbers:
        for _ in range(command >> 3 if command & 7 != 7 else 0):
            x, y = x + _signed(next(numbers)), y + _signed(next(numbers))
            yield x, y


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _value(content: bytes) -> Any:
    ((number, value),) = _fields(content)
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    return bool(value) if number == 7 else _signed(value) if number == 6 else value


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        if key & 7 == _VARINT:
            value, at = _varint(content, at)
            yield key >> 3, value
            continue
        size, at = _varint(content, at) if key & 7 == _BYTES else ({_FIXED64: 8, _FIXED32: 4}[key & 7], at)
        yield key >> 3, content[at : at + size]
        at += size


def _varints(content: bytes) -> Iterator[int]:
    at = 0
    while at < len(content):
        number, at = _varint(content, at)
        yield number


def _varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = content[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at
