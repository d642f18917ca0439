from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.plans import PlanStore
from landgis.db.pools import PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PlanTargets, PoolCriteria, UseQuota
from landgis.domain.outcome import Outcome
from landgis.errors import Conflict, ContractBroken, NotFound
from landgis.frames.judged import FINDINGS, VERDICTS
from landgis.frames.measures import AREAS, COVERAGE, HITS, OVERLAPS
from landgis.frames.planned import LINES
from landgis.frames.pooled import PLAN_LEFT_OUT, PLAN_LINES, POOL_LEFT_OUT, POOL_MEMBERS
from landgis.plan.draft import Draft
from landgis.pool.build import Pool
from tests.postgis.support import add_parcels, add_run, row_of_parcels, screened
from tests.support.ground import at

CRITERIA = PoolCriteria((Outcome.CLEAR,), 500.0, ("310117109",), ("09",))
TARGETS = PlanTargets(2026, (Outcome.CLEAR,), ("road",), Decimal("12.3400"), (UseQuota("09", Decimal("1.1")),))


def _pool(*parcel_ids: str) -> Pool:
    rows = [[parcel_id, rank, "clear", 4800.0, "ellipsoidal", "", ""] for rank, parcel_id in enumerate(parcel_ids, 1)]
    members = pd.DataFrame(rows, columns=POOL_MEMBERS.names).astype(POOL_MEMBERS.empty().dtypes.to_dict())
    left = pd.DataFrame([["SJ-099", "too_small", "面积小", "too small"]], columns=POOL_LEFT_OUT.names).astype("str")
    return Pool(members, left)


def _draft(*parcel_ids: str) -> Draft:
    rows = [
        [
            number,
            parcel_id,
            "songjiang",
            "310117109",
            "叶榭镇",
            None,
            None,
            "0901",
            "商业用地",
            Decimal("0.4800"),
            Decimal("7.2000"),
            "ellipsoidal",
            "clear",
            "",
        ]
        for number, parcel_id in enumerate(parcel_ids, 1)
    ]
    words = dict.fromkeys(("mode_said_zh", "mode_said_en", "market_zh", "investor_zh"), "")
    lines = pd.DataFrame(rows, columns=PLAN_LINES.names).assign(**words).reindex(columns=LINES.names)
    lines = lines.astype(LINES.empty().dtypes.to_dict())
    unknown = [column.name for column in LINES.columns if column.kind == "object" and column.nullable]
    lines[unknown] = lines[unknown].astype(object).where(lines[unknown].notna(), None)
    left = pd.DataFrame([["SJ-003", "not_ready", "尚缺：通路", "still lacking: road"]], columns=PLAN_LEFT_OUT.names)
    return Draft(lines, left.astype("str"))


@pytest.fixture
def run_id(database: Database, planner: Person) -> str:
    """Three parcels, and a fourth over the first by half a square metre, all screened."""
    add_parcels(database, planner, row_of_parcels(3) | {"SJ-004": at(179.5, 0, 20, 1)})
    return add_run(database, planner).run_id


def test_a_run_comes_back_as_it_went_in(database: Database, planner: Person, run_id: str) -> None:
    store = RunStore(database)
    frame = ParcelStore(database).current("songjiang")
    measured, judged = screened(frame)
    stored = store.load(run_id)
    assert run_id == "R000001"
    assert (stored.head.created_by, list(stored.head.meta.releases)) == ("guihua", ["homestead", "ecological_redline"])
    for found, given, spec in (
        (stored.measured.areas, measured.areas, AREAS),
        (stored.measured.overlaps, measured.overlaps, OVERLAPS),
        (stored.measured.hits, measured.hits, HITS),
        (stored.measured.coverage, measured.coverage, COVERAGE),
        (stored.judged.findings, judged.findings, FINDINGS),
        (stored.judged.verdicts, judged.verdicts, VERDICTS),
    ):
        spec.require(found)
        pd.testing.assert_frame_equal(found, given[spec.names].astype(spec.empty().dtypes.to_dict()))
    assert stored.versions["version"].tolist() == [1, 1, 1, 1]
    second = add_run(database, planner)
    assert (second.run_id, store.latest("songjiang")) == ("R000002", second)
    assert store.latest("songjiang", "chongming") is None
    assert [head.run_id for head in store.list("songjiang")] == ["R000002", "R000001"]
    with pytest.raises(NotFound, match="R999999"):
        store.load("R999999")


def test_a_run_is_stored_whole_or_not_at_all(database: Database, planner: Person, run_id: str) -> None:
    store = RunStore(database)
    meta = store.head(run_id).meta
    frame = ParcelStore(database).current("songjiang")
    measured, judged = screened(frame)
    with pytest.raises(ContractBroken, match="one to one"):
        store.save(meta, frame, replace(measured, areas=measured.areas.iloc[1:]), judged, person=planner)
    with pytest.raises(Conflict):
        store.save(meta, frame.assign(version=9), measured, judged, person=planner)
    odd = judged.findings.assign(outcome=pd.Series(["perhaps"] * 4, dtype="str"))
    with pytest.raises(ContractBroken):
        store.save(meta, frame, measured, replace(judged, findings=odd), person=planner)
    assert [head.run_id for head in store.list()] == [run_id]
    with database.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(DISTINCT run_id) FROM landgis.run_coverage").scalar() == 1


