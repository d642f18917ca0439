"""Decisions that persons take beside computed findings: written once, confirmed or withdrawn once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.numbers import as_id, next_id
from landgis.db.statements import statement
from landgis.db.tables.decisions import DECISION, DECISION_ACT, DECISION_NUMBER
from landgis.domain.decision import Act, Decision
from landgis.domain.documents import Paper
from landgis.domain.outcome import Outcome
from landgis.errors import Conflict, NotFound


@dataclass(frozen=True)
class Proposal:
    """What a person wants to decide.

    Attributes
    ----------
    run_id, parcel_id, rule_id
        The finding.
    outcome, reason
        What is decided, and why.
    document_no
        The register's number of the paper that it rests on.
    expires_on
        Last day of force.
    second_person
        Whether the rule takes a second person; of the red lines the database says so anyway.
    """

    run_id: str
    parcel_id: str
    rule_id: str
    outcome: Outcome
    reason: str
    document_no: int
    expires_on: date
    second_person: bool


class DecisionStore:
    """Decisions of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, proposal: Proposal, *, person: Person) -> Decision:
        """Store a decision; it is never changed.

        Raises
        ------
        NotAllowed
            By policy.
        Conflict, ContractBroken
            What the database does not take: see migration 0012.
        """
        person.require(Action.RECORD_DECISION)
        row = vars(proposal) | {"outcome": proposal.outcome.value, "created_by": person.person_id}
        with self._database.begin(person, proposal.reason) as connection:
            decision_id = next_id(connection, DECISION_NUMBER, "D")
            connection.execute(insert(DECISION).values(row | {"decision_id": decision_id}))
        return self.one(decision_id)

    def confirm(self, decision_id: str, *, person: Person) -> Decision:
        """Confirm a decision as the second person.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, Conflict
            No such decision; one's own, one that takes no second person, has one, was withdrawn, or has expired.
        """
        person.require(Action.CONFIRM_DECISION)
        decision = self.one(decision_id)
        if decision.decided.by == person.os_account:
            raise Conflict(
                f"人工认定 {decision_id} 须由认定人以外的第二人确认",
                f"Decision {decision_id} is confirmed by somebody else than its author", where=decision_id,
                next_zh="请另一位区审核员确认（--as；没有则先用 landgis person add 登记）",
                next_en="Have another district reviewer confirm it (--as; register one with landgis person add)",
            )  # fmt: skip
        return self._act(decision, "confirm", "", person)

    def withdraw(self, decision_id: str, reason: str, *, person: Person) -> Decision:
        """Withdraw a decision; it stays on record.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, Conflict
            No such decision; one that was withdrawn already.
        """
        person.require(Action.WITHDRAW_DECISION)
        return self._act(self.one(decision_id), "withdraw", reason, person)

    def one(self, decision_id: str) -> Decision:
        """Return a decision.

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        found = self._select(decision_id=as_id(decision_id, "D"))
        if not found:
            raise NotFound(
                f"没有人工认定“{decision_id}”", f"There is no decision “{decision_id}”", where=decision_id,
                next_zh="请用 landgis decision list 查看", next_en="See landgis decision list",
            )  # fmt: skip
        return found[0]

    def list(self, district: str | None = None, parcel_ids: Collection[str] | None = None) -> Sequence[Decision]:
        """Return decisions, of a district and of some parcels or of all, by parcel, rule and time."""
        return self._select(district=district, parcel_ids=None if parcel_ids is None else list(parcel_ids))

    def _act(self, decision: Decision, act: str, reason: str, person: Person) -> Decision:
        if (decision.confirmed if act == "confirm" else decision.withdrawn) is not None:
            zh, en = ("已确认", "confirmed") if act == "confirm" else ("已撤回", "withdrawn")
            key = decision.decision_id
            raise Conflict(f"人工认定 {key} {zh}", f"Decision {key} was {en} already", where=key)
        row = {"decision_id": decision.decision_id, "act": act, "reason": reason, "created_by": person.person_id}
        with self._database.begin(person, reason) as connection:
            connection.execute(insert(DECISION_ACT).values(row))
        return self.one(decision.decision_id)

    def _select(self, **wanted: Any) -> Sequence[Decision]:
        keys: dict[str, Any] = dict.fromkeys(("decision_id", "district", "parcel_ids")) | wanted
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("decisions"), keys).fetchall()
        return [_decision(row) for row in rows]


def _decision(row: Sequence[Any]) -> Decision:
    decision_id, district, parcel_id, rule_id, run_id = row[:5]
    return Decision(
        decision_id,
        district,
        parcel_id,
        rule_id,
        run_id,
        computed=Outcome(row[5]),
        outcome=Outcome(row[6]),
        paper=Paper(*row[9:13]),
        content_hash=row[13],
        expires_on=row[7],
        second_person=row[8],
        decided=Act(*row[14:18]),
        confirmed=Act(*row[18:22]) if row[18] else None,
        withdrawn=Act(*row[22:26]) if row[22] else None,
        replaced_at=row[26],
    )
