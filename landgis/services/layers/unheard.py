"""Why a layer cannot speak on a day, told with every finding that it leaves undecidable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import pandas as pd

from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.runs import RunMeta
from landgis.domain.district import BEIJING
from landgis.domain.layer import LegalState, Release, ReleaseStatus
from landgis.domain.outcome import Outcome

Reasons = Mapping[str, tuple[str, str]]
"""Why in Chinese and English, by layer."""


def retired_layers(
    database: Database,
    wanted: Iterable[str],
    as_of: date,
    *,
    district: str | None = None,
    known_at: datetime | None = None,
    legal_state: LegalState = LegalState.IN_FORCE,
) -> dict[str, tuple[str, str]]:
    """Say of every wanted layer that has no voice because its release was retired, which, when, by whom and why."""
    store = LayerStore(database)
    found = {
        key: store.last_voice(key, as_of, district=district, known_at=known_at, legal_state=legal_state)
        for key in wanted
    }
    return {key: _retired(row) for key, row in found.items() if row and row.release.status is ReleaseStatus.RETIRED}


def _retired(row: StoredRelease) -> tuple[str, str]:
    release, day = row.release, row.known_from.astimezone(BEIJING).date()
    paper = f"（{release.document_no}）" if release.document_no else ""
    return (
        f"最近的版本 {release.key}{paper}已于 {day} 由 {row.known_by} 停用，理由：{row.known_why}；没有版本接替",
        f"the last release {release.key} was retired on {day} by {row.known_by} ({row.known_why}); none took its place",
    )


def why_silent(database: Database, releases: Mapping[str, Release], meta: RunMeta) -> dict[str, tuple[str, str]]:
    """Say why layers of a run have no voice: those at hand that may not be used, and those whose release was retired.

    Parameters
    ----------
    releases
        The releases at hand, by layer.
    meta
        What the run stands on; its ``known_at`` says whose knowledge counts.
    """
    silent = [key for key in meta.releases if key not in releases]
    retired = retired_layers(database, silent, meta.as_of, district=meta.district, known_at=meta.known_at)
    return unusable_releases(releases, meta.as_of) | retired


def unusable_releases(releases: Mapping[str, Release], as_of: date) -> dict[str, tuple[str, str]]:
    """Say of every release that is at hand and may not be used on a day, why."""
    told = {key: release.why_unusable(as_of) for key, release in releases.items()}
    return {key: why for key, why in told.items() if any(why)}


def explained(findings: pd.DataFrame, reasons: Reasons) -> pd.DataFrame:
    """Return findings in which those left undecidable by a layer say why it cannot speak."""
    undecided = (findings["outcome"] == str(Outcome.UNKNOWN)) & findings["layer"].isin(list(reasons))
    if not undecided.any():
        return findings
    told = findings.copy()
    layers = told.loc[undecided, "layer"]
    told.loc[undecided, "message_zh"] += layers.map({key: f"。原因：{zh}" for key, (zh, _) in reasons.items()})
    told.loc[undecided, "message_en"] += layers.map({key: f". Why: {en}" for key, (_, en) in reasons.items()})
    return told
