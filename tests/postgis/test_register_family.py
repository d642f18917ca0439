"""Splitting, merging, striking off: the ground is conserved, numbers are never used twice, the family stays known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcel_facts import FactStore
from landgis.db.parcel_family import StoredAct
from landgis.db.parcels import ParcelStore
from landgis.db.people import PeopleStore
from landgis.db.runs import RunStore
from landgis.domain.facts import FactState
from landgis.domain.inheritance import inheritance
from landgis.domain.register import REGISTER_FACT_BY_NAME
from landgis.errors import Conflict, InputError, LandgisError, NotAllowed, NotFound, UsageError
from landgis.services.desk.desk import Desk
from landgis.services.pooling.build_pool import build_pool
from landgis.services.register.parcel_acts import Decision, merge_parcels, retire_parcels, split_parcel
from landgis.services.register.parcel_apart import widest_gap_m
from landgis.services.register.parcel_sheet import parcel_sheet
from tests.postgis.support import META, add_parcels, add_run, row_of_parcels, source
from tests.support import desk_case
from tests.support.ground import at, parcels

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
WHY = Decision(JUNE, "分期供应", "沪松规〔2026〕12号")
HALVES = {"SJ-001A": at(100, 0, 40, 60), "SJ-001B": at(140, 0, 40, 60)}


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    """A folder for originals."""
    return Originals(tmp_path)


def file_of(path: Path, shapes: dict[str, Polygon], **columns: object) -> Path:
    frame = gpd.GeoDataFrame({"DKBM": list(shapes)} | columns, geometry=list(shapes.values()), crs=4549)
    frame.to_file(path, engine="pyogrio")
    return path


def split(
    database: Database, originals: Originals, person: Person, tmp_path: Path, shapes: dict[str, Polygon] = HALVES,
    decision: Decision = WHY, parent: str = "SJ-001", **columns: object,
) -> StoredAct:  # fmt: skip
    path = file_of(tmp_path / "分割.gpkg", shapes, **columns)
    return split_parcel(database, originals, person, parent, path, decision)


def test_a_split_ends_the_parent_and_begins_the_children_the_same_day(
    database: Database, planner: Person, originals: Originals, tmp_path: Path
) -> None:
    add_parcels(database, planner, row_of_parcels(2), dispute=False, restricted=True, road=True, owner_level="village",
                owner_name="甲村股份社", certificate_no="沪1")  # fmt: skip
    act = split(database, originals, planner, tmp_path, 权属争议=["", "是"])
    assert (act.ends, act.begins, act.meta.document) == (("SJ-001",), ("SJ-001A", "SJ-001B"), "沪松规〔2026〕12号")
    assert act.meta.difference_m2 == pytest.approx(0, abs=1e-9)
    store = ParcelStore(database)
    assert store.current()["parcel_id"].tolist() == ["SJ-001A", "SJ-001B", "SJ-002"]
    assert store.current(as_of=date(2026, 5, 31))["parcel_id"].tolist() == ["SJ-001", "SJ-002"]
    assert store.current(as_of=JUNE)["parcel_id"].tolist() == ["SJ-001A", "SJ-001B", "SJ-002"]
    assert store.one("SJ-001A")["town_name"].tolist() == ["叶榭镇"]
    held = FactStore(database).held("SJ-001A")
    assert (held["owner_name"].value, held["owner_name"].source) == ("甲村股份社", "承自 SJ-001")
    for name in ("restricted", "road", "certificate_no", "planned_use_code"):
        assert held[name].state is FactState.PENDING, name
    assert held["dispute"].state is FactState.PENDING  # the file speaks of it with an empty cell
    assert FactStore(database).held("SJ-001B")["dispute"].value is True
    assert ParcelStore(database).areas(as_of=JUNE)["planar_m2"].sum() == pytest.approx(9600)


@pytest.mark.parametrize(
    ("shapes", "tolerance_m2", "said"),
    [
        (HALVES | {"SJ-001B": at(140, 0, 39, 60)}, 0, "differs by 60.000000"),
        (HALVES | {"SJ-001B": at(140, 0, 39, 60)}, 60.1, ""),
        (HALVES | {"SJ-001B": at(139, 0, 41, 60)}, 0, "overlaps by 60.000000"),
        (HALVES | {"SJ-001B": at(140, 1, 40, 60)}, 0, "differs by 80.000000"),
        ({"SJ-001A": HALVES["SJ-001A"], "SJ-002": HALVES["SJ-001B"]}, 0, "in use already: SJ-002"),
        ({"SJ-001A": HALVES["SJ-001A"], "SJ-001": HALVES["SJ-001B"]}, 0, "in use already: SJ-001"),
        ({"SJ-001A": at(100, 0, 80, 60)}, 0, "cannot be used"),
    ],
)
def test_ground_is_neither_lost_nor_won_beyond_the_stated_tolerance(
    database: Database, planner: Person, originals: Originals, tmp_path: Path,
    shapes: dict[str, Polygon], tolerance_m2: float, said: str,
) -> None:  # fmt: skip
    add_parcels(database, planner, row_of_parcels(2))
    decision = Decision(JUNE, "分期", "", tolerance_m2)
    if not said:
        act = split(database, originals, planner, tmp_path, shapes, decision)
        assert act.meta.difference_m2 == pytest.approx(60)
        return
    with pytest.raises((Conflict, InputError), match=said):
        split(database, originals, planner, tmp_path, shapes, decision)
    assert ParcelStore(database).current()["parcel_id"].tolist() == ["SJ-001", "SJ-002"]
    with database.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM landgis.parcel_act")) == 0


def test_a_dead_number_is_never_used_again(
    database: Database, planner: Person, originals: Originals, tmp_path: Path
) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    split(database, originals, planner, tmp_path)
    retire_parcels(database, planner, ["SJ-002"], Decision(JULY, "已征收"))
    for parcel_id in ("SJ-001", "SJ-002"):
        with pytest.raises(Conflict, match="never used again"):
            add_parcels(database, planner, {parcel_id: at(900, 0, 9, 9)})
        with pytest.raises(NotFound):
            ParcelStore(database).one(parcel_id)
        with pytest.raises(LandgisError), database.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO landgis.parcel_version (parcel_id, version, district, geom, import_no, created_by, current,"
                    " planar_m2, ellipsoidal_m2) SELECT parcel_id, 99, district, geom, 1, created_by, true, planar_m2,"
                    " ellipsoidal_m2 FROM landgis.parcel_version WHERE parcel_id = :id"
                ),
                {"id": parcel_id},
            )
    with pytest.raises(NotFound):
        split(database, originals, planner, tmp_path, {"X1": HALVES["SJ-001A"], "X2": HALVES["SJ-001B"]})
    assert ParcelStore(database).current()["parcel_id"].tolist() == ["SJ-001A", "SJ-001B"]


def test_facts_of_a_dead_parcel_can_be_corrected_for_its_life_only(database: Database, planner: Person) -> None:
    from landgis.services.register.state_facts import state_fact

    add_parcels(database, planner, row_of_parcels(1))
    retire_parcels(database, planner, ["SJ-001"], WHY)
    assert state_fact(database, planner, "SJ-001", "road", "是", valid_from=MAY, reason="补记").value is True
    with pytest.raises(Conflict, match="ended on 2026-06-01"):
        state_fact(database, planner, "SJ-001", "road", "否", valid_from=JULY, reason="补记")


def test_a_merger_unites_ground_and_keeps_what_all_share(database: Database, planner: Person) -> None:
    shapes = {"SJ-001": at(0, 0, 80, 60), "SJ-002": at(80, 0, 20, 60)}
    add_parcels(database, planner, shapes, owner_level="village", owner_name="甲村", restricted=False)
    add_parcels(database, planner, {"SJ-001": shapes["SJ-001"]}, owner_level="village", owner_name="甲村", dispute=True)
    act = merge_parcels(database, planner, ["SJ-001", "SJ-002"], "SJ-100", WHY)
    assert (act.ends, act.begins) == (("SJ-001", "SJ-002"), ("SJ-100",))
    whole = ParcelStore(database).current()
    assert whole["parcel_id"].tolist() == ["SJ-100"]
    assert whole.geometry.area.tolist() == pytest.approx([6000])
    row = whole.iloc[0]
    assert (row["owner_name"], row["dispute"], row["ownership_registered"]) == ("甲村", True, True)
    assert FactStore(database).held("SJ-100")["use_right_registered"].state is FactState.PENDING
    assert FactStore(database).held("SJ-100")["restricted"].value is False
    with pytest.raises(NotFound):
        merge_parcels(database, planner, ["SJ-001", "SJ-100"], "SJ-200", WHY)


def test_a_merger_needs_two_parcels_that_do_not_overlap_and_a_new_number(database: Database, planner: Person) -> None:
    add_parcels(
        database, planner, {"SJ-001": at(0, 0, 80, 60), "SJ-002": at(79, 0, 20, 60), "SJ-003": at(300, 0, 9, 9)}
    )
    with pytest.raises(Conflict, match=r"overlaps by 60\.000000"):
        merge_parcels(database, planner, ["SJ-001", "SJ-002"], "SJ-100", WHY)
    with pytest.raises(Conflict, match="in use already"):
        merge_parcels(database, planner, ["SJ-001", "SJ-003"], "SJ-002", replace(WHY, apart_reason="一并供应"))
    for named in (["SJ-001"], ["SJ-001", "SJ-001"]):
        with pytest.raises(UsageError, match="two or more"):
            merge_parcels(database, planner, named, "SJ-100", WHY)
    with pytest.raises(UsageError, match="State why"):
        retire_parcels(database, planner, ["SJ-001"], Decision(JUNE, ""))
    with pytest.raises(Conflict, match="has not come"):
        retire_parcels(database, planner, ["SJ-001"], Decision(date(2999, 1, 1), "x"))
    assert len(ParcelStore(database).current()) == 3


VILLAGES = {"SJ-001": ("甲村", "甲村股份社"), "SJ-002": ("乙村", "甲村股份社"), "SJ-003": ("甲村", "乙村股份社")}


@pytest.mark.parametrize(
    ("ids", "said_zh", "said_en"),
    [
        (["SJ-001", "SJ-002"], "分属 2 个村（乙村、甲村）", "are of 2 villages (乙村, 甲村)"),
        (["SJ-001", "SJ-003"], "分属 2 个权属单位（乙村股份社、甲村股份社）", "are of 2 owners"),
        (["SJ-001", "SJ-004"], "互不相连，最大间距 20.000 米", "do not touch (the widest gap is 20.000 m)"),
        (["SJ-001", "SJ-004", "SJ-005"], "最大间距 120.000 米", "the widest gap is 120.000 m"),
    ],
)
def test_what_is_apart_merges_only_when_somebody_says_why(
    database: Database, planner: Person, ids: list[str], said_zh: str, said_en: str
) -> None:
    for number, (parcel_id, (village, owner_name)) in enumerate(VILLAGES.items()):
        frame = parcels({parcel_id: at(80 * (number % 2), 60 * (number // 2), 80, 60)}, owner_name=owner_name)
        frame["village_name"] = village
        ParcelStore(database).add_import(frame, [], source=source(), meta=META, person=planner)
    far = parcels({"SJ-004": at(0, 140, 80, 60), "SJ-005": at(0, 320, 80, 60)}, owner_name="甲村股份社")
    far["village_name"] = "甲村"
    far = far.set_geometry([at(-100, 0, 80, 60), at(-300, 0, 80, 60)], crs=far.crs)
    ParcelStore(database).add_import(far, [], source=source(), meta=META, person=planner)
    with pytest.raises(Conflict, match="not merged unasked") as raised:
        merge_parcels(database, planner, ids, "SJ-100", WHY)
    assert said_zh in raised.value.zh
    assert said_en in raised.value.en
    assert "--apart-is-meant" in raised.value.next_zh
    act = merge_parcels(database, planner, ids, "SJ-100", replace(WHY, apart_reason="整体供应"))
    assert act.meta.apart_reason == "整体供应"
    (row,) = parcel_sheet(database, "SJ-100")["family"]
    assert row["apart_reason"] == "整体供应"


def test_a_reason_for_nothing_is_not_kept(database: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 80, 60), "SJ-002": at(80, 0, 20, 60)})
    act = merge_parcels(database, planner, ["SJ-001", "SJ-002"], "SJ-100", replace(WHY, apart_reason="随便"))
    assert (act.meta.gap_m, act.meta.apart_reason) == (0, "")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=7))
def test_the_widest_gap_is_the_least_reach_that_joins_all(corners: list[tuple[int, int]]) -> None:
    shapes = np.array([at(x, y, 10, 10) for x, y in corners], dtype=object)
    widest = widest_gap_m(shapes)

    def joined(reach_m: float) -> bool:
        seen, left = {0}, set(range(1, len(shapes)))
        while near := {n for n in left if any(shapes[n].distance(shapes[m]) <= reach_m for m in seen)}:
            seen |= near
            left -= near
        return not left

    assert joined(widest + 1e-9)
    assert widest == 0 or not joined(widest - 1e-6)


def test_the_family_tree_shows_every_act(
    database: Database, planner: Person, originals: Originals, tmp_path: Path
) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    split(database, originals, planner, tmp_path)
    merge_parcels(database, planner, ["SJ-001B", "SJ-002"], "SJ-100", Decision(JULY, "整合", apart_reason="一并供应"))
    for parcel_id in ("SJ-001A", "SJ-100"):
        acts = parcel_sheet(database, parcel_id)["family"]
        assert [(row["act"], row["ends"], row["begins"]) for row in acts] == [
            ("split", ["SJ-001"], ["SJ-001A", "SJ-001B"]),
            ("merge", ["SJ-001B", "SJ-002"], ["SJ-100"]),
        ]


def test_what_was_judged_before_a_split_stays_to_be_seen_and_makes_no_pool(
    database: Database, planner: Person, originals: Originals, tmp_path: Path
) -> None:
    from landgis.domain.criteria import PoolCriteria

    add_parcels(database, planner, row_of_parcels(2))
    run = add_run(database, planner)
    split(database, originals, planner, tmp_path)
    judged = ParcelStore(database).versions(RunStore(database).load(run.run_id).versions)
    assert judged["parcel_id"].tolist() == ["SJ-001", "SJ-002"]
    with pytest.raises(Conflict, match="3 parcels were added, changed or ended"):
        build_pool(database, planner, "songjiang", PoolCriteria())


def test_the_desk_shows_an_ended_parcel_as_its_run_judged_it(database: Database, planner: Person) -> None:
    run = desk_case.known_ground(database, planner)
    retire_parcels(database, planner, ["SJ-002"], WHY)
    desk = Desk(database, desk_case.catalogue())
    card = desk.card(run, "SJ-002")
    assert (card["outdated"], card["verdict"]) == (True, "excluded")
    assert desk.overview(run).outdated_count == 1
    assert desk.geometry(run, "SJ-002")["type"] == "MultiPolygon"


def test_only_the_district_reshapes_parcels(database: Database, owner: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    clerk = PeopleStore(owner).register("zhen", "填报员乙", Role.TOWN_CLERK, town_code="310117109")
    with pytest.raises(NotAllowed, match="may not reshape parcels"):
        retire_parcels(database, clerk, ["SJ-001"], WHY)


ACT = (
    "INSERT INTO landgis.parcel_act (act, acted_on, document, reason, tolerance_m2, difference_m2, overlap_m2, created_by)"
    " SELECT '{act}', '2026-06-01', '', 'x', 0, 0, 0, person_id FROM landgis.person;"
)
PART = "INSERT INTO landgis.parcel_part SELECT max(act_no), '{id}', '{part}' FROM landgis.parcel_act;"
UNION = """
INSERT INTO landgis.parcel (parcel_id, district) VALUES ('SJ-100', 'songjiang');
INSERT INTO landgis.parcel_version (parcel_id, version, district, geom, act_no, created_by, planar_m2, ellipsoidal_m2)
    SELECT 'SJ-100', 1, 'songjiang', geom, (SELECT max(act_no) FROM landgis.parcel_act), person_id, ST_Area(geom), 1
    FROM landgis.person, (SELECT ST_Union(geom) AS geom FROM landgis.parcel_version
                          WHERE parcel_id IN ('SJ-001', 'SJ-002')) ground;
