"""Why a finding is not what it was: the inputs of its rule that changed, by comparing them and, where need be, by trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from landgis.db.connect import Database
from landgis.db.runs import StoredRun
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.rules.measures import MEASURES
from landgis.rules.pack import RulePack
from landgis.services.flipping import flip_words as say
from landgis.services.flipping.flip_side import Row, Side
from landgis.services.flipping.flip_trials import Trials
from landgis.services.flipping.flip_words import Cause, Words
from landgis.services.layers.speaking import Indexes
from landgis.services.layers.unheard import why_silent
from landgis.services.verifying.verify_parcels import moment_of
from landgis.services.verifying.verify_releases import stored_releases


@dataclass(frozen=True)
class Change:
    """One finding that decides a flip.

    Attributes
    ----------
    rule_id, before, after
        Which rule; its findings in the two runs (None: the rule was not there).
    causes, effect
        What brought it about, and what became of the number measured (empty where no number tells it).
    """

    rule_id: str
    before: Row | None
    after: Row | None
    causes: tuple[Cause, ...]
    effect: Words

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data."""
        sides = (dict(side) if side else None for side in (self.before, self.after))
        causes = [{"kind": str(cause.kind), "zh": cause.zh, "en": cause.en} for cause in self.causes]
        return {"rule_id": self.rule_id} | dict(zip(("before", "after"), sides, strict=True)) | {"causes": causes}


