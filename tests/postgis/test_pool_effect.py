"""What a change does: told before as it comes after, tasks opened once, and a run is not lost for a task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.people import PeopleStore
from landgis.db.pools import PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PoolCriteria
from landgis.domain.layer import LegalState
from landgis.domain.pooling import MoveReason, Standing, Tier
from landgis.domain.tasks import Task, TaskEnd, TaskKind, Todo
from landgis.errors import Conflict, ContractBroken, NotAllowed, NotReady
from landgis.frames.spec import rows_of
from landgis.rules.reading.load import load_pack
from landgis.services.pooling.build_pool import build_pool
from landgis.services.pooling.change_effect import Effect, effect
from landgis.services.pooling.move_members import add_leads, move_member
from landgis.services.pooling.pair_pool import fall_out_of, pair_pool
from landgis.services.pooling.tasks import end_task, open_tasks_of, tasks
from landgis.services.register.parcel_acts import Decision, retire_parcels
from landgis.services.screening.screen import Screened, screen
from tests.conftest import admin
from tests.postgis.test_plan_way import Office
from tests.support import ground
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import AS_OF, at

PACK = load_pack("songjiang")
PENDING = LegalState.APPROVED_PENDING
DISTRICT = "songjiang"
LINE = (
    "INSERT INTO landgis.plan_line (plan_id, pool_id, line_no, parcel_id, district, town_code, town_name, planned_use_code,"
    " planned_use_zh, area_ha, area_mu, area_basis, verdict, open_points_zh, quarter) VALUES (:plan, :pool, :no, :parcel,"
    " 'songjiang', '310117109', '叶榭镇', '0901', '商业', 0.48, 7.2, 'ellipsoidal', 'clear', '', 2)"
)


@pytest.fixture
def office(
    cluster: PrivateCluster, database_name: str, database: Database, owner: Database, planner: Person
) -> Iterator[Office]:
    """Five clear parcels in the pool, the first in a published plan, a sixth that nobody knows enough of."""
    reviewer = PeopleStore(owner).register("shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
    with admin(cluster, database_name) as connection:
        made = Office(database, planner, connection, reviewer=reviewer)
        store_layers(database, planner, ground.clear_layers().values())
        boxes = {f"SJ-00{number}": at(200 * number, 0, 80, 60) for number in range(1, 6)}
        store_parcels(database, planner, ground.parcels(boxes))
        store_parcels(database, planner, ground.parcels({"SJ-006": at(1200, 0, 80, 60)}, dispute=None))
        add_leads(database, planner, ["SJ-005", "SJ-006"], MoveReason.TOWN_REPORT, tier=Tier.INTENT)
        made.run_id = screen(database, planner, PACK, AS_OF).run_id
        built = build_pool(database, planner, DISTRICT, PoolCriteria())
        made.pool_id = built.head.pool_id
        assert built.moved.moves["parcel_id"].tolist() == [f"SJ-00{number}" for number in range(1, 6)]
        member = str(made.store.standings(DISTRICT).set_index("parcel_id").loc["SJ-001", "member_id"])
        draft(made, "L000001", "SJ-001", "SJ-002")
        made.bring("L000001")
        planned = [(member, "SJ-001", 2, "pooled", "planned", "in_plan")]
        other = str(made.store.standings(DISTRICT).set_index("parcel_id").loc["SJ-002", "member_id"])
        made.publish("L000001", *planned, (other, "SJ-002", 2, "pooled", "planned", "in_plan"))
        yield made


def draft(office: Office, plan: str, *parcel_ids: str) -> None:
    """Store a draft whose lines lie in the town of the parcels; they are supplied in the second quarter."""
    keys = {"plan": plan, "pool": office.pool_id, "who": office.person.person_id}
    with office.database.begin(office.person) as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.plan (plan_id, pool_id, district, year, targets, created_by)"
                " VALUES (:plan, :pool, 'songjiang', 2027, '{\"verdicts\": []}', :who)"
            ),
            keys,
        )
        for number, parcel_id in enumerate(parcel_ids, 1):
            connection.execute(text(LINE), keys | {"no": number, "parcel": parcel_id})


def red_line(office: Office, name: str, **stated: object) -> None:
    """A red line over the first and the third parcel."""
    data = ground.layer("ecological_redline", {"一": at(240, 0, 60, 60), "三": at(640, 0, 60, 60)})
    store_layers(office.database, office.person, [replace(data, release=replace(data.release, name=name, **stated))])


def change(office: Office) -> None:
    """Everything that may change at once: an outline, a fact for the worse, a fact for the better."""
    store_parcels(office.database, office.person, ground.parcels({"SJ-004": at(800, 0, 70, 60)}))
    store_parcels(office.database, office.person, ground.parcels({"SJ-005": at(1000, 0, 80, 60)}, dispute=True))
    store_parcels(office.database, office.person, ground.parcels({"SJ-006": at(1200, 0, 80, 60)}, dispute=False))


def about(todos: list[Todo]) -> set[tuple[str, str, str | None, str | None]]:
    return {(str(one.kind), one.parcel_id, one.member_id, one.plan_id) for one in todos}


def previewed(office: Office) -> Effect:
    screen(office.database, office.person, PACK, AS_OF, legal_state=PENDING)
    return effect(office.database, office.person, DISTRICT, PACK)


def accepted(office: Office) -> Screened:
    red_line(office, "新红线生效")
    return screen(office.database, office.person, PACK, AS_OF)


def open_now(office: Office) -> list[Task]:
    return list(tasks(office.database, office.person))


def test_the_effect_of_a_preview_is_what_acceptance_and_a_build_bring(office: Office) -> None:
    red_line(office, "新红线", legal_state=PENDING, in_force_from=date(2027, 1, 1))
    change(office)
    before = office.store.standings(DISTRICT)
    told = previewed(office)
    assert {flip.parcel_id for flip in told.flips.flipped} == {"SJ-001", "SJ-003", "SJ-005", "SJ-006"}
    assert [(todo.kind, todo.parcel_id) for todo in told.todos] == [
        (TaskKind.MEMBER, "SJ-001"), (TaskKind.PLAN_LINE, "SJ-001"), (TaskKind.MEMBER, "SJ-003"),
        (TaskKind.MEMBER, "SJ-005"), (TaskKind.MEMBER, "SJ-006"),
    ]  # fmt: skip
    assert [(row["parcel_id"], row["after"], row["reason"]) for row in told.moves] == [
        ("SJ-003", "withdrawn", "verdict_changed"), ("SJ-004", "pooled", "renewed"),
        ("SJ-005", "withdrawn", "verdict_changed"), ("SJ-006", "pooled", "criteria_met"),
    ]  # fmt: skip
    assert [row["parcel_id"] for row in told.bound] == ["SJ-001"]
    # Nothing was stored: the pool stands as it stood, no task, no build.
    assert office.store.standings(DISTRICT).equals(before)
    assert (open_now(office), len(PoolStore(office.database).list())) == ([], 1)

    run = accepted(office)
    opened = open_now(office)
    assert about([task.todo for task in opened]) == about(list(told.todos))
    assert [task.task_id for task in run.tasks.tasks] == [task.task_id for task in opened]
    built = build_pool(office.database, office.person, DISTRICT, PoolCriteria())
    assert rows_of(built.moved.moves) == rows_of(told.moved.moves)
    assert rows_of(built.moved.bound) == rows_of(told.moved.bound)
    after = MembershipStore(office.database).standings(DISTRICT).set_index("parcel_id")
    assert after["standing"].to_dict() == {
        "SJ-001": "planned", "SJ-002": "planned", "SJ-003": "withdrawn", "SJ-004": "pooled", "SJ-005": "withdrawn",
        "SJ-006": "pooled",
    }  # fmt: skip
    assert after.loc["SJ-006", "tier"] == "intent"  # a lead stays in the pool that it was kept for


def test_the_words_say_from_what_to_what_why_and_what_follows(office: Office) -> None:
    red_line(office, "新红线", legal_state=PENDING, in_force_from=date(2027, 1, 1))
    member, line, *_ = previewed(office).todos
    assert "由“符合”变为“不符合”" in member.said_zh
    assert "换为 新红线" in member.said_zh
    assert member.said_zh.endswith("在库状态“计划”：须先调整计划，方能退出")
    assert line.said_zh.endswith("计划 L000001（公布）：须编制年中调整")
    assert line.said_en.endswith("Plan L000001 (published): the plan is to be adjusted")
    data = effect(office.database, office.person, DISTRICT, PACK).as_dict()
    assert (data["final"], data["against"], data["pending"]) == (False, "R000001", 0)
    assert data["caution_zh"].startswith("预审")


def test_what_is_due_anyway_is_told_apart_and_an_old_preview_says_so(office: Office) -> None:
    change(office)
    screen(office.database, office.person, PACK, AS_OF)
    red_line(office, "新红线", legal_state=PENDING, in_force_from=date(2027, 1, 1))
    told = previewed(office)
    assert [row["parcel_id"] for row in told.moves] == ["SJ-003"]
    assert len(told.moved.moves) == 4
    assert told.outdated == []
    store_parcels(office.database, office.person, ground.parcels({"SJ-002": at(400, 0, 70, 60)}))
    assert effect(office.database, office.person, DISTRICT, PACK, told.run.run_id).outdated == ["SJ-002"]


def test_tasks_are_opened_once_for_a_run_and_ended_with_a_word(office: Office, owner: Database) -> None:
    run = accepted(office)
    opened = open_now(office)
    assert [task.todo.parcel_id for task in opened] == ["SJ-001", "SJ-001", "SJ-003"]
    again = open_tasks_of(office.database, office.person, DISTRICT, PACK, run.run_id)
    assert list(again) == opened == open_now(office)
    assert screen(office.database, office.person, PACK, AS_OF).tasks.tasks == []  # nothing flipped since
    with pytest.raises(ContractBroken):
        end_task(office.database, office.person, "t1", TaskEnd.DONE, " ")
    assert office.reviewer is not None
    done = end_task(office.database, office.reviewer, opened[0].task_id, TaskEnd.DONE, "已核实")
    assert (done.ended, done.note, done.ended_by) == (TaskEnd.DONE, "已核实", "shenhe")
    with pytest.raises(Conflict, match="ended by shenhe"):
        end_task(office.database, office.person, opened[0].task_id, TaskEnd.VOID, "再次")
    assert len(open_now(office)) == 2
    assert len(tasks(office.database, office.person, DISTRICT, ended=True)) == 3
    clerk = PeopleStore(owner).register("zhenban", "镇填报员丙", Role.TOWN_CLERK, town_code="310117109")
    with pytest.raises(NotAllowed):
        end_task(office.database, clerk, opened[1].task_id, TaskEnd.DONE, "已核实")
    with pytest.raises(NotAllowed):
        open_tasks_of(office.database, clerk, DISTRICT, PACK)


def test_previews_open_no_task_and_need_a_final_run_to_compare_with(office: Office) -> None:
    red_line(office, "新红线", legal_state=PENDING, in_force_from=date(2027, 1, 1))
    preview = screen(office.database, office.person, PACK, AS_OF, legal_state=PENDING)
    assert preview.flips is not None
    assert (preview.tasks.tasks, open_now(office)) == ((), [])
    with pytest.raises(Conflict, match="final runs only"):
        open_tasks_of(office.database, office.person, DISTRICT, PACK, preview.run_id)
    with pytest.raises(NotReady, match="no final run to compare"):
        effect(office.database, office.person, DISTRICT, PACK, "R000001")


def test_a_run_that_looks_back_leaves_no_task(office: Office) -> None:
    red_line(office, "新红线生效")
    back = screen(office.database, office.person, PACK, AS_OF - timedelta(days=30))
    assert back.flips is not None
    assert {flip.parcel_id for flip in back.flips.flipped} >= {"SJ-001", "SJ-003"}
    assert open_now(office) == []
    with pytest.raises(Conflict, match="looks back"):
        open_tasks_of(office.database, office.person, DISTRICT, PACK, back.run_id)


def test_a_run_is_not_lost_because_its_tasks_could_not_be_opened(office: Office, owner: Database) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("REVOKE INSERT ON landgis.task FROM landgis_app")
    run = accepted(office)
    assert RunStore(office.database).latest(DISTRICT).run_id == run.run_id  # type: ignore[union-attr]  # there is one
    assert run.tasks.failed is not None
    assert run.summary()["tasks"]["failed"] == run.tasks.failed.as_dict()
    assert open_now(office) == []
    with owner.begin() as connection:
        connection.exec_driver_sql("GRANT INSERT ON landgis.task TO landgis_app")
    assert len(open_tasks_of(office.database, office.person, DISTRICT, PACK)) == 3


def test_a_parcel_that_is_screened_no_more_leaves_a_task(office: Office) -> None:
    retire_parcels(office.database, office.person, ["SJ-003"], Decision(AS_OF, "已征收"))
    run = screen(office.database, office.person, PACK, AS_OF)
    assert run.flips is not None
    assert run.flips.gone == ("SJ-003",)
    (task,) = open_now(office)
    assert (task.todo.parcel_id, task.todo.kind) == ("SJ-003", TaskKind.MEMBER)
    assert "不再筛查" in task.todo.said_zh
    assert build_pool(office.database, office.person, DISTRICT, PoolCriteria()).moved.moves["reason"].tolist() == [
        "land_changed"
    ]


def test_what_a_person_took_out_no_build_brings_back_before_it_is_a_lead_again(office: Office) -> None:
    move_member(office.database, office.person, "SJ-003", Standing.WITHDRAWN, MoveReason.OWNER_DECLINED)
    built = build_pool(office.database, office.person, DISTRICT, PoolCriteria())
    assert built.moved.moves.empty
    told = built.pool.left_out.set_index("parcel_id").loc["SJ-003"]
    assert (told["reason"], "所有权人无意愿" in told["detail_zh"]) == ("given_up", True)
    add_leads(office.database, office.person, ["SJ-003"], MoveReason.TOWN_REPORT)
    built = build_pool(office.database, office.person, DISTRICT, PoolCriteria())
    assert built.moved.moves[["parcel_id", "before", "reason"]].to_numpy().tolist() == [
        ["SJ-003", "lead", "criteria_met"]
    ]


def test_substitutes_and_fall_out_stand_on_the_newest_run_and_the_plan(office: Office) -> None:
    paired = pair_pool(office.database, office.person, DISTRICT, AS_OF)
    assert (paired.plan_id, [line.parcel_id for line in paired.lines]) == ("L000001", ["SJ-001", "SJ-002"])
    assert [one.candidate.parcel_id for one in paired.ranked["SJ-001"]] == ["SJ-005", "SJ-003", "SJ-004"]
    store_parcels(office.database, office.person, ground.parcels({"SJ-003": at(600, 0, 79, 60)}))
    again = pair_pool(office.database, office.person, DISTRICT, AS_OF)
    assert [one.candidate.parcel_id for one in again.ranked["SJ-001"]] == [
        "SJ-005",
        "SJ-004",
    ]  # not judged as it stands
    fallen = fall_out_of(office.database, office.person, DISTRICT, ["SJ-001"]).result
    (only,) = fallen.replaced
    assert fallen.reached_mu == fallen.planned_mu - fallen.lost_mu + only.candidate.area_mu
    assert (fallen.aim_mu, fallen.short_mu) == (None, 0)


def test_nobody_takes_a_place_by_verdicts_of_layers_that_speak_no_more(office: Office) -> None:
    before = pair_pool(office.database, office.person, DISTRICT, AS_OF)
    assert before.overtaken is None
    assert before.ranked["SJ-001"]
    redrawn = ground.clear_layers()["homestead"]
    store_layers(office.database, office.person, [replace(redrawn, release=replace(redrawn.release, name="更正"))])
    paired = pair_pool(office.database, office.person, DISTRICT, AS_OF)
    assert paired.overtaken is not None
    assert "homestead" in paired.overtaken[0]
    assert (paired.ranked["SJ-001"], paired.ranked["SJ-002"]) == ((), ())
    assert paired.as_dict()["overtaken_en"] == paired.overtaken[1]
    fallen = fall_out_of(office.database, office.person, DISTRICT, ["SJ-001"])
    assert fallen.overtaken == paired.overtaken
    assert not fallen.result.replaced
