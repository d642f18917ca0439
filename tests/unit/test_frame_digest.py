"""One hash over a frame: blind to what does not matter, and to nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.frames.digest import FrameHash, frame_hash
from landgis.frames.spec import Column

COLUMNS = (
    Column("parcel_id", "text"),
    Column("rule_id", "text"),
    Column("label", "text", nullable=True),
    Column("hits", "int"),
    Column("union_m2", "float"),
    Column("distance_m", "float", nullable=True),
)
KEY = ("parcel_id", "rule_id")
CELL = {
    "label": st.none() | st.text(max_size=6),
    "hits": st.integers(-(2**62), 2**62),
    "union_m2": st.floats(allow_nan=False),
    "distance_m": st.none() | st.floats(allow_nan=False),
}
ROW = st.fixed_dictionaries({"parcel_id": st.text(max_size=4), "rule_id": st.text(max_size=4)} | CELL)
ROWS = st.lists(ROW, max_size=8, unique_by=lambda row: (row["parcel_id"], row["rule_id"]))


def framed(rows: list[dict[str, object]], text: str = "str") -> pd.DataFrame:
    kinds = {"text": text, "int": "int64", "float": "float64"}
    return pd.DataFrame(
        {column.name: pd.Series([row[column.name] for row in rows], dtype=kinds[column.kind]) for column in COLUMNS}
    )


def hashed(frame: pd.DataFrame) -> FrameHash:
    return frame_hash(frame, COLUMNS, KEY)


@given(ROWS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_how_texts_are_held_matters(rows: list[dict[str, object]], order: object) -> None:
    mixed = list(rows)
    order.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert hashed(framed(rows)) == hashed(framed(mixed, "object"))


@given(ROWS.filter(bool), st.data())
def test_another_cell_is_another_hash(rows: list[dict[str, object]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from(sorted(CELL)))
    cell = data.draw(CELL[name].filter(lambda cell: repr(cell) != repr(rows[place][name])))
    changed = [row | {name: cell} if number == place else row for number, row in enumerate(rows)]
    assert hashed(framed(rows)) != hashed(framed(changed))


BASE: dict[str, object] = {
    "parcel_id": "a",
    "rule_id": "r",
    "label": "",
    "hits": 1,
    "union_m2": 1.5,
    "distance_m": None,
}


@pytest.mark.parametrize(
    "changed",
    [
        {"label": None},
        {"union_m2": float(np.nextafter(1.5, 2))},
        {"distance_m": 0.0},
        {"rule_id": "ra", "parcel_id": ""},
    ],
)
def test_the_least_change_is_seen(changed: dict[str, object]) -> None:
    assert hashed(framed([BASE])) != hashed(framed([BASE | changed]))


def test_minus_zero_is_another_number_and_a_missing_number_is_one_whatever_its_bits() -> None:
    zero, minus = (hashed(framed([BASE | {"union_m2": number}])) for number in (0.0, -0.0))
    assert zero != minus
    odd = framed([BASE])
    odd["distance_m"] = np.array([0x7FF8000000000123], dtype="u8").view("f8")
    assert hashed(odd) == hashed(framed([BASE]))


def test_texts_do_not_run_into_each_other() -> None:
    one = [BASE | {"parcel_id": "a", "label": "ab"}, BASE | {"parcel_id": "b", "label": "c"}]
    other = [BASE | {"parcel_id": "a", "label": "a"}, BASE | {"parcel_id": "b", "label": "bc"}]
    assert hashed(framed(one)) != hashed(framed(other))


def test_an_empty_frame_has_a_hash_and_says_what_was_hashed() -> None:
    empty = hashed(framed([]))
    assert (empty.rows, empty.columns) == (0, tuple(column.name for column in COLUMNS))
    assert empty.sha256 != hashed(framed([BASE])).sha256
