"""From measurements to findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
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
    evidence = Evidence(indexed, measured.areas, measured.overlaps, measured.coverage)
    findings = evaluate(pack, evidence, as_of, scope)
    return Judged(findings, verdicts_of(findings))


def verdicts_of(findings: pd.DataFrame) -> pd.DataFrame:
    """Verdict per parcel: the worst outcome asked, in the order parcels first appear."""
    grouped = findings.groupby("parcel_id", sort=False)["outcome"]
    verdicts = grouped.agg(lambda outcomes: str(worst(Outcome(outcome) for outcome in outcomes)))
    table = verdicts.rename("verdict").reset_index().astype({"parcel_id": "str", "verdict": "str"})
    VERDICTS.require(table)
    return table


def unmeasurable(reasons: Mapping[str, str]) -> pd.DataFrame:
    """Findings for parcels whose geometry cannot be measured: unknown, with the reason.

    Parameters
    ----------
    reasons
        Parcel id → what is wrong with its geometry.
    """
    blank: dict[str, str | None] = dict.fromkeys(FINDINGS.names, "")
    rows = [
        blank
        | {
            "parcel_id": parcel_id,
            "rule_id": "parcel-geometry",
            "outcome": str(Outcome.UNKNOWN),
            "measured": None,
            "message_zh": f"地块图形不可用，无法判定：{reason}；请修复图形后重新核对",
            "message_en": f"The parcel's geometry cannot be measured: {reason}. Repair it and check again",
        }
        for parcel_id, reason in reasons.items()
    ]
    return pd.DataFrame(rows, columns=FINDINGS.names)
