"""Terms of use: the statute's limit in both directions, and practice that is only ever a notice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.land_use import Scheme
from landgis.errors import RulePackError, UsageError
from landgis.rules.choosing.sale import Project
from landgis.rules.choosing.term_limit import TermAnswer, TermState, term_limit
from landgis.rules.reading.clause_tables import load_clauses
from landgis.rules.reading.tables import table_text
from landgis.rules.reading.term_tables import load_terms, parse_terms, run_term_cases

PACKS = ("chongming", "songjiang")
AS_OF = date(2026, 6, 30)
LIMITS = {"0701": 70, "1001": 50, "0804": 50, "0901": 40, "1101": 50}


def asked(
    use: str, years: int | None = None, project: Project | None = None, as_of: date = AS_OF, pack: str = "songjiang"
) -> TermAnswer:
    return term_limit(load_terms(pack), use, Scheme.GUIDE_2023, years, project, as_of)


@pytest.mark.parametrize("pack", PACKS)
def test_the_cases_beside_the_table_hold(pack: str) -> None:
    failed = [(case.name, case.wanted, case.given) for case in run_term_cases(pack) if not case.passed]
    assert failed == []


@pytest.mark.parametrize(("use", "limit"), LIMITS.items())
@pytest.mark.parametrize("pack", PACKS)
def test_the_limit_is_met_and_passed_by_one_year(use: str, limit: int, pack: str) -> None:
    assert asked(use, limit, pack=pack).state is TermState.WITHIN
    assert asked(use, limit + 1, pack=pack).state is TermState.EXCEEDS
    assert [row.max_years for row in asked(use, pack=pack).limits] == [limit]


@given(use=st.sampled_from([*LIMITS, "0902", "09", "08", "12"]), years=st.integers(1, 100))
def test_a_longer_term_is_never_judged_better(use: str, years: int) -> None:
    order = (TermState.WITHIN, TermState.UNDECIDED, TermState.EXCEEDS)
    assert order.index(asked(use, years).state) <= order.index(asked(use, years + 1).state)


@given(use=st.sampled_from(list(LIMITS)), years=st.integers(1, 100), project=st.none() | st.sampled_from(Project))
def test_practice_never_changes_the_state(use: str, years: int, project: Project | None) -> None:
    state = asked(use, years, project).state
    if project is Project.COMMODITY_HOUSING:
        assert state is TermState.MAY_NOT_ENTER
    else:
        assert (state is TermState.EXCEEDS) == (years > LIMITS[use])


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("use", ["070102", "0701", "0901"])
def test_housing_for_sale_has_no_term(use: str, pack: str) -> None:
    answer = asked(use, 40, Project.COMMODITY_HOUSING, pack=pack)
    assert (answer.state, answer.limits) == (TermState.MAY_NOT_ENTER, ())
    assert "商品住房，不得入市" in answer.notices[0].zh
    assert answer.as_dict()["state_en"] == "may not enter the market"


def test_practice_is_a_notice_that_says_it_is_unconfirmed() -> None:
    (notice,) = asked("1001", 50, Project.INDUSTRY_PROJECT).notices
    assert "20 年" in notice.zh
    assert "待单位确认" in notice.zh
    assert asked("1001", 20, Project.INDUSTRY_PROJECT).notices == ()
    assert asked("1001", 50, Project.STANDARD_WORKSHOP).notices == ()


def test_practice_says_when_its_document_expired() -> None:
    (before,) = asked("1001", 50, Project.INDUSTRY_PROJECT, date(2026, 9, 19)).notices
    (after,) = asked("1001", 50, Project.INDUSTRY_PROJECT, date(2026, 9, 20)).notices
    assert "届满" not in before.zh
    assert "2026-09-19，已届满" in after.zh


def test_an_answer_cites_the_limit_why_it_holds_and_who_asks_for_a_term() -> None:
    told = asked("0901", 40).as_dict()
    assert told["limits"][0]["clause"]["quote_zh"] == "商业、旅游、娱乐用地四十年"
    assert told["limits"][0]["unit"] == "years"
    assert told["also"]["article"] == "第四十三条"
    assert told["stated"]["document"] == "沪松府〔2023〕84号"


@pytest.mark.parametrize("pack", PACKS)
def test_the_plan_is_quoted_as_it_stands(pack: str) -> None:
    clause = load_terms(pack).stated.clause
    assert clause.quote_zh in "".join(row.quote for row in load_clauses(pack).rows)


@pytest.mark.parametrize("years", [0, -1])
def test_a_term_must_be_positive(years: int) -> None:
    with pytest.raises(UsageError):
        asked("0901", years)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max_years: 70", "max_years: 0", "max_years"),
        ("max_years: 70", "max_years: 70 years", "max_years"),
        ("      - id: mixed-or-other\n", '      - id: mixed-or-other\n        codes: ["99"]\n', "exactly one row has no codes"),
        ("- id: offices", "- id: housing", "listed twice"),
        ("  - from: 2021-09-01\n    limits", "  - limits", "from"),
        ("document: provisional-regulation-1990, article: 第十二条（一）", "document: other, article: 第十二条（一）", "no document"),
    ],
)  # fmt: skip
def test_a_broken_statute_does_not_load(old: str, new: str, told: str) -> None:
    text = table_text("national", "terms.yaml")
    assert old in text
    with pytest.raises(RulePackError) as caught:
        parse_terms(table_text("songjiang", "terms.yaml"), text.replace(old, new), "songjiang")
    assert told in caught.value.en
