"""Which run a change shows in, and which one says what stands."""

from __future__ import annotations

from landgis.db.connect import Database
from landgis.db.runs import RunHead, RunStore
from landgis.errors import Conflict, NotReady


def named_or_newest(database: Database, district: str, run_id: str | None) -> RunHead:
    """Return a run of a district: the one named, or the newest, be it a preview or final.

    Raises
    ------
    NotReady, NotFound, Conflict
        Never screened; no such run; one of another district.
    """
    store = RunStore(database)
    head = store.head(run_id) if run_id else next(iter(store.list(district)), None)
    if head is None:
        raise NotReady(
            f"{district} 还没有筛查批次", f"{district} was never screened",
            next_zh=f"请先运行 landgis screen --rules {district} --legal-state drafting",
            next_en=f"Run landgis screen --rules {district} --legal-state drafting first",
        )  # fmt: skip
    if head.meta.district != district:
        raise Conflict(
            f"筛查批次 {head.run_id} 不属于该区", f"Run {head.run_id} is not of that district", where=head.run_id,
            next_zh=f"请加 --district {head.meta.district}", next_en=f"Add --district {head.meta.district}",
        )  # fmt: skip
    return head


def final_before(database: Database, run: RunHead) -> RunHead:
    """Return the final run to compare with: of a preview the newest, of a final run the newest when it was made.

    The newest is that of the latest day, as in ``RunStore.latest``.

    Raises
    ------
    NotReady
        If there is none.
    """
    final = [head for head in RunStore(database).list(run.meta.district) if head.meta.final]
    if run.meta.final:
        final = final[[head.run_id for head in final].index(run.run_id) + 1 :]
    if not final:
        raise NotReady(
            f"{run.meta.district} 没有可比较的正式筛查", f"{run.meta.district} has no final run to compare with",
            where=run.run_id, next_zh="请先正式筛查：landgis screen", next_en="Screen what is in force: landgis screen",
        )  # fmt: skip
    return max(final, key=lambda head: head.meta.as_of)