class Comparison:
    """Two runs of the parcels that flip, side by side.

    Parameters
    ----------
    pack
        The law of the later run.
    before, after
        The runs, cut down to these parcels.
    indexes
        Where indexes of releases are opened, should a trial need them.
    """

    def __init__(
        self, database: Database, pack: RulePack, before: StoredRun, after: StoredRun, indexes: Indexes
    ) -> None:
        self._before, self._after = Side.of(before), Side.of(after)
        releases = stored_releases(database, before)[0], stored_releases(database, after)[0]
        self._trials = Trials(database, pack, before, after, releases, indexes)
        self._titles = {key: (row.release.title_zh, key) for side in releases for key, row in side.items()}
        speaking = {key: row.release for key, row in releases[1].items()}
        self._reasons = why_silent(database, speaking, replace(after.head.meta, known_at=moment_of(after)))
        self._pack = pack
        self._rules = {rule.rule_id: rule for rule in pack.rules}

    def changes(self, parcel_id: str) -> tuple[Change, ...]:
        """Return the findings that decide why the verdict of a parcel is another, each with its causes."""
        was, now = self._before.findings[parcel_id], self._after.findings[parcel_id]
        rules = dict.fromkeys((*self._rules, *was, *now))
        return tuple(
            self._change(parcel_id, rule_id, was.get(rule_id), now.get(rule_id))
            for rule_id in _deciding(rules, was, now)
        )

    def _change(self, parcel_id: str, rule_id: str, was: Row | None, now: Row | None) -> Change:
        title = self._title(rule_id)
        if was is None or now is None:
            cause = say.rule_new(title) if was is None else say.rule_gone(title)
            return Change(rule_id, was, now, (cause,), say.NOTHING)
        others = *self._rule_changed(rule_id, was, now), *self._facts(parcel_id, rule_id)
        ground = self._ground(parcel_id, rule_id, self._layers(rule_id, now), alone=not others) if now["layer"] else ()
        causes = (*ground, *others) or (self._otherwise(),)
        effect = self._effect(parcel_id, rule_id, was, now)
        named = any(cause.about == title[0] for cause in causes) or not any(effect)
        told = effect if named else (f"“{title[0]}”{effect[0]}", f"“{title[1]}”: {effect[1]}")
        return Change(rule_id, was, now, causes, told)

    def _title(self, rule_id: str) -> Words:
        stated = self._before.statement(rule_id)
        if rule_id not in self._rules and stated:
            return stated["title_zh"], stated["title_en"]
        title = self._pack.title_of(rule_id)
        return title.zh, title.en

    def _rule_changed(self, rule_id: str, was: Row, now: Row) -> Iterator[Cause]:
        """Compare what the rule judged by; of an older run its findings tell the threshold alone."""
        one, other = self._before.statement(rule_id), self._after.statement(rule_id)
        if one is None or other is None:
            one, other = ({name: str(row[name]) for name in ("threshold", "unit")} for row in (was, now))
        names = [name for name in other if name in one and not name.startswith("title_") and one[name] != other[name]]
        if names:
            yield say.rule_changed(self._title(rule_id), {name: (one[name], other[name]) for name in names})

    def _layers(self, rule_id: str, now: Row) -> tuple[str, ...]:
        """Return the layer of a rule, and those that its measure reads beside it."""
        rule = self._rules.get(rule_id)
        return (now["layer"], *(MEASURES[rule.measure].also if rule is not None else ()))

    def _ground(self, parcel_id: str, rule_id: str, layers: Iterable[str], *, alone: bool) -> Iterator[Cause]:
        """Say whether outline or layers made the difference; trials tell where more than one thing changed.

        Where nothing else changed (``alone``) and none of them by itself would have done, all are named.
        """
        redrawn = self._redrawn(parcel_id)
        changed = tuple(layer for layer in layers if self._layer_changed(parcel_id, layer))
        count = redrawn + len(changed)
        if count > 1 or (count and not alone):
            matters = redrawn and self._trials.outline_matters(parcel_id, rule_id)
            behind = self._trials.layers_behind(parcel_id, rule_id, changed)
            if matters or behind or not alone:
                redrawn, changed = matters, behind
        if redrawn:
            yield say.outline(self._before.outlines[parcel_id][0], self._after.outlines[parcel_id][0])
        for layer in changed:
            yield self._layer(parcel_id, layer)

    def _redrawn(self, parcel_id: str) -> bool:
        (was, one), (now, other) = self._before.outlines[parcel_id], self._after.outlines[parcel_id]
        return one != other if one and other else was != now

    def _layer_changed(self, parcel_id: str, layer: str) -> bool:
        """Tell whether another release speaks, or the same one in another state; how far it covers is the outline's."""
        was, now = (side.state(parcel_id, layer) for side in (self._before, self._after))
        replaced = self._before.release(layer) != self._after.release(layer)
        return replaced or (was is not now and not {was, now} <= {Coverage.COMPLETE, Coverage.PARTIAL})

    def _layer(self, parcel_id: str, layer: str) -> Cause:
        """Name a layer by the first rule that reads it, so that it has one name for all of them."""
        was, now = self._before.release(layer), self._after.release(layer)
        reader = next((rule.rule_id for rule in self._rules.values() if rule.layer == layer), None)
        title = self._title(reader) if reader else self._titles.get(layer, (layer, layer))
        why = self._reasons.get(layer, say.NOTHING)
        if was != now:
            return say.release(title, was, now, why)
        if self._after.state(parcel_id, layer) in (Coverage.STALE, Coverage.ABSENT):
            return say.expired(title, now, why)
        return say.day(self._before.run.head.meta.as_of, self._after.run.head.meta.as_of)

    def _facts(self, parcel_id: str, rule_id: str) -> Iterator[Cause]:
        was, now = self._before.facts[parcel_id], self._after.facts[parcel_id]
        for name in self._trials.facts_behind(parcel_id, rule_id):
            yield say.fact(name, was.get(name), now.get(name))

    def _otherwise(self) -> Cause:
        one, other = self._before.run.head, self._after.run.head
        programs = [(head.meta.code_version, head.meta.kernel or "—") for head in (one, other)]
        if programs[0] != programs[1]:
            return say.program(*programs)
        if one.meta.as_of != other.meta.as_of:
            return say.day(one.meta.as_of, other.meta.as_of)
        return say.unexplained(one.run_id, other.run_id)

    def _effect(self, parcel_id: str, rule_id: str, was: Row, now: Row) -> Words:
        """Say what became of the number that the rule reads, or of the ground that its layer leaves open."""
        layer = now["layer"]
        if not layer:
            return say.NOTHING
        sides = self._before, self._after
        if Coverage.PARTIAL in {side.state(parcel_id, layer) for side in sides}:
            return say.uncovered_effect(*(side.uncovered_m2(parcel_id, layer) for side in sides))
        if any(side.state(parcel_id, layer) is not Coverage.COMPLETE for side in sides):
            return say.NOTHING
        rule = self._rules.get(rule_id)
        if rule is not None and rule.measure.startswith("overlap"):
            was_m2, now_m2 = (side.overlap_m2(parcel_id, layer) for side in sides)
            return say.amount_effect(say.OVERLAP, was_m2, now_m2, "m2")
        # What lies below a threshold is told as 0: the numbers compare where the threshold itself is 0.
        if now["unit"] not in say.AMOUNTS or {float(row["threshold"]) for row in (was, now)} != {0.0}:
            return say.NOTHING
        return say.amount_effect(say.MEASURED, _measured(was), _measured(now), now["unit"])


def _measured(row: Row) -> float:
    return float(row["measured"] or 0)


def _deciding(rules: Iterable[str], was: Mapping[str, Row], now: Mapping[str, Row]) -> list[str]:
    """Return the rules that decide: of a worse verdict those that reach it now, of a better one those that held it."""
    worst_was, worst_now = (max(map(_severity, rows.values()), default=0) for rows in (was, now))
    if worst_now > worst_was:
        return [rule_id for rule_id in rules if _severity(now.get(rule_id)) == worst_now]
    return [rule_id for rule_id in rules if _severity(was.get(rule_id)) > worst_now]


def _severity(row: Row | None) -> int:
    return -1 if row is None else Outcome(row["outcome"]).severity
