"""Codes: never without their scheme, never mixed, explained part by part."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landgis.domain
from landgis.domain.code_table import rows_of
from landgis.domain.guide_2020 import Relation, in_guide_2023, translate
from landgis.domain.land_use import PlannedClass, Scheme, SurveyClass, look_up, normalise, planned_class, survey_class
from landgis.domain.land_use_codes import codes_of, meanings
from landgis.domain.parcel_code import CodeKind, explain_parcel_code
from landgis.errors import UsageError
from landgis.frames.planned_use import planned_use_codes

TABLES = Path(landgis.domain.__file__).parent / "code_tables"
COLLISIONS = [
    ("0601", "农村道路", "工业用地"),
    ("0602", "设施农用地", "采矿用地"),
    ("0702", "城镇社区服务设施用地", "农村宅基地"),
    ("1001", "工业用地", "铁路用地"),
]


@pytest.mark.parametrize(("code", "in_guide", "in_survey"), COLLISIONS)
def test_one_code_has_a_meaning_in_each_scheme(code: str, in_guide: str, in_survey: str) -> None:
    guide, survey = look_up(code, Scheme.GUIDE_2023), look_up(code, Scheme.SURVEY)
    assert guide is not None
    assert survey is not None
    assert (guide.name_zh, survey.name_zh) == (in_guide, in_survey)
    assert {use.name_zh for use in meanings(code)} >= {in_guide, in_survey}


def test_a_code_of_one_scheme_is_refused_as_one_of_the_other() -> None:
    for scheme in (Scheme.SURVEY, Scheme.GB21010):
        with pytest.raises(UsageError):
            planned_class("0601", scheme)
        with pytest.raises(UsageError):
            in_guide_2023("0601", scheme)
    for scheme in (Scheme.GUIDE_2023, Scheme.GUIDE_2020):
        with pytest.raises(UsageError):
            survey_class("0702", scheme)


def test_no_public_function_takes_a_code_without_its_scheme() -> None:
    import inspect

    from landgis.domain import guide_2020, land_use, land_use_codes

    for module in (land_use, land_use_codes, guide_2020):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            names = list(inspect.signature(function).parameters)
            if "code" in names and name != "meanings":
                assert "scheme" in names, name


def test_homestead_is_homestead_in_every_scheme() -> None:
    assert planned_class("0703", Scheme.GUIDE_2023) is PlannedClass.HOMESTEAD
    assert planned_class("070301", Scheme.GUIDE_2020) is PlannedClass.HOMESTEAD
    assert survey_class("0702", Scheme.SURVEY) is SurveyClass.HOMESTEAD
    assert survey_class("0702", Scheme.GB21010) is SurveyClass.HOMESTEAD


@pytest.mark.parametrize(
    ("code", "relation", "candidates", "judged"),
    [
        ("0602", "exact", ["060201"], "forbidden"),
        ("0603", "exact", ["060202"], "forbidden"),
        ("060102", "exact", ["1207"], "conditional"),
        ("090302", "exact", ["0903"], "permitted"),
        ("0903", "exact", ["0903"], "permitted"),
        ("1001", "exact", ["1001"], "permitted"),
        ("1313", "exact", ["1312"], "conditional"),
        ("2303", "exact", ["060102"], "forbidden"),
        ("2302", "exact", ["2303"], "forbidden"),
        ("0204", "ambiguous", ["0205", "0204"], "unrecognised"),
        ("0601", "ambiguous", ["0601", "1207"], "unrecognised"),
        ("1311", "ambiguous", ["1311", "1705"], "unrecognised"),
        ("0205", "none", [], "unrecognised"),
        ("060201", "none", [], "unrecognised"),
        ("2206", "none", [], "unrecognised"),
    ],
)
def test_what_became_of_a_code_of_2020(code: str, relation: str, candidates: list[str], judged: str) -> None:
    found = translate(code)
    assert (found.relation, list(found.candidates)) == (relation, candidates)
    assert planned_class(code, Scheme.GUIDE_2020) == judged
    assert in_guide_2023(code, Scheme.GUIDE_2020) == (candidates[0] if relation == "exact" else None)
    assert bool(found.note_zh) == bool(found.note_en) == (relation == "ambiguous")


def test_both_tables_of_the_guide_tell_the_same_story() -> None:
    """The table of 2023 names the old codes of each class; that of 2020 says what became of them."""
    became = {old: row["code"] for row in rows_of("landuse_2023") for old in row["old_2020_codes"].split("|") if old}
    old_rows = {row["code"]: row for row in rows_of("landuse_2020")}
    assert set(became) == set(old_rows)
    for code, row in old_rows.items():
        assert became[code] in row["codes_2023"].split("|")
        assert (row["relation"] == "exact") == ("|" not in row["codes_2023"])
        assert all(look_up(new, Scheme.GUIDE_2023) for new in row["codes_2023"].split("|"))
        if row["parent"]:
            assert row["parent"] in old_rows


def test_every_table_has_a_confidence_in_every_row() -> None:
    for path in sorted(TABLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert all(row["confidence"] in {"high", "medium", "low", "verified-secondary"} for row in rows), path.name
        assert all(None not in row and None not in row.values() for row in rows), path.name
    for scheme in Scheme:
        assert scheme.version in {"2023", "2020", "2019", "2017"}
        assert scheme.document
        assert scheme.source
        assert len({use.code for use in codes_of(scheme)}) == len(codes_of(scheme)) > 70


@given(st.sampled_from([use for scheme in (Scheme.GUIDE_2023, Scheme.GUIDE_2020) for use in codes_of(scheme)]))
def test_padding_changes_nothing(use: object) -> None:
    assert hasattr(use, "code")
    assert hasattr(use, "scheme")
    padded = f" {use.code:0<6} "
    assert normalise(padded, use.scheme) == use.code
    assert look_up(padded, use.scheme) == use
    assert planned_class(padded, use.scheme) is planned_class(use.code, use.scheme)


def test_survey_codes_are_not_padded_and_keep_their_letters() -> None:
    assert look_up("090000", Scheme.SURVEY) is None
    assert look_up("0100", Scheme.GUIDE_2023) is None
    assert survey_class("05H1", Scheme.SURVEY) is SurveyClass.CONSTRUCTION
    assert survey_class("08H2A", Scheme.SURVEY) is SurveyClass.CONSTRUCTION
    assert survey_class("1104A", Scheme.SURVEY) is SurveyClass.AGRICULTURAL
    assert survey_class("0201K", Scheme.SURVEY) is SurveyClass.AGRICULTURAL
    assert survey_class("0305K", Scheme.SURVEY) is SurveyClass.AGRICULTURAL
    assert survey_class("0404", Scheme.SURVEY) is SurveyClass.MIXED
    assert survey_class("0404", Scheme.GB21010) is SurveyClass.UNUSED
    assert look_up("0901K", Scheme.GUIDE_2023) is None


def test_planned_uses_are_counted_in_one_scheme() -> None:
    parcels = pd.DataFrame(
        {
            "planned_use_code": ["0602", "0602", "0204", None, "090000"],
            "planned_use_scheme": ["guide2020", "guide2023", "guide2020", "guide2020", None],
        },
        dtype="str",
    )
    found = planned_use_codes(parcels)
    assert found.fillna("").tolist() == ["060201", "0602", "", "", "090000"]


GOOD = "310117109001JB00012"


def test_a_unit_code_is_explained_part_by_part() -> None:
    found = explain_parcel_code(f" {GOOD}F00010002 ")
    assert found.kind is CodeKind.UNIT
    assert found.is_valid
    assert [(part.first, part.last, part.text) for part in found.parts] == [
        (1, 6, "310117"),
        (7, 9, "109"),
        (10, 12, "001"),
        (13, 13, "J"),
        (14, 14, "B"),
        (15, 19, "00012"),
        (20, 20, "F"),
        (21, 28, "00010002"),
    ]
    assert "".join(part.text for part in found.parts) == found.code
    assert found.parts[0].meaning_zh == "松江区"
    assert "泖港镇" in found.parts[1].meaning_zh
    assert found.parts[3].meaning_en == "collectively owned"
    assert found.screening is not None
    assert found.screening.effect == "candidate"


@pytest.mark.parametrize(
    ("letters", "effect"),
    [
        ("JA", "owner_parcel"),
        ("JB", "candidate"),
        ("JC", "homestead"),
        ("JW", "dispute"),
        ("ZB", "dispute"),
        ("ZW", "dispute"),
        ("GW", "dispute"),
        ("GB", "not_collective"),
        ("GS", "not_collective"),
        ("JD", "compensation"),
        ("JE", "compensation"),
        ("JF", "compensation"),
        ("JL", "agricultural"),
        ("JN", "agricultural"),
        ("JY", "other"),
        ("GH", "not_collective"),
    ],
)
def test_the_letters_say_what_a_parcel_is_for_entry(letters: str, effect: str) -> None:
    found = explain_parcel_code(GOOD.replace("JB", letters))
    assert found.screening is not None
    assert found.screening.effect == effect
    assert found.screening.zh
    assert found.screening.en
    assert found.screening.confidence
    assert found.is_valid


@pytest.mark.parametrize(
    ("code", "issue"),
    [
        (GOOD.replace("JB", "GC"), "letters_do_not_go_together"),
        (GOOD.replace("JB", "GA"), "letters_do_not_go_together"),
        (GOOD.replace("JB", "JH"), "letters_do_not_go_together"),
        (GOOD.replace("00012", "00000"), "serial_zero"),
        (GOOD + "W00000001", "fixture_number_wrong"),
        (GOOD + "F00000000", "fixture_number_wrong"),
        (GOOD.replace("310117", "310115"), "county_elsewhere"),
        (GOOD.replace("JB", "KB"), "code_malformed"),
        (GOOD.replace("JB", "JI"), "code_malformed"),
        (GOOD.replace("JB", "jb"), "code_malformed"),
        (GOOD.replace("0", "O", 1), "code_malformed"),
        (GOOD.replace("1", "１", 1), "code_malformed"),
        (GOOD[:-1], "code_malformed"),
        (GOOD + "F0001", "code_malformed"),
        ("", "code_malformed"),
        ("310117999", "town_unknown"),
        ("310117109001" + "0000001", "padding_wrong"),
    ],
)
def test_a_wrong_code_is_told(code: str, issue: str) -> None:
    found = explain_parcel_code(code)
    assert [each.code for each in found.issues] == [issue]
    assert not found.is_valid
    assert all(each.message_zh and each.message_en for each in found.issues)


def test_the_first_wrong_character_is_named() -> None:
    issue = explain_parcel_code(GOOD.replace("JB", "JQ")).issues[0]
    assert "第 14 位“Q”" in issue.message_zh
    assert "character 14" in issue.message_en


def test_the_old_county_code_of_chongming_is_a_remark() -> None:
    found = explain_parcel_code(GOOD.replace("310117109", "310230101"))
    assert [issue.code for issue in found.issues] == ["county_old"]
    assert found.is_valid


@pytest.mark.parametrize(
    ("code", "kind", "last"),
    [
        ("310117109", CodeKind.TOWN, "泖港镇"),
        ("310117109001", CodeKind.VILLAGE, ""),
        ("3101171090010000000", CodeKind.SURVEY_UNIT, ""),
        ("310151101999" + "0000000", CodeKind.SURVEY_UNIT, ""),
        ("310117200110000123", CodeKind.FEATURE, ""),
    ],
)
def test_codes_of_places_and_features(code: str, kind: CodeKind, last: str) -> None:
    found = explain_parcel_code(code)
    assert found.kind is kind
    assert found.is_valid
    assert found.screening is None
    assert "".join(part.text for part in found.parts) == code
    assert found.parts[-1].meaning_zh == last


def test_land_of_a_town_outside_its_villages_is_named() -> None:
    assert "不属任何村" in explain_parcel_code("3101511019990000000").parts[2].meaning_zh


@given(st.text(max_size=30))
def test_any_text_is_explained_or_refused(text: str) -> None:
    found = explain_parcel_code(text)
    assert (found.kind is CodeKind.UNKNOWN) == (not found.parts)
    assert Relation("none").zh


def test_facts_take_both_guides_by_word_and_the_rules_judge_each_in_its_own() -> None:
    from landgis.rules.measures import MEASURES, Evidence

    facts = pd.DataFrame(
        {
            "planned_use_code": ["0602", "0602", "0601", "090301", "0901", "0601"],
            "planned_use_scheme": ["guide2020", "guide2023", "guide2020", "guide2020", None, "survey"],
            "rental_only": pd.array([None] * 6, dtype="boolean"),
        },
        index=pd.Index(list("abcdef"), name="parcel_id"),
    )
    nothing = pd.DataFrame()
    read = MEASURES["planned_use"].read(Evidence(facts, nothing, nothing, nothing), "planned_use_code")
    assert read["category"].tolist() == ["forbidden", "forbidden", "unrecognised", "permitted", "missing", "missing"]
