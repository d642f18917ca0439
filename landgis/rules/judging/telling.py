"""Telling people: the sentence chosen for each parcel, with its figures, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landgis.domain.clause import Clause
from landgis.domain.outcome import Outcome
from landgis.domain.printed import number, percent
from landgis.rules.judging.asking import Asking
from landgis.rules.judging.covering import Covered
from landgis.rules.judging.weighing import Floats, Places, Weighed
from landgis.rules.judging.wording import Fields, fill, limit
from landgis.rules.measures import MEASURES
from landgis.rules.pack import Rule, Words

_NO_FIGURES: Fields = {"amount": "0", "value": "", "share": "", "least": "", "most": ""}
NOTHING_FOUND = 0
"""Place of the sentence that nothing was found."""


@dataclass(frozen=True)
class Sentence:
    """What may be said of a parcel."""

    outcome: Outcome
    words: Words
    clause: Clause

    @property
    def cited(self) -> dict[str, str]:
        """Columns of a finding that the sentence alone decides."""
        document = self.clause.document
        return {
            "outcome": str(self.outcome),
            "document": document.number or document.title_zh,
            "article": self.clause.article,
            "quote_zh": self.clause.quote_zh,
        }


@dataclass(frozen=True)
class Said:
    """What is said of each parcel.

    Attributes
    ----------
    sentence
        Place among the sentences; see `NOTHING_FOUND`.
    reading
        Place of the reading that it speaks of; ``weighing.NONE``: it speaks of none.
    """

    sentence: Places
    reading: Places


@dataclass(frozen=True)
class Subject:
    """What sentences may speak of: the rule, its sentences, the readings, the layer, the parcels' planar m²."""

    asking: Asking
    sentences: list[Sentence]
    weighed: Weighed
    covered: Covered | None
    planar_m2: Floats

    def fields(self, rows: Places, reading: Places) -> Fields:
        """Return the figures of some parcels that share a sentence, from their readings and from the layer."""
        value, weighed = self.asking.value, self.weighed
        whole, write = (1.0, percent) if value.unit == "share" else (self.planar_m2[rows], number)
        return self._of_layer(rows) | {
            "threshold": limit(value.threshold, value.unit),
            "amount": lambda: [number(each) for each in weighed.amount[reading].tolist()],
            "share": lambda: [percent(each) for each in (weighed.amount[reading] / whole).tolist()],
            "least": lambda: [write(each) for each in weighed.least[reading].tolist()],
            "most": lambda: [write(each) for each in weighed.most[reading].tolist()],
        }

    def _of_layer(self, rows: Places) -> Fields:
        covered = self.covered
        if covered is None:
            return {}
        return {
            "release": lambda: covered.release[rows].tolist(),
            "uncovered": lambda: [number(each) for each in covered.uncovered_m2[rows].tolist()],
        }


def messages(subject: Subject, said: Said) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Fill the sentences in, Chinese and English; all parcels that share a sentence at once."""
    zh, en = (np.full(len(said.sentence), "", dtype=object) for _ in range(2))
    rule, remark = subject.asking.rule, subject.asking.remark or Words("", "")
    source, weighed = _source(rule), subject.weighed
    languages = (
        (zh, "zh", source.zh, rule.title.zh, weighed.value, remark.zh),
        (en, "en", source.en, rule.title.en, weighed.value_en, remark.en),
    )
    for place in np.unique(said.sentence).tolist():
        rows = np.flatnonzero(said.sentence == place)
        reading = said.reading[rows]
        figures = subject.fields(rows, reading)
        for texts, language, layer, title, value, more in languages:
            named: Fields = {"layer": layer, "title": title, "value": value[reading].tolist}
            fields = figures | named | (_NO_FIGURES if place == NOTHING_FOUND else {})
            words = getattr(subject.sentences[place].words, language)
            text = fill(words, fields)
            texts[rows] = text + more if isinstance(text, str) else [each + more for each in text]
    return zh, en


def _source(rule: Rule) -> Words:
    """Name the layer: several rules may read one raster, while a layer of features is called as its rule."""
    if MEASURES[rule.measure].reads_cells:
        return Words(f"“{rule.title.zh}”所用的栅格", f"The raster read for “{rule.title.en}”")
    return Words(f"图层“{rule.title.zh}”", f"The layer “{rule.title.en}”")
