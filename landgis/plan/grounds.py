"""What a draft of the plan stands on beside the build: how members stand, what their run says, what the bureau states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from landgis.plan.inputs import LineInput
from landgis.plan.verdict_now import NewestVerdicts
from landgis.rules.choosing.modes import ModeTables
from landgis.rules.choosing.terms import TermTables

BOUNDARY = "development_boundary"


@dataclass(frozen=True)
class Grounds:
    """Everything a line is made of that is neither the member nor its parcel.

    Attributes
    ----------
    standings
        ``frames.pooled.STANDINGS`` of the district, now.
    versions
        Parcel → version that the build's run measured.
    findings
        ``frames.judged.FINDINGS`` of that run.
    inside
        Parcel → share of it inside the development boundary, 0 to 1; a parcel that is missing: not known.
    modes, terms
        Tables of the district's rule pack.
    as_of
        The day of the run: the tables in force then are used.
    newest
        What the newest final run says of the parcels as they stand now; it need not be the build's run.
    inputs
        Parcel → what the bureau states.
    """

    standings: pd.DataFrame
    versions: Mapping[str, int]
    findings: pd.DataFrame
    inside: Mapping[str, float]
    modes: ModeTables
    terms: TermTables
    as_of: date
    newest: NewestVerdicts
    inputs: Mapping[str, LineInput] = field(default_factory=dict)


def inside_shares(overlaps: pd.DataFrame, coverage: pd.DataFrame) -> dict[str, float]:
    """Return the share of every parcel inside the development boundary, where a run knows it.

    Parameters
    ----------
    overlaps, coverage
        ``frames.measures.OVERLAPS`` and ``COVERAGE`` of the run.

    Returns
    -------
    dict
        Only parcels that the boundary's release covers whole: on ground without data nothing is known to be outside.
    """
    known = coverage[(coverage["layer"] == BOUNDARY) & (coverage["state"] == "complete")]
    shares = dict.fromkeys(known["parcel_id"], 0.0)
    measured = overlaps[overlaps["layer"] == BOUNDARY]
    for parcel_id, share in zip(measured["parcel_id"], measured["share_of_parcel"], strict=True):
        if parcel_id in shares:
            shares[parcel_id] = min(1.0, shares[parcel_id] + float(share))
    return shares
