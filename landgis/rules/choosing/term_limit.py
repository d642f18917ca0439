"""Holding a term against the statute's limit and what is usual: above the limit is wrong, unusual is only told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from landgis.domain.guide_2020 import in_guide_2023
from landgis.domain.land_use import Scheme, planned_class
from landgis.errors import UsageError
from landgis.rules.choosing.sale import Project, why_barred
from landgis.rules.choosing.terms import Limit, Limits, Practice, Stated, TermTables
from landgis.rules.editions import in_force
from landgis.rules.pack import Words


class TermState(StrEnum):
    """What is said of a term."""

    WITHIN = "within"
    EXCEEDS = "exceeds"
    UNDECIDED = "undecided"
    """The use may be either of two, and the term lies between their limits; or the use is not known."""
    NOT_STATED = "not_stated"
    MAY_NOT_ENTER = "may_not_enter"

    @property
    def words(self) -> Words:
        """Label in both languages."""
        return _STATES[self]


_STATES = {
    TermState.WITHIN: Words("不超过法定最高年限", "within the longest term of the statute"),
    TermState.EXCEEDS: Words("超过法定最高年限", "longer than the statute allows"),
    TermState.UNDECIDED: Words("无法判定", "undecided"),
    TermState.NOT_STATED: Words("未写明年限", "no term was stated"),
    TermState.MAY_NOT_ENTER: Words("不得入市", "may not enter the market"),
}


@dataclass(frozen=True)
class TermAnswer:
    """What a pack says of a term.

    Attributes
    ----------
    state
        Whether it keeps the limit.
    years
        The term asked about; None: none stated.
    limits
        The rows that the use may be read as; more than one where the statute does not say which.
    statute
        The edition they stand in; None before the first.
    stated
        The clause by which the entry plan must state the term.
    notices
        What differs from what is usual, or must be known beside it.
    """

    state: TermState
    years: int | None
    limits: tuple[Limit, ...]
    statute: Limits | None
    stated: Stated | None
    notices: tuple[Words, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields, for JSON."""
        return {
            "state": str(self.state),
            "state_zh": self.state.words.zh,
            "state_en": self.state.words.en,
            "years": self.years,
            "max_years": sorted({limit.max_years for limit in self.limits}),
            "limits": [
                {"id": limit.limit_id, "zh": limit.title.zh, "en": limit.title.en, "max_years": limit.max_years,
                 "unit": "years", "clause": limit.clause.as_dict()}
                for limit in self.limits
            ],
            "also": self.statute.also.as_dict() if self.statute else None,
            "stated": self.stated.clause.as_dict() if self.stated else None,
            "notices": [{"zh": words.zh, "en": words.en} for words in self.notices],
        }  # fmt: skip


def term_limit(
    tables: TermTables, use: str, scheme: Scheme, years: int | None, project: Project | None, as_of: date
) -> TermAnswer:
    """Hold a term against the statute's limit and what is usual.

    Parameters
    ----------
    use, scheme
        Planned use; its code as delivered, and the guide it stands in.
    years
        The term in whole years; None: only the limit is asked.
    project
        Kind of project; None: not known.
    as_of
        The day that counts.

    Raises
    ------
    UsageError
        If the scheme is none that plans are made in, or the term is not positive.
    """
    if years is not None and years <= 0:
        raise UsageError(
            f"使用年限不能是 {years} 年", f"A term cannot be {years} years", where="years",
            next_zh="请给出大于 0 的整年数", next_en="Give whole years above 0",
        )  # fmt: skip
    kind = planned_class(use, scheme)
    stated = tables.stated if tables.stated.start <= as_of else None
    statute = in_force(tables.limits, as_of)
    barred = why_barred(use, kind, project)
    if barred:
        return TermAnswer(TermState.MAY_NOT_ENTER, years, (), None, stated, (barred,))
    code = in_guide_2023(use, scheme)
    if code is None or statute is None:
        told = _nothing_to_go_by(use, as_of, code is None)
        return TermAnswer(TermState.UNDECIDED, years, (), statute, stated, (told,))
    limits = _limits_for(statute.rows, code)
    notices = [*_ambiguous(limits, code), *_unusual(tables.practice, code, years, project, as_of)]
    return TermAnswer(_state(limits, years), years, limits, statute, stated, tuple(notices))


def _nothing_to_go_by(use: str, as_of: date, unrecognised: bool) -> Words:
    if unrecognised:
        return Words(
            f"规划用途代码 {use} 无法识别，请核对分类标准", f"Planned use code {use} is not in the scheme: check it"
        )
    return Words(f"{as_of} 尚无规定可依", f"There was nothing to go by on {as_of}")


def _limits_for(rows: Sequence[Limit], code: str) -> tuple[Limit, ...]:
    """Rows whose codes begin the code, those that say most of it; a coarse code is every row it may turn out to be."""
    longest = max((len(each) for row in rows for each in row.codes if code.startswith(each)), default=0)
    named = [row for row in rows if any(len(each) == longest and code.startswith(each) for each in row.codes)]
    finer = [row for row in rows if any(each.startswith(code) and each != code for each in row.codes)]
    others = [row for row in rows if not row.codes]
    if named:
        return tuple(row for row in rows if row in named or row in finer)
    return tuple(row for row in rows if row in finer or row in others)


def _state(limits: Sequence[Limit], years: int | None) -> TermState:
    if years is None:
        return TermState.NOT_STATED
    if years <= min(limit.max_years for limit in limits):
        return TermState.WITHIN
    return TermState.EXCEEDS if years > max(limit.max_years for limit in limits) else TermState.UNDECIDED


def _ambiguous(limits: Sequence[Limit], code: str) -> list[Words]:
    if len({limit.max_years for limit in limits}) == 1:
        return []
    zh = "、".join(f"{limit.title.zh} {limit.max_years} 年" for limit in limits)
    en = ", ".join(f"{limit.title.en} {limit.max_years}" for limit in limits)
    return [
        Words(
            f"条例未写明用途 {code} 属于哪一类（{zh}），须由单位确认",
            f"The statute does not say which of these use {code} is ({en} years): for the bureau to confirm",
        )
    ]


def _unusual(
    practice: Sequence[Practice], code: str, years: int | None, project: Project | None, as_of: date
) -> list[Words]:
    notices = []
    for each in practice:
        meant = code.startswith(each.codes) and (not each.projects or project is None or project in each.projects)
        if not meant or years == each.usual_years or as_of < each.start:
            continue
        zh, en = each.words.zh, each.words.en
        if each.projects and project is None:
            zh, en = (
                f"若项目为{'、'.join(kind.zh for kind in each.projects)}：{zh}",
                f"If the project is of that kind: {en}",
            )
        if not each.confirmed:
            zh, en = f"{zh}（条文未经核对，待单位确认）", f"{en} (the text was not read; to be confirmed)"
        if as_of > each.end:
            zh, en = f"{zh}；该文件有效期至 {each.end}，已届满", f"{en}; its document expired on {each.end}"
        notices.append(Words(zh, en))
    return notices
