"""``landgis rules mode`` and ``landgis rules terms``: what the tables of a pack say of one sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.show import echo_json, printable
from landgis.domain.scheme import Scheme
from landgis.errors import UsageError
from landgis.rules.choosing.sale import ASKED, Buyer, Mode, Project

if TYPE_CHECKING:
    from landgis.domain.clause import Clause
    from landgis.rules.choosing.mode_answer import Course, ModeAnswer
    from landgis.rules.choosing.term_limit import TermAnswer

Pack = Annotated[str, typer.Option("--pack", help="规则包：songjiang 或 chongming。 Rule pack.")]
Use = Annotated[str, typer.Option("--use", help="规划用途代码。 Planned use code.")]
InScheme = Annotated[Scheme, typer.Option("--scheme", help="代码所属分类标准。 Code list of the planned use.")]
Kind = Annotated[Project | None, typer.Option("--project", help="项目类型；不写为未知。 Kind of project.")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]


def mode(
    use: Use,
    pack: Pack = "songjiang",
    scheme: InScheme = Scheme.GUIDE_2023,
    project: Kind = None,
    intended: Annotated[
        int | None, typer.Option("--intended", help="供地计划公布后的意向用地者数；不写为未知。 Intended users.")
    ] = None,
    buyer: Annotated[Buyer | None, typer.Option("--buyer", help="受让人类型；不写为未知。 Kind of buyer.")] = None,
    character_area: Annotated[
        bool | None,
        typer.Option(
            "--character-area/--no-character-area",
            help="是否位于有风貌管控要求的重点地区；不写为未知。 In an area whose look is protected.",
        ),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> int:
    """按用途、项目类型和意向用地者数查交易方式，附条款；情况不全即为未定（退出码 3）。 Look the trading mode up."""
    from landgis.rules.choosing.mode_answer import Certainty
    from landgis.rules.choosing.mode_choice import trading_mode
    from landgis.rules.choosing.sale import Sale
    from landgis.rules.reading.mode_tables import load_modes

    known = _district(pack)
    sale = Sale(project, intended, buyer, character_area)
    answer = trading_mode(load_modes(known), use, scheme, sale, day(as_of))
    if json:
        echo_json(
            {"pack": known, "use": use, "scheme": str(scheme), "as_of": day(as_of).isoformat()} | answer.as_dict()
        )
    else:
        _show_mode(known, use, scheme, answer)
    return {Certainty.DECIDED: 1 if answer.mode is Mode.MAY_NOT_ENTER else 0, Certainty.MAY_NOT_ENTER: 1}.get(
        answer.certainty, 3
    )


def terms(
    use: Use,
    pack: Pack = "songjiang",
    scheme: InScheme = Scheme.GUIDE_2023,
    years: Annotated[
        int | None, typer.Option("--years", help="拟定使用年限；不写只查最高年限。 The term asked.")
    ] = None,
    project: Kind = None,
    as_of: AsOf = None,
    json: Json = False,
) -> int:
    """查法定最高年限，核对拟定年限；与本市惯例不同只作提示。 Look the longest term up, and hold a term against it."""
    from landgis.rules.choosing.term_limit import TermState, term_limit
    from landgis.rules.reading.term_tables import load_terms

    known = _district(pack)
    answer = term_limit(load_terms(known), use, scheme, years, project, day(as_of))
    if json:
        echo_json(
            {"pack": known, "use": use, "scheme": str(scheme), "as_of": day(as_of).isoformat()} | answer.as_dict()
        )
    else:
        _show_term(known, use, scheme, answer)
    return {TermState.EXCEEDS: 1, TermState.MAY_NOT_ENTER: 1, TermState.UNDECIDED: 3}.get(answer.state, 0)


def _district(pack: str) -> str:
    """Return the name of a district's pack."""
    from landgis.rules.reading.load import load_pack, pack_names

    known = load_pack(pack)
    if not known.district:
        raise UsageError(
            f"规则包 {pack} 不是区规则包", f"The pack {pack} is of no district", where=pack,
            next_zh=f"可选：{'、'.join(pack_names())}", next_en=f"Choose from: {', '.join(pack_names())}",
        )  # fmt: skip
    return known.pack_id


def _show_mode(pack: str, use: str, scheme: Scheme, answer: ModeAnswer) -> None:
    mode, certainty = answer.mode, answer.certainty.words
    decided = f"：{mode.words.zh} {mode.words.en}" if mode and answer.courses else ""
    _say(f"交易方式 {pack} · {use}（{scheme.value}） · {certainty.zh}{decided}")
    _say(f"Trading mode: {certainty.en}{f', {mode.words.en}' if decided and mode else ''}")
    if answer.said:
        _say(f"  {answer.said.zh}\n  {answer.said.en}")
        if answer.said_by:
            _cite(answer.said_by)
    for words in answer.premises:
        _say(f"  前提：{words.zh}\n  {words.en}")
    for course in answer.courses:
        _show_course(course, certain=mode is not None)
    for course in answer.beside:
        _show_course(course, beside=True)
    if answer.unknown:
        _say("未知 unknown：")
        for name in answer.unknown:
            _say(f"  {ASKED[name].zh}\n  {ASKED[name].en}")
    if answer.left:
        listed = "、".join(each.words.zh for each in answer.left.modes)
        _say(
            f"法规留下的方式 left by the statute：{listed}（{', '.join(each.words.en for each in answer.left.modes)}）"
        )
        _cite(answer.left.clause)


def _show_course(course: Course, *, certain: bool = False, beside: bool = False) -> None:
    from landgis.cli.course_words import course_words

    words = course_words(course, certain=certain, beside=beside)
    _say(f"  {words.zh}\n    {words.en}")
    _cite(course.row.clause)


def _show_term(pack: str, use: str, scheme: Scheme, answer: TermAnswer) -> None:
    state = answer.state.words
    asked = (f"{answer.years} 年 · ", f"{answer.years} years, ") if answer.years is not None else ("", "")
    _say(f"使用年限 {pack} · {use}（{scheme.value}） · {asked[0]}{state.zh}\nTerm: {asked[1]}{state.en}")
    for limit in answer.limits:
        _say(f"  {limit.title.zh}最高 {limit.max_years} 年 {limit.title.en}: {limit.max_years} years at most")
        _cite(limit.clause)
    if answer.statute and answer.limits:
        _cite(answer.statute.also)
    if answer.stated:
        _say(f"  {answer.stated.words.zh} {answer.stated.words.en}")
        _cite(answer.stated.clause)
    for words in answer.notices:
        _say(f"提示 notice：{words.zh}\n  {words.en}")


def _cite(clause: Clause) -> None:
    _say(f"    {clause.label_zh}：“{clause.quote_zh}”")


def _say(text: str) -> None:
    typer.echo(printable(text))
