"""From measurements to findings and verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from landgis.domain.outcome import Outcome, Scope, worst
from landgis.frames.judged import FINDINGS, VERDICTS
from landgis.rules.evaluate import evaluate
from landgis.rules.measures import Evidence
from landgis.rules.pack import RulePack
from landgis.screening.measure import Measured


@dataclass(frozen=True)
class Judged:
    """Frames of ``frames.judged``: findings and verdicts."""

    findings: pd.DataFrame
    verdicts: pd.DataFrame


def judge(pack: RulePack, facts: pd.DataFrame, measured: Measured, as_of: date, scope: Scope) -> Judged:
    """Judge measured parcels.

    Parameters
    ----------
    pack
        The law.
    facts
        ParcelFrame (geometry not used).
    measured
        What `screening.measure.measure` gave for the same parcels.
    as_of, scope
        The day and the breadth of the check.
    """
    indexed = pd.DataFrame(facts).set_index("parcel_id", drop=False)
    evidence = Evidence(indexed, measured.areas, measured.overlaps, measured.coverage, measured.cells)
    findings = evaluate(pack, evidence, as_of, scope)
    return Judged(findings, verdicts_of(findings))


def verdicts_of(findings: pd.DataFrame) -> pd.DataFrame:
    """Verdict per parcel: the worst outcome asked, in the order parcels first appear."""
    outcomes: dict[str, set[Outcome]] = {}
    for parcel_id, outcome in zip(findings["parcel_id"], findings["outcome"], strict=True):
        outcomes.setdefault(parcel_id, set()).add(Outcome(outcome))
    rows = [(parcel_id, str(worst(found))) for parcel_id, found in outcomes.items()]
    table = pd.DataFrame(rows, columns=VERDICTS.names).astype({"parcel_id": "str", "verdict": "str"})
    VERDICTS.require(table)
    return table


@dataclass(frozen=True)
class Rejected:
    """A parcel that cannot be judged at all, and why."""

    parcel_id: str
    reason_zh: str
    reason_en: str


def unmeasurable(rejected: Iterable[Rejected]) -> pd.DataFrame:
    """Findings for parcels that cannot be measured: unknown, with the reason. One row per parcel id."""
    blank: dict[str, str | None] = dict.fromkeys(FINDINGS.names, "")
    rows = [
        blank
        | {
            "parcel_id": parcel.parcel_id,
            "rule_id": "parcel-geometry",
            "outcome": str(Outcome.UNKNOWN),
            "measured": None,
            "message_zh": f"地块无法量算，无法判定：{parcel.reason_zh}；请更正后重新核对",
            "message_en": f"The parcel cannot be measured: {parcel.reason_en}. Correct it and check again",
        }
        for parcel in rejected
    ]
    return pd.DataFrame(rows, columns=FINDINGS.names).drop_duplicates("parcel_id", ignore_index=True)
