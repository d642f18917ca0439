"""What persons decide beside computed findings: by whom, for how long, what reopens it, and that it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from landgis.access.person import Person
from landgis.access.roles import Action, Role, may
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.decisions import DecisionStore, Proposal
from landgis.db.migrate import downgrade, upgrade
from landgis.db.parcel_documents import DocumentStore
from landgis.db.people import PeopleStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PoolCriteria
from landgis.domain.decision import DecisionState
from landgis.domain.district import BEIJING
from landgis.domain.documents import Paper
from landgis.domain.layer import LegalState
from landgis.domain.outcome import Outcome
from landgis.errors import Conflict, ContractBroken, LandgisError, NotAllowed, NotFound, UsageError
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import load_pack
from landgis.services.deciding.decide import confirm_decision, record_decision, withdraw_decision
from landgis.services.deciding.decisions import Standing, standings
from landgis.services.desk.desk import Desk
from landgis.services.explaining.explain import explain_run
from landgis.services.pooling.build_pool import build_pool
from landgis.services.screening.screen import screen
from landgis.services.verifying.verification import State
from landgis.services.verifying.verify_run import verify_run
from tests.conftest import EMPTY, admin, fresh_database, registered_planner
from tests.postgis.support import source
from tests.postgis.test_flips import Office
from tests.support import desk_case
from tests.support.ground import AS_OF, at
from tests.support.plain_pack import LAYERS, pack

PACK = pack()
STRICT = pack(("id: homestead\n", "id: homestead\n    second_person: true\n"))
NUMBER = "沪松规认〔2026〕7号"
HIT, FREE, DISPUTED = "SJ-001", "SJ-002", "SJ-003"
RUN_TABLES = ("screening_run", "run_parcel", "run_overlap", "run_hit", "run_coverage", "run_cell", "run_finding")


def packs(_district: str) -> RulePack:
    return PACK


@dataclass
class Bureau(Office):
    """A screened district with a planner and a reviewer, and a superuser who can change anything without a trace."""

    reviewer: Person | None = None
    connection: psycopg.Connection[tuple[object, ...]] | None = None
    rules: RulePack = PACK

    @property
    def second(self) -> Person:
        assert self.reviewer is not None
        return self.reviewer

    @property
    def today(self) -> date:
        return datetime.now(BEIJING).date()

    def decide(
        self, parcel_id: str = HIT, rule_id: str = "homestead", outcome: Outcome = Outcome.FLAGGED, days: int = 200,
        reason: str = "现场复核：系房檐投影", document: str = NUMBER, person: Person | None = None,
    ) -> Standing:  # fmt: skip
        return record_decision(
            self.database, person or self.person, lambda _district: self.rules, parcel_id, rule_id, outcome, reason=reason,
            document=document, expires_on=self.today + timedelta(days=days), today=self.today,
        )  # fmt: skip

    def standing(self, decision: Standing, days: int = 0) -> Standing:
        (found,) = (row for row in self.all(days) if row.decision.decision_id == decision.decision.decision_id)
        return found

    def all(self, days: int = 0) -> list[Standing]:
        return standings(self.database, lambda _district: self.rules, self.today + timedelta(days=days))

    def rows(self, *tables: str) -> list[object]:
        """Every row of some tables, as text."""
        assert self.connection is not None
        query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1")
        return [
            self.connection.execute(query.format(sql.Identifier("landgis", table))).fetchall()
            for table in tables or RUN_TABLES
        ]

    def forge(self, statement: LiteralString) -> None:
        """Change rows with the triggers off."""
        assert self.connection is not None
        self.connection.execute("SET session_replication_role = replica")
        assert self.connection.execute(statement).rowcount > 0
        self.connection.execute("SET session_replication_role = origin")


@pytest.fixture(scope="module")
def prepared(cluster: PrivateCluster) -> Iterator[tuple[str, Bureau]]:
    """SJ-001 over a homestead and a red line, SJ-002 clear, SJ-003 disputed; papers listed; screened once."""
    with fresh_database(cluster) as name:
        owner = open_database(cluster, role="landgis_owner", name=name, pooled=False)
        planner = registered_planner(owner)
        reviewer = PeopleStore(owner).register("shenhe", "审核员乙", Role.DISTRICT_REVIEWER)
        database = open_database(cluster, name=name)
        made = Bureau(database, planner, reviewer=reviewer)
        for key in LAYERS:
            made.publish(key, {})
        made.publish("homestead", {"宅": at(240, 0, 20, 20)})
        made.publish("ecological_redline", {"线": at(200, 0, 4, 4)})
        made.deliver({HIT: at(200, 0, 80, 60), FREE: at(400, 0, 80, 60)})
        made.deliver({DISPUTED: at(600, 0, 80, 60)}, dispute=True)
        for parcel_id in (HIT, FREE, DISPUTED):
            paper = Paper("decision", NUMBER, "关于地块界线的认定意见", AS_OF)
            DocumentStore(database).add(parcel_id, paper, source(), person=planner)
        made.screen()
        database.close()
        yield name, made


@pytest.fixture
def template(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("prepared")[0]) if "bureau" in request.fixturenames else EMPTY


@pytest.fixture
def bureau(
    cluster: PrivateCluster, database_name: str, database: Database, prepared: tuple[str, Bureau]
) -> Iterator[Bureau]:
    """A copy of the prepared one."""
    with admin(cluster, database_name) as connection:
        yield prepared[1].copied(database, connection=connection)


def test_a_decision_is_told_beside_the_computed_outcome(bureau: Bureau) -> None:
    made = bureau.decide()
    assert (made.state, made.due, made.why) == (DecisionState.IN_FORCE, False, ("", ""))
    until = bureau.today + timedelta(days=200)
    assert made.words[0] == (
        f"人工认定：“宅基地”认定为“待核”（计算结论为“不符合”），文号 {NUMBER}，有效期至 {until}，有效（截至 {bureau.today}）；"
        "认定人 规划员甲，理由：现场复核：系房檐投影"
    )
    assert made.words[1].startswith("Decided by a person: “Homestead” is flagged (computed: excluded), document")
    data = made.as_dict()
    assert (data["decision_id"], data["run_id"], data["computed"], data["outcome"]) == (
        "D000001", "R000001", "excluded", "flagged",
    )  # fmt: skip
    assert data["document"] == {
        "kind": "decision", "number": NUMBER, "title_zh": "关于地块界线的认定意见", "dated_on": "2026-06-30",
        "sha256": source().content_hash,
    }  # fmt: skip
    assert (data["decided"]["by"], data["confirmed"], data["withdrawn"]) == ("guihua", None, None)
    assert bureau.standing(made).as_dict() == data


def test_states_follow_the_day(bureau: Bureau) -> None:
    made = bureau.decide(days=40)
    assert bureau.all(-1) == []
    states = {days: bureau.standing(made, days) for days in (0, 9, 10, 40, 41)}
    assert [row.state for row in states.values()] == [*[DecisionState.IN_FORCE] * 4, DecisionState.EXPIRED]
    assert [row.due for row in states.values()] == [False, False, True, True, True]


@pytest.mark.parametrize("rules", [PACK, STRICT])
def test_red_lines_and_marked_rules_wait_for_another_person(bureau: Bureau, rules: RulePack) -> None:
    """Of the red lines the database says so itself; of another rule the pack does."""
    bureau.rules = rules
    rule = "red-line" if rules is PACK else "homestead"
    made = bureau.decide(rule_id=rule)
    assert (made.state, made.decision.second_person) == (DecisionState.PROPOSED, True)
    number = made.decision.decision_id
    with pytest.raises(NotAllowed, match="may not confirm decision"):
        confirm_decision(bureau.database, bureau.person, packs, number, today=bureau.today)
    done = confirm_decision(bureau.database, bureau.second, packs, number, today=bureau.today)
    assert done.state is DecisionState.IN_FORCE
    assert done.as_dict()["confirmed"]["by"] == "shenhe"
    with pytest.raises(Conflict, match="does not wait for a second person: in force"):
        confirm_decision(bureau.database, bureau.second, packs, number, today=bureau.today)
    with pytest.raises(Conflict, match="was confirmed already"):
        DecisionStore(bureau.database).confirm(number, person=bureau.second)


def test_nobody_confirms_what_is_his_own(bureau: Bureau, owner: Database) -> None:
    """Not even one who has become a reviewer since; neither by the program nor by another client."""
    number = bureau.decide(rule_id="red-line").decision.decision_id
    with owner.begin(bureau.second, "转岗") as connection:
        connection.exec_driver_sql("UPDATE landgis.person SET role = 'district_reviewer'")
    risen = PeopleStore(bureau.database).acting(bureau.person.os_account)
    with pytest.raises(Conflict, match="confirmed by somebody else than its author"):
        confirm_decision(bureau.database, risen, packs, number, today=bureau.today)
    with (
        pytest.raises(Conflict, match="confirmed by somebody else than its author"),
        bureau.database.begin() as connection,
    ):
        connection.exec_driver_sql(
            "INSERT INTO landgis.decision_act (decision_id, act, created_by)"
            " SELECT decision_id, 'confirm', created_by FROM landgis.decision"
        )


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("role", Role)
def test_the_database_holds_every_client_to_the_policy(
    bureau: Bureau, owner: Database, role: Role, active: bool
) -> None:
    """The program is told that somebody may; the database looks for itself."""
    number = bureau.decide(rule_id="red-line").decision.decision_id
    real = PeopleStore(owner).register("li", "李", role)
    if not active:
        with owner.begin(bureau.person, "离岗") as connection:
            connection.exec_driver_sql("UPDATE landgis.person SET active = false WHERE os_account = 'li'")
    planner, reviewer = (replace(real, role=each) for each in (Role.DISTRICT_PLANNER, Role.DISTRICT_REVIEWER))
    acts: dict[Action, Callable[[], object]] = {
        Action.RECORD_DECISION: lambda: bureau.decide(DISPUTED, "dispute", person=planner),
        Action.CONFIRM_DECISION: lambda: DecisionStore(bureau.database).confirm(number, person=reviewer),
        Action.WITHDRAW_DECISION: lambda: DecisionStore(bureau.database).withdraw(number, "误", person=planner),
    }
    done = {action for action, act in acts.items() if _said(act) == ""}
    assert all("在岗" in _said(act) for action, act in acts.items() if action not in done)
    assert done == {action for action in acts if active and may(role, action)}


def test_what_cannot_be_decided_is_refused_with_the_way_out(bureau: Bureau) -> None:
    refused: list[tuple[type[LandgisError], dict[str, object], str]] = [
        (UsageError, {"outcome": Outcome.UNKNOWN}, "不能认定为“无法判定”"),
        (UsageError, {"outcome": Outcome.NOT_ASKED}, "不能认定为"),
        (UsageError, {"reason": " "}, "--reason"),
        (UsageError, {"document": " "}, "--document"),
        (UsageError, {"days": 0}, "不成立"),
        (UsageError, {"days": 367}, "不成立"),
        (NotFound, {"document": "无此文号"}, "没有文号为"),
        (NotFound, {"parcel_id": "SJ-999"}, "SJ-999"),
        (NotFound, {"rule_id": "no-rule"}, "no-rule"),
        (Conflict, {"outcome": Outcome.EXCLUDED}, "无需认定"),
        (NotAllowed, {"person": bureau.second}, "无权登记人工认定"),
    ]
    for kind, given, said in refused:
        with pytest.raises(kind) as raised:
            bureau.decide(**given)  # type: ignore[arg-type]  # one argument after another
        assert said in raised.value.zh
    assert bureau.all() == []


def _said(act: Callable[[], object]) -> str:
    """What the database says against an act; empty when it is done."""
    try:
        act()
    except Conflict as error:
        return error.zh
    return ""


def proposal(bureau: Bureau, **changes: object) -> Proposal:
    number = DocumentStore(bureau.database).find(HIT, NUMBER)
    until = bureau.today + timedelta(days=9)
    made = Proposal("R000001", HIT, "homestead", Outcome.FLAGGED, "因", number, until, second_person=False)
    return replace(made, **changes)  # type: ignore[arg-type]  # one field after another


def test_the_database_refuses_what_the_program_would(bureau: Bureau) -> None:
    """Every rule holds for QGIS and psql, too."""
    store, moment = DecisionStore(bureau.database), RunStore(bureau.database).head("R000001").created_at
    back = screen(bureau.database, bureau.person, PACK, AS_OF, known_at=moment).run_id
    preview = screen(bureau.database, bureau.person, PACK, AS_OF, legal_state=LegalState.DRAFTING).run_id
    other = DocumentStore(bureau.database).find(FREE, NUMBER)
    refused: list[tuple[type[LandgisError], dict[str, object], str]] = [
        (Conflict, {"run_id": back}, "is a preview, looks back"),
        (Conflict, {"run_id": preview}, "is a preview, looks back"),
        (Conflict, {"rule_id": "none"}, "has no finding"),
        (Conflict, {"run_id": "R999999"}, "has no finding"),
        (Conflict, {"outcome": Outcome.EXCLUDED}, "needs no decision"),
        (Conflict, {"document_no": other}, "not of parcel SJ-001"),
        (Conflict, {"document_no": 999}, "not of parcel SJ-001"),
        (ContractBroken, {"outcome": Outcome.UNKNOWN}, "decision_outcome_check"),
        (ContractBroken, {"reason": "  "}, "decision_reason_check"),
        (ContractBroken, {"expires_on": bureau.today}, "decision_expires_on_check"),
        (ContractBroken, {"expires_on": bureau.today + timedelta(days=367)}, "decision_expires_on_check"),
    ]
    for kind, changes, said in refused:
        with pytest.raises(kind, match=said):
            store.add(proposal(bureau, **changes), person=bureau.person)
    bureau.forge("UPDATE landgis.screening_run SET record = NULL WHERE run_id = 'R000001'")
    with pytest.raises(Conflict, match="has no record"):
        store.add(proposal(bureau), person=bureau.person)


def test_of_a_red_line_a_second_person_is_asked_whatever_a_client_says(bureau: Bureau) -> None:
    made = DecisionStore(bureau.database).add(proposal(bureau, rule_id="red-line"), person=bureau.person)
    assert made.second_person
    assert not DecisionStore(bureau.database).add(proposal(bureau), person=bureau.person).second_person


def test_what_ended_is_not_confirmed(bureau: Bureau) -> None:
    store = DecisionStore(bureau.database)
    first = bureau.decide(rule_id="red-line").decision.decision_id
    withdraw_decision(bureau.database, bureau.second, packs, first, "依据有误")
    with pytest.raises(Conflict, match="was withdrawn or has expired"):
        store.confirm(first, person=bureau.second)
    second = bureau.decide(rule_id="red-line").decision.decision_id
    bureau.forge(
        "UPDATE landgis.decision SET expires_on = expires_on - 400, created_at = created_at - interval '400 days'"
        " WHERE decision_id = 'D000002'"
    )
    with pytest.raises(Conflict, match="was withdrawn or has expired"):
        store.confirm(second, person=bureau.second)
    plain = bureau.decide().decision.decision_id
    with pytest.raises(Conflict, match="takes no second person"):
        store.confirm(plain, person=bureau.second)


def test_a_withdrawal_has_a_reason_and_happens_once(bureau: Bureau) -> None:
    made = bureau.decide()
    number = made.decision.decision_id
    with pytest.raises(UsageError):
        withdraw_decision(bureau.database, bureau.person, packs, number, " ")
    gone = withdraw_decision(bureau.database, bureau.person, packs, number, "依据有误")
    assert gone.state is DecisionState.WITHDRAWN
    assert gone.as_dict()["withdrawn"]["reason"] == "依据有误"
    with pytest.raises(Conflict, match="was withdrawn already"):
        withdraw_decision(bureau.database, bureau.person, packs, number, "再撤")
    with pytest.raises(NotFound):
        withdraw_decision(bureau.database, bureau.person, packs, "D999999", "无")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE landgis.decision SET outcome = 'clear'",
        "UPDATE landgis.decision SET expires_on = expires_on + 1",
        "DELETE FROM landgis.decision",
        "TRUNCATE landgis.decision CASCADE",
        "UPDATE landgis.decision_act SET reason = ''",
        "DELETE FROM landgis.decision_act",
    ],
)
def test_what_was_decided_is_never_rewritten(bureau: Bureau, owner: Database, change: str) -> None:
    withdraw_decision(bureau.database, bureau.person, packs, bureau.decide().decision.decision_id, "误")
    with pytest.raises(NotAllowed), bureau.database.begin() as connection:
        connection.exec_driver_sql(change)
    with pytest.raises(Conflict, match="decisions are never changed or deleted"), owner.begin() as connection:
        connection.exec_driver_sql(change)


def test_a_finding_has_one_open_decision_and_the_latest_counts(bureau: Bureau) -> None:
    first = bureau.decide()
    with pytest.raises(Conflict, match="has decision D000001"):
        bureau.decide(outcome=Outcome.CLEAR)
    bureau.publish("homestead", {"宅": at(240, 0, 20, 21)})
    bureau.screen()
    assert bureau.standing(first).state is DecisionState.REOPENED
    second = bureau.decide(outcome=Outcome.CLEAR)
    assert [row.state for row in bureau.all()] == [DecisionState.REPLACED, DecisionState.IN_FORCE]
    withdraw_decision(bureau.database, bureau.person, packs, second.decision.decision_id, "误")
    assert bureau.standing(first).state is DecisionState.REPLACED


def reopened(bureau: Bureau, made: Standing) -> tuple[str, str]:
    """Screen again, and say why a decision must be taken anew; empty where it need not."""
    bureau.screen(bureau.rules)
    now = bureau.standing(made)
    assert now.state is (DecisionState.REOPENED if any(now.change) else DecisionState.IN_FORCE)
    assert now.due is any(now.change)
    return now.why


def test_another_release_on_this_ground_reopens(bureau: Bureau) -> None:
    made = bureau.decide()
    was, now = bureau.editions["homestead"], bureau.publish("homestead", {"宅": at(240, 0, 20, 21)})
    assert reopened(bureau, made) == (
        f"图层“宅基地”由版本 {was} 换为 {now}，所涉部分由 400.00 ㎡ 变为 420.00 ㎡",
        f"release {was} of “Homestead” gave way to {now}: a part concerned went from 400.00 m² to 420.00 m²",
    )
    bureau.publish("homestead", {})
    assert reopened(bureau, made)[0].endswith("计算结论由“不符合”变为“符合”")


def test_ground_that_a_release_leaves_open_reopens(bureau: Bureau) -> None:
    made = bureau.decide()
    bureau.publish("homestead", {"宅": at(240, 0, 20, 20)}, coverage=at(-900, -900, 1170, 3000))
    assert reopened(bureau, made)[0].startswith("图层“宅基地”由版本")


def test_a_release_that_expires_reopens(bureau: Bureau) -> None:
    bureau.publish("homestead", {"宅": at(240, 0, 20, 20)}, expires_on=date(2026, 8, 1))
    bureau.screen()
    made = bureau.decide()
    bureau.screen(day=date(2026, 9, 1))
    now = bureau.standing(made)
    assert now.state is DecisionState.REOPENED
    assert now.why[0] == (
        f"图层“宅基地”的版本 {bureau.editions['homestead']} 不再可用，计算结论由“不符合”变为“无法判定”"
    )


def test_a_redrawn_parcel_reopens_even_what_rests_on_facts(bureau: Bureau) -> None:
    made = bureau.decide(DISPUTED, "dispute")
    bureau.deliver({DISPUTED: at(600, 0, 80, 61)})
    assert reopened(bureau, made) == (
        "地块重绘（第 1 版 → 第 2 版）", "the parcel was redrawn (version 1 to 2)",
    )  # fmt: skip


def test_a_fact_that_the_rule_reads_reopens(bureau: Bureau) -> None:
    made = bureau.decide(DISPUTED, "dispute")
    bureau.deliver({DISPUTED: bureau.shapes[DISPUTED]}, dispute=None)
    assert reopened(bureau, made)[0] == "事实“存在权属争议”（原为是）不再已知，计算结论由“不符合”变为“无法判定”"


def test_another_value_of_the_rule_reopens(bureau: Bureau) -> None:
    made = bureau.decide()
    bureau.rules = pack(("value: 0,", "value: 1,"), ("trial-1", "trial-2"))
    assert reopened(bureau, made) == ("", "")  # that of the red line
    bureau.rules = pack(*[("value: 0,", "value: 1,")] * 3, ("trial-1", "trial-2"))
    assert reopened(bureau, made)[0] == "规则“宅基地”的限值由 0.0 改为 1.0"


def test_a_rule_or_a_parcel_that_is_gone_reopens(bureau: Bureau) -> None:
    made = bureau.decide()
    bureau.rules = pack(("id: homestead", "id: homestead-anew"))
    assert reopened(bureau, made)[0] == "最近的筛查中已没有该地块的这条规则"


def test_what_does_not_concern_the_finding_reopens_nothing(bureau: Bureau) -> None:
    """Other layers, the same layer elsewhere, other facts, other parcels, words of the rule, another day."""
    rows = [bureau.decide(), bureau.decide(DISPUTED, "dispute")]
    bureau.publish("permanent_basic_farmland", {"田": at(210, 10, 30, 30)})
    bureau.publish("homestead", {"号数不同": at(240, 0, 20, 20), "新宅": at(420, 10, 15, 15)})
    bureau.deliver({HIT: bureau.shapes[HIT]}, owner_name="甲村", road=False, dispute=True)
    bureau.deliver({DISPUTED: bureau.shapes[DISPUTED]}, restricted=True)
    bureau.deliver({FREE: at(400, 0, 70, 60), "SJ-009": at(900, 900, 10, 10)})
    bureau.rules = pack(("zh: 宅基地", "zh: 宅基地（现状）"), ("quote: 试验条款", "quote: 试验条款一"))
    run = bureau.screen(bureau.rules, date(2026, 7, 1))
    assert run.flips is not None
    assert {flip.parcel_id for flip in run.flips.flipped} == {FREE}
    assert [reopened(bureau, made) for made in rows] == [("", "")] * 2


def test_a_proposal_whose_basis_changed_is_not_confirmed(bureau: Bureau) -> None:
    number = bureau.decide(rule_id="red-line").decision.decision_id
    bureau.publish("ecological_redline", {"线": at(200, 0, 4, 5)})
    bureau.screen()
    with pytest.raises(Conflict) as raised:
        confirm_decision(bureau.database, bureau.second, packs, number, today=bureau.today)
    assert "依据已变" in raised.value.zh
    assert "16.00 ㎡ 变为 20.00 ㎡" in raised.value.zh


def test_runs_verdicts_and_verify_are_the_same_with_and_without_decisions(bureau: Bureau) -> None:
    """Not a byte of what is computed knows of what is decided."""
    plain, before = bureau.screen(changed=False), bureau.rows()
    bureau.decide(outcome=Outcome.CLEAR)
    red = bureau.decide(rule_id="red-line", outcome=Outcome.CLEAR)
    confirm_decision(bureau.database, bureau.second, packs, red.decision.decision_id, today=bureau.today)
    assert bureau.rows() == before
    assert verify_run(bureau.database, plain.run_id, packs).state is State.SAME
    again = bureau.screen(changed=False)
    frames = [RunStore(bureau.database).head(run.run_id).record for run in (plain, again)]
    assert frames[0] is not None
    assert frames[1] is not None
    assert dict(frames[0].frames) == dict(frames[1].frames)
    assert (again.counts, again.exit_code) == (plain.counts, plain.exit_code)
    assert verify_run(bureau.database, again.run_id, packs).state is State.SAME
    assert again.flips is not None
    assert again.flips.flipped == ()
    assert plain.summary()["decisions"]["parcels"] == []


def test_pools_know_the_computed_verdict_alone(bureau: Bureau) -> None:
    for rule in ("homestead", "red-line"):
        made = bureau.decide(rule_id=rule, outcome=Outcome.CLEAR)
        if made.state is DecisionState.PROPOSED:
            confirm_decision(bureau.database, bureau.second, packs, made.decision.decision_id, today=bureau.today)
    bureau.screen()
    built = build_pool(bureau.database, bureau.person, "songjiang", PoolCriteria(min_area_m2=0.0))
    assert built.pool.members["parcel_id"].tolist() == [FREE]


def test_screening_tells_them_beside_the_verdicts(bureau: Bureau) -> None:
    bureau.decide()
    gone = bureau.decide(DISPUTED, "dispute")
    withdraw_decision(bureau.database, bureau.person, packs, gone.decision.decision_id, "误")
    bureau.decide(rule_id="red-line")
    data = bureau.screen(day=bureau.today).summary()["decisions"]
    assert data["counts"] == {"proposed": 1, "in_force": 1, "reopened": 0, "expired": 0}
    assert [(row["parcel_id"], row["rule_id"], row["computed"], row["outcome"]) for row in data["parcels"]] == [
        (HIT, "homestead", "excluded", "flagged"), (HIT, "red-line", "excluded", "flagged"),
    ]  # fmt: skip
    assert bureau.screen().summary()["decisions"]["parcels"] == []  # of a day on which nobody had decided anything


def test_pages_and_desk_tell_them_beside_the_verdict(database: Database, planner: Person) -> None:
    run_id = desk_case.known_ground(database, planner)
    today = datetime.now(BEIJING).date()
    DocumentStore(database).add("SJ-004", Paper("decision", NUMBER), None, person=planner)
    made = record_decision(
        database, planner, load_pack, "SJ-004", "development-boundary",
        Outcome.CLEAR, reason="已与成片开发方案衔接", document=NUMBER, expires_on=today + timedelta(days=90), today=today,
    )  # fmt: skip
    (page,) = explain_run(database, desk_case.catalogue(), run_id, ["SJ-004"], day=today).pages
    assert page.page["verdict"] == "flagged"
    assert {"zh": made.words[0], "en": made.words[1]} in page.page["notes"]
    assert "城镇开发边界" in made.words[0]
    card = Desk(database, desk_case.catalogue()).card(run_id, "SJ-004", today)
    assert (card["verdict"], card["decisions"]) == ("flagged", [made.as_dict()])
    assert Desk(database, desk_case.catalogue()).card(run_id, "SJ-001", today)["decisions"] == []


def test_the_migration_goes_down_and_up_with_decisions_in_it(bureau: Bureau, owner: Database) -> None:
    made = bureau.decide(rule_id="red-line")
    confirm_decision(bureau.database, bureau.second, packs, made.decision.decision_id, today=bureau.today)
    before = bureau.rows(*RUN_TABLES, "parcel_document", "person")
    bureau.database.close()
    downgrade(owner, "0011")
    upgrade(owner)
    assert bureau.rows(*RUN_TABLES, "parcel_document", "person") == before
    assert bureau.all() == []
    assert bureau.decide(rule_id="red-line").decision.decision_id == "D000001"