def test_a_pool_comes_back_as_it_went_in(database: Database, planner: Person, run_id: str) -> None:
    store, pool = PoolStore(database), _pool("SJ-002", "SJ-001")
    head = store.save(run_id, CRITERIA, pool, person=planner)
    assert (head.pool_id, head.run_id, head.district, head.criteria) == ("P000001", run_id, "songjiang", CRITERIA)
    stored = store.load("P000001")
    pd.testing.assert_frame_equal(stored.pool.members, pool.members)
    pd.testing.assert_frame_equal(stored.pool.left_out, pool.left_out)
    assert store.latest("songjiang") == head
    assert store.list("chongming") == []


def test_a_member_must_have_been_screened_by_the_pools_run(database: Database, planner: Person, run_id: str) -> None:
    with pytest.raises(Conflict, match="SJ-404"):
        PoolStore(database).save(run_id, CRITERIA, _pool("SJ-001", "SJ-404"), person=planner)
    with pytest.raises(NotFound):
        PoolStore(database).save("R000404", CRITERIA, _pool("SJ-001"), person=planner)
    assert PoolStore(database).list() == []


def test_members_over_the_same_ground_are_refused_above_the_signed_tolerance(
    database: Database, planner: Person, run_id: str
) -> None:
    store = PoolStore(database)
    with pytest.raises(Conflict, match=r"overlap by 0\.500000 m²") as raised:
        store.save(run_id, CRITERIA, _pool("SJ-001", "SJ-004"), person=planner)
    assert "重叠 0.500000 ㎡" in raised.value.zh
    signed = replace(CRITERIA, overlap_tolerance_m2=0.6)
    assert store.save(run_id, signed, _pool("SJ-001", "SJ-004"), person=planner).criteria == signed
    assert len(store.list()) == 1


def test_of_two_writers_at_once_only_one_takes_the_ground(database: Database, planner: Person, run_id: str) -> None:
    pool_id = PoolStore(database).save(run_id, CRITERIA, _pool("SJ-002"), person=planner).pool_id
    add = text(
        "INSERT INTO landgis.pool_member SELECT pool_id, run_id, :parcel_id, 1, 9, 'clear', 1, 'ellipsoidal', '', ''"
        " FROM landgis.pool WHERE pool_id = :pool_id"
    )
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def work(parcel_id: str) -> None:
        try:
            with database.begin() as connection:
                connection.execute(text("SELECT 1"))
                barrier.wait()
                connection.execute(add, {"parcel_id": parcel_id, "pool_id": pool_id})
                connection.execute(text("SELECT pg_sleep(0.1)"))
            outcomes.append("stored")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=work, args=(parcel_id,)) for parcel_id in ("SJ-001", "SJ-004")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "stored"]
    early = Database(database.engine.execution_options(isolation_level="REPEATABLE READ"), database.role)
    with pytest.raises(Conflict, match="read committed"), early.begin() as connection:
        connection.execute(add, {"parcel_id": "SJ-003", "pool_id": pool_id})


def test_a_plan_comes_back_as_it_went_in(database: Database, planner: Person, run_id: str) -> None:
    pool_id = PoolStore(database).save(run_id, CRITERIA, _pool("SJ-001", "SJ-002", "SJ-003"), person=planner).pool_id
    store, draft = PlanStore(database), _draft("SJ-001", "SJ-002")
    head = store.save(pool_id, TARGETS, draft, person=planner)
    assert (head.plan_id, head.pool_id, head.run_id, head.year, head.status, head.targets) == (
        "L000001",
        pool_id,
        run_id,
        2026,
        "draft",
        TARGETS,
    )
    stored = store.load(head.plan_id)
    LINES.require(stored.draft.lines)
    kept = draft.lines.assign(pool_id=pd.Series(pool_id, index=draft.lines.index, dtype="str"))
    pd.testing.assert_frame_equal(stored.draft.lines, kept)
    assert str(stored.draft.lines["area_mu"].sum()) == "14.4000"
    pd.testing.assert_frame_equal(stored.draft.left_out, draft.left_out)
    assert store.latest("songjiang", 2026) == head
    assert store.latest("songjiang", 2027) is None


def test_a_plan_line_outside_the_pool_is_refused(database: Database, planner: Person, run_id: str) -> None:
    pool_id = PoolStore(database).save(run_id, CRITERIA, _pool("SJ-001"), person=planner).pool_id
    with pytest.raises(Conflict, match="SJ-002"):
        PlanStore(database).save(pool_id, TARGETS, _draft("SJ-001", "SJ-002"), person=planner)
    assert PlanStore(database).list() == []
    with pytest.raises(NotFound):
        PlanStore(database).save("P000404", TARGETS, _draft("SJ-001"), person=planner)
