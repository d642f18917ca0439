"""Screening by releases: legal states apart, districts apart, stale ones prove nothing, and what was known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.people import PeopleStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PoolCriteria
from landgis.domain.layer import LegalState
from landgis.domain.outcome import Scope
from landgis.errors import Conflict, NotReady
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.screening.indexed import IndexedLayer
from landgis.services.checking.check import Candidates, check
from landgis.services.desk.check_layers import CheckLayers
from landgis.services.desk.desk import Desk
from landgis.services.layers.unheard import retired_layers
from landgis.services.pooling.build_pool import build_pool
from landgis.services.screening.screen import Screened, screen
from tests.support import ground
from tests.support.desk_case import catalogue, desk_of, store_layers, store_parcels
from tests.support.ground import AS_OF, at

PACK = load_pack("songjiang")
HIT, FREE = "SJ-001", "SJ-002"


@pytest.fixture
def stored(database: Database, planner: Person) -> Database:
    """Two parcels that every layer in force leaves alone."""
    store_layers(database, planner, ground.clear_layers().values())
    store_parcels(database, planner, ground.parcels({HIT: at(0, 0, 80, 60), FREE: at(300, 0, 80, 60)}))
    return database


def red_line(name: str, **stated: object) -> LayerData:
    """A red line over the first parcel."""
    data = ground.layer("ecological_redline", {"新": at(40, 0, 100, 60)})
    return replace(data, release=replace(data.release, name=name, **stated))


def verdicts(database: Database, run: Screened) -> dict[str, str]:
    frame = RunStore(database).load(run.run_id).judged.verdicts
    return dict(zip(frame["parcel_id"], frame["verdict"], strict=True))


def moment(database: Database) -> datetime:
    with database.begin() as connection:
        now: datetime = connection.scalar(text("SELECT clock_timestamp()"))
    return now


def test_a_line_that_is_approved_but_not_in_force_shows_in_a_preview_only(stored: Database, planner: Person) -> None:
    pending = LegalState.APPROVED_PENDING
    store_layers(stored, planner, [red_line("新红线", legal_state=pending, in_force_from=date(2027, 1, 1))])
    final = screen(stored, planner, PACK, AS_OF)
    preview = screen(stored, planner, PACK, AS_OF, legal_state=pending)
    assert verdicts(stored, final) == {HIT: "clear", FREE: "clear"}
    assert verdicts(stored, preview) == {HIT: "excluded", FREE: "clear"}
    assert (final.exit_code, preview.exit_code) == (0, 1)
    assert preview.head.meta.releases["ecological_redline"] == "新红线"
    assert preview.head.meta.releases["homestead"] == final.head.meta.releases["homestead"] != ""
    told = preview.summary()
    assert (told["legal_state"], told["final"]) == ("approved_pending", False)
    assert told["caution_zh"].startswith("预审（非最终结论）")
    assert (final.summary()["final"], final.summary()["caution_zh"]) == (True, "")
    desk = Desk(stored, catalogue())
    assert desk.latest_run("songjiang") == final.run_id
    assert desk.overview(preview.run_id).head.meta.caution[0].startswith("预审（非最终结论）")
    assert desk.record(preview.run_id)["final"] is False


def test_no_pool_is_built_from_a_preview_by_whatever_client(stored: Database, planner: Person) -> None:
    final = screen(stored, planner, PACK, AS_OF)
    preview = screen(stored, planner, PACK, AS_OF, legal_state=LegalState.PUBLIC_NOTICE)
    back = screen(stored, planner, PACK, AS_OF, known_at=moment(stored))
    query = text(
        "INSERT INTO landgis.pool (pool_id, run_id, district, criteria, overlap_tolerance_m2, created_by)"
        " VALUES ('P-x', :run_id, 'songjiang', '{}', 0, :person)"
    )
    for run, said in ((preview, "预审（非最终结论）"), (back, "回溯（非最终结论）")):
        with pytest.raises(Conflict) as raised:
            build_pool(stored, planner, "songjiang", PoolCriteria(), run.run_id)
        assert said in raised.value.zh
        with pytest.raises(Conflict, match="no pool can be built"), stored.begin() as connection:
            connection.execute(query, {"run_id": run.run_id, "person": planner.person_id})
    assert build_pool(stored, planner, "songjiang", PoolCriteria()).head.run_id == final.run_id


def test_a_release_of_the_other_district_is_not_asked(stored: Database, planner: Person) -> None:
    store_layers(stored, planner, [red_line("崇明", district="chongming")])
    assert verdicts(stored, screen(stored, planner, PACK, AS_OF)) == {HIT: "clear", FREE: "clear"}
    store_layers(stored, planner, [red_line("松江", district="songjiang")])
    assert verdicts(stored, screen(stored, planner, PACK, AS_OF)) == {HIT: "excluded", FREE: "clear"}


def test_data_older_than_their_cycle_give_no_final_verdict(stored: Database, planner: Person) -> None:
    old = red_line("旧", cycle_months=12, state_of_data_on=date(2025, 6, 1))
    store_layers(stored, planner, [old])
    run = screen(stored, planner, PACK, AS_OF)
    assert verdicts(stored, run) == {HIT: "unknown", FREE: "unknown"}
    findings = RunStore(stored).load(run.run_id).judged.findings
    said = findings.loc[findings["rule_id"] == "ecological-redline", "message_zh"].iloc[0]
    assert "更新周期" in said
    assert "无法判定" in said
    layers = {row["layer"]: row for row in Desk(stored, catalogue()).record(run.run_id)["layers"]}
    assert layers["ecological_redline"]["stale_zh"] == "数据超过更新周期（12 个月），只能用到 2026-06-01"
    assert layers["homestead"]["stale_zh"] == ""
    in_time = replace(old, release=replace(old.release, name="宽限", grace_months=3))
    store_layers(stored, planner, [in_time])
    assert verdicts(stored, screen(stored, planner, PACK, AS_OF))[HIT] == "excluded"


def test_a_late_correction_does_not_rewrite_what_was_known(stored: Database, planner: Person) -> None:
    then = moment(stored)
    decided = screen(stored, planner, PACK, AS_OF)
    store_layers(stored, planner, [red_line("更正", in_force_from=date(2024, 1, 1))])
    store_parcels(stored, planner, ground.parcels({"SJ-003": at(600, 0, 80, 60)}))
    now = screen(stored, planner, PACK, AS_OF)
    back = screen(stored, planner, PACK, AS_OF, known_at=then)
    assert verdicts(stored, now) == {HIT: "excluded", FREE: "clear", "SJ-003": "clear"}
    assert verdicts(stored, back) == verdicts(stored, decided) == {HIT: "clear", FREE: "clear"}
    assert back.head.meta.known_at == then
    assert dict(back.head.meta.releases) == dict(decided.head.meta.releases)
    assert RunStore(stored).latest("songjiang").run_id == now.run_id


def test_no_pool_is_built_when_other_releases_speak_now(stored: Database, planner: Person) -> None:
    run = screen(stored, planner, PACK, AS_OF)
    store_layers(stored, planner, [red_line("新版", district="songjiang")])
    with pytest.raises(Conflict, match="stands on layers that have changed: ecological_redline"):
        build_pool(stored, planner, "songjiang", PoolCriteria(), run.run_id)
    again = screen(stored, planner, PACK, AS_OF)
    assert build_pool(stored, planner, "songjiang", PoolCriteria()).head.run_id == again.run_id


def test_a_layer_whose_release_was_retired_says_so_in_every_finding(stored: Database, planner: Person) -> None:
    LayerStore(stored).retire("ecological_redline", "test", "图斑整体偏移，来函撤回", planner)
    run = screen(stored, planner, PACK, AS_OF)
    assert verdicts(stored, run) == {HIT: "unknown", FREE: "unknown"}
    findings = RunStore(stored).load(run.run_id).judged.findings
    said = findings.loc[findings["rule_id"] == "ecological-redline", "message_zh"].iloc[0]
    for words in ("ecological_redline@test", "沪规〔2020〕1号", "停用", planner.os_account, "来函撤回"):
        assert words in said
    others = findings.loc[findings["rule_id"] == "homestead", "message_zh"]
    assert not others.str.contains("停用").any()
    checked = check(
        Candidates(ground.parcels({FREE: at(300, 0, 80, 60)}), (), (), ""), {}, PACK, AS_OF, Scope.CONTROL_LINES,
        reasons=retired_layers(stored, ["ecological_redline"], AS_OF, district="songjiang"),
    )  # fmt: skip
    told = {row["layer"]: row.get("why_zh", "") for row in checked.record["layers"]}
    assert "来函撤回" in told["ecological_redline"]
    assert told["homestead"] == ""


def test_a_notice_that_has_ended_proves_nothing_and_says_why(stored: Database, planner: Person) -> None:
    notice = {"legal_state": LegalState.PUBLIC_NOTICE, "issued_on": date(2026, 5, 1), "expires_on": date(2026, 5, 31)}
    store_layers(stored, planner, [red_line("公示", **notice)])
    run = screen(stored, planner, PACK, AS_OF, legal_state=LegalState.PUBLIC_NOTICE)
    findings = RunStore(stored).load(run.run_id).judged.findings
    said = findings.loc[findings["rule_id"] == "ecological-redline", ["outcome", "message_zh"]].iloc[0]
    assert (said["outcome"], "公示已于 2026-05-31 结束" in said["message_zh"]) == ("unknown", True)


def test_an_index_of_fewer_features_than_the_release_has_is_never_kept(
    stored: Database, owner: Database, planner: Person, tmp_path: Path
) -> None:
    """Who leaves between two questions is shown no row: an empty index, kept for all, would leave every parcel clear."""
    desk, layers = desk_of(stored).seen_by(planner), CheckLayers.of(tmp_path, catalogue())
    line = layers.layers(desk, {"ecological_redline"}, AS_OF, "songjiang")["ecological_redline"]
    assert isinstance(line, IndexedLayer)
    PeopleStore(owner).store(replace(planner, active=False))
    with pytest.raises(NotReady, match="has 1 features and 0 were read"):
        line.open()
    PeopleStore(owner).store(planner)
    assert "far" in list(line.open().labels.texts)
