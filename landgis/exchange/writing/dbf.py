"""A dBASE table byte by byte: fields as wide as declared, text in its encoding, no date of the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa

from landgis.domain.file_limits import DBF_TEXT_BYTES
from landgis.exchange.writing.fit_values import number_decimals
from landgis.exchange.writing.stored import StoredField, StoredLayer

NUMBER_WIDTH, WHOLE_WIDTH = 24, 18
LANGUAGE = {"GBK": 0x4D, "GB18030": 0x4D, "UTF-8": 0}
"""The byte by which software that ignores .cpg knows Chinese text; for UTF-8 there is none."""
_DATE = bytes((100, 1, 1))
"""Year since 1900, month, day: 2000-01-01, so that the same content gives the same bytes."""
_WIDEST = {"gbk": 2, "gb18030": 4, "utf-8": 4}
"""Most bytes of one character."""


@dataclass(frozen=True)
class DbfField:
    """One field: name, type letter, bytes and decimals."""

    name: str
    letter: str
    width: int
    decimals: int = 0


def dbf_fields(layer: StoredLayer, codec: str) -> tuple[DbfField, ...]:
    """Return the fields of a layer: as wide as declared, else as wide as the content."""
    return tuple(_field(one, layer.table[one.name].combine_chunks(), codec) for one in layer.fields)


def dbf_size(fields: tuple[DbfField, ...], rows: int) -> int:
    """Return the bytes of a table."""
    return 32 + 32 * len(fields) + 1 + rows * (1 + sum(field.width for field in fields)) + 1


def dbf_bytes(layer: StoredLayer, rows: int, encoding: str, codec: str) -> Iterator[bytes]:
    """Yield a table piece by piece: its header, each row, the end."""
    fields = dbf_fields(layer, codec)
    header = bytearray(32)
    header[0], header[1:4], header[29] = 0x03, _DATE, LANGUAGE[encoding]
    header[4:8] = rows.to_bytes(4, "little")
    header[8:10] = (32 + 32 * len(fields) + 1).to_bytes(2, "little")
    header[10:12] = (1 + sum(field.width for field in fields)).to_bytes(2, "little")
    yield bytes(header)
    for field in fields:
        yield (
            field.name.encode(codec).ljust(11, b"\x00")
            + field.letter.encode()
            + bytes(4)
            + bytes((field.width, field.decimals))
            + bytes(14)
        )
    yield b"\r"
    columns = [layer.table[one.name].to_pylist() for one in layer.fields]
    for cells in zip(*columns, strict=True) if columns else ((),) * rows:
        yield b" " + b"".join(_cell(value, field, codec) for value, field in zip(cells, fields, strict=True))
    yield b"\x1a"


def _field(one: StoredField, values: pa.Array, codec: str) -> DbfField:
    present = values.drop_null().to_pylist()
    if pa.types.is_date(values.type):
        return DbfField(one.name, "D", 8)
    if pa.types.is_integer(values.type):
        widest = max((len(str(value)) for value in present), default=1)
        return DbfField(one.name, "N", min(WHOLE_WIDTH, max(widest, one.length or 1)))
    if pa.types.is_floating(values.type):
        decimals = number_decimals(values, one.decimals, NUMBER_WIDTH)
        widest = max((len(_fixed(value, decimals)) for value in present), default=decimals + 2)
        return DbfField(one.name, "N", min(NUMBER_WIDTH, max(widest, one.length or 1)), decimals)
    widest = max((len(text.encode(codec)) for text in present), default=1)
    declared = (one.length or 1) * _WIDEST[codec]
    return DbfField(one.name, "C", min(DBF_TEXT_BYTES, max(widest, declared)))


def _cell(value: object, field: DbfField, codec: str) -> bytes:
    if value is None:
        return b" " * field.width
    if isinstance(value, dt.date):
        return f"{value.year:04d}{value.month:02d}{value.day:02d}".encode()
    if isinstance(value, str):
        return value.encode(codec).ljust(field.width, b" ")
    text = _fixed(value, field.decimals) if isinstance(value, float) else str(value)
    return text.rjust(field.width).encode()


def _fixed(value: float, decimals: int) -> str:
    return f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
