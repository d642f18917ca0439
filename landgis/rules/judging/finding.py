"""The findings of one rule for many parcels: what readings decide, and what coverage leaves of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.rules.judging.asking import Asking
from landgis.rules.judging.covering import WHY, Covered, Voices
from landgis.rules.judging.telling import Said, Sentence, Subject, messages
from landgis.rules.judging.weighing import NONE, Floats, Weighed, weigh
from landgis.rules.judging.wording import DOUBTED_AREA, DOUBTED_SHARE
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import DatedValue, Words

Texts = npt.NDArray[np.object_]
Columns = dict[str, Texts | str | None]
"""Columns of ``frames.judged.FINDINGS`` but the parcel's: one text per parcel, or one for all."""


@dataclass(frozen=True)
class Ground:
    """The parcels of some evidence: their ids, planar m², and what layers can prove of them."""

    parcels: pd.Index
    planar_m2: Floats
    voices: Voices

    @classmethod
    def of(cls, evidence: Evidence) -> Ground:
        """Look through the evidence once for all rules."""
        parcels = evidence.facts.index
        planar = evidence.areas.set_index("parcel_id")["planar_m2"].reindex(parcels)
        return cls(parcels, planar.to_numpy(dtype=np.float64), Voices(evidence))


def alike(asking: Asking, outcome: Outcome, words: Words) -> Columns:
    """Give every parcel the same finding."""
    sentence = Sentence(outcome, words, asking.value.clause)
    return _asked(asking) | sentence.cited | {
        "measured": None, "release": "", "message_zh": words.zh, "message_en": words.en,
    }  # fmt: skip


def judged(asking: Asking, readings: pd.DataFrame, ground: Ground) -> Columns:
    """Judge parcels by readings, then by what the layer covers.

    Parameters
    ----------
    asking
        The rule as it is asked.
    readings
        What its measure gives (``rules.measures``).
    ground
        The parcels.
    """
    weighed = weigh(readings, asking.value, ground.parcels)
    covered = ground.voices.of(asking.rule.layer) if asking.rule.layer else None
    sentences = _sentences(asking.value)
    said = _said(sentences, weighed, covered)
    zh, en = messages(Subject(asking, sentences, weighed, covered, ground.planar_m2), said)
    cited = [sentence.cited for sentence in sentences]
    return _asked(asking) | {
        **{name: np.array([row[name] for row in cited], dtype=object)[said.sentence] for name in cited[0]},
        "measured": _measured(asking, weighed, said),
        "release": "" if covered is None else covered.release,
        "message_zh": zh,
        "message_en": en,
    }


def _asked(asking: Asking) -> Columns:
    rule, value = asking.rule, asking.value
    threshold = "" if value.threshold is None else repr(value.threshold)
    return {"rule_id": rule.rule_id, "unit": value.unit, "threshold": threshold, "layer": rule.layer}


def _sentences(value: DatedValue) -> list[Sentence]:
    """List all that may be said: nothing found, each category, bounds that leave it open, and what a layer lacks."""
    doubted = DOUBTED_AREA if value.unit == "m2" else DOUBTED_SHARE
    return [
        Sentence(Outcome.CLEAR, value.clear, value.clause),
        *(Sentence(row.outcome, row.words, row.clause) for row in value.outcomes.values()),
        *(Sentence(Outcome.UNKNOWN, words, value.clause) for words in (doubted, *WHY)),
    ]


def _said(sentences: list[Sentence], weighed: Weighed, covered: Covered | None) -> Said:
    """Choose the sentence for each parcel."""
    doubt = len(sentences) - len(WHY) - 1
    severity = np.array([sentence.outcome.severity for sentence in sentences])
    sentence = weighed.category[weighed.decides] + 1
    doubted = (weighed.doubts != NONE) & (severity[sentence] < Outcome.UNKNOWN.severity)
    sentence = np.where(doubted, doubt, sentence)
    reading = np.where(doubted, weighed.doubts, weighed.decides)
    if covered is not None:
        # A conflict seen through a partial release is still a conflict; an expired release proves nothing.
        conflict = covered.partial & (severity[sentence] == Outcome.EXCLUDED.severity)
        sentence = np.where(covered.full | conflict, sentence, doubt + 1 + covered.lacks)
    return Said(sentence, reading)


def _measured(asking: Asking, weighed: Weighed, said: Said) -> Texts:
    """Write what was measured: the reading spoken of, else the nearest off cells; of features nothing found is 0."""
    if asking.value.threshold is None:
        texts = weighed.value[said.reading]
        texts[said.reading == NONE] = None
        return texts
    reads_cells = MEASURES[asking.rule.measure].reads_cells
    reading = np.where(weighed.decides == NONE, weighed.told, said.reading) if reads_cells else said.reading
    told = np.full(len(reading), None if reads_cells else "0", dtype=object)
    rows = np.flatnonzero(reading != NONE)
    told[rows] = [repr(amount) for amount in weighed.amount[reading[rows]].tolist()]
    return told
