"""Which verdicts flip from one run to the next: from what to what, and why, one sentence for each parcel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgis.db.connect import Database
from landgis.db.runs import RunHead, RunStore
from landgis.domain.outcome import Outcome
from landgis.rules.pack import RulePack
from landgis.services.flipping.flip_causes import Change, Comparison
from landgis.services.layers.speaking import Indexes

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


def _together(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    """Say what one cause did to several rules with the cause named once."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(tuple(cause.zh for cause in change.causes), []).append(change)
    return [_one(group) for group in groups.values()]


def _one(group: list[Change]) -> tuple[str, str]:
    causes, effects = group[0].causes, [change.effect for change in group if any(change.effect)]
    zh = "、".join(cause.zh for cause in causes), "、".join(zh for zh, _ in effects)
    en = " and ".join(cause.en for cause in causes), ", ".join(en for _, en in effects)
    return "，".join(filter(None, zh)), ": ".join(filter(None, en))
