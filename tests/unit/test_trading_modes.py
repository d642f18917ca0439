"""Trading modes: every cell of the tables, what is unknown, and tables that do not load."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.land_use import Scheme
from landgis.errors import RulePackError, UsageError
from landgis.rules.choosing.mode_answer import Certainty, ModeAnswer
from landgis.rules.choosing.mode_choice import trading_mode
from landgis.rules.choosing.sale import Buyer, Force, Mode, Project, Sale
from landgis.rules.reading.clause_tables import load_clauses
from landgis.rules.reading.mode_tables import load_modes, parse_modes, run_mode_cases
from landgis.rules.reading.tables import table_text

PACKS = ("chongming", "songjiang")
AS_OF = date(2026, 6, 30)
OPEN, LISTED, AGREED = Mode.OPEN_BIDDING, Mode.LISTING_WITH_PROJECT, Mode.AGREEMENT
LEFT = (Mode.TENDER, Mode.AUCTION, Mode.LISTING, Mode.AGREEMENT)
SALES = st.builds(
    Sale,
    st.none() | st.sampled_from(Project),
    st.none() | st.integers(0, 5),
    st.none() | st.sampled_from(Buyer),
    st.none() | st.booleans(),
)
USES = st.sampled_from(["0901", "1001", "0802", "0804", "0701", "12", "13", "1301", "08", "07", "1101"])


def asked(use: str, sale: Sale, pack: str = "songjiang") -> ModeAnswer:
    return trading_mode(load_modes(pack), use, Scheme.GUIDE_2023, sale, AS_OF)


@pytest.mark.parametrize("pack", PACKS)
def test_the_cases_beside_the_table_hold(pack: str) -> None:
    failed = [(case.name, case.wanted, case.given) for case in run_mode_cases(pack) if not case.passed]
    assert failed == []


def test_every_row_has_a_case_that_comes_to_it() -> None:
    cases = run_mode_cases("songjiang")
    reached = {row for case in cases for name in ("rows", "beside") for row in case.wanted.get(name, ())}
    assert reached == {row.row_id for row in load_modes("songjiang").editions[0].rows}


def cells() -> list[tuple[str, Project, int, Mode, Force]]:
    """Every cell of Songjiang's table, written out by hand from 三（六）1."""
    rows = [("0901", Project.OPERATING, n, OPEN, Force.MUST) for n in (0, 1, 2)]
    rows += [("1001", Project.INDUSTRY_PROJECT, n, LISTED, Force.MUST) for n in (0, 1, 2)]
    rows += [("1001", Project.STANDARD_WORKSHOP, n, OPEN, Force.MUST) for n in (0, 1, 2)]
    rows += [("0802", Project.INDUSTRY_PROJECT, n, LISTED, Force.MUST) for n in (0, 1, 2)]
    rows += [("0802", Project.GENERAL_RESEARCH, n, OPEN, Force.MUST) for n in (0, 1, 2)]
    for use in ("0802", "0803", "0804", "0805", "0806", "0807", "1208", "1301"):
        rows += [(use, Project.SOCIAL_FACILITY, n, AGREED, Force.MAY) for n in (0, 1)]
        rows += [(use, Project.SOCIAL_FACILITY, n, OPEN, Force.MUST) for n in (2, 3)]
    rows += [("0701", Project.RENTAL_HOUSING, n, Mode.AS_STATE_LAND, Force.MUST) for n in (0, 1, 2)]
    rows += [("0701", Project.COMMODITY_HOUSING, n, Mode.MAY_NOT_ENTER, Force.MUST) for n in (0, 1, 2)]
    return rows


@pytest.mark.parametrize(("use", "project", "intended", "mode", "force"), cells())
@pytest.mark.parametrize(("buyer", "area"), list(product(Buyer, (True, False))))
def test_every_cell_says_what_the_sentence_says(
    use: str, project: Project, intended: int, mode: Mode, force: Force, buyer: Buyer, area: bool
) -> None:
    answer = asked(use, Sale(project, intended, buyer, area))
    assert (answer.certainty, answer.mode, answer.unknown) == (Certainty.DECIDED, mode, ())
    (course,) = answer.courses
    assert course.row.force is force
    leading = project in (Project.STANDARD_WORKSHOP, Project.GENERAL_RESEARCH) and buyer is not Buyer.OTHER
    beside = {"leading-buyer"} if leading else {"character-area"} if project is Project.OPERATING and area else set()
    assert {each.row.row_id for each in answer.beside} == beside


