"""Memberships: possible moves only, by whoever writes; no land twice; the loser learns who and when; nothing is lost."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd
import psycopg
import pytest
from shapely.geometry import Polygon
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
from landgis.domain.pooling import MOVES, MoveReason, Standing, Tier
from landgis.errors import Conflict, LandgisError, NotAllowed
from landgis.frames import pooled
from landgis.pool.build import Pool
from landgis.pool.comparing import compare
from tests.conftest import admin
from tests.postgis.support import add_parcels, add_run
from tests.support.ground import at


def moves(*rows: tuple[str, str, int, str, str, str], note: str = "", version: int = 1) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=pooled.MOVES.names[:6]).assign(note=note, version=version)
    return table.astype({column.name: "int64" if column.kind == "int" else "str" for column in pooled.MOVES.columns})


def pool_of(*parcel_ids: str) -> Pool:
    rows = [[parcel_id, rank, "clear", 4800.0, "ellipsoidal", "", ""] for rank, parcel_id in enumerate(parcel_ids, 1)]
    members = pd.DataFrame(rows, columns=pooled.POOL_MEMBERS.names).astype(pooled.POOL_MEMBERS.empty().dtypes.to_dict())
    return Pool(members, pooled.POOL_LEFT_OUT.empty())


@dataclass
class Bureau:
    database: Database
    person: Person
    connection: psycopg.Connection[tuple[object, ...]]
    run_id: str = ""

    @property
    def store(self) -> MembershipStore:
        return MembershipStore(self.database)

    def screen(self, shapes: dict[str, Polygon]) -> None:
        add_parcels(self.database, self.person, shapes)
        self.run_id = add_run(self.database, self.person).run_id

    def build(self, *parcel_ids: str, tolerance_m2: float = 0.0, **more: object) -> str:
        """Let parcels into the pool by a build of their own."""
        new = moves(*((("", parcel_id, 1, "", "pooled", "criteria_met")) for parcel_id in parcel_ids), **more)  # type: ignore[arg-type]
        criteria = PoolCriteria(overlap_tolerance_m2=tolerance_m2)
        return (
            PoolStore(self.database).save(self.run_id, criteria, pool_of(*parcel_ids), new, person=self.person).pool_id
        )

    def standing(self, parcel_id: str) -> str:
        table = self.store.standings("songjiang")
        return str(table.loc[table["parcel_id"] == parcel_id, "standing"].iloc[-1])


@pytest.fixture
def bureau(cluster: PrivateCluster, database_name: str, database: Database, planner: Person) -> Iterator[Bureau]:
    """Three parcels apart from each other, and a fourth over the first by half a square metre; all clear."""
    with admin(cluster, database_name) as connection:
        made = Bureau(database, planner, connection)
        made.screen({f"SJ-{n:03d}": at(100 * n, 0, 80, 60) for n in (1, 2, 3)} | {"SJ-004": at(179.5, 0, 20, 1)})
        yield made


def test_a_parcel_enters_moves_and_leaves_and_every_move_stays(bureau: Bureau) -> None:
    pool_id = bureau.build("SJ-001", "SJ-002")
    assert bureau.store.standings("songjiang")["standing"].tolist() == ["pooled", "pooled"]
    bureau.store.move(
        "songjiang", moves(("M000001", "SJ-001", 2, "pooled", "withdrawn", "owner_declined"), note="村委来函"),
        person=bureau.person, reason="所有权人撤回",
    )  # fmt: skip
    (story,) = bureau.store.story("SJ-001")
    assert (story.member_id, story.tier, story.standing, story.version) == (
        "M000001",
        Tier.PROJECT,
        Standing.WITHDRAWN,
        1,
    )
    first, last = story.moves
    assert (first.before, first.after, first.reason, first.pool_id) == (
        None, Standing.POOLED, MoveReason.CRITERIA_MET, pool_id,
    )  # fmt: skip
    assert (last.reason, last.note, last.run_id, last.by) == (MoveReason.OWNER_DECLINED, "村委来函", None, "规划员甲")
    bureau.build("SJ-001")  # what was withdrawn comes back as a new membership
    assert [each.member_id for each in bureau.store.story("SJ-001")] == ["M000001", "M000003"]
    assert bureau.store.holders("songjiang")["parcel_id"].tolist() == ["SJ-001", "SJ-002"]


def test_the_database_knows_the_same_moves_as_the_program(bureau: Bureau) -> None:
    may = "SELECT landgis.membership_may_move(%s, %s, %s)"
    for before, after, reason in itertools.product((None, *Standing), Standing, MoveReason):
        (allowed,) = bureau.connection.execute(may, [before and str(before), str(after), str(reason)]).fetchone() or ()
        assert allowed == (reason in MOVES.get((before, after), ())), (before, after, reason)
    named = "SELECT landgis.standing_zh(%s)"
    assert all(bureau.connection.execute(named, [str(each)]).fetchone() == (each.zh,) for each in Standing)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("M000001", "SJ-001", 2, "pooled", "planned", "in_plan"), "on no line of the plan"),
        (("M000001", "SJ-001", 2, "pooled", "supplied", "deal_closed"), "no possible move"),
        (("M000001", "SJ-001", 2, "pooled", "withdrawn", "deal_failed"), "no possible move"),
        (("M000001", "SJ-001", 3, "pooled", "withdrawn", "acquired"), "no possible move"),
        (("M000001", "SJ-001", 2, "planned", "pooled", "plan_adjusted"), "no possible move"),
        (("M000001", "SJ-002", 2, "pooled", "withdrawn", "acquired"), "no possible move"),
        (("", "SJ-001", 1, "", "lead", "town_report"), "in the pool already"),
        (("", "SJ-002", 1, "", "pooled", "criteria_met"), "not in the build"),
        (("", "SJ-002", 1, "", "withdrawn", "acquired"), "no possible move"),
    ],
)
def test_what_is_no_possible_move_is_refused(
    bureau: Bureau, row: tuple[str, str, int, str, str, str], said: str
) -> None:
    bureau.build("SJ-001")
    with pytest.raises(Conflict, match=said) as raised:
        bureau.store.move("songjiang", moves(row), person=bureau.person)
    assert "SJ-00" in raised.value.zh
    assert bureau.store.standings("songjiang")["standing"].tolist() == ["pooled"]


def test_a_lead_holds_no_ground_and_a_town_may_report_one(bureau: Bureau, owner: Database) -> None:
    clerk = PeopleStore(owner).register("zhenban", "镇填报员丙", Role.TOWN_CLERK, town_code="310117109")
    bureau.build("SJ-001")
    insert = (
        "INSERT INTO landgis.membership (member_id, district, parcel_id, tier, created_by) VALUES ('M9', 'songjiang',"
        " 'SJ-004', 'project', :who); INSERT INTO landgis.membership_move (member_id, step, to_standing, reason, parcel_id,"
        " version, created_by) VALUES ('M9', 1, :after, :reason, 'SJ-004', 1, :who)"
    )

    def report(after: str, reason: str) -> None:
        with bureau.database.begin() as connection:
            for part in insert.split(";"):
                connection.execute(text(part), {"who": clerk.person_id, "after": after, "reason": reason})

    with pytest.raises(Conflict, match="not by this person"):
        report("pooled", "criteria_met")
    report("lead", "town_report")
    assert bureau.standing("SJ-004") == "lead"  # over SJ-001, and yet no conflict: a lead holds nothing
    with pytest.raises(Conflict, match=r"overlaps member SJ-001 \(M000001, made pooled by guihua at"):
        PoolStore(bureau.database).save(
            bureau.run_id, PoolCriteria(), pool_of("SJ-004"), moves(("M9", "SJ-004", 2, "lead", "pooled", "criteria_met")),
            person=bureau.person,
        )  # fmt: skip


def test_no_land_twice_across_builds_above_the_signed_tolerance(bureau: Bureau) -> None:
    bureau.build("SJ-001")
    with pytest.raises(Conflict, match=r"SJ-004 overlaps member SJ-001 .* by 0\.500000 m²") as raised:
        bureau.build("SJ-004")
    assert "规划员甲 于 20" in raised.value.zh
    assert len(PoolStore(bureau.database).list()) == 1  # the build that was refused left nothing behind
    bureau.build("SJ-004", tolerance_m2=0.6)
    assert bureau.standing("SJ-004") == "pooled"


def test_a_membership_must_stand_somewhere_and_standings_are_nobodys_to_write(bureau: Bureau) -> None:
    with pytest.raises(Conflict, match="no standing"), bureau.database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.membership (member_id, district, parcel_id, tier, created_by)"
                " SELECT 'M9', 'songjiang', 'SJ-001', 'project', person_id FROM landgis.person LIMIT 1"
            )
        )
    bureau.build("SJ-001")
    for statement in (
        "UPDATE landgis.membership_standing SET standing = 'withdrawn'",
        "INSERT INTO landgis.membership_standing SELECT 'M9', 1, 'pooled', 'songjiang', 'SJ-002', 1",
        "DELETE FROM landgis.membership_standing",
    ):
        with pytest.raises(NotAllowed), bureau.database.begin() as connection:
            connection.execute(text(statement))
    for statement in ("UPDATE landgis.membership_move SET note = 'x'", "DELETE FROM landgis.membership"):
        with pytest.raises(LandgisError), bureau.database.begin() as connection:
            connection.execute(text(statement))
    serializable = replace(
        bureau.database, engine=bureau.database.engine.execution_options(isolation_level="SERIALIZABLE")
    )
    with pytest.raises(Conflict, match="read committed"):
        MembershipStore(serializable).move(
            "songjiang", moves(("M000001", "SJ-001", 2, "pooled", "withdrawn", "acquired")), person=bureau.person
        )


def test_a_parcel_that_changed_must_be_screened_before_it_enters(bureau: Bureau) -> None:
    add_parcels(bureau.database, bureau.person, {"SJ-002": at(200, 0, 81, 60)})
    with pytest.raises(Conflict, match="SJ-002 has changed: screen again"):
        bureau.build("SJ-002")
    frame = RunStore(bureau.database).versions(bureau.run_id)
    assert frame.set_index("parcel_id").loc["SJ-002", "version"] == 1


def race(bureau: Bureau, *one: str) -> list[str]:
    """Let several writers build at once, each with a parcel of its own; return what became of each."""
    told = ["won"] * len(one)
    gate = threading.Barrier(len(one))

    def write(place: int) -> None:
        gate.wait()
        try:
            bureau.build(one[place])
        except Conflict as refused:
            told[place] = refused.zh

    writers = [threading.Thread(target=write, args=(place,)) for place in range(len(one))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert not any(writer.is_alive() for writer in writers)
    return told


def races(bureau: Bureau, count: int) -> None:
    """Let two writers race for overlapping ground so many times."""
    pairs = [(f"R{number:03d}A", f"R{number:03d}B") for number in range(count)]
    shapes = {}
    for number, (one, other) in enumerate(pairs):
        x, y = 100.0 * (number % 25), 1000.0 + 100 * (number // 25)
        shapes |= {one: at(x, y, 40, 40), other: at(x + 39, y, 40, 40)}
    bureau.screen(shapes)
    for pair in pairs:
        told = race(bureau, *pair)
        assert sorted(words == "won" for words in told) == [False, True], told
        (lost,) = (words for words in told if words != "won")
        winner = pair[told.index("won")]
        assert f"与在库地块 {winner}（M" in lost
        assert "规划员甲 于 20" in lost
    standing = bureau.store.standings("songjiang")
    assert (standing["standing"] == "pooled").sum() == count
    (doubles,) = bureau.connection.execute(
        "SELECT count(*) FROM landgis.membership_standing a JOIN landgis.parcel_version v USING (parcel_id, version)"
        " JOIN (landgis.membership_standing b JOIN landgis.parcel_version w USING (parcel_id, version))"
        " ON a.member_id < b.member_id AND ST_Area(ST_Intersection(v.geom, w.geom)) > 1e-6"
    ).fetchone() or (-1,)  # fmt: skip
    assert doubles == 0


def test_of_two_writers_at_once_one_takes_the_ground_and_the_other_learns_from_whom(bureau: Bureau) -> None:
    races(bureau, 12)


@pytest.mark.deep
def test_five_hundred_races_of_two_writers_double_nothing(bureau: Bureau) -> None:
    races(bureau, 500)


def test_the_pool_of_two_days_is_compared_with_reasons(bureau: Bureau) -> None:
    bureau.build("SJ-001", "SJ-002")
    (noon,) = bureau.connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
    assert isinstance(noon, datetime)
    bureau.store.move(
        "songjiang", moves(("M000002", "SJ-002", 2, "pooled", "withdrawn", "use_changed")), person=bureau.person
    )
    bureau.build("SJ-003")
    store = bureau.store
    changes = compare(store.standings("songjiang", noon), store.standings("songjiang"))
    assert changes[["parcel_id", "change", "before", "after", "reason"]].to_numpy().tolist() == [
        ["SJ-002", "out", "pooled", "", "use_changed"],
        ["SJ-003", "in", "", "pooled", "criteria_met"],
    ]
    assert compare(store.standings("songjiang"), store.standings("songjiang")).empty
