"""Preference: points that add up, ranges for what is missing, ranks that follow, weights that must be signed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.errors import ContractBroken, NotReady, RulePackError
from landgis.frames.preferred import POINTS, RANKS, READINGS
from landgis.rules.choosing.preference import Contribution, Preference, Reading, Reads, Scale
from landgis.rules.choosing.scoring import Scored, score
from landgis.rules.pack import Words
from landgis.rules.reading.clause_tables import load_clauses
from landgis.rules.reading.preference_table import load_preference, parse_preference, preference_on
from landgis.rules.reading.tables import table_text

PACKS = ("chongming", "songjiang")
WORDS = Words("项", "part")


def preference(**weights: float) -> Preference:
    """Contributions that are shares already."""
    parts = tuple(
        Contribution(name, WORDS, Reading(Reads.COMPACTNESS), Scale((0.0, 1.0), (0.0, 1.0)), weight, None, WORDS)
        for name, weight in weights.items()
    )
    return Preference("trial", date(2023, 1, 1), None, parts)


def scored(
    wanted: Preference, bounds: dict[str, dict[str, tuple[float, float]]], top: int = 1, verdict: str = "clear"
) -> Scored:
    rows = [
        (parcel, name, low if low == high else None, low, high, "图", "map")
        for parcel, parts in bounds.items()
        for name, (low, high) in parts.items()
    ]
    kinds = {column.name: {"text": "str", "float": "float64"}[column.kind] for column in READINGS.columns}
    table = pd.DataFrame(rows, columns=READINGS.names).astype(kinds)
    verdicts = pd.DataFrame({"parcel_id": list(bounds), "verdict": verdict}, dtype="str")
    return score(wanted, table, verdicts, top)


def exact(**values: float) -> dict[str, tuple[float, float]]:
    return {name: (value, value) for name, value in values.items()}


def test_points_are_merit_times_weight_and_add_up() -> None:
    result = scored(preference(near=30, shape=10), {"A": exact(near=0.5, shape=1.0), "B": exact(near=1.0, shape=0.2)})
    POINTS.require(result.points)
    RANKS.require(result.ranks)
    assert result.ranks["parcel_id"].tolist() == ["B", "A"]
    assert result.ranks["points_least"].tolist() == [32.0, 25.0]
    sums = result.points.groupby("parcel_id")["points_least"].sum()
    assert sums.to_dict() == {"A": 25.0, "B": 32.0}
    assert result.points["contribution"].tolist() == ["near", "shape"] * 2


def test_a_missing_input_is_a_range_and_never_a_silent_zero() -> None:
    result = scored(preference(near=30, shape=10), {"A": {"near": (0.0, 1.0), "shape": (1.0, 1.0)}})
    part = result.points.iloc[0]
    assert (part["points_least"], part["points_most"]) == (0.0, 30.0)
    assert pd.isna(part["value"])
    assert result.ranks[["points_least", "points_most"]].iloc[0].tolist() == [10.0, 40.0]


def test_ranks_tell_how_far_missing_inputs_could_move_them() -> None:
    parts = {"A": exact(near=0.9), "B": {"near": (0.5, 1.0)}, "C": exact(near=0.6), "D": exact(near=0.1)}
    ranks = scored(preference(near=10), parts).ranks.set_index("parcel_id")
    assert ranks["rank"].to_dict() == {"A": 1, "C": 2, "B": 3, "D": 4}
    assert ranks["rank_best"].to_dict() == {"A": 1, "C": 2, "B": 1, "D": 4}
    assert ranks["rank_worst"].to_dict() == {"A": 2, "C": 3, "B": 3, "D": 4}


def test_ties_go_by_number() -> None:
    parts = {name: exact(near=0.5, shape=0.5) for name in ("C", "A", "B")}
    ranks = scored(preference(near=10, shape=3), parts).ranks
    assert ranks["parcel_id"].tolist() == ["A", "B", "C"]
    assert ranks["rank_best"].tolist() == ranks["rank_worst"].tolist() == [1, 2, 3]


def test_sums_that_differ_by_rounding_alone_are_ties() -> None:
    parts = {"B": exact(a=0.1, b=0.2, c=0.3), "A": exact(a=0.3, b=0.2, c=0.1)}
    assert scored(preference(a=1, b=1, c=1), parts).ranks["parcel_id"].tolist() == ["A", "B"]


def test_sensitivity_tells_ranks_while_one_weight_moves() -> None:
    parts = {"A": exact(near=1.0, shape=0.0), "B": exact(near=0.0, shape=0.9)}
    result = scored(preference(near=10, shape=10), parts, top=1)
    assert result.sensitivity.variations == (("near", 0.8), ("near", 1.2), ("shape", 0.8), ("shape", 1.2))
    assert result.sensitivity.ranks.tolist() == [[2, 1, 1, 2], [1, 2, 2, 1]]
    ranks = result.ranks.set_index("parcel_id")
    assert ranks["stays_share"].to_dict() == {"A": 0.5, "B": 0.5}
    assert ranks[["varied_best", "varied_worst"]].loc["A"].tolist() == [1, 2]


SHARES = st.floats(0, 1, allow_nan=False)
BOUNDS = st.tuples(SHARES, SHARES).map(lambda pair: (min(pair), max(pair)))
TABLES = st.dictionaries(
    st.text("ABCDEFGH", min_size=1, max_size=2), st.tuples(BOUNDS, BOUNDS, BOUNDS), min_size=1, max_size=12
)


@settings(deadline=None, max_examples=30)
@given(table=TABLES)
def test_the_order_of_rows_changes_nothing_and_ranks_are_honest(
    table: dict[str, tuple[tuple[float, float], ...]],
) -> None:
    wanted = preference(a=5, b=3, c=2)
    bounds = {parcel: dict(zip("abc", parts, strict=True)) for parcel, parts in table.items()}
    result = scored(wanted, bounds, top=2)
    turned = scored(wanted, dict(reversed(bounds.items())), top=2)
    pd.testing.assert_frame_equal(result.ranks, turned.ranks)
    pd.testing.assert_frame_equal(result.points, turned.points)
    ranks = result.ranks
    assert sorted(ranks["rank"]) == list(range(1, len(table) + 1))
    assert (ranks["rank_best"] <= ranks["rank"]).all()
    assert (ranks["rank"] <= ranks["rank_worst"]).all()
    assert ranks["points_least"].is_monotonic_decreasing
    assert (ranks["points_least"] >= 0).all()
    assert (ranks["points_most"] <= wanted.full).all()


@settings(deadline=None, max_examples=30)
@given(table=TABLES, data=st.data())
def test_whatever_the_missing_turn_out_to_be_the_rank_lies_in_its_range(
    table: dict[str, tuple[tuple[float, float], ...]], data: st.DataObject
) -> None:
    wanted = preference(a=5, b=3, c=2)
    bounds = {parcel: dict(zip("abc", parts, strict=True)) for parcel, parts in table.items()}
    known = {
        parcel: {name: (value, value) for name, pair in parts.items() for value in [data.draw(st.floats(*pair))]}
        for parcel, parts in bounds.items()
    }
    ranges = scored(wanted, bounds).ranks.set_index("parcel_id")
    for row in scored(wanted, known).ranks.itertuples():
        assert ranges.loc[row.parcel_id, "rank_best"] <= row.rank <= ranges.loc[row.parcel_id, "rank_worst"]


@given(
    low=st.floats(-10, 60), high=st.floats(-10, 60), knots=st.lists(st.floats(0, 1), min_size=2, max_size=5),
    where=st.floats(0, 1),
)  # fmt: skip
def test_the_merit_of_every_value_between_bounds_lies_between_the_merits(
    low: float, high: float, knots: list[float], where: float
) -> None:
    scale = Scale(tuple(10.0 * place for place in range(len(knots))), tuple(knots))
    bounds = np.array([min(low, high)]), np.array([max(low, high)])
    least, most = scale.between(*bounds)
    value = bounds[0] + where * (bounds[1] - bounds[0])
    exactly, _ = scale.between(value, value)
    assert least[0] - 1e-12 <= exactly[0] <= most[0] + 1e-12


def test_bounds_without_end_are_the_ends_of_the_scale() -> None:
    least, most = Scale((0.0, 50.0, 500.0), (1.0, 1.0, 0.0)).between(np.array([0.0, 275.0]), np.array([np.inf, np.inf]))
    assert (least.tolist(), most.tolist()) == ([0.0, 0.0], [1.0, 0.5])


def test_a_parcel_without_a_reading_is_refused() -> None:
    with pytest.raises(ContractBroken) as caught:
        scored(preference(near=1, shape=1), {"A": exact(near=1.0)})
    assert "一一对应" in caught.value.zh


def test_bounds_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ContractBroken):
        scored(preference(near=1), {"A": {"near": (1.0, 0.0)}})


def test_nobody_to_rank_is_no_error() -> None:
    table = READINGS.empty()
    result = score(preference(near=1), table, pd.DataFrame({"parcel_id": [], "verdict": []}, dtype="str"), 5)
    assert result.ranks.empty
    assert result.points.empty


@pytest.mark.parametrize("pack", PACKS)
def test_the_shipped_weights_are_unsigned_defaults_of_a_hundred_in_all(pack: str) -> None:
    (edition,) = load_preference(pack)
    assert edition.signed is None
    assert edition.full == 100


@pytest.mark.parametrize("pack", PACKS)
def test_every_clause_of_a_weight_is_quoted_as_it_stands(pack: str) -> None:
    text = "".join(row.quote for row in load_clauses(pack).rows)
    for each in load_preference(pack)[0].contributions:
        if each.clause is None:
            assert "方案未列" in each.basis.zh
        else:
            assert each.clause.quote_zh in text, each.clause.quote_zh


def test_differences_between_the_districts_are_data() -> None:
    ids = {pack: {each.contribution_id for each in load_preference(pack)[0].contributions} for pack in PACKS}
    assert ids["songjiang"] - ids["chongming"] == {"inside-village-boundary"}
    assert ids["chongming"] - ids["songjiang"] == {"mature-location"}


def test_before_the_pack_there_is_no_preference() -> None:
    with pytest.raises(NotReady):
        preference_on("songjiang", date(2023, 6, 14))
    assert preference_on("songjiang", date(2023, 6, 15)).start == date(2023, 6, 15)


@pytest.mark.parametrize(
    ("which", "old", "new", "told"),
    [
        ("songjiang", "weight: 20", "weight: 0", "weight"),
        ("songjiang", "- id: size\n", "- id: beauty\n", "nothing measures beauty"),
        ("songjiang", "- id: size\n", "- id: shape\n", "listed twice"),
        ("songjiang", "signed: null", "signed: {by: 局}", "“day” is missing"),
        ("songjiang", "    signed: null # {by: 单位, day: 2026-01-01, document: 文号}\n", "", "signed"),
        ("national", "scale: [[0, 1], [5000, 0]]", "scale: [[0, 1], [0, 0]]", "must rise"),
        ("national", "scale: [[0, 1], [5000, 0]]", "scale: [[0, 1], [5000, 2]]", "between 0 and 1"),
        ("national", "reads: {name: distance, layer: new_city}", "reads: {name: distance}", "layer"),
        ("national", "facts: [facilities_mature]", "facts: [owner_name]", "owner_name"),
        ("national", "layer: land_cover, cover: built", "layer: land_cover", "land cover goes"),
    ],
)
def test_a_broken_preference_does_not_load(which: str, old: str, new: str, told: str) -> None:
    texts = {name: table_text(name, "preference.yaml") for name in ("songjiang", "national")}
    assert old in texts[which]
    texts[which] = texts[which].replace(old, new)
    with pytest.raises(RulePackError) as caught:
        parse_preference(texts["songjiang"], texts["national"], "songjiang")
    assert told in caught.value.en


def test_a_signed_preference_says_who_signed() -> None:
    text = table_text("songjiang", "preference.yaml").replace(
        "signed: null", "signed: {by: 松江区规划资源局, day: 2026-03-01, document: 松规〔2026〕1号}"
    )
    (edition,) = parse_preference(text, table_text("national", "preference.yaml"), "songjiang")
    assert edition.signed is not None
    assert (edition.signed.by, edition.signed.on) == ("松江区规划资源局", date(2026, 3, 1))