@pytest.mark.parametrize("project", Project)
@pytest.mark.parametrize("use", ["0901", "1001", "0802", "0804", "0701", "1101"])
def test_a_kind_of_project_that_does_not_go_with_the_use_is_in_no_cell(use: str, project: Project) -> None:
    known = {(cell[0], cell[1]) for cell in cells()}
    answer = asked(use, Sale(project, 1, Buyer.OTHER, False))
    assert (answer.certainty is Certainty.DECIDED) == ((use, project) in known)
    if (use, project) not in known:
        assert answer.certainty is Certainty.NOT_IN_TABLE
        assert answer.left is not None
        assert answer.left.modes == LEFT


@given(use=USES, sale=SALES, known=SALES)
def test_more_knowledge_never_contradicts_what_was_decided(use: str, sale: Sale, known: Sale) -> None:
    before = asked(use, sale)
    merged = Sale(
        *(mine if mine is not None else theirs for mine, theirs in zip(_values(sale), _values(known), strict=True))
    )
    after = asked(use, merged)
    if after.certainty is Certainty.NOT_IN_TABLE:
        return
    if before.certainty is Certainty.DECIDED:
        assert after.mode is before.mode
    else:
        assert set(_modes(after)) <= set(_modes(before))
    if not before.unknown:
        assert _modes(after) == _modes(before)


def _values(sale: Sale) -> tuple[object, ...]:
    return sale.project, sale.intended, sale.buyer, sale.character_area


def _modes(answer: ModeAnswer) -> list[Mode]:
    return sorted({course.row.mode for course in answer.courses})


def test_what_would_have_to_be_true_is_told_with_each_way() -> None:
    answer = asked("0804", Sale())
    assert {course.row.mode: course.given for course in answer.courses} == {
        AGREED: {"intended": ("0-1",)},
        OPEN: {"intended": ("2+",)},
    }
    (beside,) = asked("1001", Sale()).beside
    assert beside.given == {"project": ("standard_workshop",), "buyer": ("park_platform", "leading_firm")}


def test_the_premise_is_told_with_the_uses_that_have_one() -> None:
    (premise,) = asked("0804", Sale(intended=1)).premises
    assert "营利性" in premise.zh
    assert asked("0901", Sale()).premises == ()
    assert asked("0802", Sale(project=Project.GENERAL_RESEARCH)).premises == ()


def test_chongming_never_borrows_songjiangs_table() -> None:
    for use, project, intended, *_ in cells():
        answer = asked(use, Sale(project, intended, Buyer.PARK_PLATFORM, True), "chongming")
        if project is Project.COMMODITY_HOUSING:
            assert (answer.certainty, answer.left) == (Certainty.MAY_NOT_ENTER, None)
            continue
        assert answer.certainty is Certainty.NOT_IN_TABLE
        assert (answer.mode, answer.courses, answer.beside) == (None, (), ())
        assert answer.left is not None
        assert answer.left.modes == LEFT
        assert answer.left.clause.article == "第四十一条"
        assert answer.said_by is not None
        assert answer.said_by.document.key == "chongming-2023"


@pytest.mark.parametrize("pack", PACKS)
def test_every_quotation_is_in_the_document(pack: str) -> None:
    table = load_clauses(pack)
    text = "".join(row.quote for row in table.rows)
    for edition in load_modes(pack).editions:
        for clause in (edition.clause, *(row.clause for row in edition.rows)):
            assert clause.document.key == table.document
            assert clause.quote_zh in text, clause.quote_zh


def test_a_negative_number_of_users_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        asked("0804", Sale(intended=-1))
    assert "-1" in caught.value.zh


def test_a_code_of_the_survey_is_no_planned_use() -> None:
    with pytest.raises(UsageError):
        trading_mode(load_modes("songjiang"), "0601", Scheme.SURVEY, Sale(), AS_OF)


