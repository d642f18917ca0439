"""What a change would do to pool and plan, told of a preview before it is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.criteria import PoolCriteria
from landgis.domain.pooling import MoveReason, Standing
from landgis.domain.tasks import Todo
from landgis.frames.spec import rows_of
from landgis.pool.moving import Moved
from landgis.rules.pack import RulePack
from landgis.services.flipping.flips import Flips, flips
from landgis.services.layers.speaking import Indexes, MadeEachTime
from landgis.services.pooling.build_pool import proposed
from landgis.services.pooling.compared_runs import final_before, named_or_newest
from landgis.services.pooling.tasks import todo_record, todos_of
from landgis.services.runs.since_run import changed_since

CONSULTED = (
    "征询台账尚未建立：地块如已发出征询，请人工告知被征询部门",
    "Consultations are not on record yet: tell whoever was consulted about these parcels",
)


@dataclass(frozen=True)
class Effect:
    """What would follow from a run, beside what stands.

    Attributes
    ----------
    run
        The preview, or the newest run.
    flips
        Verdicts that are not what they were in the final run before it.
    todos
        What flips in the pool and in the plans that count: the tasks that accepting the change opens.
    moved, already
        What the next build would change, by the criteria of the newest build: with the change, and without it.
    outdated
        Parcels that changed since the run.
    """

    run: RunHead
    flips: Flips
    todos: Sequence[Todo]
    moved: Moved
    already: Moved
    outdated: Sequence[str]

    @property
    def moves(self) -> list[dict[str, Any]]:
        """Moves of the next build that the change brings about, by parcel."""
        known = {_key(row) for row in rows_of(self.already.moves)}
        return [row for row in rows_of(self.moved.moves) if _key(row) not in known]

    @property
    def bound(self) -> list[dict[str, Any]]:
        """Parcels that the change would take out of the pool, were they not planned: first the plan is to be adjusted."""
        known = rows_of(self.already.bound)
        return [row for row in rows_of(self.moved.bound) if row not in known]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        meta = self.run.meta
        return {
            "run_id": self.run.run_id,
            "final": meta.final,
            "caution_zh": meta.caution[0],
            "caution_en": meta.caution[1],
            "against": self.flips.against.run_id,
            "flipped": len(self.flips.flipped),
            "todos": [todo_record(todo) for todo in self.todos],
            "next_build": [_move_record(row) for row in self.moves],
            "bound": self.bound,
            "pending": len(self.moved.moves) - len(self.moves),
            "outdated": list(self.outdated),
            "consultation": {"zh": CONSULTED[0], "en": CONSULTED[1]},
        }


def effect(
    database: Database,
    person: Person,
    district: str,
    pack: RulePack,
    run_id: str | None = None,
    indexes: Indexes | None = None,
) -> Effect:
    """Say what a run would do to pool and plan, beside what stands; nothing is stored.

    Parameters
    ----------
    pack
        The law of the run.
    run_id
        A preview, or a final run; None: the newest of the district, of either kind.

    Raises
    ------
    NotAllowed
        By policy.
    NotReady, Conflict
        Never screened, or no final run to compare with; a run of another district.
    """
    person.require(Action.READ_POOL)
    run = named_or_newest(database, district, run_id)
    before = final_before(database, run)
    flipped = flips(database, before, run, pack, indexes or MadeEachTime())
    latest = PoolStore(database).latest(district)
    criteria = latest.criteria if latest else PoolCriteria()
    now, moved = _next_build(database, run, criteria)
    _, already = _next_build(database, before, criteria)
    changed = changed_since(ParcelStore(database).current(district, as_of=run.meta.as_of), now)
    return Effect(run, flipped, todos_of(database, flipped, district), moved, already, changed)


def _next_build(database: Database, head: RunHead, criteria: PoolCriteria) -> tuple[Any, Moved]:
    """Return what a run judged, and what a build from it would change."""
    run = RunStore(database).load(head.run_id)
    _, moved = proposed(database, run, ParcelStore(database).versions(run.versions), criteria)
    return run.versions, moved


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["parcel_id"], row["after"], row["reason"]


def _move_record(row: dict[str, Any]) -> dict[str, Any]:
    reason, after = MoveReason(row["reason"]), Standing(row["after"])
    return {
        "parcel_id": row["parcel_id"], "before": row["before"], "after": row["after"], "after_zh": after.zh,
        "reason": row["reason"], "reason_zh": reason.zh, "reason_en": reason.en,
    }  # fmt: skip
