"""A person's decision beside a computed finding (人工认定): never instead of it, never for ever, never unexplained.

What a person decided is written once. In what state it is on a day follows from that day, from who confirmed or withdrew
it, and from whether what it stands on is still so; no state is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from landgis.domain.district import BEIJING
from landgis.domain.documents import Paper
from landgis.domain.outcome import Outcome

DECIDABLE = (Outcome.CLEAR, Outcome.FLAGGED, Outcome.EXCLUDED)
"""What a person may decide: never that nothing can be known."""
LONGEST_YEARS = 1
"""So many years ahead a decision ends at the latest.

Supply plans are annual, and what a plan stands on is looked at anew for the next one. The database holds every client to
it, so it is no setting of a rule pack.
"""
DUE_DAYS = 30
"""A decision that ends within so many days is due to be decided anew."""


class DecisionState(StrEnum):
    """How a decision stands on a day."""

    PROPOSED = "proposed"
    """It waits for the second person."""
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REOPENED = "reopened"
    """What it stood on is no longer so: it must be decided anew."""
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    """A later decision about the same finding counts."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _WORDS[self][1]


_WORDS = {
    DecisionState.PROPOSED: ("待第二人确认", "waits for the second person"),
    DecisionState.IN_FORCE: ("有效", "in force"),
    DecisionState.EXPIRED: ("已过期", "expired"),
    DecisionState.REOPENED: ("依据已变，待重新认定", "what it stood on changed: to be decided anew"),
    DecisionState.WITHDRAWN: ("已撤回", "withdrawn"),
    DecisionState.REPLACED: ("已另行认定", "decided anew since"),
}
OPEN = (DecisionState.PROPOSED, DecisionState.IN_FORCE)
"""States in which a finding has its decision, and takes no other."""
TOLD = (*OPEN, DecisionState.REOPENED, DecisionState.EXPIRED)
"""States that are told beside the computed verdict; what was withdrawn or replaced is history."""


@dataclass(frozen=True)
class Act:
    """Who did it (OS account and name), when, and why where a reason is asked."""

    by: str
    by_zh: str
    at: datetime
    reason: str = ""

    @property
    def on(self) -> date:
        """The day in Shanghai."""
        return self.at.astimezone(BEIJING).date()


@dataclass(frozen=True)
class Decision:
    """What a person decided of one finding.

    Attributes
    ----------
    decision_id, district, parcel_id, rule_id, run_id
        The decision, and the finding that it is about: of which run, parcel and rule.
    computed, outcome
        What the run computed, and what the person decided.
    paper, content_hash
        The paper that it rests on, and the sha256 of its file; None: the file was not handed in.
    expires_on
        Last day of force.
    second_person
        Whether it takes a second person.
    decided, confirmed, withdrawn
        Who decided and why; who confirmed, and who withdrew it.
    replaced_at
        When the finding was decided anew.
    """

    decision_id: str
    district: str
    parcel_id: str
    rule_id: str
    run_id: str
    computed: Outcome
    outcome: Outcome
    paper: Paper
    content_hash: str | None
    expires_on: date
    second_person: bool
    decided: Act
    confirmed: Act | None = None
    withdrawn: Act | None = None
    replaced_at: datetime | None = None

    def made_by(self, day: date) -> bool:
        """Tell whether there was such a decision at the end of a day."""
        return self.decided.on <= day

    def state_on(self, day: date, *, moved: bool) -> DecisionState:
        """Return the state at the end of a day; ``moved``: what it stands on is, by the newest run, no longer so."""
        if self.withdrawn is not None and self.withdrawn.on <= day:
            return DecisionState.WITHDRAWN
        if self.replaced_at is not None and self.replaced_at.astimezone(BEIJING).date() <= day:
            return DecisionState.REPLACED
        if day > self.expires_on:
            return DecisionState.EXPIRED
        if moved:
            return DecisionState.REOPENED
        waits = self.second_person and (self.confirmed is None or self.confirmed.on > day)
        return DecisionState.PROPOSED if waits else DecisionState.IN_FORCE

    def due_on(self, day: date, *, moved: bool) -> bool:
        """Tell whether somebody must see to it: it ends within `DUE_DAYS`, has ended, or must be decided anew."""
        state = self.state_on(day, moved=moved)
        if state in OPEN:
            return self.expires_on - day <= timedelta(days=DUE_DAYS)
        return state in TOLD


def last_day(decided_on: date) -> date:
    """Return the last day that a decision of a day may be in force."""
    try:
        return decided_on.replace(year=decided_on.year + LONGEST_YEARS)
    except ValueError:  # 29 February
        return date(decided_on.year + LONGEST_YEARS, 2, 28)
