"""The log of exports: written once by whom the policy lets, never changed, with receipts and rejections kept as rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.exports import ExportStore
from landgis.db.migrate import downgrade, upgrade
from landgis.db.people import PeopleStore
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import ExportKind, Leaving, Receipt
from landgis.domain.profile import Personal
from landgis.domain.receiver_rule import ReceiverRule, ReceiverTest, Rejection
from landgis.errors import Conflict, ContractBroken, LandgisError, NotAllowed, NotFound, UsageError
from landgis.services.handing_over.control import depart, let_out
from landgis.services.handing_over.receipts import (
    end_rule,
    exports,
    last_accepted,
    note_receipt,
    note_rejection,
    receiver_rules,
    rejections,
)
from tests.postgis.test_plan_way import ONE, Office, office  # noqa: F401  # a fixture

TABLES = ("export_log", "export_receipt", "export_rejection", "export_rejection_end")
LEAVING = Leaving(
    ExportKind.PACKAGE, "songjiang", "报市局一张图", {"RSJH": 2}, {"homestead": "2026-01"}, Secrecy.INTERNAL,
    "one-map", "1", "geopackage", "EPSG:4490", files={"松江.gpkg": "a" * 64},
    keys={"RSJH": {"1": "b" * 64, "2": "c" * 64}}, receiver=Secrecy.INTERNAL, continuous_m2=0.0,
)  # fmt: skip
YES = Receipt(True, "市规划资源局", "沪规划资源〔2026〕12 号", date(2026, 3, 1))
NO = replace(YES, accepted=False)
RULE = ReceiverRule("", "", "RSJH", "XZQDM", ReceiverTest.PATTERN, "[0-9]{12}", "行政区代码应为 12 位")


@pytest.fixture
def platform(owner: Database) -> Person:
    return PeopleStore(owner).register("yzt", "一张图接口", Role.PLATFORM)


@pytest.fixture
def reviewer(owner: Database) -> Person:
    return PeopleStore(owner).register("shenhe", "审核员乙", Role.DISTRICT_REVIEWER)


def test_what_leaves_is_logged_with_everything_that_was_said(
    database: Database, planner: Person, reviewer: Person
) -> None:
    assert let_out(database, planner, LEAVING) == "E-000001"
    later = replace(LEAVING, district="chongming", personal=Personal.MASK, continuous_m2=12.5)
    assert let_out(database, reviewer, later) == "E-000002"
    newest, first = exports(database, planner)
    assert (first.export_id, first.by, first.account, first.receipt) == ("E-000001", "规划员甲", "guihua", None)
    assert first.leaving == replace(LEAVING, keys={})
    assert newest.leaving == replace(later, keys={})
    assert ExportStore(database).with_keys(first).leaving == LEAVING
    assert [each.export_id for each in exports(database, reviewer, "chongming")] == ["E-000002"]
    assert exports(database, planner, since=newest.at + timedelta(seconds=1)) == []
    for named in ("1", "e1", "E-1", "E-000001"):
        assert ExportStore(database).one(named).export_id == "E-000001"
    with pytest.raises(NotFound):
        ExportStore(database).one("E-9")


def test_the_hashes_of_fifty_thousand_rows_are_kept_in_little(database: Database, planner: Person) -> None:
    keys = {"RSJH": {f"31011710{number:06d}": f"{number * 7919:064x}" for number in range(50_000)}}
    let_out(database, planner, replace(LEAVING, keys=keys))
    logged = ExportStore(database).one("1")
    assert logged.leaving.keys == {}
    assert ExportStore(database).with_keys(logged).leaving.keys == keys


@pytest.mark.parametrize(
    ("change", "family", "said"),
    [
        ({"why": " "}, UsageError, "what the export is for"),
        ({"receiver": Secrecy.PUBLIC}, Conflict, "marked internal"),
        ({"secrecy": Secrecy.UNSTATED, "receiver": Secrecy.PUBLIC}, Conflict, "marked unstated"),
        ({"continuous_m2": None}, Conflict, "not measured"),
        ({"continuous_m2": 30e6}, Conflict, "30.00 km²"),
        ({"kind": ExportKind.DELTA}, Conflict, "names the export"),
        ({"plan_id": "L000099"}, Conflict, "L000099"),
    ],
)
def test_what_must_not_leave_is_not_logged_either(
    database: Database, planner: Person, change: dict[str, object], family: type[LandgisError], said: str
) -> None:
    with pytest.raises(family, match=said):
        let_out(database, planner, replace(LEAVING, **change))  # type: ignore[arg-type]  # one field each
    assert exports(database, planner) == []


def test_whom_the_policy_does_not_let_gets_nothing_out_and_reads_no_log(
    database: Database, owner: Database, platform: Person
) -> None:
    for number, role in enumerate(set(Role) - {Role.DISTRICT_PLANNER, Role.DISTRICT_REVIEWER, Role.PLATFORM}):
        other = PeopleStore(owner).register(f"other{number}", "他人", role)
        with pytest.raises(NotAllowed):
            let_out(database, other, LEAVING)
        with pytest.raises(NotAllowed):
            exports(database, other)
        with pytest.raises(NotAllowed):
            note_receipt(database, other, "1", YES)
    with pytest.raises(NotAllowed, match="public only"):
        let_out(database, platform, LEAVING)
    with pytest.raises(NotAllowed, match="published plans"):
        let_out(database, platform, replace(LEAVING, secrecy=Secrecy.PUBLIC))
    with pytest.raises(NotAllowed, match="packages only"):
        let_out(database, platform, replace(LEAVING, secrecy=Secrecy.PUBLIC, kind=ExportKind.LAYER))


def test_a_platform_takes_what_is_public_of_a_published_plan(office: Office, owner: Database) -> None:  # noqa: F811  # fixture
    platform = PeopleStore(owner).register("yzt", "一张图接口", Role.PLATFORM)
    office.draft("L1", "SJ-001")
    office.bring("L1")
    public = replace(LEAVING, secrecy=Secrecy.PUBLIC, plan_id="L1")
    with pytest.raises(NotAllowed, match="published plans"):
        let_out(office.database, platform, public)
    office.publish("L1", ONE)
    assert let_out(office.database, platform, public) == "E-000001"


def test_the_database_refuses_by_itself_what_the_program_would(
    database: Database, owner: Database, planner: Person, platform: Person
) -> None:
    clerk = PeopleStore(owner).register("zhen", "镇填报员", Role.TOWN_CLERK)
    let_out(database, planner, LEAVING)
    copy = (
        "INSERT INTO landgis.export_log (export_id, kind, district, why, profile_id, profile_version, format, crs, secrecy,"
        " receiver, personal, continuous_m2, since, rows, releases, files, keys, created_by) SELECT 'E-000009', {kind},"
        " district, {why}, profile_id, profile_version, format, crs, {secrecy}, {receiver}, {personal}, {m2}, {since}, rows,"
        " releases, files, keys, {by} FROM landgis.export_log"
    )
    plain = {
        "kind": "kind", "why": "why", "secrecy": "secrecy", "receiver": "receiver", "personal": "personal",
        "m2": "continuous_m2", "since": "since", "by": "created_by",
    }  # fmt: skip
    for change in (
        {"why": "' '"}, {"receiver": "'public'"}, {"receiver": "'public'", "secrecy": "'unstated'"}, {"m2": "25e6 + 1"},
        {"m2": "'NaN'"}, {"kind": "'delta'"}, {"since": "'E-000001'"}, {"kind": "'other'"}, {"by": str(clerk.person_id)},
        {"by": str(platform.person_id)}, {"personal": "'keep'", "receiver": "'public'", "secrecy": "'public'"},
    ):  # fmt: skip
        with pytest.raises((Conflict, ContractBroken)), database.begin() as connection:
            connection.exec_driver_sql(copy.format(**plain | change))
    with database.begin() as connection:
        connection.exec_driver_sql(copy.format(**plain))
    assert len(exports(database, planner)) == 2


def test_nothing_of_the_log_is_ever_changed_and_outsiders_do_not_read_it(
    cluster: PrivateCluster, database_name: str, database: Database, owner: Database, planner: Person
) -> None:
    _kept(database, planner)
    reader = open_database(cluster, role="landgis_read", name=database_name, pooled=False)
    for table in TABLES:
        for act in ("UPDATE landgis.{} SET created_by = created_by", "DELETE FROM landgis.{}"):
            statement = act.format(table)
            with pytest.raises(NotAllowed), database.begin() as connection:
                connection.exec_driver_sql(statement)
            with pytest.raises(Conflict), owner.begin() as connection:
                connection.exec_driver_sql(statement)
        with pytest.raises(Conflict), owner.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE landgis.{table} CASCADE")
        with pytest.raises(NotAllowed), reader.begin() as connection:
            connection.exec_driver_sql(f"SELECT FROM landgis.{table}")


def test_the_newest_receipt_of_an_export_speaks(database: Database, planner: Person, reviewer: Person) -> None:
    for _ in range(3):
        let_out(database, planner, LEAVING)
    assert last_accepted(database, "songjiang", "one-map") is None
    assert note_receipt(database, reviewer, "1", YES).receipt == replace(
        YES, noted_by="审核员乙", noted_at=_receipt_at(database)
    )
    note_receipt(database, planner, "2", YES)
    found = last_accepted(database, "songjiang", "one-map")
    assert found is not None
    assert (found.export_id, found.leaving.keys) == ("E-000002", LEAVING.keys)
    note_receipt(database, planner, "2", NO)
    again = last_accepted(database, "songjiang", "one-map")
    assert again is not None
    assert again.export_id == "E-000001"
    assert last_accepted(database, "chongming", "one-map") is None
    assert last_accepted(database, "songjiang", "supply") is None


def _receipt_at(database: Database) -> datetime:
    with database.begin() as connection:
        found: datetime = connection.execute(text("SELECT created_at FROM landgis.export_receipt")).scalar_one()
    return found


@pytest.mark.parametrize(
    ("receipt", "family"),
    [
        (replace(YES, receiver=" "), UsageError),
        (replace(YES, document_no=""), UsageError),
        (replace(YES, on_date=date(2999, 1, 1)), ContractBroken),
    ],
)
def test_a_receipt_without_its_paper_or_of_a_day_to_come_is_refused(
    database: Database, planner: Person, receipt: Receipt, family: type[LandgisError]
) -> None:
    let_out(database, planner, LEAVING)
    with pytest.raises(family):
        note_receipt(database, planner, "1", receipt)
    assert exports(database, planner)[0].receipt is None


def test_a_rejection_becomes_a_rule_of_its_profile_until_it_is_ended(database: Database, planner: Person) -> None:
    let_out(database, planner, LEAVING)
    kept = note_rejection(database, planner, Rejection("e1", RULE, "F0201", "1"))
    assert kept.rule == replace(RULE, rejection_id="J-000001", profile_id="one-map")
    assert (kept.export_id, kept.code, kept.row_key, kept.noted_by, kept.ended_why) == (
        "E-000001",
        "F0201",
        "1",
        "规划员甲",
        "",
    )
    assert receiver_rules(database, "one-map") == (kept.rule,)
    assert receiver_rules(database, "supply") == ()
    ended = end_rule(database, planner, "1", "市局来电更正")
    assert ended.ended_why == "市局来电更正"
    assert receiver_rules(database, "one-map") == ()
    assert rejections(database, planner, ended=True) == [ended]
    assert rejections(database, planner, ended=False) == []
    with pytest.raises(Conflict, match="ended already"):
        end_rule(database, planner, "J-000001", "再停")
    with pytest.raises(UsageError):
        end_rule(database, planner, "J-000001", " ")


@pytest.mark.parametrize(
    ("rule", "family"),
    [
        (replace(RULE, value="("), UsageError),
        (replace(RULE, value=""), UsageError),
        (replace(RULE, test=ReceiverTest.REQUIRED), UsageError),
        (replace(RULE, test=ReceiverTest.MAX_LENGTH, value="-1"), UsageError),
        (replace(RULE, test=ReceiverTest.AT_LEAST, value="much"), UsageError),
        (replace(RULE, test=ReceiverTest.AT_MOST, value="nan"), UsageError),
        (replace(RULE, field=""), UsageError),
        (replace(RULE, reason=" "), UsageError),
        (replace(RULE, layer="没有的图层"), Conflict),
    ],
)
def test_a_rule_that_could_not_be_tried_is_refused(
    database: Database, planner: Person, rule: ReceiverRule, family: type[LandgisError]
) -> None:
    let_out(database, planner, LEAVING)
    with pytest.raises(family):
        note_rejection(database, planner, Rejection("1", rule))
    assert receiver_rules(database, "one-map") == ()


def test_what_was_made_under_no_profile_has_no_rules(database: Database, planner: Person) -> None:
    let_out(database, planner, replace(LEAVING, kind=ExportKind.LAYER, profile_id=""))
    with pytest.raises(Conflict, match="under no profile"):
        note_rejection(database, planner, Rejection("1", RULE))


def test_files_move_only_once_they_are_logged_with_their_hashes(
    database: Database, planner: Person, tmp_path: Path
) -> None:
    draft, out = tmp_path / "draft", tmp_path / "out"
    (draft / "样式").mkdir(parents=True)
    (draft / "a.gpkg").write_bytes(b"a")
    (draft / "样式" / "b.qml").write_bytes(b"b")
    with pytest.raises(UsageError):
        depart(database, planner, draft, out, replace(LEAVING, why=""))
    assert not out.exists()
    assert depart(database, planner, draft, out, LEAVING) == "E-000001"
    assert (out / "a.gpkg").read_bytes() == b"a"
    assert (out / "样式" / "b.qml").read_bytes() == b"b"
    logged = exports(database, planner)[0].leaving.files
    assert logged["a.gpkg"].startswith("ca978112")
    assert set(logged) == {"a.gpkg", "样式/b.qml"}


def test_a_program_killed_after_the_log_leaves_an_entry_and_no_file(
    database: Database, planner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, out = tmp_path / "draft", tmp_path / "out"
    draft.mkdir()
    (draft / "a.gpkg").write_bytes(b"a")

    def killed(_self: Path, _target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        depart(database, planner, draft, out, LEAVING)
    assert [each.export_id for each in exports(database, planner)] == ["E-000001"]
    assert not list(out.rglob("*.gpkg"))


def test_the_migration_goes_down_and_up_with_exports_in_the_tables(
    database: Database, owner: Database, planner: Person
) -> None:
    _kept(database, planner)
    database.close()
    downgrade(owner, "0016")
    with owner.begin() as connection:
        left = connection.scalars(text("SELECT relname::text FROM pg_class WHERE relname LIKE 'export%'")).all()
    assert left == []
    upgrade(owner)
    assert exports(database, planner) == []
    assert let_out(database, planner, LEAVING) == "E-000001"


def _kept(database: Database, planner: Person) -> None:
    let_out(database, planner, LEAVING)
    note_receipt(database, planner, "1", NO)
    note_rejection(database, planner, Rejection("1", RULE))
    end_rule(database, planner, "1", "误登")
