"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.printed import number, percent


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0.0, "0.00"), (0.01, "0.01"), (0.009, "0.009000"), (-0.009, "-0.009000"), (-0.01, "-0.01"), (1234.5, "1,234.50"),
    ],
)  # fmt: skip
def test_a_number_has_two_decimals_and_more_where_it_is_little(amount: float, text: str) -> None:
    assert number(amount) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.00%"), (1e-9, "<0.01%"), (0.000049, "<0.01%"), (0.00005, "0.01%"), (0.5, "50.00%"),
        (0.99994, "99.99%"), (0.99995, ">99.99%"), (1 - 2e-9, ">99.99%"), (1 - 1e-9, "100.00%"), (1 - 1e-13, "100.00%"),
        (1.0, "100.00%"), (1 + 1e-13, "100.00%"),
    ],
)  # fmt: skip
def test_a_share_at_its_limits(share: float, text: str) -> None:
    assert percent(share) == text


@given(st.floats(0, 1, exclude_min=True))
def test_a_little_never_reads_as_nothing_nor_nearly_all_as_all(share: float) -> None:
    assert percent(share) != "0.00%"
    assert (percent(share) == "100.00%") == (share >= 1 - 1e-9)


@given(st.floats(1, 1e7), st.floats(1e-12, 1 - 1e-12))
def test_the_rounding_of_a_quotient_is_no_remainder(area_m2: float, part: float) -> None:
    assert percent((area_m2 * part + area_m2 * (1 - part)) / area_m2) == "100.00%"
