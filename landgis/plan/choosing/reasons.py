"""Why a parcel that might have been chosen was not: statements that can be checked against the portfolio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from landgis.domain.portfolio import WhyNot
from landgis.plan.choosing.bound import pulls_of
from landgis.plan.choosing.left import Left
from landgis.plan.choosing.model import Kind, Model, Picks, Row
from landgis.plan.choosing.price import Price

Broken = tuple[Row, int]
"""A row, and by how much it would be broken (times ``per``)."""


@dataclass(frozen=True)
class Reasons:
    """The portfolio against which every left-out parcel is held."""

    model: Model
    picks: Picks

    def of(self, number: int, price: Price) -> Left:
        """Say why a parcel is not in the portfolio.

        Parameters
        ----------
        number
            Of the parcel, not chosen.
        price
            What forcing it in costs.
        """
        said = self._reason(number, price.possible)
        zh, en = price.words
        return replace(
            said,
            detail_zh=said.detail_zh + zh,
            detail_en=said.detail_en + en,
            loss_least=price.loss,
            loss_by=price.by,
        )

    def _reason(self, number: int, possible: bool) -> Left:
        parcel_id = self.model.parcel_ids[number]
        tries = [self._broken(column) for column in self.model.columns_of[number].tolist()]
        waiting = [[row for row, _ in each if row.kind is Kind.ORDER] for each in tries]
        if all(waiting):
            after = waiting[0][0].needs
            zh, en = f"前置地块 {after} 未入选", f"{after}, which it needs, is not chosen"
            return Left(parcel_id, WhyNot.DEPENDS_ON, zh, en, waiting[0][0].constraint, other_parcel_id=after)
        tries = [each for each, early in zip(tries, waiting, strict=True) if not early]
        served = [row for row, _ in tries[0] if row.kind is Kind.SUBSTITUTES]
        if served:
            other = self._chosen_in(served[0])
            zh, en = f"{served[0].zh}，已选 {other}", f"Only {served[0].en} is chosen: {other}"
            return Left(parcel_id, WhyNot.SUBSTITUTE_CHOSEN, zh, en, served[0].constraint, other_parcel_id=other)
        broken = _in_every(tries) or (_by_quarter(tries) if all(tries) else [])
        return self._full(number, broken, possible) if broken else _no_gain(parcel_id)

    def _full(self, number: int, broken: list[Broken], possible: bool) -> Left:
        """Say which limits are full, and whether the chosen of the same classes are all better where it could be in."""
        first, excess = broken[0]
        zh = "；".join(f"“{row.zh}”差 {row.shown(by)} {_UNIT_ZH[row.unit]}" for row, by in broken)
        en = "; ".join(f"{row.en}, by {row.shown(by)} {row.unit}" for row, by in broken)
        reason = WhyNot.TOTAL_FULL if first.kind is Kind.TOTAL else WhyNot.QUOTA_FULL
        left = Left(
            self.model.parcel_ids[number], reason, f"其他不减而加入，则违反 {zh}",
            f"Added with nothing removed it would break: {en}",
            first.constraint, first.shown(excess), first.unit,
        )  # fmt: skip
        peer = self._beaten_by(number) if possible else None
        if peer is None:
            return left
        more_zh, more_en = self._peer_words(number, peer)
        return replace(
            left,
            reason=WhyNot.DOMINATED_BY,
            other_parcel_id=self.model.parcel_ids[peer],
            detail_zh=left.detail_zh + more_zh,
            detail_en=left.detail_en + more_en,
        )

    def _broken(self, column: int) -> list[Broken]:
        """Return the rows that one more column would break."""
        after = ((self.model.rows[row], self._slacks[row] - drawn) for row, drawn in self._pulls[column])
        return [(row, -slack) for row, slack in after if slack < 0]

    def _chosen_in(self, row: Row) -> str:
        return self.model.parcel_ids[int(self.model.parcel[row.at[self.picks[row.at]]][0])]

    def _beaten_by(self, number: int) -> int | None:
        """Return the least of the chosen parcels of the same classes, if every one is better."""
        peers = self._chosen_by_class.get(self._class(number), [])
        if not peers or not all(self._better(peer, number) for peer in peers):
            return None
        return min(peers, key=lambda peer: (self._worth_per_m2(peer), peer))

    def _better(self, peer: int, number: int) -> bool:
        """Say whether a parcel is worth more per hectare, and no less per unit of whatever else is limited."""
        worth, theirs = self._worth(number), self._worth(peer)
        if theirs * int(self.model.area_m2[number]) <= worth * int(self.model.area_m2[peer]):
            return False
        own, others = self._drawn(number), self._drawn(peer)
        return all(theirs * own[row] >= worth * others.get(row, 0) for row in self._limits(number))

    def _limits(self, number: int) -> list[int]:
        """Return the rows that cap what a parcel takes."""
        return [row for row, drawn in self._drawn(number).items() if drawn > 0 and self.model.rows[row].at_most]

    def _drawn(self, number: int) -> dict[int, int]:
        return dict(self._pulls[int(self.model.columns_of[number][0])])

    def _peer_words(self, number: int, peer: int) -> tuple[str, str]:
        count, name = len(self._chosen_by_class[self._class(number)]), self.model.parcel_ids[peer]
        theirs, own = (f"{self._worth_per_m2(each):.4f}" for each in (peer, number))
        besides = {self.model.rows[row].unit for row in self._limits(number)} - {"ha"}
        zh = "".join(f"，每{_UNIT_ZH[unit]}分值不更低" for unit in sorted(besides))
        en = "".join(f", and no less per {_EACH[unit]}" for unit in sorted(besides))
        return (
            f"；同类约束下已选 {count} 宗，每公顷分值均更高{zh}，其中最低者 {name} 为 {theirs}，本宗 {own}",
            f"; every one of the {count} chosen under the same constraints is worth more per hectare{en}: "
            f"the least, {name}, {theirs}, this one {own}",
        )

    def _worth(self, number: int) -> int:
        return int(self.model.worth[self.model.columns_of[number][0]])

    def _worth_per_m2(self, number: int) -> float:
        """Return 0.0001 分 per m², which is 分 per hectare."""
        return self._worth(number) / int(self.model.area_m2[number])

    @cached_property
    def _slacks(self) -> list[int]:
        return [row.slack(self.picks) for row in self.model.rows]

    @cached_property
    def _pulls(self) -> list[list[tuple[int, int]]]:
        return pulls_of(self.model)

    def _class(self, number: int) -> tuple[tuple[int, bool], ...]:
        """Return the rows a parcel takes part in, in whatever quarter, and on which side."""
        taken = (pull for column in self.model.columns_of[number].tolist() for pull in self._pulls[column])
        shared = ((row, drawn > 0) for row, drawn in taken if self.model.rows[row].kind is not Kind.ONCE)
        return tuple(sorted(set(shared)))

    @cached_property
    def _chosen_by_class(self) -> dict[tuple[tuple[int, bool], ...], list[int]]:
        classes: dict[tuple[tuple[int, bool], ...], list[int]] = {}
        for number in self.model.parcel[self.picks].tolist():
            classes.setdefault(self._class(number), []).append(number)
        return classes


_UNIT_ZH = {"ha": "公顷", "yuan": "元", "parcels": "宗"}
_EACH = {"yuan": "yuan", "parcels": "parcel"}


def _in_every(tries: list[list[Broken]]) -> list[Broken]:
    """Return what is broken in whatever quarter the parcel is put, each by the least."""
    names = [{row.constraint for row, _ in each} for each in tries]
    shared = set.intersection(*names)
    least: dict[str, Broken] = {}
    for row, by in (pair for each in tries for pair in each):
        if row.constraint in shared and (row.constraint not in least or by < least[row.constraint][1]):
            least[row.constraint] = (row, by)
    return list(least.values())


def _by_quarter(tries: list[list[Broken]]) -> list[Broken]:
    """Return, quarter by quarter, the first that is broken there."""
    return list({each[0][0].constraint: each[0] for each in tries}.values())


def _no_gain(parcel_id: str) -> Left:
    zh, en = "可以加入，但按权重分值不大于零", "It would fit, but by the weights it is worth nothing"
    return Left(parcel_id, WhyNot.NO_GAIN, zh, en)


def left_by(reasons: Reasons, prices: dict[int, Price]) -> Iterator[Left]:
    """Say of every eligible parcel that is not chosen why."""
    chosen = set(reasons.model.parcel[reasons.picks].tolist())
    for number in range(len(reasons.model.parcel_ids)):
        if number not in chosen:
            yield reasons.of(number, prices[number])
