"""Finding where a delivery comes from: the run behind a plan or pool, and the releases that it judged by."""

from __future__ import annotations

from datetime import date

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.plan_steps import PlanWay
from landgis.db.pools import PoolStore
from landgis.db.runs import RunStore
from landgis.domain.origin import Origin, RunTold
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.register.inventory import releases


def origin_of(database: Database, district: str, day: date, plan: DraftedPlan | None, pool_id: str) -> Origin:
    """Return what stands behind a delivery.

    Parameters
    ----------
    day
        The day asked for: it counts where neither plan nor pool is in the delivery.
    plan, pool_id
        The plan (None: none) and the pool (empty: none).
    """
    if not pool_id:
        around = releases(database, as_of=day)
        return Origin(district, day, day.year, any(stored.release.substitute for stored in around))
    run = RunStore(database).head(PoolStore(database).head(pool_id).run_id)
    store = LayerStore(database)
    judged_by = tuple(store.get(layer, name).release for layer, name in run.meta.releases.items() if name)
    told = RunTold(run.run_id, run.meta.as_of, run.meta.pack_id, run.meta.pack_version)
    return Origin(
        district, run.meta.as_of, plan.head.year if plan else run.meta.as_of.year,
        any(release.substitute for release in judged_by),
        plan.head.plan_id if plan else "", len(plan.lines) if plan else 0,
        plan is not None and PlanWay(database).published_at(plan.head.plan_id) is not None, pool_id, told, judged_by,
    )  # fmt: skip
