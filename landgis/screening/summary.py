"""A check in short: a line per parcel, the worst first: what decides, what would cure it, who supplies what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landgis.domain.layer import Coverage
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.domain.printed import percent
from landgis.frames.spec import rows_of
from landgis.rules.pack import Rule, Words
from landgis.screening.basis import Basis
from landgis.screening.card_evidence import measured_of
from landgis.screening.card_sentences import sentence_of
from landgis.screening.card_words import OUTCOME_EN, coverage_words

Row = dict[str, Any]
_OPEN = (Outcome.EXCLUDED, Outcome.UNKNOWN, Outcome.FLAGGED)


@dataclass(frozen=True)
class Decided:
    """One rule that a verdict stands on: its name, what was measured or what its layer lacks, and its sentence.

    ``figure`` and ``sentence`` are None where there is nothing to measure, and where a lack says it all.
    """

    title: Words
    figure: Words | None
    sentence: Words | None


@dataclass(frozen=True)
class Cured:
    """One thing that would cure a parcel, by what kind of work; or why nothing would (no kind)."""

    kind: Words | None
    words: Words


@dataclass(frozen=True)
class Line:
    """One parcel of a summary.

    Attributes
    ----------
    parcel_id, source, town, village
        The parcel, the file that it came from, where it lies; empty where not known.
    ellipsoidal_m2
        Area on the ellipsoid; None where it cannot be measured.
    verdict
        The worst outcome asked.
    deciding
        The rules that the verdict stands on, each with what was measured.
    beside
        Number of other rules that are not clear, by outcome.
    conflict_m2, conflict_share
        Ground of the largest deciding conflict, planar m², and its share of the parcel; None: none is of ground.
    cures, supplies
        What would cure it, least work first; who supplies what is missing.
    absent
        Whether the inventory was asked for it and does not hold it.
    """

    parcel_id: str
    source: str
    town: str
    village: str
    ellipsoidal_m2: float | None
    verdict: Outcome
    deciding: tuple[Decided, ...]
    beside: tuple[tuple[Outcome, int], ...]
    conflict_m2: float | None
    conflict_share: float | None
    cures: tuple[Cured, ...]
    supplies: tuple[Words, ...]
    absent: bool


def worst_first(parcels: Iterable[Row]) -> list[Row]:
    """Return parcels of a record: excluded, unknown, flagged, clear; by number among their like."""
    return sorted(parcels, key=lambda parcel: (-Outcome(parcel["verdict"]).severity, parcel["parcel_id"]))


def lines(basis: Basis, parcels: Sequence[Row], cured: Mapping[str, Row]) -> list[Line]:
    """Return a line for each of some parcels of a record.

    Parameters
    ----------
    basis
        What was judged.
    parcels
        Parcels of the record, in the order wanted.
    cured
        What `screening.cures.curable` says of them.
    """
    order = {rule_id: place for place, rule_id in enumerate(basis.pack.order)}
    frame = basis.parcels
    named = frame[frame["parcel_id"].isin([parcel["parcel_id"] for parcel in parcels])]
    places = {row["parcel_id"]: row for row in rows_of(named[["parcel_id", "town_name", "village_name"]])}
    states = {
        (row["parcel_id"], row["layer"]): (Coverage(row["state"]), float(row["uncovered_m2"]))
        for row in rows_of(basis.measured.coverage)
    }
    rules = {rule.rule_id: rule for rule in basis.pack.rules}
    return [_line(_Of(basis, rules, states, order, parcel), places, cured) for parcel in parcels]


@dataclass(frozen=True)
class _Of:
    """One parcel of a record, with what its findings are looked up in."""

    basis: Basis
    rules: Mapping[str, Rule]
    states: Mapping[tuple[str, str], tuple[Coverage, float]]
    order: Mapping[str, int]
    parcel: Row

    def findings(self, outcomes: Collection[Outcome]) -> list[Row]:
        """Findings of some outcomes, in the order of the pack."""
        found = [row for row in self.parcel["findings"] if Outcome(row["outcome"]) in outcomes]
        return sorted(found, key=lambda row: self.order.get(row["rule_id"], len(self.order)))

    def silent(self, finding: Row) -> Words | None:
        """How far the layer lacks a voice, of a finding that is unknown for it; None: it is not for the layer."""
        if finding["layer"] is None or Outcome(finding["outcome"]) is not Outcome.UNKNOWN:
            return None
        absent = Coverage.ABSENT, 0.0
        state, uncovered_m2 = self.states.get((self.parcel["parcel_id"], finding["layer"]), absent)
        if state is Coverage.COMPLETE:
            return None
        return coverage_words(state, uncovered_m2, self.parcel["area_m2"]["planar"])

    def supply(self, finding: Row) -> Words | None:
        """Who supplies what an unknown finding lacks."""
        rule = self.rules.get(finding["rule_id"])
        if rule is None:
            return None
        if self.silent(finding) is not None:
            return rule.supply
        reasons = self.basis.reasons.get(rule.rule_id, {}).get(self.parcel["parcel_id"], ())
        return next((reason.said.supply for reason in reasons if reason.said.supply), None)


def _line(of: _Of, places: Mapping[str, Row], cured: Mapping[str, Row]) -> Line:
    parcel, verdict = of.parcel, Outcome(of.parcel["verdict"])
    place = places.get(parcel["parcel_id"], {})
    deciding = of.findings({verdict}) if verdict in _OPEN else []
    told = [row for row in deciding if row["unit"] == "m2" and row["measured"] and of.silent(row) is None]
    m2 = max((row["measured"] for row in told), default=None)
    planar = parcel["area_m2"]["planar"]
    supplies = (of.supply(row) for row in of.findings({Outcome.UNKNOWN}))
    counts = ((outcome, len(of.findings({outcome}))) for outcome in reversed(VERDICTS) if outcome in _OPEN)
    decides = tuple(_decided(of, row) for row in deciding)
    said = {each.sentence for each in decides}
    return Line(
        parcel_id=parcel["parcel_id"],
        source=parcel.get("source") or "",
        town=_text(place.get("town_name")),
        village=_text(place.get("village_name")),
        ellipsoidal_m2=parcel["area_m2"]["ellipsoidal"],
        verdict=verdict,
        deciding=decides,
        beside=tuple((outcome, count) for outcome, count in counts if count and outcome is not verdict),
        conflict_m2=m2,
        conflict_share=m2 / planar if m2 is not None and planar else None,
        cures=tuple(cure for cure in _cures(cured.get(parcel["parcel_id"])) if cure.words not in said),
        supplies=tuple(dict.fromkeys(words for words in supplies if words is not None)),
        absent=bool(parcel.get("absent")),
    )


def _decided(of: _Of, finding: Row) -> Decided:
    title, rule = of.basis.pack.title_of(finding["rule_id"]), of.rules.get(finding["rule_id"])
    sentence = sentence_of(finding, rule, of.basis.as_of, None)
    silent = of.silent(finding)
    if silent is not None:
        return Decided(title, silent, None)
    measured, planar = measured_of(finding, rule), of.parcel["area_m2"]["planar"]
    if finding["unit"] not in ("m2", "share", "m") or measured is None or not measured["value"]:
        return Decided(title, None, sentence)
    zh, en = measured["zh"], measured["en"]
    if finding["unit"] == "m2" and planar:
        part = percent(measured["value"] / planar)
        zh, en = f"{zh}（{part}）", f"{en} ({part})"
    return Decided(title, Words(zh, en), sentence)


def _cures(told: Row | None) -> tuple[Cured, ...]:
    """List what would cure it; where something cannot be cured, that comes first."""
    if told is None:
        return ()
    ends = [Cured(None, Words(row["zh"], row["en"])) for row in told["incurable"]]
    cures = [Cured(Words(row["effort_zh"], row["effort_en"]), Words(row["zh"], row["en"])) for row in told["cures"]]
    return (*ends, *cures)


def usable_to(layer: Row) -> str | None:
    """Return the last day on which a layer of a record may be used, by its term and by its update cycle (ISO 8601)."""
    return min(filter(None, (layer.get("usable_to"), layer.get("expires_on"))), default=None)


def beside_words(line: Line) -> Words | None:
    """Say how many other rules are not clear; None where all are."""
    if not line.beside:
        return None
    zh = "，".join(f"{outcome.zh} {count} 条" for outcome, count in line.beside)
    en = ", ".join(f"{count} {OUTCOME_EN[outcome]}" for outcome, count in line.beside)
    return Words(f"另有 {zh}", f"also {en}")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
