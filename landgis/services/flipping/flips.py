"""Which verdicts flip from one run to the next: from what to what, and why, one sentence for each parcel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from landgis.db.connect import Database
from landgis.db.runs import RunHead, RunStore
from landgis.domain.outcome import Outcome
from landgis.rules.pack import RulePack
from landgis.services.flipping.flip_causes import Change, Comparison
from landgis.services.flipping.flip_words import NOTHING, together
from landgis.services.layers.speaking import Indexes

_NAMED = 5
"""So many parcels are named where one sentence is about more."""
_AT_ONCE = 5_000
"""Parcels compared at a time: when a layer expires every verdict flips, and two runs need not stand in memory for it."""


@dataclass(frozen=True)
class Flip:
    """One parcel whose verdict is not what it was.

    Attributes
    ----------
    parcel_id, before, after
        Which, from what to what.
    changes
        The findings that decide it, each with its causes.
    """

    parcel_id: str
    before: Outcome
    after: Outcome
    changes: tuple[Change, ...]

    @property
    def words(self) -> tuple[str, str]:
        """Say it in one sentence, in Chinese and in English."""
        told = _together(self.changes)
        zh, en = "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)
        return (
            f"地块 {self.parcel_id} 由“{self.before.zh}”变为“{self.after.zh}”：{zh}",
            f"Parcel {self.parcel_id} goes from {self.before} to {self.after}: {en}",
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the flip as plain data."""
        zh, en = self.words
        return {
            "parcel_id": self.parcel_id, "from": str(self.before), "to": str(self.after), "message_zh": zh,
            "message_en": en, "changes": [change.as_dict() for change in self.changes],
        }  # fmt: skip


@dataclass(frozen=True)
class Flips:
    """What became of the verdicts of an earlier run.

    Attributes
    ----------
    against
        The earlier run.
    flipped
        Parcels of both runs whose verdict differs, by number.
    new, gone
        Parcels that only the later run has, and those that only the earlier one had.
    """

    against: RunHead
    flipped: tuple[Flip, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the flips as plain data."""
        return {
            "against": self.against.run_id,
            "against_as_of": self.against.meta.as_of.isoformat(),
            "count": len(self.flipped),
            "parcels": [flip.as_dict() for flip in self.flipped],
            "new": list(self.new),
            "gone": list(self.gone),
        }


def flips(database: Database, before: RunHead, after: RunHead, pack: RulePack, indexes: Indexes) -> Flips:
    """Compare two runs of a district.

    Parameters
    ----------
    before, after
        The earlier run and the later one.
    pack
        The law of the later one.
    indexes
        Where indexes of releases are opened, should it take measuring to tell which of two changes it was.
    """
    store = RunStore(database)
    was, now = (store.verdicts(head.run_id).set_index("parcel_id")["verdict"] for head in (before, after))
    shared = now.index.intersection(was.index).sort_values()
    ids = shared[(now[shared] != was[shared]).to_numpy()].tolist()
    found = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        sides = store.part(before.run_id, some), store.part(after.run_id, some)
        compared = Comparison(database, pack, *sides, indexes)
        found += [
            Flip(parcel_id, Outcome(was[parcel_id]), Outcome(now[parcel_id]), compared.changes(parcel_id))
            for parcel_id in some
        ]
    return Flips(before, tuple(found), _only(now, was), _only(was, now))


def _only(some: pd.Series, others: pd.Series) -> tuple[str, ...]:
    return tuple(some.index.difference(others.index))


@dataclass(frozen=True)
class Alike:
    """Parcels whose verdicts flip in the same way for the same causes."""

    flips: tuple[Flip, ...]

    @property
    def words(self) -> tuple[str, str]:
        """Say it in one sentence; what became of the numbers differs, and is told of one parcel alone."""
        first, count = self.flips[0], len(self.flips)
        if count == 1:
            return first.words
        told = _together(tuple(replace(change, effect=NOTHING) for change in first.changes))
        zh, en = "；".join(filter(None, (zh for zh, _ in told))), "; ".join(filter(None, (en for _, en in told)))
        ids = [flip.parcel_id for flip in self.flips[:_NAMED]]
        return (
            f"{count} 宗由“{first.before.zh}”变为“{first.after.zh}”：{zh}。地块 {'、'.join(ids)}"
            f"{' 等' if count > _NAMED else ''}",
            f"{count} parcels go from {first.before} to {first.after}: {en}. Parcels {', '.join(ids)}"
            f"{' …' if count > _NAMED else ''}",
        )


def alike(flipped: Sequence[Flip]) -> list[Alike]:
    """Put flips together that go from and to the same verdict for the same causes; the order stays."""
    groups: dict[tuple[object, ...], list[Flip]] = {}
    for flip in flipped:
        causes = tuple(cause.zh for change in flip.changes for cause in change.causes)
        groups.setdefault((flip.before, flip.after, causes), []).append(flip)
    return [Alike(tuple(group)) for group in groups.values()]


def _together(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    """Say what one cause did to several rules with the cause named once, and what became of several rules alike."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(tuple(_alike(change) or (cause.zh for cause in change.causes)), []).append(change)
    return [_one(group) for group in groups.values()]


def _alike(change: Change) -> tuple[str, ...]:
    """Return the clause that a change shares with those of other rules; empty where it has more to say."""
    (cause, *others) = change.causes
    return () if others or any(change.effect) or not cause.about_en else cause.plural


def _one(group: list[Change]) -> tuple[str, str]:
    if len(group) > 1 and _alike(group[0]):
        return together([change.causes[0] for change in group])
    causes, effects = group[0].causes, [change.effect for change in group if any(change.effect)]
    zh = "、".join(cause.zh for cause in causes), "、".join(zh for zh, _ in effects)
    en = " and ".join(cause.en for cause in causes), ", ".join(en for _, en in effects)
    return "，".join(filter(None, zh)), ": ".join(filter(None, en))
