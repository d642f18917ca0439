"""One look at one layer of a foreign file.

The layer is read through the same guarded reader, in the same confined process, as an import would read it. Where it
asks something, the likeliest answer is supposed for the rest of the look only, and the question stays a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyproj import CRS

from landgis import crs as crs_room
from landgis.crs import GeometryArray
from landgis.domain.issue import Issue, shown
from landgis.domain.question import Question
from landgis.errors import (
    ContractBroken,
    CrsUnsuitable,
    InputError,
    LandgisError,
    LayerEmpty,
    NeedsAnswer,
    NotFound,
    UsageError,
)
from landgis.exchange.conforming.accepting import NOT_EXCLUDED, PlaceJudged, judge_place, row_issues
from landgis.exchange.conforming.parcels import ID_FIELDS
from landgis.exchange.reading.detect import CSV, WORKBOOK
from landgis.exchange.reading.fields import find_fields
from landgis.exchange.reading.inspected import InspectedCrs, InspectedLayer
from landgis.exchange.reading.layer_tally import LayerTally
from landgis.exchange.reading.table import read_table
from landgis.exchange.reading.vector import OpenedFile, RawStream
from landgis.exchange.reading.walls import walls_notice

_NOWHERE = CRS.from_wkt(
    'ENGCRS["unknown",EDATUM["unknown"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
)
"""Stands in while a CRS is asked for and nothing can be proposed."""
_ANY_BYTES = "ISO-8859-1"
_NAMED = 20
"""Columns that a message lists."""
FAULTS = (InputError, UsageError, NotFound)
"""Errors that say something of the file; any other is this machine's, and no answer about it."""
_SUPPOSED = ("crs_stated", "encoding_stated", "encoding_doubtful")


@dataclass(frozen=True)
class Answers:
    """What a person says of a file.

    Attributes
    ----------
    layer
        Which layer to look at; None: every one.
    crs, encoding
        Answers to questions.
    """

    layer: str | None = None
    crs: str | CRS | None = None
    encoding: str | None = None


class Look:
    """One look at one layer: its questions, issues and refusals gather here.

    Parameters
    ----------
    path, opened
        The file.
    layer
        Name of the layer, or sheet of a workbook; None: the only one.
    answers
        What is known of it.
    """

    def __init__(self, path: Path, opened: OpenedFile, layer: str | None, answers: Answers) -> None:
        self.path, self.opened, self.layer = path, opened, layer
        self.name = layer or opened.parts[0].name
        self.stated = self.answers = answers
        self.questions: list[Question] = []
        self.issues: list[Issue] = []
        self.refusals: list[LandgisError] = []

    def at_layer(self, reference: GeometryArray | None) -> InspectedLayer:
        """Read the whole layer once and judge it."""
        tally = LayerTally()
        try:
            stream = self._stream()
            for batch in stream.batches():
                tally.add(batch)
        except FAULTS as error:
            if self.opened.driver in (CSV, WORKBOOK) and isinstance(error, LayerEmpty):
                return self._table()
            return self._refused(error)
        return self._told(stream, tally, reference)

    def _table(self) -> InspectedLayer:
        """Read a table that has no coordinates: facts or documents, to be joined by parcel number."""
        self.questions.clear()
        tally = LayerTally()
        self.issues += walls_notice(self.path.name)
        try:
            tally.add_table(read_table(self.path, sheet=self.layer, encoding=self.stated.encoding))
            _require_key(tally, self.path.name)
        except NeedsAnswer as asked:
            self.questions += asked.questions
        except FAULTS as error:
            return self._refused(error)
        encoding = None if self.questions else self.stated.encoding or "UTF-8"
        return InspectedLayer(
            self.name, tally, InspectedCrs(), encoding, "", None, "", not self.questions, attributes_only=True
        )

    def _refused(self, error: LandgisError) -> InspectedLayer:
        self.refusals.append(error)
        nothing = LayerTally()
        return InspectedLayer(self.name, nothing, InspectedCrs(), None, "", None, NOT_EXCLUDED, False, readable=False)

    def _stream(self) -> RawStream:
        """Open the layer, supposing the likeliest answer to whatever it asks."""
        while True:
            try:
                return self.opened.open(self.layer, crs=self.answers.crs, encoding=self.answers.encoding)
            except NeedsAnswer as asked:
                if any(question.code in self._asked for question in asked.questions) or not asked.questions:
                    raise
                self.questions += asked.questions
                self.answers = _suppose(self.answers, asked.questions)
            except CrsUnsuitable as error:
                if self.answers.crs is _NOWHERE:
                    raise
                self.refusals.append(error)
                self.answers = replace(self.answers, crs=_NOWHERE)

    @property
    def _asked(self) -> set[str]:
        return {question.code for question in self.questions}

    def _told(self, stream: RawStream, tally: LayerTally, reference: GeometryArray | None) -> InspectedLayer:
        supposed = _SUPPOSED if self.answers is not self.stated else ()
        self.issues += [issue for issue in stream.issues if issue.code not in supposed]
        self.issues += row_issues(tally, stream.where)
        place = self._place(stream, tally, reference)
        self.issues += place.issues
        self.refusals += place.refusals
        encoding_known = "encoding" not in self._asked
        return InspectedLayer(
            self.name,
            tally,
            place.crs,
            stream.encoding if encoding_known else None,
            stream.encoding_evidence if encoding_known else "",
            stream.declared,
            place.shift,
            accepted=not (self.refusals or self.questions),
        )

    def _place(self, stream: RawStream, tally: LayerTally, reference: GeometryArray | None) -> PlaceJudged:
        if "crs" in self._asked or self.answers.crs is _NOWHERE:
            return PlaceJudged(InspectedCrs(), NOT_EXCLUDED, (), ())
        names = (stream.source_name, stream.name, *stream.columns)
        answer = self.answers.crs
        north_first = answer is not None and crs_room.parse_stated(answer).north_first
        return judge_place(tally, stream.crs, stream.crs_evidence, north_first, names, stream.where, reference)


def _require_key(tally: LayerTally, source: str) -> None:
    """Refuse a table that nothing joins to a parcel: its heading may be missing, and its first row taken for one."""
    if find_fields(tally.types, ID_FIELDS):
        return
    listed = "、".join(shown(name) for name in list(tally.types)[:_NAMED])
    raise ContractBroken(
        f"{source} 既不是界址点表，也没有地块编号列；第一行读作标题：{listed}",
        f"{source} is no table of boundary points and has no column of parcel numbers; its first row was read as: {listed}",
        where=source,
        next_zh=f"第一行须是标题行：属性表须有其中之一 {'、'.join(ID_FIELDS)}；界址点表须有 点号、X坐标、Y坐标",
        next_en=f"The first row must be a heading: with one of {', '.join(ID_FIELDS)} for a table to be joined, with 点号, "
        "X坐标, Y坐标 for boundary points",
    )


def _suppose(answers: Answers, questions: Sequence[Question]) -> Answers:
    best = {question.code: question.candidates[0].value if question.candidates else None for question in questions}
    crs = (best["crs"] or _NOWHERE) if "crs" in best else answers.crs
    encoding = (best["encoding"] or _ANY_BYTES) if "encoding" in best else answers.encoding
    return replace(answers, crs=crs, encoding=encoding)