def test_answers_are_plain_data_with_clause_and_quotation() -> None:
    told = asked("0804", Sale(intended=2)).as_dict()
    assert (told["certainty"], told["mode"], told["left_by_statute"]) == ("decided", "open_bidding", None)
    assert told["courses"][0]["clause"] == {
        "document": "沪松府〔2023〕84号",
        "article": "三（六）1",
        "quote_zh": "供地计划公布后，同一宗地有两个或者两个以上意向用地者的，应采取公开招拍挂方式出让",
    }
    assert set(told) == {
        "certainty", "certainty_zh", "certainty_en", "mode", "mode_zh", "mode_en", "courses", "beside", "unknown", "premises",
        "left_by_statute", "said_zh", "said_en", "said_by",
    }  # fmt: skip
    assert (told["certainty_zh"], told["certainty_en"], told["mode_zh"], told["mode_en"]) == (
        "已确定", "decided", Mode.OPEN_BIDDING.words.zh, Mode.OPEN_BIDDING.words.en,
    )  # fmt: skip
    course = told["courses"][0]
    assert set(course) == {"row", "mode", "mode_zh", "mode_en", "force", "why_zh", "why_en", "clause", "if"}
    assert (course["mode_zh"], course["mode_en"]) == (told["mode_zh"], told["mode_en"])
    open_ = asked("0804", Sale()).as_dict()
    assert set(open_["unknown"][0]) == {"name", "zh", "en"}
    assert [row["name"] for row in open_["unknown"]] == ["intended"]
    silent = asked("1101", Sale()).as_dict()
    assert set(silent["left_by_statute"]["modes"][0]) == {"mode", "zh", "en"}
    assert [row["mode"] for row in silent["left_by_statute"]["modes"]] == ["tender", "auction", "listing", "agreement"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("        intended_to: 1\n", "", "has 2 rows"),
        ("        intended_from: 2\n", "        intended_from: 3\n", "has 0 rows"),
        ("        projects: [rental_housing]\n        mode", "        projects: [commodity_housing]\n        mode", "rows"),
        ("uses: [commerce]", "uses: [trade]", "there is no use “trade”"),
        ("- id: commercial\n", "- id: rental-housing\n", "listed twice"),
        ("document: songjiang-2023-84", "document: elsewhere", "there is no document “elsewhere”"),
        ("projects: [social_facility]", "projects: [industry_project]", "shares codes"),
        ("mode: as_state_land", "mode: lottery", "modes.yaml:"),
        ("mode: as_state_land\n", "mode: as_state_land\n        tip: none\n", "tip"),
    ],
)  # fmt: skip
def test_a_table_with_an_empty_or_a_double_cell_does_not_load(old: str, new: str, told: str) -> None:
    text = table_text("songjiang", "modes.yaml")
    assert old in text
    with pytest.raises(RulePackError) as caught:
        parse_modes(text.replace(old, new), "songjiang", "songjiang/modes.yaml")
    assert told in f"{caught.value.where} {caught.value.en}"


@pytest.mark.parametrize(
    ("old", "twice"), [("- id: industry\n", "- id: commerce\n"), ("- id: commercial\n", "- id: rental-housing\n")]
)
def test_an_id_given_twice_is_told_where_it_stands_the_second_time(old: str, twice: str) -> None:
    text = table_text("songjiang", "modes.yaml")
    assert (text.count(old), text.count(twice)) == (1, 1)
    text = text.replace(old, twice)
    with pytest.raises(RulePackError) as caught:
        parse_modes(text, "songjiang", "songjiang/modes.yaml")
    assert "listed twice" in caught.value.en
    assert caught.value.where == f"songjiang/modes.yaml:{text.count(chr(10), 0, text.rindex(twice)) + 1}"


def test_a_use_that_nobody_lists_is_told_where_a_row_names_it() -> None:
    text = table_text("songjiang", "modes.yaml").replace("uses: [research]", "uses: [research, trade]")
    with pytest.raises(RulePackError) as caught:
        parse_modes(text, "songjiang", "songjiang/modes.yaml")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "uses: [research, trade]" in row)
    assert caught.value.where == f"songjiang/modes.yaml:{line}"


def test_a_fault_names_file_line_and_field() -> None:
    text = table_text("songjiang", "modes.yaml").replace("mode: as_state_land", "mode: lottery")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "lottery" in row)
    with pytest.raises(RulePackError) as caught:
        parse_modes(text, "songjiang", "songjiang/modes.yaml")
    assert caught.value.where == f"songjiang/modes.yaml:{line}"
    assert "mode" in caught.value.en
