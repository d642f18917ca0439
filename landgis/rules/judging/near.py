"""Judging nearness to control lines by the setting that the bureau signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.frames.judged import FINDINGS
from landgis.rules.adjacency import Adjacency
from landgis.rules.editions import in_force
from landgis.rules.measures import Evidence
from landgis.rules.rule import Words


def near_findings(editions: Sequence[Adjacency], evidence: Evidence, as_of: date) -> pd.DataFrame:
    """Ask of every parcel how near the lines are.

    Parameters
    ----------
    editions
        The setting by date.
    evidence
        Distances and coverage of the parcels; ``overlaps`` with ``distance_m`` (metres; NA: farther than 100 m).
    as_of
        The day that counts.

    Returns
    -------
    pandas.DataFrame
        ``frames.judged.FINDINGS``, one row per parcel and line, in the order of the parcels; no row while it is off.
        A line seen within the distance is flagged. Else a layer that is absent, stale or partial leaves it unknown.
    """
    setting = in_force(editions, as_of)
    if setting is None or setting.within_m is None:
        return FINDINGS.empty()
    by_line = [_of_line(setting, setting.within_m, layer, evidence) for layer in setting.layers]
    # The lines of a parcel stand together, as its rules do.
    found = pd.concat(by_line).sort_index(kind="stable").reset_index(drop=True)
    FINDINGS.require(found)
    return found


def _of_line(setting: Adjacency, within_m: float, layer: str, evidence: Evidence) -> pd.DataFrame:
    """Return the findings about one line; the place of the parcel is the index."""
    parcels = evidence.facts.index
    distance, state, release = _measured(evidence, layer)
    near = state.isin([str(Coverage.COMPLETE), str(Coverage.PARTIAL)]) & (distance <= within_m)
    known = (state == str(Coverage.COMPLETE)) & parcels.isin(_of_layer(evidence, layer)["parcel_id"])
    outcome = np.where(near, str(Outcome.FLAGGED), np.where(known, str(Outcome.CLEAR), str(Outcome.UNKNOWN)))
    title, signed = setting.layers[layer], setting.signed
    said = [_told(Outcome(each), title, far, f"{within_m:g}") for each, far in zip(outcome, distance, strict=True)]
    quote = f"{signed.by} {signed.on} 确认：距{title.zh} {within_m:g} 米以内的地块须人工核对" if signed else ""
    columns = {
        "parcel_id": parcels.to_numpy(dtype=object),
        "rule_id": setting.rule_ids[layer],
        "outcome": outcome,
        "measured": [repr(far) if far == far else None for far in distance.tolist()],
        "unit": "m",
        "threshold": repr(within_m),
        "document": signed.document if signed else "",
        "article": "设定",
        "quote_zh": quote,
        "layer": layer,
        "release": release.to_numpy(dtype=object),
        "message_zh": [words.zh for words in said],
        "message_en": [words.en for words in said],
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(parcels)), columns=FINDINGS.names)


def _measured(evidence: Evidence, layer: str) -> Iterator[pd.Series]:
    """Yield for every parcel the distance (NA: none within reach), the state of the layer, and its release."""
    parcels = evidence.facts.index
    yield _of_layer(evidence, layer).set_index("parcel_id")["distance_m"].reindex(parcels)
    states = evidence.coverage[evidence.coverage["layer"] == layer].set_index("parcel_id")
    yield states["state"].astype(object).reindex(parcels).fillna(str(Coverage.ABSENT))
    yield states["release"].astype(object).reindex(parcels).fillna("")


def _of_layer(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Return the rows measured of a line; without one nobody has looked, whatever the coverage says."""
    return evidence.overlaps[(evidence.overlaps["layer"] == layer) & (evidence.overlaps["class"] == "")]


def _told(outcome: Outcome, title: Words, distance_m: float, within: str) -> Words:
    if outcome is Outcome.FLAGGED:
        return Words(
            f"距{title.zh} {distance_m:.2f} 米，在 {within} 米以内，请核对界线",
            f"{distance_m:.2f} m from {title.en.lower()}, within {within} m: check the line",
        )
    if outcome is Outcome.CLEAR:
        return Words(
            f"{title.zh}图层覆盖的范围内，{within} 米以内没有{title.zh}",
            f"No {title.en.lower()} within {within} m, as far as the layer covers",
        )
    return Words(
        f"{title.zh}图层缺失、过期或不完整，{within} 米以内有无无法判定",
        f"{title.en}: the layer is missing, expired or partial; whether it is within {within} m is undecidable",
    )