"""
WRONG = {
    "a split without children": ACT.format(act="split") + PART.format(id="SJ-001", part="ends"),
    "a merger into a known parcel": ACT.format(act="merge")
    + PART.format(id="SJ-001", part="ends")
    + PART.format(id="SJ-002", part="ends")
    + PART.format(id="SJ-003", part="begins"),
    "a retirement of nothing": ACT.format(act="retire"),
    "a merger of what is apart": ACT.format(act="merge")
    + UNION
    + PART.format(id="SJ-001", part="ends")
    + PART.format(id="SJ-002", part="ends")
    + PART.format(id="SJ-100", part="begins"),
    "an act without a reason": ACT.format(act="retire").replace("'x'", "''"),
    "an act undone": "DELETE FROM landgis.parcel_act",
    "a part taken back": "DELETE FROM landgis.parcel_part",
    "a part added later": "INSERT INTO landgis.parcel_part SELECT max(act_no), 'SJ-001', 'ends' FROM landgis.parcel_act",
}


@pytest.mark.parametrize("what", WRONG)
def test_no_client_makes_half_an_act_not_even_the_owner(
    owner: Database, database: Database, planner: Person, what: str
) -> None:
    add_parcels(database, planner, row_of_parcels(4))
    retire_parcels(database, planner, ["SJ-004"], WHY)
    with pytest.raises(LandgisError), owner.begin() as connection:
        connection.exec_driver_sql(WRONG[what])
    assert len(ParcelStore(database).current()) == 3


@pytest.mark.parametrize(
    ("fact", "parents", "children", "expected"),
    [
        ("dispute", [False], 2, False),
        ("dispute", [True], 2, None),
        ("dispute", [False, True], 1, True),
        ("dispute", [False, None], 1, None),
        ("compensation_settled", [True], 2, True),
        ("compensation_settled", [False], 2, None),
        ("compensation_settled", [True, False], 1, False),
        ("compensation_settled", [True, None], 1, None),
        ("road", [True], 2, None),
        ("use_right_registered", [True], 2, None),
        ("register_class", ["candidate", "candidate"], 1, "candidate"),
        ("register_class", ["candidate", "entered"], 1, None),
    ],
)
def test_children_take_over_only_what_is_sure(
    fact: str, parents: list[object], children: int, expected: object
) -> None:
    assert fact in REGISTER_FACT_BY_NAME
    known = [{} if value is None else {fact: value} for value in parents]
    assert inheritance(known, children).get(fact) == expected


def test_which_of_several_owners_has_a_part_is_not_known() -> None:
    joint = {"owner_level": "joint", "owner_name": "甲村、乙村"}
    assert inheritance([joint], 2) == {}
    assert inheritance([joint, joint], 1) == joint
    assert inheritance([{"owner_name": "甲村"}], 2) == {}


def test_nothing_ends_before_it_began(
    database: Database, planner: Person, originals: Originals, tmp_path: Path
) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    split(database, originals, planner, tmp_path, decision=Decision(JULY, "分期供应"))
    early = Decision(JUNE, "合并")
    with pytest.raises(Conflict, match="SJ-001A on 2026-06-01 yet"):
        merge_parcels(database, planner, ["SJ-001A", "SJ-001B"], "SJ-009", early)
    with pytest.raises(Conflict, match="cannot end on that day"):
        retire_parcels(database, planner, ["SJ-001A"], early)
    assert set(ParcelStore(database).current("songjiang", as_of=JUNE)["parcel_id"]) == {"SJ-001", "SJ-002"}
