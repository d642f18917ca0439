"""Who stands in the pool, moved by hand as far as that goes, by whom the policy lets; and the story that stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from landgis.access.person import Person
from landgis.access.roles import Action, Role, may
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.domain.pooling import MOVES, MoveReason, Standing, Tier, by_hand
from landgis.errors import Conflict, NotAllowed, NotFound, UsageError
from landgis.frames.spec import rows_of
from landgis.services.pooling.members import Wish, changes, members, story
from landgis.services.pooling.move_members import add_leads, move_member
from tests.conftest import admin
from tests.postgis.support import add_parcels
from tests.postgis.test_memberships import Bureau, moves
from tests.support.ground import at


@pytest.fixture
def bureau(cluster: PrivateCluster, database_name: str, database: Database, planner: Person) -> Iterator[Bureau]:
    """Three parcels apart from each other, the first of them pooled."""
    with admin(cluster, database_name) as connection:
        made = Bureau(database, planner, connection)
        made.screen({f"SJ-{number:03d}": at(100 * number, 0, 80, 60) for number in (1, 2, 3)})
        made.build("SJ-001")
        yield made


@pytest.fixture
def clerk(owner: Database) -> Person:
    return PeopleStore(owner).register("zhenban", "镇填报员丙", Role.TOWN_CLERK, town_code="310117109")


def now(bureau: Bureau) -> datetime:
    (moment,) = bureau.connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
    assert isinstance(moment, datetime)
    return moment


def test_a_town_reports_leads_and_only_a_planner_gives_them_up(bureau: Bureau, clerk: Person) -> None:
    found = add_leads(
        bureau.database, clerk, ["SJ-003", "SJ-002", "SJ-003"], MoveReason.TOWN_REPORT, tier=Tier.INTENT, note="排摸"
    )
    assert [(one.parcel_id, one.tier, one.standing) for one in found] == [
        ("SJ-003", Tier.INTENT, Standing.LEAD), ("SJ-002", Tier.INTENT, Standing.LEAD),
    ]  # fmt: skip
    assert (found[0].moves[0].note, found[0].moves[0].by) == ("排摸", "镇填报员丙")
    with pytest.raises(NotAllowed) as raised:
        move_member(bureau.database, clerk, "SJ-002", Standing.WITHDRAWN, MoveReason.NOT_PURSUED)
    assert "变更在库状态" in raised.value.zh
    moved = move_member(bureau.database, bureau.person, "SJ-002", Standing.WITHDRAWN, MoveReason.NOT_PURSUED, "无意愿")
    assert (moved.standing, len(moved.moves), moved.moves[-1].note) == (Standing.WITHDRAWN, 2, "无意愿")
    again = add_leads(bureau.database, clerk, ["SJ-002"], MoveReason.INVESTOR_REQUEST)
    assert [one.member_id for one in story(bureau.database, clerk, "SJ-002")] == [moved.member_id, again[0].member_id]


def test_leads_are_all_or_none(bureau: Bureau, clerk: Person) -> None:
    add = (bureau.database, clerk)
    with pytest.raises(Conflict, match="in the pool already"):
        add_leads(*add, ["SJ-002", "SJ-001"], MoveReason.TOWN_REPORT)
    with pytest.raises(NotFound, match="SJ-999"):
        add_leads(*add, ["SJ-002", "SJ-999"], MoveReason.TOWN_REPORT)
    with pytest.raises(Conflict, match="cannot be made lead"):
        add_leads(*add, ["SJ-002"], MoveReason.CRITERIA_MET)
    add_parcels(bureau.database, bureau.person, {"CM-001": at(900, 0, 80, 60)}, district="chongming")
    with pytest.raises(UsageError, match="two districts"):
        add_leads(*add, ["SJ-002", "CM-001"], MoveReason.TOWN_REPORT)
    with pytest.raises(NotFound):
        story(bureau.database, clerk, "SJ-002")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TOWN_CLERK, Role.DISTRICT_PLANNER}))
def test_nobody_else_reports_or_moves(bureau: Bureau, owner: Database, role: Role) -> None:
    person = PeopleStore(owner).register("other", "他人", role)
    tries: list[Callable[[], object]] = [
        lambda: add_leads(bureau.database, person, ["SJ-002"], MoveReason.TOWN_REPORT),
        lambda: move_member(bureau.database, person, "SJ-001", Standing.WITHDRAWN, MoveReason.ACQUIRED),
    ]
    if not may(role, Action.READ):
        tries += [
            lambda: members(bureau.database, person, "songjiang"),
            lambda: story(bureau.database, person, "SJ-001"),
            lambda: changes(bureau.database, person, "songjiang", now(bureau), now(bureau)),
        ]
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()


def test_a_move_that_takes_a_build_or_a_plan_is_refused_and_the_possible_ones_are_named(bureau: Bureau) -> None:
    for after, reason in (
        (Standing.WITHDRAWN, MoveReason.VERDICT_CHANGED),
        (Standing.PLANNED, MoveReason.IN_PLAN),
        (Standing.POOLED, MoveReason.RENEWED),
        (Standing.SUPPLIED, MoveReason.DEAL_CLOSED),
    ):
        with pytest.raises(Conflict) as raised:
            move_member(bureau.database, bureau.person, "SJ-001", after, reason)
        assert "owner_declined" in (raised.value.next_en or "")
        assert "所有权人无意愿" in (raised.value.next_zh or "")
    assert [one.standing for one in story(bureau.database, bureau.person, "SJ-001")] == [Standing.POOLED]


def test_what_a_person_may_do_by_hand_is_part_of_what_is_possible_at_all() -> None:
    for before in (None, *Standing):
        for after, reasons in by_hand(before).items():
            assert set(reasons) <= set(MOVES[before, after])
    assert set(by_hand(Standing.PLANNED)) == {Standing.UNDER_WAY}
    assert set(by_hand(Standing.UNDER_WAY)) == {Standing.PLANNED, Standing.SUPPLIED}


def test_the_pools_bear_the_names_of_their_district() -> None:
    assert [tier.name_in("songjiang") for tier in Tier] == ["储备项目库", "意向储备库"]
    assert [tier.name_in("chongming") for tier in Tier] == ["拟入市地块项目计划库", "意向储备库"]


def test_members_are_found_by_standing_tier_town_and_moment(bureau: Bureau, clerk: Person) -> None:
    before = now(bureau)
    add_leads(bureau.database, clerk, ["SJ-002"], MoveReason.TOWN_REPORT, tier=Tier.INTENT)
    move_member(bureau.database, bureau.person, "SJ-001", Standing.WITHDRAWN, MoveReason.OWNER_DECLINED)

    def ids(**wish: object) -> list[str]:
        return members(bureau.database, clerk, "songjiang", Wish(**wish))["parcel_id"].tolist()  # type: ignore[arg-type]  # a test's own wishes

    assert ids() == ["SJ-002"]
    assert ids(at=before) == ["SJ-001"]
    assert ids(standing=Standing.WITHDRAWN) == ["SJ-001"]
    assert ids(tier=Tier.PROJECT) == []
    assert ids(tier=Tier.INTENT, town="310117109") == ["SJ-002"]
    assert ids(town="310117111") == []
    (row,) = rows_of(members(bureau.database, clerk, "songjiang"))
    assert (row["town_name"], row["planned_use_code"], str(row["area_ha"])) == ("叶榭镇", "0901", "0.4798")
    told = rows_of(changes(bureau.database, clerk, "songjiang", before, now(bureau)))
    assert [(row["parcel_id"], row["change"], row["reason"]) for row in told] == [
        ("SJ-001", "out", "owner_declined"), ("SJ-002", "in", "town_report"),
    ]  # fmt: skip


def test_the_store_itself_asks_who_moves(bureau: Bureau, clerk: Person) -> None:
    row = moves(("M000001", "SJ-001", 2, "pooled", "withdrawn", "acquired"))
    with pytest.raises(NotAllowed):
        bureau.store.move("songjiang", row, person=clerk)
