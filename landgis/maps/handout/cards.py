"""The cards of a hand-out of a run: what each parcel's verdict rests on."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.frames.judged import FINDINGS
from landgis.frames.spec import rows_of
from landgis.maps.style import VERDICT_EN


def cards(parcels: pd.DataFrame, findings: pd.DataFrame) -> dict[str, Any]:
    """Everything the cards show, as plain values; equal findings are stored once.

    Parameters
    ----------
    parcels
        ``parcel_id``, ``verdict``, ``town_name``, ``village_name``; cards are numbered in this order.
    findings
        ``frames.judged.FINDINGS``; worst first on each card, those of other parcels left out.
    """
    numbers = {parcel_id: row for row, parcel_id in enumerate(parcels["parcel_id"])}
    stored: dict[str, int] = {}
    by_parcel: dict[int, list[tuple[int, int]]] = {}
    for finding in rows_of(findings):
        row = numbers.get(finding.pop("parcel_id"))
        if row is not None:
            plain = {
                name: "" if pd.isna(value) else str(value) for name, value in finding.items() if name in FINDINGS.names
            }
            index = stored.setdefault(json.dumps(plain, ensure_ascii=False), len(stored))
            by_parcel.setdefault(row, []).append((-Outcome(plain["outcome"]).severity, index))
    shown = [
        {
            "parcel_id": parcel["parcel_id"],
            "verdict": parcel["verdict"],
            "place": " ".join(str(parcel[name]) for name in ("town_name", "village_name") if not pd.isna(parcel[name])),
            "findings": [index for _, index in sorted(by_parcel.get(row, []))],
        }
        for row, parcel in enumerate(rows_of(parcels[["parcel_id", "verdict", "town_name", "village_name"]]))
    ]
    words = {outcome.value: f"{outcome.zh} {VERDICT_EN.get(outcome, 'not asked')}" for outcome in Outcome}
    return {"words": words, "parcels": shown, "findings": [json.loads(text) for text in stored]}
