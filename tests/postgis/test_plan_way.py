"""A plan on its way: one step at a time, never by its author alone, published only where the pool agrees, no land twice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.memberships import Ground, write_moves
from landgis.db.migrate import downgrade, upgrade
from landgis.db.people import PeopleStore
from landgis.db.pools import PoolStore
from landgis.domain.criteria import PoolCriteria
from landgis.domain.planning import NEXT, PlanStatus
from landgis.errors import Conflict, LandgisError, NotAllowed
from tests.conftest import admin
from tests.postgis.test_memberships import Bureau, moves, pool_of
from tests.support.ground import at

_LINE = (
    "INSERT INTO landgis.plan_line (plan_id, pool_id, line_no, parcel_id, district, planned_use_code, planned_use_zh, area_ha,"
    " area_mu, area_basis, verdict, open_points_zh) VALUES (:plan, :pool, :no, :parcel, 'songjiang', '0901', '商业', 0.48, 7.2,"
    " 'ellipsoidal', 'clear', '')"
)
_STEP = (
    "INSERT INTO landgis.plan_step (plan_id, step, from_status, to_status, document, note, created_by)"
    " SELECT :plan, coalesce(max(step), 0) + 1, :before, :after, :document, :note, :who"
    " FROM landgis.plan_step WHERE plan_id = :plan"
)
WAY = (
    PlanStatus.DRAFTING, PlanStatus.TOWN_CONSULTATION, PlanStatus.GOVERNMENT_REVIEW, PlanStatus.REPORTED,
    PlanStatus.PUBLISHED,
)  # fmt: skip


@dataclass
class Office(Bureau):
    reviewer: Person | None = None
    pool_id: str = ""

    def narrower(self) -> str:
        """Build again, without whom the plan has."""
        return (
            PoolStore(self.database)
            .save(self.run_id, PoolCriteria(), pool_of("SJ-002", "SJ-003"), person=self.person)
            .pool_id
        )

    def draft(
        self, plan: str, *parcel_ids: str, adjusts: str | None = None, replaces: str | None = None,
        lines: tuple[dict[str, object], ...] = (),
    ) -> None:  # fmt: skip
        with self.database.begin(self.person) as connection:
            connection.execute(
                text(
                    "INSERT INTO landgis.plan (plan_id, pool_id, district, year, targets, created_by, adjusts, replaces)"
                    " VALUES (:plan, :pool, 'songjiang', 2027, '{}', :who, :adjusts, :replaces)"
                ),
                {
                    "plan": plan, "pool": self.pool_id, "who": self.person.person_id, "adjusts": adjusts,
                    "replaces": replaces,
                },
            )  # fmt: skip
            for number, parcel_id in enumerate(parcel_ids, 1):
                keys = {"plan": plan, "pool": self.pool_id, "no": number, "parcel": parcel_id}
                connection.execute(text(_LINE), keys)
            for keys in lines:
                connection.execute(text(_LINE), keys)

    def step(
        self, plan: str, before: PlanStatus, after: PlanStatus, *, who: Person | None = None, document: str = "沪松府〔2026〕1号",
        note: str = "议定", moved: tuple[tuple[str, str, int, str, str, str], ...] = (),
    ) -> None:  # fmt: skip
        keys = {
            "plan": plan, "before": str(before), "after": str(after), "document": document, "note": note,
            "who": (who or self.person).person_id,
        }  # fmt: skip
        with self.database.begin(who or self.person) as connection:
            connection.execute(text(_STEP), keys)
            if moved:
                write_moves(connection, "songjiang", moves(*moved), Ground(plan_id=plan), person=self.person)

    def bring(self, plan: str, to: PlanStatus = PlanStatus.REPORTED) -> None:
        """Take a plan all steps up to one."""
        for before, after in itertools.pairwise(WAY[: WAY.index(to) + 1]):
            self.step(plan, before, after, who=self.reviewer if after == PlanStatus.REPORTED else None)

    def publish(self, plan: str, *moved: tuple[str, str, int, str, str, str]) -> None:
        self.step(plan, PlanStatus.REPORTED, PlanStatus.PUBLISHED, moved=moved)

    def status(self, plan: str) -> str:
        with self.database.begin() as connection:
            return str(connection.scalar(text("SELECT status FROM landgis.plan WHERE plan_id = :plan"), {"plan": plan}))


@pytest.fixture
def office(
    cluster: PrivateCluster, database_name: str, database: Database, owner: Database, planner: Person
) -> Iterator[Office]:
    """Three parcels in the pool, a planner and a reviewer."""
    reviewer = PeopleStore(owner).register("shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
    with admin(cluster, database_name) as connection:
        made = Office(database, planner, connection, reviewer=reviewer)
        made.screen({f"SJ-{n:03d}": at(100 * n, 0, 80, 60) for n in (1, 2, 3)})
        made.pool_id = made.build("SJ-001", "SJ-002", "SJ-003")
        yield made


ONE = ("M000001", "SJ-001", 2, "pooled", "planned", "in_plan")
TWO = ("M000002", "SJ-002", 2, "pooled", "planned", "in_plan")


def test_the_database_knows_the_same_way_as_the_program(office: Office) -> None:
    for before, after in itertools.product(PlanStatus, PlanStatus):
        row = office.connection.execute("SELECT landgis.plan_may_go(%s, %s)", [str(before), str(after)]).fetchone()
        assert row == (after in NEXT[before],), (before, after)
    named = "SELECT landgis.plan_status_zh(%s)"
    assert all(office.connection.execute(named, [str(each)]).fetchone() == (each.zh,) for each in PlanStatus)


def test_a_plan_goes_its_way_and_takes_its_parcels_along(office: Office) -> None:
    office.draft("L1", "SJ-001", "SJ-002")
    office.bring("L1")
    office.publish("L1", ONE, TWO)
    assert office.status("L1") == "published"
    assert [office.standing(f"SJ-00{n}") for n in (1, 2, 3)] == ["planned", "planned", "pooled"]


def test_a_plan_is_published_only_where_the_pool_agrees(office: Office) -> None:
    office.draft("L1", "SJ-001", "SJ-002")
    office.bring("L1")
    with pytest.raises(Conflict, match="SJ-002 of plan L1 does not stand as planned"):
        office.publish("L1", ONE)
    assert office.status("L1") == "reported"
    assert office.standing("SJ-001") == "pooled"  # all or nothing
    with pytest.raises(Conflict, match="SJ-003 is on no line of the plan"):
        office.publish("L1", ONE, TWO, ("M000003", "SJ-003", 2, "pooled", "planned", "in_plan"))


def test_the_author_does_not_approve_and_papers_are_named(office: Office) -> None:
    office.draft("L1", "SJ-001")
    office.bring("L1", PlanStatus.GOVERNMENT_REVIEW)
    review, reported = PlanStatus.GOVERNMENT_REVIEW, PlanStatus.REPORTED
    with pytest.raises(Conflict, match="a district reviewer who did not draft it"):
        office.step("L1", review, reported)
    office.connection.execute("UPDATE landgis.person SET role = 'district_reviewer' WHERE os_account = 'guihua'")
    with pytest.raises(
        Conflict, match="a district reviewer who did not draft it"
    ):  # a new role does not help the author
        office.step("L1", review, reported)
    with pytest.raises(Conflict, match="name a document"):
        office.step("L1", review, reported, who=office.reviewer, document=" ")
    with pytest.raises(Conflict, match="a return its reason"):
        office.step("L1", review, PlanStatus.RETURNED, note="")
    office.step("L1", review, PlanStatus.RETURNED, who=office.reviewer, note="指标未落实")
    with pytest.raises(Conflict, match="cannot go from returned"):
        office.step("L1", PlanStatus.RETURNED, reported, who=office.reviewer)


def test_steps_are_not_jumped_and_lines_not_added_later(office: Office) -> None:
    office.draft("L1", "SJ-001")
    with pytest.raises(Conflict, match=r"现处“编制”|cannot go from draft to published"):
        office.step("L1", PlanStatus.DRAFTING, PlanStatus.PUBLISHED)
    with pytest.raises(Conflict, match="cannot go from reported"):
        office.step("L1", PlanStatus.REPORTED, PlanStatus.PUBLISHED)
    late = {"plan": "L1", "pool": office.pool_id, "no": 2, "parcel": "SJ-002"}
    with pytest.raises(LandgisError, match="takes no further"), office.database.begin() as connection:
        connection.execute(text(_LINE), late)
    with pytest.raises(NotAllowed), office.database.begin() as connection:
        connection.execute(text("UPDATE landgis.plan SET status = 'published'"))


def test_one_plan_a_year_and_only_its_adjustment_takes_its_place(office: Office) -> None:
    office.draft("L1", "SJ-001", "SJ-002")
    office.bring("L1")
    office.draft("L2", "SJ-003")
    office.bring("L2")
    with pytest.raises(Conflict, match="cannot be adjusted"):
        office.draft("L3", "SJ-001", adjusts="L1")
    office.publish("L1", ONE, TWO)
    with pytest.raises(Conflict, match="only its adjustment takes its place"):
        office.publish("L2", ("M000003", "SJ-003", 2, "pooled", "planned", "in_plan"))
    with pytest.raises(Conflict, match="cannot go from published to superseded"):
        office.step("L1", PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)
    office.draft("L3", "SJ-001", "SJ-003", adjusts="L1")
    office.bring("L3")
    third = ("M000003", "SJ-003", 2, "pooled", "planned", "in_plan")
    with pytest.raises(Conflict, match="SJ-002 was taken out by plan L3"):
        office.publish("L3", third)
    office.publish("L3", third, ("M000002", "SJ-002", 3, "planned", "pooled", "plan_adjusted"))
    assert [office.status(plan) for plan in ("L1", "L2", "L3")] == ["superseded", "reported", "published"]
    assert [office.standing(f"SJ-00{n}") for n in (1, 2, 3)] == ["planned", "pooled", "planned"]
    with pytest.raises(Conflict, match="cannot be replaced"):
        office.draft("L4", "SJ-001", replaces="L3")


def test_a_line_stands_in_its_pool_or_where_the_adjusted_plan_had_it(office: Office) -> None:
    office.draft("L1", "SJ-001")
    office.bring("L1")
    office.publish("L1", ONE)
    first, office.pool_id = office.pool_id, office.narrower()
    kept = {"plan": "L2", "pool": first, "no": 1, "parcel": "SJ-001"}
    with pytest.raises(Conflict, match="SJ-002 is neither of the pool of the plan nor kept"):
        office.draft("L3", lines=({"plan": "L3", "pool": first, "no": 1, "parcel": "SJ-002"},), adjusts="L1")
    with pytest.raises(Conflict, match="SJ-001 is neither of the pool"):
        office.draft("L2", lines=(kept,))  # it adjusts nothing
    office.draft("L2", lines=(kept, {"plan": "L2", "pool": office.pool_id, "no": 2, "parcel": "SJ-003"}), adjusts="L1")
    office.bring("L2")
    office.publish("L2", ("M000003", "SJ-003", 2, "pooled", "planned", "in_plan"))
    assert [office.standing(f"SJ-00{n}") for n in (1, 2, 3)] == ["planned", "pooled", "planned"]


def test_going_back_keeps_lines_of_adjustments(office: Office, owner: Database) -> None:
    office.draft("L1", "SJ-001")
    office.bring("L1")
    office.publish("L1", ONE)
    first, office.pool_id = office.pool_id, office.narrower()
    office.draft("L2", lines=({"plan": "L2", "pool": first, "no": 1, "parcel": "SJ-001"},), adjusts="L1")
    office.connection.close()
    office.database.close()
    rows = "SELECT plan_id, pool_id, parcel_id FROM landgis.plan_line ORDER BY 1, 2, 3"
    downgrade(owner, "0014")
    with owner.begin() as connection:
        before = [tuple(row) for row in connection.execute(text(rows))]
    upgrade(owner)
    with owner.begin() as connection:
        assert [tuple(row) for row in connection.execute(text(rows))] == before
    assert before == [("L1", first, "SJ-001"), ("L2", first, "SJ-001")]


def supply(office: Office, batch: int, *rows: tuple[str, str | None, tuple[int, int, int, int] | None]) -> None:
    """List what else the year supplies: number, parcel, rectangle."""
    office.connection.execute(
        "INSERT INTO landgis.source_file (content_hash, name, byte_size, received_by) SELECT %s, 'x.xlsx', 1, person_id"
        " FROM landgis.person LIMIT 1 ON CONFLICT DO NOTHING",
        ["a" * 64],
    )
    with office.database.begin(office.person) as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.supply_batch (district, year, content_hash, created_by)"
                " VALUES ('songjiang', 2027, :hash, :who)"
            ),
            {"hash": "a" * 64, "who": office.person.person_id},
        )
        for supply_id, parcel_id, box in rows:
            connection.execute(
                text(
                    "INSERT INTO landgis.other_supply (batch_no, supply_id, name_zh, ownership, channel, parcel_id, town_code,"
                    " town_name, planned_use_code, area_ha, rental_housing, geom) VALUES (:batch, :supply, '地块', 'state',"
                    " 'acquisition', :parcel, '310117109', '叶榭镇', '0901', :ha, false, ST_GeomFromEWKT(:geom))"
                ),
                {
                    "batch": batch, "supply": supply_id, "parcel": parcel_id, "ha": Decimal("0.48"),
                    "geom": f"SRID=4549;MULTIPOLYGON((({ring(*box)})))" if box else None,
                },
            )  # fmt: skip


def ring(x: int, y: int, width: int, height: int) -> str:
    return ", ".join(f"{a} {b}" for a, b in at(x, y, width, height).exterior.coords)


def test_no_land_stands_in_two_columns_of_the_balance(office: Office) -> None:
    with pytest.raises(Conflict, match="G1 and G2 of the list are the same land"):
        supply(office, 1, ("G1", None, (500, 0, 50, 50)), ("G2", None, (549, 0, 50, 50)))
    supply(office, 2, ("G1", None, (500, 0, 50, 50)), ("G2", None, (550, 0, 50, 50)))  # touching is not overlapping
    supply(office, 3, ("G1", "SJ-001", None), ("G2", None, (270, 0, 50, 50)))  # the newest list speaks
    office.draft("L1", "SJ-001")
    office.draft("L2", "SJ-002")
    office.draft("L3", "SJ-003")
    for plan, parcel, member in (("L1", "SJ-001", "M000001"), ("L2", "SJ-002", "M000002")):
        office.bring(plan)
        with pytest.raises(Conflict, match=f"Parcel {parcel} is in the list of other supply"):
            office.publish(plan, (member, parcel, 2, "pooled", "planned", "in_plan"))
    office.bring("L3")
    with pytest.raises(Conflict, match="SJ-003 is in the list of other supply"):
        office.publish("L3", ("M000003", "SJ-003", 2, "pooled", "planned", "in_plan"))  # G2 reaches into it
    supply(office, 4, ("G1", None, (600, 0, 50, 50)))
    office.publish("L3", ("M000003", "SJ-003", 2, "pooled", "planned", "in_plan"))
    with pytest.raises(Conflict, match="is the land of parcel SJ-003, which enters the market"):
        supply(office, 5, ("G9", None, (370, 50, 50, 50)))
