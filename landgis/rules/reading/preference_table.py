"""Reading preferences: YAML in, `Preference` out; what is read and scaled stands once, districts give it weight."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise

from pydantic import Field, model_validator

from landgis.domain.raster import CoverClass
from landgis.domain.register import REGISTER_FACT_BY_NAME
from landgis.errors import NotReady
from landgis.rules.choosing.preference import Contribution, Preference, Reading, Reads, Scale
from landgis.rules.editions import in_force
from landgis.rules.reading.build import words_of
from landgis.rules.reading.schema import ClauseYaml, Day, Strict, Text, WordsYaml, refused
from landgis.rules.reading.signature_table import SignatureYaml, signature_of
from landgis.rules.reading.tables import NATIONAL, Sheet, TableYaml, read_table, table_text

_FILE = "preference.yaml"
_Knots = tuple[tuple[float, float], ...]
"""Value and merit; the values rise."""


class _Reading(Strict):
    name: Reads
    layer: str = ""
    facts: tuple[str, ...] = ()
    cover: CoverClass | None = None

    @model_validator(mode="after")
    def _whole(self) -> _Reading:
        if self.name.of_layer != bool(self.layer):
            raise refused(
                "读图层的须写 layer，其余不写", "a layer goes with what is read from one, and with nothing else"
            )
        if (self.name is Reads.FACT_SHARE) != bool(self.facts):
            raise refused("fact_share 须写 facts，其余不写", "facts go with fact_share, and with nothing else")
        if (self.name is Reads.COVER_SHARE) != (self.cover is not None):
            raise refused("cover_share 须写 cover，其余不写", "a class of land cover goes with cover_share alone")
        odd = [name for name in self.facts if getattr(REGISTER_FACT_BY_NAME.get(name), "kind", "") != "bool"]
        if odd:
            raise refused(f"不是“是/否”事实：{'、'.join(odd)}", f"no yes/no facts: {', '.join(odd)}")
        return self


class _Measured(WordsYaml):
    id: Text
    reads: _Reading
    scale: _Knots = Field(min_length=2)

    @model_validator(mode="after")
    def _rising(self) -> _Measured:
        _require_scale(self.scale)
        return self


class _Weighed(WordsYaml):
    id: Text
    weight: float = Field(gt=0, le=100)
    scale: _Knots | None = None
    clause: ClauseYaml | None = None

    @model_validator(mode="after")
    def _rising(self) -> _Weighed:
        if self.scale is not None:
            _require_scale(self.scale)
        return self


class PreferenceStatuteYaml(TableYaml):
    contributions: tuple[_Measured, ...] = Field(min_length=1)


class _Edition(Strict):
    start: Day = Field(alias="from")
    signed: SignatureYaml | None
    weights: tuple[_Weighed, ...] = Field(min_length=1)


class PreferenceYaml(TableYaml):
    editions: tuple[_Edition, ...] = Field(min_length=1)


def _require_scale(knots: _Knots) -> None:
    if any(before[0] >= after[0] for before, after in pairwise(knots)):
        raise refused("折算表的值须逐个增大", "the values of a scale must rise")
    if any(not 0 <= merit <= 1 for _, merit in knots):
        raise refused("折算结果须在 0 到 1 之间", "a merit lies between 0 and 1")


@cache
def load_preference(pack: str) -> tuple[Preference, ...]:
    """Load what a district's pack prefers, every edition.

    Raises
    ------
    RulePackError
        If a table does not keep the schema, or weighs something that is not measured.
    """
    return parse_preference(table_text(pack, _FILE), table_text(NATIONAL, _FILE), pack)


def preference_on(pack: str, as_of: date) -> Preference:
    """Return what a district prefers on a day.

    Raises
    ------
    NotReady
        If it says nothing yet.
    """
    found = in_force(load_preference(pack), as_of)
    if found is None:
        raise NotReady(
            f"{as_of} 尚无优选规定", f"Nothing says on {as_of} what is preferred", where=pack,
            next_zh="请用规则包生效之后的日期（--as-of）", next_en="Ask for a day after the pack came into force (--as-of)",
        )  # fmt: skip
    return found


def parse_preference(text: str, measured: str, pack: str) -> tuple[Preference, ...]:
    """Parse the text of a district's weights, and that of what is measured."""
    raw, sheet = read_table(text, f"{pack}/{_FILE}", PreferenceYaml, pack)
    statute, measures = read_table(measured, f"{NATIONAL}/{_FILE}", PreferenceStatuteYaml, NATIONAL)
    measures.require_once([each.id for each in statute.contributions], "contributions")
    known = {each.id: each for each in statute.contributions}
    return tuple(
        Preference(pack, edition.start, signature_of(edition.signed), _weighed(edition, known, sheet, place))
        for place, edition in enumerate(raw.editions)
    )


def _weighed(edition: _Edition, known: Mapping[str, _Measured], sheet: Sheet, place: int) -> tuple[Contribution, ...]:
    path = ("editions", place, "weights")
    sheet.require_once([each.id for each in edition.weights], *path)
    weighed = []
    for number, each in enumerate(edition.weights):
        if each.id not in known:
            zh = f"没有名为“{each.id}”的量法；可用：{'、'.join(sorted(known))}"
            sheet.refuse((*path, number, "id"), zh, f"nothing measures {each.id}; known: {', '.join(sorted(known))}")
        what = known[each.id]
        reads = what.reads
        values, merits = zip(*(each.scale or what.scale), strict=True)
        weighed.append(
            Contribution(
                each.id,
                words_of(what),
                Reading(reads.name, reads.layer, reads.facts, str(reads.cover or "")),
                Scale(values, merits),
                each.weight,
                sheet.clause(each.clause, *path, number, "clause") if each.clause else None,
                words_of(each),
            )
        )
    return tuple(weighed)
