"""The screening runs on record: what each stood on, what it said, and on which of them decisions and pools stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from landgis.db.connect import Database
from landgis.db.runs import RunHead, RunStore
from landgis.domain.outcome import VERDICTS


@dataclass(frozen=True)
class ListedRun:
    """A run on record.

    Attributes
    ----------
    head
        The run.
    counts
        Parcels by verdict.
    newest
        Whether it is the newest final run of its district: what is explained, decided on and pooled without naming one.
    """

    head: RunHead
    counts: Mapping[str, int]
    newest: bool

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        head, meta = self.head, self.head.meta
        return {
            "run_id": head.run_id, "district": meta.district, "as_of": meta.as_of.isoformat(),
            "created_at": head.created_at.isoformat(), "created_by": head.created_by, "scope": str(meta.scope),
            "pack": {"id": meta.pack_id, "version": meta.pack_version}, "final": meta.final, "newest": self.newest,
            "caution_zh": meta.caution[0], "caution_en": meta.caution[1],
            "verdicts": {str(verdict): self.counts.get(verdict, 0) for verdict in VERDICTS},
        }  # fmt: skip


def listed_runs(database: Database, district: str | None = None) -> list[ListedRun]:
    """Return the runs of a district, or of both, the newest first."""
    store = RunStore(database)
    heads, counts = store.list(district), store.counts()
    newest = {head.run_id for key in {head.meta.district for head in heads} if (head := store.latest(key))}
    return [ListedRun(head, counts.get(head.run_id, {}), head.run_id in newest) for head in heads]
