"""What a decision stands on: one finding with all that its rule read of this parcel, as the record of a run has it.

Two runs are compared by it, so nothing of it is stored with the decision: runs are sealed. It is as narrow as it can be.
A release enters by what it says of this parcel (areas by class, coverage) and not by its hash: what changes near other
parcels reopens nothing. The outline enters even where the rule reads facts alone: who decides, decides of this ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from landgis.db.run_meta import RuleStatement
from landgis.db.run_record import sha256_of
from landgis.db.runs import RunHead
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.rules.measures import MEASURES
from landgis.rules.pack import RulePack
from landgis.services.flipping import flip_words as say
from landgis.services.flipping.flip_side import Side
from landgis.services.flipping.flip_words import Cause, Words

_FOUND = ("outcome", "measured", "unit", "threshold", "layer")
_WORDS = ("title_zh", "title_en")
"""What of a rule's statement decides nothing."""


@dataclass(frozen=True)
class Basis:
    """What one finding of a run stood on.

    Attributes
    ----------
    found
        Outcome, measured value, unit, threshold and layer.
    rule
        What the rule judges by.
    version, outline
        The parcel's version, and the hash of its outline.
    readings
        By layer that the rule reads: coverage, and areas or cells of this parcel.
    releases
        Edition by layer; to tell causes by, it decides nothing.
    facts
        Those that the rule reads, where they are known.
    """

    found: Mapping[str, Any]
    rule: RuleStatement
    version: int
    outline: str | None
    readings: Mapping[str, tuple[Any, ...]]
    releases: Mapping[str, str]
    facts: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """Return one hash over all that must stay so."""
        return sha256_of({name: part for name, part in asdict(self).items() if name not in ("version", "releases")})


def basis_of(side: Side, pack: RulePack, parcel_id: str, rule_id: str) -> Basis | None:
    """Return what a finding stood on; None where the run has no such finding.

    Parameters
    ----------
    side
        The run, cut down to some parcels.
    pack
        Says which fact a rule names; of both runs that are compared the same.
    """
    found = side.findings.get(parcel_id, {}).get(rule_id)
    if found is None:
        return None
    statement = side.statement(rule_id) or {}
    measure = MEASURES.get(statement.get("measure", ""))
    named = {rule.fact for rule in pack.rules if rule.rule_id == rule_id}
    layers = dict.fromkeys((found["layer"], *(measure.also if measure else ())))
    layers.pop("", None)
    facts = named.union(measure.facts if measure else ())
    version, outline = side.outlines[parcel_id]
    return Basis(
        {name: found[name] for name in _FOUND},
        {name: value for name, value in statement.items() if name not in _WORDS},
        version,
        outline,
        {layer: _reading(side, parcel_id, layer) for layer in layers},
        {layer: side.release(layer) for layer in layers},
        {name: value for name, value in side.facts[parcel_id].items() if name in facts},
    )


def moved(was: Basis, now: Basis | None) -> bool:
    """Tell whether what a decision stands on is no longer so."""
    return now is None or was.hash != now.hash


def causes(was: Basis, now: Basis, sides: tuple[Side, Side], pack: RulePack, rule_id: str) -> Iterator[Cause]:
    """Say what of it is another; where nothing is, what else may have made the difference."""
    title = pack.title_of(rule_id)
    told = [*_inputs(was, now, (title.zh, title.en), pack)]
    yield from told or [_otherwise(*(side.run.head for side in sides))]


def effect(was: Basis, now: Basis) -> Words:
    """Say what became of the computed outcome, or of the number measured; nothing where both are the same."""
    before, after = was.found, now.found
    one, other = Outcome(before["outcome"]), Outcome(after["outcome"])
    if one is not other:
        return f"计算结论由“{one.zh}”变为“{other.zh}”", f"the computed outcome went from {one} to {other}"
    if before["unit"] != after["unit"] or before["unit"] not in say.AMOUNTS:
        return say.NOTHING
    was_amount, now_amount = (float(row["measured"] or 0) for row in (before, after))
    return say.amount_effect(say.MEASURED, was_amount, now_amount, before["unit"])


def _inputs(was: Basis, now: Basis, title: Words, pack: RulePack) -> Iterator[Cause]:
    if was.outline != now.outline:
        yield say.outline(was.version, now.version)
    names = dict.fromkeys((*was.rule, *now.rule))
    changed = {name: (was.rule.get(name, "—"), now.rule.get(name, "—")) for name in names}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if changed:
        yield say.rule_changed(title, changed)
    for name in dict.fromkeys((*was.facts, *now.facts)):
        if was.facts.get(name) != now.facts.get(name):
            yield say.fact(name, was.facts.get(name), now.facts.get(name))
    for layer, reading in now.readings.items():
        if was.readings.get(layer) != reading:
            yield from _layer(layer, was.releases.get(layer, ""), now.releases[layer], pack, reading)


def _layer(layer: str, was: str, now: str, pack: RulePack, reading: tuple[Any, ...]) -> Iterator[Cause]:
    """Name a layer by the first rule that reads it; where its release is the same, only its day can be another."""
    reader = next((rule.title for rule in pack.rules if rule.layer == layer), None)
    title = (reader.zh, reader.en) if reader else (layer, layer)
    if was != now:
        yield say.release(title, was, now, say.NOTHING)
    elif reading[0] in (Coverage.STALE, Coverage.ABSENT):
        yield say.expired(title, now, say.NOTHING)


def _reading(side: Side, parcel_id: str, layer: str) -> tuple[Any, ...]:
    """Return what a layer says of a parcel: state, m² left open, areas by class, cells."""
    measured = side.run.measured
    areas = _of(measured.overlaps, parcel_id, layer)
    cells = _of(measured.cells, parcel_id, layer)
    return (
        str(side.state(parcel_id, layer)),
        repr(side.uncovered_m2(parcel_id, layer)),
        tuple(sorted((row["class"], repr(float(row["union_m2"]))) for row in areas if row["union_m2"] > 0)),
        tuple(sorted((row["measure"], row["class"], repr(float(row["amount"]))) for row in cells)),
    )


def _of(frame: pd.DataFrame, parcel_id: str, layer: str) -> list[dict[str, Any]]:
    return rows_of(frame[(frame["parcel_id"] == parcel_id) & (frame["layer"] == layer)])


def _otherwise(one: RunHead, other: RunHead) -> Cause:
    programs = [(head.meta.code_version, head.meta.kernel or "—") for head in (one, other)]
    if programs[0] != programs[1]:
        return say.program(*programs)
    if one.meta.as_of != other.meta.as_of:
        return say.day(one.meta.as_of, other.meta.as_of)
    return say.unexplained(one.run_id, other.run_id)
