"""The life of a release: what it needs to be published, for whom it speaks, how it ends, and what was known when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.migrate import downgrade, upgrade
from landgis.db.people import PeopleStore
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import BOTH, Coverage, CoverageBasis, LegalState, Release, ReleaseStatus
from landgis.errors import Conflict, LandgisError, NotAllowed, NotFound, UsageError
from landgis.frames.layer import LayerData
from landgis.services.layers.publish_layer import publish
from tests.postgis.support import add_layer, source
from tests.support.ground import at, layer

AS_OF = date(2026, 6, 30)
SHAPES = {"a": at(0, 0, 5, 5)}


def released(database: Database, person: Person, name: str, **stated: object) -> None:
    """Import and publish a red line."""
    data = stating(**stated)
    add_layer(database, person, data, name)
    LayerStore(database).publish("ecological_redline", name, person)


def stating(**stated: object) -> LayerData:
    data = layer("ecological_redline", SHAPES)
    return replace(data, release=replace(data.release, **stated))


def speaking(database: Database, district: str | None = None, **wanted: object) -> str | None:
    found = LayerStore(database).current("ecological_redline", AS_OF, district=district, **wanted)
    return found and found.release.name


def now(database: Database) -> datetime:
    with database.begin() as connection:
        moment: datetime = connection.scalar(text("SELECT clock_timestamp()"))
    return moment


def statuses(database: Database, known_at: datetime | None = None) -> dict[str, str]:
    rows = LayerStore(database).list("ecological_redline", known_at=known_at)
    return {row.release.name: str(row.release.status) for row in rows}


def test_publishing_names_everything_that_is_missing(database: Database, planner: Person) -> None:
    bare = stating(document_no="", approved_on=None, coverage_basis=CoverageBasis.ASSUMED)
    fatal = Issue("geometry_invalid", Severity.FATAL, "第 3 行", "自相交", "Self-intersection")
    add_layer(database, planner, bare, "bare", issues=(fatal, fatal))
    with pytest.raises(Conflict) as raised:
        LayerStore(database).publish("ecological_redline", "bare", planner)
    for word in ("文号", "生效日期或批准日期", "覆盖范围", "2 个致命问题"):
        assert word in raised.value.zh
    for word in ("document number", "day of approval", "declared coverage", "2 fatal issues"):
        assert word in raised.value.en
    for way in ("landgis layer qc ecological_redline@bare --propose-repairs", "--apply"):
        assert way in raised.value.next_zh
        assert way in raised.value.next_en
    with pytest.raises(Conflict) as by_psql, database.begin() as connection:
        connection.exec_driver_sql("UPDATE landgis.layer_release SET status = 'published', published_at = now()")
    assert "文号" in by_psql.value.zh
    assert statuses(database) == {"bare": "draft"}


@pytest.mark.parametrize(
    "stated",
    [
        {"document_no": "", "no_document_reason": "区政府会议纪要待编号"},
        {"document_no": "", "substitute": True},
        {"approved_on": None, "in_force_from": date(2026, 1, 1)},
    ],
)
def test_a_reason_stand_in_data_or_a_first_day_are_enough(
    database: Database, planner: Person, stated: dict[str, object]
) -> None:
    released(database, planner, "fine", **stated)
    assert speaking(database) == "fine"


def test_each_district_has_its_own_line_and_one_for_both_supersedes_each(database: Database, planner: Person) -> None:
    released(database, planner, "SJ", district="songjiang")
    released(database, planner, "CM", district="chongming")
    assert (speaking(database, "songjiang"), speaking(database, "chongming")) == ("SJ", "CM")
    released(database, planner, "two", district=BOTH)
    assert (speaking(database, "songjiang"), speaking(database, "chongming")) == ("two", "two")
    released(database, planner, "SJ-2", district="songjiang")
    assert (speaking(database, "songjiang"), speaking(database, "chongming")) == ("SJ-2", "two")
    assert statuses(database) == {"SJ": "superseded", "CM": "superseded", "two": "published", "SJ-2": "published"}


def test_legal_states_are_published_apart(database: Database, planner: Person) -> None:
    released(database, planner, "old", in_force_from=date(2024, 1, 1))
    released(database, planner, "plan", legal_state=LegalState.DRAFTING)
    future = date(2027, 1, 1)
    released(database, planner, "next", legal_state=LegalState.APPROVED_PENDING, in_force_from=future)
    assert speaking(database) == "old"
    assert speaking(database, legal_state=LegalState.DRAFTING) == "plan"
    assert speaking(database, legal_state=LegalState.APPROVED_PENDING) == "next"
    assert speaking(database, legal_state=LegalState.PUBLIC_NOTICE) is None
    pending = LayerStore(database).get("ecological_redline", "next").release
    assert pending.state_on(AS_OF) is Coverage.COMPLETE
    assert replace(pending, legal_state=LegalState.IN_FORCE).state_on(AS_OF) is Coverage.ABSENT


def test_a_retired_release_is_kept_speaks_no_more_and_brings_nobody_back(database: Database, planner: Person) -> None:
    store = LayerStore(database)
    released(database, planner, "2023", in_force_from=date(2023, 1, 1))
    released(database, planner, "2025", in_force_from=date(2025, 1, 1))
    with pytest.raises(UsageError, match="needs a reason"):
        store.retire("ecological_redline", "2025", "  ", planner)
    gone = store.retire("ecological_redline", "2025", "图斑整体偏移，原单位来函撤回", planner)
    assert (gone.release.status, gone.known_by, gone.known_why) == (
        ReleaseStatus.RETIRED,
        "guihua",
        "图斑整体偏移，原单位来函撤回",
    )
    assert speaking(database) is None
    assert store.current("ecological_redline", date(2024, 6, 1)).release.name == "2023"
    assert len(store.features("ecological_redline", "2025")) == 1
    with pytest.raises(Conflict, match="cannot go from retired to retired"):
        store.retire("ecological_redline", "2025", "again", planner)
    with pytest.raises(Conflict, match="retired and cannot be published"):
        store.publish("ecological_redline", "2025", planner)
    with pytest.raises(NotFound):
        store.retire("ecological_redline", "never", "why", planner)


def test_a_draft_is_withdrawn_and_a_leader_withdraws_nothing(
    database: Database, owner: Database, planner: Person
) -> None:
    store = LayerStore(database)
    add_layer(database, planner, stating(coverage_basis=CoverageBasis.ASSUMED), "draft")
    leader = PeopleStore(owner).register("lingdao", "领导甲", Role.LEADER)
    with pytest.raises(NotAllowed):
        store.retire("ecological_redline", "draft", "why", leader)
    assert store.retire("ecological_redline", "draft", "送错文件", planner).published_at is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE landgis.layer_release SET status = 'retired' WHERE name = 'one'", "A reason is needed"),
        ("UPDATE landgis.layer_release SET status = 'superseded', feature_count = 7", "Nothing of release"),
        ("UPDATE landgis.layer_release SET status = 'superseded', published_at = '2001-01-01'", "Nothing of release"),
        ("UPDATE landgis.layer_release SET document_no = 'x'", "cannot go from published to published"),
        ("DELETE FROM landgis.layer_release", "never changed or deleted"),
        (
            "INSERT INTO landgis.layer_release SELECT (r).* FROM (SELECT r FROM landgis.layer_release r) AS x",
            "must come in as a draft",
        ),
    ],
)
def test_not_even_the_owner_changes_a_release_but_for_its_status(
    database: Database, owner: Database, planner: Person, statement: str, said: str
) -> None:
    released(database, planner, "one")
    with pytest.raises(Conflict, match=said), owner.begin() as connection:
        connection.exec_driver_sql(statement)


def test_what_was_known_then_stays_known(database: Database, planner: Person) -> None:
    store = LayerStore(database)
    before = now(database)
    released(database, planner, "2025", in_force_from=date(2025, 1, 1))
    first = now(database)
    released(database, planner, "2026", in_force_from=date(2026, 1, 1))
    second = now(database)
    store.retire("ecological_redline", "2026", "撤回", planner)
    assert statuses(database, before) == {}
    assert statuses(database, first) == {"2025": "published"}
    assert statuses(database, second) == {"2025": "superseded", "2026": "published"}
    assert statuses(database) == {"2025": "superseded", "2026": "retired"}
    assert [speaking(database, known_at=moment) for moment in (before, first, second, None)] == [
        None,
        "2025",
        "2026",
        None,
    ]
    with pytest.raises(NotFound):
        store.get("ecological_redline", "2025", known_at=before)
    then = store.get("ecological_redline", "2026", known_at=second)
    assert (then.release.status, then.known_to) == (
        ReleaseStatus.PUBLISHED,
        store.get("ecological_redline", "2026").known_from,
    )


_MOVES = {("draft", "published"), ("published", "superseded"), ("superseded", "retired")}
_MOVES |= {("draft", "retired"), ("published", "retired")}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([str(status) for status in ReleaseStatus]), min_size=1, max_size=5), st.integers(0))
def test_a_release_moves_only_forward_whatever_is_asked(
    database: Database, planner: Person, wished: list[str], serial: int
) -> None:
    name, status = f"r{serial}-{len(LayerStore(database).list())}", "draft"
    add_layer(database, planner, stating(district="songjiang"), name)
    for wish in wished:
        try:
            with database.begin(planner, "试") as connection:
                others = "UPDATE landgis.layer_release SET status = 'superseded' WHERE status = 'published' AND name <> :name"
                if wish == "published":
                    connection.execute(text(others), {"name": name})
                move = "UPDATE landgis.layer_release SET status = :wish WHERE name = :name"
                connection.execute(text(move), {"wish": wish, "name": name})
        except LandgisError:
            assert (status, wish) not in _MOVES
        else:
            assert (status, wish) in _MOVES
            status = wish
        assert statuses(database)[name] == status


def test_age_counts_from_the_data_and_a_grace_is_added() -> None:
    old = Release("survey_land_use", "2024", "变更调查", feature_count=1, state_of_data_on=date(2024, 12, 31))
    yearly = replace(old, cycle_months=12, issued_on=date(2025, 8, 1))
    assert yearly.usable_to == date(2025, 12, 31)
    assert yearly.state_on(date(2025, 12, 31)) is Coverage.COMPLETE
    assert yearly.state_on(date(2026, 1, 1)) is Coverage.STALE
    assert "更新周期（12 个月）" in yearly.why_stale(AS_OF)[0]
    assert replace(yearly, grace_months=6).state_on(AS_OF) is Coverage.COMPLETE
    assert replace(yearly, grace_months=2).usable_to == date(2026, 2, 28)
    assert replace(yearly, state_of_data_on=None).usable_to == date(2026, 8, 1)
    assert replace(old, cycle_months=None).usable_to is None
    assert replace(yearly, expires_on=date(2025, 6, 30)).why_stale(AS_OF) == (
        "2025-06-30 到期",
        "expired on 2025-06-30",
    )
    assert replace(old, cycle_months=None).why_stale(AS_OF) == ("", "")


def test_going_back_before_this_migration_keeps_every_release(
    database: Database, owner: Database, planner: Person
) -> None:
    store = LayerStore(database)
    released(database, planner, "SJ", district="songjiang")
    released(database, planner, "CM", district="chongming")
    released(database, planner, "plan", legal_state=LegalState.DRAFTING)
    released(database, planner, "wrong", district="songjiang")
    store.retire("ecological_redline", "wrong", "撤回", planner)
    add_layer(database, planner, stating(), "draft")
    store.retire("ecological_redline", "draft", "撤回", planner)
    downgrade(owner, "0002")
    with owner.begin() as connection:
        rows = connection.execute(text("SELECT name, status FROM landgis.layer_release")).all()
    wanted = {"SJ": "superseded", "CM": "published", "plan": "superseded", "wrong": "superseded", "draft": "draft"}
    assert {row.name: row.status for row in rows} == wanted
    upgrade(owner)
    assert statuses(database) == wanted
    assert len(store.features("ecological_redline", "CM")) == 1


def test_an_approved_release_speaks_from_its_approval_and_the_newer_first_day_wins(
    database: Database, planner: Person
) -> None:
    released(database, planner, "2025", in_force_from=None, approved_on=date(2025, 3, 1))
    before = LayerStore(database).current("ecological_redline", date(2024, 12, 31))
    assert before is None
    assert (
        stating(in_force_from=None, approved_on=date(2025, 3, 1)).release.state_on(date(2024, 1, 1)) is Coverage.ABSENT
    )
    released(database, planner, "sj", in_force_from=None, approved_on=date(2026, 5, 1), district="songjiang")
    assert speaking(database, "songjiang") == "sj"
    assert speaking(database, "chongming") == "2025"


def test_an_older_edition_takes_a_newer_ones_place_only_with_a_reason(database: Database, planner: Person) -> None:
    released(database, planner, "2025", in_force_from=date(2025, 1, 1))
    add_layer(database, planner, stating(in_force_from=date(2018, 1, 1)), "2018")
    with pytest.raises(Conflict, match="older than the published"):
        publish(database, planner, "ecological_redline", "2018")
    assert speaking(database) == "2025"
    publish(database, planner, "ecological_redline", "2018", "2025 年版经核实有误")
    assert speaking(database) == "2018"


def test_issues_found_meanwhile_are_stored_with_the_release_or_nothing_is(database: Database, planner: Person) -> None:
    store = LayerStore(database)
    draft = stating()
    late = Issue("overlap", Severity.SERIOUS, "甲", "重叠", "Overlap")

    def failing() -> list[Issue]:
        raise Conflict("质检中断", "The check failed")

    with pytest.raises(Conflict, match="check failed"):
        store.add_release(draft, (), source=source(), person=planner, late_issues=failing)
    assert store.list("ecological_redline") == []
    store.add_release(draft, (), source=source(), person=planner, late_issues=lambda: [late])
    assert store.issues("ecological_redline", draft.release.name) == [late]


def test_columns_that_lie_in_several_chunks_are_stored_whole(database: Database, planner: Person) -> None:
    parts = [stating().features.assign(feature_id=pd.Series([name], dtype="str"), 备注=name) for name in ("甲", "乙")]
    features = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=4549)
    features["备注"] = features["备注"].astype("str")
    data = stating()
    data = replace(data, features=features, release=replace(data.release, feature_count=2))
    LayerStore(database).add_release(data, (), source=source(), person=planner)
    back = LayerStore(database).features("ecological_redline", data.release.name, attributes=True)
    assert dict(zip(back["feature_id"], back["备注"], strict=True)) == {"甲": "甲", "乙": "乙"}
