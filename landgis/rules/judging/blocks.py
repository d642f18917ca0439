"""Evidence in blocks of parcels, so that judging a district takes no more memory than judging a town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from landgis.rules.judging.weighing import Places
from landgis.rules.measures import Evidence

_FRAMES = ("areas", "overlaps", "coverage", "cells")
_FEW = ("layer", "class", "state", "release", "measure")
"""Columns of few different texts."""


def in_blocks(evidence: Evidence, at_once: int) -> Iterator[Evidence]:
    """Cut evidence by parcels, in the order of its facts; rows of a parcel keep their order.

    Parameters
    ----------
    evidence
        Parcels are unique in its facts; rows of other parcels are left out.
    at_once
        The most parcels in a block; there is always one block.
    """
    parcels = pd.Index(evidence.facts.index.to_numpy(dtype=object), dtype=object, name=evidence.facts.index.name)
    places = {name: parcels.get_indexer(pd.Index(getattr(evidence, name)["parcel_id"])) for name in _FRAMES}
    cuts = {name: _cut(place, at_once, len(parcels)) for name, place in places.items()}
    for number, start in enumerate(range(0, max(len(parcels), 1), at_once)):
        own = parcels[start : start + at_once]
        areas, overlaps, coverage, cells = (
            _shared(getattr(evidence, name).iloc[rows[number]], parcels.take(places[name][rows[number]]))
            for name, rows in cuts.items()
        )
        facts = evidence.facts.iloc[start : start + at_once].set_axis(own)
        yield replace(evidence, facts=facts, areas=areas, overlaps=overlaps, coverage=coverage, cells=cells)


def _cut(place: Places, at_once: int, count: int) -> list[Places]:
    """Return the rows of every block."""
    rows = np.flatnonzero(place >= 0)
    block = place[rows] // at_once
    order = np.argsort(block, kind="stable")
    return np.split(rows[order], np.searchsorted(block[order], range(1, -(-count // at_once))))


def _shared(frame: pd.DataFrame, parcels: pd.Index) -> pd.DataFrame:
    """Return the rows with texts as they are compared fast: few as categories, ids as the objects of the index."""
    columns = {"parcel_id": pd.Series(parcels.to_numpy(), frame.index, dtype=object)}
    for name in [each for each in _FEW if each in frame.columns]:
        code, texts = pd.factorize(frame[name])
        columns[name] = pd.Series(pd.Categorical.from_codes(code, pd.Index(texts)), frame.index)
    return frame.assign(**columns)
