"""Deciding beside the computed verdict (人工认定): recorded by one person, of red lines confirmed by another, withdrawn."""

from __future__ import annotations

from datetime import date

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.decisions import DecisionStore, Proposal
from landgis.db.parcel_documents import DocumentStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunStore
from landgis.domain.decision import DECIDABLE, OPEN, Decision, DecisionState, last_day
from landgis.domain.outcome import Outcome
from landgis.errors import Conflict, NotFound, UsageError
from landgis.rules.pack import RulePack
from landgis.services.deciding.decisions import Packs, Standing, standing_of, standings
from landgis.services.register.inventory import newest_run


def record_decision(
    database: Database,
    person: Person,
    packs: Packs,
    parcel_id: str,
    rule_id: str,
    outcome: Outcome,
    *,
    reason: str,
    document: str,
    expires_on: date,
    today: date,
) -> Standing:
    """Record what a person decides of a finding of the newest final run; the run itself stays as it is.

    Parameters
    ----------
    rule_id
        The rule, by id or by title.
    outcome
        Clear, flagged or excluded.
    reason
        Why; never blank.
    document
        文号 of a paper of this parcel, listed in the register; with its kind before it where two papers bear it.
    expires_on
        Last day of force: after today, and at most `LONGEST_YEARS` ahead.

    Raises
    ------
    UsageError
        An outcome that nobody can decide, no reason, a day out of bounds.
    NotAllowed
        By policy.
    NotFound, NotReady
        No such parcel, finding or paper; a district that was never screened.
    Conflict
        The finding has a decision that is open; it was not asked; what is decided was computed anyway.
    """
    _require_sound(outcome, reason, document, expires_on, today)
    district = str(ParcelStore(database).one(parcel_id)["district"].iloc[0])
    pack, run = packs(district), newest_run(database, district)
    rule_id = pack.id_named(rule_id)
    computed = _computed(database, run.run_id, parcel_id, rule_id, pack)
    _require_news(computed, outcome, rule_id)
    _require_none_open(database, packs, parcel_id, rule_id, today)
    proposal = Proposal(
        run.run_id, parcel_id, rule_id, outcome, reason.strip(), DocumentStore(database).find(parcel_id, document),
        expires_on, any(rule.second_person for rule in pack.rules if rule.rule_id == rule_id),
    )  # fmt: skip
    made = DecisionStore(database).add(proposal, person=person)
    return standing_of(database, pack, made, made.decided.on)


def confirm_decision(database: Database, person: Person, packs: Packs, decision_id: str, *, today: date) -> Standing:
    """Confirm a decision as the second person.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        By policy; no such decision; one's own; one that does not wait for a second person, or whose basis has changed.
    """
    store = DecisionStore(database)
    made = store.one(decision_id)
    standing = standing_of(database, packs(made.district), made, max(today, made.decided.on))
    if standing.state is not DecisionState.PROPOSED:
        zh, en = (standing.state.zh, standing.why[0]), (standing.state.en, standing.why[1])
        raise Conflict(
            f"人工认定 {decision_id} 不在等待第二人确认：{'：'.join(filter(None, zh))}",
            f"Decision {decision_id} does not wait for a second person: {': '.join(filter(None, en))}",
            where=decision_id,
            next_zh="请用 landgis decision list 查看",
            next_en="See landgis decision list",
        )
    return _again(database, packs, store.confirm(decision_id, person=person))


def withdraw_decision(database: Database, person: Person, packs: Packs, decision_id: str, reason: str) -> Standing:
    """Withdraw a decision; it stays on record.

    Raises
    ------
    UsageError
        No reason.
    NotAllowed, NotFound, Conflict
        By policy; no such decision; one that was withdrawn already.
    """
    if not reason.strip():
        raise UsageError("请用 --reason 写明理由", "State why with --reason", where="--reason")
    return _again(database, packs, DecisionStore(database).withdraw(decision_id, reason.strip(), person=person))


def _again(database: Database, packs: Packs, made: Decision) -> Standing:
    """Return how a decision stands on the day of its last act."""
    acts = (made.decided, made.confirmed, made.withdrawn)
    return standing_of(database, packs(made.district), made, max(act.on for act in acts if act))


def _require_sound(outcome: Outcome, reason: str, document: str, expires_on: date, today: date) -> None:
    if outcome not in DECIDABLE:
        raise UsageError(
            f"不能认定为“{outcome.zh}”", f"Nobody can decide that it is {outcome}", where="--outcome",
            next_zh="请认定为 clear（符合）、flagged（待核）或 excluded（不符合）", next_en="Decide clear, flagged or excluded",
        )  # fmt: skip
    if not reason.strip():
        raise UsageError("请用 --reason 写明理由", "State why with --reason", where="--reason")
    if not document.strip():
        raise UsageError("请用 --document 写明依据文件的文号", "Name the paper with --document", where="--document")
    latest = last_day(today)
    if not today < expires_on <= latest:
        raise UsageError(
            f"有效期至 {expires_on} 不成立：须在 {today} 之后，且不晚于 {latest}",
            f"It cannot be in force until {expires_on}: that must be after {today} and no later than {latest}",
            where="--expires-on",
        )


def _computed(database: Database, run_id: str, parcel_id: str, rule_id: str, pack: RulePack) -> Outcome:
    """Return what the run computed of a parcel by a rule."""
    findings = RunStore(database).part(run_id, [parcel_id]).judged.findings
    found = findings.loc[findings["rule_id"] == rule_id, "outcome"]
    if len(found):
        return Outcome(found.iloc[0])
    if len(findings):
        known = "、".join(findings["rule_id"])
        raise NotFound(
            f"筛查批次 {run_id} 没有用规则“{rule_id}”判定地块 {parcel_id}",
            f"Run {run_id} did not judge parcel {parcel_id} by a rule “{rule_id}”", where=rule_id,
            next_zh=f"现有规则：{known}", next_en=f"Rules: {known}",
        )  # fmt: skip
    raise NotFound(
        f"筛查批次 {run_id} 中没有地块“{parcel_id}”", f"Run {run_id} has no parcel “{parcel_id}”", where=parcel_id,
        next_zh=f"请重新运行 landgis screen --rules {pack.pack_id}",
        next_en=f"Run landgis screen --rules {pack.pack_id} again",
    )  # fmt: skip


def _require_news(computed: Outcome, outcome: Outcome, rule_id: str) -> None:
    if computed is Outcome.NOT_ASKED:
        raise Conflict(
            f"规则“{rule_id}”未列入检查，无可认定",
            f"The rule “{rule_id}” was not asked: nothing to decide",
            where=rule_id,
        )
    if computed is outcome:
        raise Conflict(
            f"计算结论已是“{computed.zh}”，无需认定", f"{computed.capitalize()} is what was computed: nothing to decide",
            where=rule_id,
        )  # fmt: skip


def _require_none_open(database: Database, packs: Packs, parcel_id: str, rule_id: str, today: date) -> None:
    for standing in standings(database, packs, today, parcel_ids=[parcel_id]):
        made = standing.decision
        if made.rule_id == rule_id and standing.state in OPEN:
            raise Conflict(
                f"地块 {parcel_id} 的“{standing.title.zh}”已有人工认定 {made.decision_id}（{standing.state.zh}）",
                f"“{standing.title.en}” of parcel {parcel_id} has decision {made.decision_id} ({standing.state.en})",
                where=made.decision_id,
                next_zh=f"如须另行认定，请先撤回：landgis decision withdraw {made.decision_id}",
                next_en=f"Withdraw it first: landgis decision withdraw {made.decision_id}",
            )
