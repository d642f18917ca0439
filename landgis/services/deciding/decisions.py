"""How decisions of persons stand on a day: in which state, what of their basis has changed, in words and as plain data.

They are told beside what is computed and change nothing of it: runs, verdicts, ``verify``, pools and plans read the
computed verdicts alone, whatever a person decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from landgis.db.connect import Database
from landgis.db.decisions import DecisionStore
from landgis.db.runs import RunStore
from landgis.domain.decision import OPEN, TOLD, Act, Decision, DecisionState
from landgis.rules.pack import RulePack, Words
from landgis.services.deciding.decision_basis import basis_of, causes, effect, moved
from landgis.services.flipping.flip_side import Side
from landgis.services.flipping.flip_words import NOTHING, Cause
from landgis.services.register.inventory import newest_run

Packs = Callable[[str], RulePack]
"""Gives the present rule pack of a district."""


@dataclass(frozen=True)
class Standing:
    """A decision as it stands on a day.

    Attributes
    ----------
    decision, title, day
        The decision, what its rule is called, and the day.
    change
        What of its basis is another by the newest run, in Chinese and English; empty texts: nothing.
    """

    decision: Decision
    title: Words
    day: date
    change: tuple[str, str] = NOTHING

    @property
    def state(self) -> DecisionState:
        """Its state at the end of the day."""
        return self.decision.state_on(self.day, moved=any(self.change))

    @property
    def due(self) -> bool:
        """Whether somebody must see to it."""
        return self.decision.due_on(self.day, moved=any(self.change))

    @property
    def words(self) -> tuple[str, str]:
        """Say it in one sentence, beside the computed outcome."""
        made, state, why = self.decision, self.state, self.why
        return (
            f"人工认定：“{self.title.zh}”认定为“{made.outcome.zh}”（计算结论为“{made.computed.zh}”），文号 {made.paper.number}，"
            f"有效期至 {made.expires_on}，{state.zh}{f'：{why[0]}' if why[0] else ''}（截至 {self.day}）；"
            f"认定人 {made.decided.by_zh}，理由：{made.decided.reason}{self._ended[0]}",
            f"Decided by a person: “{self.title.en}” is {made.outcome} (computed: {made.computed}), document "
            f"{made.paper.number}, until {made.expires_on}, {state.en}{f' ({why[1]})' if why[1] else ''} as of {self.day}; "
            f"by {made.decided.by}, reason: {made.decided.reason}{self._ended[1]}",
        )

    @property
    def _ended(self) -> tuple[str, str]:
        """Who withdrew it and why; empty where nobody did."""
        act = self.decision.withdrawn
        if act is None or self.state is not DecisionState.WITHDRAWN:
            return NOTHING
        return f"；撤回人 {act.by_zh}，撤回理由：{act.reason}", f"; withdrawn by {act.by}, reason: {act.reason}"

    @property
    def due_why(self) -> tuple[str, str]:
        """Why somebody must see to it; empty where nobody must."""
        if not self.due:
            return NOTHING
        ends = self.decision.expires_on
        if self.state in OPEN:
            return f"须办理：{ends} 到期", f"due: ends on {ends}"
        if self.state is DecisionState.EXPIRED:
            return f"须办理：{ends} 已到期", f"due: ended on {ends}"
        return "须办理：重新认定或撤回", "due: decide anew or withdraw"

    @property
    def why(self) -> tuple[str, str]:
        """Why it must be decided anew; empty where it need not be."""
        return self.change if self.state is DecisionState.REOPENED else NOTHING

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        made, (zh, en), why = self.decision, self.words, self.why
        paper = {name: getattr(made.paper, name) for name in ("kind", "number", "title_zh")}
        return {
            "decision_id": made.decision_id, "parcel_id": made.parcel_id, "rule_id": made.rule_id,
            "rule_zh": self.title.zh, "rule_en": self.title.en, "run_id": made.run_id,
            "computed": str(made.computed), "outcome": str(made.outcome), "reason": made.decided.reason,
            "document": paper | {"dated_on": _iso(made.paper.dated_on), "sha256": made.content_hash},
            "expires_on": made.expires_on.isoformat(), "second_person": made.second_person,
            "decided": _act(made.decided), "confirmed": _act(made.confirmed), "withdrawn": _act(made.withdrawn),
            "day": self.day.isoformat(), "state": str(self.state), "state_zh": self.state.zh, "state_en": self.state.en,
            "due": self.due,
            "due_zh": self.due_why[0], "due_en": self.due_why[1], "why_zh": why[0], "why_en": why[1], "message_zh": zh, "message_en": en,
        }  # fmt: skip


def standings(
    database: Database,
    packs: Packs,
    day: date,
    *,
    district: str | None = None,
    parcel_ids: Collection[str] | None = None,
) -> list[Standing]:
    """Return the decisions that there were at the end of a day, by district, parcel, rule and time.

    Whether what they stand on is still so is told by the newest final run of the district, whatever the day.

    Parameters
    ----------
    packs
        Gives the present pack of a district.
    district, parcel_ids
        Which; None: all.
    """
    made = [row for row in DecisionStore(database).list(district, parcel_ids) if row.made_by(day)]
    return [
        standing
        for key, rows in groupby(made, key=lambda row: row.district)
        for standing in _of_district(database, packs(key), list(rows), day)
    ]


def told(found: Sequence[Standing]) -> list[Standing]:
    """Return those that are told beside computed verdicts: what was withdrawn or decided anew is history."""
    return [standing for standing in found if standing.state in TOLD]


def as_record(found: Sequence[Standing]) -> dict[str, Any]:
    """Return what is told beside a run: how many by state, and each; empty lists where nobody decided anything."""
    beside = told(found)
    counts = Counter(standing.state for standing in beside)
    return {
        "counts": {str(state): counts[state] for state in TOLD},
        "due": sum(standing.due for standing in beside),
        "parcels": [standing.as_dict() for standing in beside],
    }


def standing_of(database: Database, pack: RulePack, decision: Decision, day: date) -> Standing:
    """Return how one decision stands on a day."""
    (found,) = _of_district(database, pack, [decision], day)
    return found


def _of_district(database: Database, pack: RulePack, made: Sequence[Decision], day: date) -> Iterator[Standing]:
    sides = _Sides(database, made)
    for decision in made:
        yield Standing(decision, pack.title_of(decision.rule_id), day, _changed(sides, pack, decision))


def _changed(sides: _Sides, pack: RulePack, decision: Decision) -> tuple[str, str]:
    """Compare what a decision stands on in the run that it was taken on, and in the newest."""
    if decision.run_id == sides.newest.run.head.run_id:
        return NOTHING
    pair = sides.of(decision.run_id), sides.newest
    was, now = (basis_of(side, pack, decision.parcel_id, decision.rule_id) for side in pair)
    if was is None or not moved(was, now):
        return NOTHING
    if now is None:
        return "最近的筛查中已没有该地块的这条规则", "the newest run has no finding of this parcel by this rule"
    return _sentence([*causes(was, now, pair, pack, decision.rule_id)], effect(was, now))


def _sentence(found: Sequence[Cause], became: tuple[str, str]) -> tuple[str, str]:
    zh = "、".join(cause.zh for cause in found), became[0]
    en = " and ".join(cause.en for cause in found), became[1]
    return "，".join(filter(None, zh)), ": ".join(filter(None, en))


class _Sides:
    """The runs that decisions of one district were taken on, and its newest final run, cut down to their parcels."""

    def __init__(self, database: Database, made: Sequence[Decision]) -> None:
        self._database, self._store, self._made = database, RunStore(database), made
        self._sides: dict[str, Side] = {}

    @cached_property
    def newest(self) -> Side:
        """The newest final run; there is one, for decisions are taken on final runs."""
        return self.of(newest_run(self._database, self._made[0].district).run_id, newest=True)

    def of(self, run_id: str, *, newest: bool = False) -> Side:
        """A run, with the parcels that were decided on it, or with all of them."""
        key = "" if newest else run_id
        if key not in self._sides:
            ids = {row.parcel_id for row in self._made if newest or row.run_id == run_id}
            self._sides[key] = Side.of(self._store.part(run_id, sorted(ids)))
        return self._sides[key]


def _act(act: Act | None) -> dict[str, str] | None:
    if act is None:
        return None
    return {"by": act.by, "by_zh": act.by_zh, "at": act.at.isoformat(), "on": act.on.isoformat(), "reason": act.reason}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
