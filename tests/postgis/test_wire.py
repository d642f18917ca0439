"""What goes in by COPY comes out again: every type, missing values, awkward texts, slices."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Double, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from landgis.db import wire
from landgis.db.bulk import copy_in
from landgis.db.connect import Database
from landgis.db.json_rows import json_objects

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "t": TEXT,
    "i": st.integers(-(2**31), 2**31 - 1),
    "b": st.integers(-(2**63), 2**63 - 1),
    "f": st.floats(allow_nan=False),
    "y": st.booleans(),
    "d": st.dates(date(1000, 1, 1), date(2999, 12, 31)),
    "m": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 zone follows
    "j": st.dictionaries(TEXT, st.none() | TEXT | st.integers(-9, 9) | st.booleans(), max_size=3),
}
TABLE = Table(
    "everything",
    MetaData(),
    Column("t", Text),
    Column("i", Integer),
    Column("b", BigInteger),
    Column("f", Double),
    Column("y", Boolean),
    Column("d", Date),
    Column("m", DateTime(timezone=True)),
    Column("j", JSONB),
)
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | cell for name, cell in CELLS.items()}), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from([1, 60, 1 << 20]))
def test_every_type_comes_back_as_it_went_in(database: Database, rows: list[dict[str, Any]], slice_bytes: int) -> None:
    with pytest.MonkeyPatch.context() as patch, database.begin() as connection:
        patch.setattr(wire, "_SLICE_BYTES", slice_bytes)
        connection.execute(text("CREATE TEMP TABLE everything (n serial, t text, i int, b bigint, f float8, y boolean,"
                                " d date, m timestamptz, j jsonb) ON COMMIT DROP"))  # fmt: skip
        copy_in(connection, TABLE, {name: [row[name] for row in rows] for name in CELLS}, into="everything")
        found = connection.execute(text("SELECT * FROM everything ORDER BY n")).mappings().all()
    assert [{name: row[name] for name in CELLS} for row in found] == rows


def test_columns_of_different_lengths_are_refused(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("CREATE TEMP TABLE everything (t text, i int) ON COMMIT DROP"))
        with pytest.raises(ValueError, match="different lengths"):
            copy_in(connection, TABLE, {"t": ["a", "b"], "i": [1]}, into="everything")


@given(st.lists(st.tuples(st.none() | TEXT, st.none() | st.integers(-99, 99), st.none() | st.floats()), max_size=6))
def test_rows_of_attributes_are_the_json_that_json_would_write(
    rows: list[tuple[str | None, int | None, float | None]],
) -> None:
    texts, numbers, floats = ([row[k] for row in rows] for k in range(3))
    columns = {
        '名"称': pa.array(texts, pa.string()),
        "n": pa.array(numbers, pa.int64()),
        "f": pa.array(floats, pa.float64()),
    }
    read = [json.loads(row) for row in json_objects(columns, len(rows)).to_pylist()]
    finite = [value if value is not None and math.isfinite(value) else None for value in floats]
    assert read == [dict(zip(columns, row, strict=True)) for row in zip(texts, numbers, finite, strict=True)]


def test_dates_become_text_and_a_table_without_fields_gives_empty_objects() -> None:
    moments = pa.array([datetime(2024, 3, 1, 8, 30), None])  # noqa: DTZ001 files carry no zone
    assert json_objects({"d": moments}, 2).to_pylist() == ['{"d":"2024-03-01 08:30:00.000000"}', '{"d":null}']
    assert json_objects({}, 2).to_pylist() == ["{}", "{}"]
