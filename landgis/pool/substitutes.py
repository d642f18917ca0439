"""Substitutes for the lines of a plan: parcels of the same town, use class and scale, ranked, with the reasons visible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from landgis.area import mu
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import Standing, Tier
from landgis.pool.candidates import Candidate, use_class

SCALE = 2
"""A substitute has at least one part in so many of the line's area, and at most so many times of it."""
_STEP = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """A parcel that is to be supplied.

    Attributes
    ----------
    parcel_id, town_code, town_name, use_code
        Which, where ('' where not known), and its planned use (guide of 2023).
    area_ha
        公顷, as published.
    """

    parcel_id: str
    town_code: str
    town_name: str
    use_code: str
    area_ha: Decimal

    @property
    def area_mu(self) -> Decimal:
        """Area in 亩."""
        return mu(self.area_ha)


@dataclass(frozen=True)
class Substitute:
    """A parcel that may take the place of a line; ``rank`` counts from 1."""

    line: Line
    candidate: Candidate
    rank: int = 0

    @property
    def same_use(self) -> bool:
        """Whether it is planned for the very same use, not only for the same class."""
        return self.candidate.use_code == self.line.use_code

    @property
    def ratio(self) -> Decimal:
        """Its area by the line's, to two places."""
        return (self.candidate.area_ha / self.line.area_ha).quantize(_STEP, ROUND_HALF_UP)

    @property
    def reasons(self) -> tuple[str, str]:
        """Say why it fits, and how well, in Chinese and English."""
        code, there = self.candidate.use_code, self.candidate.tier is Tier.INTENT
        use = (f"同为 {code}", f"same use {code}") if self.same_use else (
            f"同类用途（{code}）", f"same class of use ({code})"
        )  # fmt: skip
        size = f"面积为其 {self.ratio} 倍", f"{self.ratio} times its area"
        pool = ("意向储备库", "reserve of substitutes") if there else ("项目库", "project pool")
        verdict = self.candidate.verdict or Outcome.UNKNOWN
        return (
            "，".join(("同镇", use[0], size[0], pool[0], verdict.zh)),
            ", ".join(("same town", use[1], size[1], pool[1], str(verdict))),
        )


def substitutes(
    lines: Iterable[Line], candidates: Sequence[Candidate], *, lines_too: bool = False
) -> dict[str, tuple[Substitute, ...]]:
    """Rank who may take the place of each line.

    Parameters
    ----------
    lines
        Parcels to be supplied.
    candidates
        Who stands in the pool. Substitutes are pooled, may enter by the newest final run, lie in the same town, are
        planned for the same first-level class, and have between a half and twice the line's area.
    lines_too
        Whether one line may be a substitute for another: where nothing is planned yet.

    Returns
    -------
    dict
        Line → substitutes: the very same use first, then those kept in reserve (意向储备库), clear before flagged, the
        nearest in area, the lower number. A line whose town or use is not known has none.
    """
    asked = list(lines)
    taken = frozenset() if lines_too else {line.parcel_id for line in asked}
    alike: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in candidates:
        if candidate.standing is Standing.POOLED and candidate.may_enter and candidate.parcel_id not in taken:
            alike.setdefault((candidate.town_code, candidate.use_class), []).append(candidate)
    return {line.parcel_id: _ranked(line, alike.get((line.town_code, use_class(line.use_code)), ())) for line in asked}


def fits(line: Line, candidate: Candidate) -> bool:
    """Tell whether another parcel has the town, the use class and the scale of a line; what is not known is no."""
    if line.parcel_id == candidate.parcel_id or not (line.town_code and use_class(line.use_code) and line.area_ha):
        return False
    alike = (candidate.town_code, candidate.use_class) == (line.town_code, use_class(line.use_code))
    return alike and line.area_ha <= SCALE * candidate.area_ha and candidate.area_ha <= SCALE * line.area_ha


def _ranked(line: Line, candidates: Iterable[Candidate]) -> tuple[Substitute, ...]:
    found = sorted((Substitute(line, one) for one in candidates if fits(line, one)), key=_order)
    return tuple(Substitute(line, one.candidate, rank) for rank, one in enumerate(found, 1))


def _order(one: Substitute) -> tuple[bool, bool, int, Fraction, str]:
    mine, theirs = one.candidate.area_ha, one.line.area_ha
    apart = Fraction(max(mine, theirs)) / Fraction(min(mine, theirs))
    severity = (one.candidate.verdict or Outcome.UNKNOWN).severity
    return not one.same_use, one.candidate.tier is not Tier.INTENT, severity, apart, one.candidate.parcel_id
