"""The one filter: one text for one meaning, and back; nothing unknown is taken."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.initials import initials_of
from landgis.domain.land_use_codes import codes_of, lineage
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.domain.parcel_filter import NAMES, OWNER_LEVELS, POOL_STATES, ParcelFilter, RuleOutcome
from landgis.domain.scheme import Scheme
from landgis.errors import UsageError

_WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)
_USES = [f"{use.scheme}:{use.code}" for use in codes_of(Scheme.GUIDE_2023)]


def _some(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=3).map(tuple)


FILTERS = st.builds(
    ParcelFilter,
    towns=_some(st.from_regex("[0-9]{9}", fullmatch=True).filter(str.isascii)),
    villages=_some(_WORDS),
    uses=_some(st.sampled_from(_USES)),
    verdicts=_some(st.sampled_from(VERDICTS)),
    rules=_some(st.builds(RuleOutcome, _WORDS, st.sampled_from(Outcome))),
    pool_states=_some(st.sampled_from(POOL_STATES)),
    plan_years=_some(st.integers(1000, 9999)),
    owner_levels=_some(st.sampled_from(OWNER_LEVELS)),
    area_from_m2=st.none() | st.floats(0, 1e12),
    area_to_m2=st.none() | st.floats(0, 1e12),
    text=st.just("") | _WORDS,
    parcels=_some(_WORDS),
)


@given(FILTERS)
def test_a_filter_comes_back_from_its_key(wanted: ParcelFilter) -> None:
    again = ParcelFilter.from_key(wanted.key())
    assert again == wanted
    assert again.key() == wanted.key()


@given(FILTERS)
def test_order_and_repetition_change_nothing(wanted: ParcelFilter) -> None:
    pairs = wanted.pairs()
    many = [pair for pair in pairs if pair[0] not in ("q", "area_from", "area_to")]
    assert ParcelFilter.of([*reversed(pairs), *many, ("town", " "), ("q", "")]).key() == wanted.key()


def test_every_field_has_a_name_in_an_address() -> None:
    assert len(NAMES) == len(fields(ParcelFilter))
    assert ParcelFilter().key() == ""


@pytest.mark.parametrize(
    "key",
    [
        "colour=red", "verdict=fine", "verdict=not_asked", "town=12", "town=３１０１１７１０６", "use=guide2023:9999",
        "use=0601", "use=other:0601", "rule=excluded", "rule=a:fine", "pool=sold", "year=27", "owner=state",
        "area_from=-1", "area_from=nan", "area_to=inf", "area_to=many", "q=a&q=b", "q=" + "x" * 101, "q=a%00b",
        "parcel_in=a%0Ab",
    ],
)  # fmt: skip
def test_what_nobody_knows_is_refused_in_words(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        ParcelFilter.from_key(key)
    assert caught.value.zh
    assert caught.value.next_en


def test_a_use_is_read_as_its_scheme_writes_it() -> None:
    assert ParcelFilter(uses=("guide2023:060100", "guide2023:0601")).uses == ("guide2023:0601",)
    assert lineage("090101", Scheme.GUIDE_2023) == ("guide2023:090101", "guide2023:0901", "guide2023:09")
    assert lineage("0303", Scheme.SURVEY) == ("survey:0303", "survey:00")
    assert lineage("9999", Scheme.SURVEY) == ()


@pytest.mark.parametrize(
    ("name", "initials"),
    [("新桥镇", "xqz"), ("长兴镇", "cxz"), ("八里庄村１组", "blzc1z"), ("A-2 村", "a2c"), ("", "")],
)
def test_initials_of_names(name: str, initials: str) -> None:
    assert initials_of(name) == initials
