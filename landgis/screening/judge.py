"""From measurements to findings and verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from landgis.domain.outcome import Outcome, Scope, worst
from landgis.frames.judged import FINDINGS, VERDICTS
from landgis.frames.spec import TEXT
from landgis.rules.judging.evaluate import evaluate
from landgis.rules.judging.near import near_findings
from landgis.rules.measures import Evidence
from landgis.rules.pack import GEOMETRY, RulePack
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
    findings = findings_of(pack, facts, measured, as_of, scope)
    return Judged(findings, verdicts_of(findings))


def findings_of(pack: RulePack, facts: pd.DataFrame, measured: Measured, as_of: date, scope: Scope) -> pd.DataFrame:
    """Return the FindingFrame of measured parcels; parameters as of `judge`."""
    indexed = pd.DataFrame(facts).set_index("parcel_id", drop=False)
    evidence = Evidence(indexed, measured.areas, measured.overlaps, measured.coverage, measured.cells)
    near = near_findings(pack.adjacency, evidence, as_of)
    findings = evaluate(pack, evidence, as_of, scope)
    return pd.concat([findings, near], ignore_index=True) if len(near) else findings


def verdicts_of(findings: pd.DataFrame) -> pd.DataFrame:
    """Verdict per parcel: the worst outcome asked, in the order parcels first appear.

    Raises
    ------
    ContractBroken
        If a finding names no parcel.
    """
    # An empty cell is a value of its own here, and breaks the contract below; as -1 it would mean the last parcel.
    parcel, parcel_ids = pd.factorize(findings["parcel_id"], use_na_sentinel=False)
    said, outcomes = pd.factorize(findings["outcome"], use_na_sentinel=False)
    found = np.zeros((len(parcel_ids), len(outcomes)), dtype=np.bool_)
    found[parcel, said] = True
    severity = np.array([Outcome(outcome).severity for outcome in outcomes], dtype=np.intp)
    by_severity = [str(worst([outcome])) for outcome in sorted(Outcome, key=lambda outcome: outcome.severity)]
    most = np.where(found, severity, 0).max(axis=1, initial=0)
    verdict = np.array(by_severity, dtype=object)[most]
    columns = {"parcel_id": parcel_ids, "verdict": verdict}
    table = pd.DataFrame(
        {name: pd.array(np.asarray(texts, dtype=object), dtype=TEXT) for name, texts in columns.items()}
    )
    VERDICTS.require(table)
    return table


@dataclass(frozen=True)
class Rejected:
    """A parcel that cannot be judged at all, and why.

    ``rule_id`` is that of the finding: ``GEOMETRY`` (it cannot be measured), or ``DISTRICT`` (the rules are not its own),
    whose reason is a whole sentence.
    """

    parcel_id: str
    reason_zh: str
    reason_en: str
    rule_id: str = GEOMETRY


def unmeasurable(rejected: Iterable[Rejected]) -> pd.DataFrame:
    """Findings for parcels that cannot be measured: unknown, with the reason. One row per parcel id."""
    blank: dict[str, str | None] = dict.fromkeys(FINDINGS.names, "")
    rows = [
        blank
        | {
            "parcel_id": parcel.parcel_id,
            "rule_id": parcel.rule_id,
            "outcome": str(Outcome.UNKNOWN),
            "measured": None,
            "message_zh": zh,
            "message_en": en,
        }
        for parcel in rejected
        for zh, en in [_why(parcel)]
    ]
    return pd.DataFrame(rows, columns=FINDINGS.names).drop_duplicates("parcel_id", ignore_index=True)


def _why(parcel: Rejected) -> tuple[str, str]:
    if parcel.rule_id != GEOMETRY:
        return parcel.reason_zh, parcel.reason_en
    return (
        f"地块无法量算，无法判定：{parcel.reason_zh}；请更正后重新核对",
        f"The parcel cannot be measured: {parcel.reason_en}. Correct it and check again",
    )
