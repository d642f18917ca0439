"""Trials: what the later of two runs would have found, had one thing stayed as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import pandas as pd

from landgis.db.connect import Database
from landgis.db.layers import StoredRelease
from landgis.db.parcel_columns import FACT_NAMES, facts_of_columns
from landgis.db.parcels import ParcelStore
from landgis.db.runs import StoredRun
from landgis.rules.pack import RulePack
from landgis.screening.judge import judge
from landgis.screening.measure import Measured, measure
from landgis.services.layers.speaking import Indexes, indexed_layers

Outcomes = Mapping[tuple[str, str], str]
"""Outcome by parcel and rule."""


class Trials:
    """The parcels that flip, judged anew with one input as it was; each trial is made once, and only when asked for.

    Parameters
    ----------
    before, after
        The two runs, cut down to the parcels that flip.
    releases
        The releases that each of them stood on.
    """

    def __init__(
        self,
        database: Database,
        pack: RulePack,
        before: StoredRun,
        after: StoredRun,
        releases: tuple[Mapping[str, StoredRelease], Mapping[str, StoredRelease]],
        indexes: Indexes,
    ) -> None:
        self._database, self._pack, self._indexes = database, pack, indexes
        self._before, self._after, self._releases = before, after, releases
        self._facts = before.versions.set_index("parcel_id"), after.versions.set_index("parcel_id")
        rows = after.judged.findings
        keys = zip(rows["parcel_id"], rows["rule_id"], strict=True)
        self._now: Outcomes = dict(zip(keys, rows["outcome"], strict=True))

    def facts_behind(self, parcel_id: str, rule_id: str) -> tuple[str, ...]:
        """Return the facts without whose change a rule would find otherwise; all changed ones where it takes several."""
        place, changed = (parcel_id, rule_id), self._changed_facts.get(parcel_id, ())
        alone = tuple(name for name in changed if self._fact_as_it_was(name)[place] != self._now[place])
        if alone or not changed:
            return alone
        return changed if self._facts_as_they_were[place] != self._now[place] else ()

    def outline_matters(self, parcel_id: str, rule_id: str) -> bool:
        """Say whether a rule would find otherwise by the old outline."""
        place = parcel_id, rule_id
        return self._old_outlines[place] != self._now[place]

    def layers_behind(self, parcel_id: str, rule_id: str, changed: Sequence[str]) -> tuple[str, ...]:
        """Return the layers by whose old release, on the old day, a rule would find otherwise; all where it takes several."""
        place = parcel_id, rule_id
        alone = tuple(layer for layer in changed if self._layer_as_it_was(layer)[place] != self._now[place])
        if alone or not changed:
            return alone
        return tuple(changed) if self._old_layers[place] != self._now[place] else ()

    @cached_property
    def _changed_facts(self) -> dict[str, tuple[str, ...]]:
        was, now = (dict(zip(side.index, facts_of_columns(side), strict=True)) for side in self._facts)
        changed = {
            parcel_id: tuple(name for name in FACT_NAMES if was[parcel_id].get(name) != facts.get(name))
            for parcel_id, facts in now.items()
        }
        return {parcel_id: names for parcel_id, names in changed.items() if names}

    @cached_property
    def _trials_of_facts(self) -> dict[str, Outcomes]:
        return {}

    def _fact_as_it_was(self, name: str) -> Outcomes:
        if name not in self._trials_of_facts:
            ids = [parcel_id for parcel_id, names in self._changed_facts.items() if name in names]
            self._trials_of_facts[name] = self._with_facts(ids, [name])
        return self._trials_of_facts[name]

    @cached_property
    def _facts_as_they_were(self) -> Outcomes:
        return self._with_facts(list(self._changed_facts), FACT_NAMES)

    def _with_facts(self, ids: list[str], names: list[str]) -> Outcomes:
        was, now = (side.loc[ids] for side in self._facts)
        return self._outcomes(now.assign(**{name: was[name] for name in names}), self._after.measured)

    @cached_property
    def _old_outlines(self) -> Outcomes:
        return self._outcomes(self._facts[1], self._ground(self._before, self._after, self._releases[1]))

    @cached_property
    def _old_layers(self) -> Outcomes:
        return self._outcomes(self._facts[1], self._on_old_layers)

    @cached_property
    def _on_old_layers(self) -> Measured:
        return self._ground(self._after, self._before, self._releases[0])

    @cached_property
    def _trials_of_layers(self) -> dict[str, Outcomes]:
        return {}

    def _layer_as_it_was(self, layer: str) -> Outcomes:
        if layer not in self._trials_of_layers:
            measured = _with_layer(self._after.measured, self._on_old_layers, layer)
            self._trials_of_layers[layer] = self._outcomes(self._facts[1], measured)
        return self._trials_of_layers[layer]

    def _ground(self, outlines: StoredRun, layers: StoredRun, releases: Mapping[str, StoredRelease]) -> Measured:
        """Measure the outlines of one run against the releases of one, on its day; rasters are left out."""
        parcels = ParcelStore(self._database).versions(outlines.versions)
        at_hand = {key: row for key, row in releases.items() if row.release.raster is None}
        ready = indexed_layers(self._database, at_hand, self._indexes)
        meta = layers.head.meta
        return measure(parcels, ready, tuple(meta.releases), meta.as_of)

    def _outcomes(self, facts: pd.DataFrame, measured: Measured) -> Outcomes:
        meta = self._after.head.meta
        found = judge(self._pack, facts.reset_index(), measured, meta.as_of, meta.scope).findings
        return dict(zip(zip(found["parcel_id"], found["rule_id"], strict=True), found["outcome"], strict=True))


def _with_layer(measured: Measured, other: Measured, layer: str) -> Measured:
    """Return what was measured with the rows of one layer taken from another measurement."""
    frames = {
        name: pd.concat([mine[mine["layer"] != layer], theirs[theirs["layer"] == layer]], ignore_index=True)
        for name in ("overlaps", "hits", "coverage", "cells")
        for mine, theirs in [(getattr(measured, name), getattr(other, name))]
    }
    return replace(measured, **frames)
