"""A bureau whose Songjiang sample is screened, pooled and planned, for the boards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.db.plans import PlanStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.sample import build
from landgis.services.planning.draft_plan import draft_plan
from landgis.services.planning.move_plan import approve_plan, publish_plan, submit_plan
from landgis.services.pooling.build_pool import build_pool
from tests.conftest import ready_database
from tests.support import desk_case

TARGETS = PlanTargets(2027, max_ha=Decimal("12"), min_ha=Decimal("4"))
PUBLISHED_ON = date(2026, 7, 1)


@dataclass(frozen=True)
class BoardCase:
    """A database and who works on it."""

    database: Database
    planner: Person
    colleague: Person
    reviewer: Person
    run: str
    plan_id: str

    def publish(self, plan_id: str) -> None:
        """Take a plan the whole way."""
        submit_plan(self.database, self.planner, plan_id)
        submit_plan(self.database, self.planner, plan_id)
        approve_plan(self.database, self.reviewer, plan_id, "松府〔2026〕7号")
        publish_plan(self.database, self.planner, plan_id, "松规〔2026〕8号", on=desk_case.AS_OF, today=desk_case.AS_OF)


@contextmanager
def board_case(cluster: PrivateCluster) -> Iterator[BoardCase]:
    """Use the bureau in a database of its own: a copy of one that is made once."""
    like = ready_database(cluster, "landgis_bureau", _stored)
    with desk_case.copied_database(cluster, like) as database:
        run = RunStore(database).list()[0].run_id
        plan = PlanStore(database).list()[0]
        people = {person.os_account: person for person in PeopleStore(database).list()}
        yield BoardCase(database, people["guihua"], people["tongshi"], people["shenhe"], run, plan.plan_id)


def _stored(cluster: PrivateCluster, name: str) -> None:
    sample = build("small", seed=1)
    parcels = sample.parcels[sample.parcels["district"] == "songjiang"].reset_index(drop=True)
    with desk_case.filled(cluster, name) as (database, planner):
        desk_case.store_sample(database, planner, sample, parcels)
        build_pool(database, planner, "songjiang", PoolCriteria())
        draft_plan(database, planner, "songjiang", TARGETS)
        owner = desk_case.owner_of(cluster, database)
        people = PeopleStore(owner)
        people.register("tongshi", "规划员乙", Role.DISTRICT_PLANNER)
        people.register("shenhe", "审核员丙", Role.DISTRICT_REVIEWER)
        owner.close()
