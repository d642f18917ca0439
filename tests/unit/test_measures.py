"""The measures behind the further rules: bounds, evidence named, and three answers where a fact may be missing."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.facts import FACTS
from landgis.domain.title import RightType, Title, title_of
from landgis.frames.measures import CELLS
from landgis.rules.measures import MEASURES, Evidence

AREA_M2 = 1000.0
SINCE = date(2023, 6, 15)
YES_NO = (True, False, None)


def _evidence(
    overlaps: dict[str, dict[str, float]] | None = None,
    states: dict[str, tuple[str, float]] | None = None,
    since: date | None = SINCE,
    **facts: Any,
) -> Evidence:
    """One parcel of 1000 m²; overlaps by layer and class ('' the layer as a whole); state and uncovered m² by layer."""
    row = {fact.name: pd.NA for fact in FACTS} | {
        name: pd.NA if value is None else value for name, value in facts.items()
    }
    rows = [
        {"parcel_id": "p", "layer": layer, "class": name, "union_m2": area}
        for layer, classes in (overlaps or {}).items()
        for name, area in {"": min(sum(classes.values()), AREA_M2), **classes}.items()
    ]
    covered = dict.fromkeys(overlaps or {}, ("complete", 0.0)) | (states or {})
    coverage = [
        {"parcel_id": "p", "layer": layer, "state": state, "release": "r", "uncovered_m2": uncovered}
        for layer, (state, uncovered) in covered.items()
    ]
    return Evidence(
        facts=pd.DataFrame([{"parcel_id": "p"} | row]).set_index("parcel_id", drop=False),
        areas=pd.DataFrame([{"parcel_id": "p", "planar_m2": AREA_M2}]),
        overlaps=pd.DataFrame(rows, columns=["parcel_id", "layer", "class", "union_m2"]),
        coverage=pd.DataFrame(coverage, columns=["parcel_id", "layer", "state", "release", "uncovered_m2"]),
        since=since,
    )


def _read(measure: str, evidence: Evidence, name: str) -> dict[str, float]:
    found = MEASURES[measure].read(evidence, name)
    assert set(found["category"]) <= set(MEASURES[measure].categories)
    return {str(name): float(area) for name, area in zip(found["category"], found["amount"], strict=True) if area != 0}


def _converted(farmland: float, days: dict[str, float], **facts: Any) -> dict[str, float]:
    survey = {"cultivated": farmland, "construction": AREA_M2 - farmland}
    layers = {"survey_land_use": survey} | ({"approved_unbuilt": days} if days else {})
    return _read("farmland_conversion", _evidence(layers, **facts), "survey_land_use")


def test_without_an_approval_all_farmland_is_unconverted() -> None:
    assert _converted(300.0, {}) == {"unconverted": 300.0}
    assert _converted(0.0, {}) == {}


@pytest.mark.parametrize(
    ("day", "category"),
    [("2023-06-14", "converted_before"), ("2023-06-15", "converted_after"), ("undated", "undated")],
)
def test_the_day_of_the_approval_decides(day: str, category: str) -> None:
    assert _converted(300.0, {day: AREA_M2}) == {category: 300.0}
    fact = {"conversion_document": "文"} | ({} if day == "undated" else {"conversion_approved_on": day})
    assert _converted(300.0, {}, **fact) == {category: 300.0}


@pytest.mark.parametrize(
    ("fact", "said", "said_en"),
    [
        (
            {"conversion_approved_on": "2018-05-20"},
            "批准文件 未注明文号（2018-05-20）",
            "document without number (2018-05-20)",
        ),
        ({"conversion_document": "文"}, "批准文件 文（未注明日期）", "document 文 (undated)"),
    ],
)
def test_half_an_approval_on_record_proves_none_and_says_which_half(
    fact: dict[str, Any], said: str, said_en: str
) -> None:
    evidence = _evidence({"survey_land_use": {"cultivated": 300.0, "construction": 700.0}}, **fact)
    row = MEASURES["farmland_conversion"].read(evidence, "survey_land_use").iloc[0]
    assert row[["category", "value", "value_en"]].tolist() == ["undated", said, said_en]


def test_nobody_said_since_when_so_no_day_decides() -> None:
    evidence = _evidence(
        {"survey_land_use": {"agricultural": 300.0}, "approved_unbuilt": {"2018-01-01": AREA_M2}}, since=None
    )
    assert "converted_before" not in _read("farmland_conversion", evidence, "survey_land_use")


def test_of_an_approval_of_a_part_only_what_it_must_or_cannot_cover_is_sure() -> None:
    assert _converted(300.0, {"2018-01-01": 200.0}) == {"unconverted": 100.0, "undetermined": 200.0}
    assert _converted(900.0, {"2018-01-01": 800.0}) == {
        "unconverted": 100.0, "undetermined": 100.0, "converted_before": 700.0,
    }  # fmt: skip


@settings(deadline=None)
@given(
    farmland=st.floats(0, AREA_M2),
    before=st.floats(0, AREA_M2),
    after=st.floats(0, AREA_M2),
    undated=st.floats(0, AREA_M2),
)
def test_every_square_metre_of_farmland_is_told_once_and_never_clear_beyond_its_approval(
    farmland: float, before: float, after: float, undated: float
) -> None:
    days = {"2018-01-01": before, "2024-01-01": after, "undated": undated}
    told = _converted(farmland, days)
    assert sum(told.values()) == pytest.approx(farmland, abs=1e-4)
    assert told.get("converted_before", 0.0) <= before + 1e-6
    assert told.get("unconverted", 0.0) >= farmland - before - after - undated - 1e-4


def test_which_evidence_spoke_is_named_in_both_languages() -> None:
    evidence = _evidence(
        {"survey_land_use": {"cultivated": 300.0}, "approved_unbuilt": {"2018-05-20": AREA_M2}},
        conversion_approved_on="2017-03-01",
        conversion_document="沪府土〔2017〕8号",
    )
    row = MEASURES["farmland_conversion"].read(evidence, "survey_land_use").iloc[0]
    assert row["value"] == "批准未建设土地图层 1,000.00 ㎡（2018-05-20）；批准文件 沪府土〔2017〕8号（2017-03-01）"
    assert row["value_en"] == (
        "layer of approved, unbuilt land 1,000.00 m² (2018-05-20); document 沪府土〔2017〕8号 (2017-03-01)"
    )


def test_the_survey_class_of_approved_land_is_told_apart() -> None:
    def classes(days: dict[str, float]) -> dict[str, float]:
        layers = {"survey_land_use": {"cultivated": 300.0, "construction": 700.0}} | (
            {"approved_unbuilt": days} if days else {}
        )
        found = _read("survey_class_area", _evidence(layers), "survey_land_use")
        return {name: area for name, area in found.items() if name != "construction"}

    assert classes({}) == {"cultivated": 300.0}
    assert classes({"2018-01-01": AREA_M2}) == {"approved": 300.0}
    assert classes({"2018-01-01": 100.0}) == {"cultivated": 200.0}
    assert classes({"2018-01-01": 400.0}) == {"approved_in_part": 300.0}


def test_ground_outside_of_a_release_may_be_covered_by_what_it_does_not_show() -> None:
    evidence = _evidence({"unit_plan": {"": 700.0}}, {"unit_plan": ("partial", 200.0)})
    row = MEASURES["outside_area"].read(evidence, "unit_plan").iloc[0]
    assert (row["least"], row["most"]) == (pytest.approx(100.0), pytest.approx(300.0))
    absent = _evidence({}, {"unit_plan": ("absent", AREA_M2)})
    assert MEASURES["outside_area"].read(absent, "unit_plan").iloc[0]["least"] == 0


def test_a_boundary_across_the_parcel_says_how_much_lies_on_either_side() -> None:
    across = MEASURES["boundary_side"].read(_evidence({"development_boundary": {"": 400.0}}), "development_boundary")
    assert across[["category", "amount", "value"]].iloc[0].tolist() == ["across", 400.0, "600.00"]
    assert _read("boundary_side", _evidence({"development_boundary": {"": AREA_M2}}), "development_boundary") == {
        "inside": AREA_M2
    }


@pytest.mark.parametrize(
    ("permit", "category"), [(True, "permitted"), (False, "not_permitted"), (None, "permit_missing")]
)
def test_water_and_the_line_of_the_river_ask_for_the_permit(permit: bool | None, category: str) -> None:
    both = {"water": {"": 20.0}, "river_blue_line": {"": 50.0}}
    assert _read("overlap_permitted", _evidence(both, river_filling_approved=permit), "water") == {category: 50.0}
    row = MEASURES["overlap_permitted"].read(_evidence(both, river_filling_approved=permit), "water").iloc[0]
    assert (row["least"], row["most"]) == (50.0, 70.0)  # side by side they cover the sum, at most
    stale = {"river_blue_line": ("stale", 0.0)}
    assert _read("overlap_permitted", _evidence(both, stale, river_filling_approved=permit), "water") == {
        category: 20.0
    }


@pytest.mark.parametrize("permit", [False, None])
@pytest.mark.parametrize(
    ("state", "uncovered", "open_m2"),
    [("partial", 40.0, 40.0), ("partial", 0.0, AREA_M2), ("stale", 0.0, AREA_M2), ("absent", AREA_M2, AREA_M2)],
)
def test_a_line_of_the_river_that_was_supplied_and_cannot_speak_leaves_dry_ground_open(
    state: str, uncovered: float, open_m2: float, permit: bool | None
) -> None:
    layers = {"water": {"": 0.0}, "river_blue_line": {"": 0.0}}
    evidence = _evidence(layers, {"river_blue_line": (state, uncovered)}, river_filling_approved=permit)
    assert _read("overlap_permitted", evidence, "water") == {"line_open": open_m2}
    approved = _evidence(layers, {"river_blue_line": (state, uncovered)}, river_filling_approved=True)
    assert _read("overlap_permitted", approved, "water") == {}


def test_a_line_of_the_river_that_nobody_measured_is_open_and_one_that_nobody_supplied_is_not() -> None:
    unmeasured = _evidence({"water": {"": 0.0}}, {"river_blue_line": ("complete", 0.0)})
    assert _read("overlap_permitted", unmeasured, "water") == {"line_open": AREA_M2}
    complete = _evidence({"water": {"": 0.0}, "river_blue_line": {"": 0.0}})
    assert _read("overlap_permitted", complete, "water") == {}
    assert _read("overlap_permitted", _evidence({"water": {"": 0.0}}), "water") == {}
    unsupplied = dataclasses.replace(unmeasured, coverage=unmeasured.coverage.assign(state="absent", release=""))
    assert _read("overlap_permitted", unsupplied, "water") == {}


def _site_conditions(cases: list[dict[str, Any]], fact: str) -> list[str]:
    """What is read of each case, of one parcel each, all read at once."""
    ids = [f"p{number}" for number in range(len(cases))]
    alone = _evidence()
    facts = pd.concat([alone.facts] * len(cases), ignore_index=True)
    for name in cases[0]:
        facts[name] = pd.Series([pd.NA if case[name] is None else case[name] for case in cases], dtype=object)
    facts = facts.assign(parcel_id=ids).set_index("parcel_id", drop=False)
    areas = pd.DataFrame({"parcel_id": ids, "planar_m2": AREA_M2})
    read = MEASURES["site_conditions"].read(dataclasses.replace(alone, facts=facts, areas=areas), fact)
    assert read["parcel_id"].tolist() == ids
    return [str(category) for category in read["category"]]


@pytest.mark.parametrize("fact", ["conditions_agreed", "site_cleared"])
def test_site_conditions_are_three_valued(fact: str) -> None:
    """All 729 states: ready when all is there, open as long as something unknown could still decide."""
    names = ("road", "water_supply", "power", "levelled", "site_cleared", "conditions_agreed")
    cases = [dict(zip(names, states, strict=True)) for states in product(YES_NO, repeat=len(names))]
    told = _site_conditions(cases, fact)
    strict = fact == "site_cleared"
    for facts, found in zip(cases, told, strict=True):
        asked = [facts[name] for name in names[: 5 if strict else 4]]
        agreed = facts["conditions_agreed"]
        ready = True if all(state is True for state in asked) else False if False in asked else None
        if ready:
            assert found == "ready"
        elif strict:
            assert found == ("missing" if ready is None else "agreed" if agreed else "not_ready")
        else:
            assert found == ("agreed" if agreed else "not_ready" if (ready, agreed) == (False, False) else "missing")


def test_what_the_site_lacks_is_named() -> None:
    facts: dict[str, Any] = {
        "road": True,
        "water_supply": False,
        "power": None,
        "levelled": True,
        "conditions_agreed": False,
    }
    row = MEASURES["site_conditions"].read(_evidence(**facts), "conditions_agreed").iloc[0]
    assert row["value"] == "通水（否）、通电（缺）、交易双方另有约定（否）"
    assert row["value_en"] == "water (no), power (not on record), conditions otherwise agreed (no)"


@pytest.mark.parametrize(
    ("parcel_id", "right", "title"),
    [
        ("310117109901JB00001", "", Title.COLLECTIVE_CONSTRUCTION),
        ("310117109901JB00001F00010001", "", Title.COLLECTIVE_CONSTRUCTION),
        ("310117109901JC00001", "7", Title.HOMESTEAD),
        ("310117109901JB00001", "6", Title.HOMESTEAD),
        ("310117109901JW00001", "8", Title.DISPUTED),
        ("310117109901ZB00001", "", Title.DISPUTED),
        ("310117109901GB00001", "", Title.NOT_COLLECTIVE),
        ("310117109901JA00001", "1", Title.OTHER),
        ("310117109901JB00001", "9", Title.OTHER),
        ("DK-17", "8", Title.COLLECTIVE_CONSTRUCTION),
        ("DK-17", "", Title.MISSING),
    ],
)
def test_title_is_read_off_the_code_and_the_right_and_the_worse_counts(
    parcel_id: str, right: str, title: Title
) -> None:
    assert title_of(parcel_id, right)[0] is title


def test_no_right_makes_a_homestead_code_better() -> None:
    for right in ("", *RightType):
        assert title_of("310117109901JC00001", right)[0] is Title.HOMESTEAD


@pytest.mark.parametrize(
    ("facts", "category"),
    [
        ({"contract_signed": False}, "none"),
        ({}, "missing"),
        ({"contract_signed": True}, "missing"),
        ({"contract_use_code": "1001", "contract_use_scheme": "guide2023"}, "operating"),
        ({"contract_use_code": "1001"}, "missing"),
        ({"contract_use_code": "070102", "contract_use_scheme": "guide2023"}, "missing"),
        ({"contract_use_code": "070102", "contract_use_scheme": "guide2023", "rental_only": True}, "housing_rental"),
        (
            {"contract_use_code": "070102", "contract_use_scheme": "guide2023", "rental_only": False},
            "housing_commodity",
        ),
        ({"contract_signed": False, "contract_use_code": "0703", "contract_use_scheme": "guide2023"}, "homestead"),
        ({"contract_use_code": "0101", "contract_use_scheme": "guide2023"}, "forbidden"),
        ({"contract_use_code": "16", "contract_use_scheme": "guide2023"}, "other"),
    ],
)
def test_the_use_in_the_contract(facts: dict[str, Any], category: str) -> None:
    found = MEASURES["contract_use"].read(_evidence(**facts), "contract_use_code")
    assert found["category"].tolist() == [category]


@pytest.mark.parametrize(("state", "uncovered", "most"), [("partial", 100.0, 0.6), ("complete", 0.0, 0.5)])
def test_ground_without_cells_may_be_of_any_cover(state: str, uncovered: float, most: float) -> None:
    cells = [("p", "land_cover", "cover_share", "cropland", 0.5), ("p", "land_cover", "covered_share", "", 0.9)]
    bare = _evidence({}, {"land_cover": (state, uncovered)})
    evidence = dataclasses.replace(bare, cells=pd.DataFrame(cells, columns=CELLS.names))
    found = MEASURES["cover_share"].read(evidence, "land_cover").set_index("category").loc["cropland"]
    assert (found["amount"], found["most"]) == (0.5, pytest.approx(most))


@pytest.mark.parametrize(
    ("value", "told"), [(True, ("yes", "是", "yes")), (False, ("no", "否", "no")), (None, ("missing", "缺", "not on record"))]
)  # fmt: skip
def test_a_yes_or_no_is_told_in_both_languages(value: bool | None, told: tuple[str, str, str]) -> None:
    found = MEASURES["yes_no"].read(_evidence(dispute=value), "dispute")
    assert list(found[["category", "value", "value_en"]].itertuples(index=False, name=None)) == [told]
