"""A plan whose ground was judged otherwise since: not drafted onto, not adjusted in, not published, until it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.domain.planning import PlanStatus
from landgis.errors import Conflict
from landgis.plan.inputs import LineChange
from landgis.rules.reading.load import load_pack
from landgis.services.planning.draft_plan import DraftedPlan, draft_plan
from landgis.services.planning.move_plan import approve_plan, publish_plan, submit_plan
from landgis.services.planning.revise_plan import revise_plan
from landgis.services.pooling.build_pool import build_pool
from landgis.services.screening.screen import screen
from tests.conftest import admin
from tests.postgis.test_plan_way import Office
from tests.support import ground
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import AS_OF, at

PACK = load_pack("songjiang")
PAPER = "沪松府〔2027〕1号"
ONE, TWO, THREE = "SJ-001", "SJ-002", "SJ-003"


@pytest.fixture
def office(
    cluster: PrivateCluster, database_name: str, database: Database, owner: Database, planner: Person
) -> Iterator[Office]:
    """Three clear parcels in the pool."""
    reviewer = PeopleStore(owner).register("shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
    with admin(cluster, database_name) as connection:
        made = Office(database, planner, connection, reviewer=reviewer)
        store_layers(database, planner, ground.clear_layers().values())
        store_parcels(database, planner, ground.parcels({f"SJ-00{n}": at(200 * n, 0, 80, 60) for n in (1, 2, 3)}))
        screen(database, planner, PACK, AS_OF)
        made.pool_id = build_pool(database, planner, "songjiang", PoolCriteria()).head.pool_id
        yield made


def reported(office: Office, plan_id: str) -> str:
    """Take a draft to where it may be published."""
    assert office.reviewer is not None
    submit_plan(office.database, office.person, plan_id)
    submit_plan(office.database, office.person, plan_id)
    approve_plan(office.database, office.reviewer, plan_id, PAPER)
    return plan_id


def drafted(office: Office) -> DraftedPlan:
    return draft_plan(office.database, office.person, "songjiang", PlanTargets(2027))


def publish(office: Office, plan_id: str) -> int:
    return publish_plan(office.database, office.person, plan_id, PAPER, on=AS_OF, today=AS_OF).moved


def red_line(office: Office, name: str = "新红线", **stated: object) -> None:
    """A red line over part of the second parcel."""
    data = ground.layer("ecological_redline", {"二": at(440, 0, 60, 60)})
    store_layers(office.database, office.person, [replace(data, release=replace(data.release, name=name, **stated))])


def standings(office: Office) -> list[str]:
    return [office.standing(each) for each in (ONE, TWO, THREE)]


def test_a_layer_that_came_after_the_newest_run_stops_the_publication(office: Office) -> None:
    plan = reported(office, drafted(office).head.plan_id)
    red_line(office)
    with pytest.raises(Conflict, match="layers that have changed: ecological_redline was") as raised:
        publish(office, plan)
    assert "screen" in raised.value.next_zh
    assert office.status(plan) == PlanStatus.REPORTED
    assert standings(office) == ["pooled"] * 3
    with pytest.raises(Conflict, match="layers that have changed"):
        drafted(office)


def test_a_day_in_the_past_hides_no_layer_that_came_since(office: Office) -> None:
    plan = reported(office, drafted(office).head.plan_id)
    autumn = AS_OF + timedelta(days=90)
    red_line(office, "秋季红线", in_force_from=autumn)
    with pytest.raises(Conflict, match=r"layers that have changed: ecological_redline was .* it is 秋季红线"):
        publish_plan(office.database, office.person, plan, PAPER, on=AS_OF, today=autumn)
    assert standings(office) == ["pooled"] * 3
    assert publish(office, plan) == 3  # before it comes into force it is no hindrance


def test_what_the_newest_run_excludes_is_not_published_nor_drafted_anew(office: Office) -> None:
    plan = reported(office, drafted(office).head.plan_id)
    red_line(office)
    run = screen(office.database, office.person, PACK, AS_OF).run_id
    with pytest.raises(Conflict, match=f"Parcel SJ-002 of plan {plan} is excluded by the newest run {run}") as raised:
        publish(office, plan)
    assert raised.value.where == TWO
    assert "plan draft --replaces" in raised.value.next_en
    assert (office.status(plan), standings(office)) == (PlanStatus.REPORTED, ["pooled"] * 3)
    again = drafted(office)
    assert again.draft.lines["parcel_id"].tolist() == [ONE, THREE]
    left = again.draft.left_out
    assert left[["parcel_id", "reason"]].to_numpy().tolist() == [[TWO, "now_excluded"]]
    assert publish(office, reported(office, again.head.plan_id)) == 2
    assert standings(office) == ["planned", "pooled", "planned"]


def test_a_fact_stated_since_must_be_judged_first(office: Office) -> None:
    plan = reported(office, drafted(office).head.plan_id)
    store_parcels(office.database, office.person, ground.parcels({TWO: at(400, 0, 80, 60)}, road=False))
    with pytest.raises(Conflict, match=r"SJ-002 of plan .* not judged as it stands now .* screen again"):
        publish(office, plan)
    screen(office.database, office.person, PACK, AS_OF)
    assert publish(office, plan) == 3
    assert standings(office) == ["planned"] * 3


def test_an_adjustment_may_drop_what_is_excluded_and_may_not_keep_it(office: Office) -> None:
    first = reported(office, drafted(office).head.plan_id)
    publish(office, first)
    red_line(office)
    screen(office.database, office.person, PACK, AS_OF)
    person, database = office.person, office.database
    kept = revise_plan(database, person, first, [LineChange(THREE, "out", "权利人放弃")]).plan.head.plan_id
    with pytest.raises(Conflict, match=r"SJ-002 of plan .* is excluded by the newest run"):
        publish(office, reported(office, kept))
    dropped = revise_plan(
        database, person, first, [LineChange(TWO, "out", "红线调整")], replaces=None
    ).plan.head.plan_id
    assert publish(office, reported(office, dropped)) == 1
    assert standings(office) == ["planned", "pooled", "planned"]
    with pytest.raises(Conflict, match="SJ-002 cannot come in: is excluded by the newest run"):
        revise_plan(database, person, dropped, [LineChange(TWO, "in", "再列入")])
