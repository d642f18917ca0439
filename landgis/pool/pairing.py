"""Pairing what investors ask for with the parcels in the pool, part by part; what is not known is no fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.intents import Intent, Wanted
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import Standing
from landgis.pool.candidates import Candidate

OPEN_TO_INTENTS = (Standing.LEAD, Standing.POOLED, Standing.PLANNED)
"""How parcels stand that may still be promised."""
_M2_PER_HA = Decimal(10_000)


class Answer(StrEnum):
    """Whether a parcel is what is asked for."""

    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"yes": "符合", "unknown": "未知", "no": "不符合"}[self.value]


@dataclass(frozen=True)
class Part:
    """One thing that is asked: ``name`` of use, size, town, time, facts or entry; the answer, in words where it is not yes."""

    name: str
    answer: Answer
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Fit:
    """How a parcel fits an intent: the worst of its parts."""

    intent_id: str
    candidate: Candidate
    parts: tuple[Part, ...]

    @property
    def answer(self) -> Answer:
        """No where any part is no, else unknown where any is unknown."""
        answers = {part.answer for part in self.parts}
        return next((worst for worst in (Answer.NO, Answer.UNKNOWN) if worst in answers), Answer.YES)

    @property
    def open_parts(self) -> tuple[Part, ...]:
        """Parts that are not yes."""
        return tuple(part for part in self.parts if part.answer is not Answer.YES)


def pair(intents: Iterable[Intent], candidates: Sequence[Candidate], as_of: date) -> dict[str, tuple[Fit, ...]]:
    """Find the parcels that fit each intent, and those of which something is not known yet.

    Parameters
    ----------
    candidates
        Who stands in the pool; those that may be promised no more are passed over.
    as_of
        The day that counts: an intent whose day has passed fits nothing.

    Returns
    -------
    dict
        Intent → fits, without those that do not fit; yes before unknown, then fewer open points, the use most wanted,
        members before leads, clear before flagged, the lower number.
    """
    free = [candidate for candidate in candidates if candidate.standing in OPEN_TO_INTENTS]
    return {intent.intent_id: _fitting(intent, free, as_of) for intent in intents}


def fit(intent: Intent, candidate: Candidate, as_of: date) -> Fit:
    """Say part by part how a parcel fits an intent."""
    return Fit(intent.intent_id, candidate, tuple(_parts(intent.wanted, candidate, as_of)))


def _fitting(intent: Intent, candidates: Iterable[Candidate], as_of: date) -> tuple[Fit, ...]:
    fits = (_fit(intent, candidate, as_of) for candidate in candidates)
    return tuple(sorted((one for one in fits if one), key=lambda one: _order(one, intent.wanted)))


def _fit(intent: Intent, candidate: Candidate, as_of: date) -> Fit | None:
    """Return the fit, or None as soon as one part is no: most parcels fail on the first."""
    parts = []
    for part in _parts(intent.wanted, candidate, as_of):
        if part.answer is Answer.NO:
            return None
        parts.append(part)
    return Fit(intent.intent_id, candidate, tuple(parts))


def _parts(wanted: Wanted, candidate: Candidate, as_of: date) -> Iterator[Part]:
    yield _use(wanted, candidate)
    yield _town(wanted, candidate)
    yield _size(wanted, candidate)
    yield _entry(candidate)
    yield _time(wanted, candidate, as_of)
    yield _facts(wanted, candidate)


def _use(wanted: Wanted, candidate: Candidate) -> Part:
    if not candidate.use_code:
        return Part("use", Answer.UNKNOWN, "规划用途不明", "the planned use is not known")
    if candidate.use_code.startswith(wanted.uses):
        return Part("use", Answer.YES)
    return Part("use", Answer.NO, f"规划用途为 {candidate.use_code}", f"the planned use is {candidate.use_code}")


def _town(wanted: Wanted, candidate: Candidate) -> Part:
    if not wanted.towns or candidate.town_code in wanted.towns:
        return Part("town", Answer.YES)
    if not candidate.town_code:
        return Part("town", Answer.UNKNOWN, "所在镇（街道）不明", "the town is not known")
    return Part("town", Answer.NO, f"位于{candidate.town_name}", f"it lies in {candidate.town_name}")


def _size(wanted: Wanted, candidate: Candidate) -> Part:
    area_m2 = candidate.area_ha * _M2_PER_HA
    small = wanted.min_area_m2 is not None and area_m2 < Decimal(wanted.min_area_m2)
    large = wanted.max_area_m2 is not None and area_m2 > Decimal(wanted.max_area_m2)
    if not small and not large:
        return Part("size", Answer.YES)
    zh, en = ("小于所需", "less than asked for") if small else ("大于所需", "more than asked for")
    return Part("size", Answer.NO, f"{candidate.area_mu:,.4f} 亩，{zh}", f"{candidate.area_mu:,.4f} mu, {en}")


def _entry(candidate: Candidate) -> Part:
    """A lead is nobody's promise: only what may enter the market can be had."""
    if candidate.may_enter:
        return Part("entry", Answer.YES)
    if candidate.verdict is Outcome.EXCLUDED:
        return Part("entry", Answer.NO, "筛查结论为不符合", "its verdict is excluded")
    if candidate.verdict is Outcome.UNKNOWN:
        return Part("entry", Answer.UNKNOWN, "筛查结论为无法判定", "its verdict is unknown")
    return Part("entry", Answer.UNKNOWN, "现状尚未筛查", "it was not screened as it stands")


def _time(wanted: Wanted, candidate: Candidate, as_of: date) -> Part:
    if wanted.wanted_by is None:
        return Part("time", Answer.YES)
    if wanted.wanted_by < as_of:
        return Part(
            "time", Answer.NO, f"意向要求 {wanted.wanted_by} 前，已过期", f"it was wanted by {wanted.wanted_by}"
        )
    if candidate.available_on is None:
        return Part("time", Answer.UNKNOWN, "尚无计划供应时间", "no plan says when it is supplied")
    if candidate.available_on <= wanted.wanted_by:
        return Part("time", Answer.YES)
    on = candidate.available_on
    return Part("time", Answer.NO, f"计划 {on} 前供应，晚于所需", f"planned for {on}, later than wanted")


def _facts(wanted: Wanted, candidate: Candidate) -> Part:
    values = {name: candidate.facts.get(name) for name in wanted.required_facts}
    wrong = [name for name, value in values.items() if value is False]
    missing = [name for name, value in values.items() if value is None]
    if not wrong and not missing:
        return Part("facts", Answer.YES)
    zh = "、".join(FACT_BY_NAME[name].zh for name in wrong or missing)
    en = ", ".join(FACT_BY_NAME[name].en for name in wrong or missing)
    if wrong:
        return Part("facts", Answer.NO, f"不具备：{zh}", f"it lacks: {en}")
    return Part("facts", Answer.UNKNOWN, f"未查明：{zh}", f"not known: {en}")


def _order(one: Fit, wanted: Wanted) -> tuple[bool, int, int, bool, int, str]:
    candidate = one.candidate
    place = next(
        (place for place, use in enumerate(wanted.uses) if candidate.use_code.startswith(use)), len(wanted.uses)
    )
    severity = candidate.verdict.severity if candidate.verdict else Outcome.UNKNOWN.severity
    lead = candidate.standing is Standing.LEAD
    return one.answer is not Answer.YES, len(one.open_parts), place, lead, severity, candidate.parcel_id
