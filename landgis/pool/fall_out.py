"""What a year still reaches when some of its lines fall out and substitutes take their places."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from landgis.area import mu
from landgis.pool.candidates import Candidate
from landgis.pool.substitutes import Line, Substitute


@dataclass(frozen=True)
class FallOut:
    """What becomes of a year.

    Attributes
    ----------
    planned_mu, lost_mu, regained_mu
        亩 of all its lines, of those that fall out, and of the substitutes in their places.
    aim_mu
        What the year should reach; None: nobody said.
    replaced
        Line by line, the substitute that takes its place.
    unreplaced
        Lines that nobody can take the place of.
    """

    planned_mu: Decimal
    lost_mu: Decimal
    regained_mu: Decimal
    aim_mu: Decimal | None
    replaced: tuple[Substitute, ...]
    unreplaced: tuple[Line, ...]

    @property
    def reached_mu(self) -> Decimal:
        """亩 that the year still reaches."""
        return self.planned_mu - self.lost_mu + self.regained_mu

    @property
    def short_mu(self) -> Decimal:
        """亩 that lack to the aim; 0 where it is reached or nobody said."""
        return max(Decimal(0), (self.aim_mu or Decimal(0)) - self.reached_mu)


def fall_out(
    lines: Sequence[Line],
    fallen: Collection[str],
    ranked: Mapping[str, Sequence[Substitute]],
    aim_mu: Decimal | None = None,
) -> FallOut:
    """Say what a year still reaches when some of its lines fall out.

    Every substitute takes one place at most, every line gets at most one, and no other choice regains more land: which
    sets of substitutes find places together is a matroid (Edmonds and Fulkerson 1965), so taking the largest that still
    finds a place, and moving earlier ones where that makes room, gives the largest sum.

    Parameters
    ----------
    lines
        All lines of the year.
    fallen
        Parcels that fall out; each is one of the lines.
    ranked
        Line → who may take its place; see ``substitutes``.
    aim_mu
        What the year should reach, 亩.
    """
    lost = [line for line in lines if line.parcel_id in fallen]
    places = _places([line.parcel_id for line in lost], ranked)
    replaced = tuple(places[line.parcel_id] for line in lost if line.parcel_id in places)
    return FallOut(
        planned_mu=_sum_mu([line.area_ha for line in lines]),
        lost_mu=_sum_mu([line.area_ha for line in lost]),
        regained_mu=_sum_mu([one.candidate.area_ha for one in replaced]),
        aim_mu=aim_mu,
        replaced=replaced,
        unreplaced=tuple(line for line in lost if line.parcel_id not in places),
    )


def _sum_mu(areas_ha: Sequence[Decimal]) -> Decimal:
    return mu(sum(areas_ha, Decimal(0)))


def _places(lost: Sequence[str], ranked: Mapping[str, Sequence[Substitute]]) -> dict[str, Substitute]:
    """Line → its substitute; the largest parcels first, of equal ones the lower number."""
    candidates: dict[str, Candidate] = {}
    by_place: dict[tuple[str, str], Substitute] = {}
    for line_id in lost:
        for one in ranked.get(line_id, ()):
            candidates[one.candidate.parcel_id] = one.candidate
            by_place[one.candidate.parcel_id, line_id] = one
    suits: dict[str, list[str]] = {}
    for (parcel_id, line_id), _ in sorted(by_place.items(), key=lambda item: (item[1].rank, item[0])):
        suits.setdefault(parcel_id, []).append(line_id)
    held: dict[str, str] = {}
    for parcel_id in sorted(suits, key=lambda key: (-candidates[key].area_ha, key)):
        if len(held) == len(lost):
            break
        _place(parcel_id, suits, held)
    return {line_id: by_place[parcel_id, line_id] for line_id, parcel_id in held.items()}


def _place(parcel_id: str, suits: Mapping[str, Sequence[str]], held: dict[str, str]) -> None:
    """Give a parcel a line, moving earlier ones to other lines of theirs where that makes room."""
    asked_by: dict[str, str] = {}
    waiting = deque([parcel_id])
    while waiting:
        asking = waiting.popleft()
        for line_id in suits[asking]:
            if line_id in asked_by:
                continue
            asked_by[line_id] = asking
            if line_id not in held:
                _shift(line_id, asked_by, held)
                return
            waiting.append(held[line_id])


def _shift(free: str, asked_by: Mapping[str, str], held: dict[str, str]) -> None:
    """Let everybody on the way to a free line move up by one."""
    line_of = {parcel_id: line_id for line_id, parcel_id in held.items()}
    line: str | None = free
    while line is not None:
        mover = asked_by[line]
        held[line] = mover
        line = line_of.get(mover)
