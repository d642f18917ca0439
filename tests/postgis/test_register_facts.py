"""Dated facts: what held on a day, as known at a moment; papers, owners, wishes; and what every client must keep to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.area import ellipsoidal_m2
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcel_delivery import ImportMeta, ParcelImport
from landgis.db.parcel_documents import DocumentStore
from landgis.db.parcel_facts import FactStore, Statement
from landgis.db.parcels import ParcelStore
from landgis.db.people import PeopleStore
from landgis.db.runs import RunStore
from landgis.domain.documents import Paper
from landgis.domain.facts import FactState
from landgis.domain.register import Answer, Wish
from landgis.errors import Conflict, ContractBroken, LandgisError, NotAllowed, NotFound, UsageError
from landgis.frames.parcels import DOCUMENTS, Stated
from landgis.services.register.parcel_sheet import misfits, parcel_sheet
from landgis.services.register.state_facts import add_document, record_wish, state_fact, state_owners
from tests.postgis.support import add_parcels, add_run, row_of_parcels, source
from tests.support.ground import at, parcels

MAY, JULY = date(2026, 5, 1), date(2026, 7, 1)
LATER = date(2999, 1, 1)


def deliver(
    database: Database, person: Person, frame: gpd.GeoDataFrame, said: Sequence[str], *,
    valid_from: date | None = None, doubtful: Sequence[str] = (), documents: pd.DataFrame | None = None,
) -> ParcelImport:  # fmt: skip
    """Import a frame that speaks of some facts only."""
    everything = Stated.everything(frame)
    spoken = everything.said.copy()
    spoken.loc[:, [name for name in spoken.columns if name not in said]] = False
    doubt = everything.doubtful.copy()
    doubt.loc[:, list(doubtful)] = True
    meta = ImportMeta("EPSG:4549", "", "UTF-8", valid_from)
    return ParcelStore(database).add_import(
        frame, [], source=source(), meta=meta, person=person, stated=Stated(spoken, doubt), documents=documents
    )


def dispute_on(database: Database, as_of: date | None, known_at: datetime | None = None) -> object:
    value = ParcelStore(database).one("SJ-001", as_of=as_of, known_at=known_at)["dispute"].iloc[0]
    return None if value is pd.NA else bool(value)


def moment(database: Database) -> datetime:
    with database.begin() as connection:
        return connection.scalar(text("SELECT clock_timestamp()"))


def test_a_column_that_was_not_delivered_says_nothing_and_an_empty_cell_is_pending(
    database: Database, planner: Person
) -> None:
    add_parcels(database, planner, row_of_parcels(1), dispute=True, facilities_mature=True)
    blank = parcels(row_of_parcels(1))
    blank.loc[0, "dispute"] = pd.NA
    done = deliver(database, planner, blank, ["facilities_mature"])
    assert (done.created_count, done.changed_count, done.unchanged_count) == (0, 1, 0)
    held = FactStore(database).held("SJ-001")
    assert (held["facilities_mature"].state, held["facilities_mature"].value) == (FactState.PENDING, None)
    assert held["dispute"].value is True
    deliver(database, planner, blank, ["dispute"], doubtful=["dispute"])
    assert FactStore(database).held("SJ-001")["dispute"].state is FactState.UNKNOWN
    assert dispute_on(database, None) is None


def test_an_undated_statement_corrects_an_undated_one_and_begins_today_after_a_dated_one(
    database: Database, planner: Person
) -> None:
    add_parcels(database, planner, row_of_parcels(1), dispute=True)
    add_parcels(database, planner, row_of_parcels(1), dispute=False)
    assert dispute_on(database, date(1990, 1, 1)) is False
    deliver(database, planner, parcels(row_of_parcels(1), dispute=True), ["dispute"], valid_from=MAY)
    assert [dispute_on(database, day) for day in (date(2026, 4, 30), MAY, None)] == [False, True, True]
    deliver(database, planner, parcels(row_of_parcels(1), dispute=False), ["dispute"])
    assert [dispute_on(database, day) for day in (MAY, date(2026, 6, 1), None)] == [True, True, False]


def test_a_late_correction_of_the_past_leaves_what_was_known_and_what_came_later(
    database: Database, planner: Person
) -> None:
    add_parcels(database, planner, row_of_parcels(1), dispute=False)
    state_fact(database, planner, "SJ-001", "dispute", "是", valid_from=JULY, reason="来信")
    before = moment(database)
    state_fact(database, planner, "SJ-001", "dispute", "存疑", valid_from=MAY, reason="补查")
    assert [dispute_on(database, day) for day in (date(2026, 4, 1), MAY, JULY)] == [False, None, True]
    assert [dispute_on(database, day, before) for day in (MAY, JULY)] == [False, True]
    with database.begin() as connection:
        row = connection.execute(
            text(
                "SELECT known_by, known_why FROM landgis.parcel_fact WHERE fact = 'dispute' AND valid_from = '2026-05-01'"
            )
        ).one()
    assert tuple(row) == ("guihua", "补查")


def test_outlines_are_dated_too(database: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 80, 60)})
    deliver(database, planner, parcels({"SJ-001": at(0, 0, 90, 60)}), [], valid_from=JULY)
    deliver(database, planner, parcels({"SJ-001": at(0, 0, 85, 60)}), [], valid_from=MAY)
    store = ParcelStore(database)
    widths = [store.one("SJ-001", as_of=day).geometry.area.iloc[0] / 60 for day in (date(2026, 4, 1), MAY, JULY, None)]
    assert widths == [80, 85, 90, 90]
    assert store.one("SJ-001")["version"].tolist() == [2]
    with database.begin() as connection:
        assert connection.scalar(text("SELECT array_agg(version) FROM landgis.parcel_version WHERE current")) == [2]


def test_stored_areas_are_those_of_postgis(database: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 80, 60), "SJ-002": at(500, 0, 1200, 900)})
    query = text(
        "SELECT planar_m2, ellipsoidal_m2, ST_Area(geom), ST_Area(ST_Transform(geom, 4490)::geography)"
        " FROM landgis.parcel_version ORDER BY 1"
    )
    with database.begin() as connection:
        for planar, ellipsoidal, by_plane, by_globe in connection.execute(query):
            assert planar == pytest.approx(by_plane, abs=1e-6)
            assert ellipsoidal == pytest.approx(by_globe, abs=0.005)
    areas = ParcelStore(database).areas("songjiang").set_index("parcel_id")
    assert (
        areas.loc["SJ-001", "ellipsoidal_m2"] == ellipsoidal_m2(parcels({"a": at(0, 0, 80, 60)}).geometry.to_numpy())[0]
    )


def test_areas_that_do_not_agree_are_listed(database: Database, planner: Person) -> None:
    shapes = row_of_parcels(3)
    frame = parcels(shapes)
    frame["registered_area_m2"] = [4800.0, 4900.0, None]
    ParcelStore(database).add_import(frame, [], source=source(), meta=ImportMeta(), person=planner)
    (row,) = misfits(database, "songjiang", None)
    assert row["parcel_id"] == "SJ-002"
    assert row["misfit_share"] == pytest.approx((row["ellipsoidal_m2"] - 4900) / 4900)
    assert len(misfits(database, "songjiang", None, area_m2=0.5)) == 2
    assert misfits(database, "songjiang", None, share=0.05) == []


def test_a_run_keeps_the_facts_it_judged(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2), dispute=False, registered_area_m2=4811.25)
    run = add_run(database, planner)
    before = ParcelStore(database).current("songjiang")
    add_parcels(database, planner, {"SJ-001": at(100, 0, 70, 60)}, dispute=True)
    judged = ParcelStore(database).versions(RunStore(database).load(run.run_id).versions)
    pd.testing.assert_frame_equal(pd.DataFrame(judged), pd.DataFrame(before)[judged.columns])
    assert judged.geometry.geom_equals_exact(before.geometry, 0).all()


def test_shares_of_owners_make_one_whole(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))

    def own(*shares: str) -> dict[str, object]:
        held = state_owners(database, planner, "SJ-001", shares, valid_from=MAY, reason="确权")
        return {name: fact.value for name, fact in held.items()}

    held = own("甲村=village=1/3", "乙村=village=1/3", "丙镇=town=1/3")
    assert (held["owner_level"], held["owner_name"]) == ("joint", "甲村、乙村、丙镇")
    assert own("甲村=村集体=1")["owner_level"] == "village"
    with pytest.raises(Conflict, match="add up to 5/6"):
        own("甲村=village=1/2", "乙村=village=1/3")
    with pytest.raises(Conflict, match="stands twice"):
        own("甲村=village=1/2", "甲村=village=1/2")
    with pytest.raises(UsageError, match="cannot be read"):
        own("甲村=village=0.5.5")
    wrong = (
        "INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value) VALUES"
        " ('SJ-001', 'owner_shares', '2026-06-01', 'known', '[{\"name\": \"x\", \"level\": \"village\", \"part\": [1, 2]}]')"
    )
    with pytest.raises(Conflict, match="1/2"), database.begin() as connection:
        connection.execute(text(wrong.replace(":", "\\:")))


def test_the_least_willing_answer_of_the_latest_day_is_the_fact(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))

    def ask(day: date, wish: Wish) -> tuple[FactState, object]:
        held = record_wish(database, planner, "SJ-001", Answer("甲村", day, wish, "工业"))
        return held.state, held.value

    assert ask(MAY, Wish.WILLING) == (FactState.KNOWN, True)
    assert ask(MAY, Wish.UNDECIDED) == (FactState.PENDING, None)
    assert ask(MAY, Wish.UNWILLING) == (FactState.KNOWN, False)
    assert ask(JULY, Wish.WILLING) == (FactState.KNOWN, True)
    assert ParcelStore(database).one("SJ-001", as_of=MAY)["owner_willing"].tolist() == [False]
    assert [row["wish"] for row in parcel_sheet(database, "SJ-001")["wishes"]] == [
        "willing", "unwilling", "undecided", "willing",
    ]  # fmt: skip
    with database.begin() as connection:  # any client: the fact follows
        connection.execute(text("UPDATE landgis.parcel_intention SET wish = 'unwilling' WHERE asked_on = '2026-07-01'"))
    assert ParcelStore(database).one("SJ-001")["owner_willing"].tolist() == [False]


def test_papers_are_kept_and_asked_for(
    database: Database, planner: Person, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("papers")
    add_parcels(database, planner, row_of_parcels(1), ownership_registered=True)
    paper, originals = folder / "证书.pdf", Originals(folder)
    paper.write_bytes(b"%PDF-1.7 ...")
    slots = {row["kind"]: row["state"] for row in parcel_sheet(database, "SJ-001")["slots"]}
    assert slots["ownership_certificate"] == slots["boundary_survey"] == "pending"
    said = Paper("ownership_certificate", "集有〔2024〕1号", "所有权证", MAY)
    assert add_document(database, originals, planner, "SJ-001", said, None).content_hash is None
    kept = add_document(database, originals, planner, "SJ-001", said, paper)
    assert originals.path_of(str(kept.content_hash)).read_bytes() == paper.read_bytes()
    sheet = parcel_sheet(database, "SJ-001")
    assert {row["kind"]: row["state"] for row in sheet["slots"]}["ownership_certificate"] == "received"
    assert [(row["number"], row["file"]) for row in sheet["documents"]] == [("集有〔2024〕1号", "证书.pdf")]
    held = state_fact(
        database,
        planner,
        "SJ-001",
        "集体土地所有权已登记",
        "是",
        valid_from=MAY,
        document="集有〔2024〕1号",
        reason="补证",
    )
    assert held.document_number == "集有〔2024〕1号"
    with pytest.raises(NotFound, match="no document"):
        state_fact(database, planner, "SJ-001", "road", "是", valid_from=MAY, document="无此文号", reason="x")


def test_facts_of_an_import_name_the_paper_that_came_with_them(database: Database, planner: Person) -> None:
    papers = pd.DataFrame(
        [
            ["SJ-001", "use_right_certificate", "沪松1", "证", MAY],
            ["SJ-001", "compensation", "协1", "协议", LATER],
        ],
        columns=DOCUMENTS.names,
    ).astype(dict.fromkeys(DOCUMENTS.names[:4], "str"))
    frame = parcels(row_of_parcels(1))
    done = deliver(database, planner, frame, ["use_right_registered", "compensation_settled"], documents=papers)
    held = FactStore(database).held("SJ-001")
    assert held["use_right_registered"].document_number == "沪松1"
    assert held["compensation_settled"].document_number is None
    assert [issue.code for issue in ParcelStore(database).issues(done.import_no)] == ["document_from_the_future"]
    assert [row.paper.number for row in DocumentStore(database).list("SJ-001")] == ["沪松1"]


BREAKING = {
    "a day that has not come": "UPDATE landgis.parcel_fact SET valid_from = current_date + 400 WHERE fact = 'road'",
    "a version of the future": "INSERT INTO landgis.parcel_version (parcel_id, version, district, geom, import_no, created_by,"
    " current, valid_from, planar_m2, ellipsoidal_m2) SELECT parcel_id, 9, district, geom, import_no, created_by, false,"
    " current_date + 400, planar_m2, ellipsoidal_m2 FROM landgis.parcel_version",
    "a fact that is none": "INSERT INTO landgis.parcel_fact (parcel_id, fact, state) VALUES ('SJ-001', 'colour', 'pending')",
    "a yes/no that is a word": "UPDATE landgis.parcel_fact SET value = '\"ja\"' WHERE fact = 'dispute'",
    "known without a value": "UPDATE landgis.parcel_fact SET state = 'known', value = NULL WHERE fact = 'dispute'",
    "a parcel that is not there": "INSERT INTO landgis.parcel_fact (parcel_id, fact, state) VALUES ('XX', 'road', 'pending')",
    "a paper of nobody": "UPDATE landgis.parcel_fact SET document_no = 77 WHERE fact = 'dispute'",
    "a version rewritten": "UPDATE landgis.parcel_version SET planar_m2 = planar_m2 + 1",
    "a version deleted": "DELETE FROM landgis.parcel_version",
    "a parcel deleted": "DELETE FROM landgis.parcel",
    "a parcel renamed": "UPDATE landgis.parcel SET parcel_id = 'SJ-999'",
    "history rewritten": "UPDATE landgis.parcel_fact_history SET value = NULL",
    "an area that is not the outline's": "INSERT INTO landgis.parcel_version (parcel_id, version, district, geom, import_no,"
    " created_by, current, planar_m2, ellipsoidal_m2) SELECT parcel_id, 9, district, geom, import_no, created_by, false,"
    " 1, 1 FROM landgis.parcel_version",
}


@pytest.mark.parametrize("what", BREAKING)
def test_no_client_breaks_the_rules_not_even_the_owner(
    owner: Database, database: Database, planner: Person, what: str
) -> None:
    add_parcels(database, planner, row_of_parcels(1), road=True)
    add_parcels(database, planner, row_of_parcels(1), road=False)
    with pytest.raises(LandgisError), owner.begin() as connection:
        connection.exec_driver_sql(BREAKING[what])


def test_a_change_in_a_desktop_gis_is_remembered(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1), road=True)
    before = moment(database)
    with database.begin() as connection:
        connection.execute(text("UPDATE landgis.parcel_fact SET value = 'false' WHERE fact = 'road'"))
    store = ParcelStore(database)
    assert store.one("SJ-001")["road"].tolist() == [False]
    assert store.one("SJ-001", known_at=before)["road"].tolist() == [True]


def test_what_a_client_says_of_moments_and_currency_is_ignored(owner: Database, planner: Person) -> None:
    add_parcels(owner, planner, row_of_parcels(1))
    before = moment(owner)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.parcel_version (parcel_id, version, district, geom, import_no, created_by, created_at,"
                " current, valid_from, planar_m2, ellipsoidal_m2) SELECT parcel_id, 2, district, ST_Multi(ST_Envelope(geom)),"
                " import_no, created_by, '1999-01-01', false, '2026-05-01', planar_m2, ellipsoidal_m2"
                " FROM landgis.parcel_version"
            )
        )
    store = ParcelStore(owner)
    assert store.one("SJ-001", known_at=before)["version"].tolist() == [1]
    with owner.begin() as connection:
        current = connection.execute(text("SELECT version FROM landgis.parcel_version WHERE current")).scalars().all()
    assert (store.one("SJ-001")["version"].tolist(), current) == ([2], [2])


def test_roles_decide_who_states_facts(database: Database, owner: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    leader = PeopleStore(owner).register("lingdao", "领导甲", Role.LEADER)
    clerk = PeopleStore(owner).register("zhen", "填报员乙", Role.TOWN_CLERK, town_code="310117109")
    with pytest.raises(NotAllowed, match="state facts"):
        state_fact(database, leader, "SJ-001", "road", "是", valid_from=MAY, reason="x")
    assert state_fact(database, clerk, "SJ-001", "road", "是", valid_from=MAY, reason="踏勘").value is True
    with pytest.raises(UsageError, match="State why"):
        state_fact(database, clerk, "SJ-001", "road", "否", valid_from=MAY, reason=" ")
    with pytest.raises(UsageError, match="cannot be"):
        state_fact(database, clerk, "SJ-001", "road", "也许", valid_from=MAY, reason="x")
    with pytest.raises(ContractBroken):
        FactStore(database).state([Statement("SJ-001", "road", "yes")], person=clerk, reason="x")


DAYS = [None, date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1), MAY]
STATEMENT = st.tuples(
    st.sampled_from(["dispute", "facilities_mature"]), st.sampled_from(DAYS), st.sampled_from([True, False, None])
)


TRANSACTIONS = st.lists(st.lists(STATEMENT, min_size=1, max_size=3), min_size=1, max_size=6)
ON_ONE_DATABASE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(ON_ONE_DATABASE, max_examples=6)
@given(TRANSACTIONS)
def test_two_axes_of_time_against_a_plain_model(
    database: Database, planner: Person, transactions: list[list[tuple[str, date | None, bool | None]]]
) -> None:
    stated_as_modelled(database, planner, transactions)


@pytest.mark.deep
@settings(ON_ONE_DATABASE, max_examples=60)
@given(TRANSACTIONS)
def test_two_axes_of_time_against_a_plain_model_for_long(
    database: Database, planner: Person, transactions: list[list[tuple[str, date | None, bool | None]]]
) -> None:
    stated_as_modelled(database, planner, transactions)


def stated_as_modelled(
    database: Database, planner: Person, transactions: list[list[tuple[str, date | None, bool | None]]]
) -> None:
    """Random facts and corrections; the model keeps a whole copy of what was stated after every transaction."""
    parcel_id = f"SJ-{uuid4().hex}"
    add_parcels(database, planner, {parcel_id: at(0, 0, 80, 60)}, dispute=None)
    stated: dict[tuple[str, date], bool | None] = {("dispute", date.min): None, ("facilities_mature", date.min): None}
    diary = [(moment(database), dict(stated))]
    store = FactStore(database)
    for changes in transactions:
        unique = {(name, day): value for name, day, value in changes}
        store.state(
            [
                Statement(parcel_id, name, value, FactState.PENDING if value is None else FactState.KNOWN, day)
                for (name, day), value in unique.items()
            ],
            person=planner,
            reason="试",
        )
        stated |= {(name, day or date.min): value for (name, day), value in unique.items()}
        diary.append((moment(database), dict(stated)))
    for known_at, model in diary:
        for as_of in (date(2019, 1, 1), *DAYS[1:], date(2026, 10, 1)):
            held = ParcelStore(database).one(parcel_id, as_of=as_of, known_at=known_at)
            for name in ("dispute", "facilities_mature"):
                first = max(day for fact, day in model if fact == name and day <= as_of)
                found = held[name].iloc[0]
                assert (None if found is pd.NA else bool(found)) is model[name, first], (name, as_of, known_at)
